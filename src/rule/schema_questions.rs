//! What a rule asks of the schema at a statement.

use std::rc::Rc;

use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::{Column, ConstraintState, Population, Table};
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::{ColumnType, Index, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

impl<'a> RuleContext<'a> {
    /// Returns what is known of a table before a statement.
    pub fn table(&self, stmt: &StatementRef<'_>, table: &TableName) -> Option<Table> {
        let table = self.before(stmt, |database| database.table(table).cloned());
        self.look_at_names(table.as_ref().map_or(0, |table| table.columns.len()));
        table
    }

    /// Returns what is known of a column before a statement.
    pub fn column(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> Option<Column> {
        let column = column.as_str()?;
        self.before(stmt, |database| {
            database.table(table).and_then(|table| table.column(column)).cloned()
        })
    }

    /// Tells whether a table is made, without a guard, by what is deployed together: no row of
    /// production is in it. Copies of batch mode and Alembic's own table count as new, for nobody
    /// waits for them.
    pub fn is_new(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        is_scaffold(table)
            || self.before(stmt, |database| database.is_new(table))
            || !table.name.is_known() && self.may_be_new(stmt)
    }

    /// Tells whether a table whose name is not known may be one that is made before, by a name that
    /// is not known either: all tables of a project may have a prefix that the settings say.
    fn may_be_new(&self, stmt: &StatementRef<'_>) -> bool {
        self.statements(stmt.direction)
            .take_while(|other| (other.number, other.part) < (stmt.number, stmt.part))
            .any(|other| match other.statement() {
                Statement::Table(TableChange::CreateTable(create)) => !create.table.name.is_known(),
                _ => false,
            })
    }

    /// Tells whether settings say that a table holds few rows.
    pub fn is_small(&self, table: &TableName) -> bool {
        self.settings.rows_if_small(&table.to_string()).is_some()
    }

    /// Tells whether a table is new and nothing was written to it yet.
    pub fn is_empty(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        let is_empty = |table: &Table| table.rows == Population::NewAndEmpty || table.temporary;
        is_scaffold(table)
            || self.before(stmt, |database| database.table(table).is_some_and(is_empty))
    }

    /// Tells whether a column is added, without a guard, earlier in what is deployed together.
    pub fn is_new_column(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> bool {
        self.column(stmt, table, column).is_some_and(|column| column.origin.is_new())
    }

    /// Tells whether columns are new, nullable and without default: no row holds a value in them.
    pub fn are_blank(&self, stmt: &StatementRef<'_>, table: &TableName, columns: &[&str]) -> bool {
        let is_blank = |column: &Column| {
            column.origin.is_new()
                && column.nullable == Known::Is(true)
                && column.default == Known::Is(None)
                && column.generated.is_none()
                && column.filled.is_none()
        };
        let all =
            |table: &Table| columns.iter().all(|name| table.column(name).is_some_and(is_blank));
        !columns.is_empty() && self.before(stmt, |database| database.table(table).is_some_and(all))
    }

    /// Returns the type that a column has before a statement, as far as the history says it.
    pub fn old_type(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> Option<ColumnType> {
        self.column(stmt, table, column)?.kind
    }

    /// Tells whether a validated constraint proves that a column holds no NULL, or it is NOT NULL
    /// already.
    pub fn is_proven_not_null(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> bool {
        column.as_str().is_some_and(|column| {
            self.before(stmt, |database| database.proves_not_null(table, column))
        })
    }

    /// Returns the revision that filled a column since it was added, if one did.
    pub fn filled_by(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> Option<Rc<str>> {
        self.column(stmt, table, column)?.filled
    }

    /// Tells whether a table is known to be partitioned.
    pub fn is_partitioned(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        self.before(stmt, |database| database.table(table).is_some_and(|table| table.partitioned))
    }

    /// Returns the constraint of a name, as far as the history says it.
    pub fn constraint(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        name: &str,
    ) -> Option<ConstraintState> {
        self.before(stmt, |database| database.table(table)?.constraint_or_unnamed(name).cloned())
    }

    /// Returns the table that an index belongs to, and the index where the history says it.
    pub fn index(
        &self,
        stmt: &StatementRef<'_>,
        name: &str,
        said: Option<&TableName>,
    ) -> Option<(TableName, Option<Index>)> {
        self.before(stmt, |database| {
            let owner = database.owner_of_index(name, said)?;
            Some((owner.table_name(), owner.index(name).cloned()))
        })
    }

    /// Tells whether a table is dropped here and another one takes its name, rows copied: it is
    /// rewritten, not lost.
    pub fn is_recreated(&self, stmt: &StatementRef<'a>, table: &TableName) -> bool {
        let successor = self.later(stmt).find_map(|later| match later.statement() {
            Statement::Table(TableChange::RenameTable { table: from, to }) if *to == table.name => {
                Some(from.clone())
            }
            Statement::Table(TableChange::CreateTable(create)) if create.table == *table => {
                Some(table.clone())
            }
            _ => None,
        });
        let Some(successor) = successor.or_else(|| self.heir_of_name(stmt, table)) else {
            return false;
        };
        self.statements(stmt.direction).any(|other| match other.statement() {
            Statement::Rows(RowChange::Insert(insert)) if insert.table == successor => {
                insert.reads.contains(table)
            }
            Statement::Table(TableChange::CreateTable(create)) if create.table == successor => {
                create.filled && create.like.as_ref().is_none_or(|like| like == table)
            }
            Statement::Rows(RowChange::Insert(insert)) => {
                insert.reads.contains(table) && successor == *table
            }
            _ => false,
        })
    }

    /// Returns the table that was made under the name that a dropped one had before it was renamed
    /// away for that: RENAME, CREATE, INSERT ... SELECT, DROP.
    fn heir_of_name(&self, stmt: &StatementRef<'a>, table: &TableName) -> Option<TableName> {
        let name = self.earlier(stmt).find_map(|earlier| match earlier.statement() {
            Statement::Table(TableChange::RenameTable { table: from, to }) if *to == table.name => {
                Some(from.clone())
            }
            _ => None,
        })?;
        let is_made = self.earlier(stmt).any(|earlier| {
            matches!(earlier.statement(),
                Statement::Table(TableChange::CreateTable(create)) if create.table == name)
        });
        is_made.then_some(name)
    }
}

/// Tells whether a table is never judged: copies of batch mode, Alembic's own.
pub fn is_scaffold(table: &TableName) -> bool {
    let name = table.name.as_str().unwrap_or_default();
    name.starts_with("_alembic_tmp_") || name == "alembic_version"
}
