//! `verify`: the classic mistakes and their correct twins, on real databases with the real Alembic; and that nothing else is
//! reached.

use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::common::{Ran, Repo};

/// The tables that stand before each mistake.
const BASE: &str = r#""""base"""
from alembic import op
import sqlalchemy as sa

revision = "first"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(50), nullable=False),
        sa.Column("name", sa.String(50)),
        sa.Column("age", sa.Integer()),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False),
    )


def downgrade():
    op.drop_table("posts")
    op.drop_table("users")
"#;

/// What comes of a case.
enum Verdict {
    Clean,
    Fails(&'static str),
    Warns(&'static str),
}

/// A mistake, or its correct twin: a name, both directions, what comes of it.
struct Case(&'static str, &'static str, &'static str, Verdict);

const CASES: &[Case] = &[
    Case(
        "nullable",
        r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
        r#"op.drop_column("users", "x")"#,
        Verdict::Clean,
    ),
    Case(
        "notnull",
        r#"op.add_column("users", sa.Column("x", sa.Integer(), nullable=False))"#,
        r#"op.drop_column("users", "x")"#,
        Verdict::Fails("upgrade fails on tables that hold rows"),
    ),
    Case(
        "cast",
        r#"op.alter_column("users", "name", type_=sa.Integer(), postgresql_using="name::integer")"#,
        r#"op.alter_column("users", "name", type_=sa.String(50))"#,
        Verdict::Fails("upgrade fails on tables that hold rows"),
    ),
    Case(
        "shrink",
        r#"op.alter_column("users", "email", type_=sa.String(3))"#,
        r#"op.alter_column("users", "email", type_=sa.String(50))"#,
        Verdict::Fails("upgrade fails on tables that hold rows"),
    ),
    Case(
        "parents",
        r#"op.execute("DELETE FROM users")"#,
        "pass",
        Verdict::Fails("upgrade fails on tables that hold rows"),
    ),
    Case(
        "dropped",
        r#"op.drop_column("users", "name")"#,
        r#"op.add_column("users", sa.Column("name", sa.String(50)))"#,
        Verdict::Fails("downgrade does not bring the data back"),
    ),
    Case(
        "planned",
        "# Backup plan: restore from the nightly dump\n    op.drop_column(\"users\", \"name\")",
        r#"op.add_column("users", sa.Column("name", sa.String(50)))"#,
        Verdict::Warns("downgrade does not bring the data back"),
    ),
    Case(
        "halved",
        r#"op.execute("UPDATE users SET age = age / 2")"#,
        r#"op.execute("UPDATE users SET age = age * 2")"#,
        Verdict::Fails("downgrade does not bring the data back"),
    ),
    Case(
        "twice",
        r#"op.execute("UPDATE users SET age = age + 1")"#,
        r#"op.execute("UPDATE users SET age = age - 1")"#,
        Verdict::Fails("a second run changes the data again"),
    ),
    Case(
        "nothing",
        r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
        "pass",
        Verdict::Fails("downgrade leaves column `users.x` different"),
    ),
    Case(
        "raises",
        r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
        r#"raise NotImplementedError("no way back")"#,
        Verdict::Fails("downgrade fails: no way back"),
    ),
    Case(
        "wrongname",
        r#"op.create_index("ix_a", "users", ["age"])"#,
        r#"op.drop_index("ix_b", "users")"#,
        Verdict::Fails("downgrade fails"),
    ),
    Case(
        "unnamed",
        r#"op.create_unique_constraint(None, "posts", ["id", "user_id"])"#,
        r#"op.drop_constraint(None, "posts")"#,
        Verdict::Fails("downgrade fails"),
    ),
    Case(
        "enum",
        "sa.Enum(\"a\", \"b\", name=\"letter\").create(op.get_bind())\n    op.add_column(\"users\", sa.Column(\"x\", sa.Enum(name=\"letter\", create_type=False)))",
        r#"op.drop_column("users", "x")"#,
        Verdict::Fails("downgrade leaves enum type `letter` different"),
    ),
    Case(
        "setnotnull",
        r#"op.alter_column("users", "age", nullable=False)"#,
        r#"op.alter_column("users", "age", nullable=True)"#,
        Verdict::Warns("upgrade depends on the data"),
    ),
    Case(
        "unique",
        r#"op.create_unique_constraint("uq_name", "users", ["name"])"#,
        r#"op.drop_constraint("uq_name", "users")"#,
        Verdict::Warns("upgrade depends on the data"),
    ),
    Case(
        "renamed",
        r#"op.alter_column("users", "name", new_column_name="label")"#,
        r#"op.alter_column("users", "label", new_column_name="name")"#,
        Verdict::Clean,
    ),
    Case("backfill", r#"op.execute("UPDATE users SET age = 0 WHERE age IS NULL")"#, "pass", Verdict::Clean),
];

/// Tells whether the programs that a test needs are there; where everything is to be tested, a missing one is a failure.
fn can_run(what: &str, found: bool) -> bool {
    let must = std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_some();
    assert!(found || !must, "{what} is needed");
    found
}

fn has_modules(modules: &str) -> bool {
    let ran = Command::new("python3").args(["-c", &format!("import {modules}")]).current_dir("/").output();
    ran.is_ok_and(|output| output.status.success())
}

fn has_postgresql() -> bool {
    let found = std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut rows| rows.next().is_some());
    found || Command::new("postgres").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A repository with `base` committed, on a database that nobody must reach.
fn project(url: &str) -> Repo {
    let repo = Repo::new();
    repo.write("alembic.ini", format!("[alembic]\nscript_location = alembic\nsqlalchemy.url = {url}\n"));
    repo.write(
        "alembic/env.py",
        env("engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\")"),
    );
    repo.write("alembic/versions/base.py", BASE);
    repo.commit_all("base");
    repo
}

fn env(engine: &str) -> String {
    format!(
        "from alembic import context\nfrom sqlalchemy import create_engine, engine_from_config\n\nconfig = context.config\nengine = {engine}\n\
         with engine.connect() as connection:\n    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n"
    )
}

fn verify(repo: &Repo, arguments: &[&str]) -> Ran {
    let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
    Ran::of(
        command.arg("verify").args(arguments).env("SAFE_MIGRATION_CACHE", format!("/tmp/smt{}", std::process::id())),
    )
}

fn write_case(repo: &Repo, Case(name, upgrade, downgrade, _): &Case) {
    let text = format!(
        "\"\"\"{name}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{name}\"\ndown_revision = \"first\"\n\n\n\
         def upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    {downgrade}\n"
    );
    repo.write(&format!("alembic/versions/{name}.py"), text);
}

#[test]
fn the_classic_mistakes_are_found_and_their_correct_twins_pass() {
    if !can_run("PostgreSQL with psycopg", has_postgresql() && has_modules("alembic, sqlalchemy, psycopg")) {
        return;
    }
    let repo = project("postgresql+psycopg://app:secret@production.invalid/app");
    CASES.iter().for_each(|case| write_case(&repo, case));
    repo.git(&["add", "-A"]);
    let names: Vec<&str> = CASES.iter().map(|case| case.0).collect();
    let ran = verify(&repo, &[&["--format", "json"], names.as_slice()].concat());
    let told: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    let wrong: Vec<String> = CASES.iter().filter_map(|case| compare(case, &told)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(ran.status, Some(1));
}

/// Says how a verdict differs from what was expected.
fn compare(Case(name, _, _, verdict): &Case, told: &Value) -> Option<String> {
    let row = told["revisions"].as_array()?.iter().find(|row| row["revision"] == *name);
    let Some(row) = row else { return Some(format!("{name}: was not tried")) };
    let problems: Vec<String> = row["problems"]
        .as_array()?
        .iter()
        .map(|problem| {
            format!(
                "{}: {}",
                problem["severity"].as_str().unwrap_or_default(),
                problem["message"].as_str().unwrap_or_default()
            )
        })
        .collect();
    let right = match verdict {
        Verdict::Clean => row["status"] == "passed" && problems.is_empty(),
        Verdict::Fails(words) => {
            row["status"] == "failed"
                && problems.iter().any(|problem| problem.starts_with(&format!("critical: {words}")))
        }
        Verdict::Warns(words) => {
            row["status"] == "passed"
                && problems.iter().any(|problem| problem.starts_with(&format!("warning: {words}")))
        }
    };
    (!right).then(|| format!("{name}: {} {problems:?}", row["status"]))
}

#[test]
fn evidence_opens_the_gate_for_exactly_the_content_that_was_tried() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    repo.git(&["checkout", "-q", "-b", "work"]);
    write_case(&repo, &CASES[0]);
    repo.git(&["add", "-A"]);
    let rule = |ran: &Ran| ran.stdout.contains("downgrade-untested");
    assert!(rule(&repo.tool(&["check"])));
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(0), "{}{}", tried.stdout, tried.stderr);
    let checked = repo.tool(&["check"]);
    assert_eq!(checked.status, Some(0), "{}", checked.stdout);
    assert!(verify(&repo, &[]).stdout.contains("passed already"));
    let path = "alembic/versions/nullable.py";
    let text = std::fs::read_to_string(repo.root().join(path)).unwrap();
    repo.write(path, text.replace("sa.Integer()", "sa.BigInteger()"));
    repo.git(&["add", "-A"]);
    assert!(rule(&repo.tool(&["check"])));
    repo.write(path, &text);
    repo.git(&["add", "-A"]);
    assert_eq!(repo.tool(&["check"]).status, Some(0));
}

#[test]
fn a_failed_rehearsal_is_told_at_the_gate() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    repo.git(&["checkout", "-q", "-b", "work"]);
    write_case(
        &repo,
        &Case(
            "raises",
            r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
            r#"op.drop_column("users", "y")"#,
            Verdict::Clean,
        ),
    );
    repo.git(&["add", "-A"]);
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(1));
    assert!(tried.stdout.contains("downgrade fails"), "{}", tried.stdout);
    assert!(repo.tool(&["check"]).stdout.contains("downgrade-failed"));
}

#[test]
fn what_is_staged_is_tried_and_not_what_lies_in_the_work_tree() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    write_case(&repo, &CASES[0]);
    repo.git(&["add", "-A"]);
    repo.write("alembic/versions/nullable.py", "raise SystemExit('the work tree was loaded')");
    repo.write("alembic/env.py", "raise SystemExit('the work tree was loaded')");
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(0), "{}{}", tried.stdout, tried.stderr);
    assert!(!repo.root().join("app.db").exists());
}

#[test]
fn no_env_py_reaches_the_database_that_it_names() {
    if !can_run(
        "PostgreSQL with psycopg and psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg, psycopg2"),
    ) {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = hits.clone();
    std::thread::spawn(move || {
        for _connection in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let url = format!("postgresql+psycopg2://u:p@127.0.0.1:{port}/prod");
    let engines = [
        format!("create_engine({url:?})"),
        format!("create_engine({url:?}, connect_args={{'host': '127.0.0.1', 'port': {port}, 'sslmode': 'require'}})"),
        format!(
            "create_engine({url:?}, creator=lambda: __import__('psycopg2').connect(host='127.0.0.1', port={port}))"
        ),
        format!(
            "(lambda wild: create_engine({url:?}))(__import__('psycopg2').connect(host='127.0.0.1', port={port}, dbname='prod'))"
        ),
        format!("create_engine('postgresql+psycopg://u:p@127.0.0.1:{port}/prod')"),
    ];
    for engine in &engines {
        let repo = project(&url);
        repo.write("alembic/env.py", env(engine));
        write_case(&repo, &CASES[0]);
        repo.git(&["add", "-A"]);
        let tried = verify(&repo, &[]);
        assert_eq!(tried.status, Some(0), "{engine}\n{}{}", tried.stdout, tried.stderr);
    }
    // What no wrapper can redirect, the kernel refuses; where it cannot, nothing here connects by itself.
    let repo = project(&url);
    let socket =
        format!("(lambda wild: create_engine({url:?}))(__import__('socket').create_connection(('127.0.0.1', {port})))");
    repo.write("alembic/env.py", env(&socket));
    write_case(&repo, &CASES[0]);
    repo.git(&["add", "-A"]);
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(2), "{}{}", tried.stdout, tried.stderr);
    assert!(tried.stderr.contains("network"), "{}", tried.stderr);
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[test]
fn what_cannot_be_tried_is_exit_status_2_with_a_hint() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    write_case(&repo, &CASES[0]);
    repo.write("alembic/env.py", "import a_module_that_nobody_has\n");
    repo.git(&["add", "-A"]);
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(2));
    assert!(tried.stderr.contains("a_module_that_nobody_has") && tried.stderr.contains("hint:"), "{}", tried.stderr);
    let unknown = verify(&repo, &["zzz"]);
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("no revision begins with `zzz`"), "{}", unknown.stderr);
}

#[test]
fn a_history_that_begins_with_the_tables_of_models_is_tried_on_them() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let models = |columns: &str| {
        format!(
            "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\nsa.Table(\"users\", metadata, sa.Column(\"id\", sa.Integer, primary_key=True){columns})\n"
        )
    };
    let repo = Repo::new();
    repo.write(
        "alembic.ini",
        "[alembic]\nscript_location = alembic\nprepend_sys_path = .\nsqlalchemy.url = sqlite:///app.db\n",
    );
    let engine = "engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\")";
    let from_models = "context.configure(connection=connection, target_metadata=__import__('models').metadata)";
    repo.write("alembic/env.py", env(engine).replace("context.configure(connection=connection)", from_models));
    repo.write("models.py", models(", sa.Column(\"age\", sa.Integer)"));
    let adds = |id: &str, parent: &str, column: &str| {
        format!(
            "revision = {id:?}\ndown_revision = {parent}\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column(\"users\", sa.Column({column:?}, sa.Integer()))\n\n\ndef downgrade():\n    op.drop_column(\"users\", {column:?})\n"
        )
    };
    repo.write("alembic/versions/one.py", adds("one", "None", "age"));
    repo.commit_all("one");
    repo.write("alembic/versions/two.py", adds("two", "'one'", "size"));
    repo.write("models.py", models(", sa.Column(\"age\", sa.Integer), sa.Column(\"size\", sa.Integer)"));
    repo.git(&["add", "-A"]);
    let told = verify(&repo, &[]);
    assert_eq!(told.status, Some(2));
    assert!(
        told.stderr.contains("does not replay") && told.stderr.contains("baseline = \"models\""),
        "{}",
        told.stderr
    );
    repo.write("safe-migration.toml", "[verify]\nbaseline = \"models\"\n");
    repo.git(&["add", "-A"]);
    let told = verify(&repo, &[]);
    assert_eq!(told.status, Some(0), "{}{}", told.stdout, told.stderr);
}

#[test]
fn projects_of_every_template_are_tried_on_databases_of_their_own() {
    let modules = "alembic, sqlalchemy, psycopg2, asyncpg, greenlet";
    if !can_run("PostgreSQL with psycopg2 and asyncpg", has_postgresql() && has_modules(modules)) {
        return;
    }
    let several = "\n\ndef upgrade(engine_name):\n    globals()[\"upgrade_%s\" % engine_name]()\n\n\ndef downgrade(engine_name):\n    globals()[\"downgrade_%s\" % engine_name]()\n\n\n\
        def upgrade_engine1():\n    op.create_table(\"a\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\ndef downgrade_engine1():\n    op.drop_table(\"a\")\n\n\n\
        def upgrade_engine2():\n    op.create_table(\"b\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\ndef downgrade_engine2():\n    op.drop_table(\"b\")\n";
    let one = "\n\ndef upgrade():\n    op.create_table(\"a\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\ndef downgrade():\n    op.drop_table(\"a\")\n";
    for (template, driver, body) in [
        ("generic", "psycopg2", one),
        ("async", "asyncpg", one),
        ("multidb", "psycopg2", several),
        ("pyproject", "psycopg2", one),
    ] {
        let repo = Repo::new();
        let made =
            repo.command("python3").args(["-m", "alembic", "init", "-t", template, "migrations"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let ini = std::fs::read_to_string(repo.root().join("alembic.ini")).unwrap();
        let mut number = 0;
        let ini: Vec<String> = ini
            .lines()
            .map(|line| match line.starts_with("sqlalchemy.url") {
                true => {
                    number += 1;
                    format!("sqlalchemy.url = postgresql+{driver}://u:p@production.invalid/prod{number}")
                }
                false => line.to_owned(),
            })
            .collect();
        repo.write("alembic.ini", ini.join("\n") + "\n");
        let head = "\"\"\"one\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"one\"\ndown_revision = None\n";
        repo.write("migrations/versions/one.py", format!("{head}{body}"));
        repo.git(&["add", "-A"]);
        let told = verify(&repo, &[]);
        assert_eq!(told.status, Some(0), "{template}\n{}{}", told.stdout, told.stderr);
    }
}
