//! A private PostgreSQL server: a data folder of our own, a socket, no network, gone when it is
//! dropped.
//!
//! The data folder is kept between runs with a template database for each point of the history that
//! was reached. What makes a server safe to crash is switched off: it holds nothing that cannot be
//! made again.

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::scratch::cache::{self, Cache};
use crate::scratch::databases::Databases;
use crate::scratch::error::Error;
use crate::scratch::lifeline::Tied;
use crate::scratch::powers::{self, Powers};
use crate::scratch::programs::Programs;
use crate::scratch::wire::{Connection, Login};
use crate::scratch::{leftover, mariadb};
use crate::sql::version::ServerVersion;

/// The superuser, whose password this program alone knows.
const OWNER: &str = "safe_migration";

/// The port, which is but a part of the socket's name.
pub const PORT: u16 = 5432;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Tied,
    data: PathBuf,
    socket_dir: tempfile::TempDir,
    programs: Programs,
    /// What every connection must show.
    pub marker: String,
    /// Its databases.
    pub databases: Databases,
    /// What the project's code may do there.
    pub powers: Powers,
}

impl Server {
    /// Starts the server of a repository, whose data folder is made where it is not there, or is of
    /// no use any more.
    pub fn start(programs: Programs, cache: &Cache, powers: Powers) -> Result<Self, Error> {
        let version = programs.version();
        // Servers of version 0.1 lie in `postgresql-...`: their role was a superuser.
        let data = cache.place(&format!("postgres-{version}-{}", programs.key()));
        let kept = data.exists() && key_of(&data).exists();
        if !kept {
            make(&programs, &data)?;
        }
        match Server::run(programs.clone(), &data, cache, &version, powers) {
            Err(Error::ServerFails { .. }) if kept => {
                make(&programs, &data)?;
                Server::run(programs, &data, cache, &version, powers)
            }
            started => started,
        }
    }

    fn run(
        programs: Programs,
        data: &Path,
        cache: &Cache,
        version: &str,
        powers: Powers,
    ) -> Result<Self, Error> {
        end_left_over(data);
        let socket_dir = cache.notes().temporary()?;
        programs.share(socket_dir.path())?;
        let marker = cache::marker();
        let log = data.join("safe-migration.log");
        let server = programs.server([data, socket_dir.path()]);
        let command = configured(server, data, socket_dir.path(), &marker, &log)?;
        let process =
            Tied::start(command).map_err(|source| Error::File { path: data.to_owned(), source })?;
        cache.notes().process(process.id(), data)?;
        let data = data.to_owned();
        let password = fs::read_to_string(key_of(&data))
            .map_err(|source| Error::File { path: key_of(&data), source })?;
        let databases = Databases {
            socket: socket(socket_dir.path()),
            door: "postgres".to_owned(),
            login: Login { user: OWNER.to_owned(), password: Some(password) },
            prefix: String::new(),
            version: version.to_owned(),
            connection: RefCell::default(),
        };
        let mut server = Server { process, data, socket_dir, programs, marker, databases, powers };
        server.wait(&log)?;
        for statement in powers::of_role(powers, version) {
            server.databases.ask(&statement)?;
        }
        Ok(server)
    }

    /// Returns the folder of the socket.
    pub fn socket_dir(&self) -> &Path {
        self.socket_dir.path()
    }

    fn wait(&mut self, log: &Path) -> Result<(), Error> {
        let began = Instant::now();
        while !self.databases.is_alive() {
            if self.process.has_ended() || began.elapsed() > PATIENCE {
                return Err(Error::server_fails("PostgreSQL", last_words(log)));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Ends it, and runs another one on a copy of its data, which stays when this program has
    /// ended.
    pub fn leave(self, data: &Path) -> Result<Left, Error> {
        let (programs, from, marker) =
            (self.programs.clone(), self.data.clone(), self.marker.clone());
        let login = self.databases.login.clone();
        drop(self);
        mariadb::copy(&from, data)?;
        let failed = |source| Error::File { path: data.to_owned(), source };
        let made = tempfile::Builder::new().prefix("sm").tempdir_in("/tmp");
        let socket_dir =
            made.map_err(|source| Error::NoPlace { path: "/tmp".into(), source })?.keep();
        programs.give(&socket_dir)?;
        let log = data.join("safe-migration.log");
        let mut command =
            configured(programs.command("postgres"), data, &socket_dir, &marker, &log)?;
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let pid = command.stdin(Stdio::null()).spawn().map_err(failed)?.id();
        let began = Instant::now();
        while Connection::log_in(&socket(&socket_dir), &login, "postgres").is_err() {
            if began.elapsed() > PATIENCE {
                return Err(Error::server_fails("PostgreSQL", last_words(&log)));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(Left { socket_dir, pid })
    }
}

/// A server that stays when this program has ended.
#[derive(Debug)]
pub struct Left {
    /// The folder of its socket.
    pub socket_dir: PathBuf,
    /// The number of its process.
    pub pid: u32,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.databases.connection.take();
        match end_quickly(&self.data) {
            true => self.process.wait(),
            false => self.process.cut(),
        }
    }
}

/// Asks a server for a fast shutdown (SIGINT; `pg_ctl stop -m fast` looks ten times a second whether
/// it has come to pass).
#[cfg(unix)]
fn end_quickly(data: &Path) -> bool {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let pid = leftover::pid_of(data).and_then(|pid| pid.parse().ok()).filter(|pid| *pid > 1);
    pid.is_some_and(|pid| kill(Pid::from_raw(pid), Signal::SIGINT).is_ok())
}

#[cfg(not(unix))]
fn end_quickly(_data: &Path) -> bool {
    false
}

/// The socket of a server in a folder.
pub fn socket(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// The file that holds the superuser's password, beside a data folder and not in it: the server does
/// not read it, and nothing behind walls does.
fn key_of(data: &Path) -> PathBuf {
    data.with_file_name(format!("{}.key", data.file_name().unwrap_or_default().to_string_lossy()))
}

/// Writes a file that nobody else reads.
fn write_private(path: &Path, content: &str) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(content.as_bytes()));
    written.map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Makes a data folder, in place of one that is there; it has its name when it is whole.
fn make(programs: &Programs, data: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { path: data.to_owned(), source };
    let beside = data.with_extension("new");
    remove(data)?;
    remove(&beside)?;
    fs::create_dir_all(&beside).map_err(failed)?;
    programs.give(&beside)?;
    let (password, said) = (cache::marker(), data.with_extension("password"));
    write_private(&said, &password)?;
    programs.give(&said)?;
    let mut command = programs.command("initdb");
    command.arg("-D").arg(&beside).args([
        "-A",
        "scram-sha-256",
        "-U",
        OWNER,
        "--no-sync",
        "--no-locale",
        "-E",
        "UTF8",
    ]);
    if ServerVersion::parse(&programs.version()).is_some_and(|version| version.is_at_least(11)) {
        command.arg("--wal-segsize=1");
    }
    let output = command.arg("--pwfile").arg(&said).stdin(Stdio::null()).output();
    let _ = fs::remove_file(&said);
    let output = output.map_err(failed)?;
    if output.status.success() {
        let hba = beside.join("pg_hba.conf");
        let rows = format!("local all {OWNER} scram-sha-256\nlocal all all trust\n");
        fs::write(&hba, rows).map_err(failed)?;
        write_private(&key_of(data), &password)?;
        return fs::rename(&beside, data).map_err(failed);
    }
    remove(&beside)?;
    let reported = String::from_utf8_lossy(&output.stderr).into_owned();
    let why = reported
        .lines()
        .find(|line| line.contains("error:"))
        .or(reported.lines().last())
        .unwrap_or("initdb fails");
    Err(Error::server_fails("PostgreSQL", why.to_owned()))
}

fn remove(folder: &Path) -> Result<(), Error> {
    match folder.exists() {
        true => fs::remove_dir_all(folder)
            .map_err(|source| Error::File { path: folder.to_owned(), source }),
        false => Ok(()),
    }
}

/// Ends the server of a run that was killed, and takes its note away: PostgreSQL believes any
/// process of that number.
fn end_left_over(data: &Path) {
    let note = data.join("postmaster.pid");
    if let Some(pid) = leftover::pid_of(data) {
        leftover::end(&pid, &data.to_string_lossy());
        let _ = fs::remove_file(note);
    }
}

fn last_words(log: &Path) -> String {
    let reported = fs::read_to_string(log).unwrap_or_default();
    let line = reported
        .lines()
        .rev()
        .find(|line| ["FATAL", "PANIC", "ERROR"].iter().any(|word| line.contains(word)));
    line.or(reported.lines().last()).unwrap_or("it does not answer").to_owned()
}

fn configured(
    mut command: Command,
    data: &Path,
    socket_dir: &Path,
    marker: &str,
    log: &Path,
) -> Result<Command, Error> {
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
        // In UTC, `timestamp` to `timestamptz` skips the rewrite that production may need, and a
        // zone that equals it in winter hides a moment that shifts.
        ("timezone", "America/St_Johns".to_owned()),
        ("safe_migration.marker", marker.to_owned()),
    ];
    let failed = |source| Error::File { path: log.to_owned(), source };
    let file = fs::File::create(log).map_err(failed)?;
    let errors = file.try_clone().map_err(failed)?;
    command.arg("-D").arg(data).stdout(file).stderr(errors);
    for (name, value) in settings {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    Ok(command)
}
