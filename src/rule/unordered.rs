//! Revisions of another base that `depends_on` ties to the line of this one without an order
//! between the two: Alembic runs them one behind the other, and nobody chose which.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::rule::context::RuleContext;
use crate::rule::merge_conflicts::{self, Act, Side};
use crate::sql::title::statement::statement_title;

/// Two statements that cannot both run.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// What contradicts what, the object first.
    pub why: String,
    /// The other revision.
    pub other: Rc<str>,
    /// When that one runs.
    pub runs: Runs,
    /// What this one does.
    pub own: String,
    /// What the other one does.
    pub theirs: String,
    /// The table that it is about.
    pub table: Option<String>,
}

/// When another revision runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Before this one, on a database that upgrades from nothing or that holds it already.
    Before,
    /// Behind this one, on a database that upgrades from nothing.
    Behind,
}

/// Returns what the judged revision and those of other bases cannot both do, each once.
pub fn conflicts(context: &RuleContext<'_>) -> Vec<Conflict> {
    let graph = context.history.graph();
    let own = context.revision();
    if !graph.ties_bases() || graph.node(own).is_none() {
        return Vec::new();
    }
    let order = graph.pending(&HashSet::new());
    let Some(at) = order.iter().position(|id| **id == *own) else { return Vec::new() };
    let needs = graph.ancestor_set(own);
    let roots = roots(context, own);
    let mut found: BTreeMap<String, Conflict> = BTreeMap::new();
    for (place, id) in order.iter().enumerate() {
        let is_ordered = **id == *own || needs.contains(id) || graph.is_ancestor(own, id);
        if is_ordered || !is_of_other_base(context, id, &roots, &needs) {
            continue;
        }
        let runs = match place < at || context.is_released(id) {
            true => Runs::Before,
            false => Runs::Behind,
        };
        // What was released ran before; on an empty database the order is Alembic's.
        let behind = place > at;
        for conflict in between(context, id, runs, behind) {
            found.entry(conflict.why.clone()).or_insert(conflict);
        }
    }
    found.into_values().collect()
}

/// Tells whether a revision stands on other bases, and needs something that this one needs, too.
fn is_of_other_base(
    context: &RuleContext<'_>,
    id: &Rc<str>,
    roots: &HashSet<Rc<str>>,
    needs: &HashSet<Rc<str>>,
) -> bool {
    let graph = context.history.graph();
    let is_apart = self::roots(context, id).is_disjoint(roots);
    is_apart && graph.ancestor_set(id).iter().any(|needed| needs.contains(needed))
}

/// Returns the bases of a revision, by `down_revision` alone.
fn roots(context: &RuleContext<'_>, id: &str) -> HashSet<Rc<str>> {
    let graph = context.history.graph();
    let (mut found, mut seen) = (HashSet::new(), HashSet::new());
    let mut todo: Vec<Rc<str>> = vec![Rc::from(id)];
    while let Some(id) = todo.pop() {
        let Some(node) = graph.node(&id).filter(|_| seen.insert(id.clone())) else { continue };
        match node.down_revisions.is_empty() {
            true => _ = found.insert(node.id.clone()),
            false => todo.extend(node.down_revisions.iter().cloned()),
        }
    }
    found
}

fn between(context: &RuleContext<'_>, id: &Rc<str>, runs: Runs, behind: bool) -> Vec<Conflict> {
    let side = |revision: &str| Side {
        parent: Rc::from(revision),
        migrations: context.history.migration(revision).into_iter().collect(),
    };
    let (ours, theirs) = (side(context.revision()), side(id));
    let mut found = Vec::new();
    for one in ours.acts() {
        for other in theirs.acts() {
            let taken = behind.then(|| merge_conflicts::gone(&one, &other)).flatten();
            let gone =
                (runs == Runs::Before).then(|| merge_conflicts::gone(&other, &one)).flatten();
            let conflict = |why: String, runs: Runs| Conflict {
                why,
                other: id.clone(),
                runs,
                own: title(&one),
                theirs: title(&other),
                table: one.statement.table().map(ToString::to_string),
            };
            found.extend(taken.map(|why| conflict(why, Runs::Behind)));
            found.extend(gone.map(|why| conflict(why, Runs::Before)));
            found.extend(merge_conflicts::twice(&one, &other).map(|why| conflict(why, runs)));
        }
    }
    found
}

fn title(act: &Act<'_>) -> String {
    statement_title(act.statement)
}
