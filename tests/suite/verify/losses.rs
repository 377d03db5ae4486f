//! What an upgrade loses of rows that not every table holds, where a sequence stands afterwards, and
//! rows that conditions ask for.

use serde_json::Value;

use super::{Migration, can_run, has_modules, has_postgresql, project, verify, write};
use crate::common::Repo;

const SQLITE: &str = "sqlite:///app.db";
const POSTGRESQL: &str = "postgresql+psycopg2://app@production.invalid/app";

/// The databases that are there.
fn urls() -> Vec<&'static str> {
    let sqlite = can_run("alembic", has_modules("alembic, sqlalchemy"));
    let has_psycopg2 = has_modules("alembic, sqlalchemy, psycopg2");
    let postgresql = can_run("PostgreSQL with psycopg2", has_postgresql() && has_psycopg2);
    let all = [(sqlite, SQLITE), (postgresql, POSTGRESQL)];
    all.into_iter().filter(|(is_there, _)| *is_there).map(|(_, url)| url).collect()
}

fn tried(repo: &Repo, names: &[&str]) -> Value {
    repo.git(&["add", "-A"]);
    let ran = verify(repo, &[&["--format", "json"], names].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr))
}

fn row<'a>(reported: &'a Value, name: &str) -> &'a Value {
    let rows = reported["revisions"].as_array().unwrap();
    rows.iter().find(|row| row["revision"] == name).unwrap_or_else(|| panic!("{name}"))
}

/// The problems of a revision, `severity: message`.
fn problems(row: &Value) -> Vec<String> {
    let word = |problem: &Value, key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    let one =
        |problem: &Value| format!("{}: {}", word(problem, "severity"), word(problem, "message"));
    row["problems"].as_array().unwrap().iter().map(one).collect()
}

const LOST: &str = "warning: upgrade loses data where columns hold NULLs, duplicates, long values or what its statements ask for";

const NOTES: &str =
    "CREATE TABLE notes (id integer PRIMARY KEY, age integer, name varchar(40), mail varchar(40))";

/// A migration and what is said of it; nothing where it is right.
const LOSSES: &[(Migration, &str)] = &[
    (Migration("nulls", r#"op.execute("DELETE FROM notes WHERE age IS NULL")"#, "pass"), LOST),
    (
        Migration(
            "planned",
            "# Backup plan: notes without an age are in the nightly dump\n    \
             op.execute(\"DELETE FROM notes WHERE age IS NULL\")",
            "pass",
        ),
        LOST,
    ),
    (
        Migration(
            "doubles",
            r#"op.execute("DELETE FROM notes WHERE id NOT IN (SELECT min(id) FROM notes GROUP BY name)")"#,
            "pass",
        ),
        LOST,
    ),
    (
        Migration(
            "named",
            "notes = sa.table(\"notes\", sa.column(\"name\", sa.String), sa.column(\"age\", sa.Integer))\n    \
             wanted = sa.and_(notes.c.name.in_([\"old\", \"older\"]), notes.c.age > 90)\n    \
             op.execute(notes.delete().where(wanted))",
            "pass",
        ),
        "warning: upgrade loses data where columns hold NULLs, duplicates, long values or what its \
         statements ask for, and downgrade does not bring it back: `notes` lacks 2 rows",
    ),
    (
        Migration(
            "there",
            r#"op.execute("UPDATE notes SET name = 'new' WHERE name = 'old'")"#,
            r#"op.execute("UPDATE notes SET name = 'old' WHERE name = 'new'")"#,
        ),
        "",
    ),
    (
        Migration(
            "by_a_third",
            r#"[op.execute(f"UPDATE notes SET name = '{new}' WHERE name = '{old}'") for old, new in [("a", "-"), ("b", "a"), ("-", "b")]]"#,
            r#"[op.execute(f"UPDATE notes SET name = '{new}' WHERE name = '{old}'") for old, new in [("b", "-"), ("a", "b"), ("-", "a")]]"#,
        ),
        "",
    ),
    (
        Migration(
            "elsewhere",
            r#"op.execute("UPDATE notes SET name = 'new' WHERE name = 'old'")"#,
            r#"op.execute("UPDATE notes SET name = 'odl' WHERE name = 'new'")"#,
        ),
        "critical: downgrade does not bring the data back: values changed in `notes.name` of 1 row: \
         'old' before, 'odl' after",
    ),
    (
        Migration(
            "again",
            r#"op.execute("DELETE FROM notes WHERE name = 'flag'")"#,
            r#"op.execute("INSERT INTO notes (id, name) VALUES (5, 'flag')")"#,
        ),
        "warning: what the downgrade writes back to `notes` is not compared",
    ),
    (
        Migration(
            "stands_there",
            r#"op.execute("UPDATE notes SET age = 7 WHERE name = 'seven'")"#,
            "pass",
        ),
        LOST,
    ),
    (
        Migration("filled", r#"op.execute("UPDATE notes SET age = 0 WHERE age IS NULL")"#, "pass"),
        "",
    ),
];

/// A project with tables of its own beside those of all.
fn project_with(url: &str, tables: &[String]) -> Repo {
    let repo = project(url);
    let made: String = tables.iter().map(|sql| format!("    op.execute(\"{sql}\")\n")).collect();
    let base = super::BASE.replace("def upgrade():\n", &format!("def upgrade():\n{made}"));
    repo.write("alembic/versions/base.py", base);
    repo.commit_all("tables");
    repo
}

#[test]
fn what_an_upgrade_loses_of_difficult_rows_is_told() {
    for url in urls() {
        let repo = project_with(url, &[NOTES.to_owned()]);
        LOSSES.iter().for_each(|(migration, _)| write(&repo, migration));
        let names: Vec<&str> = LOSSES.iter().map(|(migration, _)| migration.0).collect();
        let reported = tried(&repo, &names);
        for (Migration(name, ..), says) in LOSSES {
            let found = problems(row(&reported, name));
            let is_told = match *says {
                "" => found.is_empty(),
                says => found.iter().any(|problem| problem.starts_with(says)),
            };
            assert!(is_told, "{url}: {name}: {found:?}");
        }
        let hint = |name: &str| row(&reported, name)["problems"][0]["hint"].clone();
        assert!(hint("nulls").as_str().is_some_and(|hint| hint.contains("# Backup plan: ...")));
        assert_eq!(hint("planned"), Value::Null);
    }
}

#[test]
fn a_sequence_that_a_statement_sets_is_told_and_one_that_gave_numbers_is_noted() {
    let set = "warning: downgrade leaves the sequence of `counted_id_seq` further than it stood";
    for url in urls().into_iter().filter(|url| *url == POSTGRESQL) {
        let repo = project_with(
            url,
            &["CREATE TABLE counted (id serial PRIMARY KEY, name varchar(9))".to_owned()],
        );
        let cases = [
            Migration("sets", r#"op.execute("SELECT setval('counted_id_seq', 500)")"#, "pass"),
            Migration(
                "restarts",
                r#"op.execute("ALTER SEQUENCE counted_id_seq RESTART WITH 500")"#,
                "pass",
            ),
            Migration(
                "inserts",
                r#"op.execute("INSERT INTO counted (name) VALUES ('a')")"#,
                r#"op.execute("DELETE FROM counted WHERE name = 'a'")"#,
            ),
            Migration(
                "goes_back",
                r#"op.execute("SELECT setval('counted_id_seq', 500)")"#,
                r#"op.execute("SELECT setval('counted_id_seq', 1, false)")"#,
            ),
        ];
        cases.iter().for_each(|case| write(&repo, case));
        let reported = tried(&repo, &["sets", "restarts", "inserts", "goes_back"]);
        for name in ["sets", "restarts"] {
            let found = problems(row(&reported, name));
            assert!(found.iter().any(|problem| problem.starts_with(set)), "{name}: {found:?}");
        }
        let inserts = row(&reported, "inserts");
        assert_eq!(problems(inserts), Vec::<String>::new());
        let note = "numbers that were given are not given again, as always: `counted_id_seq` (0 before, 1 after)";
        assert_eq!(inserts["notes"], serde_json::json!([note]));
        let goes_back = row(&reported, "goes_back");
        assert_eq!(
            (problems(goes_back), goes_back["notes"].clone()),
            (vec![], serde_json::json!([]))
        );
    }
}

/// Tables whose checks are met in one of several ways.
const TABLES: [(&str, &str); 6] = [
    (
        "either",
        "a integer, b varchar(9) NOT NULL, c varchar(9) NOT NULL, CHECK ((a IS NULL) OR (b = '' AND c = ''))",
    ),
    (
        "kinds",
        "kind integer NOT NULL, a integer, b integer, CHECK (kind IN (1, 2)), CHECK ((kind = 1) = (a IS NOT NULL)), CHECK ((kind <> 2) OR (b > 70 AND a IS NULL))",
    ),
    (
        "one",
        "a integer, b integer, c integer, CHECK ((a IS NOT NULL AND b IS NULL AND c IS NULL) OR (a IS NULL AND b IS NOT NULL AND c > 90))",
    ),
    (
        "cases",
        "state varchar(9) NOT NULL, at timestamp, CHECK (CASE WHEN state = 'sent' THEN at IS NOT NULL WHEN state = 'new' THEN at IS NULL ELSE false END)",
    ),
    (
        "long",
        "a varchar(30) NOT NULL, b varchar(30), CHECK (b IS NOT NULL AND length(a) >= 12 AND (b = 'x' OR length(b) > 20))",
    ),
    (
        "spans",
        "low integer NOT NULL, high integer NOT NULL, CHECK (high > low), CHECK (low NOT BETWEEN 0 AND 500 OR high = 501)",
    ),
];

#[test]
fn a_check_that_is_met_in_one_of_several_ways_is_met() {
    for url in urls() {
        let statement = |(name, columns): &(&str, &str)| {
            format!("CREATE TABLE {name} (id integer PRIMARY KEY, {columns})")
        };
        let repo = project_with(url, &TABLES.iter().map(statement).collect::<Vec<_>>());
        let each = |call: &str| {
            let one = |(name, _): &(&str, &str)| format!("op.{call}").replace("NAME", name);
            TABLES.iter().map(one).collect::<Vec<_>>().join("\n    ")
        };
        let adds = each("add_column(\"NAME\", sa.Column(\"x\", sa.Integer()))");
        let drops = each("drop_column(\"NAME\", \"x\")");
        write(&repo, &Migration("adds", adds.leak(), drops.leak()));
        let reported = tried(&repo, &["adds"]);
        let adds = row(&reported, "adds");
        assert_eq!(
            (&adds["empty"], &adds["filled"]),
            (&serde_json::json!([]), &serde_json::json!(6)),
            "{url}: {adds}"
        );
    }
}
