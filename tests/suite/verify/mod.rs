//! `verify`: the real Alembic, real drivers, real databases; and that nothing else is reached.

mod baselines;

mod crash;

mod evidence;

mod examples;

mod foreseen;

mod guard;

mod kept;

mod losses;

mod mariadb;

mod mistakes;

mod named;

mod pairs;

mod production;

mod projects;

mod self_test;

mod sqlite;

mod staged;

mod templates;

mod way_out;

mod walls;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Ran, Repo};

/// The tables that stand before each mistake.
pub(crate) const BASE: &str = r#""""base"""
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

/// A migration after `first`: its name and revision, its upgrade and its downgrade.
pub(crate) struct Migration(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

/// A migration that passes everywhere.
pub(crate) const NULLABLE: Migration = Migration(
    "nullable",
    r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
    r#"op.drop_column("users", "x")"#,
);

/// Tells whether the programs that a test needs are there; where everything is to be tested, a
/// missing one is a failure.
pub(crate) fn can_run(what: &str, found: bool) -> bool {
    let must = std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_some();
    assert!(found || !must, "{what} is needed");
    found
}

pub(crate) fn has_modules(modules: &str) -> bool {
    let ran = Command::new("python3")
        .args(["-c", &format!("import {modules}")])
        .current_dir("/")
        .output();
    ran.is_ok_and(|output| output.status.success())
}

pub(crate) fn has_postgresql() -> bool {
    let found =
        std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut rows| rows.next().is_some());
    found
        || Command::new("postgres")
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
}

pub(crate) fn has_mariadb() -> bool {
    let found = std::path::Path::new("/usr/sbin/mariadbd").exists();
    found
        || Command::new("mariadbd")
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
}

/// A repository with `base` committed, on a database that nobody must reach.
pub(crate) fn project(url: &str) -> Repo {
    let repo = Repo::new();
    repo.write(
        "alembic.ini",
        format!("[alembic]\nscript_location = alembic\nsqlalchemy.url = {url}\n"),
    );
    repo.write(
        "alembic/env.py",
        env("engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\")"),
    );
    repo.write("alembic/versions/base.py", BASE);
    repo.commit_all("base");
    repo
}

pub(crate) fn env(engine: &str) -> String {
    format!(
        "from alembic import context\nfrom sqlalchemy import create_engine, engine_from_config\n\nconfig = context.config\nengine = {engine}\n\
         with engine.connect() as connection:\n    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n"
    )
}

/// Returns where the project's code has left a file in the copy that it runs in, all that it may
/// write.
pub(crate) fn left(repo: &Repo, name: &str) -> Option<PathBuf> {
    let rows = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|row| row.path()).collect()
    };
    let copies = rows(&repo.cache()).into_iter().flat_map(|folder| rows(&folder));
    let places = copies.into_iter().map(|copy| copy.join("tree").join(name));
    places.into_iter().find(|place| place.exists())
}

pub(crate) fn verify(repo: &Repo, arguments: &[&str]) -> Ran {
    verify_with(repo, arguments, &[])
}

/// Runs `verify` with variables in its environment.
pub(crate) fn verify_with(repo: &Repo, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
    command.arg("verify").args(arguments).env("SAFE_MIGRATION_CACHE", repo.cache());
    Ran::of(command.envs(variables.iter().copied()))
}

/// Writes a migration into the version folder.
pub(crate) fn write(repo: &Repo, Migration(name, upgrade, downgrade): &Migration) {
    let text = format!(
        "\"\"\"{name}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{name}\"\ndown_revision = \"first\"\n\n\n\
         def upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    {downgrade}\n"
    );
    repo.write(&format!("alembic/versions/{name}.py"), text);
}
