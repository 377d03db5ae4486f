//! What a change does to the rows of a table while it holds its lock: nothing, read them all, or
//! rewrite them.

use crate::sql::condition;
use crate::sql::default::{Volatility, volatility};
use crate::sql::dialect::Dialect;
use crate::sql::lock::Catalog;
use crate::sql::table::{Column, ColumnType, Constraint, Generated, TableName};
use crate::sql::type_change;
use crate::sql::type_change::TypeChange;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// What happens to the rows under a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAccess {
    /// Nothing.
    Untouched,
    /// Each is read.
    Scanned,
    /// Each is written again, with all indexes.
    Rewritten,
}

/// The server and the schema that a statement meets. The version is asked for only where it
/// matters.
pub struct Circumstances<'a> {
    /// The version of the server.
    pub version: &'a dyn Fn() -> ServerVersion,
    /// What the schema knows.
    pub catalog: &'a dyn Catalog,
}

impl Circumstances<'_> {
    /// Tells whether the server is of a major version or of a later one.
    pub fn is_at_least(&self, major: u16) -> bool {
        (self.version)().is_at_least(major)
    }

    /// ADD COLUMN.
    pub fn add_column(&self, column: &Column) -> RowAccess {
        let scans = !column.checks.is_empty()
            || column.unique == Known::Is(true)
            || column.primary_key == Known::Is(true);
        if self.fills_each_row(column) {
            RowAccess::Rewritten
        } else if scans || self.look_up(column) == RowAccess::Scanned {
            RowAccess::Scanned
        } else {
            RowAccess::Untouched
        }
    }

    /// The foreign keys of ADD COLUMN: a key over a column that is all NULL has nothing to look up.
    pub fn look_up(&self, column: &Column) -> RowAccess {
        match value_of(column).is_some() && !column.foreign_keys.is_empty() {
            true => RowAccess::Scanned,
            false => RowAccess::Untouched,
        }
    }

    /// Tells whether adding a column writes every row.
    fn fills_each_row(&self, column: &Column) -> bool {
        match column.generated {
            Some(
                Generated::Serial
                | Generated::Identity
                | Generated::IdentityAlways
                | Generated::Stored,
            ) => return true,
            Some(Generated::Virtual) | None => {}
        }
        let Some(default) = value_of(column) else { return false };
        let value = default.as_str().map(volatility);
        matches!(value, Some(Volatility::Volatile | Volatility::UnknownFunction(_)))
            || !self.is_at_least(11)
    }

    /// ALTER COLUMN ... TYPE.
    pub fn alter_type(
        &self,
        table: &TableName,
        column: &Known<String>,
        to: Option<&ColumnType>,
        existing: Option<&ColumnType>,
        using: Option<&Known<String>>,
    ) -> RowAccess {
        let column = column.as_str();
        if using.is_some_and(|using| !is_cast(using, column)) {
            return RowAccess::Rewritten;
        }
        let replayed = column.and_then(|column| self.catalog.column_type(table, column));
        let is_checked = || column.is_some_and(|column| self.catalog.is_checked(table, column));
        let types = replayed.as_ref().or(existing).zip(to);
        match types.and_then(|(old, new)| self.between(old, new)) {
            Some(TypeChange::Free) => scanned_unless(!is_checked()),
            Some(TypeChange::RebuildsIndexes) => RowAccess::Scanned,
            Some(TypeChange::FreeInUtc | TypeChange::Rewrites | TypeChange::Unknown) | None => {
                RowAccess::Rewritten
            }
        }
    }

    fn between(&self, old: &ColumnType, new: &ColumnType) -> Option<TypeChange> {
        type_change::between(old, new, Dialect::PostgreSql, (self.version)())
    }

    /// SET EXPRESSION: those that are computed when they are read cost nothing.
    pub fn set_expression(&self, table: &TableName, column: &Known<String>) -> RowAccess {
        match column.as_str().is_some_and(|column| self.catalog.is_virtual(table, column)) {
            true => RowAccess::Untouched,
            false => RowAccess::Rewritten,
        }
    }

    /// SET NOT NULL.
    pub fn set_not_null(&self, table: &TableName, column: &Known<String>) -> RowAccess {
        let proved = column.as_str().is_some_and(|column| self.holds_no_null(table, column));
        scanned_unless(proved)
    }

    /// ADD CONSTRAINT.
    pub fn add_constraint(&self, table: &TableName, constraint: &Constraint) -> RowAccess {
        match constraint {
            Constraint::ForeignKey(key) => scanned_unless(key.not_valid == Known::Is(true)),
            Constraint::Check(check) => scanned_unless(check.not_valid == Known::Is(true)),
            Constraint::NotNull { not_valid, .. } => scanned_unless(*not_valid),
            Constraint::PrimaryKey(key) => {
                let index = key.using_index.as_ref();
                scanned_unless(index.is_some_and(|index| !self.is_nullable(table, index)))
            }
            Constraint::Unique(key) => scanned_unless(key.using_index.is_some()),
            Constraint::Exclude { .. } => RowAccess::Scanned,
        }
    }

    /// Tells whether a column of an index may hold NULL, which a primary key must look for.
    fn is_nullable(&self, table: &TableName, index: &Known<String>) -> bool {
        let columns = |index| self.catalog.columns_of_index(table, index);
        let columns = index.as_str().map(columns).unwrap_or_default();
        columns.iter().any(|column| !self.holds_no_null(table, column))
    }

    /// Tells whether nobody need look for a NULL: from PostgreSQL 12 on a CHECK may prove that
    /// there is none.
    fn holds_no_null(&self, table: &TableName, column: &str) -> bool {
        self.catalog.is_not_null(table, column)
            || self.catalog.proves_not_null(table, column) && self.is_at_least(12)
    }
}

fn scanned_unless(proved: bool) -> RowAccess {
    if proved { RowAccess::Untouched } else { RowAccess::Scanned }
}

/// Returns the default that a new column has; NULL is none.
fn value_of(column: &Column) -> Option<&Known<String>> {
    let sql = &column.server_default.as_ref()?.sql;
    let is_null = sql.as_str().is_some_and(|sql| {
        sql.split("::").next().is_some_and(|sql| sql.trim().eq_ignore_ascii_case("null"))
    });
    (!is_null).then_some(sql)
}

fn is_cast(using: &Known<String>, column: Option<&str>) -> bool {
    using.as_str().zip(column).is_some_and(|(using, column)| condition::is_cast(using, column))
}
