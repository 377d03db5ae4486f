//! Finds the revisions that matter for the names in question, and replays only those (DESIGN: slice replay).
//!
//! A revision is in the slice when its bytes hold, as a word and without regard to case, a name in question; when it
//! may touch what its bytes do not name; or when it is not released. Names in question grow by what the slice says of
//! them, until nothing changes.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::schema::database::Database;
use crate::schema::names;
use crate::schema::names::Names;
use crate::schema::replay::Author;
use crate::schema::words;
use crate::schema::words::Finder;

/// A revision that may be in the slice.
struct Candidate<'a> {
    revision: Rc<str>,
    bytes: &'a [u8],
    migration: Option<Rc<Migration>>,
    inside: bool,
}

/// Returns the database as it stands before a revision, over the names in question and the names they lead to.
///
/// `released` says which revisions are in upstream already.
pub fn before(history: &History, revision: &str, names: Names, released: &dyn Fn(&str) -> bool) -> Database {
    let mut database = Database::default();
    for candidate in slice(history, revision, names, released).iter().filter(|candidate| candidate.inside) {
        let Some(migration) = &candidate.migration else {
            database.complete = false;
            continue;
        };
        let author = Author { revision: candidate.revision.clone(), released: released(&candidate.revision) };
        for step in &migration.upgrade.steps {
            step.told.iter().for_each(|told| database.apply(step, told, &author));
        }
        database.complete &= migration.syntax_errors.is_empty();
    }
    database
}

fn slice<'a>(
    history: &'a History,
    revision: &str,
    mut names: Names,
    released: &dyn Fn(&str) -> bool,
) -> Vec<Candidate<'a>> {
    let ancestors = history.ancestors(revision).into_iter();
    let mut candidates: Vec<Candidate<'a>> = ancestors
        .map(|revision| {
            let bytes = history.file(&revision).map_or(&[][..], |file| file.bytes());
            let inside = !released(&revision) || is_wide(history, bytes);
            let migration = inside.then(|| history.migration(&revision)).flatten();
            Candidate { revision, bytes, migration, inside }
        })
        .collect();
    let mut fresh = names.clone();
    while !fresh.is_empty() {
        let finder = Finder::new(&fresh);
        for candidate in candidates.iter_mut().filter(|candidate| !candidate.inside) {
            if finder.finds(candidate.bytes) {
                candidate.inside = true;
                candidate.migration = history.migration(&candidate.revision);
            }
        }
        let known = names.clone();
        while grow(&candidates, &mut names) {}
        fresh = names.difference(&known).cloned().collect();
    }
    candidates
}

/// Adds what the slice says of the names in question; tells whether that was anything.
fn grow(candidates: &[Candidate<'_>], names: &mut Names) -> bool {
    let migrations = candidates.iter().filter_map(|candidate| candidate.migration.as_ref());
    let steps = migrations.flat_map(|migration| &migration.upgrade.steps);
    let mut grown = false;
    for told in steps.flat_map(|step| &step.told) {
        grown |= names::lead(&told.statement, names);
    }
    grown
}

/// Tells whether a revision may touch what its bytes do not name. One whose bytes could not be had may, too.
fn is_wide(history: &History, bytes: &[u8]) -> bool {
    bytes.is_empty()
        || words::computes_names(bytes)
        || words::imported_roots(bytes).any(|root| root == "." || is_of_snapshot(history, root))
}

/// Tells whether a module lies in the snapshot: in its root, in `src`, or beside the script location.
fn is_of_snapshot(history: &History, root: &str) -> bool {
    let location = &history.project().script_location;
    let beside = location.rsplit_once('/').map_or("", |(folder, _)| folder);
    ["", "src", beside, location].into_iter().any(|folder| {
        let entries = history.snapshot().list(folder);
        let is_it = |name: &str| name == root || name.strip_suffix(".py") == Some(root);
        root != "alembic" && entries.iter().any(|entry| is_it(&entry.name))
    })
}
