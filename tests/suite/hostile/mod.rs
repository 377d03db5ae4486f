//! Branches, repositories and machines that mean harm, or are broken.

mod bounds;

mod exceptions;

mod faults;

mod fuzz;

mod settings;

mod speech;

mod trace;
