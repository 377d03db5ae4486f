//! Raw trees: their rows and the names in them.
//!
//! A tree object is a run of rows `MODE SP NAME NUL ID`, ordered as if the names of folders ended
//! in a slash.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

use crate::snapshot::{Entry, Kind, ObjectId};

/// One row of a raw tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The name as git holds it.
    pub name: &'a [u8],
    /// What stands there.
    pub kind: Kind,
    /// The id of the tree, the blob or the commit.
    pub id: ObjectId,
}

/// The rows of a raw tree, in their order.
#[derive(Clone, Debug)]
pub struct TreeRows<'a> {
    rest: &'a [u8],
    width: usize,
}

/// A tree breaks off in the middle of a row, or a row is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

impl<'a> TreeRows<'a> {
    /// Reads the rows of a tree whose ids are `width` bytes wide.
    pub fn new(raw: &'a [u8], width: usize) -> Self {
        TreeRows { rest: raw, width }
    }

    /// Skips the rows with which two trees go on alike, and returns how many those are: most rows of
    /// a folder in which a file has changed.
    pub fn skip_common(&mut self, other: &mut TreeRows<'_>) -> usize {
        let mut skipped = 0;
        while let Some(nul) = memchr::memchr(0, self.rest) {
            let end = nul + 1 + self.width;
            match (self.rest.split_at_checked(end), other.rest.split_at_checked(end)) {
                (Some((row, rest)), Some((twin, others))) if row == twin => {
                    (self.rest, other.rest) = (rest, others);
                    skipped += 1;
                }
                _ => break,
            }
        }
        skipped
    }

    fn row(&mut self) -> Option<Row<'a>> {
        let space = memchr::memchr(b' ', self.rest)?;
        let nul = space + memchr::memchr(0, &self.rest[space..])?;
        let id = self.rest.get(nul + 1..nul + 1 + self.width)?;
        let kind = kind(&self.rest[..space])?;
        let row = Row { name: &self.rest[space + 1..nul], kind, id: ObjectId::from_bytes(id) };
        self.rest = &self.rest[nul + 1 + self.width..];
        Some(row)
    }
}

impl<'a> Iterator for TreeRows<'a> {
    type Item = Result<Row<'a>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let row = self.row();
        if row.is_none() {
            self.rest = &[];
        }
        Some(row.ok_or(Broken))
    }
}

impl Row<'_> {
    /// Makes an entry of a snapshot of this row.
    pub fn entry(&self) -> Entry {
        Entry { name: Rc::from(readable(self.name)), kind: self.kind, id: self.id }
    }

    /// Compares two rows in git's order. Only rows that are both folders, or both not, are ever
    /// equal.
    pub fn order(&self, other: &Row<'_>) -> Ordering {
        let (left, right) = (self.kind == Kind::Folder, other.kind == Kind::Folder);
        let common = self.name.len().min(other.name.len());
        let after = |name: &[u8], folder: bool| {
            name.get(common).copied().unwrap_or(if folder { b'/' } else { 0 })
        };
        self.name[..common]
            .cmp(&other.name[..common])
            .then_with(|| after(self.name, left).cmp(&after(other.name, right)))
            .then_with(|| self.name.len().cmp(&other.name.len()))
            .then_with(|| left.cmp(&right))
    }
}

/// Reads a mode in octal digits.
fn kind(mode: &[u8]) -> Option<Kind> {
    let octal = |sum: u32, digit: &u8| match digit {
        b'0'..=b'7' if sum < 0o1_000_000 => Some(sum * 8 + u32::from(digit - b'0')),
        _ => None,
    };
    match mode.iter().try_fold(0, octal)? & 0o170_000 {
        0o040_000 => Some(Kind::Folder),
        0o100_000 => Some(Kind::File),
        0o120_000 => Some(Kind::Link),
        0o160_000 => Some(Kind::Submodule),
        _ => None,
    }
}

/// Writes a name as text: bytes that are not UTF-8 become `\xNN`, and so does a backslash in such a
/// name.
///
/// A slash, `.` and `..`, which no honest tree holds as names, are escaped too, so that a path
/// always says where something stands.
pub fn readable(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok(text) if !matches!(text, "" | "." | "..") && !name.contains(&b'/') => {
            Cow::Borrowed(text)
        }
        _ => Cow::Owned(escaped(name)),
    }
}

fn escaped(name: &[u8]) -> String {
    let whole = matches!(name, b"." | b"..");
    let mut out = String::new();
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' | '/' => out.push_str(&format!("\\x{:02x}", u32::from(character))),
                '.' if whole => out.push_str("\\x2e"),
                _ => out.push(character),
            }
        }
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(rows: &[(&str, &[u8])]) -> Vec<u8> {
        let row =
            |(mode, name): &(&str, &[u8])| [mode.as_bytes(), b" ", name, b"\0", &[7; 20]].concat();
        rows.iter().flat_map(row).collect()
    }

    #[test]
    fn rows_of_every_kind_are_read() {
        let rows: &[(&str, &[u8])] = &[
            ("100755", b"a"),
            ("120000", b"b"),
            ("160000", b"c"),
            ("40000", b"d"),
            ("100664", b"e"),
        ];
        let kinds: Vec<Kind> = TreeRows::new(&raw(rows), 20).map(|row| row.unwrap().kind).collect();
        assert_eq!(kinds, [Kind::File, Kind::Link, Kind::Submodule, Kind::Folder, Kind::File]);
    }

    #[test]
    fn a_tree_that_breaks_off_is_broken_and_not_short() {
        let whole = raw(&[("100644", b"a"), ("40000", b"bb")]);
        for end in 1..whole.len() {
            let rows: Vec<_> = TreeRows::new(&whole[..end], 20).collect();
            assert_eq!(rows.iter().any(Result::is_err), end != 29, "cut at {end}");
        }
    }

    #[test]
    fn folders_are_ordered_as_if_their_names_ended_in_a_slash() {
        let row =
            |name: &'static [u8], kind| Row { name, kind, id: ObjectId::from_bytes(&[0; 20]) };
        let mut rows = [
            row(b"a", Kind::Folder),
            row(b"a0", Kind::File),
            row(b"a.b", Kind::File),
            row(b"a", Kind::File),
        ];
        rows.sort_by(Row::order);
        let names: Vec<_> = rows.iter().map(|row| (row.name, row.kind == Kind::Folder)).collect();
        assert_eq!(names, [(&b"a"[..], false), (b"a.b", false), (b"a", true), (b"a0", false)]);
        assert_ne!(row(b"a/", Kind::File).order(&row(b"a", Kind::Folder)), Ordering::Equal);
    }

    #[test]
    fn names_that_are_not_text_are_written_with_escapes() {
        assert_eq!(readable("é\\x.py".as_bytes()), "é\\x.py");
        assert_eq!(readable(b"caf\xe9\\.py"), "caf\\xe9\\x5c.py");
        assert_eq!(readable(b".."), "\\x2e\\x2e");
        assert_eq!(readable(b"a/b"), "a\\x2fb");
    }
}
