//! A private MariaDB server: a data folder of our own, a socket, no network, gone when it is
//! dropped.
//!
//! DDL is not undone there, so every rehearsal starts from a copy of the data folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::scratch::cache::is_root;
use crate::scratch::error::Error;
use crate::scratch::leftover::Notes;
use crate::scratch::lifeline::{self, Tied};
use crate::scratch::walls::Walls;

/// The user of the scratch databases.
pub const USER: &str = "root";

/// The database that a rehearsal runs in.
pub const DATABASE: &str = "safe_migration";

const PATIENCE: Duration = Duration::from_secs(120);

/// Where the programs lie besides PATH.
const FOLDERS: [&str; 5] = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/usr/local/opt/mariadb/bin",
];

/// A redo log of the usual 96 MB would be most of what is copied for each rehearsal.
const SMALL_LOG: &str = "--innodb-log-file-size=4M";

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Tied,
    socket_dir: PathBuf,
}

/// The programs of a server, and where they are looked for.
#[derive(Clone, Debug)]
pub struct Programs {
    folders: Vec<PathBuf>,
}

impl Programs {
    /// Looks in the configured folder and those beside it, else on PATH and in the usual folders.
    pub fn of(configured: Option<&str>) -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = match configured {
            Some(folder) => {
                ["", "../sbin", "../scripts"].map(|beside| Path::new(folder).join(beside)).to_vec()
            }
            None => env::split_paths(&path).chain(FOLDERS.iter().map(PathBuf::from)).collect(),
        };
        Programs { folders }
    }

    fn find(&self, names: [&str; 2]) -> Result<PathBuf, Error> {
        let places = names
            .into_iter()
            .flat_map(|name| self.folders.iter().map(move |folder| folder.join(name)));
        places
            .into_iter()
            .find(|program| program.exists())
            .ok_or(Error::NoServer { server: "MariaDB" })
    }

    /// Returns the server's program, which is not started.
    pub fn server(&self) -> Result<PathBuf, Error> {
        self.find(["mariadbd", "mysqld"])
    }

    /// Returns what the server says of its version, `10.11.19`; MySQL's own is none.
    pub fn version(&self) -> Result<String, Error> {
        let reported = Command::new(self.server()?).arg("--version").stdin(Stdio::null()).output();
        let reported = reported
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        let version = reported.split_whitespace().find_map(|word| word.split_once("-MariaDB"));
        version.map(|(number, _)| number.to_owned()).ok_or(Error::NoServer { server: "MariaDB" })
    }
}

/// Makes a data folder that holds nothing of anybody's, once.
pub fn make(programs: &Programs, place: &Path) -> Result<PathBuf, Error> {
    let whole = place.join("empty");
    if whole.exists() {
        return Ok(whole);
    }
    // It has its name when it is whole.
    let data = place.join("new");
    let failed = |source| Error::File { path: data.clone(), source };
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).map_err(failed)?;
    let temporary = tempfile::tempdir_in(place).map_err(failed)?;
    let mut install = Command::new(programs.find(["mariadb-install-db", "mysql_install_db"])?);
    install.args(["--no-defaults", &format!("--datadir={}", data.display())]);
    install.args(["--auth-root-authentication-method=normal", "--skip-test-db", SMALL_LOG]);
    install.arg(format!("--tmpdir={}", temporary.path().display()));
    install.args(is_root().then_some("--user=root")).stdin(Stdio::null());
    let output = install.output().map_err(failed)?;
    if !output.status.success() {
        let words = [output.stderr, output.stdout].concat();
        let why = String::from_utf8_lossy(&words)
            .lines()
            .find(|line| line.contains("ERROR"))
            .map(str::to_owned);
        return Err(Error::server_fails(
            "MariaDB",
            why.unwrap_or("mariadb-install-db fails".to_owned()),
        ));
    }
    fs::rename(&data, &whole).map_err(failed)?;
    Ok(whole)
}

/// Makes empty databases in a data folder on which nothing runs; those that are there stay.
pub fn add_databases(data: &Path, names: &[String]) -> Result<(), Error> {
    names.iter().try_for_each(|name| {
        let folder = data.join(name);
        fs::create_dir_all(&folder).map_err(|source| Error::File { path: folder, source })
    })
}

/// Copies a data folder; nothing may run on it. The copy has its name when it is whole.
pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let beside = to.with_extension("new");
    let _ = fs::remove_dir_all(to);
    let _ = fs::remove_dir_all(&beside);
    let mut command = Command::new("cp");
    let copied = match command.args(["-a", "--reflink=auto"]).arg(from).arg(&beside).status() {
        Ok(status) if status.success() => fs::rename(&beside, to),
        Ok(_) => Err(std::io::Error::other("it cannot be copied to")),
        Err(source) => Err(source),
    };
    copied.map_err(|source| Error::File { path: to.to_owned(), source })
}

impl Server {
    /// Starts a server on a data folder, with its socket in another one, where a server that was
    /// there has ended.
    pub fn start(
        programs: &Programs,
        data: &Path,
        socket_dir: &Path,
        notes: &Notes,
    ) -> Result<Self, Error> {
        let failed = |source| Error::File { path: data.to_owned(), source };
        let socket = socket_dir.join("s");
        ["s", "pid"].iter().for_each(|name| drop(fs::remove_file(socket_dir.join(name))));
        let log = data.join("safe-migration.log");
        let errors = fs::File::create(&log).map_err(failed)?;
        let program = programs.server()?;
        let walls = Walls::of_server(&program).writing([data, socket_dir]);
        let mut command = lifeline::command(Some(&walls), &program, "KILL");
        command.args(["--no-defaults", &format!("--datadir={}", data.display())]);
        command.arg(format!("--socket={}", socket.display()));
        command.arg(format!("--pid-file={}", socket_dir.join("pid").display()));
        // A server that starts clears its folder for temporary tables, those of another server
        // among them.
        command.arg(format!("--tmpdir={}", socket_dir.display()));
        command.args([
            "--skip-networking",
            "--skip-log-bin",
            "--performance-schema=OFF",
            "--innodb-flush-log-at-trx-commit=0",
            "--lock-wait-timeout=15",
            "--character-set-server=utf8mb4",
            "--default-time-zone=-03:30",
            SMALL_LOG,
        ]);
        command.args(is_root().then_some("--user=root")).stdout(Stdio::null()).stderr(errors);
        let process = Tied::start(command).map_err(failed)?;
        let mut server = Server { process, socket_dir: socket_dir.to_owned() };
        server.wait(&log)?;
        if let Some(pid) = server.pid().and_then(|pid| pid.parse().ok()) {
            notes.process(pid, data)?;
        }
        Ok(server)
    }

    /// Returns the socket.
    pub fn socket(&self) -> PathBuf {
        self.socket_dir.join("s")
    }

    /// Tells whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        !self.process.has_ended()
    }

    fn wait(&mut self, log: &Path) -> Result<(), Error> {
        let began = Instant::now();
        while !fs::read_to_string(log).unwrap_or_default().contains("ready for connections")
            || !self.socket().exists()
        {
            if self.process.has_ended() || began.elapsed() > PATIENCE {
                let why = fs::read_to_string(log).unwrap_or_default();
                let why = why
                    .lines()
                    .rev()
                    .find(|line| line.contains("[ERROR]"))
                    .unwrap_or("it does not answer")
                    .to_owned();
                return Err(Error::server_fails("MariaDB", why));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops it in order, so that its data folder can be copied.
    pub fn stop(mut self) {
        self.end();
    }

    fn pid(&self) -> Option<String> {
        Some(fs::read_to_string(self.socket_dir.join("pid")).ok()?.trim().to_owned())
    }

    fn end(&mut self) {
        match self.pid() {
            Some(pid) => {
                let _ = Command::new("kill").arg(pid).stderr(Stdio::null()).status();
                self.process.wait();
            }
            None => self.process.cut(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
