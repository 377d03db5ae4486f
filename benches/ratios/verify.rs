//! `verify`, warm and without evidence of an earlier run, against the same three runs of Alembic by hand, and against pytest-alembic.
//!
//! Wall time and the time of the processors are rows of their own: on a busy machine the second one
//! is the truer. SQLite, for nothing is to be installed for it; `verify_postgresql.rs` has the rows of PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::clock::{self, Pair};
use crate::ground::{self, Repositories, Trees};
use crate::peers;
use crate::process::PROGRAM;
use crate::table::Row;

/// How many revisions the history has before the one that is tried.
const REVISIONS: usize = 20;

/// How many runs of each count.
const TURNS: usize = 5;

const INI: &str = "[alembic]\nscript_location = alembic\nsqlalchemy.url = sqlite:///app.db\n";

const ENV: &str = "import sqlalchemy\nfrom alembic import context\n\n\
    config = context.config\n\
    given = config.attributes.get('connection')\n\
    engine = given or sqlalchemy.create_engine(config.get_main_option('sqlalchemy.url'))\n\
    with engine.connect() as connection:\n    \
    context.configure(connection=connection)\n    \
    with context.begin_transaction():\n        \
    context.run_migrations()\n";

const ENGINE: &str = "import pytest\nimport sqlalchemy\n\n\n@pytest.fixture\n\
    def alembic_engine():\n    return sqlalchemy.create_engine('sqlite:///tests.db')\n";

pub(crate) fn rows(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    const WORK: &str = "`verify` of one migration after 20, SQLite, warm";
    let (Some(alembic), Some(python)) = (peers::program("alembic"), peers::program("python"))
    else {
        return tell(Row::missing(WORK, "alembic"));
    };
    let at = laid(ground, "verify", INI, &python);
    let by_hand = |steps: &[[&str; 2]]| {
        let _ = std::fs::remove_file(at.join("app.db"));
        steps.iter().for_each(|step| run(&at, &alembic, step));
    };
    let ours = || verified(&at, &[]);
    let alembic = || by_hand(&[["upgrade", "head"], ["downgrade", "-1"], ["upgrade", "head"]]);
    against(WORK, "alembic upgrade, downgrade, upgrade", 1.5, ours, alembic, tell);
    let Some(pytest) = peers::program("pytest") else {
        return tell(Row::missing(WORK, "pytest"));
    };
    let theirs = || {
        let _ = std::fs::remove_file(at.join("tests.db"));
        let plain = ["--test-alembic", "-q", "-p", "no:cacheprovider"];
        // There is no metadata to compare the history with.
        run(&at, &pytest, &[&plain[..], &["-k", "not model_definitions", "tests"]].concat());
    };
    against(WORK, "pytest-alembic, its four tests", 1.5, ours, theirs, tell);
}

/// Runs `verify` as if it had never run here, but for the databases that it keeps.
pub(crate) fn verified(at: &Path, variables: &[(&str, &str)]) {
    let _ = std::fs::remove_dir_all(at.join(".git/safe-migration/evidence"));
    run_with(at, PROGRAM, &["verify"], variables);
}

/// A row of wall time, and one of the time of the processors.
pub(crate) fn against(
    work: &str,
    other: &str,
    bound: f64,
    ours: impl Fn(),
    theirs: impl Fn(),
    tell: &mut impl FnMut(Row),
) {
    wall(work, other, bound, &ours, &theirs, tell);
    let spent = |work: &dyn Fn()| {
        let before = of_children();
        (0..TURNS).for_each(|_| work());
        of_children().zip(before).map(|(after, before)| (after - before) / TURNS as u32)
    };
    if let (Some(ours), Some(theirs)) = (spent(&ours), spent(&theirs)) {
        tell(Row::of(&format!("{work}, CPU"), other, Pair { ours, theirs }, bound));
    }
}

/// A row of wall time.
pub(crate) fn wall(
    work: &str,
    other: &str,
    bound: f64,
    ours: impl Fn(),
    theirs: impl Fn(),
    tell: &mut impl FnMut(Row),
) {
    tell(Row::of(work, other, clock::in_turn(TURNS, &ours, &theirs), bound));
}

/// Returns how long the processors worked for all that was started and has ended, in the hundredths
/// of a second in which Linux says so (`proc_pid_stat(5)`: `cutime` and `cstime`).
fn of_children() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Makes the repository, with its last revision staged.
pub(crate) fn laid(ground: &Repositories, name: &str, ini: &str, python: &str) -> PathBuf {
    let settings = format!("[verify]\npython = \"{python}\"\n");
    let own = [
        ("alembic.ini", ini),
        ("alembic/env.py", ENV),
        ("safe-migration.toml", &settings),
        ("tests/conftest.py", ENGINE),
        ("tests/test_none.py", "def test_none():\n    pass\n"),
    ];
    let own = own.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let revisions = (0..REVISIONS).map(|at| (ground::path(at), ground::migration(at)));
    let files: Vec<(String, String)> = own.into_iter().chain(revisions).collect();
    ground.repository(name, &files, &[]);
    let (path, text) = (ground::path(REVISIONS), ground::migration(REVISIONS));
    ground.stage(name, &path, &text, Trees::Written);
    let at = ground.at(name);
    ground::git(&at, &["checkout-index", "-a", "-q", "-f"]);
    at
}

pub(crate) fn run(at: &Path, program: &str, arguments: &[&str]) {
    run_with(at, program, arguments, &[]);
}

fn run_with(at: &Path, program: &str, arguments: &[&str], variables: &[(&str, &str)]) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(at).stdin(Stdio::null());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.envs(variables.iter().copied());
    let output = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}{complained}");
}
