//! A while in which Ctrl-C waits: what is made in it is taken away before the program ends.
//!
//! Signals that end the program are held back from this thread; git, which is started in the
//! meantime, hears them, and ends what it does.

/// A while in which signals that end the program wait. They come when it is dropped.
#[derive(Debug)]
pub struct Uninterrupted(());

impl Uninterrupted {
    /// Begins it.
    pub fn begin() -> Self {
        hold_back();
        Uninterrupted(())
    }
}

impl Drop for Uninterrupted {
    fn drop(&mut self) {
        #[cfg(unix)]
        let _nothing_was_held = ending().thread_unblock();
    }
}

/// Leaves signals that end the program to the other threads.
pub fn hold_back() {
    #[cfg(unix)]
    let _they_come_at_once = ending().thread_block();
}

#[cfg(unix)]
fn ending() -> nix::sys::signal::SigSet {
    use nix::sys::signal::Signal;
    [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect()
}
