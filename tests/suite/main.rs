//! The tests that need the real git, the file system or the whole binary, as one program.

mod common;

mod architecture;

mod install;

mod staged;
