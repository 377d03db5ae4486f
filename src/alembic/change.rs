//! What a change does to the revisions of a project.
//!
//! Files are paired by revision id, never by path: a renamed file is the same revision, and a file
//! with another id is another one. A revision is judged when it differs from what *every* parent
//! and upstream have under its id, so a merge does not judge what colleagues did.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::history::{self, History};
use crate::alembic::meaning::{self, Difference};
use crate::alembic::reads;
use crate::alembic::revision_file::RevisionFile;

/// A revision that differs from the first parent's.
#[derive(Clone, Debug, PartialEq)]
pub struct Paired {
    /// The path; of a deleted revision the path it had.
    pub path: Rc<str>,
    /// The path it had, where it moved.
    pub previous_path: Option<Rc<str>>,
    /// The revision id, where it can be known.
    pub revision: Option<String>,
    /// What happened to it.
    pub fate: Fate,
    /// How much of it is this change's doing.
    pub share: Share,
    /// The changed files that it reads.
    pub through: Vec<Rc<str>>,
}

/// What happened to a revision since the first parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It came.
    Added,
    /// Its file moved, or its content changed.
    Modified,
    /// It went.
    Deleted,
}

/// How much of a revision is this change's doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Share {
    /// Nothing: another parent or upstream has it like that.
    Theirs,
    /// It is new, or its file cannot be read.
    Whole,
    /// It moved or was reformatted, and means what it meant; the lines that differ, from 1.
    Form(Vec<usize>),
    /// It means something else now.
    Meaning(Difference),
    /// It is gone.
    Gone,
}

/// Pairs the revisions of a history with those of every parent and of upstream.
///
/// The answer holds what differs from the first parent: what is there in the order of `alembic
/// upgrade`, then what has no place in the graph, then what is gone. A revision whose file is as it
/// was differs where one of the `changed` files does that it reads.
pub fn pair(
    new: &History,
    parents: &[&History],
    upstream: Option<&History>,
    changed: &[Rc<str>],
) -> Vec<Paired> {
    let bases: Vec<&History> = parents.iter().copied().chain(upstream).collect();
    let before = parents.first().map_or(&[][..], |first| first.files());
    let (left, lost) = apart(new.files(), before);
    let left = match changed.is_empty() {
        true => left,
        false => new.files().iter().collect(),
    };
    let has_parents = !parents.is_empty();
    let paired =
        left.into_iter().filter_map(|file| paired(new, file, &bases, has_parents, changed));
    let mut paired: Vec<Paired> = paired.collect();
    if paired.len() > 1 {
        let order: HashMap<Rc<str>, usize> =
            new.graph().pending(&HashSet::new()).into_iter().zip(0..).collect();
        paired.sort_by_key(|one| {
            one.revision.as_deref().and_then(|id| order.get(id)).copied().unwrap_or(usize::MAX)
        });
    }
    paired.extend(gone(new, &lost, parents));
    paired
}

/// Leaves out the files that stand on both sides as they are: nearly all of two histories that
/// follow each other. Those that stand at other places remain, though they may be equal.
pub(crate) fn apart<'n, 'o>(
    new: &'n [RevisionFile],
    old: &'o [RevisionFile],
) -> (Vec<&'n RevisionFile>, Vec<&'o RevisionFile>) {
    let (mut left, mut lost) = (Vec::new(), Vec::new());
    let (mut at, mut other) = (0, 0);
    let stands = |at: usize, other: usize| match (new.get(at), old.get(other)) {
        (Some(file), Some(twin)) => is_as_it_was(file, twin),
        _ => false,
    };
    while at < new.len() && other < old.len() {
        let (is_new, is_old) = match () {
            () if stands(at, other) => (false, false),
            () if stands(at + 1, other) => (true, false),
            () if stands(at, other + 1) => (false, true),
            () => (true, true),
        };
        left.extend(new.get(at).filter(|_| is_new));
        lost.extend(old.get(other).filter(|_| is_old));
        (at, other) = (at + usize::from(is_new || !is_old), other + usize::from(is_old || !is_new));
    }
    left.extend(new.iter().skip(at));
    lost.extend(old.iter().skip(other));
    (left, lost)
}

/// Tells whether a file is the very one that stood there.
fn is_as_it_was(file: &RevisionFile, twin: &RevisionFile) -> bool {
    Rc::ptr_eq(&file.header, &twin.header)
        && history::is_same(&file.path, &twin.path)
        && (file.entry.id, file.entry.kind) == (twin.entry.id, twin.entry.kind)
}

/// Returns the file at the path of another one, if it is of the same revision.
fn twin<'a>(history: &'a History, file: &RevisionFile) -> Option<&'a RevisionFile> {
    let twin = history.file_at(&file.path);
    twin.filter(|twin| twin.header.revision() == file.header.revision())
}

/// Returns the files that a file may be compared with: those of its revision, of an unreadable one
/// that at its path.
fn counterparts<'a>(history: &'a History, file: &RevisionFile) -> Vec<&'a RevisionFile> {
    match file.header.revision() {
        Some(id) => history.files_of(id),
        None => history.file_at(&file.path).into_iter().collect(),
    }
}

fn paired(
    new: &History,
    file: &RevisionFile,
    bases: &[&History],
    has_parents: bool,
    changed: &[Rc<str>],
) -> Option<Paired> {
    let first = bases.first().filter(|_| has_parents);
    let stood = first.and_then(|base| twin(base, file));
    let is_as_it_was = stood.is_some_and(|other| other.entry == file.entry);
    let through = reads::read_by(new, file, changed);
    if is_as_it_was && through.is_empty() {
        return None;
    }
    let before = first.map(|base| counterparts(base, file)).unwrap_or_default();
    let same_place = before.iter().find(|other| other.path == file.path);
    // A second file of an id is no move of the first one, which stands where it stood.
    let twins = counterparts(new, file);
    let left = |other: &&&RevisionFile| !twins.iter().any(|twin| twin.path == other.path);
    let origin = same_place.or_else(|| before.iter().find(left));
    let share = share(new, file, bases, !through.is_empty());
    // What it reads may have been laid out in another way.
    if is_as_it_was && !matches!(share, Share::Meaning(_)) {
        return None;
    }
    Some(Paired {
        path: file.path.clone(),
        previous_path: origin.map(|other| other.path.clone()).filter(|path| *path != file.path),
        revision: file.header.revision().map(str::to_owned),
        fate: if origin.is_some() { Fate::Modified } else { Fate::Added },
        share,
        through,
    })
}

/// Compares a file with what all bases have of its revision; whoever is nearest counts.
fn share(new: &History, file: &RevisionFile, bases: &[&History], reads: bool) -> Share {
    let candidates: Vec<(&History, &RevisionFile)> = bases
        .iter()
        .flat_map(|base| counterparts(base, file).into_iter().map(move |other| (*base, other)))
        .collect();
    let read = new.migration(&file.path).filter(|_| reads);
    let is_read_alike = |base: &History| {
        read.as_ref()
            .is_none_or(|read| reads::are_same(&read.reads, new.snapshot(), base.snapshot()))
    };
    let is_same = |base: &History, other: &RevisionFile| {
        let same_bytes = other.entry.id == file.entry.id && other.entry.kind == file.entry.kind;
        same_bytes && is_read_alike(base)
    };
    let mut same = candidates.iter().filter(|(base, other)| is_same(base, other)).peekable();
    if same.peek().is_some() {
        return match same.any(|(_, other)| other.path == file.path) {
            true => Share::Theirs,
            false => Share::Form(Vec::new()),
        };
    }
    let Some(now) = new.migration(&file.path) else { return Share::Whole };
    let mut nearest: Option<Difference> = None;
    for (base, other) in candidates {
        let Some(then) = base.on(new.dialect()).migration(&other.path) else { continue };
        let difference = meaning::compare(&then, &now);
        if difference.is_none() {
            return Share::Form(meaning::changed_lines(&then.text, &now.text));
        }
        nearest = Some(nearest.map_or(difference, |nearest| nearest.min(difference)));
    }
    nearest.map_or(Share::Whole, Share::Meaning)
}

/// Returns what every parent has and the new tree has not: a merge that brings a colleague's
/// deletion deletes nothing.
fn gone(new: &History, lost: &[&RevisionFile], parents: &[&History]) -> Vec<Paired> {
    let others = parents.get(1..).unwrap_or_default();
    let is_lost = |file: &&&RevisionFile| {
        let readable = file.header.revision().is_some();
        let path_taken = !readable && new.file_at(&file.path).is_some();
        twin(new, file).is_none()
            && counterparts(new, file).is_empty()
            && !path_taken
            && others.iter().all(|other| !counterparts(other, file).is_empty())
    };
    let paired = |file: &&RevisionFile| Paired {
        path: file.path.clone(),
        previous_path: None,
        revision: file.header.revision().map(str::to_owned),
        fate: Fate::Deleted,
        share: Share::Gone,
        through: Vec::new(),
    };
    lost.iter().filter(is_lost).map(paired).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;
    use crate::snapshot::Snapshot;

    fn history(files: &[(&str, &str)]) -> History {
        let ini = (
            "alembic.ini",
            "[alembic]\nscript_location = m\nversion_locations = m/versions m/old\n",
        );
        let env = ("m/env.py", "from alembic import context");
        let snapshot = Rc::new(Snapshot::of(files.iter().copied().chain([ini, env])));
        History::read(
            &snapshot,
            &Rc::new(find(&snapshot, Search::Whole, &Settings::default()).remove(0)),
        )
    }

    fn emitted(new: &History, parents: &[&History], upstream: Option<&History>) -> Vec<String> {
        let share = |share: &Share| match share {
            Share::Theirs => "theirs".to_owned(),
            Share::Whole => "whole".to_owned(),
            Share::Form(lines) => format!("form {lines:?}"),
            Share::Meaning(_) => "meaning".to_owned(),
            Share::Gone => "gone".to_owned(),
        };
        let line = |one: &Paired| {
            let from =
                one.previous_path.as_ref().map(|path| format!(" from {path}")).unwrap_or_default();
            format!("{:?} {}{from}: {}", one.fate, one.path, share(&one.share))
        };
        pair(new, parents, upstream, &[]).iter().map(line).collect()
    }

    #[test]
    fn an_edit_inside_what_cannot_be_read_is_no_reformatting() {
        let revision = |code: &str| {
            format!(
                "from alembic import op\nimport shop\n\nrevision = 'a1'\ndown_revision = None\n\n\n\
                 def upgrade():\n    {code}\n"
            )
        };
        let [old, quoted, edited] = [
            "op.execute(shop.sql('a'))",
            "op.execute(\n        shop.sql(\"a\"),\n    )",
            "op.execute(shop.sql('b'))",
        ]
        .map(revision);
        let parent = history(&[("m/versions/a.py", &old)]);
        assert_eq!(
            emitted(&history(&[("m/versions/a.py", &quoted)]), &[&parent], None),
            ["Modified m/versions/a.py: form [9, 10, 11]"]
        );
        assert_eq!(
            emitted(&history(&[("m/versions/a.py", &edited)]), &[&parent], None),
            ["Modified m/versions/a.py: meaning"]
        );
    }

    const A: &str = "revision = 'a1'\ndown_revision = None\n";
    const B: &str = "revision = 'b1'\ndown_revision = 'a1'\n";
    const C: &str = "revision = 'c1'\ndown_revision = 'b1'\n";

    #[test]
    fn revisions_are_paired_by_id_and_not_by_path() {
        let old = history(&[("m/versions/a.py", A), ("m/versions/b.py", B)]);
        let moved = history(&[("m/versions/a.py", A), ("m/old/b_new.py", B)]);
        assert_eq!(
            emitted(&moved, &[&old], None),
            ["Modified m/old/b_new.py from m/versions/b.py: form []"]
        );
        let spaced =
            history(&[("m/versions/a.py", A), ("m/versions/b.py", &format!("\n# why\n{B}"))]);
        assert_eq!(emitted(&spaced, &[&old], None), ["Modified m/versions/b.py: form [1, 2]"]);
        let other = history(&[("m/versions/a.py", A), ("m/versions/b.py", C)]);
        assert_eq!(
            emitted(&other, &[&old], None),
            ["Added m/versions/b.py: whole", "Deleted m/versions/b.py: gone"]
        );
        let reparented =
            history(&[("m/versions/a.py", A), ("m/versions/b.py", &B.replace("'a1'", "None"))]);
        assert_eq!(emitted(&reparented, &[&old], None), ["Modified m/versions/b.py: meaning"]);
        let copied =
            history(&[("m/versions/a.py", A), ("m/versions/b.py", B), ("m/versions/b2.py", B)]);
        assert_eq!(emitted(&copied, &[&old], None).len(), 1);
        assert!(emitted(&copied, &[&old], None)[0].starts_with("Added m/versions/b2.py"));
    }

    #[test]
    fn a_merge_does_not_judge_what_the_other_side_did() {
        let ours = history(&[("m/versions/a.py", A)]);
        let theirs = history(&[("m/versions/a.py", A), ("m/versions/b.py", B)]);
        assert_eq!(emitted(&theirs, &[&ours, &theirs], None), ["Added m/versions/b.py: theirs"]);
        assert_eq!(emitted(&theirs, &[&ours], Some(&theirs)), ["Added m/versions/b.py: theirs"]);
        assert_eq!(emitted(&ours, &[&theirs, &ours], None), Vec::<String>::new());
        assert_eq!(emitted(&theirs, &[], None).len(), 2);
    }

    #[test]
    fn what_is_there_comes_in_the_order_in_which_it_is_deployed() {
        let new =
            history(&[("m/versions/1.py", C), ("m/versions/2.py", B), ("m/versions/3.py", A)]);
        let paths: Vec<_> = pair(&new, &[&history(&[])], None, &[])
            .into_iter()
            .map(|one| one.path.to_string())
            .collect();
        assert_eq!(paths, ["m/versions/3.py", "m/versions/2.py", "m/versions/1.py"]);
    }
}
