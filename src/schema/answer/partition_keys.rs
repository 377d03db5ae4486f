//! Unique keys of partitioned tables: each holds the columns that the table is partitioned by.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needs::about_table;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, Index, IndexPart};
use crate::text::known::Known;
use crate::text::whole_word::has_word;

const REMEDY: &str = "Add the columns that the table is partitioned by to the key: uniqueness is \
    kept by each partition for itself.";

/// Refuses a primary key or a unique constraint without the columns of the partition key.
pub(super) fn key_is_of_partitions(
    table: &Table,
    constraint: &Constraint,
    engine: Engine,
) -> Answer {
    let (key, primary) = match constraint {
        Constraint::PrimaryKey(key) => (key, true),
        Constraint::Unique(key) => (key, false),
        _ => return Answer::Applied,
    };
    let columns = key.columns.get().map(|columns| columns.iter().map(Known::as_str).collect());
    match columns {
        Some(Some(columns)) if key.using_index.is_none() => covers(table, columns, primary, engine),
        _ => Answer::Applied,
    }
}

/// Refuses a unique index without the columns of the partition key.
pub(super) fn index_is_of_partitions(table: &Table, index: &Index, engine: Engine) -> Answer {
    let is_plain = |part: &IndexPart| !matches!(part, IndexPart::Unreadable);
    let parts = index.columns.get().filter(|parts| parts.iter().all(is_plain));
    let Some(parts) = parts.filter(|_| index.unique == Known::Is(true)) else {
        return Answer::Applied;
    };
    let columns = parts.iter().filter_map(|part| match part {
        IndexPart::Column(name) => Some(name.as_str()),
        IndexPart::Expression(_) | IndexPart::Unreadable => None,
    });
    covers(table, columns.collect(), false, engine)
}

fn covers(table: &Table, columns: Vec<&str>, primary: bool, engine: Engine) -> Answer {
    let has = |name: &str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    let name = table.table_name();
    let mut parts = table.partition_key.iter();
    if parts.clone().any(|part| matches!(part, IndexPart::Unreadable)) || !table.partitioned {
        return Answer::Applied;
    }
    let words = match engine.dialect {
        Dialect::PostgreSql => parts.find_map(|part| match part {
            IndexPart::Expression(_) => Some(format!(
                "unsupported {} constraint with partition key definition",
                kind(primary)
            )),
            IndexPart::Column(column) if !has(column) => Some(
                "unique constraint on partitioned table must include all partitioning columns"
                    .to_owned(),
            ),
            _ => None,
        }),
        Dialect::MySql | Dialect::MariaDb => {
            let lacks = |part: &IndexPart| match part {
                IndexPart::Column(column) => !has(column),
                IndexPart::Expression(sql) => {
                    let named = |column: &&str| has_word(sql, column);
                    let own = table.columns.iter().map(|column| column.name.as_str());
                    own.filter(named).any(|column| !has(column))
                }
                IndexPart::Unreadable => false,
            };
            let what = if primary { "PRIMARY KEY" } else { "UNIQUE INDEX" };
            parts.any(lacks).then(|| {
                format!("A {what} must include all columns in the table's partitioning function")
            })
        }
        _ => None,
    };
    match words {
        Some(words) => {
            let error = DatabaseError::Contradiction { table: name.clone(), words, remedy: REMEDY };
            about_table(Refusal::proved(error).into(), &name, engine)
        }
        None => Answer::Applied,
    }
}

fn kind(primary: bool) -> &'static str {
    match primary {
        true => "PRIMARY KEY",
        false => "UNIQUE",
    }
}

/// Refuses the keys of a table that is made, those of its columns included.
pub(super) fn keys_are_of_partitions(table: &Table, engine: Engine) -> Answer {
    if table.partition_key.is_empty() {
        return Answer::Applied;
    }
    let keys =
        table.constraints.iter().map(|held| key_is_of_partitions(table, &held.constraint, engine));
    let indexes = table.indexes.iter().map(|index| index_is_of_partitions(table, index, engine));
    Answer::first(keys.chain(indexes))
}
