//! Every rule over every example: a bad one fires its rule and no other, a good one holds nothing
//! critical.
//!
//! `tests/crossfire.txt` shows who fires where; `BLESS=1 cargo test gallery` rewrites it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use safe_migration::rule::definition::Rule;
use safe_migration::rules::RULES;

use crate::common::holds_file;
use crate::common::workbench::{Files, Seen};

/// Facts of env.py and of the way back, reported once per project whatever a migration does.
const TOLD_ONCE: [&str; 2] = ["missing-lock-timeout", "autocommit-leaves-version-behind"];

fn leads(seen: &[Seen], rule: &Rule) -> BTreeSet<&'static str> {
    let is_own =
        |seen: &&Seen| seen.rule == rule.id || seen.line > 0 || !TOLD_ONCE.contains(&seen.rule);
    seen.iter().filter(is_own).map(|seen| seen.rule).collect()
}

#[test]
fn every_bad_example_fires_its_rule_and_no_other() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let seen = Files::of(rule.example.bad).seen();
        let leads = leads(&seen, rule);
        if leads != BTreeSet::from([rule.id]) {
            wrong.push(format!("{}: {leads:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "bad examples that fire something else:\n{}", wrong.join("\n"));
}

#[test]
fn every_good_example_is_free_of_criticals() {
    let mut wrong = Vec::new();
    for rule in RULES {
        for seen in Files::of(rule.example.good).seen() {
            if seen.critical
                || seen.rule == rule.id
                    && rule.severity == safe_migration::rule::severity::Severity::Warning
            {
                wrong.push(format!("{}: line {}: {}", rule.id, seen.line, seen.rule));
            }
        }
    }
    assert!(wrong.is_empty(), "good examples that are blocked:\n{}", wrong.join("\n"));
}

/// Every example with letters of several bytes where people write them: before and behind names,
/// inside of them, and in comments.
#[test]
fn letters_of_several_bytes_are_no_defect() {
    let spellings: [fn(&str) -> String; 4] = [
        |text| text.replace('"', "\"é"),
        |text| text.replace("\")", "启用\")").replace("\",", "停用\","),
        |text| text.replace('e', "é"),
        |text| text.replace(",\n", ",  # 启用 é\n").replace("(\n", "(  # 停用\n"),
    ];
    for rule in RULES {
        // Settings are no text of people's: a key with another letter is refused.
        let holds_settings = |text: &&str| text.contains("safe-migration.toml");
        let examples = [rule.example.bad, rule.example.good].into_iter();
        for text in examples.filter(|text| !holds_settings(text)) {
            let over_lines = text.replace("(\"", "(\n        \"").replace(", \"", ",\n        \"");
            for spelling in spellings {
                Files::of(&spelling(text)).seen();
                Files::of(&spelling(&over_lines)).seen();
            }
        }
    }
}

#[test]
fn who_fires_where_is_written_down() {
    let mut table = String::from(
        "Every rule over every example, made by BLESS=1 cargo test: line, severity, rule + notes.\n",
    );
    for rule in RULES {
        for (name, text) in [("bad", rule.example.bad), ("good", rule.example.good)] {
            writeln!(table, "\n{}/{name}.py", rule.id).unwrap();
            for seen in Files::of(text).seen() {
                let severity = if seen.critical { "critical" } else { "warning" };
                let notes = seen.notes.iter().map(|note| format!(" + {note}")).collect::<String>();
                writeln!(table, "{:>5}  {severity:<8}  {}{notes}", seen.line, seen.rule).unwrap();
            }
        }
    }
    holds_file("tests/crossfire.txt", &table);
}
