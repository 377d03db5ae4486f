//! Which revisions of a project are meant, and how each is judged.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::change::{self, Fate, Paired, Share};
use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;
use crate::review::finding::Change;
use crate::review::subject::{Judged, Revised};

/// Returns the revisions that differ from the first parent's, in the order in which they are
/// applied; also those that read one of the `changed` files.
pub fn changed(
    new: &History,
    parents: &[&History],
    upstream: Option<&History>,
    changed: &[Rc<str>],
) -> Vec<Revised> {
    let row = |paired: Paired| {
        let file = new
            .file_at(&paired.path)
            .or_else(|| parents.iter().find_map(|old| old.file_at(&paired.path)));
        let header = file.and_then(|file| file.header.header());
        Revised {
            path: paired.path.clone(),
            previous_path: paired.previous_path,
            revision: paired.revision.unwrap_or_default(),
            down_revisions: header.map(|header| header.down_revisions.clone()).unwrap_or_default(),
            message: header.and_then(|header| header.message.clone()),
            change: change_of(paired.fate),
            judged: judged(paired.share),
            through: paired.through,
        }
    };
    change::pair(new, parents, upstream, changed).into_iter().map(row).collect()
}

/// Returns every revision, each judged, in the order in which they are applied.
pub fn all(history: &History) -> Vec<Revised> {
    in_order(history, |_| Some(Change::Untouched))
}

/// Returns the revisions of some files, each judged as it stands.
pub fn among(history: &History, paths: &[String]) -> Vec<Revised> {
    in_order(history, |file| {
        paths.iter().any(|path| **path == *file.path).then_some(Change::Untouched)
    })
}

/// Returns the revisions of some files, each judged, whether or not they differ.
pub fn named(new: &History, parents: &[&History], paths: &[String]) -> Vec<Revised> {
    in_order(new, |file| {
        paths.iter().any(|path| **path == *file.path).then(|| {
            match parents.iter().find_map(|parent| parent.file_at(&file.path)) {
                None => Change::Added,
                Some(old) if old.bytes() == file.bytes() => Change::Untouched,
                Some(_) => Change::Modified,
            }
        })
    })
}

/// Makes context of the revisions up to and including those that `start-after` names. A change does
/// not excuse what it adds itself: only revisions that were there before are left out.
pub fn leave_out<'a>(
    revised: &mut [Revised],
    history: &History,
    start_after: &[String],
    before: impl Iterator<Item = &'a History>,
) {
    if start_after.is_empty() {
        return;
    }
    let before: Vec<HashSet<&str>> = before.map(ids).collect();
    let was_there = |revised: &Revised| {
        revised.change == Change::Untouched
            || before.iter().any(|ids| ids.contains(revised.revision.as_str()))
    };
    let ancestors = start_after.iter().flat_map(|id| history.ancestors(id));
    let past: HashSet<String> =
        ancestors.map(|id| id.to_string()).chain(start_after.iter().cloned()).collect();
    revised
        .iter_mut()
        .filter(|row| past.contains(&row.revision) && was_there(row))
        .for_each(|row| row.judged = Judged::Not);
}

fn ids(history: &History) -> HashSet<&str> {
    history.graph().nodes().iter().map(|node| &*node.id).collect()
}

/// Takes the files that `choose` takes: first those that have a place in the graph, in its order.
fn in_order(history: &History, choose: impl Fn(&RevisionFile) -> Option<Change>) -> Vec<Revised> {
    let order: HashMap<Rc<str>, usize> =
        history.graph().pending(&HashSet::new()).into_iter().zip(0..).collect();
    let place = |file: &RevisionFile| {
        file.header.revision().and_then(|id| order.get(id)).map_or(order.len(), |at| *at)
    };
    let mut rows: Vec<(usize, Revised)> = history
        .files()
        .iter()
        .filter_map(|file| Some((place(file), row(file, choose(file)?))))
        .collect();
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(file: &RevisionFile, change: Change) -> Revised {
    let header = file.header.header();
    Revised {
        path: file.path.clone(),
        previous_path: None,
        revision: file.header.revision().unwrap_or_default().to_owned(),
        down_revisions: header.map(|header| header.down_revisions.clone()).unwrap_or_default(),
        message: header.and_then(|header| header.message.clone()),
        change,
        judged: Judged::Wholly,
        through: Vec::new(),
    }
}

fn change_of(fate: Fate) -> Change {
    match fate {
        Fate::Added => Change::Added,
        Fate::Modified => Change::Modified,
        Fate::Deleted => Change::Deleted,
    }
}

fn judged(share: Share) -> Judged {
    match share {
        Share::Whole | Share::Meaning(_) => Judged::Wholly,
        Share::Form(lines) => Judged::Reformatted { lines },
        Share::Theirs | Share::Gone => Judged::Not,
    }
}
