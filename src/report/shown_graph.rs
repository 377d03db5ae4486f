//! The graph of one project, and which of its revisions are shown.

use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::graph::Node;
use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;

/// The graph of one project, with where its revisions stand and which of them are shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The revisions.
    pub history: &'a History,
    /// The revisions that the next commit adds or changes.
    pub staged: HashSet<Rc<str>>,
    /// The revisions that upstream lacks; none where no upstream is known.
    pub unpublished: HashSet<Rc<str>>,
    /// The heads of upstream.
    pub upstream_heads: HashSet<Rc<str>>,
    /// The name of upstream.
    pub upstream: Option<String>,
    /// The revisions that are shown; nothing where all are.
    pub only: Option<HashSet<Rc<str>>>,
}

impl Shown<'_> {
    /// Returns the revisions that are shown, in the order of `alembic upgrade`.
    pub fn nodes(&self) -> Vec<&Node> {
        let is_shown = |node: &&Node| self.only.as_ref().is_none_or(|only| only.contains(&node.id));
        in_order(self.history).into_iter().filter(is_shown).collect()
    }

    /// Returns what is to be known of a revision besides its message.
    pub fn standing(&self, node: &Node) -> Vec<String> {
        let mut words = Vec::new();
        let graph = self.history.graph();
        if graph.children(&node.id).is_empty() {
            words.push("head".to_owned());
        }
        if self.staged.contains(&node.id) {
            words.push("staged".to_owned());
        } else if self.unpublished.contains(&node.id) {
            words.push("unpublished".to_owned());
        }
        if self.upstream_heads.contains(&node.id) {
            words.extend(self.upstream.clone());
        }
        words.extend(node.own_labels.iter().map(|label| format!("label {label}")));
        words
    }

    /// Returns the message of a revision.
    pub fn message(&self, node: &Node) -> &str {
        let header = file(self.history, node).header.header();
        header.and_then(|header| header.message.as_deref()).unwrap_or_default()
    }

    /// Tells whether nothing distinguishes a revision from those before and behind it.
    pub(crate) fn is_plain(&self, node: &Node) -> bool {
        let graph = self.history.graph();
        self.standing(node).is_empty()
            && node.down_revisions.len() == 1
            && node.depends_on.is_empty()
            && graph.children(&node.id).len() == 1
    }
}

/// Returns the revisions in the order of `alembic upgrade`, and behind them what it never comes to.
pub(super) fn in_order(history: &History) -> Vec<&Node> {
    let graph = history.graph();
    let mut nodes: Vec<&Node> =
        graph.pending(&HashSet::new()).iter().filter_map(|revision| graph.node(revision)).collect();
    let reached: HashSet<&str> = nodes.iter().map(|node| &*node.id).collect();
    nodes.extend(graph.nodes().iter().filter(|node| !reached.contains(&*node.id)));
    nodes
}

pub(super) fn file<'a>(history: &'a History, node: &Node) -> &'a RevisionFile {
    &history.files()[node.file]
}
