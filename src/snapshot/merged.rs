//! Two snapshots merged in memory, as git would merge them: path by path, and line by line where
//! both changed a file.
//!
//! Folders are merged when somebody lists them, so that a merge in which one folder is asked about
//! costs that folder. What cannot be merged stays as it is on this side: git stops there, and
//! whoever merges decides.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::snapshot::memory::memory_id;
use crate::snapshot::record::Record;
use crate::snapshot::{Entry, Kind, Missing, ObjectId, Snapshot, Source};
use crate::text::merging::three_way;

/// The longest file that is merged line by line, in bytes.
const LONGEST: usize = 1 << 20;

/// A merge of two snapshots that grew from a third.
struct Merge {
    base: Rc<Snapshot>,
    ours: Rc<Snapshot>,
    theirs: Rc<Snapshot>,
    made: RefCell<HashMap<ObjectId, Vec<u8>>>,
}

/// What stands under one name in the three.
struct Triple<'a> {
    base: Option<&'a Entry>,
    ours: Option<&'a Entry>,
    theirs: Option<&'a Entry>,
}

impl Snapshot {
    /// Merges two snapshots that grew from `base`.
    pub fn merged(base: Rc<Snapshot>, ours: Rc<Snapshot>, theirs: Rc<Snapshot>) -> Self {
        Snapshot::new(Rc::new(Merge { base, ours, theirs, made: RefCell::default() }))
    }
}

impl Source for Merge {
    fn list(&self, folder: &str) -> Result<Rc<[Entry]>, Missing> {
        let [base, ours, theirs] =
            [&self.base, &self.ours, &self.theirs].map(|snapshot| by_name(&snapshot.list(folder)));
        let names: BTreeSet<&Rc<str>> =
            base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        let mut merged: Names = BTreeMap::new();
        let mut renamed = Vec::new();
        for name in names {
            let triple =
                Triple { base: base.get(name), ours: ours.get(name), theirs: theirs.get(name) };
            match self.moved(folder, &triple, [&base, &ours, &theirs])? {
                Some((name, entry)) => renamed.push((name.clone(), Entry { name, ..entry })),
                None => {
                    merged.extend(self.pick(folder, &triple)?.map(|entry| ((*name).clone(), entry)))
                }
            }
        }
        merged.extend(renamed);
        Ok(merged.into_values().collect())
    }

    fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Missing> {
        if let Some(bytes) = self.made.borrow().get(id) {
            return Ok(bytes.clone());
        }
        let [ours, theirs] = [&self.ours, &self.theirs].map(|snapshot| &snapshot.source);
        ours.blob(id).or_else(|missing| theirs.blob(id).map_err(|_| missing))
    }

    fn recall(&self, edition: u64, id: &ObjectId) -> Option<Record> {
        let is_made = self.made.borrow().contains_key(id);
        let [ours, theirs] = [&self.ours, &self.theirs];
        let recalled = || ours.recall(edition, id).or_else(|| theirs.recall(edition, id));
        if is_made { None } else { recalled() }
    }
}

impl Merge {
    /// Takes the side that changed a name; merges what both changed.
    fn pick(&self, folder: &str, triple: &Triple<'_>) -> Result<Option<Entry>, Missing> {
        let Triple { base, ours, theirs } = triple;
        if ours == theirs || theirs == base {
            return Ok(ours.cloned());
        }
        if ours == base {
            return Ok(theirs.cloned());
        }
        let kind = |entry: &Option<&Entry>| entry.map(|entry| entry.kind);
        match (ours, theirs) {
            (Some(ours), Some(_)) if kind(theirs) == Some(ours.kind) => match ours.kind {
                Kind::Folder => {
                    let name = format!("{folder}/{}", ours.name);
                    Ok(Some(Entry { id: memory_id(&name, b"merged"), ..(*ours).clone() }))
                }
                Kind::File => self.lines(folder, triple),
                Kind::Link | Kind::Submodule => Ok(Some((*ours).clone())),
            },
            // What one side took away and the other changed stays: git asks whoever merges.
            (ours, theirs) => Ok(ours.or(*theirs).cloned()),
        }
    }

    /// Merges a file that both sides changed.
    fn lines(&self, folder: &str, triple: &Triple<'_>) -> Result<Option<Entry>, Missing> {
        let (Some(ours), Some(theirs)) = (triple.ours, triple.theirs) else { return Ok(None) };
        if !ours.name.ends_with(".py") && !ours.name.ends_with(".ini") {
            return Ok(Some(ours.clone()));
        }
        let base = match triple.base {
            Some(base) => self.base.source.blob(&base.id)?,
            None => Vec::new(),
        };
        let texts = [base, self.blob(&ours.id)?, self.blob(&theirs.id)?];
        if texts.iter().any(|text| text.len() > LONGEST) {
            return Ok(Some(ours.clone()));
        }
        let texts = texts.map(|bytes| String::from_utf8(bytes).ok());
        let [Some(base), Some(mine), Some(other)] = texts else { return Ok(Some(ours.clone())) };
        Ok(Some(match three_way(&base, &mine, &other) {
            Some(text) => {
                let id = memory_id(&format!("{folder}/{}", ours.name), text.as_bytes());
                self.made.borrow_mut().insert(id, text.into_bytes());
                Entry { id, ..ours.clone() }
            }
            None => ours.clone(),
        }))
    }
}

/// What stands in a folder, by name.
type Names = BTreeMap<Rc<str>, Entry>;

/// From which likeness on git takes two files for one that was renamed.
const ALIKE: f64 = 0.5;

impl Merge {
    /// Finds the new name of a file that one side renamed and the other changed, with what it holds
    /// then.
    fn moved(
        &self,
        folder: &str,
        triple: &Triple<'_>,
        [base, ours, theirs]: [&Names; 3],
    ) -> Result<Option<(Rc<str>, Entry)>, Missing> {
        let (was, changed, mover, is_ours) = match (triple.base, triple.ours, triple.theirs) {
            (Some(was), None, Some(changed)) if was != changed => (was, changed, ours, true),
            (Some(was), Some(changed), None) if was != changed => (was, changed, theirs, false),
            _ => return Ok(None),
        };
        let is_file = [was, changed].iter().all(|entry| entry.kind == Kind::File);
        let new = || mover.iter().filter(|(name, _)| !base.contains_key(*name));
        if let Some((name, _)) = new().find(|(_, entry)| entry.id == was.id) {
            return Ok(Some((name.clone(), changed.clone())));
        }
        if !is_file || !was.name.ends_with(".py") {
            return Ok(None);
        }
        let text = |id: &ObjectId| {
            let bytes = self.base.source.blob(id).or_else(|_| self.blob(id));
            bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let old = text(&was.id)?;
        let mut best: Option<(f64, &Rc<str>, String)> = None;
        for (name, entry) in new().filter(|(name, _)| name.ends_with(".py")) {
            let candidate = text(&entry.id)?;
            let like = likeness(&old, &candidate);
            if like >= ALIKE && best.as_ref().is_none_or(|(most, ..)| like > *most) {
                best = Some((like, name, candidate));
            }
        }
        let Some((_, name, renamed)) = best else { return Ok(None) };
        let changed = text(&changed.id)?;
        let (mine, other) = if is_ours { (&renamed, &changed) } else { (&changed, &renamed) };
        let merged = three_way(&old, mine, other).unwrap_or_else(|| renamed.clone());
        let id = memory_id(&format!("{folder}/{name}"), merged.as_bytes());
        self.made.borrow_mut().insert(id, merged.into_bytes());
        Ok(Some((name.clone(), Entry { id, ..was.clone() })))
    }
}

fn by_name(entries: &[Entry]) -> Names {
    entries.iter().map(|entry| (entry.name.clone(), entry.clone())).collect()
}

/// How much of two texts is the same, in lines, from 0 to 1.
fn likeness(one: &str, other: &str) -> f64 {
    let mut left: HashMap<&str, usize> = HashMap::new();
    one.lines().for_each(|line| *left.entry(line).or_default() += 1);
    let shared = other.lines().filter(|line| match left.get_mut(line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    });
    let most = one.lines().count().max(other.lines().count()).max(1);
    shared.count() as f64 / most as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(
        base: &[(&str, &str)],
        ours: &[(&str, &str)],
        theirs: &[(&str, &str)],
    ) -> Vec<String> {
        let made = [base, ours, theirs].map(|files| Rc::new(Snapshot::of(files.iter().copied())));
        let [base, ours, theirs] = made;
        let merged = Snapshot::merged(base, ours, theirs);
        let row = |entry: &Entry| {
            let text =
                merged.text(&format!("v/{}", entry.name)).map(|text| text.content().to_owned());
            format!("{}={}", entry.name, text.unwrap_or_default())
        };
        merged.list("v").iter().map(row).collect()
    }

    #[test]
    fn each_side_brings_what_it_changed() {
        let base = [("v/a", "1"), ("v/b", "1"), ("v/c", "1")];
        let ours = [("v/a", "2"), ("v/b", "1"), ("v/d", "new")];
        let theirs = [("v/a", "1"), ("v/c", "1"), ("v/e", "new")];
        assert_eq!(merged(&base, &ours, &theirs), ["a=2", "d=new", "e=new"]);
    }

    #[test]
    fn files_that_both_changed_are_merged_by_lines_and_else_stay_ours() {
        let text = |first: &str, last: &str| format!("{first}\n1\n2\n3\n{last}\n");
        let (base, ours, theirs) = (text("a", "z"), text("A", "z"), text("a", "Z"));
        let one = |text| [("v/m.py", text)];
        let found = merged(&one(base.as_str()), &one(ours.as_str()), &one(theirs.as_str()));
        assert_eq!(found, [format!("m.py={}", text("A", "Z"))]);
        let torn = text("B", "z");
        let found = merged(&one(base.as_str()), &one(ours.as_str()), &one(torn.as_str()));
        assert_eq!(found, [format!("m.py={ours}")]);
    }

    #[test]
    fn a_file_that_one_side_renamed_takes_what_the_other_changed() {
        let found = merged(&[("v/a.py", "1")], &[("v/b.py", "1")], &[("v/a.py", "2")]);
        assert_eq!(found, ["b.py=2"]);
    }
}
