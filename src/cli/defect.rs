//! A defect of this program ends in exit status 2 and a request to report it: never in a pass,
//! never in a backtrace.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

use crate::cli::exit::ExitStatus;
use crate::cli::output;

/// Runs a verb; a panic in it is reported in two lines and becomes [`ExitStatus::Broken`].
pub fn guard(verb: impl FnOnce() -> ExitStatus) -> ExitStatus {
    panic::set_hook(Box::new(confess));
    panic::catch_unwind(AssertUnwindSafe(verb)).unwrap_or(ExitStatus::Broken)
}

/// Tells what happened and where it can be reported.
fn confess(panic: &PanicHookInfo<'_>) {
    let place =
        panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("no message");
    output::complain(
        &format!(
            "this is a defect of safe-migration {}: {message}{place}",
            env!("CARGO_PKG_VERSION")
        ),
        Some("nothing was judged; please report it with the migration that caused it"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_broken_run_and_not_a_pass() {
        assert_eq!(guard(|| unreachable!("a defect")), ExitStatus::Broken);
        let _default_hook_again = panic::take_hook();
    }
}
