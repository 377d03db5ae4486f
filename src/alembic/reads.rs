//! Files beside the revisions that a revision reads while it runs: SQL of its own, rows to insert.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::location::folder_of;
use crate::alembic::revision_file::RevisionFile;
use crate::python::standard::is_standard;
use crate::snapshot;
use crate::snapshot::Snapshot;
use crate::text::whole_word::has_word;

/// How the names of files end that hold SQL.
const SQL: [&str; 6] = [".sql", ".ddl", ".psql", ".pgsql", ".plpgsql", ".mysql"];

/// What folders are called that hold migrations.
const FOLDERS: [&str; 4] = ["migration", "alembic", "version", "revision"];

/// What the text of a revision holds that reads a file.
const READS: [&str; 7] =
    [".sql", "open(", "read_text", "read_bytes", "open_text", "get_data", "getlines"];

/// Returns those of some changed paths that a revision may read, by their names alone.
pub fn candidates(paths: &[String]) -> Vec<Rc<str>> {
    paths.iter().filter(|path| may_be_read(path)).map(|path| path.as_str().into()).collect()
}

/// Tells whether a revision may read a file of this name: SQL anywhere, anything in a folder that
/// is called after migrations. What is loaded or configures something is no such file.
pub fn may_be_read(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let is_sql = || SQL.iter().any(|end| lower.ends_with(end));
    let is_near = || lies_among_migrations(path);
    !snapshot::is_sign(path.as_bytes()) && (is_sql() || is_near())
}

/// Tells whether a folder that a file lies in is called after migrations.
pub fn lies_among_migrations(path: &str) -> bool {
    let lower = folder_of(path).to_ascii_lowercase();
    FOLDERS.iter().any(|word| lower.contains(word))
}

/// Tells whether a revision of a history reads one of some files.
pub fn reads_any(history: &History, changed: &[Rc<str>]) -> bool {
    history.files().iter().any(|file| !read_by(history, file, changed).is_empty())
}

/// Returns those of some changed files that a revision reads: only one whose text lets expect it is
/// read whole to find out.
pub fn read_by(history: &History, file: &RevisionFile, changed: &[Rc<str>]) -> Vec<Rc<str>> {
    if changed.is_empty() || !may_read(file, changed) {
        return Vec::new();
    }
    let Some(migration) = history.migration(&file.path) else { return Vec::new() };
    let reads = |path: &&Rc<str>| {
        migration.reads.contains(*path)
            || migration.reads.contains(&*format!("{}/", folder_of(path)))
    };
    changed.iter().filter(reads).cloned().collect()
}

/// Tells whether all that a revision of one snapshot reads is the same in another one.
pub fn are_same(reads: &BTreeSet<Rc<str>>, one: &Snapshot, other: &Snapshot) -> bool {
    let id = |snapshot: &Snapshot, path: &str| match path.strip_suffix('/') {
        Some(folder) => snapshot.list(folder).iter().map(|entry| entry.id).collect(),
        None => snapshot.entry(path).map(|entry| entry.id).into_iter().collect::<Vec<_>>(),
    };
    reads.iter().all(|path| id(one, path) == id(other, path))
}

fn may_read(file: &RevisionFile, changed: &[Rc<str>]) -> bool {
    let text = String::from_utf8_lossy(file.bytes());
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.split('.').next().unwrap_or(name).to_owned()
    };
    let own = stem(&file.path);
    // A function beside the migrations may read what the revision does not name.
    let is_ours = |root: &str| !matches!(root, "alembic" | "sqlalchemy") && !is_standard(root);
    let is_near = || changed.iter().any(|path| lies_among_migrations(path));
    READS.iter().any(|word| text.contains(word))
        || changed.iter().map(|path| stem(path)).any(|stem| stem == own || has_word(&text, &stem))
        || is_near() && file.imports(&is_ours)
}
