//! The revision graph, for rules that judge it.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::Project;
use crate::config::settings::Settings;
use crate::rule::after_merge::AfterMerge;
use crate::rule::release::Release;

/// The revision graph of a project, for rules that judge it.
pub struct Graph<'a> {
    /// The revisions of the project.
    pub history: &'a History,
    /// The project.
    pub project: &'a Project,
    /// The settings of the project.
    pub settings: &'a Settings,
    /// What is released, as histories; several where a commit has several parents and no upstream.
    pub bases: &'a [History],
    /// What merging with upstream would make, where upstream has something of its own.
    pub after_merge: Option<&'a AfterMerge>,
    /// Paths of revisions that this change adds or alters.
    pub changed: &'a BTreeSet<Rc<str>>,
    /// Which revisions are in upstream already.
    pub release: &'a Release,
}
