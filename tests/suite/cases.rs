//! Migrations with `# expect: rule` at the lines where a rule leads; `rule?` expects a warning.
//!
//! A case is a file of `tests/cases/<rule>/`, divided like an example; what is about no rule more
//! than another lies under a topic. Whatever is found on another line, and whatever is expected and
//! not found, is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use safe_migration::rules::find;

use crate::common::workbench::Files;

fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => cases(&path, found),
            false if path.extension().is_some_and(|extension| extension == "py") => {
                found.push(path)
            }
            false => {}
        }
    }
}

/// Returns what is expected: line and rule, with `?` behind a warning.
fn expected(text: &str) -> BTreeSet<(usize, String)> {
    let lines = text.lines().enumerate().filter_map(|(number, line)| {
        let (_, rules) = line.split_once("# expect: ")?;
        Some((number + 1, rules))
    });
    lines
        .flat_map(|(line, rules)| rules.split(',').map(move |rule| (line, rule.trim().to_owned())))
        .collect()
}

/// Returns the files of all cases.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut paths);
    paths
}

#[test]
fn every_case_finds_what_it_expects_and_nothing_else() {
    let mut wrong = Vec::new();
    for path in &all() {
        let text = std::fs::read_to_string(path).unwrap();
        let expected = expected(&text);
        let mark = |critical: bool| if critical { "" } else { "?" };
        let seen = Files::of(&text).seen().into_iter().filter(|seen| seen.line > 0);
        let found: BTreeSet<(usize, String)> =
            seen.map(|seen| (seen.line, format!("{}{}", seen.rule, mark(seen.critical)))).collect();
        let missing =
            expected.difference(&found).map(|(line, rule)| format!("{line}: {rule} is expected"));
        let surplus = found
            .difference(&expected)
            .map(|(line, rule)| format!("{line}: {rule} is not expected"));
        let name =
            path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string();
        wrong.extend(missing.chain(surplus).map(|what| format!("{name}:{what}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The topics of cases that are about several rules, or about none.
const TOPICS: [&str; 6] = ["dialects", "history", "new_tables", "raw_sql", "reading", "settings"];

/// Returns what is wrong with where a case lies: nothing where its folder says what it is about.
fn misplaced(folder: &str, rules: &BTreeSet<&str>) -> Option<String> {
    let is_topic = TOPICS.contains(&folder);
    let only = rules.first().filter(|_| rules.len() == 1);
    match only {
        Some(rule) if *rule != folder => Some(format!("is about `{rule}`: tests/cases/{rule}/")),
        None if !is_topic && !rules.is_empty() && !rules.contains(folder) => {
            Some(format!("expects nothing of `{folder}`"))
        }
        _ if !is_topic && find(folder).is_none() => {
            Some(format!("`{folder}` is neither a rule nor a topic"))
        }
        _ => None,
    }
}

#[test]
fn the_cases_of_a_rule_are_found_by_its_name() {
    let mut wrong = Vec::new();
    for path in &all() {
        let text = std::fs::read_to_string(path).unwrap();
        let expected = expected(&text);
        let rules = expected.iter().map(|(_, rule)| rule.trim_end_matches('?')).collect();
        let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let why = misplaced(folder, &rules);
        wrong.extend(why.map(|why| format!("{}: {why}", path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let alone = BTreeSet::from(["drop-table"]);
    assert_eq!(misplaced("drop-table", &alone), None);
    assert!(misplaced("raw_sql", &alone).is_some() && misplaced("drop-column", &alone).is_some());
    assert!(misplaced("cellar", &BTreeSet::new()).is_some());
}

/// Two sides that begin at one revision, each with the table that it changes, and the merge of
/// both.
fn merge(one: &str, other: &str) -> Files {
    let side = |name: &str, id: &str, table: &str| {
        format!(
            "# file: {name}.py\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = \"{id}\"\n\
             down_revision = \"3b0f6d92c7ae\"\n\n\ndef upgrade():\n    op.add_column(\"{table}\", sa.Column(\"{name}\", sa.Text))\n\n\n\
             def downgrade():\n    op.drop_column(\"{table}\", \"{name}\")\n\n"
        )
    };
    let empty = "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n\n";
    Files::of(&format!(
        "# file: base.py\nrevision = \"3b0f6d92c7ae\"\ndown_revision = None\n\n\n{empty}{}{}# upstream\n\n# file: merge.py\n\
         revision = \"c84e9f1a06bd\"\ndown_revision = (\"5d7ac2e0b913\", \"f06b1e84d7c2\")\n\n\n{empty}",
        side("color", "5d7ac2e0b913", one),
        side("motto", "f06b1e84d7c2", other)
    ))
}

#[test]
fn a_merge_of_sides_that_do_not_meet_says_so_under_recommendations() {
    let apart = merge("teams", "players").review();
    let reported = "the sides of merge `c84e9f1a06bd` do not meet: `5d7ac2e0b913` changes `teams`; `f06b1e84d7c2` changes \
                `players`; their order does not matter";
    assert_eq!(apart.recommendations, [reported]);
    let together = merge("teams", "teams").review();
    assert_eq!(together.recommendations, Vec::<String>::new());
}
