//! The root of the index's cache-tree, read from the index's tail.
//!
//! Git keeps in the index, behind its entries, the ids of the trees that those entries make (the
//! extension `TREE`). Where the root is valid it is the very tree that git commits, and finding it
//! costs a few reads at the end of the file, however many entries stand before it. It is not valid
//! after a bare `git add`, in a partial commit, and while an entry is merely intended; then there
//! is no answer here.

use std::fs::File;
use std::io;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::snapshot::ObjectId;

/// What can be learned from the index without reading its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cached {
    /// There is no index file: nothing is staged.
    NoIndex,
    /// The tree that the index makes.
    Tree(ObjectId),
    /// The index says nothing about its tree.
    Unknown,
}

/// How many bytes are searched at a time: two pages of memory, which cost more than the reads.
const CHUNK: u64 = 8 * 1024;

/// How many extensions an index can have; git knows eight.
const EXTENSIONS: usize = 64;

/// Where the entries begin.
const HEADER: u64 = 12;

/// Reads the tree that an index makes, where the index says so. Ids are `width` bytes wide.
pub fn cached_tree(path: &Path, width: usize) -> io::Result<Cached> {
    match File::open(path) {
        Ok(file) => {
            let length = file.metadata()?.len();
            Ok(read_tree(file, length, width)?.map_or(Cached::Unknown, Cached::Tree))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Cached::NoIndex),
        Err(error) => Err(error),
    }
}

fn read_tree(file: impl Read + Seek, length: u64, width: usize) -> io::Result<Option<ObjectId>> {
    let Some(end) = length.checked_sub(width as u64).filter(|&end| end >= HEADER) else {
        return Ok(None);
    };
    let mut index = Index { file, end, width };
    let mut header = [0; HEADER as usize];
    index.read(0, &mut header)?;
    if !header.starts_with(b"DIRC") || !(2..=4).contains(&number(&header[4..])) {
        return Ok(None);
    }
    let entries = number(&header[8..]);
    match index.recorded_tree()? {
        Some(tree) => index.root(tree, entries),
        None => index.searched_root(entries),
    }
}

/// Reads a big-endian number of four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

/// An index file: a header, entries, extensions, and a trailer as wide as an id.
struct Index<F> {
    file: F,
    /// Where the trailer begins.
    end: u64,
    width: usize,
}

/// The content of an extension: from, to.
type Content = (u64, u64);

impl<F: Read + Seek> Index<F> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(into)
    }

    /// Finds the cache-tree where the last extension records the end of the entries (EOIE).
    fn recorded_tree(&mut self) -> io::Result<Option<Content>> {
        let size = 4 + self.width as u64;
        let Some(at) = self.end.checked_sub(8 + size).filter(|&at| at >= HEADER) else {
            return Ok(None);
        };
        match self.extension(at)? {
            Some((signature, content))
                if &signature == b"EOIE" && content == (at + 8, self.end) =>
            {
                let mut offset = [0; 4];
                self.read(at + 8, &mut offset)?;
                self.first_tree(u64::from(number(&offset)))
            }
            _ => Ok(None),
        }
    }

    /// Searches backwards for the cache-tree that extensions follow to the end of the file, and
    /// returns its root if that is valid for this many entries.
    fn searched_root(&mut self, entries: u32) -> io::Result<Option<ObjectId>> {
        let mut buffer = vec![0; CHUNK as usize + 3];
        let mut stop = self.end;
        while stop > HEADER {
            let start = stop.saturating_sub(CHUNK).max(HEADER);
            // A signature may lie across the border between two reads.
            let bytes = &mut buffer[..((stop + 3).min(self.end) - start) as usize];
            self.read(start, bytes)?;
            let mut rest = (stop - start) as usize;
            while let Some(at) = memchr::memrchr(b'T', &bytes[..rest]) {
                rest = at;
                if bytes[at..].starts_with(b"TREE") {
                    let here = start + at as u64;
                    if let Some(tree) = self.first_tree(here)?.filter(|tree| tree.0 == here + 8) {
                        return self.root(tree, entries);
                    }
                }
            }
            stop = start;
        }
        Ok(None)
    }

    /// Returns the content of the first cache-tree among the extensions from `at`, if those end
    /// where the trailer begins.
    fn first_tree(&mut self, mut at: u64) -> io::Result<Option<Content>> {
        let mut tree = None;
        for _ in 0..EXTENSIONS {
            if at == self.end {
                return Ok(tree);
            }
            let Some((signature, content)) = self.extension(at)? else { return Ok(None) };
            if &signature == b"TREE" && tree.is_none() {
                tree = Some(content);
            }
            at = content.1;
        }
        Ok(None)
    }

    /// Returns the signature and the content of the extension at a place.
    fn extension(&mut self, at: u64) -> io::Result<Option<([u8; 4], Content)>> {
        if at < HEADER || at + 8 > self.end {
            return Ok(None);
        }
        let mut signature = [0; 4];
        let mut size = [0; 4];
        self.read(at, &mut signature)?;
        self.file.read_exact(&mut size)?;
        let content = (at + 8, at + 8 + u64::from(number(&size)));
        let is_plausible = signature.iter().all(u8::is_ascii_alphabetic) && content.1 <= self.end;
        Ok(is_plausible.then_some((signature, content)))
    }

    /// Reads the root of a cache-tree, `NUL COUNT SP SUBTREES LF ID`, if it is valid and counts
    /// every entry.
    fn root(&mut self, (from, to): Content, entries: u32) -> io::Result<Option<ObjectId>> {
        let mut row = [0; 64];
        let row = &mut row[..(to - from).min(64) as usize];
        self.read(from, row)?;
        Ok(valid_root(row, entries, self.width))
    }
}

fn valid_root(row: &[u8], entries: u32, width: usize) -> Option<ObjectId> {
    let line = row.strip_prefix(b"\0")?;
    let end = memchr::memchr(b'\n', line)?;
    let (count, subtrees) = std::str::from_utf8(&line[..end]).ok()?.split_once(' ')?;
    subtrees.parse::<u32>().ok()?;
    // An invalid root counts -1.
    (count.parse::<u32>().ok()? == entries).then_some(())?;
    line.get(end + 1..end + 1 + width).map(ObjectId::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const ID: [u8; 20] = [7; 20];

    /// An index of one entry, with these extensions behind it.
    fn index(version: u8, name: &[u8], extensions: &[u8]) -> Vec<u8> {
        let header = [b"DIRC\0\0\0", &[version][..], &[0, 0, 0, 1]].concat();
        let entry = [&[0; 62], name, &[0; 8]].concat();
        [&header, &entry, extensions, &[0xee; 20]].concat()
    }

    fn extension(signature: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [signature, &(content.len() as u32).to_be_bytes()[..], content].concat()
    }

    fn tree(count: &str) -> Vec<u8> {
        extension(b"TREE", &[b"\0", count.as_bytes(), b" 0\n", &ID].concat())
    }

    fn read(index: &[u8]) -> Option<ObjectId> {
        read_tree(Cursor::new(index), index.len() as u64, 20).unwrap()
    }

    fn found() -> Option<ObjectId> {
        Some(ObjectId::from_bytes(&ID))
    }

    #[test]
    fn the_root_is_found_whatever_extensions_follow() {
        for after in [0, 1, 9, 8_000, 8_184, 8_192, 65_536, 300_000] {
            let extensions =
                [extension(b"REUC", b"x"), tree("1"), extension(b"UNTR", &vec![b'T'; after])]
                    .concat();
            for version in [2, 3, 4] {
                assert_eq!(
                    read(&index(version, b"a", &extensions)),
                    found(),
                    "{after} bytes, version {version}"
                );
            }
        }
    }

    #[test]
    fn a_root_that_is_not_valid_is_not_taken() {
        for count in ["-1", "2", "", "x", "1x"] {
            assert_eq!(read(&index(2, b"a", &tree(count))), None, "{count}");
        }
        assert_eq!(read(&index(2, b"a", b"")), None);
        assert_eq!(read(&index(5, b"a", &tree("1"))), None);
        assert_eq!(read(&index(2, b"a", &[tree("1"), b"rest".to_vec()].concat())), None);
    }

    #[test]
    fn names_and_contents_that_look_like_a_cache_tree_are_passed_over() {
        assert_eq!(read(&index(2, &tree("1"), b"")), None);
        let within = extension(b"UNTR", &[&b"zz"[..], &tree("1"), b"z"].concat());
        assert_eq!(read(&index(2, b"TREE", &within)), None);
        assert_eq!(read(&index(2, b"TREE", &[tree("1"), within].concat())), found());
    }

    #[test]
    fn a_recorded_end_of_entries_is_believed_only_if_the_extensions_fill_the_file() {
        let start = index(2, b"a", b"").len() - 20;
        let recorded = |at: usize, extensions: &[u8]| {
            let record = extension(b"EOIE", &[&(at as u32).to_be_bytes()[..], &[3; 20]].concat());
            read(&index(2, b"a", &[extensions, &record].concat()))
        };
        assert_eq!(recorded(start, &tree("1")), found());
        assert_eq!(
            recorded(start, &[extension(b"UNTR", &[0; 100_000]), tree("1")].concat()),
            found()
        );
        for wrong in [0, 12, start - 1, start + 1, 1 << 30] {
            assert_eq!(recorded(wrong, &tree("1")), found(), "recorded at {wrong}");
        }
        assert_eq!(recorded(start, b""), None);
    }

    #[test]
    fn an_index_that_breaks_off_says_nothing() {
        let whole = index(2, b"a", &tree("1"));
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn ids_may_be_wider() {
        let tree = extension(b"TREE", &[&b"\x001 0\n"[..], &[9; 32]].concat());
        let bytes = [index(2, b"a", &tree), vec![0; 12]].concat();
        let root = read_tree(Cursor::new(&bytes), bytes.len() as u64, 32).unwrap();
        assert_eq!(root, Some(ObjectId::from_bytes(&[9; 32])));
    }
}
