//! The tests that need the real git, the file system or the whole binary, as one program.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop"
)]

mod common;

mod architecture;

mod audit;

mod cases;

mod check;

mod clauses;

mod dialects;

mod docs;

mod doctor;

mod files;

mod fixes;

mod gallery;

mod graph;

mod hooks;

mod hostile;

mod init;

mod install;

mod live;

mod locks;

mod models;
mod operations;

mod packages;
mod paths;

mod post_write;

mod projects;

mod records;

mod reports;
mod respelled;

mod safe_forms;

mod server;
mod sessions;

mod staged;

mod teams;

mod verify;

mod versions;

mod programs;
