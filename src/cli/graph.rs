//! `graph`: the revisions of every project and how they follow one another.

use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::graph::RevisionGraph;
use crate::alembic::history::History;
use crate::alembic::project::Search;
use crate::alembic::{project, search};
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::change::{concern, project_input, summaries};
use crate::cli::args::verbs::GraphArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::report::graph;
use crate::report::graph::GraphForm;
use crate::report::shown_graph::Shown;
use crate::snapshot::{Missing, Snapshot};

/// Shows the graph of what is staged.
pub fn run(args: &GraphArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let mut change = Change::state(&repository)?;
    let overrides = args.reading.overrides_in(&repository)?;
    let settings = concern::settings(&change.new, &overrides)?;
    concern::usable(&change.new, &settings)?;
    change.find_upstream(&repository, settings.upstream.as_deref())?;
    let head = match repository.head()? {
        Some(head) => Some(Rc::new(repository.snapshot(Some(&repository.tree_of(&head)?)))),
        None => None,
    };
    let histories = histories(&change, &settings, &overrides);
    summaries::keep(&repository, &histories);
    let mut shown: Vec<Shown<'_>> =
        histories.iter().map(|history| standing(history, &change, head.as_ref())).collect();
    narrow(&mut shown, args)?;
    output.write(&graph::tell(&shown, GraphForm::from(args.format), output.volume))?;
    let missing = change.new.missing().into_iter().next();
    // The program is about to end, and taking a large history apart takes as long as reading it.
    std::mem::forget(shown);
    std::mem::forget(histories);
    match missing {
        Some(Missing { what, why }) => Err(Error::Missing { what, why }),
        None => Ok(ExitStatus::Clean),
    }
}

fn histories(change: &Change, settings: &Settings, overrides: &Overrides) -> Vec<History> {
    let projects = search::find(&change.new, Search::Whole, settings);
    let history = |project: project::Project| {
        let settings = settings.for_project(&project.name);
        let dialect = project_input::dialects(&project, settings, overrides).first().copied();
        History::read(&change.new, &Rc::new(project)).on(dialect.unwrap_or_default())
    };
    projects.into_iter().map(history).collect()
}

/// Finds out which revisions are staged, and which upstream lacks.
fn standing<'a>(history: &'a History, change: &Change, head: Option<&Rc<Snapshot>>) -> Shown<'a> {
    let ids = |is_it: &dyn Fn(&str) -> bool| -> HashSet<Rc<str>> {
        let nodes = history.graph().nodes().iter().map(|node| &node.id);
        nodes.filter(|id| is_it(id)).cloned().collect()
    };
    let committed = head.map(|head| project_input::history_in(head, history));
    let tip = change.upstream.as_ref();
    let theirs = tip.map(|upstream| project_input::history_in(&upstream.tip, history));
    let entry = |history: &History, id: &str| history.file(id).map(|file| file.entry.id);
    Shown {
        history,
        staged: ids(&|id| {
            let was = committed.as_ref().and_then(|committed| entry(committed, id));
            was != entry(history, id)
        }),
        unpublished: match &theirs {
            Some(theirs) => ids(&|id| theirs.graph().node(id).is_none()),
            None => HashSet::new(),
        },
        upstream_heads: theirs
            .as_ref()
            .map(|theirs| theirs.graph().heads().iter().cloned().collect())
            .unwrap_or_default(),
        upstream: tip.map(|upstream| upstream.name.clone()),
        only: None,
    }
}

/// Leaves out what lies outside of the range, and beyond the limit.
fn narrow(shown: &mut [Shown<'_>], args: &GraphArgs) -> Result<(), Error> {
    if let Some(range) = &args.range {
        let mut found = false;
        for graph in shown.iter_mut() {
            let within = within(graph.history.graph(), range);
            found |= within.is_some();
            graph.only = Some(within.unwrap_or_default());
        }
        if !found {
            let id = range.split("..").find(|id| !id.is_empty()).unwrap_or(range);
            return Err(Error::UnknownRevision { id: id.to_owned() });
        }
    }
    if let Some(limit) = args.limit {
        for graph in shown.iter_mut() {
            let newest = graph.nodes().into_iter().rev().take(limit);
            let newest = newest.map(|node| node.id.clone()).collect();
            graph.only = Some(newest);
        }
    }
    Ok(())
}

/// Returns the revisions of `FIRST..LAST`, both included; nothing where the graph has neither.
fn within(graph: &RevisionGraph, range: &str) -> Option<HashSet<Rc<str>>> {
    let (first, last) = range.split_once("..").unwrap_or(("", range));
    let find = |prefix: &str| {
        let ids = graph.nodes().iter().map(|node| &node.id);
        let mut ids = ids.filter(|id| id.starts_with(prefix));
        graph.node(prefix).map(|node| node.id.clone()).or_else(|| ids.next().cloned())
    };
    let mut within: HashSet<Rc<str>> = match last {
        "" => graph.nodes().iter().map(|node| node.id.clone()).collect(),
        last => {
            let last = find(last)?;
            let mut below = graph.ancestor_set(&last);
            below.insert(last);
            below
        }
    };
    if !first.is_empty() {
        let first = find(first)?;
        within.retain(|id| *id == first || graph.ancestor_set(id).contains(&first));
    }
    Some(within)
}
