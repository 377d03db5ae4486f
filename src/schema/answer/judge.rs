//! Asks a database what it would answer.

use crate::schema::answer::error::{ColumnPlace, DatabaseError, TableUse};
use crate::schema::answer::presence::Presence;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

impl Database {
    /// Tells what a self in this state would answer to a statement. Statements inside of a block
    /// are not judged, and neither is what cannot be read.
    pub fn answer(&self, statement: &Statement, engine: Engine) -> Answer {
        match statement {
            Statement::Table(change) => answer_table(self, change, engine),
            Statement::Rows(change) => answer_rows(self, change, engine),
            Statement::Object(change) => answer_object(self, change, engine),
            Statement::Session(SessionCommand::LockTable { table, .. }) => {
                self.needs_table(table, TableUse::Rows, engine)
            }
            Statement::Session(SessionCommand::Set { .. } | SessionCommand::Transaction(_))
            | Statement::Block { .. }
            | Statement::Read
            | Statement::Other { .. }
            | Statement::Unreadable { .. } => Answer::Applied,
        }
    }

    /// Asks for a table.
    pub(super) fn needs_table(&self, table: &TableName, usage: TableUse, engine: Engine) -> Answer {
        if is_of_server(table) {
            return Answer::Applied;
        }
        let name = table.name.as_str().unwrap_or_default();
        let is_index = engine.dialect == Dialect::PostgreSql
            && self.table(table).is_none()
            && self.view(table).is_none()
            && self.owner_of_index(name, None).is_some();
        if is_index && self.presence_of_index(name, None) == Presence::Here {
            let words = match usage {
                TableUse::Drop => format!("\"{table}\" is not a table"),
                _ => format!("\"{table}\" is an index"),
            };
            let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
            return Refusal::proved(error).into();
        }
        let usage = match (engine.copies(), usage) {
            (true, TableUse::Alter) => TableUse::Reflect,
            (_, usage) => usage,
        };
        let error = DatabaseError::NoTable { table: table.clone(), usage };
        let answer = self.presence_of_table(table).needed(error);
        match answer {
            Answer::Refused(refusal) => {
                let refusal = refusal.about(table.name.as_str().unwrap_or_default());
                match engine.copies() {
                    true => refusal.by_alembic().into(),
                    false => refusal.into(),
                }
            }
            answer => answer,
        }
    }

    /// Asks for every table that a query reads.
    pub(super) fn needs_tables(&self, tables: &[TableName], engine: Engine) -> Answer {
        Answer::first(tables.iter().map(|table| self.needs_table(table, TableUse::Rows, engine)))
    }

    /// Asks for a column of a table that is there.
    pub(super) fn needs_column(
        &self,
        table: &TableName,
        column: &Known<String>,
        place: ColumnPlace,
        engine: Engine,
    ) -> Answer {
        let Some(column) = column.as_str() else { return Answer::Applied };
        if is_hidden(column, engine) || self.table(table).is_none() {
            return Answer::Applied;
        }
        let place = if engine.copies() { ColumnPlace::Batch } else { place };
        let error =
            DatabaseError::NoColumn { table: table.clone(), column: column.to_owned(), place };
        let answer = self.presence_of_column(table, column).needed_in_full(error);
        about_table(answer, table, engine)
    }

    /// Asks for a table and a column of it.
    pub(super) fn needs_column_of(
        &self,
        table: &TableName,
        column: &Known<String>,
        engine: Engine,
    ) -> Answer {
        self.needs_table(table, TableUse::Alter, engine)
            .or(|| self.needs_column(table, column, ColumnPlace::Altered, engine))
    }
}

/// Adds the table to what the proof of a refusal must have looked at.
pub(super) fn about_table(answer: Answer, table: &TableName, engine: Engine) -> Answer {
    let by_alembic = |refusal: Refusal| match engine.copies() {
        true => refusal.by_alembic(),
        false => refusal,
    };
    match answer {
        Answer::Refused(refusal) => {
            by_alembic(refusal).about(table.name.as_str().unwrap_or_default()).into()
        }
        answer => answer,
    }
}

/// Tells whether a table is the server's own, or not in the schema that the history makes.
fn is_of_server(table: &TableName) -> bool {
    let schema = table.schema.as_ref().and_then(Known::as_str).unwrap_or_default();
    let name = table.name.as_str().unwrap_or_default();
    let of_catalog = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.starts_with("pg_")
            || ["information_schema", "sys", "mysql", "performance_schema"].contains(&word.as_str())
            || word.starts_with("sqlite_")
    };
    of_catalog(schema)
        || of_catalog(name)
        || name.starts_with("_alembic_tmp_")
        || name == "alembic_version"
}

/// Columns that every table has (PostgreSQL's system columns, SQLite's row id).
fn is_hidden(column: &str, engine: Engine) -> bool {
    let hidden: &[&str] = match engine.dialect {
        Dialect::PostgreSql => &["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"],
        Dialect::Sqlite => &["rowid", "oid", "_rowid_"],
        _ => &[],
    };
    hidden.iter().any(|name| name.eq_ignore_ascii_case(column))
}

fn answer_table(database: &Database, change: &TableChange, engine: Engine) -> Answer {
    use TableChange as T;
    let is_of_tables = !matches!(
        change,
        T::CreateTable(_)
            | T::DropTable { .. }
            | T::RenameTable { .. }
            | T::SetSchema { .. }
            | T::RenameColumn { .. }
            | T::SetDefault { .. }
            | T::DropDefault { .. }
            | T::DropIndex { .. }
            | T::AlterTable { .. }
    ) || engine.dialect != Dialect::PostgreSql
        && matches!(change, T::RenameColumn { .. } | T::SetDefault { .. } | T::DropDefault { .. });
    if let (true, Some(table)) = (is_of_tables, change.table()) {
        let words = format!("\"{table}\" is a view, not a table");
        if let Answer::Refused(refusal) = database.is_no_view(table, words) {
            return refusal.into();
        }
    }
    match change {
        T::CreateTable(create) => database.answer_create_table(create, engine),
        T::DropTable { table, if_exists, cascade } => {
            database.answer_drop_table(table, *if_exists, *cascade, engine)
        }
        T::RenameTable { table, to } => database.answer_rename_table(table, to, engine),
        T::SetSchema { table, .. } => database.needs_table(table, TableUse::Alter, engine),
        T::AddColumn { table, column, if_not_exists } => {
            database.answer_add_column(table, column, *if_not_exists, engine)
        }
        T::DropColumn { table, column, if_exists, cascade } => {
            database.answer_drop_column(table, column, *if_exists, *cascade, engine)
        }
        T::RenameColumn { table, column, to } => {
            database.answer_rename_column(table, column, to, engine)
        }
        T::AlterColumnType { table, column, to, using, .. } => {
            database.answer_retype(table, column, to, using.as_ref(), engine)
        }
        T::SetDefault { table, column, default } => {
            database.answer_set_default(table, column, default, engine)
        }
        T::DropNotNull { table, column } => database.answer_drop_not_null(table, column, engine),
        T::DropDefault { table, column } => {
            database.needs_column_of_relation(table, column, engine)
        }
        T::SetNotNull { table, column } | T::AlterColumn { table, column, .. } => {
            database.needs_column_of(table, column, engine)
        }
        T::ModifyColumn { table, name, to, column, .. } => {
            database.answer_modify_column(table, name, to.as_ref(), column, engine)
        }
        T::AddConstraint { table, constraint } => {
            database.answer_add_constraint(table, constraint, engine)
        }
        T::DropConstraint { table, name, kind, if_exists, cascade } => {
            let name = name.as_ref().and_then(Known::as_str);
            database.answer_drop_constraint(table, name, *kind, (*if_exists, *cascade), engine)
        }
        T::ValidateConstraint { table, name } => {
            database.answer_rename_constraint(table, name, None, engine)
        }
        T::RenameConstraint { table, name, to } => {
            database.answer_rename_constraint(table, name, Some(to), engine)
        }
        T::AlterTable { table, .. } => database.needs_table(table, TableUse::Alter, engine),
        T::CreateIndex { table, index } => database.answer_create_index(table, index, engine),
        T::DropIndex { name, table, if_exists, cascade, .. } => {
            let name = name.as_ref().and_then(Known::as_str);
            database.answer_drop_index(name, table.as_ref(), (*if_exists, *cascade), engine)
        }
        T::RenameIndex { name, to } => database.answer_rename_index(name, to, engine),
        T::AlterIndex { .. } | T::Reindex { .. } | T::Vacuum { .. } | T::Cluster { .. } => {
            Answer::Applied
        }
    }
}

fn answer_rows(database: &Database, change: &RowChange, engine: Engine) -> Answer {
    use RowChange as R;
    match change {
        R::Insert(insert) => database.answer_insert(insert, engine),
        R::Update(update) => database.answer_update(update, engine),
        R::Delete(delete) => database.answer_delete(delete, engine),
        R::Truncate { table, cascade } => database.answer_truncate(table, *cascade, engine),
        R::Select { tables, .. } => database.needs_tables(tables, engine),
        R::Merge { table } | R::CopyFrom { table } => {
            database.needs_table(table, TableUse::Rows, engine)
        }
    }
}

fn answer_object(database: &Database, change: &ObjectChange, engine: Engine) -> Answer {
    use ObjectChange as O;
    match change {
        O::CreateType { name, if_not_exists, .. } => {
            database.answer_create_type(name, *if_not_exists, engine)
        }
        O::DropType { name, if_exists, cascade, .. } => {
            database.answer_drop_type(name, *if_exists, *cascade, engine)
        }
        O::AlterType { name, change } => database.answer_alter_type(name, change, engine),
        O::CreateObject { .. } => database.answer_create_object(change, engine),
        O::DropObject { kind, name, on, if_exists, cascade } => {
            database.answer_drop_object(*kind, name, on, (*if_exists, *cascade), engine)
        }
        O::Comment { table: Some(table), column, .. } => match column {
            Some(column) => database.needs_column_of(table, column, engine),
            None => database.needs_table(table, TableUse::Alter, engine),
        },
        O::Comment { table: None, .. }
        | O::RefreshView { .. }
        | O::AlterObject { .. }
        | O::Grant => Answer::Applied,
    }
}
