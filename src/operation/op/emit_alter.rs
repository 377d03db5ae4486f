//! What is sent to the database because of `alter_column`. use crate::operation::operation::AlterColumn;
use crate::operation::operation::AlterColumn;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectChange;
use crate::sql::statement::Statement;
use crate::sql::table::{Column, ColumnType};
use crate::sql::table_change::{ColumnAction, TableChange};
use crate::text::known::Known;

/// Returns the statements of an `alter_column`, in Alembic's order.
pub fn statements(alter: &AlterColumn, dialect: Dialect) -> Vec<Statement> {
    match dialect {
        Dialect::MySql | Dialect::MariaDb => mysql(alter),
        Dialect::SqlServer => sql_server(alter),
        Dialect::PostgreSql | Dialect::Sqlite | Dialect::Oracle => one_by_one(alter, dialect),
    }
}

fn one_by_one(alter: &AlterColumn, dialect: Dialect) -> Vec<Statement> {
    let mut emitted = Vec::new();
    emitted.extend(retype(alter));
    emitted.extend(alter.nullable.as_ref().map(|nullable| renull(alter, nullable)));
    emitted.extend(redefault(alter));
    emitted.extend(rename(alter));
    if dialect == Dialect::PostgreSql {
        emitted.extend(alter.comment.clone().map(|comment| {
            Statement::Object(ObjectChange::Comment {
                table: Some(alter.table.clone()),
                column: Some(alter.column.clone()),
                comment: Some(comment),
            })
        }));
    }
    emitted
}

fn retype(alter: &AlterColumn) -> Option<Statement> {
    Some(Statement::Table(TableChange::AlterColumnType {
        table: alter.table.clone(),
        column: alter.column.clone(),
        to: alter.kind.clone()?,
        existing: alter.existing_type.clone().and_then(Known::into_option),
        using: alter.using.clone(),
    }))
}

fn renull(alter: &AlterColumn, nullable: &Known<bool>) -> Statement {
    let (table, column) = (alter.table.clone(), alter.column.clone());
    match nullable {
        Known::Is(true) => Statement::Table(TableChange::DropNotNull { table, column }),
        Known::Is(false) => Statement::Table(TableChange::SetNotNull { table, column }),
        Known::Unreadable => Statement::Table(TableChange::AlterColumn {
            table,
            column,
            action: ColumnAction::Nullability,
            words: "SET or DROP NOT NULL".to_owned(),
        }),
    }
}

fn redefault(alter: &AlterColumn) -> Option<Statement> {
    let (table, column) = (alter.table.clone(), alter.column.clone());
    Some(match alter.server_default.clone()? {
        Some(default) => Statement::Table(TableChange::SetDefault { table, column, default }),
        None => Statement::Table(TableChange::DropDefault { table, column }),
    })
}

fn rename(alter: &AlterColumn) -> Option<Statement> {
    let to = alter.new_name.clone()?;
    Some(Statement::Table(TableChange::RenameColumn {
        table: alter.table.clone(),
        column: alter.column.clone(),
        to,
    }))
}

/// MySQL restates the whole column: what is not given again is lost.
fn mysql(alter: &AlterColumn) -> Vec<Statement> {
    let renamed = alter.new_name.as_ref().is_some_and(|name| *name != alter.column);
    let restated = alter.nullable.is_some()
        || alter.kind.is_some()
        || alter.autoincrement.is_some()
        || alter.comment.is_some();
    if renamed || restated {
        return vec![restate(alter)];
    }
    redefault(alter).into_iter().collect()
}

fn restate(alter: &AlterColumn) -> Statement {
    let name = alter.new_name.clone().unwrap_or_else(|| alter.column.clone());
    let mut column = Column::new(name, known_type(alter));
    column.nullable = alter
        .nullable
        .clone()
        .or_else(|| alter.existing_nullable.clone())
        .unwrap_or(Known::Is(true));
    let default = alter.server_default.clone().or_else(|| alter.existing_server_default.clone());
    column.server_default = default.flatten();
    column.comment = alter.comment.clone();
    Statement::Table(TableChange::ModifyColumn {
        table: alter.table.clone(),
        name: alter.column.clone(),
        to: alter.new_name.clone().filter(|name| *name != alter.column),
        column,
        existing: alter.existing_type.clone().and_then(Known::into_option),
    })
}

/// Returns the type that a restated column has; an unreadable one where it cannot be known.
fn known_type(alter: &AlterColumn) -> Option<ColumnType> {
    alter.kind.clone().or_else(|| alter.existing_type.clone()).and_then(Known::into_option)
}

/// SQL Server restates type and nullability together; the rest goes by itself.
fn sql_server(alter: &AlterColumn) -> Vec<Statement> {
    let mut emitted = Vec::new();
    if alter.nullable.is_some() || alter.kind.is_some() {
        let mut restated = alter.clone();
        restated.new_name = None;
        restated.server_default = None;
        restated.existing_server_default = None;
        emitted.push(restate(&restated));
    }
    emitted.extend(redefault(alter));
    emitted.extend(rename(alter));
    emitted
}
