//! Tellers: one file per reader, each a pure function of what was found.

/// Which teller speaks.
pub mod format;

/// The few styles used.
pub mod palette;
