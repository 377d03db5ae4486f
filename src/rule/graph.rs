//! What rules of history need besides the graph: where a fact is reported, which part this change
//! adds, and the command.

use std::rc::Rc;

use crate::alembic::header::HeaderReading;
use crate::alembic::project::Origin;
use crate::alembic::revision_file::RevisionFile;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::revision_graph::Graph;
use crate::text::source::{Site, Span};

impl<'a> Graph<'a> {
    /// Tells whether this change adds or alters a file.
    pub fn is_changed(&self, path: &str) -> bool {
        self.changed.contains(path)
    }

    /// Returns the file of a revision.
    pub fn file(&self, revision: &str) -> Option<&'a RevisionFile> {
        self.history.file(revision)
    }

    /// Returns the file that a fact about several is reported at: the last one that this change
    /// adds or alters, else the one whose path sorts first.
    pub fn teller(&self, files: &[&'a RevisionFile]) -> Option<&'a RevisionFile> {
        let changed = files
            .iter()
            .filter(|file| self.is_changed(&file.path))
            .max_by_key(|file| file.path.clone());
        changed.or(files.iter().min_by_key(|file| file.path.clone())).copied()
    }

    /// Makes a finding at the place where a file names its revision, or at its beginning.
    pub fn hit_revision(&self, file: &RevisionFile, message: impl Into<String>) -> RawFinding {
        let span = file.header.header().map_or_else(Span::default, |header| header.revision_span);
        self.finding(file, span, message)
    }

    /// Makes a finding at the place where a file names its parents, or at its beginning.
    pub fn hit_parents(&self, file: &RevisionFile, message: impl Into<String>) -> RawFinding {
        let span =
            file.header.header().map_or_else(Span::default, |header| header.down_revision_span);
        self.finding(file, span, message)
    }

    /// Makes a finding on a place in a file.
    pub fn finding(
        &self,
        file: &RevisionFile,
        span: Span,
        message: impl Into<String>,
    ) -> RawFinding {
        let mut finding =
            RawFinding::at(Site { path: file.path.clone(), span }, Direction::File, message);
        finding.within = vec![span];
        finding.revision = file.header.revision().map(str::to_owned);
        finding
    }

    /// Adds which of some files this change brings in; where every revision is judged for itself,
    /// there is no change.
    pub fn blamed(&self, finding: RawFinding, files: &[&RevisionFile]) -> RawFinding {
        match self.blame(files) {
            Some(blame) => finding.note(blame),
            None if self.release.each_alone => finding,
            None => finding.note("it was so before this change"),
        }
    }

    fn blame(&self, files: &[&RevisionFile]) -> Option<String> {
        let changed: Vec<&str> = files
            .iter()
            .filter(|file| self.is_changed(&file.path))
            .map(|file| file.name())
            .collect();
        (!changed.is_empty()).then(|| format!("this change brings in {}", changed.join(" and ")))
    }

    /// Returns Alembic's command for this project, up to the verb.
    pub fn command(&self) -> String {
        match &self.project.origin {
            Origin::Ini { path, section } => {
                let ini = if path == "alembic.ini" { String::new() } else { format!(" -c {path}") };
                let name =
                    if section == "alembic" { String::new() } else { format!(" -n {section}") };
                format!("alembic{ini}{name}")
            }
            Origin::Pyproject { .. } | Origin::Folder => "alembic".to_owned(),
        }
    }

    /// Returns the ids of the revisions whose files could be read, as far as they are known.
    pub fn ids(&self) -> impl Iterator<Item = &'a Rc<str>> {
        self.history.graph().nodes().iter().map(|node| &node.id)
    }

    /// Tells whether something of the graph is out of sight: a folder outside of the tree, a header
    /// that a tool makes.
    pub fn is_partly_out_of_sight(&self) -> bool {
        let unread = |file: &RevisionFile| matches!(*file.header, HeaderReading::Unreadable(_));
        !self.project.outside.is_empty() || self.history.files().iter().any(unread)
    }
}
