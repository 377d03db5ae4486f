//! Migrations with `# expect: rule` at the lines where a rule leads; `rule?` expects a warning.
//!
//! A case is a file of `tests/cases/<topic>/`, divided like an example. Whatever is found on
//! another line, and whatever is expected and not found, is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
