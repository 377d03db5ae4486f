//! Finds the revisions that matter for the names in question, and replays only those (DESIGN: slice
//! replay).
//!
//! A revision is in the slice when its bytes hold, as a word and without regard to case, a name in
//! question; when it may touch what its bytes do not name; or when it is not released. Names in
//! question grow by what the slice says of them, until nothing changes.

use std::rc::Rc;

use crate::alembic::ancestry::Below;
use crate::alembic::history::History;
use crate::alembic::project::{CheckNames, Setting};
use crate::alembic::words::Finder;
use crate::schema::database::{Database, GeneratedNames};
use crate::schema::memory::Memory;
use crate::schema::names;
use crate::schema::names::Names;
use crate::schema::provenance::AppliedRevision;
use crate::sql::dialect::Dialect;
use crate::text::map::Set;

/// How often names may lead on to others at no cost: a table that is renamed a thousand times is
/// followed a step at a time.
const FEW: usize = 32;

/// Which revisions are in upstream already.
#[derive(Clone, Copy, Debug)]
pub enum Released<'a> {
    /// All but the one that is judged: each is judged by itself.
    AllOthers,
    /// These.
    These(&'a Set<Rc<str>>),
}

impl Released<'_> {
    /// Tells whether a revision that is deployed before the judged one is released.
    pub fn holds(self, revision: &str) -> bool {
        match self {
            Released::AllOthers => true,
            Released::These(released) => released.contains(revision),
        }
    }
}

/// The revisions of a slice, by their place in the order of `alembic upgrade`, and those that may
/// come into it yet.
pub struct Slice<'a> {
    history: &'a History,
    memory: &'a Memory,
    /// By place.
    inside: Vec<Candidate>,
    outside: Outside<'a>,
}

/// The revisions that may come into a slice.
enum Outside<'a> {
    /// One by one.
    Listed(Vec<Candidate>),
    /// All that is deployed before, of which an index says what may come: whoever judges every
    /// revision lists none for each.
    Indexed(Below<'a>),
}

/// A revision that is in the slice, or may come into it.
#[derive(Clone, Copy)]
struct Candidate {
    place: usize,
    /// Its number in the graph.
    node: usize,
}

/// Returns the database as it stands before a revision, over the names in question and the names
/// they lead to.
pub fn before(
    history: &History,
    memory: &Memory,
    revision: &str,
    names: Names,
    released: Released<'_>,
) -> Database {
    match Slice::of(history, memory, revision, names, released) {
        Some(slice) => {
            let mut database = slice.replay(released);
            database.complete &= !is_cut_off(history, revision);
            database
        }
        None => unknown(history),
    }
}

/// Tells whether a parent of a revision, or of one below it, is not in the tree: what stands behind
/// that may have made anything.
fn is_cut_off(history: &History, revision: &str) -> bool {
    let missing = history.graph().missing();
    !missing.is_empty() && {
        let below = history.graph().ancestor_set(revision);
        missing.iter().any(|link| &*link.from == revision || below.contains(&*link.from))
    }
}

/// Returns a database of which nothing is known.
pub fn unknown(history: &History) -> Database {
    let mut database = empty(history);
    database.complete = false;
    database
}

fn empty(history: &History) -> Database {
    let mut database = Database::default();
    database.generated_names = generated_names(history);
    database.is_brought_along = history.project().environment.path.is_none();
    database.dialect = history.dialect();
    database
}

/// PostgreSQL's names follow from the table and the columns, unless the metadata has a convention.
pub(super) fn generated_names(history: &History) -> GeneratedNames {
    let plain = history.project().environment.naming_convention == Setting::No;
    match (plain, history.dialect()) {
        (false, _) => {
            let checks = history.project().environment.check_names != CheckNames::Unknown;
            GeneratedNames::ByConvention { checks }
        }
        (true, Dialect::PostgreSql) => GeneratedNames::AsPostgreSql,
        (true, _) => GeneratedNames::Unknown,
    }
}

impl<'a> Slice<'a> {
    /// Finds the slice before a revision; nothing once too much was replayed.
    pub fn of(
        history: &'a History,
        memory: &'a Memory,
        revision: &str,
        mut names: Names,
        released: Released<'_>,
    ) -> Option<Self> {
        if memory.is_exhausted() {
            return None;
        }
        memory.begin();
        let mut slice = Slice::begin(history, memory, revision, released);
        let mut fresh = names.clone();
        for round in 0.. {
            if fresh.is_empty() {
                break;
            }
            if round > FEW {
                memory.replay(slice.inside.len());
            }
            slice.join(&fresh);
            let known = names.clone();
            while slice.grow(&mut names) {}
            fresh = names.difference(&known).cloned().collect();
        }
        Some(slice)
    }

    /// Begins with what is in the slice whatever the names: what may touch what it does not name,
    /// and what is deployed together. A later revision of that is asked which of the tables that
    /// earlier ones lock nobody uses yet, by names that it does not mention.
    fn begin(
        history: &'a History,
        memory: &'a Memory,
        revision: &str,
        released: Released<'_>,
    ) -> Self {
        let nodes = history.graph().nodes();
        let is_in = |node: usize| {
            let file = nodes[node].file;
            let is_wide = || history.is_wide(&history.files()[file]);
            !released.holds(&nodes[node].id) || memory.is_wide(file, is_wide)
        };
        let (taken, outside) = match memory.below(history, revision) {
            Some(below) => {
                let always = memory.always(|| (0..nodes.len()).filter(|&at| is_in(at)).collect());
                (placed(&below, always), Outside::Indexed(below))
            }
            None => {
                let ancestors = history.graph().ancestor_numbers(revision).into_iter().enumerate();
                let candidates = ancestors.map(|(place, node)| Candidate { place, node });
                let (taken, outside) = candidates.partition(|candidate| is_in(candidate.node));
                (taken, Outside::Listed(outside))
            }
        };
        let mut slice = Slice { history, memory, inside: Vec::new(), outside };
        slice.take(taken);
        slice
    }

    fn take(&mut self, taken: Vec<Candidate>) {
        if taken.is_empty() {
            return;
        }
        self.inside.extend(taken);
        self.inside.sort_by_key(|candidate| candidate.place);
        self.inside.dedup_by_key(|candidate| candidate.place);
    }

    /// Takes the revisions in whose bytes hold one of the names.
    fn join(&mut self, names: &Names) {
        let listed: Vec<&String> = names.iter().collect();
        let holders = self.memory.holders(self.history, &listed);
        let taken = match (&mut self.outside, holders) {
            (Outside::Indexed(below), holders) => placed(below, &holders.unwrap_or_default()),
            (Outside::Listed(outside), holders) => {
                let finder = Finder::new(listed);
                let (files, nodes) = (self.history.files(), self.history.graph().nodes());
                let holds = |candidate: &Candidate| match &holders {
                    Some(holders) => holders.binary_search(&candidate.node).is_ok(),
                    None => files[nodes[candidate.node].file].holds(&finder),
                };
                let (taken, left) = std::mem::take(outside).into_iter().partition(holds);
                *outside = left;
                taken
            }
        };
        self.take(taken);
    }

    /// Adds what the slice says of the names in question; tells whether that was anything.
    fn grow(&self, names: &mut Names) -> bool {
        let mut grown = false;
        let leading = self.inside.iter().filter(|member| self.leads(member.node));
        for migration in leading.filter_map(|member| self.history.migration_of(member.node)) {
            let steps = migration.upgrade.steps.iter();
            for emitted in steps.flat_map(|step| &step.emitted) {
                grown |= names::lead(&emitted.statement, names);
            }
        }
        grown
    }

    /// Tells whether a revision says anything that leads from one name to another.
    fn leads(&self, node: usize) -> bool {
        self.memory.leads(self.history, node, || {
            let migration = self.history.migration_of(node);
            migration.is_some_and(|migration| {
                let mut emitted = migration.upgrade.steps.iter().flat_map(|step| &step.emitted);
                emitted.any(|emitted| names::may_lead(&emitted.statement))
            })
        })
    }

    /// Returns the numbers of its revisions in the order of `alembic upgrade`: the database before
    /// the judged one follows from them.
    pub fn nodes(&self) -> Vec<usize> {
        self.inside.iter().map(|member| member.node).collect()
    }

    /// Returns the database as it stands before the judged revision.
    pub fn replay(self, released: Released<'_>) -> Database {
        let memory = self.memory;
        let nodes = self.nodes();
        let replayed = memory.replayed_before(self.history.dialect(), &nodes);
        let begun = replayed.as_ref().map_or(0, |(known, _)| *known);
        let mut database = replayed.map_or_else(|| empty(self.history), |(_, database)| database);
        for &node in nodes.iter().skip(begun) {
            let Some(migration) = self.history.migration_of(node) else {
                database.complete = false;
                continue;
            };
            let revision = self.history.graph().nodes()[node].id.clone();
            let author = AppliedRevision { released: released.holds(&revision), revision };
            for step in &migration.upgrade.steps {
                memory.replay(step.emitted.len());
                match step.of_application && author.released {
                    true => database.apply_as_of_its_day(step, &author),
                    false => {
                        step.emitted.iter().for_each(|emitted| {
                            database.apply(step, emitted, &author);
                        });
                    }
                }
            }
            database.complete &= migration.syntax_errors.is_empty() && migration.bound.is_none();
        }
        memory.keep_replayed(nodes, &database);
        database
    }
}

/// Returns the revisions among some that are deployed before another one, each with its place.
fn placed(below: &Below<'_>, nodes: &[usize]) -> Vec<Candidate> {
    let candidate = |&node: &usize| Some(Candidate { place: below.place(node)?, node });
    nodes.iter().filter_map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;
    use crate::snapshot::Snapshot;

    /// What one revision does, by its number: tables are made, renamed, changed and left alone.
    fn revision(number: usize) -> String {
        let parents = match number {
            0 => "None".to_owned(),
            7 | 15 => format!("('r{}', 'r{}')", number - 1, number - 3),
            5 | 13 => format!("'r{}'", number - 2),
            _ => format!("'r{}'", number - 1),
        };
        let (table, other) = (number % 5, (number + 2) % 5);
        let does = match number % 6 {
            0 => format!("op.create_table('T{table}', sa.Column('id', sa.Integer))"),
            1 => format!("op.add_column('t{table}', sa.Column('c{number}', sa.Text))"),
            2 => format!("op.rename_table('t{table}', 'weird t{other}')"),
            3 => format!("op.execute(f'ALTER TABLE t_{{name}}_{table} ADD x int')"),
            4 => format!("op.create_index('ix_{number}', 't{table}', ['id'])"),
            _ => format!("op.drop_index('ix_{}')", number - 1),
        };
        format!(
            "from alembic import op\nimport sqlalchemy as sa\nrevision = 'r{number}'\n\
             down_revision = {parents}\n\n\ndef upgrade():\n    {does}\n"
        )
    }

    #[test]
    fn an_index_finds_the_revisions_that_a_look_at_each_finds() {
        let own = [
            ("alembic.ini".to_owned(), "[alembic]\nscript_location = m\n".to_owned()),
            ("m/env.py".to_owned(), "from alembic import context\n".to_owned()),
        ];
        let revisions = (0..24).map(|number| (format!("m/versions/{number}.py"), revision(number)));
        let files: Vec<(String, String)> = own.into_iter().chain(revisions).collect();
        let snapshot = Snapshot::of(files.iter().map(|(path, text)| (&**path, &**text)));
        let snapshot = Rc::new(snapshot);
        let project = find(&snapshot, Search::Whole, &Settings::default()).remove(0);
        let history = History::read(&snapshot, &Rc::new(project));
        let some: Set<Rc<str>> = ["r0", "r1", "r2", "r3", "r8"].map(Rc::from).into_iter().collect();
        for released in [Released::AllOthers, Released::These(&some)] {
            let indexed = Memory::default();
            (0..4).for_each(|_| indexed.begin());
            for node in history.graph().nodes() {
                for name in ["t0", "t1", "t2", "t3", "t4", "ix_4", "weird t1", "none"] {
                    let slice = |memory: &Memory| {
                        let names = Names::from([name.to_owned()]);
                        let slice = Slice::of(&history, memory, &node.id, names, released).unwrap();
                        (slice.nodes(), slice.replay(released))
                    };
                    assert_eq!(slice(&indexed), slice(&Memory::default()), "{name} {}", node.id);
                }
            }
        }
    }
}
