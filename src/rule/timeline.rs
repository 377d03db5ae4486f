//! The database as a statement finds it, on the paths that lead to it.
//!
//! A statement under a condition that cannot be decided may not have run where a statement behind
//! the condition runs, has run where a statement of the same arm runs, and has not run where one of
//! another arm does. So the replay is a tree: a database for each arm that is open, made of the one
//! around the decision. What an arm does is done for good in its own database, and perhaps in those
//! around it.

use crate::operation::step::{Arm, Emitted, Step};
use crate::schema::database::Database;
use crate::schema::replay::AppliedRevision;

/// How many tables may be copied for arms. A migration with more decisions is replayed without
/// them: then nothing is certain that stands under a condition.
const MOST_COPIED: usize = 200_000;

/// How far a direction was replayed.
#[derive(Default)]
pub(super) struct Timeline {
    levels: Vec<Level>,
    copied: usize,
    /// The first statement that was not replayed yet.
    pub(super) reached: (usize, usize),
}

/// The database in an arm.
struct Level {
    /// The arm; nothing for the direction itself.
    arm: Option<Arm>,
    database: Database,
    /// The last decision made here, and the database before it.
    fork: Option<(u32, Database)>,
}

impl Timeline {
    /// Begins with a database.
    pub(super) fn begin(database: Database) -> Self {
        let level = Level { arm: None, database, fork: None };
        Timeline { levels: vec![level], ..Timeline::default() }
    }

    /// Tells whether it has begun, and not beyond a place.
    pub(super) fn can_reach(&self, place: (usize, usize)) -> bool {
        !self.levels.is_empty() && self.reached <= place
    }

    /// Applies a statement in every arm that is open around it.
    pub(super) fn apply(&mut self, step: &Step, emitted: &Emitted, author: &AppliedRevision) {
        self.stand_in(&step.path);
        for (depth, level) in self.levels.iter_mut().enumerate() {
            let guarded = emitted.conditional || step.path.len() > depth;
            level.database.tell(&emitted.statement, guarded, author);
        }
    }

    /// Returns the database as a step finds it.
    pub(super) fn at(&mut self, step: &Step) -> &Database {
        self.stand_in(&step.path);
        &self.levels[self.levels.len() - 1].database
    }

    /// Closes and opens arms until those of a path are open.
    fn stand_in(&mut self, path: &[Arm]) {
        let open = self.levels[1..].iter().map(|level| level.arm);
        let common = open.zip(path).take_while(|(open, arm)| *open == Some(**arm)).count();
        self.levels.truncate(common + 1);
        for arm in &path[common..] {
            if self.copied > MOST_COPIED {
                return;
            }
            self.open(*arm);
        }
    }

    fn open(&mut self, arm: Arm) {
        let last = self.levels.len() - 1;
        let outer = &mut self.levels[last];
        let before = match outer.fork.take() {
            Some((decision, before)) if decision == arm.decision => before,
            _ => outer.database.clone(),
        };
        self.copied += 2 * before.tables().count().max(1);
        let database = before.clone();
        outer.fork = Some((arm.decision, before));
        self.levels.push(Level { arm: Some(arm), database, fork: None });
    }
}
