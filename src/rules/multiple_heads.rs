//! Two revisions that nothing follows: `alembic upgrade head` does not know which one is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::advice::literal;
use crate::alembic::graph::{Link, Node};
use crate::alembic::revision_file::RevisionFile;
use crate::example;
use crate::rule::code;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "multiple-heads",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "leaves the history with several heads",
    harm: "`alembic upgrade head` stops with \"Multiple head revisions are present\": nothing of \
        the release is migrated, and the new code meets the old schema.",
    remedy: "Let the younger revision follow the older one, or merge both with `alembic merge`.",
    example: example!("multiple-heads"),
    check: Check::Graph(check),
};

/// How many heads a message names.
const NAMED: usize = 5;

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    let mut by_labels: BTreeMap<&BTreeSet<Rc<str>>, Vec<&Node>> = BTreeMap::new();
    for head in
        graph.history.graph().tips().into_iter().filter(|head| !hangs_loose(graph, &head.id))
    {
        by_labels.entry(&head.labels).or_default().push(head);
    }
    let rivals = by_labels.into_iter().filter(|(_, heads)| heads.len() > 1);
    rivals.filter_map(|(labels, heads)| judge(graph, labels, &heads)).collect()
}

/// Tells whether a lineage lacks a parent: missing-parent speaks of it, and where it belongs is not
/// known.
fn hangs_loose(graph: &Graph<'_>, head: &str) -> bool {
    let missing = graph.history.graph().missing();
    let down = || missing.iter().filter(|missing| missing.link == Link::Down);
    if down().next().is_none() {
        return false;
    }
    let below = graph.history.graph().ancestor_set(head);
    down().any(|missing| &*missing.from == head || below.contains(&missing.from))
}

/// Judges heads that no label tells apart.
fn judge(graph: &Graph<'_>, labels: &BTreeSet<Rc<str>>, heads: &[&Node]) -> Option<RawFinding> {
    let files: Vec<&RevisionFile> = heads.iter().filter_map(|head| graph.file(&head.id)).collect();
    let teller = graph.teller(&files)?;
    let mut ids: Vec<&str> = heads.iter().map(|head| &*head.id).collect();
    ids.sort_unstable();
    let named = match ids.len() > NAMED {
        true => format!(
            "{} and {} more",
            ids[..NAMED].iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
            ids.len() - NAMED
        ),
        false => code::listed(&ids),
    };
    let both = if ids.len() == 2 { "both" } else { "all" };
    let finding = graph
        .hit_parents(teller, format!("{named} are {both} heads of {}", lineage(graph, labels)))
        .label("`alembic upgrade head` stops here: \"Multiple head revisions are present\"");
    let finding = graph.blamed(finding, &files);
    let here = teller.header.revision()?;
    let merge = format!("{} merge -m \"merge heads\" {}", graph.command(), ids.join(" "));
    Some(match (ids.as_slice(), reparented(graph, here, &ids)) {
        (_, Some(line)) => finding
            .remedy(format!("Let `{here}` follow the other head, or merge them: `{merge}`."))
            .safe_form(line),
        _ => finding.remedy(format!("Merge them: `{merge}`.")),
    })
}

/// Returns the line that puts the teller behind the other head, where there is one other and it can
/// follow it.
fn reparented(graph: &Graph<'_>, here: &str, heads: &[&str]) -> Option<String> {
    let [one, two] = heads else { return None };
    let other = if *one == here { two } else { one };
    let node = graph.history.graph().node(here)?;
    let file = graph.file(here)?;
    let follows_one = node.down_revisions.len() == 1;
    (follows_one && graph.is_changed(&file.path))
        .then(|| format!("down_revision = {}", literal::quoted(other)))
}

fn lineage(graph: &Graph<'_>, labels: &BTreeSet<Rc<str>>) -> String {
    match labels.first() {
        Some(label) => format!("the branch `{label}`"),
        None => format!("`{}`", graph.project.script_location),
    }
}
