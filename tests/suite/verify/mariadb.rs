//! Projects of MySQL and MariaDB are tried on a private MariaDB, which undoes no DDL.

use crate::common::Repo;

use super::{Migration, NULLABLE, can_run, has_mariadb, has_modules, project, verify, write};

const THERE: &str = "mysql+pymysql://app:secret@production.invalid/app";

fn ready() -> bool {
    can_run("MariaDB with pymysql", has_mariadb() && has_modules("alembic, sqlalchemy, pymysql"))
}

fn with(migrations: &[Migration]) -> Repo {
    let repo = project(THERE);
    migrations.iter().for_each(|migration| write(&repo, migration));
    repo.git(&["add", "-A"]);
    repo
}

#[test]
fn the_classic_mistakes_are_found_on_mariadb_too() {
    if !ready() {
        return;
    }
    let repo = with(&[
        NULLABLE,
        Migration(
            "default",
            r#"op.add_column("users", sa.Column("x", sa.Integer(), nullable=False, server_default="0"))"#,
            r#"op.drop_column("users", "x")"#,
        ),
        Migration(
            "renamed",
            r#"op.alter_column("users", "name", new_column_name="label", existing_type=sa.String(50))"#,
            r#"op.alter_column("users", "label", new_column_name="name", existing_type=sa.String(50))"#,
        ),
        Migration(
            "shrink",
            r#"op.alter_column("users", "email", type_=sa.String(3), existing_type=sa.String(50), existing_nullable=False)"#,
            r#"op.alter_column("users", "email", type_=sa.String(50), existing_type=sa.String(3), existing_nullable=False)"#,
        ),
        Migration(
            "twice",
            r#"op.execute("UPDATE users SET age = age + 1")"#,
            r#"op.execute("UPDATE users SET age = age - 1")"#,
        ),
        Migration("forgets", r#"op.create_index("ix_age", "users", ["age"])"#, "pass"),
        Migration(
            "loosens",
            r#"op.alter_column("users", "email", type_=sa.String(80), existing_type=sa.String(50), existing_nullable=False)"#,
            r#"op.alter_column("users", "email", type_=sa.String(50), existing_type=sa.String(80))"#,
        ),
        Migration("parents", r#"op.execute("DELETE FROM users")"#, "pass"),
        Migration(
            "dropped",
            r#"op.drop_column("users", "name")"#,
            r#"op.add_column("users", sa.Column("name", sa.String(50)))"#,
        ),
    ]);
    let expected = [
        ("nullable", None),
        ("default", None),
        ("renamed", None),
        (
            "shrink",
            Some(
                "warning: upgrade fails on rows that are made up, and passes on empty tables: Data truncated for column 'email'",
            ),
        ),
        ("twice", None),
        (
            "forgets",
            Some(
                "critical: downgrade leaves index `users.ix_age` different: it was not there before",
            ),
        ),
        ("loosens", Some("critical: downgrade leaves column `users.email` different")),
        (
            "parents",
            Some(
                "critical: upgrade fails on tables that hold rows: Cannot delete or update a parent row",
            ),
        ),
        ("dropped", Some("critical: downgrade does not bring the data back")),
    ];
    let names = expected.map(|(name, _)| name);
    let ran = verify(&repo, &[&["--format", "json"], &names[..]].concat());
    let reported: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    for (name, problem) in expected {
        let row = reported["revisions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["revision"] == name)
            .unwrap();
        let problems = row["problems"].as_array().unwrap().iter();
        let problems: Vec<String> = problems
            .map(|problem| {
                format!(
                    "{}: {}",
                    problem["severity"].as_str().unwrap(),
                    problem["message"].as_str().unwrap()
                )
            })
            .collect();
        match problem {
            None => assert!(problems.is_empty(), "{name}: {problems:?}"),
            Some(words) => assert!(
                problems.iter().any(|problem| problem.starts_with(words)),
                "{name}: {problems:?}"
            ),
        }
        assert!(row["database"].as_str().unwrap().starts_with("mariadb 1"), "{}", row["database"]);
    }
}

#[test]
fn an_upgrade_that_fails_in_its_middle_is_told_with_what_it_leaves_behind() {
    if !ready() {
        return;
    }
    let half = Migration(
        "half",
        "op.add_column(\"users\", sa.Column(\"x\", sa.Integer()))\n    op.execute(\"UPDATE users SET nowhere = 1\")",
        r#"op.drop_column("users", "x")"#,
    );
    let repo = with(&[half]);
    let ran = verify(&repo, &[]);
    assert_eq!(ran.status, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Unknown column 'nowhere'"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("leaves half of itself behind: column `users.x`"),
        "{}",
        ran.stdout
    );
    // The half does not stay: the same revision, mended, is tried on tables as they were.
    write(&repo, &Migration("half", NULLABLE.1, NULLABLE.2));
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &[]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn without_a_server_program_the_hint_says_how_to_get_one() {
    if !can_run("pymysql", has_modules("alembic, sqlalchemy, pymysql")) {
        return;
    }
    let repo = with(&[NULLABLE]);
    repo.write("safe-migration.toml", "[verify]\nmariadb-bin = \"/nowhere\"\n");
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &[]);
    assert_eq!(ran.status, Some(2), "{}", ran.stdout);
    assert!(ran.stderr.contains("no MariaDB server program was found"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("mariadb-server-core") && ran.stderr.contains("mariadb-bin"),
        "{}",
        ran.stderr
    );
}
