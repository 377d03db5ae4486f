//! The header of a revision file, found without parsing it.
//!
//! A history of 5,000 revisions must cost little more than reading its blobs. Nearly every file
//! assigns plain literals at its top, so lines are walked with just enough of Python's layout
//! (strings, brackets, continuations) to know which ones are statements of the top level. Whatever
//! is not plain is said to be so, and left to the parser.

use std::sync::LazyLock;

use memchr::memmem;

use crate::alembic::literal::{Cursor, Literal};
use crate::text::cut;
use crate::text::source::Span;

const NAMES: [&str; 4] = ["revision", "down_revision", "branch_labels", "depends_on"];

/// What a file assigns to the four names; the last assignment counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// `revision`.
    pub revision: Option<(Literal, Span)>,
    /// `down_revision`.
    pub down_revision: Option<(Literal, Span)>,
    /// `branch_labels`.
    pub branch_labels: Option<(Literal, Span)>,
    /// `depends_on`.
    pub depends_on: Option<(Literal, Span)>,
    /// The content of the module docstring.
    pub docstring: Option<String>,
}

/// Reads the assignments of a file; nothing where only a parser can tell.
pub(crate) fn scan(content: &str) -> Option<Assigned> {
    let mut assigned = Assigned::default();
    let mut at = 0;
    let mut first = true;
    while at < content.len() {
        let line = cut::from(content, at);
        match line.as_bytes()[0] {
            b'\n' | b'\r' | b'#' | 0x0c => {
                at += memchr::memchr(b'\n', line.as_bytes()).map_or(line.len(), |end| end + 1)
            }
            b'd' | b'c' | b'a' | b'@' if opens_body(line) => {
                return nothing_below(line).then_some(assigned);
            }
            _ => {
                if std::mem::take(&mut first) {
                    assigned.docstring = docstring(content, at);
                }
                match assignment(content, at)? {
                    Some((name, literal, end)) => {
                        *slot(&mut assigned, name) = Some((literal, Span::new(at, end)))
                    }
                    None if names_indented(line) => return None,
                    None => {}
                }
                at = next_line(content, at)?;
            }
        }
    }
    Some(assigned)
}

/// Tells whether a function, a class or a decorator begins here: headers stand before.
fn opens_body(line: &str) -> bool {
    line.starts_with("def ")
        || line.starts_with("class ")
        || line.starts_with("async ")
        || line.starts_with('@')
}

/// Tells whether no line of the rest begins with one of the names; a string may hold such a line,
/// and then the parser is asked for nothing.
fn nothing_below(rest: &str) -> bool {
    static PARTS: LazyLock<[memmem::Finder<'static>; 3]> =
        LazyLock::new(|| ["revision", "branch_labels", "depends_on"].map(memmem::Finder::new));
    let stands_first = |at: usize| {
        let start = cut::to(rest, at).rfind('\n').map_or(0, |newline| newline + 1);
        NAMES.contains(&word(cut::from(rest, start)))
    };
    !PARTS.iter().any(|part| part.find_iter(rest.as_bytes()).any(stands_first))
}

fn word(line: &str) -> &str {
    let length =
        line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    cut::to(line, length)
}

/// Tells whether an indented line assigns one of the names: under an `if` or a `try`, say.
fn names_indented(line: &str) -> bool {
    let body = line.trim_start_matches([' ', '\t']);
    let name = word(body);
    body.len() < line.len()
        && NAMES.contains(&name)
        && cut::from(body, name.len()).trim_start().starts_with(['=', ':', ','])
}

fn slot<'a>(assigned: &'a mut Assigned, name: &str) -> &'a mut Option<(Literal, Span)> {
    match name {
        "revision" => &mut assigned.revision,
        "down_revision" => &mut assigned.down_revision,
        "branch_labels" => &mut assigned.branch_labels,
        _ => &mut assigned.depends_on,
    }
}

/// Reads the docstring that may stand at `at`, with its escapes as they are written.
fn docstring(content: &str, at: usize) -> Option<String> {
    let prefix = cut::from(content, at)
        .bytes()
        .take_while(|byte| matches!(byte, b'r' | b'R' | b'u' | b'U'))
        .count();
    let mut cursor = Cursor::new(content, at + prefix);
    let quoted = matches!(cursor.peek(), Some(b'"' | b'\''));
    let text = quoted.then(|| cursor.string(true))??;
    cursor.ends_line().then(|| text.to_owned())
}

/// Reads the assignment to one of the names that stands at `at`: its name, value and end.
///
/// The outer `None` says that the line concerns a name in a way that only a parser can read.
#[expect(clippy::option_option, reason = "the outer one gives up, the inner one goes on")]
fn assignment(content: &str, at: usize) -> Option<Option<(&str, Literal, usize)>> {
    let name = word(cut::from(content, at));
    if !NAMES.contains(&name) {
        return Some(None);
    }
    let mut cursor = Cursor::new(content, at + name.len());
    cursor.skip_blanks();
    if cursor.peek() == Some(b':') {
        match annotated(content, cursor.at() + 1) {
            Some(equals) => cursor = Cursor::new(content, equals),
            None => return Some(None),
        }
    }
    if cursor.peek() != Some(b'=') {
        return None;
    }
    let mut cursor = Cursor::new(content, cursor.at() + 1);
    cursor.skip_blanks();
    let literal = cursor.literal()?;
    let end = cursor.at();
    cursor.ends_line().then_some(Some((name, literal, end)))
}

/// Finds the `=` behind an annotation on the same logical line.
fn annotated(content: &str, from: usize) -> Option<usize> {
    let end = next_line(content, from)?;
    let mut depth = 0_usize;
    for (offset, byte) in content.as_bytes()[from..end].iter().enumerate() {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 => return Some(from + offset),
            b'#' => return None,
            _ => {}
        }
    }
    None
}

/// Returns where the logical line that `at` stands on ends; nothing where a string or a bracket is
/// never closed.
fn next_line(content: &str, mut at: usize) -> Option<usize> {
    let bytes = content.as_bytes();
    let mut depth = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' if depth == 0 => return Some(at + 1),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'#' => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                continue;
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'\\' => at += if bytes.get(at + 1) == Some(&b'\r') { 2 } else { 1 },
            _ => {}
        }
        at += 1;
    }
    (depth == 0).then_some(bytes.len())
}

/// Tells whether a statement of the top level may assign to a name; only a parser knows more. What
/// stands in strings, comments, functions and classes assigns nothing there.
pub(crate) fn may_assign(content: &str, name: &str) -> bool {
    let mut at = 0;
    while at < content.len() {
        let line = cut::from(content, at);
        let Some(end) = next_line(content, at) else { return true };
        let is_inner = line.starts_with([' ', '\t', '\n', '#']) || opens_body(line);
        if !is_inner && names(cut::between(content, at, end), name) {
            return true;
        }
        at = end;
    }
    false
}

/// Tells whether a logical line holds a name outside of strings and comments, and not as an
/// attribute of something.
fn names(line: &str, name: &str) -> bool {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b'"' | b'\'' => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return true,
            },
            _ if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let found = word(cut::from(line, at));
                if found == name && (at == 0 || bytes[at - 1] != b'.') {
                    return true;
                }
                at += found.len();
            }
            _ => at += 1,
        }
    }
    false
}

/// Returns where the string that opens at `at` ends.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    let tripled = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    let mut at = at + if tripled { 3 } else { 1 };
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', &bytes[at.min(bytes.len())..])?;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' if !tripled => return None,
            b'\n' => at += 1,
            _ if !tripled => return Some(at + 1),
            _ if bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) => {
                return Some(at + 3);
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_statement_of_the_top_level_may_assign_is_left_to_the_parser() {
        for may in [
            "(revision, down_revision) = 'a', None\n",
            "x = 1; down_revision = None\n",
            "x = down_revision = None\n",
            "(\n    revision,\n    down_revision,\n) = head()\n",
            "x = f'{1}'; [down_revision] = 'a'\n",
            "x, \\\n  down_revision = 1, 2\n",
            "x = '''never closed\ndown_revision = 1\n",
        ] {
            assert!(may_assign(may, "down_revision"), "{may}");
        }
        for never in [
            "script.down_revision = None\n",
            "TEXT = '''\nrevision = 'a'\ndown_revision = None\n'''\n",
            "# down_revision = None\n",
            "def show(down_revision):\n    down_revision = f(\n down_revision)\n",
            "class Script:\n    down_revision: str = ''\n",
            "x = 1  # down_revision\n",
            "x = 'down_revision'\n",
        ] {
            assert!(!may_assign(never, "down_revision"), "{never}");
        }
    }
}
