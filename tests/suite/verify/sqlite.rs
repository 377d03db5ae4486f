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
