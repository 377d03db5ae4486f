//! Files that a verb would write: what they are now, and what they would be.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::snapshot::Snapshot;
use crate::text::merging::patch;

/// Files that a verb would write.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What each file would hold, by its path, with the path it has now.
    files: BTreeMap<String, DraftFile>,
}

/// One file of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFile {
    /// The path it has now; nothing where it is new.
    pub was: Option<String>,
    /// What it would hold.
    pub text: String,
}

impl Draft {
    /// Adds a new file.
    pub fn add(&mut self, path: String, text: String) {
        self.files.insert(path, DraftFile { was: None, text });
    }

    /// Changes a file, and its path where `to` is another one.
    pub fn change(&mut self, path: &str, to: String, text: String) {
        let was = self.files.remove(path).map_or(Some(path.to_owned()), |file| file.was);
        self.files.insert(to, DraftFile { was, text });
    }

    /// Returns the files by their new paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &DraftFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Tells whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the tree that the draft would make of another.
    pub fn over(&self, tree: &Rc<Snapshot>) -> Rc<Snapshot> {
        let written = self
            .files
            .iter()
            .map(|(path, file)| (path.clone(), Some(file.text.clone().into_bytes())));
        let gone = self.files.iter().filter_map(|(path, file)| {
            file.was.as_ref().filter(|was| *was != path).map(|was| (was.clone(), None))
        });
        let gone: Vec<(String, Option<Vec<u8>>)> = gone.collect();
        Rc::new(Snapshot::edited(tree.clone(), written.chain(gone)))
    }

    /// Shows what would change as `git diff` does.
    pub fn diff(&self, tree: &Snapshot) -> String {
        let of = |(path, file): (&String, &DraftFile)| {
            let old = file.was.as_ref().and_then(|was| tree.text(was));
            let old = old.map(|text| text.content().to_owned()).unwrap_or_default();
            let moved = file.was.as_ref().filter(|was| *was != path);
            let renamed = moved.map(|was| format!("rename from {was}\nrename to {path}\n"));
            format!("{}{}", renamed.unwrap_or_default(), patch(path, &old, &file.text))
        };
        self.files.iter().map(of).collect()
    }
}
