//! Replays what is said of columns.

use crate::schema::database::Database;
use crate::schema::provenance::Provenance;
use crate::schema::replay::alter::{on_column, on_table};
use crate::schema::replay::objects::rename_column_in_views;
use crate::schema::table::{Column, Table};
use crate::sql::dialect::Dialect;
use crate::sql::table;
use crate::sql::table::{ColumnType, Generated, TableName};
use crate::sql::table_change::ColumnAction;
use crate::text::known::Known;

pub(super) fn add_column(
    database: &mut Database,
    name: &TableName,
    column: &table::Column,
    if_not_exists: bool,
    provenance: &Provenance<'_>,
) {
    let origin = provenance.origin(if_not_exists);
    let by = provenance.author.revision.clone();
    let numbers = database.dialect == Dialect::PostgreSql;
    on_table(database, name, |table| {
        let Some(column_name) = column.name.as_str() else {
            table.complete = false;
            return;
        };
        if (if_not_exists || provenance.guarded) && table.column(column_name).is_some() {
            return;
        }
        table.columns.retain(|held| !held.name.eq_ignore_ascii_case(column_name));
        table.columns.push(Column::of(column_name, column, origin));
        table.hold_inline(column, &by);
        if numbers {
            table.make_sequences();
        }
    });
}

pub(super) fn rename_column(
    database: &mut Database,
    table: &TableName,
    column: &Known<String>,
    to: &Known<String>,
) {
    let (Some(from), Some(to)) = (column.as_str(), to.as_str()) else {
        return on_table(database, table, Table::doubt);
    };
    rename_column_in_views(database, table, from, to);
    on_table(database, table, |table| table.rename_column(from, to));
    let refers = |held: &Table| held.foreign_keys().any(|key| key.referent == *table);
    for held in database.tables_where(refers) {
        held.rename_referred(table, from, to);
    }
}

pub(super) fn modify_column(
    database: &mut Database,
    table: &TableName,
    name: &Known<String>,
    to: Option<&Known<String>>,
    column: &table::Column,
) {
    if let Some(to) = to {
        rename_column(database, table, name, to);
    }
    on_column(database, table, to.unwrap_or(name), |held| {
        let restated = Column::of(&held.name, column, held.origin.clone());
        // MySQL forgets a comment that is not restated; `existing_comment` is not read.
        let comment = match column.comment {
            None if held.comment != Known::Is(None) => Known::Unreadable,
            _ => restated.comment.clone(),
        };
        let (filled, sequence) = (held.filled.clone(), held.sequence.clone());
        *held = Column { filled, sequence, comment, ..restated };
    });
}

/// Returns the enum type that a column is of, where a revision made the type.
pub(super) fn named_type(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
) -> Option<String> {
    let held = database.table(table)?.column(column.as_str()?)?;
    let kind = held.kind.as_ref()?.sql.as_str()?;
    let kind = kind.rsplit('.').next().unwrap_or(kind).trim_matches('"');
    database.enum_type(kind).map(|_| kind.to_owned())
}

/// Gives a column another type; the default stays of the old one.
pub(super) fn retype_column(held: &mut Column, to: Option<&ColumnType>, was: Option<String>) {
    held.kind = to.cloned();
    let has_default = matches!(&held.default, Known::Is(Some(default))
        if default.sql.as_str().is_some_and(|sql| !sql.trim().eq_ignore_ascii_case("null")));
    if held.default_type.is_none() && has_default {
        held.default_type = was;
    }
}

/// ADD GENERATED, DROP IDENTITY and the like.
pub(super) fn alter_column(held: &mut Column, action: ColumnAction) {
    match action {
        ColumnAction::AddIdentity => held.generated = Some(Generated::Identity),
        ColumnAction::DropIdentity | ColumnAction::DropExpression => held.generated = None,
        ColumnAction::AlterIdentity
        | ColumnAction::SetExpression
        | ColumnAction::SetStatistics
        | ColumnAction::Options
        | ColumnAction::SetStorage
        | ColumnAction::SetCompression
        | ColumnAction::Nullability
        | ColumnAction::Other => {}
    }
}
