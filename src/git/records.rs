//! What earlier runs wrote down about blobs, in one file of the git directory.
//!
//! A blob's id says what it holds, so what was worked out of it stays true, in every branch and
//! every work tree. The file is a convenience and nothing rests on it: one that is gone, torn, of
//! another edition or of no use is read as an empty one, and one that cannot be written is not
//! written. It lies beside hooks and configuration, where no branch writes, and who can write there
//! can do worse; still no content of it is relied on to be in order.
//!
//! ```text
//! MAGIC  checksum of all that follows  edition  width of ids  number of rows
//! rows, by id: id  where its record begins  its length
//! records
//! ```
//!
//! Numbers are little-endian. A reader takes the file with one read; a writer makes another one
//! and renames it, so that of two that write at once the later one wins, and a reader sees one or
//! the other.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use crate::snapshot::ObjectId;
use crate::snapshot::record::Record;

/// How a file of records begins.
const MAGIC: &[u8; 8] = b"sm-blobs";

/// Where the checksum ends, and where the rows begin.
const SUMMED: usize = 16;
const HEAD: usize = 32;

/// The largest file that is read or written.
const LARGEST: usize = 32 << 20;

/// The largest file in which records stay that this run had no use for: other branches have
/// theirs.
const SPACIOUS: usize = 16 << 20;

/// The largest record. A file of more words is read itself.
const LONGEST: usize = 64 << 10;

/// How many blobs must be without a record before a file is written, and the share of those that
/// have one: to read a few blobs costs less than to write all records.
const FEW: usize = 8;
const SHARE: usize = 32;

/// After which time a file that was not renamed was left by a run that ended before.
const LEFT_BEHIND: Duration = Duration::from_secs(3_600);

/// How the names of files begin that are not renamed yet.
const UNFINISHED: &str = "blobs-";

/// The records of one file, for readers of one edition.
#[derive(Debug, Default)]
pub struct Records {
    file: Rc<Vec<u8>>,
    edition: u64,
    width: usize,
    rows: usize,
}

impl Records {
    /// Reads a file; whatever is not in order is empty. Ids are `width` bytes wide.
    pub fn read(path: &Path, edition: u64, width: usize) -> Self {
        let file = content(path).unwrap_or_default();
        let rows = rows(&file, edition, width).unwrap_or_default();
        Records { file: Rc::new(file), edition, width, rows }
    }

    /// Returns what was written down about a blob.
    pub fn find(&self, edition: u64, id: &ObjectId) -> Option<Record> {
        if edition != self.edition {
            return None;
        }
        let (mut from, mut to) = (0, self.rows);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.id(middle)?.cmp(id.as_bytes()) {
                Ordering::Equal => return self.record(middle),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// Tells whether so many blobs without a record are worth a new file.
    pub fn is_outgrown_by(&self, blobs: usize) -> bool {
        blobs >= FEW + self.rows / SHARE
    }

    /// Writes a file of these records and new ones. Those that are not `used` go where the file is
    /// large.
    pub fn write(
        &self,
        path: &Path,
        fresh: &BTreeMap<ObjectId, Vec<u8>>,
        used: &dyn Fn(&ObjectId) -> bool,
    ) -> io::Result<()> {
        let mut kept: BTreeMap<ObjectId, &[u8]> = BTreeMap::new();
        let is_spacious = self.file.len() > SPACIOUS;
        for row in 0..self.rows {
            let (Some(id), Some(range)) = (self.id(row), self.range(row)) else { continue };
            let (id, bytes) = (ObjectId::from_bytes(id), self.file.get(range).unwrap_or_default());
            if !is_spacious || used(&id) {
                kept.insert(id, bytes);
            }
        }
        let short = fresh.iter().filter(|(_, bytes)| bytes.len() <= LONGEST);
        kept.extend(short.map(|(id, bytes)| (*id, bytes.as_slice())));
        match written(&kept, self.edition, self.width) {
            Some(file) if file.len() <= LARGEST => replace(path, &file),
            _ => Err(io::Error::other("there are too many")),
        }
    }

    fn row(&self, row: usize) -> Option<&[u8]> {
        let start = HEAD + row * row_width(self.width);
        self.file.get(start..start + row_width(self.width))
    }

    fn id(&self, row: usize) -> Option<&[u8]> {
        self.row(row)?.get(..self.width)
    }

    fn range(&self, row: usize) -> Option<std::ops::Range<usize>> {
        let place = self.row(row)?.get(self.width..)?;
        let (start, length) = (number(place, 0)?, number(place, 4)?);
        Some(start..start.checked_add(length)?)
    }

    fn record(&self, row: usize) -> Option<Record> {
        Record::new(&self.file, self.range(row)?)
    }
}

/// How wide a row is: an id and two numbers.
fn row_width(width: usize) -> usize {
    width + 8
}

/// Reads what is a file, and no larger than a file of records gets.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let facts = fs::metadata(path)?;
    if !facts.is_file() || facts.len() > LARGEST as u64 {
        return Err(io::Error::other("it is no file of records"));
    }
    let mut content = Vec::with_capacity(facts.len() as usize + 1);
    File::open(path)?.take(LARGEST as u64).read_to_end(&mut content)?;
    Ok(content)
}

/// Returns how many rows a file has, if it is whole and of this edition.
fn rows(file: &[u8], edition: u64, width: usize) -> Option<usize> {
    let is_ours = file.starts_with(MAGIC)
        && file.get(16..24)? == edition.to_le_bytes()
        && number(file, 24)? == width;
    let rows = number(file, 28)?;
    let is_whole = is_ours
        && file.get(8..SUMMED)? == checksum(file.get(SUMMED..)?).to_le_bytes()
        && rows.checked_mul(row_width(width))? <= file.len() - HEAD;
    is_whole.then_some(rows)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

/// A sum that tells a torn or a damaged file; it is none against forgery.
fn checksum(bytes: &[u8]) -> u64 {
    let mix =
        |sum: u64, word: u64| (sum ^ word).rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (words, rest) = bytes.as_chunks::<8>();
    let sum =
        words.iter().fold(bytes.len() as u64, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)))
}

/// Lays records out as a file; nothing where they are too many for it.
fn written(records: &BTreeMap<ObjectId, &[u8]>, edition: u64, width: usize) -> Option<Vec<u8>> {
    let mut rows = Vec::new();
    let mut content = Vec::new();
    let begin = HEAD + records.len() * row_width(width);
    for (id, bytes) in records.iter().filter(|(id, _)| id.as_bytes().len() == width) {
        rows.extend_from_slice(id.as_bytes());
        rows.extend_from_slice(&u32::try_from(begin + content.len()).ok()?.to_le_bytes());
        rows.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_le_bytes());
        content.extend_from_slice(bytes);
    }
    let count = u32::try_from(rows.len() / row_width(width)).ok()?;
    let width = u32::try_from(width).ok()?.to_le_bytes();
    let summed = [&edition.to_le_bytes()[..], &width, &count.to_le_bytes(), &rows, &content];
    let summed = summed.concat();
    Some([&MAGIC[..], &checksum(&summed).to_le_bytes(), &summed].concat())
}

/// Puts a file in the place of another in one step.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("it lies in no folder"))?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    file.write_all(content)?;
    file.persist(path).map_err(|failed| failed.error)?;
    tidy(folder);
    Ok(())
}

/// Takes away what runs that were killed have left.
fn tidy(folder: &Path) {
    let is_old = |entry: &fs::DirEntry| {
        let written = entry.metadata().and_then(|facts| facts.modified());
        let age = written.ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        age.is_some_and(|age| age > LEFT_BEHIND)
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let unfinished =
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED));
    unfinished.filter(is_old).for_each(|entry| drop(fs::remove_file(entry.path())));
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDITION: u64 = 7;

    fn id(number: u32) -> ObjectId {
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b9).to_be_bytes());
        ObjectId::from_bytes(&bytes)
    }

    fn fresh(numbers: std::ops::Range<u32>) -> BTreeMap<ObjectId, Vec<u8>> {
        numbers.map(|number| (id(number), format!("record {number}").into_bytes())).collect()
    }

    fn kept(path: &Path, numbers: std::ops::Range<u32>) -> usize {
        let records = Records::read(path, EDITION, 20);
        let is_right = |number: &u32| {
            let found = records.find(EDITION, &id(*number));
            // What is found is what was written, or nothing is found.
            assert!(found.iter().all(|it| it.bytes() == format!("record {number}").as_bytes()));
            found.is_some()
        };
        numbers.filter(is_right).count()
    }

    #[test]
    fn what_is_written_is_found_and_another_run_adds_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/blobs");
        assert_eq!(kept(&path, 0..100), 0);
        Records::read(&path, EDITION, 20).write(&path, &fresh(0..100), &|_| true).unwrap();
        assert_eq!(kept(&path, 0..200), 100);
        Records::read(&path, EDITION, 20).write(&path, &fresh(100..150), &|_| false).unwrap();
        assert_eq!(kept(&path, 0..200), 150);
        let records = Records::read(&path, EDITION, 20);
        assert!(records.find(EDITION + 1, &id(3)).is_none());
        assert_eq!((records.is_outgrown_by(11), records.is_outgrown_by(12)), (false, true));
        let left = fs::read_dir(folder.path().join("state")).unwrap().count();
        assert_eq!(left, 1);
    }

    #[test]
    fn a_file_that_is_torn_damaged_or_of_another_kind_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blobs");
        Records::read(&path, EDITION, 20).write(&path, &fresh(0..9), &|_| true).unwrap();
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            assert_eq!(kept(&path, 0..9), 0, "cut at {end}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert_eq!(kept(&path, 0..9), 0, "damaged at {at}");
        }
        fs::write(&path, &whole).unwrap();
        assert!(Records::read(&path, EDITION, 32).find(EDITION, &id(1)).is_none());
        assert!(Records::read(&path, EDITION + 1, 20).find(EDITION + 1, &id(1)).is_none());
        assert_eq!(kept(&path, 0..9), 9);
    }

    fn sum_up(file: &mut [u8]) {
        let sum = checksum(&file[SUMMED..]).to_le_bytes();
        file[8..SUMMED].copy_from_slice(&sum);
    }

    #[test]
    fn a_file_whose_sum_is_right_and_whose_rows_lie_is_no_danger() {
        let records: BTreeMap<ObjectId, &[u8]> = (0..9).map(|at| (id(at), &b"x"[..])).collect();
        let whole = written(&records, EDITION, 20).unwrap();
        for at in HEAD..HEAD + 9 * row_width(20) {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut file = whole.clone();
                file[at] = byte;
                sum_up(&mut file);
                let rows = rows(&file, EDITION, 20).unwrap();
                let found = Records { file: Rc::new(file), edition: EDITION, width: 20, rows };
                let _any_answer_is_one =
                    (0..9).filter_map(|at| found.find(EDITION, &id(at))).count();
                let folder = tempfile::tempdir().unwrap();
                found.write(&folder.path().join("blobs"), &fresh(0..2), &|_| true).unwrap();
            }
        }
        let mut file = whole.clone();
        file[28..HEAD].copy_from_slice(&u32::MAX.to_le_bytes());
        sum_up(&mut file);
        assert_eq!(rows(&file, EDITION, 20), None);
    }

    #[test]
    fn what_is_no_file_is_no_file_of_records() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(kept(folder.path(), 0..2), 0);
        assert!(Records::default().write(folder.path(), &fresh(0..2), &|_| true).is_err());
        assert_eq!(kept(Path::new("/dev/zero"), 0..2), 0);
    }
}
