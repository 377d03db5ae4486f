//! What is released, and what is deployed together.

use std::rc::Rc;

use crate::rule::application::Application;
use crate::text::map::Set;

/// Which revisions are in upstream already, and what is deployed together.
#[derive(Clone, Debug, Default)]
pub struct Release {
    /// Revisions in the upstream tree at its merge-base with HEAD.
    pub released: Rc<Set<Rc<str>>>,
    /// Revisions of the resulting tree that are not released, in the order in which they are
    /// applied.
    pub together: Vec<Rc<str>>,
    /// Whether each judged migration is taken as if it alone were unreleased (`--all`).
    pub each_alone: bool,
    /// The upstream's name, where there is one.
    pub upstream: Option<String>,
    /// The code of the application, where something is released that can be asked.
    pub application: Option<Rc<Application>>,
}
