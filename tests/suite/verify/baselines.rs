//! Histories that do not begin with an empty database: models, a dump, a command; and what is
//! proposed where none is named.

use crate::common::{Ran, Repo};

use super::{Migration, can_run, has_modules, has_postgresql, project, verify, write};

/// A repository whose first revision expects a table that no revision makes, and one revision after
/// it that is staged.
fn rootless(url: &str) -> Repo {
    let repo = project(url);
    repo.write(
        "alembic/versions/base.py",
        "revision = \"first\"\ndown_revision = None\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column(\"users\", sa.Column(\"age\", sa.Integer()))\n\n\ndef downgrade():\n    op.drop_column(\"users\", \"age\")\n",
    );
    repo.commit_all("base");
    write(
        &repo,
        &Migration(
            "adds",
            r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
            r#"op.drop_column("users", "x")"#,
        ),
    );
    repo.git(&["add", "-A"]);
    repo
}

fn settings(repo: &Repo, baseline: &str) {
    repo.write("safe-migration.toml", format!("[verify]\nbaseline = {baseline}\n"));
    repo.git(&["add", "-A"]);
}

#[track_caller]
fn passes(ran: Ran) {
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
}

const TABLE: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);\n";

#[test]
fn a_dump_of_sqlite_is_a_baseline_and_its_content_is_part_of_the_evidence() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = rootless("sqlite:///app.db");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("db/structure.sql", TABLE);
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(2));
    assert!(
        reported.stderr.contains("does not replay from an empty database: no such table: users"),
        "{}",
        reported.stderr
    );
    assert!(reported.stderr.contains("sql = \"db/structure.sql\""), "{}", reported.stderr);
    settings(&repo, "{ sql = \"db/structure.sql\", revision = \"first\" }");
    passes(verify(&repo, &[]));
    assert!(!repo.tool(&["check"]).stdout.contains("downgrade-untested"));
    repo.write("db/structure.sql", format!("{TABLE}CREATE TABLE more (id INTEGER);\n"));
    repo.git(&["add", "-A"]);
    assert!(repo.tool(&["check"]).stdout.contains("downgrade-untested"));
    settings(&repo, "{ sql = \"db/nowhere.sql\", revision = \"first\" }");
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(2));
    assert!(
        reported.stderr.contains("`db/nowhere.sql`") && reported.stderr.contains("hint:"),
        "{}",
        reported.stderr
    );
}

#[test]
fn a_dump_that_does_not_say_where_it_stands_is_refused_and_one_that_stands_beyond_too() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = rootless("sqlite:///app.db");
    repo.write("structure.sql", TABLE);
    settings(&repo, "{ sql = \"structure.sql\" }");
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(2));
    assert!(
        reported.stderr.contains("does not say at which revision it stands"),
        "{}",
        reported.stderr
    );
    let version = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);\nINSERT INTO alembic_version VALUES ('first');\n";
    repo.write("structure.sql", format!("{TABLE}{version}"));
    settings(&repo, "{ sql = \"structure.sql\" }");
    passes(verify(&repo, &[]));
    settings(&repo, "{ sql = \"structure.sql\", revision = \"adds\" }");
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(2), "{}{}", reported.stdout, reported.stderr);
    assert!(
        reported.stderr.contains("`adds` cannot be tried: the database stands at adds"),
        "{}",
        reported.stderr
    );
}

#[test]
fn a_dump_of_pg_dump_with_rows_is_a_baseline() {
    for driver in ["psycopg", "asyncpg"] {
        let modules = format!("alembic, sqlalchemy, {driver}");
        if !can_run(driver, has_postgresql() && has_modules(&modules)) {
            return;
        }
        let repo = rootless(&format!("postgresql+{driver}://app@production.invalid/app"));
        if driver == "asyncpg" {
            repo.write("alembic/env.py", ASYNC);
        }
        repo.write(
            "db/structure.sql",
            "--\n-- PostgreSQL database dump\n--\n\\restrict abc\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\
             CREATE FUNCTION public.twice(i integer) RETURNS integer LANGUAGE sql AS $_$ SELECT $1 * 2; $_$;\n\
             CREATE TABLE public.users (\n    id integer NOT NULL,\n    name text,\n    age integer\n);\n\
             CREATE TABLE public.alembic_version (version_num character varying(32) NOT NULL);\n\
             COPY public.alembic_version (version_num) FROM stdin;\nfirst\n\\.\n\n\
             COPY public.users (id, name, age) FROM stdin;\n1\tO'Neil 100%\\tx\t\\N\n2\t\\N\t7\n\\.\n\n\
             ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n\\unrestrict abc\n",
        );
        settings(&repo, "{ sql = \"db/structure.sql\" }");
        write(
            &repo,
            &Migration(
                "adds",
                "rows = op.get_bind().exec_driver_sql(\"SELECT name FROM users WHERE id = 1\").fetchall()\n    \
                 assert rows[0][0] == \"O'Neil 100%\\tx\", rows\n    op.add_column(\"users\", sa.Column(\"x\", sa.Integer()))",
                r#"op.drop_column("users", "x")"#,
            ),
        );
        repo.git(&["add", "-A"]);
        passes(verify(&repo, &[]));
    }
}

/// An env.py on an engine that waits for nobody.
const ASYNC: &str = r#"import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine


def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def run():
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url"))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(run())
"#;

#[test]
fn a_command_of_the_project_makes_a_baseline_on_the_scratch_database_and_reaches_no_other() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let repo = rootless(&format!("postgresql+psycopg://app@127.0.0.1:{port}/app"));
    repo.write(
        "tools/make.py",
        format!(
            "import sqlalchemy as sa\n\nengine = sa.create_engine(\"postgresql+psycopg://app@127.0.0.1:{port}/app\")\n\
             with engine.begin() as connection:\n    connection.exec_driver_sql(\"CREATE TABLE users (id serial PRIMARY KEY, age integer)\")\n"
        ),
    );
    repo.commit_all("tools");
    write(
        &repo,
        &Migration(
            "more",
            r#"op.add_column("users", sa.Column("y", sa.Integer()))"#,
            r#"op.drop_column("users", "y")"#,
        ),
    );
    repo.git(&["rm", "-q", "--cached", "alembic/versions/adds.py"]);
    settings(&repo, "{ command = \"python tools/make.py\", revision = \"first\" }");
    passes(verify(&repo, &["more"]));
    settings(&repo, "{ command = \"python -c 'raise SystemExit(3)'\", revision = \"first\" }");
    let reported = verify(&repo, &["more"]);
    assert_eq!(reported.status, Some(2), "{}{}", reported.stdout, reported.stderr);
    assert!(
        reported.stderr.contains("the baseline cannot be made")
            && reported.stderr.contains("ends with 3"),
        "{}",
        reported.stderr
    );
    assert!(listener.accept().is_err(), "the database of the project was reached");
}

#[test]
fn a_setting_that_nobody_knows_is_told_with_the_nearest_name() {
    let repo = rootless("sqlite:///app.db");
    repo.write("safe-migration.toml", "[verify]\nsetup_sql = [\"SELECT 1\"]\n");
    repo.git(&["add", "-A"]);
    let reported = repo.tool(&["check"]);
    assert_eq!(reported.status, Some(2), "{}", reported.stdout);
    assert!(
        reported.stderr.contains("verify.setup_sql") && reported.stderr.contains("setup-sql"),
        "{}",
        reported.stderr
    );
    settings(&repo, "{ sql = \"a.sql\", command = \"make\" }");
    let reported = repo.tool(&["check"]);
    assert!(
        reported.status == Some(2) && reported.stderr.contains("\"models\""),
        "{}",
        reported.stderr
    );
}
