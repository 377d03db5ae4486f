//! What PostgreSQL does not let a partitioned table, or a partition, do to its columns (seen on
//! 15.18).

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needs::about_table;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Origin, Table};
use crate::sql::dialect::Dialect;
use crate::sql::table::{IndexPart, TableName};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

const OF_PARTITION: &str = "Change the partitioned table: its partitions follow.";

const OF_KEY: &str = "Make a table that is partitioned otherwise, and copy the rows: what a table \
    is partitioned by stays.";

/// What is done to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// ADD COLUMN.
    Added,
    /// DROP COLUMN.
    Dropped,
    /// RENAME COLUMN.
    Renamed,
    /// ALTER COLUMN ... TYPE.
    Retyped,
}

/// Refuses what a partition inherits, and what its table is partitioned by.
pub(super) fn is_free_of_partitions(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    change: Change,
    engine: Engine,
) -> Answer {
    let held = database.table(table).filter(|held| held.origin != Origin::Met);
    let (Some(held), Dialect::PostgreSql) = (held, engine.dialect) else {
        return Answer::Applied;
    };
    let column = column.as_str().unwrap_or_default();
    let refused = |words: String, remedy| {
        let error = DatabaseError::Contradiction { table: table.clone(), words, remedy };
        about_table(Refusal::proved(error).into(), table, engine)
    };
    if held.partition.is_some() {
        return match change {
            Change::Added => refused("cannot add column to a partition".into(), OF_PARTITION),
            Change::Dropped => {
                refused(format!("cannot drop inherited column \"{column}\""), OF_PARTITION)
            }
            Change::Renamed => {
                refused(format!("cannot rename inherited column \"{column}\""), OF_PARTITION)
            }
            Change::Retyped => {
                refused(format!("cannot alter inherited column \"{column}\""), OF_PARTITION)
            }
        };
    }
    let is_part = |part: &IndexPart| matches!(part, IndexPart::Column(name) if name == column);
    let verb = match change {
        Change::Dropped => "drop",
        Change::Retyped => "alter",
        Change::Added | Change::Renamed => return Answer::Applied,
    };
    match held.partition_key.iter().any(is_part) {
        true => refused(
            format!(
                "cannot {verb} column \"{column}\" because it is part of the partition key of \
                 relation \"{}\"",
                held.name
            ),
            OF_KEY,
        ),
        false => Answer::Applied,
    }
}

/// Refuses a partition of a table that is not partitioned.
pub(super) fn parent_is_partitioned(
    database: &Database,
    create: &CreateTable,
    engine: Engine,
) -> Answer {
    let parent = create.parent.as_ref().filter(|_| create.like.is_none());
    let Some(parent) = parent.filter(|_| engine.dialect == Dialect::PostgreSql) else {
        return Answer::Applied;
    };
    let is_plain = |held: &&Table| held.complete && !held.partitioned;
    match database.table(parent).filter(is_plain) {
        Some(held) => {
            let words = format!("\"{}\" is not partitioned", held.name);
            let name = held.name.clone();
            Refusal::proved(DatabaseError::OfAnotherKind { name, words }).into()
        }
        None => Answer::Applied,
    }
}
