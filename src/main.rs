//! Parses, runs and exits.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match safe_migration::scratch::walls::entered(&arguments[1.min(arguments.len())..]) {
        Some(code) => code,
        None => safe_migration::cli::run(arguments).into(),
    }
}
