//! ADD and DROP of an identity, DROP EXPRESSION: what the column must be (seen on PostgreSQL 15.18).

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needs::{about_table, needs_column_of};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Column;
use crate::sql::dialect::Dialect;
use crate::sql::table::{ColumnType, Generated, TableName};
use crate::sql::table_change::ColumnAction;
use crate::sql::types::SqlType;
use crate::text::known::Known;

const REMEDY: &str = "Bring the column into that state first, in a statement before.";

/// Refuses what the state of the column does not allow.
pub(super) fn answer_alter_column(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    (action, words): (ColumnAction, &str),
    engine: Engine,
) -> Answer {
    needs_column_of(database, table, column, engine).or(|| {
        let held = column.as_str().and_then(|name| database.table(table)?.column(name));
        let held = held.filter(|column| column.kind.is_some());
        let guarded = words.to_ascii_uppercase().contains("IF EXISTS");
        let (Some(held), Dialect::PostgreSql, false) = (held, engine.dialect, guarded) else {
            return Answer::Applied;
        };
        let Some(why) = refused(held, action) else { return Answer::Applied };
        let name = &held.name;
        let of = table.name.as_str().unwrap_or_default();
        let words = format!("column \"{name}\" of relation \"{of}\" {why}");
        let error = DatabaseError::Contradiction { table: table.clone(), words, remedy: REMEDY };
        about_table(Refusal::proved(error).into(), table, engine)
    })
}

fn refused(column: &Column, action: ColumnAction) -> Option<&'static str> {
    let is_identity =
        matches!(column.generated, Some(Generated::Identity | Generated::IdentityAlways));
    let is_stored = matches!(column.generated, Some(Generated::Stored | Generated::Virtual));
    match action {
        ColumnAction::AddIdentity if column.nullable == Known::Is(true) => {
            Some("must be declared NOT NULL before identity can be added")
        }
        ColumnAction::AddIdentity if is_identity => Some("is already an identity column"),
        ColumnAction::AddIdentity
            if matches!(column.default, Known::Is(Some(_)))
                || column.generated == Some(Generated::Serial) =>
        {
            Some("already has a default value")
        }
        ColumnAction::DropIdentity if !is_identity => Some("is not an identity column"),
        ColumnAction::DropExpression if !is_stored => Some("is not a stored generated column"),
        _ => None,
    }
}

/// Refuses an identity that is no whole number.
pub(super) fn identity_is_number(
    table: &TableName,
    generated: Option<&Generated>,
    kind: &ColumnType,
    engine: Engine,
) -> Answer {
    let is_identity = matches!(generated, Some(Generated::Identity | Generated::IdentityAlways));
    let is_number = kind.sql.as_str().map(SqlType::parse).is_none_or(|kind| {
        matches!(kind.base.as_str(), "smallint" | "integer" | "bigint") && kind.array == 0
    });
    if !is_identity || is_number || engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let words = "identity column type must be smallint, integer, or bigint".to_owned();
    let remedy = "Make the column an integer, or give it a default in place of the identity.";
    let error = DatabaseError::Contradiction { table: table.clone(), words, remedy };
    about_table(Refusal::proved(error).into(), table, engine)
}

/// Refuses a default of a column that is numbered by itself.
pub(super) fn has_no_identity(table: &TableName, column: &Column, engine: Engine) -> Answer {
    let is_identity =
        matches!(column.generated, Some(Generated::Identity | Generated::IdentityAlways));
    if !is_identity || engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let of = table.name.as_str().unwrap_or_default();
    let words = format!("column \"{}\" of relation \"{of}\" is an identity column", column.name);
    let remedy = "Drop the identity first: `ALTER COLUMN ... DROP IDENTITY`.";
    let error = DatabaseError::Contradiction { table: table.clone(), words, remedy };
    about_table(Refusal::proved(error).into(), table, engine)
}
