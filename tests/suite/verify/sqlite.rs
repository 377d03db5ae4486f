//! SQLite alters tables by copying them.

use super::{Migration, can_run, has_modules, project, verify, write};

#[test]
fn a_batch_that_copies_a_table_is_held_to_what_the_table_was() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    let cases = [
        (
            Migration(
                "batch",
                "with op.batch_alter_table(\"users\") as batch:\n        batch.add_column(sa.Column(\"x\", sa.Integer()))\n        batch.alter_column(\"name\", new_column_name=\"label\")",
                "with op.batch_alter_table(\"users\") as batch:\n        batch.alter_column(\"label\", new_column_name=\"name\")\n        batch.drop_column(\"x\")",
            ),
            None,
        ),
        (
            Migration(
                "checked",
                "with op.batch_alter_table(\"users\") as batch:\n        batch.create_check_constraint(\"ck_age\", \"age > -1\")",
                "pass",
            ),
            Some("downgrade leaves constraint"),
        ),
        (
            Migration(
                "alters",
                "op.alter_column(\"users\", \"name\", nullable=False)",
                "op.alter_column(\"users\", \"name\", nullable=True)",
            ),
            Some("with op.batch_alter_table"),
        ),
        (
            Migration(
                "notnull",
                "with op.batch_alter_table(\"users\") as batch:\n        batch.add_column(sa.Column(\"x\", sa.Integer(), nullable=False))",
                "with op.batch_alter_table(\"users\") as batch:\n        batch.drop_column(\"x\")",
            ),
            Some("upgrade fails on tables that hold rows"),
        ),
    ];
    for (migration, _) in &cases {
        write(&repo, migration);
    }
    repo.git(&["add", "-A"]);
    for (migration, problem) in &cases {
        let ran = verify(&repo, &[migration.0]);
        assert_eq!(ran.status, Some(i32::from(problem.is_some())), "{}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stdout.contains(problem.unwrap_or("verified")),
            "{}: {}",
            migration.0,
            ran.stdout
        );
    }
}

/// A tree whose root alone has no parent and a number of its own, and what refers to it.
const TREE: &str = r#""""base"""
from alembic import op

revision = "first"
down_revision = None


def upgrade():
    op.execute(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES users (id), is_gone BOOLEAN NOT NULL, "
        "CHECK ((parent_id IS NULL) = (id = 0)), CHECK (id <> 0 OR NOT is_gone))"
    )
    op.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id))")


def downgrade():
    op.execute("DROP TABLE posts")
    op.execute("DROP TABLE users")
"#;

#[test]
fn a_tree_whose_root_has_a_number_of_its_own_gets_rows() {
    if !can_run("Python with Alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    repo.write("alembic/versions/base.py", TREE);
    let adds = r#"op.add_column("posts", sa.Column("x", sa.Integer()))"#;
    write(&repo, &Migration("adds", adds, r#"op.drop_column("posts", "x")"#));
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &["adds"]).ends_with(0);
    assert!(ran.stdout.contains("2 of 2 tables held rows"), "{}", ran.stdout);
}
