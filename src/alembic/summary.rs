//! What a history needs of a revision's bytes, written down so that they need not be read again:
//! its header, whether it may touch what it does not name, words of a dialect, what it imports, and
//! all its words.
//!
//! All of it follows from the bytes alone. What the parser or other files have a say in is not
//! written down.

use crate::alembic::dialect_words;
use crate::alembic::header::{Header, HeaderReading, Trouble, Unreadable};
use crate::alembic::words;
use crate::snapshot::record::Record;
use crate::text::source::Span;

/// What a file of this edition was read by: the digest of the very source that says what stands in
/// a summary, so that no summary outlives a change to it.
pub const EDITION: u64 = {
    let sources: [&[u8]; 8] = [
        env!("CARGO_PKG_VERSION").as_bytes(),
        include_bytes!("summary.rs"),
        include_bytes!("dialect_words.rs"),
        include_bytes!("header.rs"),
        include_bytes!("scan.rs"),
        include_bytes!("literal.rs"),
        include_bytes!("words.rs"),
        include_bytes!("../text/source.rs"),
    ];
    let mut digest = 0xcbf2_9ce4_8422_2325;
    let mut source = 0;
    while source < sources.len() {
        digest = folded(digest, sources[source]);
        source += 1;
    }
    digest
};

/// FNV-1a.
const fn folded(mut digest: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        digest = (digest ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    digest
}

/// What was written down about a revision file, but for its header.
#[derive(Clone, Debug)]
pub struct Summary {
    record: Record,
    computes_names: bool,
    dialect_words: u8,
    /// Where the roots begin, and where the words do.
    roots: usize,
    words: usize,
}

/// A summary, and the header where that follows from the bytes alone.
pub type Read = (Option<HeaderReading>, Summary);

impl Summary {
    /// Reads what was written down; nothing where it is not in order.
    pub fn read(record: Record) -> Option<Read> {
        let mut cursor = Cursor { bytes: record.bytes(), at: 0 };
        let header = match cursor.byte()? {
            0 => None,
            1 => Some(HeaderReading::Read(read_header(&mut cursor)?)),
            _ => Some(HeaderReading::Unreadable(read_unreadable(&mut cursor)?)),
        };
        let (computes_names, dialect_words) = (cursor.byte()? != 0, cursor.byte()?);
        let roots = cursor.at;
        (0..cursor.number()?).try_for_each(|_| cursor.text().map(drop))?;
        let words = cursor.at;
        let count = cursor.number()?;
        let is_whole = cursor.bytes.len() - cursor.at == count.checked_mul(4)?;
        let summary = || Summary { record, computes_names, dialect_words, roots, words };
        is_whole.then(|| (header, summary()))
    }

    /// Tells whether the file may touch what it does not name ([`words::computes_names`]).
    pub fn computes_names(&self) -> bool {
        self.computes_names
    }

    /// Returns which words of a dialect the file holds ([`dialect_words::words_in`]).
    pub(crate) fn dialect_words(&self) -> u8 {
        self.dialect_words
    }

    /// Tells whether the file imports a module with such a first name ([`words::imported_roots`]).
    pub fn imports(&self, is_it: &dyn Fn(&str) -> bool) -> bool {
        let mut cursor = Cursor { bytes: self.record.bytes(), at: self.roots };
        let count = cursor.number().unwrap_or_default();
        (0..count).any(|_| cursor.text().is_some_and(is_it))
    }

    /// Tells whether the file may hold a word of this hash ([`words::short_hash`]); it does not
    /// where it is said not to.
    pub fn may_hold(&self, hash: u32) -> bool {
        let words = self.record.bytes().get(self.words + 4..).unwrap_or_default();
        let (words, _) = words.as_chunks::<4>();
        words.binary_search_by_key(&hash, |word| u32::from_le_bytes(*word)).is_ok()
    }
}

/// Writes down what follows from the bytes of a file; `scanned` is what the scan of its header found.
pub fn written(bytes: &[u8], scanned: Option<&HeaderReading>) -> Vec<u8> {
    let mut out = Vec::new();
    match scanned {
        None => out.push(0),
        Some(HeaderReading::Read(header)) => {
            out.push(1);
            write_header(header, &mut out);
        }
        Some(HeaderReading::Unreadable(unreadable)) => {
            out.push(2);
            write_unreadable(unreadable, &mut out);
        }
    }
    out.push(u8::from(words::computes_names(bytes)));
    out.push(dialect_words::words_in(bytes));
    let mut roots: Vec<&str> = words::imported_roots(bytes).collect();
    roots.sort_unstable();
    roots.dedup();
    write_texts(roots.iter().copied(), &mut out);
    let hashes = hashes(bytes);
    write_number(hashes.len(), &mut out);
    hashes.iter().for_each(|hash| out.extend_from_slice(&hash.to_le_bytes()));
    out
}

/// The hashes of the words of a text, each once, sorted.
fn hashes(bytes: &[u8]) -> Vec<u32> {
    // Most words stand there many times. A place holds the last one that belongs there.
    let mut places = [None; 512];
    let mut hashes: Vec<u32> = Vec::new();
    for hash in words::words(bytes).map(words::short_hash) {
        let place = &mut places[hash as usize % places.len()];
        if *place != Some(hash) {
            *place = Some(hash);
            hashes.push(hash);
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn write_header(header: &Header, out: &mut Vec<u8>) {
    let Header { revision, down_revisions, depends_on, branch_labels, message, .. } = header;
    write_text(revision, out);
    for texts in [down_revisions, depends_on, branch_labels] {
        write_texts(texts.iter().map(String::as_str), out);
    }
    write_texts(message.iter().map(String::as_str), out);
    write_span(header.revision_span, out);
    write_span(header.down_revision_span, out);
}

fn read_header(cursor: &mut Cursor<'_>) -> Option<Header> {
    Some(Header {
        revision: cursor.owned()?,
        down_revisions: cursor.texts()?,
        depends_on: cursor.texts()?,
        branch_labels: cursor.texts()?,
        message: cursor.last()?,
        revision_span: cursor.span()?,
        down_revision_span: cursor.span()?,
    })
}

fn write_unreadable(unreadable: &Unreadable, out: &mut Vec<u8>) {
    let trouble = TROUBLES.iter().position(|trouble| *trouble == unreadable.trouble);
    out.push(trouble.unwrap_or(TROUBLES.len()) as u8);
    write_text(&unreadable.why, out);
    write_span(unreadable.span, out);
    write_texts(unreadable.revision.iter().map(String::as_str), out);
}

fn read_unreadable(cursor: &mut Cursor<'_>) -> Option<Unreadable> {
    Some(Unreadable {
        trouble: *TROUBLES.get(usize::from(cursor.byte()?))?,
        why: cursor.owned()?,
        span: cursor.span()?,
        revision: cursor.last()?,
    })
}

/// What can be the matter with a header that is read from bytes, by the number that is written.
const TROUBLES: [Trouble; 5] = [
    Trouble::NoRevision,
    Trouble::Refused,
    Trouble::Computed,
    Trouble::Generated,
    Trouble::NotSource,
];

fn write_number(number: usize, out: &mut Vec<u8>) {
    // Nothing in a file of at most a MiB is more than that.
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_number(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

fn write_texts<'a>(texts: impl ExactSizeIterator<Item = &'a str>, out: &mut Vec<u8>) {
    write_number(texts.len(), out);
    texts.for_each(|text| write_text(text, out));
}

fn write_span(span: Span, out: &mut Vec<u8>) {
    write_number(span.start, out);
    write_number(span.end, out);
}

/// A place in a record.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<usize> {
        let four = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(four)).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn owned(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        // A count that lies ends where the bytes do.
        (0..self.number()?).map(|_| self.owned()).collect()
    }

    /// The last of some texts, where there are any.
    fn last(&mut self) -> Option<Option<String>> {
        let mut last = None;
        for _ in 0..self.number()? {
            last = Some(self.text()?);
        }
        Some(last.map(str::to_owned))
    }

    fn span(&mut self) -> Option<Span> {
        Some(Span::new(self.number()?, self.number()?))
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    use crate::alembic::header;

    const FILES: [&str; 9] = [
        "",
        "revision = 'b1'\ndown_revision = None\n",
        "\"\"\"add email\n\nRevision ID: b1\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
         revision = 'b1'\ndown_revision = ('a1', 'a2')\nbranch_labels = ['l']\ndepends_on = 'd'\n\n\
         def upgrade():\n    op.add_column('users', sa.Column('e', sa.Text))\n",
        "from app.models import User\nfrom . import x\nrevision = 'b1'\ndown_revision = 'a1'\n\
         op.create_index(f'ix_{name}', 't', postgresql_concurrently=True)\n",
        "revision = make()\ndown_revision = None\n",
        "revision = 'b1'\ndown_revision = ''\n",
        "revision = 3\ndown_revision = 'a'\n",
        "version https://git-lfs.github.com/spec/v1\n",
        "revision = 'b1'\0\n",
    ];

    fn record(bytes: Vec<u8>) -> Record {
        let range = 0..bytes.len();
        Record::new(&Rc::new(bytes), range).unwrap()
    }

    fn summary(file: &[u8]) -> Vec<u8> {
        written(file, header::scan(file, "").as_ref())
    }

    #[test]
    fn what_is_read_is_what_was_found_in_the_bytes() {
        for file in FILES.map(str::as_bytes) {
            let (header, summary) = Summary::read(record(summary(file))).unwrap();
            assert_eq!(header, header::scan(file, ""), "{file:?}");
            assert_eq!(summary.computes_names(), words::computes_names(file));
            assert_eq!(summary.dialect_words(), dialect_words::words_in(file));
            for root in ["app", ".", "sqlalchemy", "os"] {
                let imports = words::imported_roots(file).any(|it| it == root);
                assert_eq!(summary.imports(&|it| it == root), imports, "{root} in {file:?}");
            }
            for word in ["users", "email", "b1", "B1", "ix_", "nothing"] {
                let holds = words::words(file).any(|it| it.eq_ignore_ascii_case(word.as_bytes()));
                let may = summary.may_hold(words::short_hash(word.as_bytes()));
                assert_eq!(may, holds, "{word} in {file:?}");
            }
        }
    }

    #[test]
    fn a_name_of_a_file_says_nothing_where_a_header_is_read_from_bytes() {
        for file in FILES.map(str::as_bytes) {
            assert_eq!(header::scan(file, "0a1b.py"), header::scan(file, ""), "{file:?}");
        }
    }

    #[test]
    fn a_record_that_breaks_off_or_lies_is_none_and_never_a_panic() {
        for file in FILES.map(str::as_bytes) {
            let whole = summary(file);
            for end in 0..whole.len() {
                assert!(Summary::read(record(whole[..end].to_vec())).is_none(), "cut at {end}");
            }
            for at in 0..whole.len() {
                for byte in [0, 1, 2, 0x7f, 0xff] {
                    let mut lying = whole.clone();
                    lying[at] = byte;
                    if let Some((_, summary)) = Summary::read(record(lying)) {
                        let _any_answer_is_one = summary.imports(&|_| false)
                            || summary.may_hold(words::short_hash(b"x"));
                    }
                }
            }
        }
    }
}
