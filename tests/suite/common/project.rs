//! A small Alembic project to try things on.

use crate::common::Repo;

/// The environment of the project: PostgreSQL, a transaction and a lock timeout per revision.
const ENV: &str = r#"from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://localhost/shop")
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"#;

/// Settings that ask for no evidence: these tests keep none.
pub(crate) const UNTESTED: &str = "testing = \"off\"\n";

/// Makes a repository with a project in `alembic/` and one revision `a1`, committed on `main`.
pub(crate) fn project() -> Repo {
    let repo = Repo::new();
    repo.write("alembic.ini", "[alembic]\nscript_location = alembic\n");
    repo.write("alembic/env.py", ENV);
    repo.write("safe-migration.toml", UNTESTED);
    let table = r#"op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))"#;
    repo.write(
        "alembic/versions/a1_users.py",
        revision("a1", None, table, r#"op.drop_table("users")"#),
    );
    repo.write("README.md", "shop\n");
    repo.commit_all("users");
    repo
}

/// Writes a revision whose two functions hold one statement each.
pub(crate) fn revision(id: &str, parent: Option<&str>, upgrade: &str, downgrade: &str) -> String {
    let parent = parent.map_or_else(|| "None".to_owned(), |parent| format!("\"{parent}\""));
    format!(
        "\"\"\"Revision {id}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\n\
         down_revision = {parent}\n\n\ndef upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    {downgrade}\n"
    )
}

/// A revision after `a1` that every rule lets through.
pub(crate) fn good(id: &str) -> String {
    let column = r#"op.add_column("users", sa.Column("email", sa.String(255), nullable=True))"#;
    revision(id, Some("a1"), column, r#"op.drop_column("users", "email")"#)
}

/// A revision after `a1` that fails when it is deployed: `users` may hold rows.
pub(crate) fn bad(id: &str) -> String {
    let column = r#"op.add_column("users", sa.Column("email", sa.String(255), nullable=False))"#;
    revision(id, Some("a1"), column, r#"op.drop_column("users", "email")"#)
}

/// A revision whose parent does not exist.
pub(crate) fn orphan(id: &str) -> String {
    good(id).replace("\"a1\"", "\"nowhere\"")
}
