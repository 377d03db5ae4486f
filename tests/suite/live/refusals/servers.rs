//! Real servers that are asked one statement after the other.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use safe_migration::scratch::cache::Cache;
use safe_migration::scratch::leftover::Notes;
use safe_migration::scratch::mariadb;
use safe_migration::scratch::postgres::Server;
use safe_migration::scratch::powers::{Powers, USER};
use safe_migration::scratch::programs::Programs;
use safe_migration::scratch::wire::Connection;

/// A server that takes a statement or says why not.
pub(super) trait Asked {
    /// Forgets everything.
    fn clear(&mut self);

    /// Runs a statement.
    fn ask(&mut self, sql: &str) -> Result<(), String>;
}

/// A private PostgreSQL.
pub(super) struct PostgreSql {
    connection: Connection,
    _server: Server,
    _cache: Cache,
}

impl PostgreSql {
    pub(super) fn start() -> Option<Self> {
        let programs = Programs::find(None, Path::new("python3")).ok()?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/live/refusals");
        let cache = Cache::open(&folder, || ()).unwrap();
        let server = Server::start(programs, &cache, Powers::Superuser).unwrap();
        server.databases.create("refusals", None).unwrap();
        let socket = server.socket_dir().join(".s.PGSQL.5432");
        let connection = Connection::open(&socket, USER, "refusals").unwrap();
        Some(PostgreSql { connection, _server: server, _cache: cache })
    }
}

impl Asked for PostgreSql {
    fn clear(&mut self) {
        self.connection.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
    }

    fn ask(&mut self, sql: &str) -> Result<(), String> {
        self.connection.ask(sql).map(drop).map_err(|error| error.to_string())
    }
}

/// A program that answers each line with one line: `ok`, or the words of an error.
struct Lines {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Lines {
    fn start(mut command: Command) -> Option<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let (input, output) = (child.stdin.take()?, child.stdout.take()?);
        Some(Lines { child, input, output: BufReader::new(output) })
    }

    fn ask(&mut self, line: &str) -> Result<(), String> {
        writeln!(self.input, "{line}").unwrap();
        self.input.flush().unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        match answer.trim() {
            "ok" => Ok(()),
            words => Err(words.to_owned()),
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// SQLite, by Python's module.
pub(super) struct Sqlite(Lines);

const SQLITE: &str = r#"
import sqlite3, sys
connection = sqlite3.connect(":memory:", isolation_level=None)
for line in sys.stdin:
    if line.strip() == "clear":
        connection.close()
        connection = sqlite3.connect(":memory:", isolation_level=None)
        print("ok", flush=True)
        continue
    try:
        connection.execute(line)
        print("ok", flush=True)
    except Exception as error:
        print(str(error).replace("\n", " "), flush=True)
"#;

impl Sqlite {
    pub(super) fn start() -> Option<Self> {
        let mut command = Command::new("python3");
        command.args(["-c", SQLITE]);
        Lines::start(command).map(Sqlite)
    }
}

impl Asked for Sqlite {
    fn clear(&mut self) {
        self.0.ask("clear").unwrap();
    }

    fn ask(&mut self, sql: &str) -> Result<(), String> {
        self.0.ask(sql)
    }
}

/// A private MariaDB, by pymysql.
pub(super) struct MariaDb {
    lines: Lines,
    _server: mariadb::Server,
    _folder: tempfile::TempDir,
}

const MARIADB: &str = r#"
import pymysql, sys
connection = pymysql.connect(unix_socket=sys.argv[1], user="root", autocommit=True)
cursor = connection.cursor()
for line in sys.stdin:
    if line.strip() == "clear":
        cursor.execute("DROP DATABASE IF EXISTS refusals")
        cursor.execute("CREATE DATABASE refusals")
        cursor.execute("USE refusals")
        print("ok", flush=True)
        continue
    try:
        cursor.execute(line)
        print("ok", flush=True)
    except Exception as error:
        print(str(error.args[1]).replace("\n", " "), flush=True)
"#;

impl MariaDb {
    pub(super) fn start() -> Option<Self> {
        let programs = mariadb::Programs::of(None);
        programs.server().ok()?;
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let empty = mariadb::make(&programs, folder.path()).unwrap();
        let sockets = folder.path().join("run");
        std::fs::create_dir(&sockets).unwrap();
        let notes = Notes::of(folder.path());
        let server = mariadb::Server::start(&programs, &empty, &sockets, &notes).unwrap();
        let mut command = Command::new("python3");
        command.args(["-c", MARIADB]).arg(server.socket());
        let lines = Lines::start(command)?;
        Some(MariaDb { lines, _server: server, _folder: folder })
    }
}

impl Asked for MariaDb {
    fn clear(&mut self) {
        self.lines.ask("clear").unwrap();
    }

    fn ask(&mut self, sql: &str) -> Result<(), String> {
        self.lines.ask(sql)
    }
}
