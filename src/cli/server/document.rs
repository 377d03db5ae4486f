//! An open document, judged as it stands in the editor.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::project_input::ProjectInput;
use crate::change::trees::Change;
use crate::change::{concern, project_input, review};
use crate::git::repository::Repository;
use crate::report::outline;
use crate::review::finding::{Finding, Review};
use crate::rule::raw_finding::Direction;
use crate::text::cut;
use crate::text::source::{Span, Text};

/// A document with what was found in it.
pub struct Document {
    /// The text in the editor.
    pub text: Rc<Text>,
    /// The path from the top of the work tree.
    pub path: String,
    /// What was found.
    pub review: Review,
    /// What it does, in order.
    pub operations: Vec<(Direction, String, Span)>,
    /// Why it could not be judged.
    pub trouble: Option<String>,
}

impl Document {
    /// Judges a document.
    pub fn judged(uri: &str, text: &str, overrides: &Overrides) -> Self {
        let judged = path_of(uri)
            .ok_or_else(|| format!("`{uri}` is no file"))
            .and_then(|path| judge(&path, text, overrides).map_err(|error| error.to_string()));
        let (path, review, operations, trouble) = match judged {
            Ok((path, review, operations)) => {
                let trouble = review.unverifiable.first().cloned();
                (path, review, operations, trouble)
            }
            Err(trouble) => (String::new(), Review::default(), Vec::new(), Some(trouble)),
        };
        Document { text: Rc::new(Text::new(text)), path, review, operations, trouble }
    }

    /// Returns the findings in this document.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.review.findings.iter().filter(|finding| *finding.raw.site.path == *self.path)
    }

    /// Judges the document with another text, and returns its findings.
    pub fn rejudged(&self, uri: &str, text: &str) -> Self {
        Document::judged(uri, text, &Overrides::default())
    }
}

/// What is found in a buffer: its path, the review, and what it does.
type Judged = (String, Review, Vec<(Direction, String, Span)>);

fn judge(file: &Path, text: &str, overrides: &Overrides) -> Result<Judged, Error> {
    let repository = Repository::open().ok();
    let mut change = Change::buffer(repository.as_ref(), file, text)?;
    let path = change.paths.first().cloned().unwrap_or_default();
    let inputs = match &repository {
        Some(repository) => project_input::inputs(repository, &mut change, overrides)?,
        None => match concern::concerned(&change, overrides)? {
            Some(concerned) => project_input::read_all(&change, concerned, overrides),
            None => Vec::new(),
        },
    };
    let review = match &repository {
        _ if inputs.is_empty() => Review::default(),
        Some(repository) => review::judge(repository, &inputs, &change, overrides),
        None => review::review_with(&inputs, &change, overrides, |_| Default::default()),
    };
    let operations = operations(&inputs, &path);
    Ok((path, review, operations))
}

fn operations(inputs: &[ProjectInput], path: &str) -> Vec<(Direction, String, Span)> {
    let Some(migration) = inputs.iter().find_map(|input| input.history.migration(path)) else {
        return Vec::new();
    };
    let scripts =
        [(Direction::Upgrade, &migration.upgrade), (Direction::Downgrade, &migration.downgrade)];
    let rows = scripts.into_iter().flat_map(|(direction, script)| {
        script.steps.iter().map(move |step| (direction, outline::title(step), step.site.span))
    });
    rows.collect()
}

/// Returns the path of a `file:` URI.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/C:/work` of Windows.
    let drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if drive { cut::from(&path, 1) } else { path.as_str() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_uri_is_decoded() {
        assert_eq!(path_of("file:///a%20b/%C3%A9.py"), Some(PathBuf::from("/a b/é.py")));
        assert_eq!(path_of("file:///C:/work/x.py"), Some(PathBuf::from("C:/work/x.py")));
        assert_eq!(path_of("untitled:x"), None);
    }
}
