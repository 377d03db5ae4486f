//! An audit as a comment on a pull request.

use crate::report::audit::{self, Audit, Problem, Violation};
use crate::report::recorded::short;
use crate::report::speech::{cell, code_cell, markdown};

/// Tells an audit as Markdown: a heading with the outcome and one table row per violation.
pub fn tell(audit: &Audit) -> String {
    let mut out = format!("### safe-migration: {}\n", markdown(&audit::closing(audit)));
    for change in &audit.settings_changes {
        out += &format!("\n> ⚠️ {}\n", cell(change));
    }
    if !audit.violations.is_empty() {
        out += "\n| | commit | author | rule | where | what |\n\
            | --- | --- | --- | --- | --- | --- |\n";
        audit.violations.iter().for_each(|violation| out += &row(violation));
    }
    if !audit.state.is_empty() {
        out += "\n**As it stands at the end**\n\n";
        for problem in &audit.state {
            out += &format!(
                "- ❌ `{}` in {}: {}\n",
                problem.rule,
                place(problem),
                cell(&problem.message)
            );
        }
    }
    let unjudged = audit.unjudged.iter().map(|one| {
        format!("- ❓ `{}` could not be judged: {}\n", short(&one.commit), cell(&one.why))
    });
    let notices = audit.notices.iter().map(|notice| format!("- {}\n", cell(notice)));
    let waived =
        audit.waived.iter().map(|waived| format!("- waived: {}\n", cell(&waived.sentence())));
    let lines: String = unjudged.chain(waived).chain(notices).collect();
    if lines.is_empty() { out } else { format!("{out}\n{lines}") }
}

fn row(violation: &Violation) -> String {
    let (mark, mended) = match &violation.mended {
        Some(mended) => ("✅", format!(" (fixed: {})", audit::how(mended))),
        None => ("❌", String::new()),
    };
    let recorded =
        violation.recorded.as_ref().map(|record| format!(" (on record: {})", cell(&record.class)));
    let commit = &violation.commit;
    format!(
        "| {mark} | {}{} | {} | `{}` | {} | {}{mended} |\n",
        short(&commit.id),
        recorded.unwrap_or_default(),
        cell(&commit.author),
        violation.problem.rule,
        place(&violation.problem),
        cell(&violation.problem.message),
    )
}

fn place(problem: &Problem) -> String {
    let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    code_cell(&format!("{}{line}", problem.path))
}
