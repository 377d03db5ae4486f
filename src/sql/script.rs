//! SQL text as a migration hands it over: known pieces, and holes where a value cannot be known.

/// What stands in the text where a hole is: an identifier, so that what surrounds it still reads as
/// SQL.
const PLACEHOLDER: &str = "__hole__";

/// SQL text with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SqlText {
    text: String,
    holes: Vec<Hole>,
}

/// A part of SQL text that cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The first byte of the placeholder in the text.
    pub start: usize,
    /// The byte behind the placeholder.
    pub end: usize,
    /// The reason, as a clause.
    pub why: String,
}

impl SqlText {
    /// Makes a text without holes.
    pub fn known(text: impl Into<String>) -> Self {
        SqlText { text: text.into(), holes: Vec::new() }
    }

    /// Adds a known piece. Its bytes stand in [`SqlText::text`] one to one, from the length before.
    pub fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Adds a hole.
    pub fn push_hole(&mut self, why: impl Into<String>) {
        let start = self.text.len();
        self.text.push_str(PLACEHOLDER);
        self.holes.push(Hole { start, end: self.text.len(), why: why.into() });
    }

    /// Says of a part of the text that it stands for a value that cannot be known.
    pub fn mark_hole(&mut self, start: usize, end: usize, why: impl Into<String>) {
        let at = self.holes.partition_point(|hole| hole.start < start);
        self.holes.insert(at, Hole { start, end, why: why.into() });
    }

    /// Returns the whole text, a placeholder for each hole.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the holes, in order.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// Returns the first hole that touches a range of bytes.
    pub fn hole_in(&self, start: usize, end: usize) -> Option<&Hole> {
        let first = self.holes.partition_point(|hole| hole.end <= start);
        self.holes.get(first).filter(|hole| hole.start < end)
    }
}
