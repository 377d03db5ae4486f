//! Finds the revisions that matter for the names in question, and replays only those (DESIGN: slice
//! replay).
//!
//! A revision is in the slice when its bytes hold, as a word and without regard to case, a name in
//! question; when it may touch what its bytes do not name; or when it is not released. Names in
//! question grow by what the slice says of them, until nothing changes.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::alembic::history::{History, RevisionFile};
use crate::alembic::migration::Migration;
use crate::alembic::project::{CheckNames, Setting};
use crate::alembic::words::Finder;
use crate::schema::database::{Database, GeneratedNames};
use crate::schema::memory::Memory;
use crate::schema::names;
use crate::schema::names::Names;
use crate::schema::provenance::AppliedRevision;
use crate::sql::dialect::Dialect;

/// The revisions of a slice, by their place in the order of `alembic upgrade`, and those that may
/// come into it yet.
struct Slice<'a> {
    history: &'a History,
    inside: BTreeMap<usize, Member>,
    outside: Vec<Candidate>,
}

/// A revision in the slice.
struct Member {
    /// Its number in the graph.
    node: usize,
    revision: Rc<str>,
    migration: Option<Rc<Migration>>,
}

/// A revision that may come into the slice.
struct Candidate {
    place: usize,
    /// Its number in the graph.
    node: usize,
    /// The number of its file.
    file: usize,
}

/// Returns the database as it stands before a revision, over the names in question and the names
/// they lead to.
///
/// `released` says which revisions are in upstream already.
pub fn before(
    history: &History,
    memory: &Memory,
    revision: &str,
    names: Names,
    released: &dyn Fn(&str) -> bool,
) -> Database {
    let mut database = Database::default();
    database.generated_names = generated_names(history);
    database.dialect = history.dialect();
    if memory.is_exhausted() {
        database.complete = false;
        return database;
    }
    let slice = slice(history, memory, revision, names, released);
    let nodes: Vec<usize> = slice.inside.values().map(|member| member.node).collect();
    let replayed = memory.replayed_before(history.dialect(), &nodes);
    let begun = replayed.as_ref().map_or(0, |(known, _)| *known);
    database = replayed.map_or(database, |(_, replayed)| replayed);
    for member in slice.inside.into_values().skip(begun) {
        let Some(migration) = &member.migration else {
            database.complete = false;
            continue;
        };
        let revision = member.revision;
        let author = AppliedRevision { released: released(&revision), revision };
        for step in &migration.upgrade.steps {
            memory.replay(step.emitted.len());
            step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
        }
        database.complete &= migration.syntax_errors.is_empty() && migration.bound.is_none();
    }
    memory.keep_replayed(nodes, &database);
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

fn slice<'a>(
    history: &'a History,
    memory: &Memory,
    revision: &str,
    mut names: Names,
    released: &dyn Fn(&str) -> bool,
) -> Slice<'a> {
    memory.begin();
    let mut slice = Slice { history, inside: BTreeMap::new(), outside: Vec::new() };
    let nodes = history.graph().nodes();
    for (place, node) in history.graph().ancestor_numbers(revision).into_iter().enumerate() {
        let file = nodes[node].file;
        let candidate = Candidate { place, node, file };
        let is_wide = || is_wide(history, memory, &history.files()[file]);
        // What is deployed together is known whole: a later revision of it is asked which of the
        // tables that earlier ones lock nobody uses yet, by names that it does not mention.
        match !released(&nodes[node].id) || memory.is_wide(file, is_wide) {
            true => slice.take(&candidate),
            false => slice.outside.push(candidate),
        }
    }
    let mut fresh = names.clone();
    while !fresh.is_empty() {
        slice.join(memory, &fresh);
        let known = names.clone();
        while slice.grow(&mut names) {}
        fresh = names.difference(&known).cloned().collect();
    }
    slice
}

impl Slice<'_> {
    fn take(&mut self, candidate: &Candidate) {
        let revision = self.history.graph().nodes()[candidate.node].id.clone();
        let migration = self.history.migration(&revision);
        let node = candidate.node;
        self.inside.insert(candidate.place, Member { node, revision, migration });
    }

    /// Takes the revisions in whose bytes hold one of the names.
    fn join(&mut self, memory: &Memory, names: &Names) {
        let listed: Vec<&String> = names.iter().collect();
        let holders = memory.holders(self.history, &listed);
        let finder = Finder::new(listed);
        let files = self.history.files();
        let holds = |candidate: &Candidate| {
            let file = candidate.file;
            holders.as_ref().map_or_else(|| files[file].holds(&finder), |holds| holds[file])
        };
        let (taken, outside) = std::mem::take(&mut self.outside).into_iter().partition(holds);
        self.outside = outside;
        let taken: Vec<Candidate> = taken;
        taken.iter().for_each(|candidate| self.take(candidate));
    }

    /// Adds what the slice says of the names in question; tells whether that was anything.
    fn grow(&self, names: &mut Names) -> bool {
        let migrations = self.inside.values().filter_map(|member| member.migration.as_ref());
        let steps = migrations.flat_map(|migration| &migration.upgrade.steps);
        let mut grown = false;
        for emitted in steps.flat_map(|step| &step.emitted) {
            grown |= names::lead(&emitted.statement, names);
        }
        grown
    }
}

/// Tells whether a revision may touch what its bytes do not name. One whose bytes could not be had
/// may, too.
fn is_wide(history: &History, memory: &Memory, file: &RevisionFile) -> bool {
    let leads_on =
        |root: &str| root == "." || memory.is_of_snapshot(root, || is_of_snapshot(history, root));
    file.computes_names() || file.imports(&leads_on)
}

/// Tells whether a module lies in the snapshot: in its root, in `src`, or beside the script
/// location.
fn is_of_snapshot(history: &History, root: &str) -> bool {
    let location = &history.project().script_location;
    let beside = location.rsplit_once('/').map_or("", |(folder, _)| folder);
    ["", "src", beside, location].into_iter().any(|folder| {
        let entries = history.snapshot().list(folder);
        let is_it = |name: &str| name == root || name.strip_suffix(".py") == Some(root);
        root != "alembic" && entries.iter().any(|entry| is_it(&entry.name))
    })
}
