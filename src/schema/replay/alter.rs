//! Changes one table or column. One that no revision made is met here.

use crate::schema::database::Database;
use crate::schema::provenance::Provenance;
use crate::schema::table::{Column, Population, Table};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// Changes a table.
pub(super) fn on_table(
    database: &mut Database,
    table: &TableName,
    change: impl FnOnce(&mut Table),
) {
    // ALTER TABLE takes a view, whose columns are not replayed.
    if database.table(table).is_none() && database.view(table).is_some() {
        return;
    }
    match database.table_or_met(table) {
        Some(table) => change(table),
        None => doubt_named(database, table),
    }
}

/// A table whose schema is not known may be any of its name, and no other.
fn doubt_named(database: &mut Database, table: &TableName) {
    let Some(name) = table.name.as_str() else {
        database.complete = false;
        return;
    };
    let named = database.tables_where(|held| held.name.eq_ignore_ascii_case(name));
    named.for_each(|table| table.complete = false);
}

/// Changes a column; where its name cannot be known, its table is in doubt.
pub(super) fn on_column(
    database: &mut Database,
    table: &TableName,
    column: &Known<String>,
    change: impl FnOnce(&mut Column),
) {
    on_table(database, table, |table| match column.as_str() {
        Some(column) => change(table.column_or_met(column)),
        None => table.doubt(),
    });
}

/// A new table holds rows from now on.
pub(super) fn fill_rows(database: &mut Database, table: &TableName) {
    if let Some(table) = database.table_mut(table)
        && table.rows == Population::NewAndEmpty
    {
        table.rows = Population::NewAndFilled;
    }
}

/// A revision may have written every column of a table.
pub(super) fn fill_all(database: &mut Database, table: &TableName, provenance: &Provenance<'_>) {
    fill_rows(database, table);
    if let Some(table) = database.table_mut(table) {
        for column in &mut table.columns {
            column.filled = Some(provenance.author.revision.clone());
        }
    }
}
