//! AUTO_INCREMENT: MySQL numbers one column of a table, and that one begins a key.

use std::rc::Rc;

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needs::about_table;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::table::{Column, Origin, Table, columns_of};
use crate::sql::table;
use crate::sql::table::{Constraint, Generated, IndexPart};

/// Refuses a table whose numbered column begins no key (error 1075 of MySQL 8.0 and MariaDB).
pub(super) fn numbers_a_key(table: &Table, engine: Engine) -> Answer {
    if !engine.dialect.is_mysql() {
        return Answer::Applied;
    }
    let is_numbered = |column: &&Column| column.generated == Some(Generated::Serial);
    let numbered: Vec<&Column> = table.columns.iter().filter(is_numbered).collect();
    let is_sound = match numbered.as_slice() {
        [] => true,
        [column] => begins_a_key(table, &column.name),
        _ => false,
    };
    if is_sound {
        return Answer::Applied;
    }
    let words = "Incorrect table definition; there can be only one auto column and it must be \
        defined as a key"
        .to_owned();
    let remedy =
        "Make the column the primary key, or the first one of a key, in the same statement.";
    let name = table.table_name();
    let error = DatabaseError::Contradiction { table: name.clone(), words, remedy };
    about_table(Refusal::proved(error).into(), &name, engine)
}

/// Tells whether a key or an index may begin with a column.
fn begins_a_key(table: &Table, column: &str) -> bool {
    let by_key = table.constraints.iter().any(|held| {
        let is_key = matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_));
        let columns = columns_of(&held.constraint);
        is_key && columns.first().is_none_or(|first| first.eq_ignore_ascii_case(column))
    });
    let by_index = table.indexes.iter().any(|index| match index.columns.get() {
        Some(parts) => match parts.first() {
            Some(IndexPart::Column(name)) => name.eq_ignore_ascii_case(column),
            Some(IndexPart::Expression(_)) => false,
            Some(IndexPart::Unreadable) | None => true,
        },
        None => true,
    });
    by_key || by_index
}

/// The table as it stands with another column.
pub(super) fn with_column(table: &Table, column: &table::Column) -> Option<Table> {
    let name = column.name.as_str()?;
    if column.generated != Some(Generated::Serial) {
        return None;
    }
    let mut grown = table.clone();
    grown.columns.retain(|held| !held.name.eq_ignore_ascii_case(name));
    grown.columns.push(Column::of(name, column, Origin::Met));
    grown.hold_inline(column, &Rc::from(""));
    Some(grown)
}
