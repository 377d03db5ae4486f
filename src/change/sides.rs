//! This work and upstream, project by project, as the verbs see them that bring both together.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::Search;
use crate::alembic::search;
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::change::{concern, project_input};
use crate::git::repository::Repository;
use crate::snapshot::Snapshot;

/// One project in this work and in upstream.
#[derive(Debug)]
pub struct Sides {
    /// Its history as it is staged.
    pub ours: History,
    /// Its history in upstream, where there is one.
    pub theirs: Option<History>,
    /// The name of upstream.
    pub upstream: Option<String>,
    trees: Option<(Rc<Snapshot>, Rc<Snapshot>)>,
}

/// Reads every project of what is staged.
pub fn read(repository: &Repository, overrides: &Overrides) -> Result<Vec<Sides>, Error> {
    let mut change = Change::staged(repository, true)?;
    let settings = concern::settings(&change.new, overrides)?;
    concern::usable(&change.new, &settings)?;
    change.find_upstream(repository, settings.upstream.as_deref())?;
    let projects = search::find(&change.new, Search::Whole, &settings);
    let side = |project| {
        let ours = History::read(&change.new, &Rc::new(project));
        let upstream = change.upstream.as_ref();
        Sides {
            theirs: upstream.map(|upstream| project_input::history_in(&upstream.tip, &ours)),
            upstream: upstream.map(|upstream| upstream.name.clone()),
            trees: upstream.map(|upstream| (upstream.base.clone(), upstream.tip.clone())),
            ours,
        }
    };
    Ok(projects.into_iter().map(side).collect())
}

impl Sides {
    /// Reads the project in another tree of this work, and as it would be merged with upstream.
    pub fn reread(&self, tree: &Rc<Snapshot>) -> (History, History) {
        let ours = project_input::history_in(tree, &self.ours);
        let Some((base, tip)) = &self.trees else {
            return (ours, project_input::history_in(tree, &self.ours));
        };
        let merged = Rc::new(Snapshot::merged(base.clone(), tree.clone(), tip.clone()));
        (ours, project_input::history_in(&merged, &self.ours))
    }
}
