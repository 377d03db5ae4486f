//! Pairs of downgrades, a right one and one that is subtly wrong, as tables in plain text
//! (`tests/verify/*.txt` says how they are written).
//!
//! All right ones of a database are one revision and all wrong ones another, each on tables of its
//! own: two rehearsals tell them apart.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::Repo;

use super::{can_run, env, has_mariadb, has_modules, has_postgresql, verify};

/// The table of a pair that names no other.
const TABLE: &str = "CREATE TABLE {t} (id integer PRIMARY KEY, name varchar(50), age integer)";

/// SQLite holds foreign keys only where it is told to, as most projects do.
const ENGINE: &str = "engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\")\n\
    from sqlalchemy import event\n\
    if engine.dialect.name == \"sqlite\":\n    \
    event.listen(engine, \"connect\", lambda connection, _: connection.execute(\"PRAGMA foreign_keys=ON\"))";

/// A right downgrade and a wrong one of what an upgrade does.
#[derive(Default)]
struct Pair {
    title: String,
    /// The name of its table.
    table: String,
    /// Whether it is tried by itself.
    alone: bool,
    base: Vec<String>,
    up: Vec<String>,
    right: Vec<String>,
    wrong_up: Vec<String>,
    wrong: Vec<String>,
    says: String,
}

fn pairs(file: &str) -> Vec<Pair> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify").join(file);
    let mut pairs: Vec<Pair> = Vec::new();
    let text = fs::read_to_string(path).unwrap();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (key, value) = line.split_once(": ").unwrap();
        let value = value.to_owned();
        if matches!(key, "pair" | "alone") {
            let table = format!("p{:02}", pairs.len() + 1);
            pairs.push(Pair { title: value, table, alone: key == "alone", ..Pair::default() });
            continue;
        }
        let pair = pairs.last_mut().unwrap();
        match key {
            "base" => pair.base.push(value),
            "up" => pair.up.push(value),
            "right" => pair.right.push(value),
            "wrong-up" => pair.wrong_up.push(value),
            "wrong" => pair.wrong.push(value),
            "says" => pair.says = value.replace("{t}", &pair.table),
            other => panic!("{file}: `{other}` is no key"),
        }
    }
    pairs
}

/// The statements of a line, divided at semicolons outside of strings and of bodies.
fn statements(line: &str) -> Vec<String> {
    let (mut found, mut at, mut is_text) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        is_text ^= letter == '\'';
        let in_body = at.contains(" BEGIN ") && !at.trim_end().ends_with("END");
        match letter == ';' && !is_text && !in_body {
            true => found.push(std::mem::take(&mut at)),
            false => at.push(letter),
        }
    }
    found.push(at);
    found.into_iter().map(|sql| sql.trim().to_owned()).filter(|sql| !sql.is_empty()).collect()
}

impl Pair {
    /// Lines of Python for lines of the table.
    fn code(&self, lines: &[String]) -> Vec<String> {
        let lines = lines.iter().map(|line| line.replace("{t}", &self.table));
        let one = |line: String| match line.strip_prefix("py ") {
            Some(code) => vec![code.to_owned()],
            None => statements(&line).iter().map(|sql| format!("op.execute({sql:?})")).collect(),
        };
        lines.flat_map(one).collect()
    }

    fn base(&self) -> Vec<String> {
        match self.base.as_slice() {
            [] => self.code(&[TABLE.to_owned()]),
            own => self.code(own),
        }
    }

    fn wrong_up(&self) -> &[String] {
        if self.wrong_up.is_empty() { &self.up } else { &self.wrong_up }
    }
}

fn write(repo: &Repo, id: &str, parent: Option<&str>, up: &[String], down: &[String]) {
    let body = |lines: &[String]| match lines {
        [] => "    pass".to_owned(),
        lines => lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"),
    };
    let parent = parent.map_or("None".to_owned(), |parent| format!("{parent:?}"));
    repo.write(
        &format!("alembic/versions/{id}.py"),
        format!(
            "from alembic import op\nimport sqlalchemy as sa\n\nrevision = {id:?}\ndown_revision = {parent}\n\n\n\
             def upgrade():\n{}\n\n\ndef downgrade():\n{}\n",
            body(up),
            body(down)
        ),
    );
}

/// What is wrong with a revision, one sentence each.
fn failures(reported: &Value, id: &str) -> Vec<String> {
    let rows = reported["revisions"].as_array().unwrap();
    let row = rows.iter().find(|row| row["revision"] == id).unwrap_or_else(|| panic!("{id}"));
    let problems = row["problems"].as_array().unwrap().iter();
    let critical = problems.filter(|problem| problem["severity"] == "critical");
    critical.map(|problem| problem["message"].as_str().unwrap().to_owned()).collect()
}

/// Tries every pair of a file, and names those that are judged wrongly.
fn compare(file: &str, url: &str) {
    let pairs = pairs(file);
    let repo = Repo::new();
    repo.write(
        "alembic.ini",
        format!("[alembic]\nscript_location = alembic\nsqlalchemy.url = {url}\n"),
    );
    repo.write("alembic/env.py", env(ENGINE));
    repo.write("safe-migration.toml", "[verify]\nadversarial = false\n");
    let base: Vec<String> = pairs.iter().flat_map(Pair::base).collect();
    write(&repo, "first", None, &base, &[]);
    let together = || pairs.iter().filter(|pair| !pair.alone);
    let ups: Vec<String> = together().flat_map(|pair| pair.code(&pair.up)).collect();
    let downs = |of: fn(&Pair) -> &[String]| -> Vec<String> {
        together()
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .flat_map(|pair| pair.code(of(pair)))
            .collect()
    };
    write(&repo, "right", Some("first"), &ups, &downs(|pair| &pair.right));
    write(&repo, "wrong", Some("first"), &ups, &downs(|pair| &pair.wrong));
    let mut ids = vec!["right".to_owned(), "wrong".to_owned()];
    for pair in pairs.iter().filter(|pair| pair.alone) {
        let [right, wrong] = ["right", "wrong"].map(|word| format!("{}_{word}", pair.table));
        write(&repo, &right, Some("first"), &pair.code(&pair.up), &pair.code(&pair.right));
        write(&repo, &wrong, Some("first"), &pair.code(pair.wrong_up()), &pair.code(&pair.wrong));
        ids.extend([right, wrong]);
    }
    repo.git(&["add", "-A"]);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let ran = verify(&repo, &[&["--format", "json"], ids.as_slice()].concat());
    let reported: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    let mut mistold: Vec<String> = failures(&reported, "right");
    let wrong = failures(&reported, "wrong");
    for pair in &pairs {
        let said = match pair.alone {
            true => failures(&reported, &format!("{}_wrong", pair.table)),
            false => wrong.clone(),
        };
        if !said.iter().any(|message| message.contains(&pair.says)) {
            let own: Vec<&String> =
                said.iter().filter(|message| pair.alone || message.contains(&pair.table)).collect();
            mistold.push(format!("{}: not said: {}; said: {own:?}", pair.title, pair.says));
        }
        if pair.alone {
            mistold.extend(failures(&reported, &format!("{}_right", pair.table)));
        }
    }
    assert!(mistold.is_empty(), "{file}:\n{}", mistold.join("\n"));
}

#[test]
fn of_a_pair_on_postgresql_the_right_one_passes_and_the_wrong_one_is_told() {
    let found = has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2");
    if can_run("PostgreSQL with psycopg2", found) {
        compare("postgresql.txt", "postgresql+psycopg2://app@production.invalid/app");
    }
}

#[test]
fn of_a_pair_on_sqlite_the_right_one_passes_and_the_wrong_one_is_told() {
    if can_run("alembic", has_modules("alembic, sqlalchemy")) {
        compare("sqlite.txt", "sqlite:///app.db");
    }
}

#[test]
fn of_a_pair_on_mariadb_the_right_one_passes_and_the_wrong_one_is_told() {
    let found = has_mariadb() && has_modules("alembic, sqlalchemy, pymysql");
    if can_run("MariaDB with pymysql", found) {
        compare("mariadb.txt", "mysql+pymysql://app@production.invalid/app");
    }
}
