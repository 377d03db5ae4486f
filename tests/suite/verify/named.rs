//! A server that the user names: databases of our own are made there and dropped, and nothing else
//! is touched.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use safe_migration::scratch::lifeline::Tied;
use safe_migration::scratch::programs::Programs;
use tempfile::TempDir;

use crate::common::Ran;

use super::{
    Migration, NULLABLE, can_run, has_modules, has_postgresql, project, verify_with, write,
};

/// A server that somebody else runs: it listens on the network of this machine and asks for a
/// password.
struct Service {
    port: u16,
    _process: Tied,
    folder: TempDir,
}

impl Service {
    /// Starts one that asks in this way; nothing where the test cannot run.
    fn start(method: &str) -> Option<Self> {
        if !can_run("alembic", has_modules("alembic, sqlalchemy, psycopg"))
            || !can_run("PostgreSQL", has_postgresql())
        {
            return None;
        }
        let programs = Programs::find(None, Path::new("python3")).unwrap();
        let folder = tempfile::Builder::new().prefix("smt").tempdir_in("/tmp").unwrap();
        let (data, word) = (folder.path().join("data"), folder.path().join("word"));
        fs::create_dir(&data).unwrap();
        fs::write(&word, "s3cret:@/word\n").unwrap();
        [folder.path(), &data, &word].iter().for_each(|path| programs.give(path).unwrap());
        let mut make = programs.command("initdb");
        make.args(["-U", "ci", "--no-sync", "-E", "UTF8", "-A", method, "--pwfile"])
            .arg(&word)
            .arg("-D")
            .arg(&data);
        assert!(make.stdout(Stdio::null()).status().unwrap().success());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = programs.server([&data, folder.path()]);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process = Tied::start(command).unwrap();
        let service = Service { port, _process: process, folder };
        let began = Instant::now();
        while service.ask("SELECT 1").status != Some(0) {
            assert!(began.elapsed() < Duration::from_secs(30), "the server answers");
            thread::sleep(Duration::from_millis(20));
        }
        Some(service)
    }

    fn url(&self) -> String {
        format!("postgresql://ci:s3cret%3A%40%2Fword@127.0.0.1:{}/postgres", self.port)
    }

    fn ask(&self, sql: &str) -> Ran {
        let mut command = Command::new("psql");
        command.args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "ci",
            "-Atc",
            sql,
            "postgres",
        ]);
        Ran::of(command.env("PGPASSWORD", "s3cret:@/word"))
    }

    fn databases(&self) -> String {
        let sql = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate";
        self.ask(sql).ends_with(0).stdout.trim().to_owned()
    }
}

#[test]
fn databases_are_made_on_the_server_that_is_named_and_dropped() {
    let rows: [(&str, &[&str]); 3] = [
        ("scram-sha-256", &["psycopg", "psycopg2", "pg8000"]),
        ("md5", &["psycopg"]),
        ("password", &["psycopg"]),
    ];
    for (method, drivers) in rows {
        let Some(service) = Service::start(method) else { return };
        service.ask("CREATE DATABASE scratch").ends_with(0);
        for driver in drivers {
            let repo = project(&format!("postgresql+{driver}://nobody@production.example.com/app"));
            write(&repo, &NULLABLE);
            repo.git(&["add", "-A"]);
            let reported = verify_with(
                &repo,
                &["--format", "json"],
                &[("SAFE_MIGRATION_SERVER_URL", &service.url())],
            );
            let reported = reported.ends_with(0);
            assert!(reported.stdout.contains("\"postgresql "), "{}", reported.stdout);
            assert_eq!(service.databases(), "postgres scratch", "{method} {driver}");
        }
    }
}

#[test]
fn a_migration_on_a_named_server_reaches_no_database_but_its_own() {
    let Some(service) = Service::start("scram-sha-256") else { return };
    service.ask("CREATE TABLE precious (id integer)").ends_with(0);
    let repo = project("postgresql+psycopg://nobody@production.example.com/postgres");
    let drops = Migration("drops", r#"op.execute("DROP TABLE IF EXISTS precious")"#, "pass");
    write(&repo, &drops);
    repo.git(&["add", "-A"]);
    let url = service.url();
    let reported = verify_with(&repo, &[], &[("SAFE_MIGRATION_SERVER_URL", &url)]);
    assert!(
        reported.stdout.contains("drops") && matches!(reported.status, Some(0 | 1)),
        "{}{}",
        reported.stdout,
        reported.stderr
    );
    assert_eq!(service.ask("SELECT count(*) FROM precious").ends_with(0).stdout.trim(), "0");
    assert_eq!(service.databases(), "postgres");
}

#[test]
fn what_a_killed_run_left_on_a_named_server_is_dropped_by_the_next() {
    let Some(service) = Service::start("scram-sha-256") else { return };
    let repo = project("postgresql+psycopg://nobody@production.example.com/app");
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    let cache = service.folder.path().join("cache");
    let url = service.url();
    let variables = [
        ("SAFE_MIGRATION_SERVER_URL", url.as_str()),
        ("SAFE_MIGRATION_CACHE", cache.to_str().unwrap()),
    ];
    verify_with(&repo, &[], &variables).ends_with(0);
    let kept = fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    let number = fs::read_to_string(kept.join("number")).unwrap();
    service.ask(&format!("CREATE DATABASE safe_migration_{number}_scratch")).ends_with(0);
    service.ask("CREATE DATABASE safe_migration_of_somebody_else").ends_with(0);
    verify_with(&repo, &["--no-cache"], &variables).ends_with(0);
    assert_eq!(service.databases(), "postgres safe_migration_of_somebody_else");
}

#[test]
fn a_server_that_cannot_be_used_is_told_with_the_next_step_and_without_its_password() {
    let Some(service) = Service::start("scram-sha-256") else { return };
    let repo = project("postgresql+psycopg://nobody@production.example.com/app");
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    let port = service.port;
    let rows = [
        (
            format!("postgresql://ci:wrongword@127.0.0.1:{port}/postgres"),
            "does not answer: password authentication failed",
        ),
        ("postgresql://ci:wrongword@127.0.0.1:1/postgres".to_owned(), "does not answer"),
        (
            "postgresql://ci:wrongword@production.example.com/app".to_owned(),
            "allow-hosts = [\"production.example.com\"]",
        ),
        (
            "mysql://ci:wrongword@127.0.0.1/app".to_owned(),
            "only servers of PostgreSQL can be named",
        ),
    ];
    for (url, words) in rows {
        let reported = verify_with(&repo, &[], &[("SAFE_MIGRATION_SERVER_URL", &url)]).ends_with(2);
        assert!(
            reported.stderr.contains(words) && reported.stderr.contains("hint"),
            "{url}\n{}",
            reported.stderr
        );
        assert!(!reported.stderr.contains("wrongword"), "{}", reported.stderr);
    }
    let reported =
        verify_with(&repo, &["--keep"], &[("SAFE_MIGRATION_SERVER_URL", &service.url())])
            .ends_with(2);
    assert!(reported.stderr.contains("are not kept"), "{}", reported.stderr);
    assert_eq!(service.ask("SELECT 1").ends_with(0).stdout.trim(), "1");
}
