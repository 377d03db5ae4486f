//! One id in two files. Alembic warns, loads the last one, and never applies the other.

use crate::alembic::graph::{Duplicate, LabelClash};
use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;
use crate::example;
use crate::rule::code;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "duplicate-revision",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "has the id of another revision",
    harm: "Alembic prints a warning, keeps the file that it loads last and forgets the other: its \
        tables and columns never come to be, and the code that needs them fails.",
    remedy: "Give the newer file an id of its own, and let those who follow it name the new one.",
    example: example!("duplicate-revision"),
    check: Check::Graph(check),
};

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    let twins =
        graph.history.graph().duplicates().iter().filter_map(|duplicate| twins(graph, duplicate));
    let labels =
        graph.history.graph().label_clashes().iter().filter_map(|clash| labels(graph, clash));
    twins.chain(labels).chain(after_merge(graph)).collect()
}

/// Judges ids that upstream has given to other files.
fn after_merge(graph: &Graph<'_>) -> Vec<RawFinding> {
    let Some(merge) = graph.after_merge else { return Vec::new() };
    let is_known = |duplicate: &&Duplicate| {
        let among = |history: &History| {
            history.graph().duplicates().iter().any(|known| known.revision == duplicate.revision)
        };
        among(graph.history) || among(&merge.theirs)
    };
    let judge = |duplicate: &Duplicate| {
        let files: Vec<&RevisionFile> =
            duplicate.files.iter().map(|&at| &merge.merged.files()[at]).collect();
        let ours = files.iter().find_map(|file| graph.history.file_at(&file.path))?;
        let names: Vec<&str> = files.iter().map(|file| &*file.path).collect();
        let message = format!(
            "`{}` is the id of {} once this is merged with `{}`",
            duplicate.revision,
            code::listed(&names),
            merge.upstream
        );
        let last = files.last()?.name();
        let finding = graph
            .hit_revision(ours, message)
            .object(&*duplicate.revision)
            .severity(merge.severity())
            .label(format!("Alembic loads {last} last, and never applies the other"))
            .safe_form(format!("revision = \"{}\"", code::new_id(&ours.path)));
        let origins = files.iter().map(|file| merge.origin(file));
        Some(origins.chain(merge.age()).fold(finding, RawFinding::note))
    };
    let found = merge.merged.graph().duplicates().iter();
    found.filter(|duplicate| !is_known(duplicate)).filter_map(judge).collect()
}

fn twins(graph: &Graph<'_>, duplicate: &Duplicate) -> Option<RawFinding> {
    let files: Vec<&RevisionFile> =
        duplicate.files.iter().map(|&at| &graph.history.files()[at]).collect();
    let (last, others) = files.split_last()?;
    let names: Vec<&str> = files.iter().map(|file| file.name()).collect();
    let message = format!("`{}` is the id of {}", duplicate.revision, code::listed(&names));
    let forgotten: Vec<&str> = others.iter().map(|file| file.name()).collect();
    let is_one = forgotten.len() == 1;
    let teller = graph.teller(&files)?;
    let finding = graph.hit_revision(teller, message).object(&*duplicate.revision).label(format!(
        "Alembic loads {} last, and never applies {}",
        last.name(),
        forgotten.join(" and ")
    ));
    let is_copy = others.iter().all(|file| file.bytes() == last.bytes());
    let finding = match (is_copy, is_one) {
        (true, true) => finding.remedy(format!(
            "Remove one of the two: they hold the same, byte for byte ({}).",
            names.join(", ")
        )),
        _ => finding.safe_form(format!("revision = \"{}\"", code::new_id(&teller.path))),
    };
    Some(graph.blamed(finding, &files))
}

/// Judges a branch label that is taken, which Alembic refuses outright.
fn labels(graph: &Graph<'_>, clash: &LabelClash) -> Option<RawFinding> {
    let message = format!(
        "`{}` of `{}` is taken already, by `{}`",
        clash.label, clash.revision, clash.holder
    );
    let finding = graph.hit_revision(graph.file(&clash.revision)?, message);
    Some(
        finding
            .object(&*clash.label)
            .label("every Alembic command stops here")
            .remedy("Give the branch a label of its own."),
    )
}
