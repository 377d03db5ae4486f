//! The project's code, and the servers that it talks to, reach nothing outside of their walls.

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::production::Production;
use super::{NULLABLE, can_run, has_modules, has_postgresql, project, verify_with, write};
use crate::common::{Ran, Repo};

/// What lies outside of the walls: a listener on a socket, a file, a database, a home.
struct Outside {
    folder: tempfile::TempDir,
    production: Production,
    connections: Arc<AtomicUsize>,
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("canary"), "untouched").unwrap();
        fs::write(folder.path().join("prod.db"), "").unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        for name in ["s", ".s.PGSQL.5432"] {
            let listener = UnixListener::bind(folder.path().join(name)).unwrap();
            let counted = connections.clone();
            std::thread::spawn(move || {
                for _connection in listener.incoming().flatten() {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Outside { folder, production: Production::listen(), connections }
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
        let variables = [
            ("WAYS_OUTSIDE", self.folder.path().to_str().unwrap()),
            ("WAYS_WORK_TREE", root.to_str().unwrap()),
            ("WAYS_PORT", address.rsplit(':').next().unwrap()),
            ("WAYS_HOME", self.folder.path().to_str().unwrap()),
            ("WAYS_PID", &pid),
        ];
        let ran = verify_with(repo, &["nullable"], &variables);
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

#[test]
fn where_the_kernel_gives_no_namespaces_landlock_keeps_the_files() {
    let has_unshare =
        Command::new("unshare").args(["-Ur", "true"]).status().is_ok_and(|ran| ran.success());
    let modules = has_modules("alembic, sqlalchemy");
    if !cfg!(target_os = "linux") || !can_run("unshare and Alembic", modules && has_unshare) {
        return;
    }
    let (outside, repo) = (Outside::new(), project("sqlite:///app.db"));
    write(&repo, &NULLABLE);
    repo.write("alembic/env.py", APPENDS);
    repo.git(&["add", "-A"]);
    let verify = format!(
        "echo 0 > /proc/sys/user/max_user_namespaces; exec {} verify --verbose",
        env!("CARGO_BIN_EXE_safe-migration")
    );
    let mut command = repo.command("unshare");
    command.args(["-Ur", "sh", "-c", &verify]).env("SAFE_MIGRATION_CACHE", repo.cache());
    command.env("CANARY", outside.folder.path().join("canary")).env("WORK_TREE", repo.root());
    let ran = Ran::of(&mut command);
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
    let walls = "walls: landlock and seccomp and no-sockets";
    assert!(ran.stdout.contains(walls), "{}", ran.stdout);
    assert!(outside.is_untouched(&repo));
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
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(outside.connections.load(Ordering::SeqCst), 1);
    std::net::TcpStream::connect(outside.production.address()).unwrap();
    assert_eq!(outside.production.connections(), 1);
}
