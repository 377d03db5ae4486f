//! The project's code, and the servers that it talks to, reach nothing outside of their walls.

use std::fs;
use std::io::Read;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::production::Production;
use super::{NULLABLE, can_run, has_modules, has_postgresql, project, verify_with, write};
use crate::common::{Ran, Repo};

/// What lies outside of the walls: a listener on a socket, a file, a database, a home.
struct Outside {
    folder: tempfile::TempDir,
    /// What the interpreter reads.
    read: tempfile::TempDir,
    production: Production,
    connections: Arc<AtomicUsize>,
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("canary"), "untouched").unwrap();
        fs::write(folder.path().join("prod.db"), "").unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let read = tempfile::tempdir().unwrap();
        for place in [folder.path(), read.path()] {
            listen_to_pipe(&place.join("p"), &connections);
            let datagrams = UnixDatagram::bind(place.join("d")).unwrap();
            let counted = connections.clone();
            std::thread::spawn(move || {
                while datagrams.recv(&mut [0; 64]).is_ok() {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
            });
            for name in ["s", ".s.PGSQL.5432"] {
                let listener = UnixListener::bind(place.join(name)).unwrap();
                let counted = connections.clone();
                std::thread::spawn(move || {
                    for _connection in listener.incoming().flatten() {
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        }
        Outside { folder, read, production: Production::listen(), connections }
    }

    fn tried_by(&self, repo: &Repo, dialect: &str) -> (Option<i32>, String) {
        write(repo, &NULLABLE);
        repo.write("alembic/env.py", include_str!("env/ways_out.py"));
        repo.write(
            "safe-migration.toml",
            format!("dialect = {dialect:?}\n[verify]\nadversarial = false\n"),
        );
        repo.git(&["add", "-A"]);
        let address = self.production.address();
        let root = repo.root();
        let pid = std::process::id().to_string();
        let memory = Shared::new();
        let variables = [
            ("WAYS_OUTSIDE", self.folder.path().to_str().unwrap()),
            ("WAYS_WORK_TREE", root.to_str().unwrap()),
            ("WAYS_PORT", address.rsplit(':').next().unwrap()),
            ("WAYS_HOME", self.folder.path().to_str().unwrap()),
            ("WAYS_PID", &pid),
            ("WAYS_SHARED", &memory.0),
            ("WAYS_READ", self.read.path().to_str().unwrap()),
            ("PYTHONPATH", self.read.path().to_str().unwrap()),
        ];
        let ran = verify_with(repo, &["--verbose", "nullable"], &variables);
        (ran.status, format!("{}{}", ran.stdout, ran.stderr))
    }

    fn is_untouched(&self, repo: &Repo) -> bool {
        let read = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap();
        let hook = repo.root().join(".git/hooks/pre-commit");
        let ini = fs::read_to_string(repo.root().join("alembic.ini")).unwrap();
        read("canary") == "untouched"
            && read("prod.db").is_empty()
            && !hook.exists()
            && !ini.contains("escaped")
            && self.production.connections() == 0
            && self.connections.load(Ordering::SeqCst) == 0
    }
}

/// Counts what is written to a pipe. It holds the other end, too, so that it waits for writers only.
fn listen_to_pipe(pipe: &Path, counted: &Arc<AtomicUsize>) {
    let made = Command::new("mkfifo").args(["-m", "0666"]).arg(pipe).status().unwrap();
    assert!(made.success());
    let mut pipe = fs::File::options().read(true).write(true).open(pipe).unwrap();
    let counted = counted.clone();
    std::thread::spawn(move || {
        while pipe.read(&mut [0; 64]).is_ok_and(|read| read > 0) {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
}

#[test]
fn no_way_out_is_open_to_the_projects_code_or_to_the_server_that_it_talks_to() {
    let modules = has_modules("alembic, sqlalchemy, psycopg2");
    if !cfg!(target_os = "linux") || !can_run("PostgreSQL and Alembic", modules && has_postgresql())
    {
        return;
    }
    for url in ["sqlite:///app.db", "postgresql+psycopg2://u:p@prod.invalid/prod"] {
        let outside = Outside::new();
        let repo = project(url);
        let (status, reported) = outside.tried_by(&repo, url.split(['+', ':']).next().unwrap());
        assert!(!reported.contains("reached: "), "{url}\n{reported}");
        assert!(outside.is_untouched(&repo), "{url}\n{reported}");
        assert_eq!(status, Some(0), "{url}\n{reported}");
    }
}

/// An env.py that fails where it gets to a file outside of its copy.
const APPENDS: &str = "import os, socket\nfrom alembic import context\nfrom sqlalchemy import create_engine\n\n\
    for path in (os.environ['CANARY'], os.path.join(os.environ['WORK_TREE'], 'alembic.ini')):\n    \
    try:\n        open(path, 'a').close()\n    except OSError:\n        continue\n    \
    raise RuntimeError('reached: ' + path)\n\
    try:\n    socket.socket(socket.AF_UNIX).connect(os.environ['CANARY'][:-6] + 's')\nexcept OSError:\n    pass\n\
    else:\n    raise RuntimeError('reached: a socket')\n\
    with create_engine('sqlite:///app.db').connect() as connection:\n    \
    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n";

/// Memory that programs of this machine share.
struct Shared(String);

impl Shared {
    fn new() -> Self {
        let made = Command::new("ipcmk").args(["-M", "4096", "-p", "0666"]).output().unwrap();
        let said = String::from_utf8_lossy(&made.stdout).into_owned();
        Shared(said.split_whitespace().last().unwrap_or("-1").to_owned())
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let _ = Command::new("ipcrm").args(["-m", &self.0]).status();
    }
}

/// Runs something as in a container whose profile forbids namespaces: a filter is a thread's.
#[cfg(target_os = "linux")]
fn without_namespaces<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

    let forbid = || {
        let rules = [(libc::SYS_unshare, Vec::new())].into();
        let forbidden = SeccompAction::Errno(libc::EPERM as u32);
        let architecture = std::env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, forbidden, architecture);
        apply_filter(&BpfProgram::try_from(filter.unwrap()).unwrap()).unwrap();
        run()
    };
    std::thread::scope(|scope| scope.spawn(forbid).join().unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn no_way_out_is_open_where_the_kernel_gives_no_namespaces() {
    let modules = has_modules("alembic, sqlalchemy, psycopg2");
    if !can_run("PostgreSQL and Alembic", modules && has_postgresql()) {
        return;
    }
    for (url, wall) in [
        ("sqlite:///app.db", "landlock and seccomp and no-sockets"),
        ("postgresql+psycopg2://u:p@prod.invalid/prod", "landlock and seccomp and listed-sockets"),
    ] {
        let outside = Outside::new();
        let repo = project(url);
        let dialect = url.split(['+', ':']).next().unwrap();
        let (status, reported) = without_namespaces(|| outside.tried_by(&repo, dialect));
        assert!(!reported.contains("reached: "), "{url}\n{reported}");
        assert!(outside.is_untouched(&repo), "{url}\n{reported}");
        assert_eq!(status, Some(0), "{url}\n{reported}");
        assert!(reported.contains(&format!("walls: {wall}")), "{url}\n{reported}");
        assert!(!reported.contains("in reach of"), "{url}\n{reported}");
    }
}

#[test]
fn the_walls_stand_though_the_programs_file_is_gone() {
    if !cfg!(target_os = "linux") || !can_run("Alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let (outside, repo) = (Outside::new(), project("sqlite:///app.db"));
    write(&repo, &NULLABLE);
    repo.write("alembic/env.py", APPENDS);
    repo.git(&["add", "-A"]);
    // Whatever the file is called.
    let copy = repo.beside("another-name");
    fs::copy(env!("CARGO_BIN_EXE_safe-migration"), &copy).unwrap();
    // The shell's own copy of the program runs, and its file is taken away before it starts another.
    let verify = format!("{0} verify --verbose & sleep 0.05; rm {0}; wait $!", copy.display());
    let mut command = repo.command("sh");
    command.args(["-c", &verify]).env("SAFE_MIGRATION_CACHE", repo.cache());
    command.env("CANARY", outside.folder.path().join("canary")).env("WORK_TREE", repo.root());
    let ran = Ran::of(&mut command);
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("seccomp"), "{}", ran.stdout);
}

#[test]
fn the_ways_are_open_where_no_wall_stands() {
    let outside = Outside::new();
    let socket = outside.folder.path().join("s");
    std::os::unix::net::UnixStream::connect(socket).unwrap();
    fs::write(outside.read.path().join("p"), "escaped").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(outside.connections.load(Ordering::SeqCst), 2);
    std::net::TcpStream::connect(outside.production.address()).unwrap();
    assert_eq!(outside.production.connections(), 1);
}
