//! What a report says once besides its findings: what is assumed because nothing says it, and
//! settings that name nothing.

use crate::alembic::project::VersionsFrom;
use crate::change::overrides::Overrides;
use crate::change::project_input::ProjectInput;
use crate::change::trees::{Change, Scope};
use crate::change::upstream::{Kinship, Upstream};
use crate::review::subject::Revised;
use crate::rules;
use crate::sql::dialect::Dialect;

/// Returns what the report says once.
pub fn of(change: &Change, inputs: &[ProjectInput], overrides: &Overrides) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(Upstream { name, kinship: Kinship::Unrelated, .. }) = &change.upstream {
        notices.push(format!(
            "no commit of this work is one of `{name}`: all in which they differ is judged, as if \
             it came after `{name}`"
        ));
    }
    let chosen = inputs.iter().find_map(|input| input.settings.chosen.as_ref());
    if let Some(chosen) = chosen {
        let (left, all) = (chosen.len(), rules::RULES.len());
        notices.push(format!("{left} of {all} rules judge here, by {}", overrides.words()));
    }
    for input in inputs {
        if let VersionsFrom::Files { why, .. } = &input.project.versions_from {
            notices.push(format!("inferred for `{}`: {why}", input.project.name));
        }
        if input.project.environment.dialects.is_empty() && input.settings.dialect.is_none() {
            notices.push(format!(
                "nothing says which database `{}` is for; PostgreSQL is assumed",
                input.project.name
            ));
        }
        if let Some(relative) = input.project.environment.relative {
            notices.push(format!(
                "`{}` is for {relative}, which is judged as PostgreSQL: locks, and what is \
                 refused, may differ there",
                input.project.name
            ));
        }
        notices.extend(input.revised.iter().filter_map(through));
        notices.extend(half_judged(input));
        notices.extend(names_nothing(change, input));
    }
    if change.upstream.is_none() && change.scope == Scope::Change {
        notices.push(
            "no upstream branch is known here: only what this change adds counts as unreleased"
                .to_owned(),
        );
    }
    let upstream = change.upstream.as_ref().filter(|_| change.scope == Scope::Change);
    if let Some((name, days)) =
        upstream.and_then(|upstream| Some((&upstream.name, upstream.fetched_days_ago?)))
    {
        notices.push(format!(
            "`{name}` was fetched {days} days ago: what others have added since is not seen (git \
             fetch)"
        ));
    }
    notices.dedup();
    notices
}

/// Why a revision is judged whose own file may be as it was.
fn through(revised: &Revised) -> Option<String> {
    let files: Vec<String> = revised.through.iter().map(|path| format!("`{path}`")).collect();
    let (path, files) = (&revised.path, files.join(", "));
    (!files.is_empty()).then(|| format!("`{path}` is judged by what it reads now: {files}"))
}

/// What the replayed schema does not say of servers that it was not held against.
fn half_judged(input: &ProjectInput) -> Option<String> {
    let name = &input.project.name;
    match input.history.dialect() {
        Dialect::Oracle => Some(format!(
            "`{name}` is for Oracle: what that server refuses is unknown here; calls, names of \
             Python and what Alembic refuses are judged"
        )),
        Dialect::SqlServer => Some(format!(
            "`{name}` is for SQL Server: names, keys and what is in use are judged by its \
             documented messages; casts, queries and values are unknown here"
        )),
        _ => None,
    }
}

/// Revisions that the settings of a project name and that its history does not have.
fn names_nothing(change: &Change, input: &ProjectInput) -> Vec<String> {
    let (graph, name) = (input.history.graph(), &input.project.name);
    let unknown = |id: &&String| graph.node(id).is_none();
    let judged_again = |id: &String| {
        format!(
            "`start-after` names `{id}`, which is no revision of `{name}`: it leaves nothing out"
        )
    };
    let follows = |id: &String| graph.missing().iter().any(|link| *link.to == **id);
    let idle = |id: &String| {
        format!("`external-revisions` names `{id}`, which no revision of `{name}` follows")
    };
    let settings = &input.settings;
    let mut notices: Vec<String> =
        settings.start_after.iter().filter(unknown).map(judged_again).collect();
    if change.scope != Scope::State {
        let externals = settings.external_revisions.iter();
        notices.extend(externals.filter(|id| !follows(id)).map(idle));
    }
    notices
}
