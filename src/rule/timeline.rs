//! The database as a statement finds it, on the paths that lead to it.
//!
//! A statement under a condition that cannot be decided may not have run where a statement behind
//! the condition runs, has run where a statement of the same arm runs, and has not run where one of
//! another arm does. So each path has a replay of its own, in which what stands on the path is done
//! for good, what stands in another arm is not done, and all else may be done.

use crate::operation::step::{Arm, Step};
use crate::schema::database::Database;
use crate::schema::provenance::AppliedRevision;

/// How many paths are kept.
const MOST_LINES: usize = 8;

/// How many statements may be replayed for paths that stand under conditions. Beyond, nothing is
/// certain that stands under one.
const MOST_APPLIED: usize = 100_000;

/// A direction, replayed as far as was asked.
#[derive(Default)]
pub(super) struct Timeline {
    before: Option<Database>,
    lines: Vec<Line>,
    applied: usize,
}

/// The replay for one path.
struct Line {
    path: Vec<Arm>,
    database: Database,
    /// The first statement that was not replayed yet.
    reached: (usize, usize),
}

impl Timeline {
    /// Returns the database as a statement of a direction finds it, and how many statements were
    /// replayed for that. `before` is asked once for the database that the direction begins with.
    pub(super) fn at(
        &mut self,
        steps: &[Step],
        place: (usize, usize),
        author: &AppliedRevision,
        before: impl FnOnce() -> Database,
    ) -> (&Database, usize) {
        let certain = self.applied > MOST_APPLIED;
        let path = steps.get(place.0).filter(|_| !certain).map_or(&[][..], |step| &step.path);
        let first = self.before.get_or_insert_with(before);
        let known = self.lines.iter().position(|line| line.path == path && line.reached <= place);
        let mut line = match known {
            Some(at) => self.lines.remove(at),
            None => {
                self.lines.retain(|line| line.path != path);
                self.lines.truncate(MOST_LINES - 1);
                Line { path: path.to_vec(), database: first.clone(), reached: (0, 0) }
            }
        };
        let applied = line.advance(steps, place, author);
        if !path.is_empty() {
            self.applied += applied;
        }
        self.lines.insert(0, line);
        (&self.lines[0].database, applied)
    }
}

impl Line {
    /// Applies what comes before a place, and returns how many statements that were.
    fn advance(
        &mut self,
        steps: &[Step],
        place: (usize, usize),
        author: &AppliedRevision,
    ) -> usize {
        let (from, skip) = std::mem::replace(&mut self.reached, place);
        let mut applied = 0;
        for (number, step) in steps.iter().enumerate().take(place.0 + 1).skip(from) {
            let first = if number == from { skip } else { 0 };
            let last = if number == place.0 { place.1 } else { step.emitted.len() };
            if step.is_apart_from(&self.path) {
                continue;
            }
            for emitted in step.emitted.iter().take(last).skip(first) {
                let guarded = emitted.conditional || !step.is_certain_on(&self.path);
                self.database.tell(&emitted.statement, guarded, author);
                applied += 1;
            }
        }
        applied
    }
}
