//! The revision graph, with Alembic's semantics (`alembic/script/revision.py`, 1.20.1).
//!
//! Alembic stops at a broken graph; this one goes on and says what is broken, because a commit that
//! breaks it must be reported how. Nothing here recurses: a graph may hold ten thousand revisions
//! in a row.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::few::Few;
use crate::alembic::header::Header;
use crate::alembic::walks::Walks;
use crate::text::map::Map;

/// The revisions of a project and how they follow one another.
#[derive(Debug, Default)]
pub struct RevisionGraph {
    nodes: Vec<Node>,
    by_id: Map<Rc<str>, usize>,
    by_label: Map<Rc<str>, usize>,
    heads: Vec<Rc<str>>,
    missing: Vec<MissingLink>,
    duplicates: Vec<Duplicate>,
    label_clashes: Vec<LabelClash>,
    pub(crate) walks: RefCell<Walks>,
    ties_bases: OnceCell<bool>,
}

/// A revision in the graph.
#[derive(Debug)]
pub struct Node {
    /// The id.
    pub id: Rc<str>,
    /// The number of the file that counts: the last one that Alembic loads of this id.
    pub file: usize,
    /// `down_revision`, as written.
    pub down_revisions: Rc<[Rc<str>]>,
    /// `depends_on`, as written: ids or branch labels.
    pub depends_on: Rc<[Rc<str>]>,
    /// Its own `branch_labels`.
    pub own_labels: Rc<[Rc<str>]>,
    /// Its branch labels as Alembic propagates them, sorted.
    pub labels: BTreeSet<Rc<str>>,
    pub(crate) parents: Few,
    pub(crate) dependencies: Few,
    pub(crate) children: Few,
    pub(crate) dependents: Few,
}

/// The names of a header as graphs hold them: an audit makes a graph for each commit, of headers
/// that are nearly all those of the one before.
#[derive(Debug)]
pub(crate) struct HeaderNames {
    revision: Rc<str>,
    down_revisions: Rc<[Rc<str>]>,
    depends_on: Rc<[Rc<str>]>,
    branch_labels: Rc<[Rc<str>]>,
}

thread_local! {
    /// No names, held by the many headers without labels and dependencies.
    static NONE: Rc<[Rc<str>]> = Rc::new([]);
}

impl HeaderNames {
    /// Takes the names of a header.
    pub(crate) fn of(header: &Header) -> Self {
        let shared = |ids: &[String]| match ids {
            [] => NONE.with(Rc::clone),
            ids => ids.iter().map(|id| Rc::from(id.as_str())).collect(),
        };
        HeaderNames {
            revision: Rc::from(header.revision.as_str()),
            down_revisions: shared(&header.down_revisions),
            depends_on: shared(&header.depends_on),
            branch_labels: shared(&header.branch_labels),
        }
    }
}

/// A parent that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingLink {
    /// The revision that names it.
    pub from: Rc<str>,
    /// What it names.
    pub to: Rc<str>,
    /// Where it names it.
    pub link: Link,
}

/// How one revision names another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// In `down_revision`.
    Down,
    /// In `depends_on`.
    DependsOn,
}

/// One id in several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The id.
    pub revision: Rc<str>,
    /// The numbers of the files in the order in which Alembic loads them; the last one counts.
    pub files: Vec<usize>,
}

/// A branch label that Alembic refuses, because it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelClash {
    /// The label.
    pub label: Rc<str>,
    /// The revision that claims it.
    pub revision: Rc<str>,
    /// The revision that has it, as its label or its id.
    pub holder: Rc<str>,
}

/// How many labels are handed on in all. A graph in which thousands of revisions have one each
/// would cost the square.
const LABELS: usize = 1_000_000;

impl RevisionGraph {
    /// Makes the graph of headers in the order in which Alembic loads them, each with the number of
    /// its file.
    pub fn of<'a>(headers: impl IntoIterator<Item = (usize, &'a Header)>) -> Self {
        let named = headers.into_iter().map(|(file, header)| (file, HeaderNames::of(header)));
        let named: Vec<(usize, HeaderNames)> = named.collect();
        RevisionGraph::of_names(named.iter().map(|(file, names)| (*file, names)))
    }

    /// Makes the graph of the names of headers.
    pub(crate) fn of_names<'a>(names: impl Iterator<Item = (usize, &'a HeaderNames)>) -> Self {
        let mut graph = RevisionGraph::default();
        let most = names.size_hint().1.unwrap_or_default();
        graph.nodes.reserve_exact(most);
        graph.by_id.reserve(most);
        let mut lost = Vec::new();
        for (file, names) in names {
            graph.add(file, names, &mut lost);
        }
        graph.map_labels();
        graph.link();
        graph.find_heads(&lost);
        graph.spread_labels();
        graph
    }

    fn add(&mut self, file: usize, names: &HeaderNames, lost: &mut Vec<(usize, usize)>) {
        let node = Node {
            id: names.revision.clone(),
            file,
            down_revisions: names.down_revisions.clone(),
            depends_on: names.depends_on.clone(),
            own_labels: names.branch_labels.clone(),
            labels: BTreeSet::new(),
            parents: Few::None,
            dependencies: Few::None,
            children: Few::None,
            dependents: Few::None,
        };
        let Some(&held) = self.by_id.get(&node.id) else {
            self.by_id.insert(node.id.clone(), self.nodes.len());
            self.nodes.push(node);
            return;
        };
        lost.push((self.nodes[held].file, held));
        match self.duplicates.iter_mut().find(|duplicate| duplicate.revision == node.id) {
            Some(duplicate) => duplicate.files.push(file),
            None => {
                let files = vec![self.nodes[held].file, file];
                self.duplicates.push(Duplicate { revision: node.id.clone(), files });
            }
        }
        self.nodes[held] = node;
    }

    fn map_labels(&mut self) {
        for (at, node) in self.nodes.iter().enumerate() {
            for label in node.own_labels.iter() {
                match self.by_id.get(label).or_else(|| self.by_label.get(label)) {
                    Some(&holder) => self.label_clashes.push(LabelClash {
                        label: label.clone(),
                        revision: node.id.clone(),
                        holder: self.nodes[holder].id.clone(),
                    }),
                    None => {
                        self.by_label.insert(label.clone(), at);
                    }
                }
            }
        }
    }

    fn link(&mut self) {
        for at in 0..self.nodes.len() {
            let parents = self.resolve(at, Link::Down);
            let dependencies = self.resolve(at, Link::DependsOn);
            for &parent in parents.iter() {
                self.nodes[parent].children.push(at);
            }
            for &dependency in dependencies.iter() {
                self.nodes[dependency].dependents.push(at);
            }
            self.nodes[at].parents = parents;
            self.nodes[at].dependencies = dependencies;
        }
    }

    /// Finds what a node names; a `depends_on` may name a branch label, a `down_revision` may not.
    fn resolve(&mut self, at: usize, link: Link) -> Few {
        let node = &self.nodes[at];
        let names = if link == Link::Down { &node.down_revisions } else { &node.depends_on };
        let mut found = Few::None;
        for name in names.iter() {
            let label = || self.by_label.get(name).filter(|_| link == Link::DependsOn);
            match self.by_id.get(name).or_else(label) {
                Some(target) if found.contains(target) => {}
                Some(target) => found.push(*target),
                None => {
                    self.missing.push(MissingLink { from: node.id.clone(), to: name.clone(), link })
                }
            }
        }
        found
    }

    /// Finds the heads in the order of `alembic heads`. A file whose id a later file takes stays a
    /// head there.
    fn find_heads(&mut self, lost: &[(usize, usize)]) {
        let tips = self
            .nodes
            .iter()
            .filter(|node| node.children.is_empty())
            .map(|node| (node.file, node.id.clone()));
        let lost = lost.iter().map(|&(file, held)| (file, self.nodes[held].id.clone()));
        let mut heads: Vec<(usize, Rc<str>)> = tips.chain(lost).collect();
        heads.sort_by_key(|(file, _)| *file);
        self.heads = heads.into_iter().map(|(_, id)| id).collect();
    }

    /// Hands each label on to all descendants, and down to the branch point it grows from
    /// (`_add_branches`).
    fn spread_labels(&mut self) {
        for node in &mut self.nodes {
            node.labels = node.own_labels.iter().cloned().collect();
        }
        let mut left = LABELS;
        for at in 0..self.nodes.len() {
            if self.nodes[at].own_labels.is_empty() {
                continue;
            }
            let labels = self.nodes[at].own_labels.clone();
            let reached = self.reach(&[at], |node| &node.children);
            let Some(rest) = left.checked_sub(reached.len() * labels.len()) else { return };
            left = rest;
            for reached in reached {
                self.nodes[reached].labels.extend(labels.iter().cloned());
            }
            // Alembic walks down from the last descendant it met. Where the descendants branch,
            // that walk ends at a branch point before it comes here.
            if let Some(tip) = self.only_tip(at) {
                self.label_down(tip, &labels);
            }
        }
    }

    /// Returns the end of the line that goes up from a revision, if it does not branch.
    fn only_tip(&self, from: usize) -> Option<usize> {
        let mut seen = HashSet::new();
        let mut at = from;
        while seen.insert(at) {
            match self.nodes[at].children[..] {
                [] => return Some(at),
                [child] => at = child,
                _ => return None,
            }
        }
        None
    }

    /// Labels the parents of a revision as far as the line does not branch or merge.
    fn label_down(&mut self, from: usize, labels: &[Rc<str>]) {
        let mut seen = HashSet::new();
        let mut at = from;
        while seen.insert(at) {
            let node = &self.nodes[at];
            let branches = node.children.len()
                + node.dependents.iter().filter(|d| !node.children.contains(d)).count();
            if branches > 1 || node.down_revisions.len() > 1 {
                return;
            }
            self.nodes[at].labels.extend(labels.iter().cloned());
            match self.nodes[at].parents.first() {
                Some(&parent) => at = parent,
                None => return,
            }
        }
    }

    /// Returns everything that can be reached from some nodes, themselves included, in no
    /// particular order.
    pub(crate) fn reach(&self, from: &[usize], next: impl Fn(&Node) -> &[usize]) -> Vec<usize> {
        let mut seen = vec![false; self.nodes.len()];
        let mut todo = from.to_vec();
        let mut reached = Vec::new();
        while let Some(at) = todo.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                reached.push(at);
                todo.extend(next(&self.nodes[at]));
            }
        }
        reached
    }
}

impl RevisionGraph {
    /// Returns the revisions in the order in which Alembic loads them.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns a revision by its id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.by_id.get(id).map(|&at| &self.nodes[at])
    }

    /// Returns the heads as `alembic heads` lists them: an id that two files claim may stand there
    /// twice.
    pub fn heads(&self) -> &[Rc<str>] {
        &self.heads
    }

    /// Returns the revisions that no `down_revision` names, each once.
    pub fn tips(&self) -> Vec<&Node> {
        self.nodes.iter().filter(|node| node.children.is_empty()).collect()
    }

    /// Returns the revisions that no `down_revision` names, in groups that no branch label tells
    /// apart: `alembic upgrade head` stops at a group of several.
    pub fn rival_tips(&self) -> Vec<Vec<&Node>> {
        let mut groups: Vec<Vec<&Node>> = Vec::new();
        for head in self.tips() {
            match groups.iter_mut().find(|group| group[0].labels == head.labels) {
                Some(group) => group.push(head),
                None => groups.push(vec![head]),
            }
        }
        groups.retain(|group| group.len() > 1);
        groups
    }

    /// Returns the tips that nothing depends on either: what `alembic upgrade heads` goes to.
    pub fn real_heads(&self) -> Vec<&Node> {
        self.nodes
            .iter()
            .filter(|node| node.children.is_empty() && node.dependents.is_empty())
            .collect()
    }

    /// Tells whether nothing follows a revision, by `down_revision` or by `depends_on`.
    pub fn is_real_head(&self, id: &str) -> bool {
        self.node(id).is_some_and(|node| node.children.is_empty() && node.dependents.is_empty())
    }

    /// Returns the revisions without `down_revision`.
    pub fn bases(&self) -> Vec<&Node> {
        self.nodes.iter().filter(|node| node.down_revisions.is_empty()).collect()
    }

    /// Tells whether there are several bases and a `depends_on`: every revision that is judged asks.
    pub fn ties_bases(&self) -> bool {
        *self.ties_bases.get_or_init(|| {
            self.bases().len() > 1 && self.nodes.iter().any(|node| !node.depends_on.is_empty())
        })
    }

    /// Returns the revisions with several parents.
    pub fn merge_points(&self) -> Vec<&Node> {
        self.nodes.iter().filter(|node| node.down_revisions.len() > 1).collect()
    }

    /// Returns the revisions with several children.
    pub fn branch_points(&self) -> Vec<&Node> {
        self.nodes.iter().filter(|node| node.children.len() > 1).collect()
    }

    /// Returns the parents and dependencies that are not there.
    pub fn missing(&self) -> &[MissingLink] {
        &self.missing
    }

    /// Returns the ids that several files claim.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// Returns the branch labels that are claimed and taken.
    pub fn label_clashes(&self) -> &[LabelClash] {
        &self.label_clashes
    }

    /// Returns the number of a revision among [`RevisionGraph::nodes`].
    pub(crate) fn index(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Returns the revisions whose `down_revision` names this one.
    pub fn children(&self, id: &str) -> Vec<&Node> {
        self.node(id)
            .into_iter()
            .flat_map(|node| node.children.iter())
            .map(|&at| &self.nodes[at])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::header::Header;

    /// A line of revisions, each with a label of its own.
    fn labelled(count: usize) -> RevisionGraph {
        let header = |at: usize| Header {
            revision: format!("r{at}"),
            down_revisions: at
                .checked_sub(1)
                .map(|below| format!("r{below}"))
                .into_iter()
                .collect(),
            branch_labels: vec![format!("l{at}")],
            ..Header::default()
        };
        let headers: Vec<Header> = (0..count).map(header).collect();
        RevisionGraph::of(headers.iter().enumerate())
    }

    #[test]
    fn labels_are_handed_on_up_to_their_bound_and_each_revision_keeps_its_own() {
        let few = labelled(100);
        assert!(few.nodes().iter().all(|node| node.labels.len() == 100));
        let many = labelled(1_500);
        let handed: usize = many.nodes().iter().map(|node| node.labels.len()).sum();
        assert!((LABELS / 2..=2 * LABELS + 1_500).contains(&handed), "{handed}");
        assert!(many.nodes().iter().all(|node| node.labels.contains(&node.own_labels[0])));
        assert!(many.nodes()[1_499].labels.len() < 1_500);
    }
}
