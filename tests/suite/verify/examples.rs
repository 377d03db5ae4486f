//! What was foreseen of locks over the examples of the rules, beside what PostgreSQL was seen to
//! take, and that good ones pass: a few that a seed draws, or all of them.
//!
//! `SAFE_MIGRATION_EXAMPLES=all cargo test --test suite verify::examples` takes five minutes;
//! `SAFE_MIGRATION_SEED` draws others.

use safe_migration::rules::RULES;
use serde_json::Value;

use super::{can_run, env, has_modules, has_postgresql, verify};
use crate::common::Repo;
use crate::common::workbench::Files;

/// What an example finds.
const FOUND: &str = include_str!("../../locks/examples.txt");

const INI: &str = "[alembic]\nscript_location = alembic\n\
    sqlalchemy.url = postgresql+psycopg2://app@production.invalid/app\n";

/// How many are drawn.
const DRAWN: usize = 5;

/// The examples that are tried: `rule/good` and the text.
fn examples() -> Vec<(String, &'static str)> {
    let both = RULES.iter().flat_map(|rule| {
        [("bad", rule.example.bad), ("good", rule.example.good)]
            .map(|(kind, text)| (format!("{}/{kind}", rule.id), text))
    });
    let all: Vec<_> = both.collect();
    if std::env::var("SAFE_MIGRATION_EXAMPLES").is_ok_and(|wanted| wanted == "all") {
        return all;
    }
    let seed = std::env::var("SAFE_MIGRATION_SEED").ok().and_then(|seed| seed.parse().ok());
    let first: usize = seed.unwrap_or(1);
    (0..DRAWN).map(|at| all[(first * 7919 + at * 104_729) % all.len()].clone()).collect()
}

fn found_by(name: &str) -> &'static str {
    let rule = name.split('/').next().unwrap();
    let rows = FOUND.lines().filter_map(|line| line.split_once(" | "));
    rows.filter(|(of, _)| *of == name || *of == rule).map(|(_, sql)| sql).next().unwrap_or("")
}

/// Lays an example out: a branch that holds what is released, and the rest staged.
fn lay_out(repo: &Repo, name: &str, text: &str) {
    repo.git(&["checkout", "-q", "--orphan", &name.replace('/', "-")]);
    repo.git(&["rm", "-rfq", "--ignore-unmatch", "."]);
    let found = found_by(name);
    let of_history = found.strip_prefix("history: ");
    let settings = format!(
        "\n[verify]\nsuperuser = true\nadversarial = false\nsetup-sql = [{:?}]\n",
        if of_history.is_some() { "" } else { found }
    );
    let with_settings = |path: &str, content: &str| match path == "safe-migration.toml" {
        true => format!("{content}{settings}"),
        false if of_history.is_some() => {
            content.replace("down_revision = None", "down_revision = \"found\"")
        }
        false => content.to_owned(),
    };
    repo.write("alembic.ini", INI);
    let engine =
        "engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\")";
    repo.write("alembic/env.py", env(engine));
    repo.write("safe-migration.toml", &settings);
    if let Some(sql) = of_history {
        let text = format!(
            "from alembic import op\n\nrevision = \"found\"\ndown_revision = None\n\n\n\
             def upgrade():\n    op.execute({sql:?})\n\n\ndef downgrade():\n    pass\n"
        );
        repo.write("alembic/versions/found.py", text);
    }
    let files = Files::of(text);
    for (path, content) in files.released() {
        repo.write(path, with_settings(path, content));
    }
    repo.commit_all(name);
    for (path, content) in files.own() {
        repo.write(path, with_settings(path, content));
    }
    repo.git(&["add", "-A"]);
}

#[test]
fn over_the_examples_the_server_takes_the_locks_that_were_foreseen() {
    if !can_run(
        "PostgreSQL with psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2"),
    ) {
        return;
    }
    let repo = Repo::new();
    let (mut wrong, mut seen, examples) = (Vec::new(), 0, examples());
    for (name, text) in &examples {
        lay_out(&repo, name, text);
        let ran = verify(&repo, &["--format", "json"]);
        // What cannot be loaded, or fails, takes no lock; many of the bad ones must.
        let reported: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let revisions = reported["revisions"].as_array().cloned().unwrap_or_default();
        let failed = revisions.iter().filter(|row| row["status"] == "failed");
        wrong.extend(
            failed
                .filter(|_| name.ends_with("/good"))
                .map(|row| format!("{name}: {}", row["problems"])),
        );
        for row in revisions.iter().filter(|row| row["upgrade"] == "passed") {
            for statement in row["statements"].as_array().into_iter().flatten() {
                seen += 1;
                let disagreements = statement["disagreements"].as_array().unwrap();
                let told = disagreements.iter();
                wrong.extend(told.map(|each| format!("{name}: {each}, {}", statement["sql"])));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let least = if examples.len() > DRAWN { 200 } else { 1 };
    assert!(seen >= least, "{seen} statements were seen in {} examples", examples.len());
}
