//! Branches, repositories and machines that mean harm, or are broken.

mod trace;
