//! Whether two types are one.

use crate::models::model::ModelColumn;
use crate::schema::table::Column;
use crate::sql::dialect::Dialect;
use crate::sql::table::ColumnType;
use crate::sql::types::SqlType;

/// Returns the types of both sides as they are written, where they differ.
pub(super) fn differing(
    own: &ModelColumn,
    column: &Column,
    dialect: Dialect,
) -> Option<(String, String)> {
    let (mapped, made) = (own.column.kind.as_ref()?, column.kind.as_ref()?);
    let (left, right) = (sql_type(mapped, dialect)?, sql_type(made, dialect)?);
    let same_names = same_base(&left, &right, dialect);
    let same_arguments = left.arguments.len() != right.arguments.len()
        || left.arguments == right.arguments
        || left.base == "enum";
    let differ = !same_names
        || !same_arguments
        || left.timezone != right.timezone
        || (left.array != right.array && mapped.labels.is_none());
    differ.then(|| (written(mapped), written(made)))
}

/// An enum of the database is compared by its name: Alembic does not look at labels.
fn sql_type(kind: &ColumnType, dialect: Dialect) -> Option<SqlType> {
    let sql = kind.sql.as_str()?;
    // A type of one's own may be named with its schema, in quotes.
    let sql = match kind.labels.is_some() || !sql.contains(['(', ' ']) {
        true => sql.rsplit('.').next().unwrap_or(sql),
        false => sql,
    };
    let sql = sql.trim_matches('"');
    Some(SqlType::parse_for(sql, dialect))
}

/// Tells whether two types are one to Alembic (`type_synonyms`), or to the server.
fn same_base(one: &SqlType, other: &SqlType, dialect: Dialect) -> bool {
    let floats = ["double", "real", "float"];
    let both = |bases: &[&str]| bases.contains(&&*one.base) && bases.contains(&&*other.base);
    one.base == other.base
        || one.base.eq_ignore_ascii_case(&other.base)
        || (dialect == Dialect::PostgreSql && both(&floats))
        || (dialect.is_mysql() && both(&["boolean", "tinyint"]))
        || (dialect == Dialect::Sqlite && both(&["boolean", "integer"]))
}

fn written(kind: &ColumnType) -> String {
    kind.sql.as_str().unwrap_or(&kind.name).to_owned()
}
