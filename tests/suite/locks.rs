//! The lock table and the rules are of one opinion: over every example and every case, what rewrites
//! a table in use is reported, and what is said to rewrite one does.

use std::collections::BTreeSet;
use std::path::Path;

use safe_migration::review::finding::Finding;
use safe_migration::rule::context::RuleContext;
use safe_migration::rule::raw_finding::Direction;
use safe_migration::rule::severity::{Severity, Weight};
use safe_migration::rules::RULES;
use safe_migration::schema::memory::Memory;
use safe_migration::sql::dialect::Dialect;

use crate::cases;
use crate::common::workbench::Files;

/// A line of a file.
type Place = (String, usize);

/// The lines whose statements rewrite a table in use, as the lock table says.
fn rewriting(files: &Files) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    let (change, inputs) = files.inputs();
    for input in &inputs {
        let memory = Memory::default();
        for revised in &input.revised {
            let Some(migration) = input.history.migration(&revised.path) else { continue };
            let context = RuleContext::new(
                &input.history,
                &memory,
                &input.project,
                &migration,
                Dialect::PostgreSql,
                &input.surroundings,
                &input.settings,
                &input.release,
                change.today,
            );
            for stmt in context.statements(Direction::Upgrade) {
                if context.locks_in_use(&stmt).iter().any(|lock| lock.rewrites) {
                    places.insert(files.place(&stmt.emitted.site));
                }
            }
        }
    }
    places
}

/// The lines that a finding of a rewrite stands on, and those of certain ones.
fn reported(files: &Files) -> (BTreeSet<Place>, BTreeSet<Place>) {
    let review = files.review();
    let findings = || review.findings.iter();
    let at = |finding: &Finding| files.place(&finding.raw.site);
    let is_rewrite = |weight: Weight| matches!(weight, Weight::Rewrite | Weight::Scan);
    let reported = findings().filter(|finding| {
        is_rewrite(finding.raw.weight.unwrap_or(finding.rule.weight))
            || finding.notes.iter().any(|note| is_rewrite(note.rule.weight))
    });
    let certain = findings().filter(|finding| {
        let weight = finding.raw.weight.unwrap_or(finding.rule.weight);
        weight == Weight::Rewrite && finding.severity == Severity::Critical
    });
    (reported.map(at).collect(), certain.map(at).collect())
}

#[test]
fn what_rewrites_a_table_in_use_is_told_of_and_nothing_else_is() {
    let examples = RULES.iter().flat_map(|rule| {
        [("bad", rule.example.bad), ("good", rule.example.good)]
            .map(|(name, text)| (format!("examples/{}/{name}.py", rule.id), text.to_owned()))
    });
    let cases = cases::all().into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path);
        (Path::display(name).to_string(), text)
    });
    // An index that moves is rewritten, and no table; a type that is changed by hand takes several
    // statements.
    const OTHERWISE: [&str; 2] =
        ["an_index_that_moves_is_written_again", "copied_by_hand_in_one_revision"];
    let mut wrong = Vec::new();
    for (name, text) in examples.chain(cases).filter(|(_, text)| is_on_postgresql(text)) {
        if OTHERWISE.iter().any(|other| name.contains(other)) {
            continue;
        }
        let files = Files::of(&text);
        let (rewriting, (locking, certain)) = (rewriting(&files), reported(&files));
        for (path, line) in rewriting.difference(&locking) {
            wrong.push(format!("{name}: {path}:{line} rewrites a table, and nobody says so"));
        }
        for (path, line) in certain.difference(&rewriting) {
            wrong.push(format!("{name}: {path}:{line} is said to rewrite a table and does not"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn is_on_postgresql(text: &str) -> bool {
    !text.contains("sqlalchemy.url") || text.contains("sqlalchemy.url = postgresql")
}
