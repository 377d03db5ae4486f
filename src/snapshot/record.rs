//! What an earlier run wrote down about a blob.

use std::ops::Range;
use std::rc::Rc;

/// Some bytes of a file of records, which all of them share.
#[derive(Clone, Debug)]
pub struct Record {
    file: Rc<Vec<u8>>,
    range: Range<usize>,
}

impl Record {
    /// Makes a record of a part of a file; nothing where the file has no such part.
    pub fn new(file: &Rc<Vec<u8>>, range: Range<usize>) -> Option<Self> {
        file.get(range.clone())?;
        Some(Record { file: file.clone(), range })
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        self.file.get(self.range.clone()).unwrap_or_default()
    }
}
