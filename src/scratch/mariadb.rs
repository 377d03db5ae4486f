//! A private MariaDB server: a data folder of our own, a socket, no network, gone when it is dropped.
//!
//! DDL is not undone there, so every rehearsal starts from a copy of the data folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::scratch::cache::is_root;
use crate::scratch::error::Error;

/// The user of the scratch databases.
pub const USER: &str = "root";

/// The database that a rehearsal runs in.
pub const DATABASE: &str = "safe_migration";

const PATIENCE: Duration = Duration::from_secs(60);

/// Where the programs lie besides PATH.
const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/opt/mariadb/bin"];

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Child,
    socket_dir: tempfile::TempDir,
}

/// Finds a program on PATH or in the usual folders.
fn program(names: [&str; 2]) -> Result<PathBuf, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).chain(FOLDERS.iter().map(PathBuf::from)).collect();
    let found = names
        .into_iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.exists());
    found.ok_or(Error::NoServer { server: "MariaDB" })
}

/// Makes a data folder with an empty database, once.
pub fn make(place: &Path) -> Result<PathBuf, Error> {
    let data = place.join("mariadb-empty");
    if data.join("made").exists() {
        return Ok(data);
    }
    let failed = |source| Error::File { path: data.clone(), source };
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).map_err(failed)?;
    let mut install = Command::new(program(["mariadb-install-db", "mysql_install_db"])?);
    install
        .arg(format!("--datadir={}", data.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
    install.args(is_root().then_some("--user=root")).stdin(Stdio::null());
    let output = install.output().map_err(failed)?;
    if !output.status.success() {
        let why =
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("mariadb-install-db fails").to_owned();
        return Err(Error::ServerFails { server: "MariaDB", why });
    }
    fs::create_dir_all(data.join(DATABASE)).map_err(failed)?;
    fs::write(data.join("made"), "").map_err(failed)?;
    Ok(data)
}

/// Copies a data folder; nothing may run on it.
pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let _ = fs::remove_dir_all(to);
    let mut command = Command::new("cp");
    let status = command.args(["-a", "--reflink=auto"]).arg(from).arg(to).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Error::File { path: to.to_owned(), source: std::io::Error::other("it cannot be copied to") }),
        Err(source) => Err(Error::File { path: to.to_owned(), source }),
    }
}

impl Server {
    /// Starts a server on a data folder.
    pub fn start(data: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: data.to_owned(), source };
        let socket_dir = tempfile::Builder::new().prefix("sm").tempdir_in("/tmp").map_err(failed)?;
        let socket = socket_dir.path().join("s");
        let log = data.join("safe-migration.log");
        let errors = fs::File::create(&log).map_err(failed)?;
        let mut command = Command::new(program(["mariadbd", "mysqld"])?);
        command
            .arg("--no-defaults")
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", socket.display()));
        command.arg(format!("--pid-file={}", socket_dir.path().join("pid").display()));
        command.args([
            "--skip-networking",
            "--skip-log-bin",
            "--performance-schema=OFF",
            "--innodb-flush-log-at-trx-commit=0",
            "--lock-wait-timeout=15",
        ]);
        command.args(is_root().then_some("--user=root")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        let process = command.spawn().map_err(failed)?;
        let mut server = Server { process, socket_dir };
        server.wait(&log)?;
        Ok(server)
    }

    /// Returns the socket.
    pub fn socket(&self) -> PathBuf {
        self.socket_dir.path().join("s")
    }

    fn wait(&mut self, log: &Path) -> Result<(), Error> {
        let began = Instant::now();
        while !fs::read_to_string(log).unwrap_or_default().contains("ready for connections") || !self.socket().exists()
        {
            if self.process.try_wait().ok().flatten().is_some() || began.elapsed() > PATIENCE {
                let why = fs::read_to_string(log).unwrap_or_default();
                let why =
                    why.lines().rev().find(|line| line.contains("[ERROR]")).unwrap_or("it does not answer").to_owned();
                return Err(Error::ServerFails { server: "MariaDB", why });
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops it in order, so that its data folder can be copied.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").arg(pid).stderr(Stdio::null()).status();
        let began = Instant::now();
        while self.process.try_wait().ok().flatten().is_none() {
            if began.elapsed() > PATIENCE {
                let _ = self.process.kill();
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
