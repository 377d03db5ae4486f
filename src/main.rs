//! Parses, runs and exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    safe_migration::cli::run(std::env::args_os()).into()
}
