//! The four names at the head of a revision, read as Alembic 1.20 takes them.

use crate::alembic::literal::Literal;
use crate::alembic::scan::{self, Assigned};
use crate::text::source::{Span, Text};

/// What a revision says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `revision`.
    pub revision: String,
    /// `down_revision`; empty at a base.
    pub down_revisions: Vec<String>,
    /// `depends_on`.
    pub depends_on: Vec<String>,
    /// `branch_labels`.
    pub branch_labels: Vec<String>,
    /// The first line of the module docstring.
    pub message: Option<String>,
    /// Where `revision` is assigned.
    pub revision_span: Span,
    /// Where `down_revision` is assigned.
    pub down_revision_span: Span,
}

/// A header that was read, or why it could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderReading {
    /// It was read.
    Read(Header),
    /// It was not, or Alembic would refuse it.
    Unreadable(Unreadable),
}

/// A header that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is the matter with it.
    pub trouble: Trouble,
    /// The reason, as a clause.
    pub why: String,
    /// Where.
    pub span: Span,
    /// The revision id, where at least that is known.
    pub revision: Option<String>,
}

/// What is the matter with a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// There is no `revision`: a module that is no migration, which Alembic loads all the same and
    /// stops at.
    NoRevision,
    /// Alembic stops at what it finds.
    Refused,
    /// It is computed, and reading without running cannot tell what it is.
    Computed,
    /// `down_revision` is computed by a tool that is known to do so (alembic-git-revisions).
    Generated,
    /// It is a symbolic link, a submodule or an LFS pointer, or no text.
    NotSource,
    /// Its bytes could not be had.
    Missing,
}

impl HeaderReading {
    /// Returns the header if it was read.
    pub fn header(&self) -> Option<&Header> {
        match self {
            HeaderReading::Read(header) => Some(header),
            HeaderReading::Unreadable(_) => None,
        }
    }

    /// Returns the revision id, where at least that is known.
    pub fn revision(&self) -> Option<&str> {
        match self {
            HeaderReading::Read(header) => Some(&header.revision),
            HeaderReading::Unreadable(unreadable) => unreadable.revision.as_deref(),
        }
    }

    fn unreadable(trouble: Trouble, why: impl Into<String>) -> Self {
        let (why, span, revision) = (why.into(), Span::default(), None);
        HeaderReading::Unreadable(Unreadable { trouble, why, span, revision })
    }

    /// Makes the reading of an entry that is no source file.
    pub fn not_source(why: &str) -> Self {
        HeaderReading::unreadable(Trouble::NotSource, why)
    }

    /// Makes the reading of a file that Python does not take for source.
    fn refused(why: &str) -> Self {
        HeaderReading::unreadable(Trouble::Refused, why)
    }

    /// Makes the reading of a file that cannot be evaluated.
    pub(crate) fn computed(why: &str) -> Self {
        HeaderReading::unreadable(Trouble::Computed, why)
    }

    /// Makes the reading of a file that does not parse as far as its header.
    pub(crate) fn broken(why: &str, span: Span) -> Self {
        let why = format!("it does not parse: {why}");
        HeaderReading::Unreadable(Unreadable {
            trouble: Trouble::Refused,
            why,
            span,
            revision: None,
        })
    }

    /// Makes the reading of a file whose bytes could not be had.
    pub fn missing() -> Self {
        HeaderReading::unreadable(Trouble::Missing, "its content could not be had")
    }
}

/// Reads the header of a file from its bytes; nothing where only a parser can tell.
pub(crate) fn scan(bytes: &[u8], name: &str) -> Option<HeaderReading> {
    if bytes.starts_with(b"version https://git-lfs") {
        return Some(HeaderReading::not_source("it is a pointer of Git LFS"));
    }
    if memchr::memchr(0, bytes).is_some() {
        let why = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                "it is UTF-16, and Python reads source as UTF-8 (save it as UTF-8)"
            }
            _ => "it holds null bytes, and Python refuses source with them",
        };
        return Some(HeaderReading::refused(why));
    }
    let assigned = match std::str::from_utf8(bytes) {
        Ok(content) if !content.contains('\r') => {
            scan::scan(content.strip_prefix('\u{feff}').unwrap_or(content))
        }
        Ok(_) | Err(_) => scan::scan(Text::decode(bytes).content()),
    };
    let plain = assigned
        .filter(|assigned| assigned.revision.is_some() && assigned.down_revision.is_some())?;
    Some(judge(plain, name))
}

/// Decides as Alembic would on what a file assigns.
pub fn judge(assigned: Assigned, name: &str) -> HeaderReading {
    let (revision, revision_span) = match revision_of(&assigned, name) {
        Ok(revision) => revision,
        Err(unreadable) => return HeaderReading::Unreadable(unreadable),
    };
    match linked(&assigned, revision.clone(), revision_span) {
        Ok(header) => HeaderReading::Read(header),
        Err(unreadable) => {
            HeaderReading::Unreadable(Unreadable { revision: Some(revision), ..unreadable })
        }
    }
}

fn revision_of(assigned: &Assigned, name: &str) -> Result<(String, Span), Unreadable> {
    let refuse = |trouble, why: &str, span| Unreadable {
        trouble,
        why: why.to_owned(),
        span,
        revision: None,
    };
    match &assigned.revision {
        Some((Literal::Text(revision), span)) if !revision.is_empty() => {
            Ok((revision.clone(), *span))
        }
        Some((Literal::Unknown(why), span)) => Err(refuse(Trouble::Computed, why, *span)),
        Some((_, span)) => {
            Err(refuse(Trouble::Refused, "`revision` is not a string that names something", *span))
        }
        None => {
            legacy_revision(name).map(|revision| (revision, Span::default())).ok_or_else(|| {
                refuse(Trouble::NoRevision, "it assigns no `revision`", Span::default())
            })
        }
    }
}

/// Takes the id from a file name of hexadecimal digits, as Alembic still does for files of version
/// 0.1.
fn legacy_revision(name: &str) -> Option<String> {
    let stem = name.strip_suffix(".py")?;
    let hex =
        !stem.is_empty() && stem.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    hex.then(|| stem.to_owned())
}

fn linked(
    assigned: &Assigned,
    revision: String,
    revision_span: Span,
) -> Result<Header, Unreadable> {
    let Some((down, down_revision_span)) = &assigned.down_revision else {
        let why = "it assigns no `down_revision`".to_owned();
        return Err(Unreadable {
            trouble: Trouble::Refused,
            why,
            span: revision_span,
            revision: None,
        });
    };
    Ok(Header {
        revision,
        down_revisions: ids("down_revision", down, *down_revision_span)?,
        depends_on: optional_ids("depends_on", assigned.depends_on.as_ref())?,
        branch_labels: optional_ids("branch_labels", assigned.branch_labels.as_ref())?,
        message: assigned.docstring.as_deref().and_then(first_line),
        revision_span,
        down_revision_span: *down_revision_span,
    })
}

fn optional_ids(name: &str, value: Option<&(Literal, Span)>) -> Result<Vec<String>, Unreadable> {
    match value {
        None => Ok(Vec::new()),
        Some((Literal::Text(text), _)) if text.is_empty() => Ok(Vec::new()),
        Some((value, span)) => ids(name, value, *span),
    }
}

/// Reads what may be nothing, one id or several; everything else makes Alembic stop.
fn ids(name: &str, value: &Literal, span: Span) -> Result<Vec<String>, Unreadable> {
    let refuse = |trouble, why| Unreadable { trouble, why, span, revision: None };
    let one = |value: &Literal| match value {
        Literal::Text(text) if text.is_empty() => {
            Err(refuse(Trouble::Refused, format!("`{name}` is an empty string")))
        }
        Literal::Text(text) => Ok(text.clone()),
        Literal::Unknown(why) => Err(refuse(computed(why), why.clone())),
        Literal::Generator => Err(refuse(
            Trouble::Refused,
            format!("`{name}` is a generator, which Alembic finds empty when it looks again"),
        )),
        Literal::None | Literal::Number | Literal::Items(_) => {
            Err(refuse(Trouble::Refused, format!("`{name}` holds something that is not a string")))
        }
    };
    match value {
        Literal::None => Ok(Vec::new()),
        Literal::Items(items) => items.iter().map(one).collect(),
        other => one(other).map(|id| vec![id]),
    }
}

/// Tells a tool that is known to compute `down_revision` from everything else that is computed.
fn computed(why: &str) -> Trouble {
    if why.contains("get_down_revision") { Trouble::Generated } else { Trouble::Computed }
}

/// Returns what people say of a migration; what Alembic's template adds is no message.
fn first_line(docstring: &str) -> Option<String> {
    let is_template = |line: &str| {
        ["Revision ID:", "Revises:", "Create Date:"].iter().any(|word| line.starts_with(word))
    };
    docstring
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !is_template(line))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::cut;

    fn scanned(content: &str) -> Option<HeaderReading> {
        scan(content.as_bytes(), "x1_y.py")
    }

    #[test]
    fn plain_headers_are_read_without_a_parser() {
        let file = "\"\"\"add email\n\nRevision ID: b1\n\"\"\"\nfrom alembic import op\n\n\
            revision: str = 'b1'  # id\n\
                    down_revision: Union[str, Sequence[str], None] = (\n    'a1',  # one\n    \"a2\"\n)\n\
                    branch_labels = ['l']\ndepends_on = {'d1'}\n\n\n\
                    def upgrade():\n    revision = 2\n";
        let Some(HeaderReading::Read(header)) = scanned(file) else { unreachable!("it is plain") };
        assert_eq!(
            (header.revision.as_str(), header.down_revisions),
            ("b1", vec!["a1".to_owned(), "a2".to_owned()])
        );
        assert_eq!(
            (header.branch_labels, header.depends_on),
            (vec!["l".to_owned()], vec!["d1".to_owned()])
        );
        assert_eq!(header.message.as_deref(), Some("add email"));
        assert_eq!(
            cut::between(file, header.revision_span.start, header.revision_span.end),
            "revision: str = 'b1'"
        );
    }

    #[test]
    fn what_the_template_writes_is_no_message() {
        assert_eq!(first_line("\n\nRevision ID: b1\nRevises: a1\nCreate Date: 2026-01-01\n"), None);
        assert_eq!(first_line("\nRevision ID: b1\n\nadd email\n").as_deref(), Some("add email"));
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        let head = "revision = 'b1'\ndown_revision = None\n";
        for odd in [
            "revision = make()\ndown_revision = None\n",
            "revision = f'b1'\ndown_revision = None\n",
            "revision = 'a' + 'b'\ndown_revision = None\n",
            "revision = 'a' 'b'\ndown_revision = None\n",
            "revision, down_revision = 'a', None\n",
            "revision = 'a'\ndown_revision = 'b', 'c'\n",
            "revision = 'a'\ndown_revision = [x for x in 'bc']\n",
            "revision = 'a'\n",
            "def f():\n    pass\nrevision = 'a'\ndown_revision = None\n",
            &format!("{head}if x:\n    revision = 'c'\n"),
            &format!("{head}def f():\n    pass\n\ndown_revision = 'c'\n"),
            &format!("{head}x = '''\n"),
        ] {
            assert_eq!(scanned(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_alembic_refuses_is_unreadable() {
        let why = |content: &str| match scanned(content) {
            Some(HeaderReading::Unreadable(unreadable)) => {
                (unreadable.trouble, unreadable.revision)
            }
            other => unreachable!("{other:?}"),
        };
        assert_eq!(why("revision = 1\ndown_revision = None\n"), (Trouble::Refused, None));
        assert_eq!(
            why("revision = 'a'\ndown_revision = ''\n"),
            (Trouble::Refused, Some("a".to_owned()))
        );
        assert_eq!(
            why("revision = 'a'\ndown_revision = ('b', None)\n"),
            (Trouble::Refused, Some("a".to_owned()))
        );
        assert_eq!(
            why("version https://git-lfs.github.com/spec/v1\noid sha256:1\n").0,
            Trouble::NotSource
        );
        assert_eq!(why("revision = 'a'\0").0, Trouble::Refused);
    }

    #[test]
    fn no_input_makes_the_scan_stumble() {
        let pieces = [
            "revision",
            " = ",
            "'",
            "\"\"\"",
            "(",
            ")",
            "[",
            "é",
            "\\",
            "\n",
            "#",
            ":",
            ",",
            "down_revision",
            "None",
            "\r\n",
            " ",
            "{",
            "u",
            "@",
        ];
        // A small linear congruence is random enough, and the same everywhere.
        let mut seed = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            let _answer = scanned(&text);
        }
    }
}
