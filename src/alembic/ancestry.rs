//! Who is deployed before whom, for those who ask it of many revisions of one graph.
//!
//! A walk for each revision costs the square. Most of any history is lines, in which each revision
//! stands on one other and on nothing else: what is below it is what is below the first of its
//! line, and then the line. Only where a line begins on a merge or on a dependency a walk is needed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::alembic::graph::{Node, RevisionGraph};

/// How many numbers of walks are kept: 32 MiB.
const NUMBERS_KEPT: usize = 4 << 20;

/// Who is deployed before whom.
#[derive(Debug)]
pub struct Ancestry {
    /// By the number of the revision.
    places: Vec<Place>,
    /// By the number of the revision: a rank above those of all that it needs.
    ranks: Vec<usize>,
    /// What is below the first of a line, where that was asked.
    orders: RefCell<HashMap<usize, Rc<Order>>>,
}

/// Where a revision stands in the lines, which are the branches of trees.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// The first of its line.
    first: usize,
    /// How many revisions stand between it and the first, that one included.
    depth: usize,
    /// The numbers that all lines on top of it have: from here.
    enter: usize,
    /// Up to here, not included.
    leave: usize,
}

/// What is below a revision.
#[derive(Debug, Default)]
struct Order {
    /// By the number of the revision: its place in the order of `alembic upgrade`.
    places: Vec<Option<u32>>,
    count: usize,
}

/// What is deployed before one revision.
#[derive(Debug)]
pub struct Below<'a> {
    places: &'a [Place],
    at: usize,
    /// What is below the first of its line.
    order: Rc<Order>,
}

impl Ancestry {
    /// Reads a graph; nothing where revisions follow from themselves.
    pub fn of(graph: &RevisionGraph) -> Option<Self> {
        let order = sorted(graph)?;
        let mut places = vec![Place::default(); order.len()];
        let mut ranks = vec![0; order.len()];
        order.iter().enumerate().for_each(|(rank, &at)| ranks[at] = rank);
        let mut sizes = vec![1; order.len()];
        for &at in &order {
            places[at].first = at;
            if let Some(parent) = only_parent(&graph.nodes()[at]) {
                let below = places[parent];
                places[at] =
                    Place { first: below.first, depth: below.depth + 1, ..Place::default() };
            }
        }
        for &at in order.iter().rev() {
            if let Some(parent) = only_parent(&graph.nodes()[at]) {
                sizes[parent] += sizes[at];
            }
        }
        let mut next = 0;
        // Where the next line on top of a revision begins.
        let mut free = vec![0; order.len()];
        for &at in &order {
            let from = match only_parent(&graph.nodes()[at]) {
                Some(parent) => &mut free[parent],
                None => &mut next,
            };
            let enter = *from;
            *from += sizes[at];
            free[at] = enter + 1;
            (places[at].enter, places[at].leave) = (enter, enter + sizes[at]);
        }
        Some(Ancestry { places, ranks, orders: RefCell::default() })
    }

    /// Returns what is deployed before a revision.
    pub fn below(&self, graph: &RevisionGraph, id: &str) -> Option<Below<'_>> {
        let at = graph.index(id)?;
        let order = self.order(graph, self.places[at].first);
        Some(Below { places: &self.places, at, order })
    }

    /// Returns what each of some revisions has below it, itself included, that none of the others
    /// has, in the order in which it is deployed; nothing where that is more than a line, or one of
    /// the revisions is not there. What they have in common is not walked.
    pub fn lines(&self, graph: &RevisionGraph, ids: &[Rc<str>]) -> Option<Vec<Vec<usize>>> {
        let mut lines = vec![Vec::new(); ids.len()];
        // By rank: whose it is, or nothing where it is several's.
        let mut waiting: BTreeMap<usize, (usize, Option<usize>)> = BTreeMap::new();
        let meet = |waiting: &mut BTreeMap<usize, (usize, Option<usize>)>, at: usize, whose| {
            let (_, own) = waiting.entry(self.ranks[at]).or_insert((at, whose));
            *own = own.filter(|_| *own == whose);
        };
        for (whose, id) in ids.iter().enumerate() {
            meet(&mut waiting, graph.index(id)?, Some(whose));
        }
        while waiting.values().any(|(_, whose)| whose.is_some()) {
            let (_, (at, whose)) = waiting.pop_last()?;
            let node = &graph.nodes()[at];
            if let Some(whose) = whose {
                let next = lines[whose].last().map(|&above: &usize| &graph.nodes()[above]);
                if next.is_some_and(|next| only_parent(next) != Some(at)) {
                    return None;
                }
                lines[whose].push(at);
            }
            for &below in node.parents.iter().chain(node.dependencies.iter()) {
                meet(&mut waiting, below, whose);
            }
        }
        lines.iter_mut().for_each(|line| line.reverse());
        Some(lines)
    }

    fn order(&self, graph: &RevisionGraph, first: usize) -> Rc<Order> {
        let node = &graph.nodes()[first];
        if node.parents.is_empty() && node.dependencies.is_empty() {
            return Rc::default();
        }
        if let Some(known) = self.orders.borrow().get(&first) {
            return known.clone();
        }
        let numbers = graph.ancestor_numbers(&node.id);
        let mut order = Order { places: vec![None; self.places.len()], count: numbers.len() };
        for (&at, place) in numbers.iter().zip(0..) {
            order.places[at] = Some(place);
        }
        let order = Rc::new(order);
        let mut orders = self.orders.borrow_mut();
        if (orders.len() + 1) * self.places.len() > NUMBERS_KEPT {
            orders.clear();
        }
        orders.insert(first, order.clone());
        order
    }
}

impl Below<'_> {
    /// Returns the place of a revision in the order of `alembic upgrade`, by its number; nothing
    /// where it is not deployed before.
    pub fn place(&self, other: usize) -> Option<usize> {
        let (own, place) = (self.places[self.at], self.places[other]);
        let is_on_line = (place.enter..place.leave).contains(&own.enter);
        match is_on_line {
            true if other == self.at => None,
            true => Some(self.order.count + place.depth),
            false => usize::try_from((*self.order.places.get(other)?)?).ok(),
        }
    }

    /// Returns the revisions without `down_revision` that are deployed before, or are it, by their
    /// numbers.
    pub fn bases(&self, graph: &RevisionGraph) -> Vec<usize> {
        let first = self.places[self.at].first;
        let below = self.order.places.iter().enumerate().filter(|(_, place)| place.is_some());
        let all = below.map(|(at, _)| at).chain([first]);
        all.filter(|&at| graph.nodes()[at].down_revisions.is_empty()).collect()
    }
}

/// Returns the revision on which another one stands alone.
fn only_parent(node: &Node) -> Option<usize> {
    match (&node.parents[..], &node.dependencies[..]) {
        ([parent], []) => Some(*parent),
        _ => None,
    }
}

/// Returns the numbers of all revisions, each behind those that it needs; nothing where some need
/// themselves.
fn sorted(graph: &RevisionGraph) -> Option<Vec<usize>> {
    let nodes = graph.nodes();
    let mut waits_for: Vec<usize> =
        nodes.iter().map(|node| node.parents.len() + node.dependencies.len()).collect();
    let mut ready: Vec<usize> = (0..nodes.len()).filter(|&at| waits_for[at] == 0).collect();
    let mut order = Vec::new();
    while let Some(at) = ready.pop() {
        order.push(at);
        for &next in nodes[at].children.iter().chain(nodes[at].dependents.iter()) {
            waits_for[next] -= 1;
            if waits_for[next] == 0 {
                ready.push(next);
            }
        }
    }
    (order.len() == nodes.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::header::Header;

    /// A graph of so many revisions, each of which stands on some before it.
    fn graph(size: usize, mut seed: u64) -> RevisionGraph {
        let mut random = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            (seed >> 33) as usize % below
        };
        let mut headers: Vec<Header> = Vec::new();
        for at in 0..size {
            let mut some = |most: usize| -> Vec<String> {
                let chosen = (0..most).filter(|_| at > 0);
                chosen.map(|_| format!("r{}", at - 1 - random(at.min(4)))).collect()
            };
            let (parents, dependencies) = match at % 7 {
                0 => (some(2), some(0)),
                1 => (some(1), some(1)),
                5 if at % 3 == 0 => (some(0), some(0)),
                _ => (some(1), some(0)),
            };
            headers.push(Header {
                revision: format!("r{at}"),
                down_revisions: parents,
                depends_on: dependencies,
                ..Header::default()
            });
        }
        // Alembic loads files by their names, not in the order of the graph.
        headers.sort_by_key(|header| header.revision.chars().rev().collect::<String>());
        RevisionGraph::of(headers.iter().enumerate())
    }

    #[test]
    fn what_is_below_a_revision_is_what_a_walk_from_it_finds() {
        for seed in 0..60 {
            let graph = graph(40, seed);
            let ancestry = Ancestry::of(&graph).unwrap();
            for node in graph.nodes() {
                let walked = graph.ancestor_numbers(&node.id);
                let below = ancestry.below(&graph, &node.id).unwrap();
                let mut found: Vec<(usize, usize)> = (0..graph.nodes().len())
                    .filter_map(|at| Some((below.place(at)?, at)))
                    .collect();
                found.sort_unstable();
                let expected: Vec<(usize, usize)> = walked.iter().copied().enumerate().collect();
                assert_eq!(found, expected, "below {} with seed {seed}", node.id);
                let mut bases = below.bases(&graph);
                bases.sort_unstable();
                let mut walked: Vec<usize> = walked
                    .into_iter()
                    .chain(graph.index(&node.id))
                    .filter(|&at| graph.nodes()[at].down_revisions.is_empty())
                    .collect();
                walked.sort_unstable();
                assert_eq!(bases, walked);
            }
        }
    }

    #[test]
    fn the_lines_that_revisions_have_for_themselves_are_what_walks_from_each_find() {
        let mut found = 0;
        for seed in 0..60 {
            let graph = graph(40, seed);
            let ancestry = Ancestry::of(&graph).unwrap();
            for node in graph.nodes().iter().filter(|node| node.parents.len() == 2) {
                let parents: Vec<Rc<str>> =
                    node.parents.iter().map(|&at| graph.nodes()[at].id.clone()).collect();
                let Some(lines) = ancestry.lines(&graph, &parents) else { continue };
                found += 1;
                let below = |id: &Rc<str>| {
                    let mut numbers = graph.ancestor_numbers(id);
                    numbers.extend(graph.index(id));
                    numbers
                };
                let all: Vec<Vec<usize>> = parents.iter().map(below).collect();
                for (own, line) in lines.iter().enumerate() {
                    let mut alone = all[own].clone();
                    alone.retain(|at| !all[1 - own].contains(at));
                    assert_eq!(*line, alone, "below {} with seed {seed}", node.id);
                }
            }
        }
        assert!(found > 50, "{found}");
    }

    #[test]
    fn of_revisions_that_follow_from_themselves_nothing_is_said() {
        let header = |id: &str, down: &str| Header {
            revision: id.to_owned(),
            down_revisions: vec![down.to_owned()],
            ..Header::default()
        };
        let headers = [header("a", "b"), header("b", "a")];
        assert!(Ancestry::of(&RevisionGraph::of(headers.iter().enumerate())).is_none());
    }
}
