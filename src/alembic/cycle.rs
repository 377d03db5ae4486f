//! Revisions that follow from themselves.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::alembic::graph::{Node, RevisionGraph};

/// Revisions that follow from one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The revisions in it: each one names the next and the last one names the first. One that
    /// names itself is alone.
    pub revisions: Vec<Rc<str>>,
    /// Whether it closes only by way of a `depends_on`.
    pub through_depends_on: bool,
}

impl RevisionGraph {
    /// Returns the cycles, one for each knot of revisions that all follow from one another.
    pub fn cycles(&self) -> Vec<Cycle> {
        let down: Vec<Vec<usize>> = self.nodes().iter().map(|node| node.parents.to_vec()).collect();
        if self.nodes().iter().all(|node| node.dependencies.is_empty()) {
            return knots(&down).iter().map(|knot| self.cycle(knot, &down, false)).collect();
        }
        let both =
            |node: &Node| node.parents.iter().chain(node.dependencies.iter()).copied().collect();
        let all: Vec<Vec<usize>> = self.nodes().iter().map(both).collect();
        let by_down = knots(&down);
        let emitted: HashSet<usize> = by_down.iter().flatten().copied().collect();
        let by_all =
            knots(&all).into_iter().filter(|knot| knot.iter().all(|at| !emitted.contains(at)));
        let mut cycles: Vec<Cycle> =
            by_down.iter().map(|knot| self.cycle(knot, &down, false)).collect();
        cycles.extend(by_all.map(|knot| self.cycle(&knot, &all, true)));
        cycles
    }

    fn cycle(&self, knot: &[usize], edges: &[Vec<usize>], through_depends_on: bool) -> Cycle {
        let revisions =
            round_trip(knot, edges).into_iter().map(|at| self.nodes()[at].id.clone()).collect();
        Cycle { revisions, through_depends_on }
    }
}

/// Returns the groups of nodes that can all be reached from one another (Tarjan's algorithm, with a
/// stack of its own), each sorted.
fn knots(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        number: vec![0; edges.len()],
        low: vec![0; edges.len()],
        on_stack: vec![false; edges.len()],
        stack: Vec::new(),
        count: 0,
    };
    let mut knots = Vec::new();
    for start in 0..edges.len() {
        if search.number[start] == 0 {
            search.from(start, edges, &mut knots);
        }
    }
    knots
}

struct Search {
    number: Vec<usize>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    count: usize,
}

impl Search {
    fn enter(&mut self, at: usize) -> (usize, usize) {
        self.count += 1;
        (self.number[at], self.low[at]) = (self.count, self.count);
        self.stack.push(at);
        self.on_stack[at] = true;
        (at, 0)
    }

    fn from(&mut self, start: usize, edges: &[Vec<usize>], knots: &mut Vec<Vec<usize>>) {
        let mut calls = vec![self.enter(start)];
        while let Some((at, edge)) = calls.pop() {
            if let Some(&target) = edges[at].get(edge) {
                calls.push((at, edge + 1));
                if self.number[target] == 0 {
                    calls.push(self.enter(target));
                } else if self.on_stack[target] {
                    self.low[at] = self.low[at].min(self.number[target]);
                }
                continue;
            }
            if let Some(&(above, _)) = calls.last() {
                self.low[above] = self.low[above].min(self.low[at]);
            }
            if self.low[at] == self.number[at] {
                let knot = self.pop_knot(at);
                if knot.len() > 1 || edges[at].contains(&at) {
                    knots.push(knot);
                }
            }
        }
    }

    fn pop_knot(&mut self, root: usize) -> Vec<usize> {
        let mut knot = Vec::new();
        while let Some(at) = self.stack.pop() {
            self.on_stack[at] = false;
            knot.push(at);
            if at == root {
                break;
            }
        }
        knot.sort_unstable();
        knot
    }
}

/// Returns the shortest way from the first node of a knot back to itself.
fn round_trip(knot: &[usize], edges: &[Vec<usize>]) -> Vec<usize> {
    let Some(&home) = knot.first() else { return Vec::new() };
    let inside: HashSet<usize> = knot.iter().copied().collect();
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut todo = VecDeque::from([home]);
    while let Some(at) = todo.pop_front() {
        for &target in edges[at].iter().filter(|target| inside.contains(target)) {
            if target == home {
                let back = std::iter::successors(Some(at), |at| came_from.get(at).copied());
                let mut way: Vec<usize> = back.collect();
                way.reverse();
                return way;
            }
            if target != home && !came_from.contains_key(&target) {
                came_from.insert(target, at);
                todo.push_back(target);
            }
        }
    }
    knot.to_vec()
}
