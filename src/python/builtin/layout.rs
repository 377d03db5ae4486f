//! A string, flat, with the way back to its pieces.
//!
//! Methods of strings look at the flat text, in which a hole is one character that no test mistakes
//! for a blank, and cut the result out of the pieces: so that what is left knows where it was
//! written.

use std::ops::Range;
use std::rc::Rc;

use crate::python::value::{Piece, Str};
use crate::text::source::{Site, Span};

const HOLE: char = '\u{fffc}';

/// A flat string and its pieces.
#[derive(Debug)]
pub(crate) struct Layout {
    text: String,
    pieces: Vec<(usize, Piece)>,
}

impl Layout {
    /// Lays out a string.
    pub(crate) fn of(string: &Str) -> Self {
        let mut text = String::new();
        let mut pieces = Vec::with_capacity(string.pieces.len());
        for piece in string.pieces.iter() {
            pieces.push((text.len(), piece.clone()));
            match piece {
                Piece::Known { text: known, .. } => text.push_str(known),
                Piece::Hole { .. } => text.push(HOLE),
            }
        }
        Layout { text, pieces }
    }

    /// Returns the flat text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the pieces of a range of the flat text.
    pub(crate) fn cut(&self, range: Range<usize>) -> Vec<Piece> {
        let first =
            self.pieces.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let mut cut = Vec::new();
        for (index, (start, piece)) in self.pieces.iter().enumerate().skip(first) {
            if *start >= range.end {
                break;
            }
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |(next, _)| *next);
            let (from, to) = (range.start.max(*start), range.end.min(end));
            if from < to {
                cut.push(part(piece, from - start, to - start));
            }
        }
        cut
    }

    /// Returns a range of the flat text as a string.
    pub(crate) fn slice(&self, range: Range<usize>) -> Str {
        let pieces = self.cut(range);
        match pieces.is_empty() {
            true => Str::known("", None),
            false => Str::of(pieces),
        }
    }

    /// Returns the characters at these places.
    pub(crate) fn characters(&self, indices: &[usize]) -> Str {
        let ordered = indices.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let offsets: Vec<usize> =
            self.text.char_indices().map(|(at, _)| at).chain([self.text.len()]).collect();
        match (indices.first(), indices.last()) {
            (Some(first), Some(last)) if ordered => {
                match (offsets.get(*first), offsets.get(*last + 1)) {
                    (Some(start), Some(end)) => self.slice(*start..*end),
                    _ => Str::known("", None),
                }
            }
            (None, _) => Str::known("", None),
            _ => {
                let characters: Vec<char> = self.text.chars().collect();
                let picked: String =
                    indices.iter().filter_map(|index| characters.get(*index)).collect();
                Str::known(picked, None)
            }
        }
    }
}

fn part(piece: &Piece, from: usize, to: usize) -> Piece {
    let Piece::Known { text, at } = piece else { return piece.clone() };
    if from == 0 && to == text.len() {
        return piece.clone();
    }
    let at = at.as_ref().map(|site| {
        let exact = site.span.end - site.span.start == text.len();
        let span = match exact {
            true => Span::new(site.span.start + from, site.span.start + to),
            false => site.span,
        };
        Site { path: Rc::clone(&site.path), span }
    });
    Piece::Known { text: text.get(from..to).unwrap_or("").into(), at }
}

/// Makes a string of which nothing is known.
pub(crate) fn unknown_text(why: &str) -> Str {
    Str::of(vec![Piece::Hole { why: why.into(), expression: "...".into() }])
}
