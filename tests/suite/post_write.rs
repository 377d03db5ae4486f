//! `[post_write_hooks]` of Alembic itself: what `alembic revision` writes is judged at once, and the
//! command goes on whatever is found.

use crate::common::project::project;
use crate::common::{Ran, Repo, path_with_tool};

const TEMPLATE: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

"""
from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    op.drop_column("users", "id")
    op.add_column("users", sa.Column("c0", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c1", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c2", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c3", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c4", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c5", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c6", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c7", sa.Integer, nullable=False))
    op.add_column("users", sa.Column("c8", sa.Integer, nullable=False))


def downgrade():
    op.add_column("users", sa.Column("id", sa.Integer))
"#;

/// A part of a document of this project, fenced as a language.
fn documented(language: &str) -> String {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/alembic.md")).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence).nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned()
}

/// Runs `alembic revision`, if Alembic is here.
fn alembic_revision(repo: &Repo) -> Option<Ran> {
    let alembic = || repo.command("alembic");
    if alembic().arg("--version").output().is_err() {
        assert!(std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(), "`alembic` is not on PATH");
        return None;
    }
    let arguments = ["revision", "-m", "drop it"];
    Some(Ran::of(alembic().args(arguments).env("PATH", path_with_tool())))
}

fn is_short_and_says_what_is_wrong(ran: &Ran) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains(": drop-column `users.id` is dropped"), "{said}");
    assert!(said.contains("in 1 migration"), "{said}");
    assert!(said.contains(" more lines\n"), "{said}");
    assert!(said.lines().count() <= 10, "{said}");
}

#[test]
fn what_the_ini_of_the_documentation_says_judges_each_new_revision() {
    let repo = project();
    repo.write("alembic/script.py.mako", TEMPLATE);
    let hooks = documented("ini");
    repo.write("alembic.ini", format!("[alembic]\nscript_location = alembic\n\n{hooks}"));
    repo.commit_all("hooks");
    let Some(ran) = alembic_revision(&repo) else { return };
    is_short_and_says_what_is_wrong(&ran.ends_with(0));
}

#[test]
fn what_the_toml_of_the_documentation_says_judges_each_new_revision() {
    let repo = project();
    repo.write("alembic/script.py.mako", TEMPLATE);
    repo.git(&["rm", "-q", "alembic.ini"]);
    let hooks = documented("toml");
    repo.write(
        "pyproject.toml",
        format!("[tool.alembic]\nscript_location = \"alembic\"\n\n{hooks}"),
    );
    repo.commit_all("hooks");
    let Some(ran) = alembic_revision(&repo) else { return };
    is_short_and_says_what_is_wrong(&ran.ends_with(0));
}

#[test]
fn what_cannot_be_judged_does_not_break_the_command() {
    let repo = project();
    repo.write("alembic/script.py.mako", TEMPLATE);
    let hooks = documented("ini");
    repo.write("alembic.ini", format!("[alembic]\nscript_location = alembic\n\n{hooks}"));
    repo.git(&["rm", "-q", "--cached", "-r", "."]);
    repo.git(&["update-ref", "-d", "HEAD"]);
    let Some(ran) = alembic_revision(&repo) else { return };
    let ran = ran.ends_with(0);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("_drop_it.py"), "it is judged by what its folder says: {said}");
}
