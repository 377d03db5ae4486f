//! In which order Alembic upgrades (`RevisionMap._topological_sort`, 1.20.1), and who stands above
//! whom.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::rc::Rc;

use crate::alembic::graph::RevisionGraph;
use crate::alembic::walks::Bits;

impl RevisionGraph {
    /// Returns everything that is deployed before a revision, in the order of `alembic upgrade`;
    /// the revision itself is not among it.
    pub fn ancestors(&self, id: &str) -> Vec<Rc<str>> {
        self.ancestor_numbers(id).into_iter().map(|at| self.nodes()[at].id.clone()).collect()
    }

    /// Returns the same by their numbers among [`RevisionGraph::nodes`].
    pub fn ancestor_numbers(&self, id: &str) -> Vec<usize> {
        let Some(at) = self.index(id) else { return Vec::new() };
        self.line_below(at).unwrap_or_else(|| {
            let mut order = self.upgrade_order(&[at], |_| true);
            order.retain(|&other| other != at);
            order
        })
    }

    /// Returns what is below a revision, the oldest first, where it is one line without merges and
    /// dependencies: most of any history, which every revision of `--all` asks for.
    fn line_below(&self, from: usize) -> Option<Vec<usize>> {
        let mut line = Vec::new();
        let mut at = from;
        while line.len() <= self.nodes().len() {
            let node = &self.nodes()[at];
            match (&node.parents[..], &node.dependencies[..]) {
                ([], []) => {
                    line.reverse();
                    return Some(line);
                }
                ([parent], []) => {
                    line.push(*parent);
                    at = *parent;
                }
                _ => return None,
            }
        }
        None
    }

    /// Returns the ids of everything that a revision needs, itself not included.
    pub fn ancestor_set(&self, id: &str) -> HashSet<Rc<str>> {
        let found = self.index(id).map_or_else(Vec::new, |at| self.needs(&[at]));
        found
            .into_iter()
            .map(|at| self.nodes()[at].id.clone())
            .filter(|other| &**other != id)
            .collect()
    }

    /// Tells whether `ancestor` is deployed before `id`, by `down_revision` or `depends_on`.
    pub fn is_ancestor(&self, ancestor: &str, id: &str) -> bool {
        match (self.index(ancestor), self.index(id)) {
            (Some(ancestor), Some(at)) if ancestor != at => self.needs(&[at]).contains(&ancestor),
            _ => false,
        }
    }

    /// Returns what `alembic upgrade heads` runs on a database that holds `done`, in order.
    pub fn pending<S: BuildHasher>(&self, done: &HashSet<Rc<str>, S>) -> Vec<Rc<str>> {
        let heads: Vec<usize> =
            self.real_heads().iter().filter_map(|node| self.index(&node.id)).collect();
        let order = self.upgrade_order(&heads, |at| !done.contains(&self.nodes()[at].id));
        order.into_iter().map(|at| self.nodes()[at].id.clone()).collect()
    }

    /// Returns the revisions from `older` up to `newer`, both included, along `down_revision`;
    /// nothing where the one does not follow from the other.
    pub fn path(&self, older: &str, newer: &str) -> Option<Vec<Rc<str>>> {
        let (older, newer) = (self.index(older)?, self.index(newer)?);
        let mut above: HashMap<usize, usize> = HashMap::from([(newer, newer)]);
        let mut todo = VecDeque::from([newer]);
        while let Some(at) = todo.pop_front() {
            if at == older {
                let steps =
                    std::iter::successors(Some(at), |at| Some(above[at]).filter(|next| next != at));
                return Some(steps.map(|at| self.nodes()[at].id.clone()).collect());
            }
            for &parent in self.nodes()[at].parents.iter() {
                above.entry(parent).or_insert_with(|| {
                    todo.push_back(parent);
                    at
                });
            }
        }
        None
    }

    /// Returns the parents of a merge that another one of its parents already stands on.
    pub fn redundant_parents(&self, id: &str) -> Vec<Rc<str>> {
        let Some(node) = self.node(id) else { return Vec::new() };
        let parents = node.parents.iter().map(|&at| &self.nodes()[at].id);
        let stands_below = |id: &&Rc<str>| {
            node.parents.iter().any(|&other| self.is_ancestor(id, &self.nodes()[other].id))
        };
        parents.filter(stands_below).cloned().collect()
    }

    fn needs(&self, from: &[usize]) -> Vec<usize> {
        let mut seen = Bits::new(self.nodes().len());
        let mut todo = from.to_vec();
        let mut found = Vec::new();
        while let Some(at) = todo.pop() {
            if !seen.holds(at) {
                seen.insert(at);
                found.push(at);
                let node = &self.nodes()[at];
                todo.extend(node.parents.iter().chain(node.dependencies.iter()));
            }
        }
        found
    }

    /// Sorts everything that some heads need, as far as it is `wanted`, in the order of `alembic
    /// upgrade`.
    fn upgrade_order(&self, heads: &[usize], wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut todo = Bits::new(self.nodes().len());
        self.needs(heads).into_iter().filter(|&at| wanted(at)).for_each(|at| todo.insert(at));
        let mut tops: Vec<usize> = heads.iter().copied().filter(|&at| todo.holds(at)).collect();
        tops.sort_unstable();
        tops.dedup();
        let mut walk = Walk {
            below: tops.iter().map(|&at| self.needed_bits(at)).collect(),
            tops,
            todo,
            output: Vec::new(),
            current: 0,
        };
        walk.run(self);
        walk.output.reverse();
        walk.output
    }

    /// Returns a revision with everything below it, as Alembic's `get_ancestors`.
    fn needed_bits(&self, from: usize) -> Bits {
        let known = self.walks.borrow().needed(from);
        known.unwrap_or_else(|| {
            let mut bits = Bits::new(self.nodes().len());
            self.needs(&[from]).into_iter().for_each(|at| bits.insert(at));
            self.walks.borrow_mut().keep_needed(from, &bits);
            bits
        })
    }

    /// Returns the dependencies that no ancestor by `down_revision` has already
    /// (`_normalize_depends_on`).
    fn own_dependencies(&self, at: usize) -> Rc<[usize]> {
        if self.nodes()[at].dependencies.is_empty() {
            return Rc::new([]);
        }
        let known = self.walks.borrow().own.get(&at).cloned();
        known.unwrap_or_else(|| {
            let own = self.uninherited(at);
            self.walks.borrow_mut().own.insert(at, own.clone());
            own
        })
    }

    fn uninherited(&self, at: usize) -> Rc<[usize]> {
        let mut own = self.nodes()[at].dependencies.to_vec();
        let mut seen = Bits::new(self.nodes().len());
        seen.insert(at);
        let mut todo = self.nodes()[at].parents.to_vec();
        while let (Some(below), false) = (todo.pop(), own.is_empty()) {
            if !seen.holds(below) {
                seen.insert(below);
                let node = &self.nodes()[below];
                own.retain(|dependency| !node.dependencies.contains(dependency));
                todo.extend(node.parents.iter());
            }
        }
        own.into()
    }
}

/// A walk from the heads down that never emits a revision before all that need it.
struct Walk {
    tops: Vec<usize>,
    below: Vec<Bits>,
    todo: Bits,
    output: Vec<usize>,
    current: usize,
}

impl Walk {
    fn run(&mut self, graph: &RevisionGraph) {
        // In a cycle every head waits for another one; after as many turns as there are heads one
        // goes ahead.
        let mut turns = 0;
        while !self.tops.is_empty() {
            let candidate = self.tops[self.current];
            let needing = (0..self.tops.len())
                .find(|&at| at != self.current && self.below[at].holds(candidate));
            match needing {
                Some(other) if turns <= self.tops.len() => {
                    self.current = other;
                    turns += 1;
                }
                _ => {
                    turns = 0;
                    self.emit(candidate, graph);
                }
            }
        }
    }

    fn emit(&mut self, candidate: usize, graph: &RevisionGraph) {
        if self.todo.holds(candidate) {
            self.output.push(candidate);
            self.todo.remove(candidate);
        }
        let node = &graph.nodes()[candidate];
        if let ([parent], [], 1) =
            (&node.parents[..], &node.dependencies[..], node.down_revisions.len())
            && self.todo.holds(*parent)
            && !self.tops.contains(parent)
        {
            self.tops[self.current] = *parent;
            self.below[self.current].remove(candidate);
            return;
        }
        let own = graph.own_dependencies(candidate);
        let plain = own.is_empty() && node.down_revisions.len() == 1;
        let mut next: Vec<usize> = node.parents.to_vec();
        next.extend(own.iter().filter(|at| !node.parents.contains(at)));
        next.retain(|&at| self.todo.holds(at) && !self.tops.contains(&at));
        let Some((&first, rest)) = next.split_first() else {
            self.tops.remove(self.current);
            self.below.remove(self.current);
            self.current = self.current.saturating_sub(1);
            return;
        };
        self.tops[self.current] = first;
        if plain {
            self.below[self.current].remove(candidate);
        } else {
            self.below[self.current] = graph.needed_bits(first);
            self.tops.extend(rest);
            self.below.extend(rest.iter().map(|&at| graph.needed_bits(at)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::header::Header;

    fn graph(revisions: &[(String, Vec<String>, Vec<String>)]) -> RevisionGraph {
        let headers: Vec<Header> = revisions
            .iter()
            .map(|(id, down, depends)| Header {
                revision: id.clone(),
                down_revisions: down.clone(),
                depends_on: depends.clone(),
                ..Header::default()
            })
            .collect();
        RevisionGraph::of(headers.iter().enumerate())
    }

    #[test]
    fn fifteen_hundred_diamonds_are_walked_from_every_merge() {
        let mut revisions = vec![("m0".to_owned(), Vec::new(), Vec::new())];
        for at in 0..1_500 {
            let (below, left, right) = (format!("m{at}"), format!("l{at}"), format!("r{at}"));
            revisions.push((left.clone(), vec![below.clone()], Vec::new()));
            revisions.push((right.clone(), vec![below], Vec::new()));
            revisions.push((format!("m{}", at + 1), vec![left, right], Vec::new()));
        }
        let graph = graph(&revisions);
        for at in (0..=1_500).step_by(50) {
            let order = graph.ancestors(&format!("m{at}"));
            assert_eq!(order.len(), at * 3);
            let place: HashMap<&str, usize> = order.iter().map(|id| &**id).zip(0..).collect();
            assert!((0..at).all(|at| place[&*format!("m{at}")] < place[&*format!("l{at}")]));
        }
    }

    #[test]
    fn a_line_is_the_order_that_the_walk_finds_and_a_cycle_ends() {
        let line: Vec<_> = (0..50_usize)
            .map(|at| {
                let below = at.checked_sub(1).map(|at| format!("r{at}"));
                (format!("r{at}"), below.into_iter().collect(), Vec::new())
            })
            .collect();
        let walked = graph(&line);
        let order = walked.upgrade_order(&[49], |_| true);
        assert_eq!(walked.ancestor_numbers("r49"), order[..49]);
        let cycle = [
            ("a".to_owned(), vec!["b".to_owned()], Vec::new()),
            ("b".to_owned(), vec!["a".to_owned()], Vec::new()),
        ];
        assert!(graph(&cycle).ancestors("a").len() < 2);
    }

    #[test]
    fn a_dependency_that_something_below_has_is_not_its_own() {
        let revision = |id: &str, down: &[&str], depends: &[&str]| {
            let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
            (id.to_owned(), owned(down), owned(depends))
        };
        let graph = graph(&[
            revision("x", &[], &[]),
            revision("y", &[], &[]),
            revision("a", &[], &["x"]),
            revision("b", &["a"], &[]),
            revision("c", &["b"], &["x", "y"]),
        ]);
        assert_eq!(*graph.own_dependencies(4), [1]);
        assert_eq!(*graph.own_dependencies(2), [0]);
        assert_eq!(graph.ancestors("c").len(), 4);
    }
}
