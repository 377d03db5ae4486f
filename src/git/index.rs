//! The root of the index's cache-tree, read from the index's tail.
//!
//! Git keeps in the index, behind its entries, the ids of the trees that those entries make (the extension `TREE`).
//! Where the root is valid it is the very tree that git commits, and finding it costs a few reads at the end of the
//! file, however many entries stand before it. It is not valid after a bare `git add`, in a partial commit, and while
//! an entry is merely intended; then there is no answer here.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
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

/// How many bytes are read at a time.
const CHUNK: u64 = 64 * 1024;

/// Reads the tree that an index makes, where the index says so. Ids are `width` bytes wide.
pub fn cached_tree(path: &Path, width: usize) -> io::Result<Cached> {
    match File::open(path) {
        Ok(mut file) => {
            let length = file.metadata()?.len();
            Ok(read_tree(&mut file, length, width)?.map_or(Cached::Unknown, Cached::Tree))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Cached::NoIndex),
        Err(error) => Err(error),
    }
}

fn read_tree(index: &mut (impl Read + Seek), length: u64, width: usize) -> io::Result<Option<ObjectId>> {
    let Some(end) = length.checked_sub(width as u64).filter(|&end| end >= 12) else { return Ok(None) };
    let header = bytes_at(index, 0, 12)?;
    let version = number(&header[4..]);
    if !header.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return Ok(None);
    }
    let mut tail = Tail { index, end, start: end, bytes: Vec::new(), width };
    tail.tree(number(&header[8..]))
}

fn bytes_at(index: &mut (impl Read + Seek), at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    index.seek(SeekFrom::Start(at))?;
    index.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads a big-endian number of four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

/// The part of an index that has been read so far, backwards from its trailer.
struct Tail<'a, I> {
    index: &'a mut I,
    /// Where the trailer begins.
    end: u64,
    /// Where `bytes` begin; they reach to `end`.
    start: u64,
    bytes: Vec<u8>,
    width: usize,
}

impl<I: Read + Seek> Tail<'_, I> {
    /// Finds the cache-tree and returns its root, if that is valid for this many entries.
    fn tree(&mut self, entries: u32) -> io::Result<Option<ObjectId>> {
        self.read_back(CHUNK)?;
        if let Some(at) = self.extensions()? {
            // The end of the entries is recorded (EOIE), and the extensions from there fill the file exactly.
            return Ok(self.chain(at).and_then(|tree| root(self.slice(tree), entries, self.width)));
        }
        let mut searched = self.bytes.len();
        loop {
            let found = memchr::memmem::rfind(&self.bytes[..searched], b"TREE");
            if let Some(at) = found {
                let tree = self.chain(self.start + at as u64).filter(|tree| tree.0 == self.start + at as u64 + 8);
                if let Some(root) = tree.and_then(|tree| root(self.slice(tree), entries, self.width)) {
                    return Ok(root.into());
                }
                searched = at + 3;
            } else if self.start <= 12 {
                return Ok(None);
            } else {
                // A signature may lie across the border between two reads.
                let overlap = self.bytes.len().min(3);
                let more = self.read_back((self.bytes.len() as u64).max(CHUNK))?;
                searched = more + overlap;
            }
        }
    }

    /// Reads some more bytes in front of those that are there, and returns how many.
    fn read_back(&mut self, length: u64) -> io::Result<usize> {
        let start = self.start.saturating_sub(length).max(12).min(self.start);
        let more = (self.start - start) as usize;
        let mut bytes = bytes_at(self.index, start, more)?;
        bytes.append(&mut self.bytes);
        (self.bytes, self.start) = (bytes, start);
        Ok(more)
    }

    fn slice(&self, (from, to): (u64, u64)) -> &[u8] {
        &self.bytes[(from - self.start) as usize..(to - self.start) as usize]
    }

    /// Returns where the extensions begin, if the last of them records it and they fill the file from there.
    fn extensions(&mut self) -> io::Result<Option<u64>> {
        let size = 8 + 4 + self.width;
        let Some(record) = self.bytes.len().checked_sub(size).map(|at| &self.bytes[at..]) else { return Ok(None) };
        if !record.starts_with(b"EOIE") || number(&record[4..]) as usize != size - 8 {
            return Ok(None);
        }
        let at = u64::from(number(&record[8..]));
        if !(12..self.end).contains(&at) {
            return Ok(None);
        }
        if at < self.start {
            self.read_back(self.start - at)?;
        }
        Ok(self.fills(at).then_some(at))
    }

    /// Tells whether extensions, one after the other from `at`, end exactly where the trailer begins.
    fn fills(&self, mut at: u64) -> bool {
        while at < self.end {
            let Some((_, _, end)) = self.extension(at) else { return false };
            at = end;
        }
        at == self.end
    }

    /// Returns the extension at a place: its signature, where its content begins and where it ends.
    fn extension(&self, at: u64) -> Option<([u8; 4], u64, u64)> {
        let header = self.bytes.get((at - self.start) as usize..)?.get(..8)?;
        let signature = <[u8; 4]>::try_from(&header[..4]).ok()?;
        let end = at + 8 + u64::from(number(&header[4..]));
        (signature.iter().all(u8::is_ascii_alphabetic) && end <= self.end).then_some((signature, at + 8, end))
    }

    /// Returns where the content of the first `TREE` lies in the extensions from `at`, if those fill the file.
    fn chain(&self, at: u64) -> Option<(u64, u64)> {
        if !self.fills(at) {
            return None;
        }
        let mut at = at;
        while let Some((signature, from, to)) = self.extension(at) {
            if &signature == b"TREE" {
                return Some((from, to));
            }
            at = to;
        }
        None
    }
}

/// Reads the root of a cache-tree, `NUL COUNT SP SUBTREES LF ID`, if it is valid and counts every entry.
fn root(tree: &[u8], entries: u32, width: usize) -> Option<ObjectId> {
    let line = tree.strip_prefix(b"\0")?;
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
        read_tree(&mut Cursor::new(index), index.len() as u64, 20).unwrap()
    }

    fn found() -> Option<ObjectId> {
        Some(ObjectId::from_bytes(&ID))
    }

    #[test]
    fn the_root_is_found_whatever_extensions_follow() {
        for after in [0, 1, 9, 65_000, 65_528, 65_536, 300_000] {
            let extensions = [extension(b"REUC", b"x"), tree("1"), extension(b"UNTR", &vec![b'T'; after])].concat();
            for version in [2, 3, 4] {
                assert_eq!(read(&index(version, b"a", &extensions)), found(), "{after} bytes, version {version}");
            }
        }
    }

    #[test]
    fn a_root_that_is_not_valid_is_not_taken() {
        for count in ["-1", "2", "", "x", "01x"] {
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
        assert_eq!(recorded(start, &[extension(b"UNTR", &[0; 100_000]), tree("1")].concat()), found());
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
        let root = read_tree(&mut Cursor::new(&bytes), bytes.len() as u64, 32).unwrap();
        assert_eq!(root, Some(ObjectId::from_bytes(&[9; 32])));
    }
}
