//! Asks a database what it would answer.

use crate::schema::answer::calls::queries_are_sound;
use crate::schema::answer::columns::{
    answer_add_column, answer_drop_column, answer_drop_default, answer_drop_not_null,
    answer_modify_column, answer_rename_column, answer_set_default,
};
use crate::schema::answer::constraints::{
    answer_add_constraint, answer_drop_constraint, answer_rename_constraint, index_of_key_is_unused,
};
use crate::schema::answer::identities::answer_alter_column;
use crate::schema::answer::indexes::{answer_create_index, answer_drop_index, answer_rename_index};
use crate::schema::answer::needed::TableUse;
use crate::schema::answer::needs::{is_no_view, needs_column_of, needs_table, needs_tables};
use crate::schema::answer::objects::{
    answer_alter_object, answer_create_object, answer_drop_object, object_is_there,
};
use crate::schema::answer::refresh::answer_refresh;
use crate::schema::answer::retype::answer_retype;
use crate::schema::answer::rows::{answer_delete, answer_insert, answer_truncate, answer_update};
use crate::schema::answer::tables::{answer_create_table, answer_drop_table, answer_rename_table};
use crate::schema::answer::types::{answer_alter_type, answer_create_type, answer_drop_type};
use crate::schema::answer::verdict::{Answer, Engine};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table_change::{TableAction, TableChange};
use crate::text::known::Known;

impl Database {
    /// Tells what a database in this state would answer to a statement. Statements inside of a block
    /// are not judged, and neither is what cannot be read.
    pub fn answer(&self, statement: &Statement, engine: Engine) -> Answer {
        match statement {
            Statement::Table(change) => answer_table(self, change, engine),
            Statement::Rows(change) => answer_rows(self, change, engine),
            Statement::Object(change) => answer_object(self, change, engine),
            Statement::Session(SessionCommand::LockTable { table, .. }) => {
                needs_table(self, table, TableUse::Rows, engine)
            }
            Statement::Session(SessionCommand::Set { .. } | SessionCommand::Transaction(_))
            | Statement::Block { .. }
            | Statement::Read
            | Statement::Other { .. }
            | Statement::Unreadable { .. } => Answer::Applied,
        }
    }
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
        if let Answer::Refused(refusal) = is_no_view(database, table, words) {
            return refusal.into();
        }
    }
    match change {
        T::CreateTable(create) => answer_create_table(database, create, engine),
        T::DropTable { table, if_exists, cascade } => {
            answer_drop_table(database, table, *if_exists, *cascade, engine)
        }
        T::RenameTable { table, to } => answer_rename_table(database, table, to, engine),
        T::SetSchema { table, .. } => needs_table(database, table, TableUse::Alter, engine),
        T::AddColumn { table, column, if_not_exists } => {
            answer_add_column(database, table, column, *if_not_exists, engine)
        }
        T::DropColumn { table, column, if_exists, cascade } => {
            answer_drop_column(database, table, column, *if_exists, *cascade, engine)
        }
        T::RenameColumn { table, column, to } => {
            answer_rename_column(database, table, column, to, engine)
        }
        T::AlterColumnType { table, column, to, using, .. } => {
            answer_retype(database, table, column, to, using.as_ref(), engine)
        }
        T::SetDefault { table, column, default } => {
            answer_set_default(database, table, column, default, engine)
        }
        T::DropNotNull { table, column } => answer_drop_not_null(database, table, column, engine),
        T::DropDefault { table, column } => answer_drop_default(database, table, column, engine),
        T::SetNotNull { table, column } => needs_column_of(database, table, column, engine),
        T::AlterColumn { table, column, action, words } => {
            answer_alter_column(database, table, column, (*action, words), engine)
        }
        T::ModifyColumn { table, name, to, column, .. } => {
            answer_modify_column(database, table, name, to.as_ref(), column, engine)
        }
        T::AddConstraint { table, constraint } => {
            answer_add_constraint(database, table, constraint, engine)
        }
        T::DropConstraint { table, name, kind, if_exists, cascade } => {
            let name = name.as_ref().and_then(Known::as_str);
            answer_drop_constraint(database, table, name, *kind, (*if_exists, *cascade), engine)
        }
        T::ValidateConstraint { table, name } => {
            answer_rename_constraint(database, table, name, None, engine)
        }
        T::RenameConstraint { table, name, to } => {
            answer_rename_constraint(database, table, name, Some(to), engine)
        }
        T::AlterTable { table, action, .. } => {
            let kind = ObjectKind::Trigger;
            needs_table(database, table, TableUse::Alter, engine).or(|| match action {
                TableAction::Trigger { name: Some(name), .. } => {
                    object_is_there(database, kind, name, &Some(table.clone()))
                }
                _ => Answer::Applied,
            })
        }
        T::CreateIndex { table, index } => answer_create_index(database, table, index, engine),
        T::DropIndex { name, table, if_exists, cascade, .. } => {
            let name = name.as_ref().and_then(Known::as_str);
            answer_drop_index(database, name, table.as_ref(), (*if_exists, *cascade), engine)
                .or(|| index_of_key_is_unused(database, table.as_ref(), name, engine))
        }
        T::RenameIndex { name, to } => answer_rename_index(database, name, to, engine),
        T::AlterIndex { .. } | T::Reindex { .. } | T::Vacuum { .. } | T::Cluster { .. } => {
            Answer::Applied
        }
    }
}

fn answer_rows(database: &Database, change: &RowChange, engine: Engine) -> Answer {
    use RowChange as R;
    match change {
        R::Insert(insert) => answer_insert(database, insert, engine),
        R::Update(update) => answer_update(database, update, engine),
        R::Delete(delete) => answer_delete(database, delete, engine),
        R::Truncate { table, cascade } => answer_truncate(database, table, *cascade, engine),
        R::Select { tables, scopes, .. } => needs_tables(database, tables, engine)
            .or(|| queries_are_sound(database, scopes, engine)),
        R::Merge { table } | R::CopyFrom { table } => {
            needs_table(database, table, TableUse::Rows, engine)
        }
    }
}

fn answer_object(database: &Database, change: &ObjectChange, engine: Engine) -> Answer {
    use ObjectChange as O;
    match change {
        O::CreateType { name, if_not_exists, .. } => {
            answer_create_type(database, name, *if_not_exists, engine)
        }
        O::DropType { name, if_exists, cascade, .. } => {
            answer_drop_type(database, name, *if_exists, *cascade, engine)
        }
        O::AlterType { name, change } => answer_alter_type(database, name, change, engine),
        O::CreateObject { .. } => answer_create_object(database, change, engine),
        O::DropObject { .. } => answer_drop_object(database, change, engine),
        O::AlterObject { kind, name, on, if_exists: false, .. } => {
            answer_alter_object(database, *kind, name, on, engine)
        }
        O::Comment { table: Some(table), column, .. } => match column {
            Some(column) => needs_column_of(database, table, column, engine),
            None => needs_table(database, table, TableUse::Alter, engine),
        },
        O::RefreshView { name, concurrently } => {
            answer_refresh(database, name, *concurrently, engine)
        }
        O::Comment { table: None, .. } | O::AlterObject { .. } | O::Grant => Answer::Applied,
    }
}
