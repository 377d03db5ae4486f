//! Finds the revisions that matter for the names in question, and replays only those (DESIGN: slice
//! replay).
//!
//! A revision is in the slice when its bytes hold, as a word and without regard to case, a name in
//! question; when it may touch what its bytes do not name; or when it is not released. Names in
//! question grow by what the slice says of them, until nothing changes.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::alembic::project::{CheckNames, Setting};
use crate::schema::database::{Database, GeneratedNames};
use crate::schema::memory::Memory;
use crate::schema::names;
use crate::schema::names::Names;
use crate::schema::provenance::AppliedRevision;
use crate::schema::words;
use crate::schema::words::Finder;
use crate::sql::dialect::Dialect;

/// A revision that may be in the slice.
struct Candidate<'a> {
    revision: Rc<str>,
    file: usize,
    bytes: &'a [u8],
    migration: Option<Rc<Migration>>,
    inside: bool,
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
    for candidate in slice(history, memory, revision, names, released)
        .iter()
        .filter(|candidate| candidate.inside)
    {
        let Some(migration) = &candidate.migration else {
            database.complete = false;
            continue;
        };
        let author = AppliedRevision {
            revision: candidate.revision.clone(),
            released: released(&candidate.revision),
        };
        for step in &migration.upgrade.steps {
            step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
        }
        database.complete &= migration.syntax_errors.is_empty() && migration.bound.is_none();
    }
    database
}

/// PostgreSQL's names follow from the table and the columns, unless the metadata has a convention.
fn generated_names(history: &History) -> GeneratedNames {
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
) -> Vec<Candidate<'a>> {
    memory.begin();
    let ancestors = history.ancestors(revision).into_iter();
    let mut candidates: Vec<Candidate<'a>> = ancestors
        .filter_map(|revision| {
            let file = history.graph().node(&revision)?.file;
            let bytes = history.files()[file].bytes();
            let inside = !released(&revision) || memory.is_wide(file, || is_wide(history, bytes));
            let migration = inside.then(|| history.migration(&revision)).flatten();
            Some(Candidate { revision, file, bytes, migration, inside })
        })
        .collect();
    let mut fresh = names.clone();
    while !fresh.is_empty() {
        join(history, memory, &fresh, &mut candidates);
        let known = names.clone();
        while grow(&candidates, &mut names) {}
        fresh = names.difference(&known).cloned().collect();
    }
    candidates
}

/// Takes the revisions in whose bytes hold one of the names.
fn join(history: &History, memory: &Memory, names: &Names, candidates: &mut [Candidate<'_>]) {
    let listed: Vec<&String> = names.iter().collect();
    let holders = memory.holders(history, &listed);
    let finder = Finder::new(listed);
    for candidate in candidates.iter_mut().filter(|candidate| !candidate.inside) {
        let holds = holders
            .as_ref()
            .map_or_else(|| finder.finds(candidate.bytes), |holders| holders[candidate.file]);
        if holds {
            candidate.inside = true;
            candidate.migration = history.migration(&candidate.revision);
        }
    }
}

/// Adds what the slice says of the names in question; tells whether that was anything.
fn grow(candidates: &[Candidate<'_>], names: &mut Names) -> bool {
    let migrations = candidates.iter().filter_map(|candidate| candidate.migration.as_ref());
    let steps = migrations.flat_map(|migration| &migration.upgrade.steps);
    let mut grown = false;
    for emitted in steps.flat_map(|step| &step.emitted) {
        grown |= names::lead(&emitted.statement, names);
    }
    grown
}

/// Tells whether a revision may touch what its bytes do not name. One whose bytes could not be had
/// may, too.
fn is_wide(history: &History, bytes: &[u8]) -> bool {
    bytes.is_empty()
        || words::computes_names(bytes)
        || words::imported_roots(bytes).any(|root| root == "." || is_of_snapshot(history, root))
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
