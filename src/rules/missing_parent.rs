//! A revision whose parent is not there.

use crate::advice::literal;
use crate::alembic::graph::{Link, MissingLink};
use crate::alembic::revision_file::RevisionFile;
use crate::alembic::{elsewhere, entry_points};
use crate::example;
use crate::rule::code;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};
use crate::text::source::Span;

pub(super) static RULE: Rule = Rule {
    id: "missing-parent",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "follows a revision that does not exist",
    harm: "Alembic stops at every command with KeyError, whatever revision it was asked for: the \
        deployment does not migrate at all.",
    remedy: "Name the whole id of a revision that is committed, or commit its file as well.",
    example: example!("missing-parent"),
    check: Check::Graph(check),
};

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    graph.history.graph().missing().iter().filter_map(|missing| judge(graph, missing)).collect()
}

fn judge(graph: &Graph<'_>, missing: &MissingLink) -> Option<RawFinding> {
    let file = graph.file(&missing.from)?;
    let (word, span) = match missing.link {
        Link::Down => ("down_revision", file.header.header()?.down_revision_span),
        Link::DependsOn => ("depends_on", assignment(file, "depends_on")),
    };
    let message = format!(
        "`{}` names `{}` in `{word}`, which no file has as its id",
        missing.from, missing.to
    );
    let finding = graph.finding(file, span, message).object(&*missing.to);
    let finding = match graph.is_changed(&file.path) || graph.release.each_alone {
        true => finding,
        false => finding.note(
            "this change does not touch the file that names it: the file it names was taken away",
        ),
    };
    Some(settle(graph, missing, file, finding))
}

/// Says what is likely: an id cut short, a label, a misspelling, a file that is not staged.
fn settle(
    graph: &Graph<'_>,
    missing: &MissingLink,
    file: &RevisionFile,
    finding: RawFinding,
) -> RawFinding {
    let to = &*missing.to;
    if let Some(merge) = graph.after_merge.filter(|merge| merge.is_theirs(to)) {
        return finding
            .severity(Severity::Warning)
            .label(format!("`{}` has it", merge.upstream))
            .remedy(format!("Take it in: `git merge {}`.", merge.upstream));
    }
    if graph.settings.external_revisions.iter().any(|external| external == to) {
        return finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .label("another package brings it, as `external-revisions` says");
    }
    if let Some(outside) = graph.project.outside.first() {
        return finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .label("every Alembic command stops here, unless it stands there")
            .note(format!(
                "`{outside}` is a version location out of sight; `external-revisions` in the \
                 settings settles it"
            ));
    }
    if let Some(place) = entry_points::added_at(graph.history.snapshot(), graph.project) {
        return finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .label("every Alembic command stops here, unless an installed package brings it")
            .note(format!(
                "{place} adds the version locations of installed packages; `external-revisions` in \
                 the settings settles it"
            ));
    }
    let finding = match elsewhere::file_of(graph.history.snapshot(), graph.project, to) {
        // A tree without env.py runs by that of another one only.
        Some(path) if graph.project.is_inferred() || graph.project.environment.path.is_none() => {
            return finding
                .severity(Severity::Warning)
                .weight(Weight::Practice)
                .label("every Alembic command stops here, unless both are loaded together")
                .note(format!("`{path}` has it, which no configuration loads beside this one"));
        }
        Some(path) => {
            finding.note(format!("`{path}` has it, which `{}` does not load", graph.project.name))
        }
        None => finding,
    };
    let finding = finding.label("every Alembic command stops here with KeyError");
    let labelled = graph
        .history
        .graph()
        .nodes()
        .iter()
        .find(|node| node.own_labels.iter().any(|own| &**own == to));
    if let Some(node) = labelled {
        return finding
            .note(format!("`{to}` is a branch label, which `down_revision` does not take"))
            .safe_form(format!("down_revision = {}", literal::quoted(&node.id)));
    }
    match nearest(graph, to, &missing.from) {
        Some(near) => {
            let word = if missing.link == Link::Down { "down_revision" } else { "depends_on" };
            finding
                .remedy(format!("Write the whole id, if `{near}` is meant."))
                .safe_form(format!("{word} = {}", literal::quoted(near)))
        }
        None => finding.remedy(format!(
            "Stage the file of `{to}`, or let {} follow a revision that is there.",
            file.name()
        )),
    }
}

fn nearest<'a>(graph: &Graph<'a>, to: &str, from: &str) -> Option<&'a str> {
    let others = || graph.ids().map(|id| &**id).filter(|id| *id != from);
    let begins = |id: &&str| to.len() >= 4 && (id.starts_with(to) || to.starts_with(*id));
    let near =
        || others().map(|id| (code::distance(id, to), id)).min().filter(|(edits, _)| *edits <= 2);
    others().find(begins).or_else(|| near().map(|(_, id)| id))
}

/// Finds the line that assigns a name.
fn assignment(file: &RevisionFile, name: &str) -> Span {
    let content = std::str::from_utf8(file.bytes()).unwrap_or_default();
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut start = 0;
    for line in content.split_inclusive('\n') {
        let rest = line.strip_prefix(name).unwrap_or_default().trim_start();
        if rest.starts_with(['=', ':']) {
            return Span::new(start, start + line.trim_end().len());
        }
        start += line.len();
    }
    Span::default()
}
