//! Revisions that follow from themselves.

use crate::alembic::cycle::Cycle;
use crate::alembic::revision_file::RevisionFile;
use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "revision-cycle",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "follows from itself",
    harm: "Alembic stops at every command with CycleDetected: the deployment does not migrate at \
        all.",
    remedy: "Let the oldest revision of the circle follow one that stands outside of it.",
    example: example!("revision-cycle"),
    check: Check::Graph(check),
};

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    graph.history.graph().cycles().iter().filter_map(|cycle| judge(graph, cycle)).collect()
}

fn judge(graph: &Graph<'_>, cycle: &Cycle) -> Option<RawFinding> {
    let files: Vec<&RevisionFile> =
        cycle.revisions.iter().filter_map(|id| graph.file(id)).collect();
    let first = cycle.revisions.first()?;
    let round: Vec<String> =
        cycle.revisions.iter().skip(1).chain([first]).map(|id| format!("`{id}`")).collect();
    let message = match cycle.revisions.len() {
        1 => format!("`{first}` follows from itself"),
        _ => format!("`{first}` follows {}", round.join(", which follows ")),
    };
    let finding = graph.hit_parents(graph.teller(&files)?, message).object(&**first);
    let finding = match cycle.through_depends_on {
        true => finding
            .label("every Alembic command stops here: \"Dependency cycle is detected\"")
            .note("the circle closes by way of a `depends_on`"),
        false => finding.label("every Alembic command stops here: \"Cycle is detected\""),
    };
    Some(graph.blamed(finding, &files))
}
