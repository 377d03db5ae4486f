//! Two lines of history that cannot both hold, and a revision that merges them all the same.

use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::merge_conflicts::{Act, Side};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};
use crate::rule::unordered::{Conflict, Runs};
use crate::rule::{merge_conflicts, unordered};
use crate::sql::title::statement::statement_title;

pub(super) static RULE: Rule = Rule {
    id: "conflicting-branches",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: None,
    waivable: true,
    summary: "joins two lines of history that cannot both hold, by a merge or by `depends_on`",
    harm: "One side makes what the other makes, or uses what the other took away: the upgrade \
        fails where both are run, or leaves another schema than the one that was tested.",
    remedy: "Let one side follow the other, and change the later one so that it fits what it \
        finds.",
    example: example!("conflicting-branches"),
    check: Check::MigrationAndGraph(check, after_merge),
};

/// How many conflicts are reported of one merge.
const TOLD: usize = 10;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let apart = unordered::conflicts(context).into_iter().take(TOLD);
    let apart: Vec<RawFinding> = apart.map(|conflict| of_unordered(context, &conflict)).collect();
    if !apart.is_empty() {
        return apart;
    }
    let sides = merge_conflicts::sides(context);
    let found = merge_conflicts::conflicts(&sides);
    found
        .into_iter()
        .take(TOLD)
        .map(|(why, (one, other))| finding(context, &why, &one, &other))
        .collect()
}

/// Tells of a revision of another base that runs before or behind this one, and cannot.
fn of_unordered(context: &RuleContext<'_>, conflict: &Conflict) -> RawFinding {
    let other = &conflict.other;
    let when = match conflict.runs {
        Runs::Behind => "behind this one on an empty database",
        Runs::Before => "before this one",
    };
    let mut finding = context
        .hit_span(context.migration.header.down_revision_span, conflict.why.clone())
        .label(format!("`{other}` runs {when}, and nothing says otherwise"))
        .note(format!("`{}`: {}", context.revision(), conflict.own))
        .note(format!("`{other}`: {}", conflict.theirs));
    finding.table.clone_from(&conflict.table);
    finding.remedy(match conflict.runs {
        Runs::Behind => format!("Say which comes first: `depends_on = \"{other}\"` here."),
        Runs::Before => format!("Change it so that it fits what `{other}` leaves."),
    })
}

/// Judges what this work and upstream do, which nobody has merged yet.
fn after_merge(graph: &Graph<'_>) -> Vec<RawFinding> {
    let Some(merge) = graph.after_merge else { return Vec::new() };
    let own = |of: &History, other: &History| -> Vec<Rc<Migration>> {
        let missing = of.graph().pending(&HashSet::new()).into_iter();
        let is_old = |id: &Rc<str>| graph.bases.iter().any(|base| base.graph().node(id).is_some());
        let missing = missing.filter(|id| other.graph().node(id).is_none() && !is_old(id));
        missing.filter_map(|id| of.migration(&id)).collect()
    };
    let ours = own(graph.history, &merge.theirs);
    let theirs = own(&merge.theirs.on(graph.history.dialect()), graph.history);
    let sides = [("here", ours), (merge.upstream.as_str(), theirs)]
        .map(|(parent, migrations)| Side { parent: Rc::from(parent), migrations });
    let found = merge_conflicts::conflicts(&sides);
    let judge = |(why, (one, other)): (String, (Act<'_>, Act<'_>))| {
        let revision = |act: &Act<'_>| act.migration.header.revision.clone();
        let (mine, their) = match merge.is_theirs(&revision(&one)) {
            true => (other, one),
            false => (one, other),
        };
        let file = graph.file(&revision(&mine))?;
        let mut finding = graph
            .hit_revision(
                file,
                format!(
                    "{why}: `{}` meets `{}` of \
                `{}`",
                    revision(&mine),
                    revision(&their),
                    merge.upstream
                ),
            )
            .severity(merge.severity())
            .label(format!("`{}` and `{}` cannot both hold", revision(&mine), revision(&their)))
            .note(format!("`{}`: {}", revision(&mine), statement_title(mine.statement)))
            .note(format!("`{}`: {}", revision(&their), statement_title(their.statement)))
            .remedy(
                "Take upstream in, let this work follow it (`safe-migration rebase`), and \
                change it so that it fits.",
            );
        finding.table = mine.statement.table().or(their.statement.table()).map(ToString::to_string);
        Some(finding)
    };
    found.into_iter().take(TOLD).filter_map(judge).collect()
}

fn finding(context: &RuleContext<'_>, why: &str, one: &Act<'_>, other: &Act<'_>) -> RawFinding {
    let (first, second) = (&one.migration.header.revision, &other.migration.header.revision);
    let mut finding = context
        .hit_span(context.migration.header.down_revision_span, why)
        .label(format!("`{first}` and `{second}` cannot both hold"))
        .note(format!("`{first}`: {}", statement_title(one.statement)))
        .note(format!("`{second}`: {}", statement_title(other.statement)));
    finding.table = one.statement.table().or(other.statement.table()).map(ToString::to_string);
    finding.remedy(format!(
        "Let `{second}` and what it stands on follow `{first}`, and change it so that it fits what \
         it finds."
    ))
}
