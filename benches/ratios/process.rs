//! Whole processes: what a commit waits for.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::clock;
use crate::ground;
use crate::ground::{Repositories, Trees};
use crate::peers;
use crate::table::Row;

/// The program that is measured.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_safe-migration");

pub(crate) fn rows(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    nothing_relevant(ground, tell);
    one_among_many(ground, tell);
    tell(heads(ground));
    let audit = ["audit", "HEAD~1000..HEAD"];
    let pair = in_turn(
        &ground.at("commits"),
        5,
        (PROGRAM, &audit),
        ("git", &["rev-list", "HEAD~1000..HEAD", "--", "alembic/versions"]),
    );
    tell(Row::of(
        "audit of 1,000 commits, 100,000 files",
        "git rev-list -- alembic/versions",
        pair,
        2.0,
    ));
    let size = std::fs::metadata(PROGRAM).map_or(0, |program| program.len());
    tell(Row::size("the program", size, 6_000_000));
    tell(crates());
}

/// The crates that the program is made of, its own not counted.
fn crates() -> Row {
    const WORK: &str = "the crates in the program";
    let tree = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--no-dedupe"];
    let listed = Command::new("cargo").args(tree).stderr(Stdio::null()).output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else {
        return Row::missing(WORK, "cargo");
    };
    let listed = String::from_utf8_lossy(&listed.stdout);
    let crates: std::collections::BTreeSet<&str> = listed.lines().skip(1).collect();
    Row::count(WORK, crates.len(), 70)
}

fn nothing_relevant(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    let empty = ground.at("empty").display().to_string();
    for files in ["100000", "300000"] {
        ground.stage(files, "src/d000/d00/f0.txt", "other\n", Trees::Written);
        let pair = in_turn(&ground.at(files), 40, (PROGRAM, &["check"]), (&empty, &[]));
        tell(Row::of(
            &format!("nothing relevant staged, {files} files"),
            "an empty process",
            pair,
            2.0,
        ));
    }
    let diff: (&str, &[&str]) = ("git", &["diff", "--cached", "--quiet"]);
    let pair = in_turn(&ground.at("100000"), 20, (PROGRAM, &["check"]), diff);
    tell(Row::of("the same, 100000 files", "git diff --cached --quiet", pair, 0.125));
    ground.stage("100000", "src/d000/d00/f0.txt", "other\n", Trees::Stale);
    let pair = in_turn(&ground.at("100000"), 20, (PROGRAM, &["check"]), diff);
    tell(Row::of("the same after a bare `git add`", "git diff --cached --quiet", pair, 2.0));
}

fn one_among_many(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    const WORK: &str = "one migration staged among 500, all rules";
    ground.stage("500", &ground::path(500), &ground::migration(500), Trees::Written);
    let file = ground.at("500").join("staged.py");
    std::fs::write(&file, ground::migration(500)).expect("a file for ruff");
    let Some(ruff) = peers::program("ruff") else { return tell(Row::missing(WORK, "ruff")) };
    let ruff: (&str, &[&str]) = (&ruff, &["check", "--no-cache", "--quiet", "staged.py"]);
    let pair = in_turn(&ground.at("500"), 20, (PROGRAM, &["check"]), ruff);
    tell(Row::of(WORK, "ruff check --no-cache of that file", pair, 0.6));
}

fn heads(ground: &Repositories) -> Row {
    const WORK: &str = "graph of 5,000 revisions";
    let Some(alembic) = peers::program("alembic") else { return Row::missing(WORK, "alembic") };
    let at = ground.at("5000");
    ground::git(&at, &["checkout", "-q", "-f", "main"]);
    let pair = in_turn(&at, 2, (PROGRAM, &["graph"]), (&alembic, &["heads"]));
    Row::of(WORK, "alembic heads", pair, 0.01)
}

/// A program and its arguments.
pub(crate) type Run<'a> = (&'a str, &'a [&'a str]);

fn in_turn(at: &Path, times: usize, ours: Run<'_>, theirs: Run<'_>) -> clock::Pair {
    clock::in_turn(times, || run(at, ours), || run(at, theirs))
}

pub(crate) fn run(at: &Path, (program, arguments): Run<'_>) {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(at)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("it starts");
    assert!(
        status.code().is_some_and(|code| code < 2),
        "{program} {arguments:?} ends with {status}"
    );
}
