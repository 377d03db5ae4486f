//! Two things timed in turn.

use std::time::{Duration, Instant};

/// The fastest run of each.
pub(crate) struct Pair {
    pub(crate) ours: Duration,
    pub(crate) theirs: Duration,
}

/// Runs both `times` times in turn, after one run of each that does not count.
pub(crate) fn in_turn(times: usize, mut ours: impl FnMut(), mut theirs: impl FnMut()) -> Pair {
    let mut fastest = Pair { ours: Duration::MAX, theirs: Duration::MAX };
    for turn in 0..=times {
        let (one, other) = (timed(&mut ours), timed(&mut theirs));
        if turn > 0 {
            fastest = Pair { ours: fastest.ours.min(one), theirs: fastest.theirs.min(other) };
        }
    }
    fastest
}

fn timed(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
