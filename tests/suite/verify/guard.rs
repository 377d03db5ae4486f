//! Nothing but the scratch database is reached, whatever env.py does.

use std::path::Path;

use crate::common::{Ran, Repo};

use super::production::Production;
use super::{
    NULLABLE, can_run, has_mariadb, has_modules, has_postgresql, project, verify, verify_with,
    write,
};

const THERE: &str = "postgresql+psycopg2://u:p@ADDRESS/prod";

/// What ends an env.py that has made an `engine`.
const MIGRATE: &str = "\nfrom alembic import context\nwith engine.connect() as connection:\n    context.configure(connection=connection)\n    \
    with context.begin_transaction():\n        context.run_migrations()\n";

/// A project of PostgreSQL whose env.py is to be tried, and the database that it must not reach.
struct Scene {
    repo: Repo,
    production: Production,
}

impl Scene {
    fn on(url: &str) -> Self {
        let production = Production::listen();
        let repo = project(&production.in_text(url));
        write(&repo, &NULLABLE);
        Scene { repo, production }
    }

    fn settings(&self, verify: &str) {
        self.repo
            .write("safe-migration.toml", format!("[verify]\nadversarial = false\n{verify}\n"));
    }

    fn env(&self, text: &str) {
        self.repo.write("alembic/env.py", self.production.in_text(text));
        self.repo.git(&["add", "-A"]);
    }

    fn must_pass(&self, what: &str) {
        self.ends_with(0, &verify(&self.repo, &["nullable"]), what);
    }

    fn ends_with(&self, status: i32, ran: &Ran, what: &str) {
        assert_eq!(ran.status, Some(status), "{what}\n{}{}", ran.stdout, ran.stderr);
        assert_eq!(self.production.connections(), 0, "{what}");
    }

    /// Tries an env.py that must not get through; returns what is said.
    fn must_stop(&self, what: &str) -> String {
        let ran = verify(&self.repo, &["nullable"]);
        self.ends_with(2, &ran, what);
        assert!(ran.stderr.contains("hint:"), "{what}\n{}", ran.stderr);
        ran.stderr
    }
}

fn has_drivers() -> bool {
    let modules =
        "alembic, sqlalchemy, psycopg, psycopg2, asyncpg, pg8000, greenlet, pymysql, MySQLdb";
    can_run("PostgreSQL and its drivers", has_postgresql() && has_modules(modules))
}

#[test]
fn an_engine_comes_out_at_the_scratch_database_however_it_is_made() {
    if !has_drivers() {
        return;
    }
    let scene = Scene::on(THERE);
    for network in ["deny", "allow"] {
        scene.settings(&format!("network = {network:?}"));
        scene.env(include_str!("env/engines.py"));
        scene.must_pass(network);
    }
}

#[test]
fn a_driver_that_is_called_by_itself_is_led_to_the_scratch_database() {
    if !has_drivers() {
        return;
    }
    let scene = Scene::on(THERE);
    for network in ["deny", "allow"] {
        scene.settings(&format!("network = {network:?}"));
        scene.env(include_str!("env/drivers.py"));
        scene.must_pass(network);
    }
}

#[test]
fn engines_and_drivers_of_mysql_are_led_to_the_scratch_database() {
    let modules = "alembic, sqlalchemy, pymysql, MySQLdb, aiomysql, asyncmy";
    if !can_run("MariaDB and its drivers", has_mariadb() && has_modules(modules)) {
        return;
    }
    let scene = Scene::on("mysql+pymysql://u:p@ADDRESS/prod");
    for network in ["deny", "allow"] {
        scene.settings(&format!("network = {network:?}"));
        scene.env(include_str!("env/mysql.py"));
        scene.must_pass(network);
    }
}

#[test]
fn addresses_in_the_environment_lead_to_the_scratch_database_on_the_same_driver() {
    if !has_drivers() {
        return;
    }
    let scene = Scene::on(THERE);
    scene.settings("network = \"allow\"");
    scene.env(&format!(
        "import asyncio, os\nfrom urllib.parse import urlsplit\nimport psycopg2\nfrom sqlalchemy import create_engine, text\n\
         from sqlalchemy.ext.asyncio import create_async_engine\n\n\
         async def ask(url):\n    async with create_async_engine(url).connect() as connection:\n        await connection.execute(text('SELECT 1'))\n\n\
         asyncio.run(ask(os.environ['ASYNC_URL']))\nasyncio.run(ask(os.environ['DB_URL']))\n\
         assert urlsplit(os.environ['APP_DSN']).hostname == 'localhost'\nassert 'PGPASSWORD' not in os.environ\n\
         assert 'prod' not in os.environ['OTHER_URL']\n\
         psycopg2.connect(os.environ['APP_DSN']).close()\npsycopg2.connect('dbname=prod').close()\n\
         engine = create_engine(os.environ['SYNC_URL'])\n{MIGRATE}"
    ));
    let there = scene.production.address();
    let (host, port) = there.split_once(':').unwrap();
    let urls = ["postgresql+asyncpg", "postgresql+psycopg2", "postgres", "mysql+pymysql"]
        .map(|scheme| format!("{scheme}://u:s%40cret@{there}/prod"));
    let variables = [
        ("ASYNC_URL", urls[0].as_str()),
        ("SYNC_URL", &urls[1]),
        ("APP_DSN", &urls[2]),
        ("OTHER_URL", &urls[3]),
        ("PGHOST", host),
        ("PGPORT", port),
        ("PGPASSWORD", "secret"),
        ("PGSSLMODE", "verify-full"),
    ];
    scene.ends_with(0, &verify_with(&scene.repo, &["nullable"], &variables), "environment");
}

#[test]
fn what_no_wrapper_can_lead_the_kernel_refuses() {
    if !has_drivers() || !cfg!(target_os = "linux") {
        return;
    }
    let scene = Scene::on(THERE);
    let engine = format!(
        "from sqlalchemy import create_engine\nengine = create_engine({THERE:?})\n{MIGRATE}"
    );
    for raw in [
        "import socket\nsocket.create_connection(('127.0.0.1', PORT), timeout=2)\n",
        "import asyncio\nasync def go():\n    await asyncio.open_connection('127.0.0.1', PORT)\nasyncio.run(go())\n",
        "import urllib.request\nurllib.request.urlopen('http://ADDRESS/')\n",
        "import psycopg2.extensions\npsycopg2.extensions.connection('host=127.0.0.1 port=PORT dbname=prod')\n",
        "import MySQLdb._mysql\nMySQLdb._mysql.connect(host='127.0.0.1', port=PORT)\n",
    ] {
        scene.settings("");
        scene.env(&format!("{raw}{engine}"));
        let reported = scene.must_stop(raw);
        assert!(
            reported.contains("network connection") && reported.contains("network = \"allow\""),
            "{raw}\n{reported}"
        );
        assert!(reported.contains("alembic/env.py:"), "{raw}\n{reported}");
    }
    let swallowed = "import socket, subprocess, sys\ntry:\n    socket.create_connection(('127.0.0.1', PORT), timeout=2)\nexcept Exception:\n    pass\n\
        subprocess.run([sys.executable, '-c', 'import socket; socket.create_connection((\"127.0.0.1\", PORT))'])\n";
    scene.env(&format!("{swallowed}{engine}"));
    scene.must_pass("a child process");
    // The listener does count: without the kernel such a connection gets through.
    scene.settings("network = \"allow\"");
    scene.env(&format!("{swallowed}{engine}"));
    assert_eq!(verify(&scene.repo, &["nullable"]).status, Some(0));
    assert!(scene.production.connections() > 0);
}

#[test]
fn a_database_of_another_kind_is_refused_and_one_in_memory_is_nobodys() {
    if !has_drivers() {
        return;
    }
    let scene = Scene::on(THERE);
    scene.settings("");
    let engine = format!(
        "from sqlalchemy import create_engine\nengine = create_engine({THERE:?})\n{MIGRATE}"
    );
    for (other, dialect) in [
        (
            "from sqlalchemy import create_engine\ncreate_engine('mysql+pymysql://u:p@ADDRESS/prod')\n",
            "mysql",
        ),
        ("import pymysql\npymysql.connect(host='127.0.0.1', port=PORT)\n", "mysql"),
        (
            "import MySQLdb\ntry:\n    MySQLdb.connect(host='127.0.0.1', port=PORT)\nexcept Exception:\n    pass\n",
            "mysql",
        ),
        (
            "from sqlalchemy import create_engine\ncreate_engine('sqlite:////nowhere/prod.db')\n",
            "sqlite",
        ),
    ] {
        scene.env(&format!("{other}{engine}"));
        let reported = scene.must_stop(other);
        assert!(reported.contains(&format!("dialect = \"{dialect}\"")), "{other}\n{reported}");
    }
    let beside = "from sqlalchemy import text\nfrom sqlalchemy import create_engine\nwith create_engine('sqlite://').connect() as connection:\n    \
        assert connection.execute(text('SELECT 1')).scalar() == 1\n";
    scene.env(&format!("{beside}{engine}"));
    scene.must_pass("in memory");
}

#[test]
fn a_sqlite_file_that_a_listener_opens_elsewhere_is_never_written() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let scene = Scene::on("sqlite:///app.db");
    scene.settings("");
    let production = scene.repo.beside("prod.db");
    scene.env(&format!(
        "import sqlite3\nfrom sqlalchemy import create_engine, event\nengine = create_engine('sqlite:///app.db')\n\
         @event.listens_for(engine, 'do_connect')\ndef go(*_):\n    return sqlite3.connect({production:?})\n{MIGRATE}"
    ));
    let reported = scene.must_stop("a listener");
    // Behind walls the file is not there; elsewhere the guard sees where the connection led.
    let is_said =
        ["prod.db", "unable to open database file"].iter().any(|why| reported.contains(why));
    assert!(is_said, "{reported}");
    assert!(is_empty(&production) && !scene.repo.root().join("app.db").exists());
}

fn is_empty(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |file| file.len() == 0)
}
