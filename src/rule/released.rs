//! What a change does to revisions that are released: databases have run them.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::change::apart;
use crate::alembic::history::History;
use crate::alembic::meaning::{self, Difference};
use crate::alembic::reads;
use crate::alembic::revision_file::RevisionFile;
use crate::rule::revision_graph::Graph;
use crate::schema::database::Database;
use crate::schema::provenance::AppliedRevision;
use crate::schema::table::Table;
use crate::sql::table::{Constraint, Index};
use crate::text::map::Set;
use crate::text::source::Span;

/// A released revision that is not what it was.
#[derive(Debug)]
pub struct ReleasedChange<'a> {
    /// Its file as it was released.
    pub was: &'a RevisionFile,
    /// What happened to it.
    pub fate: ReleasedFate<'a>,
}

/// What happened to a released revision.
#[derive(Debug)]
pub enum ReleasedFate<'a> {
    /// Its file is there and says something else.
    Edited {
        /// The file.
        file: &'a RevisionFile,
        /// In what it differs.
        difference: Difference,
        /// The first place that differs.
        place: Span,
    },
    /// Its file has another id.
    Renamed(&'a RevisionFile),
    /// It is gone.
    Deleted,
}

/// Returns what a change does to released revisions, in the order of their files.
pub fn changes<'a>(graph: &Graph<'a>) -> Vec<ReleasedChange<'a>> {
    let mut seen: Set<&str> = Set::default();
    let mut changes = Vec::new();
    for base in graph.bases {
        // What stands as it stood is as a base has it, unless its id stands there twice.
        let is_plain = |history: &History| history.graph().duplicates().is_empty();
        let files = match is_plain(base) && is_plain(graph.history) {
            true => {
                let mut files = apart(base.files(), graph.history.files()).0;
                // One that is as it was may read a file that is not.
                files.extend(graph.changed.iter().filter_map(|path| base.file_at(path)));
                files
            }
            false => base.files().iter().collect(),
        };
        for was in files {
            let Some(id) = was.header.revision().filter(|id| seen.insert(id)) else { continue };
            if !is_known_so(graph, id) {
                let fate = fate(graph, base, was, id);
                changes.extend(fate.map(|fate| ReleasedChange { was, fate }));
            }
        }
    }
    changes
}

/// Tells whether a revision is as one of the bases or upstream has it.
fn is_known_so(graph: &Graph<'_>, id: &str) -> bool {
    let entry = |history: &History| history.file(id).map(|file| file.entry.id);
    let now = entry(graph.history);
    // One that is as it was and changed all the same reads a file that did.
    let file = graph.history.file(id).filter(|file| graph.is_changed(&file.path));
    let reads = file.and_then(|file| graph.history.migration(&file.path));
    let is_same = |other: &History| {
        entry(other) == now
            && reads.as_ref().is_none_or(|migration| {
                reads::are_same(&migration.reads, graph.history.snapshot(), other.snapshot())
            })
    };
    graph.bases.iter().filter(|base| base.file(id).is_some()).any(is_same)
        || graph.after_merge.is_some_and(|merge| is_same(&merge.theirs))
}

fn fate<'a>(
    graph: &Graph<'a>,
    base: &History,
    was: &RevisionFile,
    id: &str,
) -> Option<ReleasedFate<'a>> {
    let Some(file) = graph.history.file(id) else {
        let is_new = |file: &&RevisionFile| {
            let new = file.header.revision();
            new.is_some_and(|new| graph.bases.iter().all(|base| base.file(new).is_none()))
        };
        // A file that has the id and cannot be loaded is no other one: unreadable-revision speaks.
        let is_unloaded = |file: &&RevisionFile| {
            file.path == was.path && file.header.revision().is_none_or(|new| new == id)
        };
        if graph.history.files().iter().any(|file| is_unloaded(&file)) {
            return None;
        }
        let mut others = graph.history.files().iter().filter(is_new);
        let renamed = others.find(|file| file.path == was.path || is_renamed(was, file));
        return Some(renamed.map_or(ReleasedFate::Deleted, ReleasedFate::Renamed));
    };
    let (old, new) = (base.migration(&was.path)?, graph.history.migration(&file.path)?);
    let difference = meaning::compare_released(&old, &new);
    let labels = old.header.branch_labels != new.header.branch_labels;
    let linked = (&old.header.down_revisions, &old.header.depends_on)
        != (&new.header.down_revisions, &new.header.depends_on);
    let header = difference.header && (linked || !labels);
    let difference = Difference { header, remarks: false, syntax: false, ..difference };
    let place = meaning::changed_lines(&old.text, &new.text).into_iter().find_map(|line| {
        let start = new.text.content().lines().take(line - 1).map(|line| line.len() + 1).sum();
        let text = new.text.content().get(start..)?.lines().next()?;
        let indent = text.len() - text.trim_start().len();
        let speaks = !text.trim().is_empty() && !text.trim_start().starts_with('#');
        speaks.then(|| Span::new(start + indent, start + text.trim_end().len()))
    });
    (!difference.is_none()).then(|| ReleasedFate::Edited {
        file,
        difference,
        place: place.unwrap_or_default(),
    })
}

/// Returns the changed files that a revision reads, where its own file is as it was released.
pub fn read_files(graph: &Graph<'_>, was: &RevisionFile) -> Vec<String> {
    let is_as_it_was = |file: &&RevisionFile| file.entry == was.entry;
    let own = graph.history.file_at(&was.path).filter(is_as_it_was);
    let Some(migration) = own.and_then(|file| graph.history.migration(&file.path)) else {
        return Vec::new();
    };
    let differs = |path: &&Rc<str>| {
        let one = BTreeSet::from([(*path).clone()]);
        let (new, mut bases) = (graph.history.snapshot(), graph.bases.iter());
        !path.ends_with('/') && !bases.any(|base| reads::are_same(&one, new, base.snapshot()))
    };
    migration.reads.iter().filter(differs).map(|path| path.to_string()).collect()
}

/// Tells whether two files are one but for the id.
fn is_renamed(was: &RevisionFile, file: &RevisionFile) -> bool {
    let (Some(old), Some(new)) = (was.header.revision(), file.header.revision()) else {
        return false;
    };
    let text =
        |file: &RevisionFile, id: &str| String::from_utf8_lossy(file.bytes()).replace(id, "\u{0}");
    text(was, old) == text(file, new)
}

/// A new revision that says that it stands for released ones: `Squashes: FIRST..LAST`.
#[derive(Debug)]
pub struct Squash<'a> {
    /// The new revision.
    pub file: &'a RevisionFile,
    /// The revisions that it stands for.
    pub covered: HashSet<Rc<str>>,
    /// What it says, `FIRST..LAST`.
    pub said: String,
    /// In what the schema differs that it leaves; nothing where it is the same.
    pub differs: Option<String>,
}

/// Returns the squashes that a change brings in.
pub fn squashes<'a>(graph: &Graph<'a>) -> Vec<Squash<'a>> {
    let files = graph.history.files().iter();
    files
        .filter(|file| graph.is_changed(&file.path))
        .filter_map(|file| squash(graph, file))
        .collect()
}

fn squash<'a>(graph: &Graph<'a>, file: &'a RevisionFile) -> Option<Squash<'a>> {
    let migration = graph.history.migration(&file.path)?;
    let lines = migration.remarks.iter().flat_map(|remark| remark.text.lines());
    let said = lines.filter_map(|line| line.trim().strip_prefix("Squashes:")).next()?.trim();
    let (first, last) = said.split_once("..")?;
    let base = graph.bases.iter().find(|base| base.file(last).is_some())?;
    let before = base.graph().ancestor_set(first);
    let mut covered = base.graph().ancestor_set(last);
    covered.insert(Rc::from(last));
    covered.retain(|id| !before.contains(id));
    let (old, new) = (schema(base, last), schema(graph.history, &migration.header.revision));
    let differs = match covered.contains(first) {
        true => difference(&old, &new),
        false => Some(format!("`{first}` does not lead to `{last}`")),
    };
    Some(Squash { file, covered, said: said.to_owned(), differs })
}

/// Replays everything up to a revision.
fn schema(history: &History, revision: &str) -> Database {
    let mut database = Database::default();
    database.complete = true;
    for id in history.ancestors(revision).into_iter().chain([Rc::from(revision)]) {
        let Some(migration) = history.migration(&id) else {
            database.complete = false;
            continue;
        };
        let author = AppliedRevision { revision: Rc::from(""), released: true };
        for step in &migration.upgrade.steps {
            step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
        }
    }
    database
}

/// Names the first thing in which two schemas differ.
fn difference(old: &Database, new: &Database) -> Option<String> {
    if !old.complete || !new.complete {
        return Some("not all of it could be read".to_owned());
    }
    let name = |table: &Table| match &table.schema {
        Some(schema) => format!("{schema}.{}", table.name),
        None => table.name.clone(),
    };
    let find = |database: &Database, wanted: &Table| {
        database.tables().find(|table| name(table) == name(wanted)).cloned()
    };
    for table in old.tables() {
        match find(new, table) {
            None => return Some(format!("`{}` is missing", name(table))),
            Some(other) if !is_same(table, &other) => {
                return Some(format!("`{}` is another", name(table)));
            }
            Some(_) => {}
        }
    }
    let added = new.tables().find(|table| find(old, table).is_none());
    added.map(|table| format!("`{}` is new", name(table)))
}

/// Tells whether two tables have the same columns, constraints and indexes, in any order.
fn is_same(one: &Table, other: &Table) -> bool {
    let columns = |table: &Table| {
        let facts = table.columns.iter().map(|column| {
            let kind = column.kind.as_ref().map(|kind| kind.sql.clone());
            (column.name.clone(), kind, column.nullable.clone(), column.default.clone())
        });
        facts.collect::<Vec<_>>()
    };
    let (a, b) = (columns(one), columns(other));
    let constraints = |table: &Table| -> Vec<Constraint> {
        table.constraints.iter().map(|state| state.constraint.clone()).collect()
    };
    let (c, d) = (constraints(one), constraints(other));
    let (e, f): (&Vec<Index>, &Vec<Index>) = (&one.indexes, &other.indexes);
    a.len() == b.len()
        && a.iter().all(|column| b.contains(column))
        && c.len() == d.len()
        && c.iter().all(|constraint| d.contains(constraint))
        && e.len() == f.len()
        && e.iter().all(|index| f.contains(index))
}
