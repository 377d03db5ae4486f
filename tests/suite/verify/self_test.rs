//! A layer of the guard that does not hold stops the run before the project is loaded, and a server
//! without the marker hears no statement of the project.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};

use crate::common::Repo;

use super::{NULLABLE, can_run, has_modules, has_postgresql, left, project, verify_with, write};

/// A project whose env.py says so when it is loaded, which must not happen.
fn untouched(url: &str) -> Repo {
    let repo = project(url);
    let env = std::fs::read_to_string(repo.root().join("alembic/env.py")).unwrap();
    repo.write("alembic/env.py", format!("open('loaded', 'w').close()\n{env}"));
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    repo
}

/// Runs `verify` with a Python that begins with some lines; it must stop before the project is
/// loaded.
fn stopped(repo: &Repo, lines: &str) -> String {
    let folder = repo.beside("python");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("sitecustomize.py"), lines).unwrap();
    let folder = folder.display().to_string();
    let ran = verify_with(repo, &["nullable"], &[("PYTHONPATH", &folder)]);
    assert_eq!(ran.status, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(left(repo, "loaded").is_none(), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint:"), "{}", ran.stderr);
    ran.stderr
}

#[test]
fn a_sqlalchemy_without_the_point_that_all_engines_pass_stops_the_run() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let reported = stopped(
        &untouched("sqlite:///app.db"),
        "from sqlalchemy.engine.url import URL\ndel URL._instantiate_plugins\n",
    );
    assert!(reported.contains("redirection cannot be guaranteed with SQLAlchemy"), "{reported}");
}

#[test]
fn a_sqlalchemy_that_goes_around_that_point_stops_the_run() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let around = "import sqlalchemy\nfrom sqlalchemy.engine import create, url\n\n\
        class Other(url.URL):\n    _instantiate_plugins = url.URL._instantiate_plugins\n\n\
        make_url = url.make_url\n\
        def other(name):\n    made = make_url(name)\n    return Other._new(*made) if hasattr(Other, '_new') else tuple.__new__(Other, made)\n\n\
        url.make_url = other\n";
    let reported = stopped(&untouched("sqlite:///app.db"), around);
    assert!(reported.contains("redirection cannot be guaranteed with SQLAlchemy"), "{reported}");
}

#[test]
fn a_marker_that_nobody_asks_for_stops_the_run() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let deaf =
        "from sqlalchemy import event\nevent.listen = lambda *_arguments, **_options: None\n";
    let reported = stopped(&untouched("sqlite:///app.db"), deaf);
    assert!(reported.contains("redirection cannot be guaranteed with SQLAlchemy"), "{reported}");
}

#[test]
fn a_kernel_that_denies_nothing_stops_the_run_unless_the_network_is_allowed() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) || !cfg!(target_os = "linux") {
        return;
    }
    let repo = untouched("sqlite:///app.db");
    let weak = "import ctypes, os\n\nos.environ.pop('SAFE_MIGRATION_WALLS', None)\n\nclass Library:\n    def __init__(self, *_arguments, **_options):\n        pass\n\n    def prctl(self, *_arguments):\n        return -1\n\nctypes.CDLL = Library\n";
    let reported = stopped(&repo, weak);
    assert!(reported.contains("network = \"allow\""), "{reported}");
    repo.write("safe-migration.toml", "[verify]\nnetwork = \"allow\"\n");
    repo.git(&["add", "-A"]);
    let folder = repo.beside("python").display().to_string();
    let ran = verify_with(&repo, &["nullable"], &[("PYTHONPATH", &folder)]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_python_without_a_driver_is_told_which_ones_there_are() {
    if !can_run("PostgreSQL", has_postgresql() && has_modules("alembic, sqlalchemy")) {
        return;
    }
    let none = "import sys\n\nclass Nobody:\n    def find_spec(self, name, path=None, target=None):\n        \
        if name in ('psycopg', 'psycopg2', 'asyncpg', 'pg8000'):\n            raise ModuleNotFoundError(name, name=name)\n\nsys.meta_path.insert(0, Nobody())\n";
    let reported = stopped(&untouched("postgresql://u:p@production.invalid/prod"), none);
    assert!(
        reported.contains("no driver for postgresql") && reported.contains("psycopg"),
        "{reported}"
    );
}

/// A server that speaks just enough of PostgreSQL's protocol to be asked, without the marker; it
/// notes what it is asked.
struct Stranger {
    folder: tempfile::TempDir,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Stranger {
    fn listen() -> Self {
        let folder = tempfile::Builder::new().prefix("st").tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let noted = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = answer(stream, &noted);
            }
        });
        Stranger { folder, heard }
    }
}

fn answer(mut stream: UnixStream, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    stream.read_exact(&mut vec![0; u32::from_be_bytes(length) as usize - 4])?;
    let say = |kind: u8, body: &[u8]| {
        [&[kind][..], &(body.len() as u32 + 4).to_be_bytes(), body].concat()
    };
    let settings = [
        ("server_version", "16.2"),
        ("client_encoding", "UTF8"),
        ("standard_conforming_strings", "on"),
    ];
    let settings =
        settings.map(|(name, value)| say(b'S', format!("{name}\0{value}\0").as_bytes())).concat();
    stream.write_all(&[say(b'R', &[0; 4]), settings, say(b'Z', b"I")].concat())?;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let mut body =
            vec![0; u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize - 4];
        stream.read_exact(&mut body)?;
        if head[0] != b'Q' {
            return Ok(());
        }
        let sql = String::from_utf8_lossy(&body).trim_end_matches('\0').to_owned();
        let row = match sql.contains("current_setting") {
            true => {
                let column = [
                    &b"\0\x01marker\0"[..],
                    &[0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0],
                ]
                .concat();
                [say(b'T', &column), say(b'D', b"\0\x01\0\0\0\x05other")].concat()
            }
            false => Vec::new(),
        };
        let state: &[u8] = if sql.starts_with("ROLLBACK") { b"I" } else { b"T" };
        heard.lock().unwrap().push(sql);
        stream.write_all(&[row, say(b'C', b"SELECT 1\0"), say(b'Z', state)].concat())?;
    }
}

#[test]
fn a_server_without_the_marker_hears_the_question_for_it_and_nothing_else() {
    if !can_run(
        "PostgreSQL with psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2"),
    ) {
        return;
    }
    let stranger = Stranger::listen();
    let repo = project("postgresql+psycopg2://u:p@production.invalid/prod");
    // The class of connections is the one way of the driver that is not wrapped.
    repo.write(
        "alembic/env.py",
        format!(
            "import psycopg2.extensions\nfrom alembic import context\nfrom sqlalchemy import create_engine, event\n\n\
             engine = create_engine('postgresql+psycopg2://u:p@production.invalid/prod')\n\n\
             @event.listens_for(engine, 'do_connect')\ndef go(*_):\n    return psycopg2.extensions.connection('host={} dbname=prod user=u')\n\n\
             try:\n    with engine.connect() as connection:\n        context.configure(connection=connection)\n        \
             with context.begin_transaction():\n            context.run_migrations()\nexcept Exception:\n    pass\n",
            stranger.folder.path().display()
        ),
    );
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    // Behind walls no such server is there, but for one whose folder the interpreter reads, where
    // connections are nobody's business.
    repo.write("safe-migration.toml", "[verify]\nnetwork = \"allow\"\n");
    repo.git(&["add", "-A"]);
    let folder = stranger.folder.path().display().to_string();
    let ran = verify_with(&repo, &["nullable"], &[("PYTHONPATH", &folder)]);
    assert_eq!(ran.status, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("does not carry the marker"), "{}", ran.stderr);
    let mut heard = stranger.heard.lock().unwrap().clone();
    heard.retain(|sql| !sql.starts_with("SET datestyle")); // the driver greets servers with that by itself
    assert_eq!(heard, ["BEGIN", "SELECT current_setting('safe_migration.marker', true)"]);
}
