//! A revision that databases have run already is edited, moved in the graph, renamed or deleted.

use crate::advice::literal;
use crate::alembic::meaning::Difference;
use crate::alembic::revision_file::RevisionFile;
use crate::example;
use crate::rule::code;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::released::{self, ReleasedChange, ReleasedFate, Squash};
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};
use crate::text::source::{Site, Span};

pub(super) static RULE: Rule = Rule {
    id: "released-revision-changed",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: None,
    waivable: true,
    summary: "changes a revision that is released",
    harm: "Databases that ran the revision never run it once more: production keeps what the old \
        file did, new databases and CI get what the new one does. A new parent is skipped by \
        whoever stands behind it, and an id that is gone stops every command with \"Can't locate \
        revision\".",
    remedy: "Restore the file as it was released, and write what should differ as a new revision.",
    example: example!("released-revision-changed"),
    check: Check::Graph(check),
};

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    let changes = released::changes(graph);
    if changes.is_empty() {
        return Vec::new();
    }
    let squashes = released::squashes(graph);
    let covered =
        |change: &ReleasedChange<'_>| squashes.iter().position(|squash| is_covered(change, squash));
    let uncovered = changes.iter().filter(|change| covered(change).is_none());
    let mut findings: Vec<RawFinding> = uncovered.map(|change| judge(graph, change)).collect();
    for (at, squash) in squashes.iter().enumerate() {
        let of_it = changes.iter().filter(|change| covered(change) == Some(at)).count();
        findings.extend((of_it > 0).then(|| squashed(graph, squash)));
    }
    findings
}

/// Tells whether a squash accounts for a change: the revision is one that it stands for, or follows
/// it now instead of one of them.
fn is_covered(change: &ReleasedChange<'_>, squash: &Squash<'_>) -> bool {
    let header = |file: &RevisionFile| file.header.header().cloned();
    match &change.fate {
        ReleasedFate::Deleted | ReleasedFate::Renamed(_) => {
            change.was.header.revision().is_some_and(|id| squash.covered.contains(id))
        }
        ReleasedFate::Edited { file, difference, .. } => {
            let (Some(old), Some(new)) = (header(change.was), header(file)) else { return false };
            let stands_for = |id: &String| squash.covered.contains(id.as_str());
            let own = squash.file.header.revision();
            !difference.upgrade
                && !difference.downgrade
                && old.down_revisions.iter().all(stands_for)
                && new.down_revisions.iter().all(|id| Some(id.as_str()) == own)
        }
    }
}

fn squashed(graph: &Graph<'_>, squash: &Squash<'_>) -> RawFinding {
    let id = squash.file.header.revision().unwrap_or_default();
    match &squash.differs {
        None => graph
            .hit_revision(
                squash.file,
                format!("`{id}` stands for the released `{}` now", squash.said),
            )
            .severity(Severity::Warning)
            .label("it leaves the same schema; a database that stands between them stops")
            .remedy(format!(
                "Let every database reach the last of them before this is deployed, then stamp it: \
                 `{} stamp {id}`.",
                graph.command()
            )),
        Some(why) => graph
            .hit_revision(
                squash.file,
                format!(
                    "`{id}` says that it squashes `{}`, and leaves another schema: {why}",
                    squash.said
                ),
            )
            .label("new databases differ from those that ran the released revisions"),
    }
}

fn judge(graph: &Graph<'_>, change: &ReleasedChange<'_>) -> RawFinding {
    let id = change.was.header.revision().unwrap_or_default();
    let finding = match &change.fate {
        ReleasedFate::Edited { file, difference, place } => {
            edited(graph, change, file, *difference, *place)
        }
        ReleasedFate::Renamed(file) => {
            let new = file.header.revision().unwrap_or_default();
            graph
                .hit_revision(file, format!("the released `{id}` is called `{new}` now"))
                .label(format!("a database that stands at `{id}` stops: \"Can't locate revision\""))
                .safe_form(format!("revision = {}", literal::quoted(id)))
                .remedy(format!(
                    "Keep the id: databases hold it in `alembic_version`. {}",
                    restore(graph, change)
                ))
        }
        ReleasedFate::Deleted => {
            let site = Site { path: change.was.path.clone(), span: Span::default() };
            let message = format!("the released `{id}` is deleted");
            let mut finding = RawFinding::at(site, Direction::File, message);
            finding.revision = Some(id.to_owned());
            finding
                .label(format!("a database that stands at `{id}` stops: \"Can't locate revision\""))
                .remedy(format!(
                    "{} To take back what it did, write a new revision; to replace many by one, \
                     say `Squashes: FIRST..LAST` in its docstring.",
                    restore(graph, change)
                ))
        }
    };
    settle(graph, finding.object(id))
}

fn edited(
    graph: &Graph<'_>,
    change: &ReleasedChange<'_>,
    file: &RevisionFile,
    difference: Difference,
    place: Span,
) -> RawFinding {
    let id = change.was.header.revision().unwrap_or_default();
    if difference.upgrade {
        return graph
            .finding(
                file,
                place,
                format!("`{id}` is released, and its upgrade does something else now"),
            )
            .label("databases that ran it keep what it did before; new ones get this")
            .remedy(format!(
                "{} Write what should differ as a new revision.",
                restore(graph, change)
            ));
    }
    if difference.header {
        return moved(graph, change, file);
    }
    graph
        .finding(
            file,
            place,
            format!("`{id}` is released, and its downgrade does something else now"),
        )
        .severity(Severity::Warning)
        .label("whoever goes back runs this, also over what the released upgrade did")
        .remedy("See that the way back fits what the released upgrade did.")
}

/// A released revision that follows, or depends on, another one now.
fn moved(graph: &Graph<'_>, change: &ReleasedChange<'_>, file: &RevisionFile) -> RawFinding {
    let id = change.was.header.revision().unwrap_or_default();
    let parents = |file: &RevisionFile| {
        let header = file.header.header();
        header.map(|header| (header.down_revisions.clone(), header.depends_on.clone()))
    };
    let (old, new) = (parents(change.was).unwrap_or_default(), parents(file).unwrap_or_default());
    let (was, now, word, name) = match old.0 == new.0 {
        false => (&old.0, &new.0, "followed", "down_revision"),
        true => (&old.1, &new.1, "depended on", "depends_on"),
    };
    let listed = |ids: &[String]| match ids {
        [] => "nothing".to_owned(),
        ids => code::listed(ids),
    };
    let message =
        format!("the released `{id}` {word} {}, and names {} now", listed(was), listed(now));
    let finding = graph
        .hit_parents(file, message)
        .label("a database that stands at it, or behind it, never runs what is put below it")
        .remedy(format!(
            "Restore `{name}`, and bring the heads together with an empty merge revision: \
             `safe-migration merge`."
        ));
    match was.as_slice() {
        [only] => finding.safe_form(format!("{name} = {}", literal::quoted(only))),
        _ => finding,
    }
}

/// The sentence that brings a file back.
fn restore(graph: &Graph<'_>, change: &ReleasedChange<'_>) -> String {
    let from = graph.release.upstream.as_deref().filter(|name| !name.is_empty()).unwrap_or("HEAD");
    let files = match released::read_files(graph, change.was) {
        files if files.is_empty() => change.was.path.to_string(),
        files => files.join(" "),
    };
    format!("Bring it back: `git checkout {from} -- {files}`.")
}

/// Says whose doing it is. Where no upstream is known, nobody knows what is released.
fn settle(graph: &Graph<'_>, finding: RawFinding) -> RawFinding {
    let finding = match graph.is_changed(&finding.site.path) {
        true => finding,
        false => finding.note("it was so before this change"),
    };
    match graph.release.upstream {
        Some(_) => finding,
        None => finding
            .severity(Severity::Warning)
            .note("no upstream branch is known here: what is committed is taken for released"),
    }
}
