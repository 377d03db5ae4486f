//! What a change does to the revisions of a project.
//!
//! Files are paired by revision id, never by path: a renamed file is the same revision, and a file
//! with another id is another one. A revision is judged when it differs from what *every* parent
//! and upstream have under its id, so a merge does not judge what colleagues did.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::meaning::{self, Difference};
use crate::alembic::reads;
use crate::alembic::revision_file::RevisionFile;
use crate::text::map::Map;

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
    let bases: Vec<Indexed<'_>> =
        parents.iter().copied().chain(upstream).map(Indexed::new).collect();
    let here = Indexed::new(new);
    let mut paired: Vec<Paired> = new
        .files()
        .iter()
        .filter_map(|file| paired(&here, file, &bases, !parents.is_empty(), changed))
        .collect();
    if paired.len() > 1 {
        let order: HashMap<Rc<str>, usize> =
            new.graph().pending(&HashSet::new()).into_iter().zip(0..).collect();
        paired.sort_by_key(|one| {
            one.revision.as_deref().and_then(|id| order.get(id)).copied().unwrap_or(usize::MAX)
        });
    }
    paired.extend(gone(&here, parents));
    paired
}

/// A history with its files by revision id; unreadable ones by path.
struct Indexed<'a> {
    history: &'a History,
    /// Made once somebody asks: most files stand where they stood.
    by_id: OnceCell<Map<&'a str, Vec<&'a RevisionFile>>>,
}

impl<'a> Indexed<'a> {
    fn new(history: &'a History) -> Self {
        Indexed { history, by_id: OnceCell::new() }
    }

    fn by_id(&self) -> &Map<&'a str, Vec<&'a RevisionFile>> {
        self.by_id.get_or_init(|| {
            let mut by_id: Map<&str, Vec<&RevisionFile>> = Map::default();
            for file in self.history.files() {
                if let Some(id) = file.header.revision() {
                    by_id.entry(id).or_default().push(file);
                }
            }
            by_id
        })
    }

    /// Returns the file at the path of another one, if it is of the same revision.
    fn twin(&self, file: &RevisionFile) -> Option<&'a RevisionFile> {
        let twin = self.history.file_at(&file.path);
        twin.filter(|twin| twin.header.revision() == file.header.revision())
    }

    /// Returns the files that a file may be compared with: those of its revision, of an unreadable
    /// one that at its path.
    fn counterparts(&self, file: &RevisionFile) -> Vec<&'a RevisionFile> {
        match file.header.revision() {
            Some(id) => self.by_id().get(id).cloned().unwrap_or_default(),
            None => self.history.file_at(&file.path).into_iter().collect(),
        }
    }
}

fn paired(
    here: &Indexed<'_>,
    file: &RevisionFile,
    bases: &[Indexed<'_>],
    has_parents: bool,
    changed: &[Rc<str>],
) -> Option<Paired> {
    let new = here.history;
    let first = bases.first().filter(|_| has_parents);
    let stood = first.and_then(|base| base.twin(file));
    let is_as_it_was = stood.is_some_and(|other| other.entry == file.entry);
    let through = reads::read_by(new, file, changed);
    if is_as_it_was && through.is_empty() {
        return None;
    }
    let before = first.map(|base| base.counterparts(file)).unwrap_or_default();
    let same_place = before.iter().find(|other| other.path == file.path);
    // A second file of an id is no move of the first one, which stands where it stood.
    let twins = here.counterparts(file);
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
fn share(new: &History, file: &RevisionFile, bases: &[Indexed<'_>], reads: bool) -> Share {
    let candidates: Vec<(&Indexed<'_>, &RevisionFile)> = bases
        .iter()
        .flat_map(|base| base.counterparts(file).into_iter().map(move |other| (base, other)))
        .collect();
    let read = new.migration(&file.path).filter(|_| reads);
    let is_read_alike = |base: &Indexed<'_>| {
        read.as_ref().is_none_or(|read| {
            reads::are_same(&read.reads, new.snapshot(), base.history.snapshot())
        })
    };
    let is_same = |base: &Indexed<'_>, other: &RevisionFile| {
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
        let Some(then) = base.history.on(new.dialect()).migration(&other.path) else { continue };
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
fn gone(here: &Indexed<'_>, parents: &[&History]) -> Vec<Paired> {
    let Some((first, others)) = parents.split_first() else { return Vec::new() };
    let others: Vec<Indexed<'_>> = others.iter().map(|other| Indexed::new(other)).collect();
    let lost = |file: &&RevisionFile| {
        let readable = file.header.revision().is_some();
        let path_taken = !readable && here.history.file_at(&file.path).is_some();
        here.twin(file).is_none()
            && here.counterparts(file).is_empty()
            && !path_taken
            && others.iter().all(|other| !other.counterparts(file).is_empty())
    };
    let paired = |file: &RevisionFile| Paired {
        path: file.path.clone(),
        previous_path: None,
        revision: file.header.revision().map(str::to_owned),
        fate: Fate::Deleted,
        share: Share::Gone,
        through: Vec::new(),
    };
    first.files().iter().filter(lost).map(paired).collect()
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
