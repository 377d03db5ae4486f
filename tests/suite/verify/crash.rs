//! Whatever ends a run, in whatever phase: nothing stays running, no evidence is half written, and
//! the next run works.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Ran, Repo};

use super::{Migration, can_run, has_modules, has_postgresql, left, project, write};

/// A repository whose migrations stop where a file says so, and a cache of its own.
struct Scene {
    repo: Repo,
}

impl Scene {
    fn on(url: &str) -> Self {
        let scene = Scene { repo: project(url) };
        let base = fs::read_to_string(scene.repo.root().join("alembic/versions/base.py")).unwrap();
        let slow = base.replace(
            "def upgrade():\n",
            &format!("def upgrade():\n    {}\n", scene.stop("forward")),
        );
        scene.repo.write("alembic/versions/base.py", slow);
        scene.repo.commit_all("base");
        let upgrade = format!(
            "{}\n    op.add_column(\"users\", sa.Column(\"x\", sa.Integer()))",
            scene.stop("upgrade")
        );
        write(&scene.repo, &Migration("adds", upgrade.leak(), r#"op.drop_column("users", "x")"#));
        scene.repo.git(&["add", "-A"]);
        scene
    }

    /// Python that waits for ever where the environment names this phase, and notes that it waits.
    fn stop(&self, phase: &str) -> String {
        format!(
            "import os, time\n    if os.environ.get(\"WAIT_IN\") == {phase:?}:\n        open(\"waits\", \"w\").close()\n        while os.path.exists(\"waits\"):\n            time.sleep(0.02)"
        )
    }

    /// Tells whether a migration waits: its note lies in the copy, all that it may write.
    fn waits(&self) -> bool {
        left(&self.repo, "waits").is_some()
    }

    fn cache(&self) -> PathBuf {
        self.repo.cache()
    }

    fn command(&self) -> Command {
        let mut command = self.repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        command.arg("verify").env("SAFE_MIGRATION_CACHE", self.cache());
        command
    }

    fn start_waiting_in(&self, phase: &str) -> Child {
        let mut command = self.command();
        command.env("WAIT_IN", phase).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn run(&self) -> Ran {
        Ran::of(&mut self.command())
    }

    /// Starts a run that stops in a phase.
    fn stopped_in(&self, phase: &str) -> Child {
        // A run that was killed has left its note.
        left(&self.repo, "waits").map(fs::remove_file);
        let run = self.start_waiting_in(phase);
        until(|| self.waits(), "the migration does not run");
        run
    }

    /// The process of the scratch server.
    fn server(&self) -> String {
        let notes = below(&self.cache()).into_iter().map(|folder| folder.join("postmaster.pid"));
        let note = notes.into_iter().find_map(|note| fs::read_to_string(note).ok()).unwrap();
        note.lines().next().unwrap().to_owned()
    }

    /// The process that runs migrations, as the machine numbers it.
    fn python(&self) -> String {
        let is_it = |process: &PathBuf| {
            let line = fs::read(process.join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            let cache = self.cache().display().to_string();
            line.contains("runner.py") && line.contains(&cache) && !line.contains("__walls")
        };
        let processes = fs::read_dir("/proc").unwrap().flatten().map(|process| process.path());
        let process = processes.into_iter().find(is_it).expect("a migration runs");
        process.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// Tells which processes still name the cache.
    fn running(&self) -> Vec<String> {
        let cache = self.cache().display().to_string();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
        lines
            .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
            .filter(|line| line.contains(&cache))
            .collect()
    }

    fn nothing_runs(&self) {
        until(|| self.running().is_empty(), "something still runs");
    }

    fn evidence(&self) -> Vec<String> {
        let rows = fs::read_dir(self.repo.root().join(".git/safe-migration/evidence"))
            .into_iter()
            .flatten()
            .flatten();
        rows.map(|row| row.file_name().to_string_lossy().into_owned()).collect()
    }

    /// The next run works, and leaves evidence and nothing else.
    fn next_run_works(&self) {
        let ran = self.run();
        assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
        self.nothing_runs();
        let kept = self.evidence();
        assert!(matches!(kept.as_slice(), [one] if one.ends_with(".json")), "{kept:?}");
        assert!(
            !below(&self.cache()).iter().any(|path| path.ends_with("running")),
            "notes are left"
        );
    }
}

/// The folders and files directly in each folder of a cache.
fn below(cache: &Path) -> Vec<PathBuf> {
    let rows = |folder: &Path| {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|row| row.path()).collect()
    };
    let folders: Vec<PathBuf> = rows(cache);
    folders.iter().flat_map(|folder| rows(folder) as Vec<PathBuf>).collect()
}

#[track_caller]
fn until(mut holds: impl FnMut() -> bool, otherwise: &str) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{otherwise}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(name: &str, pid: &str) {
    assert!(Command::new("kill").args([name, pid]).status().unwrap().success());
}

#[test]
fn after_a_kill_in_any_phase_nothing_stays_running_and_the_next_run_works() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let scene = Scene::on("postgresql+psycopg://app@production.invalid/app");
    let mut run = scene.start_waiting_in("nowhere");
    until(
        || {
            below(&scene.cache())
                .iter()
                .any(|path| path.extension().is_some_and(|end| end == "new"))
        },
        "no data folder is made",
    );
    run.kill().unwrap();
    run.wait().unwrap();
    for phase in ["forward", "upgrade"] {
        let mut run = scene.stopped_in(phase);
        assert!(!scene.running().is_empty());
        run.kill().unwrap();
        run.wait().unwrap();
        scene.nothing_runs();
        assert!(scene.evidence().is_empty());
    }
    scene.next_run_works();
}

#[test]
fn a_run_that_is_interrupted_at_the_terminal_takes_its_server_with_it() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let scene = Scene::on("postgresql+psycopg://app@production.invalid/app");
    let mut run = scene.stopped_in("upgrade");
    signal("-INT", &run.id().to_string());
    assert!(!run.wait().unwrap().success());
    scene.nothing_runs();
    scene.next_run_works();
}

#[test]
fn a_python_that_is_killed_is_no_verdict() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let scene = Scene::on("sqlite:///app.db");
    let run = scene.stopped_in("upgrade");
    signal("-KILL", &scene.python());
    let output = run.wait_with_output().unwrap();
    let reported = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{reported}");
    assert!(
        reported.contains("ended without an answer") && reported.contains("hint:"),
        "{reported}"
    );
    assert!(scene.evidence().is_empty());
    scene.next_run_works();
}

#[test]
fn a_server_that_goes_away_is_no_verdict() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let scene = Scene::on("postgresql+psycopg://app@production.invalid/app");
    assert_eq!(scene.run().status, Some(0));
    let waits = format!(
        "{}\n    op.add_column(\"users\", sa.Column(\"y\", sa.Integer()))",
        scene.stop("upgrade")
    );
    write(&scene.repo, &Migration("adds", waits.leak(), "pass"));
    scene.repo.git(&["add", "-A"]);
    let run = scene.stopped_in("upgrade");
    signal("-QUIT", &scene.server());
    fs::remove_file(left(&scene.repo, "waits").unwrap()).unwrap();
    let output = run.wait_with_output().unwrap();
    let reported = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{reported}");
    assert!(reported.contains("went away") && reported.contains("hint:"), "{reported}");
    assert_eq!(scene.evidence().len(), 1);
}

#[test]
fn two_runs_at_once_take_turns() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let scene = Scene::on("sqlite:///app.db");
    let both = [(); 2]
        .map(|()| scene.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let reported: Vec<String> = both
        .into_iter()
        .map(|run| {
            let output = run.wait_with_output().unwrap();
            let reported = [output.stdout, output.stderr]
                .map(|words| String::from_utf8_lossy(&words).into_owned())
                .concat();
            assert_eq!(output.status.code(), Some(0), "{reported}");
            reported
        })
        .collect();
    assert_eq!(
        reported
            .iter()
            .filter(|reported| reported.contains("another `verify` of this repository is running"))
            .count(),
        1
    );
    assert_eq!(
        reported.iter().filter(|reported| reported.contains("passed already")).count(),
        1,
        "{reported:?}"
    );
}

#[test]
fn where_nothing_can_be_kept_it_is_said_and_how_to_mend_it() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let scene = Scene::on("sqlite:///app.db");
    let file = scene.repo.beside("a-file");
    fs::write(&file, "").unwrap();
    let ran = Ran::of(scene.command().env("SAFE_MIGRATION_CACHE", file.join("below")));
    assert_eq!(ran.status, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("cannot hold scratch databases"), "{}", ran.stderr);
    assert!(ran.stderr.contains("SAFE_MIGRATION_CACHE="), "{}", ran.stderr);
}

#[test]
fn a_full_disk_is_no_verdict_and_leaves_no_half_evidence() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let scene = Scene::on("sqlite:///app.db");
    // No file may grow beyond 1 MiB, which ends as a full disk does; the migration wants more.
    let grows = "op.execute(\"CREATE TABLE big (a BLOB)\")\n    op.execute(\"INSERT INTO big VALUES (zeroblob(4000000))\")";
    write(&scene.repo, &Migration("adds", grows, r#"op.execute("DROP TABLE big")"#));
    scene.repo.git(&["add", "-A"]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let full = format!("trap '' XFSZ; ulimit -f 2048; exec {tool} verify");
    let ran = Ran::of(
        scene.repo.command("sh").args(["-c", &full]).env("SAFE_MIGRATION_CACHE", scene.cache()),
    );
    assert_eq!(ran.status, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("the disk is full or fails") && ran.stderr.contains("hint:"),
        "{}",
        ran.stderr
    );
    assert!(scene.evidence().is_empty());
    scene.next_run_works();
}
