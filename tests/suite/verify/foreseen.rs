//! What was foreseen of locks, beside what PostgreSQL was seen to take.

use serde_json::Value;

use super::{Migration, can_run, has_modules, has_postgresql, project, verify, write};

/// Operations of every kind on tables that stand there before, each a revision of its own.
const OPERATIONS: &[(&str, &str)] = &[
    ("plain", r#"op.add_column("users", sa.Column("x", sa.Integer()))"#),
    (
        "constant",
        r#"op.add_column("users", sa.Column("x", sa.Integer(), server_default="0", nullable=False))"#,
    ),
    (
        "volatile",
        r#"op.add_column("users", sa.Column("x", sa.DateTime(), server_default=sa.text("clock_timestamp()")))"#,
    ),
    (
        "checked",
        r#"op.add_column("users", sa.Column("x", sa.Integer(), sa.CheckConstraint("x > 0", name="c")))"#,
    ),
    (
        "referring",
        r#"op.add_column("posts", sa.Column("other", sa.Integer(), sa.ForeignKey("users.id", name="f")))"#,
    ),
    ("unique_column", r#"op.add_column("users", sa.Column("x", sa.Integer(), unique=True))"#),
    ("indexed", r#"op.create_index("i", "users", ["name"])"#),
    ("unindexed", r#"op.create_index("i", "users", ["name"]); op.drop_index("i", "users")"#),
    ("unique", r#"op.create_unique_constraint("u", "posts", ["id", "user_id"])"#),
    (
        "key",
        r#"op.create_foreign_key("f", "posts", "users", ["id"], ["id"], postgresql_not_valid=True)"#,
    ),
    ("check", r#"op.create_check_constraint("c", "users", "id < 1000000000")"#),
    ("not_null", r#"op.alter_column("users", "id", nullable=False)"#),
    ("wider", r#"op.alter_column("users", "email", type_=sa.String(80))"#),
    ("text", r#"op.alter_column("users", "email", type_=sa.Text())"#),
    ("bigger", r#"op.alter_column("users", "age", type_=sa.BigInteger())"#),
    ("default", r#"op.alter_column("users", "age", server_default="1")"#),
    ("renamed", r#"op.alter_column("users", "age", new_column_name="years")"#),
    ("dropped", r#"op.drop_column("users", "age")"#),
    ("rename_table", r#"op.rename_table("posts", "articles")"#),
    ("drop_table", r#"op.drop_table("posts")"#),
    (
        "create_table",
        r#"op.create_table("t", sa.Column("id", sa.Integer(), sa.ForeignKey("users.id"), primary_key=True))"#,
    ),
    ("comment", r#"op.create_table_comment("users", "people")"#),
    ("rows", r#"op.execute("UPDATE users SET age = 1 WHERE id = 2")"#),
    (
        "raw",
        r#"op.execute("ALTER TABLE users ADD COLUMN x int, ALTER COLUMN name TYPE text; CREATE INDEX i ON posts (user_id)")"#,
    ),
    ("lock", r#"op.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")"#),
    ("trigger", r#"op.execute("ALTER TABLE users DISABLE TRIGGER ALL")"#),
    ("truncate", r#"op.execute("TRUNCATE posts")"#),
    ("view", r#"op.execute("CREATE VIEW v AS SELECT * FROM users")"#),
    ("do_block", r#"op.execute("DO $$ BEGIN ALTER TABLE users ADD COLUMN x int; END $$")"#),
    (
        "loop",
        "for name in (\"a\", \"b\"):\n        op.add_column(\"users\", sa.Column(name, sa.Integer()))",
    ),
];

#[test]
fn what_postgresql_takes_is_what_was_foreseen_and_what_was_not_is_told_as_such() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg://app@production.invalid/app");
    OPERATIONS.iter().for_each(|(name, upgrade)| {
        write(&repo, &Migration(name, upgrade, "raise NotImplementedError()"))
    });
    // Triggers of the system are switched off too, which only a superuser may do.
    repo.write("safe-migration.toml", "[verify]\nsuperuser = true\n");
    // The name of what runs is made where nobody can read it.
    write(
        &repo,
        &Migration(
            "hidden",
            "import time\n    op.execute(\"ALTER TABLE users %s COLUMN age\" % (\"DROP\" if time.time() > 1 else \"\"))",
            "pass",
        ),
    );
    repo.git(&["add", "-A"]);
    let names: Vec<&str> =
        OPERATIONS.iter().map(|operation| operation.0).chain(["hidden"]).collect();
    let ran = verify(&repo, &[&["--format", "json"], names.as_slice()].concat());
    let reported: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    let mut wrong = Vec::new();
    for row in reported["revisions"].as_array().unwrap() {
        assert_eq!(row["upgrade"], "passed", "{row}");
        for statement in row["statements"].as_array().unwrap() {
            for disagreement in statement["disagreements"].as_array().unwrap() {
                wrong.push(format!("{}: {disagreement}", row["revision"].as_str().unwrap()));
            }
        }
    }
    let (hidden, others): (Vec<String>, Vec<String>) =
        wrong.into_iter().partition(|line| line.starts_with("hidden"));
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert_eq!(hidden, ["hidden: \"foreseen no lock on `users`, took ACCESS EXCLUSIVE\""]);
    let index = reported["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["revision"] == "indexed")
        .unwrap();
    assert_eq!(index["statements"][0]["locks"], serde_json::json!(["public.users SHARE"]));
    assert_eq!(index["statements"][0]["foreseen"], serde_json::json!(["users SHARE, scanned"]));
}
