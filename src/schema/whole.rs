//! The database as all revisions of a history leave it.

use std::collections::HashSet;

use crate::alembic::history::History;
use crate::schema::database::Database;
use crate::schema::provenance::AppliedRevision;
use crate::schema::slice::generated_names;

/// Replays every revision, in the order of `alembic upgrade heads`.
pub fn at_heads(history: &History) -> Database {
    let mut database = Database::default();
    database.generated_names = generated_names(history);
    database.dialect = history.dialect();
    for revision in history.graph().pending(&HashSet::new()) {
        let Some(migration) = history.migration(&revision) else {
            database.complete = false;
            continue;
        };
        let author = AppliedRevision { revision, released: true };
        for step in &migration.upgrade.steps {
            step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
        }
        database.complete &= migration.syntax_errors.is_empty() && migration.bound.is_none();
    }
    database
}
