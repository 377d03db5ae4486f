//! What grows with what: each row is held against the one before it, and may cost no more times as
//! much than there is more to do.

use crate::clock;
use crate::ground::{self, Repositories, Trees};
use crate::process;
use crate::table::Row;

/// How many runs of each count.
const TURNS: usize = 5;

/// From how many new revisions in a range on one run must do: it takes a minute.
const LONG: usize = 10_000;

/// One kind of growth: what there is more of, the repositories, and what runs in each.
struct Growth<'a> {
    what: &'a str,
    arguments: &'a [&'a str],
    /// How many there are, and where.
    steps: Vec<(usize, String)>,
}

pub(crate) fn rows(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    for growth in [
        revisions(ground, "one migration staged among {} revisions", &["check"]),
        revisions(ground, "`check --all` of {} revisions", &["check", "--all"]),
        tracked(ground),
        sized(ground, "a migration of {} operations", ground::columns),
        sized(ground, "{} findings in one migration", ground::drops),
        audited(ground),
        ranged(ground),
    ] {
        growth.measure(ground, tell);
    }
}

impl Growth<'_> {
    fn measure(&self, ground: &Repositories, tell: &mut impl FnMut(Row)) {
        for pair in self.steps.windows(2) {
            let [(fewer, small), (more, large)] = pair else { continue };
            let (small, large) = (ground.at(small), ground.at(large));
            let ours = || process::run(&large, (process::PROGRAM, self.arguments));
            let theirs = || process::run(&small, (process::PROGRAM, self.arguments));
            let is_long = self.arguments.contains(&"--from") && *more >= LONG;
            let pair = clock::in_turn(if is_long { 1 } else { TURNS }, ours, theirs);
            let work = self.what.replace("{}", &more.to_string());
            let bound = *more as f64 / *fewer as f64;
            tell(Row::of(&work, &format!("the same of {fewer}"), pair, bound));
        }
    }
}

fn revisions<'a>(ground: &Repositories, what: &'a str, arguments: &'a [&'a str]) -> Growth<'a> {
    let step = |revisions: usize| {
        let name = format!("growth-{revisions}");
        if !ground.at(&name).exists() {
            ground.project(&name, revisions);
            ground.stage(
                &name,
                &ground::path(revisions),
                &ground::migration(revisions),
                Trees::Written,
            );
        }
        (revisions, name)
    };
    Growth { what, arguments, steps: [10, 100, 1_000, 10_000].map(step).to_vec() }
}

fn tracked(ground: &Repositories) -> Growth<'static> {
    let step = |files: usize| {
        let name = format!("{files}");
        if !ground.at(&name).exists() {
            ground.tracked(&name, files);
        }
        ground.stage(&name, "src/d000/d00/f0.txt", "other\n", Trees::Written);
        (files, name)
    };
    let steps = [1_000, 100_000, 300_000].map(step).to_vec();
    Growth { what: "nothing relevant staged among {} files", arguments: &["check"], steps }
}

fn sized<'a>(ground: &Repositories, what: &'a str, make: fn(usize) -> String) -> Growth<'a> {
    let step = |size: usize| {
        let name = format!("{}-{size}", what.replace(|letter: char| !letter.is_alphabetic(), "-"));
        ground.project(&name, 1);
        ground.stage(&name, &ground::path(1), &make(size), Trees::Written);
        (size, name)
    };
    Growth { what, arguments: &["check"], steps: [10, 100, 1_000].map(step).to_vec() }
}

/// A branch that makes so many revisions at once.
fn ranged(ground: &Repositories) -> Growth<'static> {
    let step = |revisions: usize| {
        let name = format!("range-{revisions}");
        ground.branched(&name, revisions);
        (revisions, name)
    };
    let steps = [10, 100, 1_000, 10_000].map(step).to_vec();
    Growth { what: "{} new revisions in a range", arguments: &["check", "--from", "HEAD~1"], steps }
}

fn audited(ground: &Repositories) -> Growth<'static> {
    let step = |commits: usize| {
        let name = format!("audited-{commits}");
        ground.committed(&name, commits);
        (commits, name)
    };
    let steps = [100, 1_000, 10_000, 20_000].map(step).to_vec();
    Growth { what: "an audit of {} commits", arguments: &["audit"], steps }
}
