//! What `verify` sees of a schema, against what the database's own tools tell of it: random DDL that
//! is the same every time.
//!
//! `SAFE_MIGRATION_SNAPSHOT=2000 cargo test --test suite live::snapshot` runs more of it, and
//! `SAFE_MIGRATION_SEED` other statements.

use std::path::{Path, PathBuf};
use std::process::Command;

use safe_migration::scratch::leftover::Notes;
use safe_migration::scratch::mariadb;

use super::Cluster;

/// How many statements each database is given.
const STATEMENTS: &str = "60";

/// Compares after each statement; panics with those that the database's tools tell and the snapshot
/// does not.
fn compare(backend: &str, places: &[PathBuf]) {
    let variable = |name: &str, usual: &str| std::env::var(name).unwrap_or(usual.to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/snapshot.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(backend).arg(variable("SAFE_MIGRATION_SNAPSHOT", STATEMENTS));
    command.arg(variable("SAFE_MIGRATION_SEED", "1")).args(places);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_sqlite_tells_of_its_schema_the_snapshot_sees() {
    compare("sqlite", &[]);
}

#[test]
fn what_pg_dump_tells_the_snapshot_sees() {
    let Some(cluster) = Cluster::start_in("tests/suite/live/snapshot.rs") else { return };
    cluster.server.databases.create("differential", None).unwrap();
    let programs = std::env::var_os("SAFE_MIGRATION_PG_BIN").map(PathBuf::from);
    let mut places = vec![cluster.server.socket_dir().to_owned()];
    places.extend(programs);
    compare("postgresql", &places);
}

#[test]
fn what_show_create_tells_the_snapshot_sees() {
    let programs = mariadb::Programs::of(None);
    if programs.server().is_err() {
        assert!(std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(), "MariaDB is needed");
        return;
    }
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let empty = mariadb::make(&programs, folder.path()).unwrap();
    let sockets = folder.path().join("run");
    std::fs::create_dir(&sockets).unwrap();
    let notes = Notes::of(folder.path());
    let server = mariadb::Server::start(&programs, &empty, &sockets, &notes).unwrap();
    compare("mysql", &[server.socket()]);
}
