//! The database as all revisions of a history leave it.

use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::schema::database::Database;
use crate::schema::provenance::AppliedRevision;
use crate::schema::slice::generated_names;

/// What a whole history leaves.
#[derive(Debug, Default)]
pub struct Whole {
    /// The database.
    pub database: Database,
    /// The revisions that hold something whose effect is not known: what it touches may be anything.
    pub doubtful: Vec<Rc<str>>,
}

/// Replays every revision, in the order of `alembic upgrade heads`.
pub fn at_heads(history: &History) -> Whole {
    let mut doubtful = Vec::new();
    let mut database = Database::default();
    database.generated_names = generated_names(history);
    database.dialect = history.dialect();
    for revision in history.graph().pending(&HashSet::new()) {
        // Each revision is asked whether it is the one that leaves something in doubt.
        database.complete = true;
        let Some(migration) = history.migration(&revision) else {
            doubtful.push(revision);
            continue;
        };
        let author = AppliedRevision { revision: Rc::clone(&revision), released: true };
        for step in &migration.upgrade.steps {
            step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
        }
        database.complete &= migration.syntax_errors.is_empty() && migration.bound.is_none();
        if !database.complete {
            doubtful.push(revision);
        }
    }
    database.complete = doubtful.is_empty();
    Whole { database, doubtful }
}
