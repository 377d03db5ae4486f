//! The classic mistakes, each with the verdict that it deserves, and their correct twins.

use serde_json::Value;

use super::{Migration, can_run, has_modules, has_postgresql, project, verify, write};

/// What comes of a case.
enum Verdict {
    Clean,
    Fails(&'static str),
    Warns(&'static str),
}

/// A mistake, or its correct twin, and what comes of it.
struct RuleContext(Migration, Verdict);

const CASES: &[RuleContext] = &[
    RuleContext(
        Migration(
            "nullable",
            r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
            r#"op.drop_column("users", "x")"#,
        ),
        Verdict::Clean,
    ),
    RuleContext(
        Migration(
            "notnull",
            r#"op.add_column("users", sa.Column("x", sa.Integer(), nullable=False))"#,
            r#"op.drop_column("users", "x")"#,
        ),
        Verdict::Fails("upgrade fails on tables that hold rows"),
    ),
    RuleContext(
        Migration(
            "cast",
            r#"op.alter_column("users", "name", type_=sa.Integer(), postgresql_using="name::integer")"#,
            r#"op.alter_column("users", "name", type_=sa.String(50))"#,
        ),
        Verdict::Warns("upgrade fails on rows that are made up, and passes on empty tables"),
    ),
    RuleContext(
        Migration(
            "shrink",
            r#"op.alter_column("users", "email", type_=sa.String(3))"#,
            r#"op.alter_column("users", "email", type_=sa.String(50))"#,
        ),
        Verdict::Warns("upgrade fails on rows that are made up, and passes on empty tables"),
    ),
    RuleContext(
        Migration("parents", r#"op.execute("DELETE FROM users")"#, "pass"),
        Verdict::Fails("upgrade fails on tables that hold rows"),
    ),
    RuleContext(
        Migration(
            "dropped",
            r#"op.drop_column("users", "name")"#,
            r#"op.add_column("users", sa.Column("name", sa.String(50)))"#,
        ),
        Verdict::Fails("downgrade does not bring the data back"),
    ),
    RuleContext(
        Migration(
            "planned",
            "# Backup plan: restore from the nightly dump\n    op.drop_column(\"users\", \"name\")",
            r#"op.add_column("users", sa.Column("name", sa.String(50)))"#,
        ),
        Verdict::Warns("downgrade does not bring the data back"),
    ),
    RuleContext(
        Migration(
            "halved",
            r#"op.execute("UPDATE users SET age = age / 2")"#,
            r#"op.execute("UPDATE users SET age = age * 2")"#,
        ),
        Verdict::Fails("downgrade does not bring the data back"),
    ),
    RuleContext(
        Migration(
            "twice",
            r#"op.execute("UPDATE users SET age = age + 1")"#,
            r#"op.execute("UPDATE users SET age = age - 1")"#,
        ),
        Verdict::Clean,
    ),
    RuleContext(
        Migration("nothing", r#"op.add_column("users", sa.Column("x", sa.Integer()))"#, "pass"),
        Verdict::Fails("downgrade leaves column `users.x` different"),
    ),
    RuleContext(
        Migration(
            "raises",
            r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
            r#"raise NotImplementedError("no way back")"#,
        ),
        Verdict::Fails("downgrade fails: no way back"),
    ),
    RuleContext(
        Migration(
            "wrongname",
            r#"op.create_index("ix_a", "users", ["age"])"#,
            r#"op.drop_index("ix_b", "users")"#,
        ),
        Verdict::Fails("downgrade fails"),
    ),
    RuleContext(
        Migration(
            "unnamed",
            r#"op.create_unique_constraint(None, "posts", ["id", "user_id"])"#,
            r#"op.drop_constraint(None, "posts")"#,
        ),
        Verdict::Fails("downgrade fails"),
    ),
    RuleContext(
        Migration(
            "enum",
            "sa.Enum(\"a\", \"b\", name=\"letter\").create(op.get_bind())\n    op.add_column(\"users\", sa.Column(\"x\", sa.Enum(name=\"letter\", create_type=False)))",
            r#"op.drop_column("users", "x")"#,
        ),
        Verdict::Fails("downgrade leaves enum type `letter` different"),
    ),
    RuleContext(
        Migration(
            "setnotnull",
            r#"op.alter_column("users", "age", nullable=False)"#,
            r#"op.alter_column("users", "age", nullable=True)"#,
        ),
        Verdict::Warns("upgrade depends on the data"),
    ),
    RuleContext(
        Migration(
            "unique",
            r#"op.create_unique_constraint("uq_name", "users", ["name"])"#,
            r#"op.drop_constraint("uq_name", "users")"#,
        ),
        Verdict::Warns("upgrade depends on the data"),
    ),
    RuleContext(
        Migration(
            "renamed",
            r#"op.alter_column("users", "name", new_column_name="label")"#,
            r#"op.alter_column("users", "label", new_column_name="name")"#,
        ),
        Verdict::Clean,
    ),
    RuleContext(
        Migration(
            "backfill",
            r#"op.execute("UPDATE users SET age = 0 WHERE age IS NULL")"#,
            "pass",
        ),
        Verdict::Clean,
    ),
];

#[test]
fn the_classic_mistakes_are_found_and_their_correct_twins_pass() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg://app:secret@production.invalid/app");
    CASES.iter().for_each(|case| write(&repo, &case.0));
    repo.git(&["add", "-A"]);
    let names: Vec<&str> = CASES.iter().map(|case| case.0.0).collect();
    let ran = verify(&repo, &[&["--format", "json"], names.as_slice()].concat());
    let reported: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    let wrong: Vec<String> = CASES.iter().filter_map(|case| compare(case, &reported)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(ran.status, Some(1));
}

/// Says how a verdict differs from what was expected.
fn compare(
    RuleContext(Migration(name, ..), verdict): &RuleContext,
    reported: &Value,
) -> Option<String> {
    let row = reported["revisions"].as_array()?.iter().find(|row| row["revision"] == *name);
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
