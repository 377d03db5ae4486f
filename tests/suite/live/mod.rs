//! The lock table against a live PostgreSQL: every statement of `tests/locks/` runs on a private
//! server, and what the server locks, scans and rewrites is compared with what the table tells.
//!
//! `SAFE_MIGRATION_PG_BIN` names the programs of another server than the one that is found.

mod casts;

mod catalog;

mod refusals;

mod facts;

mod functions;

mod rows;

mod snapshot;

use std::fmt::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use safe_migration::scratch::cache::Cache;
use safe_migration::scratch::postgres::Server;
use safe_migration::scratch::powers::{Powers, USER};
use safe_migration::scratch::programs::Programs;
use safe_migration::scratch::wire::Connection;
use safe_migration::sql::version::ServerVersion;

use self::catalog::LiveCatalog;
use self::facts::{Facts, RelationFiles, tell};
use self::rows::{Row, rows};

const SCHEMA: &str = include_str!("../../locks/schema.sql");

/// How long a statement may take until it waits or is done.
const PATIENCE: Duration = Duration::from_secs(10);

/// A private server with a database that holds the schema.
struct Cluster {
    server: Server,
    version: ServerVersion,
    _cache: Cache,
}

impl Cluster {
    /// Starts a server with the tables of the lists; nothing where this machine has none.
    fn start() -> Option<Self> {
        let cluster = Cluster::start_in("tests/locks")?;
        cluster.server.databases.create("prepared", None).unwrap();
        cluster.connect("prepared").ask(SCHEMA).unwrap();
        Some(cluster)
    }

    /// Starts an empty server; tests that run at once name different places.
    fn start_in(place: &str) -> Option<Self> {
        let programs = match Programs::find(None, Path::new("python3")) {
            Ok(programs) => programs,
            Err(error) => {
                assert!(std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(), "{error}");
                return None;
            }
        };
        let cache = Cache::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(place), || ()).unwrap();
        let server = Server::start(programs, &cache, Powers::Superuser).unwrap();
        let version = ServerVersion::parse(&server.databases.version).unwrap();
        Some(Cluster { server, version, _cache: cache })
    }

    fn connect(&self, database: &str) -> Connection {
        Connection::open(&self.server.socket_dir().join(".s.PGSQL.5432"), USER, database).unwrap()
    }

    /// Runs a row; returns what the table tells and what the server does.
    fn run(&self, row: &Row) -> Result<(Facts, Facts), String> {
        if row.outside { self.outside(row) } else { self.inside(row) }
    }

    /// Runs a row in a transaction, which is never committed.
    fn inside(&self, row: &Row) -> Result<(Facts, Facts), String> {
        let mut session = self.connect("prepared");
        session.ask("BEGIN").unwrap();
        let standing = RelationFiles::read(&mut session);
        let (mut reported, mut seen) = (Facts::new(), Facts::new());
        for sql in row.statements() {
            tell(&mut reported, sql, self.version, &LiveCatalog::read(&mut session));
            session.ask(sql).map_err(|error| error.to_string())?;
        }
        standing.add_locks(&mut seen, &mut session, "pg_backend_pid()");
        standing.add_scans(&mut seen, &mut session, "pg_stat_xact_user_tables");
        standing.add_rewrites(&mut seen, &mut session);
        standing.comparable(&mut reported, &mut seen);
        Ok((reported, seen))
    }

    /// Runs a row that does not run in a transaction block, on a database of its own. Others hold
    /// locks on its tables, so that it is seen waiting; each lets go when the row waits for it.
    fn outside(&self, row: &Row) -> Result<(Facts, Facts), String> {
        self.server.databases.create("used", Some("prepared")).unwrap();
        let mut watch = self.connect("used");
        let standing = RelationFiles::read(&mut watch);
        let (mut reported, mut seen) = (Facts::new(), Facts::new());
        tell(&mut reported, &row.sql, self.version, &LiveCatalog::read(&mut watch));
        let others = reported.keys().flat_map(|table| {
            ["SHARE UPDATE EXCLUSIVE", "ROW EXCLUSIVE"].map(|mode| {
                let mut other = self.connect("used");
                other.ask(&format!("BEGIN; LOCK TABLE ONLY {table} IN {mode} MODE")).unwrap();
                (pid(&mut other), other)
            })
        });
        let mut others: Vec<(String, Connection)> = others.collect();
        let mut session = self.connect("used");
        let (own, sql) = (pid(&mut session), row.sql.clone());
        let running =
            thread::spawn(move || session.ask(&sql).map(drop).map_err(|error| error.to_string()));
        while let Some(blockers) = self.blockers(&mut watch, &own) {
            standing.add_locks(&mut seen, &mut watch, &own);
            others.retain(|(pid, _)| !blockers.contains(pid));
        }
        running.join().unwrap()?;
        standing.add_rewrites(&mut seen, &mut watch);
        standing.comparable(&mut reported, &mut seen);
        // Before PostgreSQL 15 statistics arrive when they arrive.
        let began = Instant::now();
        while reported != seen && began.elapsed() < Duration::from_secs(2) {
            standing.add_scans(&mut seen, &mut watch, "pg_stat_user_tables");
        }
        Ok((reported, seen))
    }

    /// Waits until a session waits, and returns for whom; nothing once it is gone.
    fn blockers(&self, watch: &mut Connection, pid: &str) -> Option<Vec<String>> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let sql = format!(
                "SELECT array_to_string(pg_blocking_pids(pid), ',') FROM pg_stat_activity WHERE pid = {pid}"
            );
            let rows = watch.ask(&sql).unwrap();
            let blockers = &rows.first()?[0];
            if !blockers.is_empty() {
                return Some(blockers.split(',').map(str::to_owned).collect());
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("the session {pid} neither waits nor ends");
    }
}

fn pid(session: &mut Connection) -> String {
    session.ask("SELECT pg_backend_pid()").unwrap()[0][0].clone()
}

/// Returns what the table tells and the server does not do, in words.
fn disagreement(row: &Row, reported: &Facts, seen: &Facts) -> Option<String> {
    let mut words = String::new();
    let tables: Vec<&String> =
        reported.keys().chain(seen.keys().filter(|table| !reported.contains_key(*table))).collect();
    for table in tables {
        let (mut reported, mut seen) = (reported.get(table).copied(), seen.get(table).copied());
        if let (Some(reported), Some(seen)) = (&mut reported, &mut seen) {
            if row.at_worst {
                (seen.scanned, seen.rewritten) =
                    (seen.scanned | reported.scanned, seen.rewritten | reported.rewritten);
            }
            if row.copies {
                seen.rewritten = reported.rewritten;
            }
        }
        if reported != seen {
            let _infallible = write!(
                words,
                "\n    `{table}`: the table tells {reported:?}, the server shows {seen:?}"
            );
        }
    }
    (!words.is_empty()).then_some(words)
}

#[test]
fn a_live_server_locks_scans_and_rewrites_what_the_lock_table_tells() {
    let Some(cluster) = Cluster::start() else { return };
    let mut wrong = String::new();
    let mut agreed = 0;
    for row in rows() {
        let words = match (cluster.run(&row), row.is_for(cluster.version.major)) {
            (Ok((reported, seen)), true) => disagreement(&row, &reported, &seen),
            (Ok(_), false) => Some(" runs, which this version was said not to do".to_owned()),
            (Err(why), true) => Some(format!(" does not run: {why}")),
            (Err(_), false) => None,
        };
        match words {
            Some(words) => wrong += &format!("\n{}: {}{words}", row.name, row.sql),
            None => agreed += 1,
        }
    }
    assert!(
        wrong.is_empty(),
        "PostgreSQL {}, {agreed} statements agree, but:{wrong}",
        cluster.version
    );
    assert!(agreed > 200, "{agreed} statements");
}
