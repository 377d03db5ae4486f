//! The stack of the thread that runs.

use std::ffi::OsString;

/// Tells whether this is a main thread whose stack may grow to `least` bytes. It begins with
/// arguments and environment, which may take `taken` of them (`execve(2)`, `getrlimit(2)`).
#[cfg(target_os = "linux")]
pub fn is_deep(arguments: &[OsString], least: usize, taken: usize) -> bool {
    use nix::sys::resource::{Resource, getrlimit};
    let is_main = nix::unistd::gettid() == nix::unistd::getpid();
    let of_environment = std::env::vars_os().map(|(name, value)| name.len() + value.len() + 10);
    let of_arguments = arguments.iter().map(|argument| argument.len() + 9);
    is_main
        && of_environment.chain(of_arguments).sum::<usize>() <= taken
        && getrlimit(Resource::RLIMIT_STACK).is_ok_and(|(limit, _)| limit >= least as u64)
}

/// Elsewhere a main thread may have less.
#[cfg(not(target_os = "linux"))]
pub fn is_deep(_: &[OsString], _: usize, _: usize) -> bool {
    false
}
