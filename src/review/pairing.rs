//! What a change does to the revisions of a project: files are paired by revision id, never by path.
//!
//! A revision is judged when its content differs from what every parent of the coming commit has for its id, and from
//! what upstream has. One that differs and means the same (a formatter, a moved folder) is hardly judged at all.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::history::{History, RevisionFile};
use crate::review::finding::Change;
use crate::review::meaning;
use crate::review::subject::{Judged, Revised};

/// Returns the revisions that differ from what every parent has, in the order in which they are applied.
pub fn revised(new: &History, parents: &[History], upstream: Option<&History>) -> Vec<Revised> {
    let stays = |id: &str, path: &str| new.files().iter().any(|file| *file.path == *path && has_id(file, id));
    let mut revised: Vec<Revised> =
        new.files().iter().filter_map(|file| of_file(new, file, parents, upstream, &stays)).collect();
    revised.extend(deleted(new, parents));
    sort(&mut revised, new);
    revised
}

/// Returns every revision as one that nobody touched and everybody asks about.
pub fn all(history: &History) -> Vec<Revised> {
    let row = |file: &RevisionFile| row(file, Change::Untouched, None, Judged::Wholly);
    let mut revised: Vec<Revised> = history.files().iter().map(row).collect();
    sort(&mut revised, history);
    revised
}

/// Returns the revisions of some files, all of them judged, whether or not they differ.
pub fn named(new: &History, parents: &[History], paths: &[String]) -> Vec<Revised> {
    let files = new.files().iter().filter(|file| paths.iter().any(|path| **path == *file.path));
    let mut revised: Vec<Revised> = files
        .map(|file| {
            let found = parents.iter().find_map(|parent| parent.file_at(&file.path));
            let change = match found {
                None => Change::Added,
                Some(old) if old.bytes() == file.bytes() => Change::Untouched,
                Some(_) => Change::Modified,
            };
            row(file, change, None, Judged::Wholly)
        })
        .collect();
    sort(&mut revised, new);
    revised
}

/// Returns every revision id in the order in which Alembic applies them.
pub fn sequence(history: &History) -> Vec<Rc<str>> {
    let mut seen: HashSet<Rc<str>> = HashSet::new();
    let mut sequence = Vec::new();
    for tip in history.graph().tips() {
        let line = history.ancestors(&tip.id).into_iter().chain([tip.id.clone()]);
        sequence.extend(line.filter(|id| seen.insert(id.clone())));
    }
    // A cycle has no tip.
    let rest = history.graph().nodes().iter().map(|node| node.id.clone());
    sequence.extend(rest.filter(|id| seen.insert(id.clone())));
    sequence
}

fn of_file(
    new: &History,
    file: &RevisionFile,
    parents: &[History],
    upstream: Option<&History>,
    stays: &dyn Fn(&str, &str) -> bool,
) -> Option<Revised> {
    let olds: Vec<(&History, &RevisionFile)> =
        parents.iter().filter_map(|parent| Some((parent, counterpart(parent, file, stays)?))).collect();
    if olds.iter().any(|(_, old)| old.path == file.path && old.entry.id == file.entry.id) {
        return None;
    }
    let is_upstreams = upstream
        .and_then(|upstream| counterpart(upstream, file, stays))
        .is_some_and(|other| other.entry.id == file.entry.id);
    let change = if olds.is_empty() { Change::Added } else { Change::Modified };
    let previous = olds.first().map(|(_, old)| old.path.clone()).filter(|path| *path != file.path);
    let judged = match is_upstreams {
        true => Judged::Not,
        false => judged(new, file, &olds),
    };
    Some(row(file, change, previous, judged))
}

/// Finds what a history has for the revision of a file: at its path, else at a path that is given up.
fn counterpart<'a>(
    history: &'a History,
    file: &RevisionFile,
    stays: &dyn Fn(&str, &str) -> bool,
) -> Option<&'a RevisionFile> {
    let at_path = history.file_at(&file.path);
    let Some(id) = file.header.revision() else {
        return at_path;
    };
    at_path
        .filter(|old| old.header.revision().is_none_or(|other| other == id))
        .or_else(|| history.file(id).filter(|old| !stays(id, &old.path)))
}

fn judged(new: &History, file: &RevisionFile, olds: &[(&History, &RevisionFile)]) -> Judged {
    let same = olds.iter().find(|(history, old)| {
        old.entry.id == file.entry.id
            || match (history.migration(&old.path), new.migration(&file.path)) {
                (Some(old), Some(new)) => meaning::is_same(&old, &new),
                _ => false,
            }
    });
    match same {
        None => Judged::Wholly,
        Some((_, old)) => Judged::Reformatted { lines: changed_lines(old.bytes(), file.bytes()) },
    }
}

/// Returns the lines of `new`, from 1, that `old` does not hold as often.
fn changed_lines(old: &[u8], new: &[u8]) -> Vec<usize> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    for line in old.split(|byte| *byte == b'\n') {
        *counts.entry(line).or_default() += 1;
    }
    let lines = new.split(|byte| *byte == b'\n').enumerate();
    let is_new = |line: &[u8]| match counts.get_mut(line) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    let mut is_new = is_new;
    lines.filter(|(_, line)| is_new(line)).map(|(number, _)| number + 1).collect()
}

/// Revisions that every parent has and the change has not.
fn deleted(new: &History, parents: &[History]) -> Vec<Revised> {
    let Some((first, others)) = parents.split_first() else {
        return Vec::new();
    };
    let kept: HashSet<&str> = new.files().iter().filter_map(|file| file.header.revision()).collect();
    let gone = |file: &&RevisionFile| match file.header.revision() {
        Some(id) => !kept.contains(id) && others.iter().all(|other| other.file(id).is_some()),
        None => new.file_at(&file.path).is_none() && others.iter().all(|other| other.file_at(&file.path).is_some()),
    };
    first.files().iter().filter(gone).map(|file| row(file, Change::Deleted, None, Judged::Not)).collect()
}

fn row(file: &RevisionFile, change: Change, previous_path: Option<Rc<str>>, judged: Judged) -> Revised {
    let header = file.header.header();
    Revised {
        path: file.path.clone(),
        previous_path,
        revision: file.header.revision().unwrap_or_default().to_owned(),
        down_revisions: header.map(|header| header.down_revisions.clone()).unwrap_or_default(),
        message: header.and_then(|header| header.message.clone()),
        change,
        judged,
    }
}

fn has_id(file: &RevisionFile, id: &str) -> bool {
    file.header.revision() == Some(id)
}

/// Orders revisions as they are applied; what is gone or has no place comes last.
fn sort(revised: &mut [Revised], history: &History) {
    let sequence = sequence(history);
    let places: HashMap<&str, usize> = sequence.iter().enumerate().map(|(place, id)| (&**id, place)).collect();
    let place = |row: &Revised| match row.change {
        Change::Deleted => usize::MAX,
        _ => places.get(&*row.revision).copied().unwrap_or(usize::MAX - 1),
    };
    revised.sort_by_cached_key(|row| (place(row), row.path.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_those_that_were_not_there_as_often() {
        assert_eq!(changed_lines(b"a\nb\nb", b"b\na\nb\nb\nc"), vec![4, 5]);
        assert_eq!(changed_lines(b"", b"x"), vec![1]);
    }
}
