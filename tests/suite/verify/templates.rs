//! Projects made from every template, on every driver and line of SQLAlchemy, are tried on
//! databases of their own.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::common::Repo;

use super::production::Production;
use super::{can_run, has_mariadb, has_modules, has_postgresql, verify};

/// What templates are tried with: a template, its drivers.
type Table = &'static [(&'static str, &'static [&'static str])];

const SYNCHRONOUS: Table = &[
    ("generic", &["psycopg2", "psycopg", "pg8000", "sqlite", "pymysql", "mysqldb"]),
    ("multidb", &["psycopg2", "psycopg", "pg8000", "sqlite", "pymysql"]),
    ("pyproject", &["psycopg2", "psycopg", "pg8000", "sqlite"]),
];
const ASYNCHRONOUS: Table = &[
    ("async", &["asyncpg", "psycopg", "aiosqlite", "aiomysql", "asyncmy"]),
    ("pyproject_async", &["asyncpg", "psycopg", "aiosqlite"]),
];
const OF_1_3: Table = &[
    ("generic", &["psycopg2", "pg8000", "sqlite", "pymysql"]),
    ("multidb", &["psycopg2", "sqlite"]),
];
const OF_1_4: Table = &[
    ("generic", &["psycopg2", "pg8000", "sqlite", "pymysql"]),
    ("multidb", &["psycopg2"]),
    ("async", &["asyncpg", "aiosqlite"]),
];
const OF_2_0: Table = &[
    ("generic", &["psycopg2", "psycopg", "pg8000", "sqlite", "pymysql"]),
    ("multidb", &["psycopg"]),
    ("async", &["asyncpg", "psycopg", "aiosqlite"]),
];

const ONE: &str = r#"

def upgrade():
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("a")
"#;

const SEVERAL: &str = r#"

def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name):
    globals()["downgrade_%s" % engine_name]()


def upgrade_engine1():
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))


def downgrade_engine1():
    op.drop_table("a")


def upgrade_engine2():
    op.create_table("b", sa.Column("id", sa.Integer, primary_key=True))


def downgrade_engine2():
    op.drop_table("b")
"#;

/// A repository for projects on one Python, and the database that none of them may reach.
struct Bench {
    repo: Repo,
    python: PathBuf,
    production: Production,
}

impl Bench {
    fn of(python: PathBuf) -> Self {
        Bench { repo: Repo::new(), python, production: Production::listen() }
    }

    /// Makes a project anew from one of Alembic's templates.
    fn init(&self, template: &str, driver: &str, body: &str) {
        let root = self.repo.root();
        let _ = fs::remove_dir_all(root.join("migrations"));
        ["alembic.ini", "pyproject.toml"]
            .iter()
            .for_each(|name| drop(fs::remove_file(root.join(name))));
        let mut alembic = self.repo.command(&self.python);
        let made =
            alembic.args(["-m", "alembic", "init", "-t", template, "migrations"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let ini = fs::read_to_string(root.join("alembic.ini")).unwrap();
        let mut number = 0;
        let lines = ini.lines().map(|line| {
            if !line.starts_with("sqlalchemy.url") {
                return line.to_owned();
            }
            number += 1;
            format!("sqlalchemy.url = {}{number}", self.url(driver))
        });
        self.repo.write("alembic.ini", lines.collect::<Vec<String>>().join("\n") + "\n");
        self.migration(&format!("{template}_{driver}"), body);
    }

    fn migration(&self, id: &str, body: &str) {
        let head = format!(
            "\"\"\"one\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = {id:?}\ndown_revision = None\n"
        );
        self.repo.write("migrations/versions/one.py", format!("{head}{body}"));
        self.repo.write(
            "safe-migration.toml",
            format!(
                "[verify]\npython = {:?}\nadversarial = false\n",
                self.python.display().to_string()
            ),
        );
        self.repo.git(&["add", "-A"]);
    }

    /// The address of the production database; the ini doubles a per cent sign.
    fn url(&self, driver: &str) -> String {
        let address = self.production.address();
        match driver {
            "sqlite" => "sqlite:////nowhere/prod.db".to_owned(),
            "aiosqlite" => "sqlite+aiosqlite:////nowhere/prod.db".to_owned(),
            "pymysql" | "mysqldb" | "aiomysql" | "asyncmy" => {
                format!("mysql+{driver}://u:p@{address}/prod")
            }
            _ => format!("postgresql+{driver}://u:s%%40cret@{address}/prod"),
        }
    }

    /// Tries what is staged; returns how that differs from three legs that passed on a scratch
    /// database.
    fn wrong(&self) -> Option<String> {
        let ran = verify(&self.repo, &["--format", "json"]);
        let reported: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let row = &reported["revisions"][0];
        let passed = ["upgrade", "downgrade", "reupgrade"].iter().all(|leg| row[leg] == "passed");
        let layers = ["redirect: holds", "marker: holds", "drivers: holds", "environment: holds"];
        let guarded = layers.iter().all(|layer| {
            row["guard"].as_array().is_some_and(|guard| guard.contains(&json!(layer)))
        });
        let right =
            ran.status == Some(0) && passed && guarded && self.production.connections() == 0;
        (!right).then(|| {
            format!("{} connections; {}{}", self.production.connections(), ran.stdout, ran.stderr)
        })
    }

    fn try_all(&self, table: Table) {
        for (template, drivers) in table {
            for driver in *drivers {
                self.init(template, driver, if *template == "multidb" { SEVERAL } else { ONE });
                let wrong = self.wrong();
                assert_eq!(wrong, None, "{template} with {driver}");
            }
        }
    }
}

/// Tells whether everything that this file needs is there.
fn ready() -> bool {
    let modules = "alembic, psycopg, psycopg2, asyncpg, pg8000, greenlet, aiosqlite, pymysql, MySQLdb, aiomysql, asyncmy";
    can_run(
        "PostgreSQL, MariaDB and their drivers",
        has_postgresql() && has_mariadb() && has_modules(modules),
    )
}

/// The Python with another line of SQLAlchemy, which `tests/run` makes.
fn python_of(version: &str) -> Option<PathBuf> {
    let place = format!("target/test-python-sqlalchemy-{version}/bin/python");
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    can_run(&format!("SQLAlchemy {version} (tests/run makes it)"), python.exists())
        .then_some(python)
}

fn try_version(version: &str, table: Table) {
    let Some(python) = python_of(version).filter(|_| ready()) else { return };
    let bench = Bench::of(python);
    let mut reported = bench.repo.command(&bench.python);
    let reported =
        reported.args(["-c", "import sqlalchemy; print(sqlalchemy.__version__)"]).output().unwrap();
    assert!(String::from_utf8_lossy(&reported.stdout).starts_with(version));
    bench.try_all(table);
}

#[test]
fn templates_that_wait_for_nothing_are_tried_on_every_driver() {
    if ready() {
        Bench::of("python3".into()).try_all(SYNCHRONOUS);
    }
}

#[test]
fn templates_with_async_engines_are_tried_on_every_driver() {
    if ready() {
        Bench::of("python3".into()).try_all(ASYNCHRONOUS);
    }
}

#[test]
fn projects_on_sqlalchemy_1_3_are_tried() {
    try_version("1.3", OF_1_3);
}

#[test]
fn projects_on_sqlalchemy_1_4_are_tried() {
    try_version("1.4", OF_1_4);
}

#[test]
fn projects_on_sqlalchemy_2_0_are_tried() {
    try_version("2.0", OF_2_0);
}

#[test]
fn a_project_of_flask_migrate_is_tried_within_its_application() {
    if !ready() || !can_run("Flask-Migrate", has_modules("flask_migrate, flask_sqlalchemy")) {
        return;
    }
    let bench = Bench::of("python3".into());
    for (driver, options) in
        [("sqlite", "{}"), ("psycopg2", "{'connect_args': {'sslmode': 'verify-full'}}")]
    {
        let _ = fs::remove_dir_all(bench.repo.root().join("migrations"));
        bench.repo.write(
            "app.py",
            format!(
                "from flask import Flask\nfrom flask_migrate import Migrate\nfrom flask_sqlalchemy import SQLAlchemy\n\napp = Flask(__name__)\n\
                 app.config['SQLALCHEMY_DATABASE_URI'] = {:?}\napp.config['SQLALCHEMY_ENGINE_OPTIONS'] = {options}\n\
                 db = SQLAlchemy(app)\nMigrate(app, db)\n\n\n\
                 # Some migrate themselves when they are loaded.\n\
                 if __import__('os').path.exists('migrations/versions'):\n    \
                 from flask_migrate import upgrade\n    with app.app_context():\n        upgrade()\n",
                bench.url(driver).replace("%%", "%")
            ),
        );
        let made = bench
            .repo
            .command("python3")
            .args(["-m", "flask", "--app", "app", "db", "init"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        bench.migration(&format!("flask_{driver}"), ONE);
        let dialect = if driver == "sqlite" { "sqlite" } else { "postgresql" };
        let settings =
            format!("dialect = {dialect:?}\n[verify]\npython = \"python3\"\nadversarial = false\n");
        bench.repo.write("safe-migration.toml", settings);
        bench.repo.git(&["add", "-A"]);
        assert_eq!(bench.wrong(), None, "{driver}");
    }
}

#[test]
fn what_a_downgrade_leaves_in_a_second_database_is_told() {
    if !ready() {
        return;
    }
    let bench = Bench::of("python3".into());
    for driver in ["sqlite", "psycopg2", "pymysql"] {
        bench.init("multidb", driver, &SEVERAL.replace("op.drop_table(\"b\")", "pass"));
        let ran = verify(&bench.repo, &[]);
        assert_eq!(ran.status, Some(1), "{driver}\n{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("downgrade leaves table `"), "{driver}\n{}", ran.stdout);
    }
    assert_eq!(bench.production.connections(), 0);
}
