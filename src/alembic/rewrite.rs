//! The header of a revision, written again: one id for another, every other byte as it was.

use crate::alembic::header::{self, Header};
use crate::text::source::Span;

/// Lets a revision follow another one: `down_revision` and the docstring's `Revises:`. Nothing
/// where the file does not write its parent as a plain string.
pub fn follow(content: &str, name: &str, old: Option<&str>, new: &str) -> Option<String> {
    let header = read(content, name)?;
    let written = content.get(header.down_revision_span.start..header.down_revision_span.end)?;
    let at = header.down_revision_span.start;
    let value = match old {
        Some(old) => id_in(written, old)?,
        None => {
            let equals = written.find('=')? + 1;
            let none = equals + written.get(equals..)?.find("None")?;
            let text = replaced(content, Span::new(at + none, at + none + 4), &quoted(new));
            return Some(revises(&text, "None", new));
        }
    };
    let text = replaced(content, Span::new(at + value.start, at + value.end), new);
    Some(revises(&text, old.unwrap_or_default(), new))
}

/// Gives a revision another id: `revision` and the docstring's `Revision ID:`.
pub fn call(content: &str, name: &str, new: &str) -> Option<String> {
    let header = read(content, name)?;
    let (old, span) = (header.revision.as_str(), header.revision_span);
    let value = id_in(content.get(span.start..span.end)?, old)?;
    let text = replaced(content, Span::new(span.start + value.start, span.start + value.end), new);
    Some(docstring_line(&text, "Revision ID:", old, new))
}

fn read(content: &str, name: &str) -> Option<Header> {
    header::scan(content.as_bytes(), name)?.header().cloned()
}

/// Finds the first quoted `id` behind the sign of an assignment.
fn id_in(written: &str, id: &str) -> Option<Span> {
    let equals = written.find('=')?;
    let quotes = ['\'', '"'];
    let found = quotes.iter().filter_map(|quote| {
        let at = written.get(equals..)?.find(&format!("{quote}{id}{quote}"))?;
        Some(equals + at + 1)
    });
    found.min().map(|start| Span::new(start, start + id.len()))
}

fn replaced(content: &str, span: Span, new: &str) -> String {
    let (before, behind) = (content.get(..span.start), content.get(span.end..));
    format!("{}{new}{}", before.unwrap_or_default(), behind.unwrap_or_default())
}

fn quoted(id: &str) -> String {
    format!("\"{id}\"")
}

/// Writes another parent on the line `Revises:`. A base has nothing behind it, or `None`.
fn revises(content: &str, old: &str, new: &str) -> String {
    let text = docstring_line(content, "Revises:", old, new);
    match text == content && old == "None" {
        true => docstring_line(content, "Revises:", "", new),
        false => text,
    }
}

/// Replaces an id on the first line that begins with a label.
fn docstring_line(content: &str, label: &str, old: &str, new: &str) -> String {
    let mut at = 0;
    for line in content.split_inclusive('\n') {
        let body = line.trim_end_matches(['\r', '\n']);
        let rest = body.trim_start().strip_prefix(label);
        if let Some(ids) = rest {
            let start = at + body.len() - ids.len();
            let ids: Vec<&str> = ids.split(',').map(str::trim).collect();
            if let Some(place) = ids.iter().position(|id| *id == old) {
                let mut ids = ids;
                ids[place] = new;
                let end = at + body.len();
                return replaced(content, Span::new(start, end), &format!(" {}", ids.join(", ")));
            }
            return content.to_owned();
        }
        at += line.len();
    }
    content.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\"\"\"add email\n\nRevision ID: b1\nRevises: a1\nCreate Date: 2026-01-01\n\
        \"\"\"\nrevision: str = 'b1'\n\
                        down_revision: Union[str, None] = 'a1'  # a1\n\n\n\
                        def upgrade():\n    op.execute('a1 b1')\n";

    #[test]
    fn a_new_parent_changes_two_places_and_no_other_byte() {
        let text = follow(FILE, "b1.py", Some("a1"), "c9").unwrap_or_default();
        assert_eq!(
            text,
            FILE.replace("Revises: a1", "Revises: c9").replace("= 'a1'  #", "= 'c9'  #")
        );
        assert_eq!(follow(FILE, "b1.py", Some("zz"), "c9"), None);
    }

    #[test]
    fn a_base_gets_its_first_parent() {
        let base = FILE.replace("Revises: a1", "Revises: ").replace("= 'a1'", "= None");
        let text = follow(&base, "b1.py", None, "c9").unwrap_or_default();
        assert!(text.contains("Revises: c9\n") && text.contains("= \"c9\"  # a1"), "{text}");
    }

    #[test]
    fn a_new_id_changes_two_places_and_no_other_byte() {
        let text = call(FILE, "b1.py", "0007").unwrap_or_default();
        assert_eq!(
            text,
            FILE.replace("Revision ID: b1", "Revision ID: 0007").replace("= 'b1'", "= '0007'")
        );
    }

    #[test]
    fn line_endings_stay_as_they_are() {
        let crlf = FILE.replace('\n', "\r\n");
        let text = follow(&crlf, "b1.py", Some("a1"), "c9").unwrap_or_default();
        assert!(text.contains("Revises: c9\r\n") && !text.replace("\r\n", "").contains('\n'));
    }
}
