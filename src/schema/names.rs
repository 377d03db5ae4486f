//! The names that a statement mentions and a history is searched for: tables, indexes, types.
//!
//! Columns and constraints are not among them: whatever is done to one names its table too.

use std::collections::HashSet;

use crate::sql::default::{owners, sequence};
use crate::sql::object_change::{EnumChange, ObjectChange, ObjectKind};
use crate::sql::row_change::RowChange;
use crate::sql::statement::{Placed, Statement};
use crate::sql::table::{Column, ColumnType, Constraint, Index, ServerDefault, TableName};
use crate::sql::table_change::{CreateTable, TableAction, TableChange};
use crate::text::known::Known;

/// How deep blocks may stand in blocks before the inner ones are left unread.
const DEEPEST: usize = 8;

/// Names in question, lower case.
pub type Names = HashSet<String>;

/// Adds every name that a statement mentions.
pub fn mention(statement: &Statement, names: &mut Names) {
    gather(statement, names, 0);
}

/// Adds the names that a statement leads to, if it is about a name in question: what a table was
/// called before, its indexes, the types of its columns, the table of an index. Tells whether there
/// are new ones.
pub fn lead(statement: &Statement, names: &mut Names) -> bool {
    let before = names.len();
    follow(statement, names, 0);
    names.len() > before
}

/// Tells whether a statement may lead from one name to another, whichever are in question.
pub fn may_lead(statement: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Table(TableChange::CreateTable(create)) => {
            let mut names = Names::new();
            follow_table(create, &mut names);
            !names.is_empty()
        }
        S::Table(TableChange::AddColumn { column, .. }) => {
            column.kind.as_ref().is_some_and(|kind| kind.labels.is_some())
        }
        S::Table(TableChange::CreateIndex { index, .. }) => index.name.is_some(),
        S::Block { .. }
        | S::Table(
            TableChange::RenameTable { .. }
            | TableChange::RenameIndex { .. }
            | TableChange::AlterColumnType { .. }
            | TableChange::AddConstraint { .. },
        )
        | S::Object(ObjectChange::AlterType { .. } | ObjectChange::AlterObject { .. }) => true,
        _ => false,
    }
}

fn gather(statement: &Statement, names: &mut Names, depth: usize) {
    use Statement as S;
    add_table(statement.table(), names);
    match statement {
        S::Block { statements, .. } => {
            each(statements, depth, |inner| gather(inner, names, depth + 1))
        }
        S::Table(TableChange::CreateTable(create)) => {
            add_table(create.like.as_ref(), names);
            add_table(create.parent.as_ref(), names);
            create.constraints.iter().for_each(|constraint| add_referent(constraint, names));
            create.columns.iter().for_each(|column| add_of_column(column, names));
            add(create.table.schema.as_ref(), names);
        }
        S::Table(TableChange::SetDefault { default, .. }) => add_sequence(default, names),
        S::Table(
            TableChange::AddColumn { column, .. } | TableChange::ModifyColumn { column, .. },
        ) => add_of_column(column, names),
        S::Table(TableChange::AddConstraint { constraint, .. }) => add_referent(constraint, names),
        S::Table(TableChange::AlterColumnType { to, .. }) => add_type(to.get(), names),
        S::Table(TableChange::RenameTable { to, .. }) => add(Some(to), names),
        S::Table(TableChange::AlterTable { action, .. }) => add_table(partition(action), names),
        S::Table(TableChange::DropIndex { name, .. }) => add(name.as_ref(), names),
        S::Table(TableChange::AlterIndex { name, .. }) => add(Some(name), names),
        S::Table(TableChange::RenameIndex { name, to }) => {
            add(Some(name), names);
            add(Some(to), names);
        }
        S::Object(
            ObjectChange::CreateType { name, .. }
            | ObjectChange::DropType { name, .. }
            | ObjectChange::AlterType { name, .. },
        ) => add(Some(name), names),
        S::Object(
            ObjectChange::CreateObject { name, .. }
            | ObjectChange::DropObject { name, .. }
            | ObjectChange::AlterObject { name, .. },
        ) => {
            add(Some(name), names);
            if let (Some(name), true) = (name.as_str(), is_sequence(statement)) {
                add_owners(name, names);
            }
        }
        S::Rows(RowChange::Insert(insert)) => {
            insert.reads.iter().for_each(|table| add_table(Some(table), names))
        }
        S::Rows(RowChange::Update(update)) => {
            update.reads.iter().for_each(|table| add_table(Some(table), names))
        }
        S::Rows(RowChange::Select { functions, tables, scopes }) => {
            functions.iter().for_each(|name| add_routine(name, names));
            tables.iter().for_each(|table| add_table(Some(table), names));
            scopes.sequences.iter().for_each(|name| add_owners(name, names));
        }
        S::Rows(RowChange::Delete(delete)) => {
            delete.reads.iter().for_each(|table| add_table(Some(table), names))
        }
        _ => {}
    }
}

fn follow(statement: &Statement, names: &mut Names, depth: usize) {
    use Statement as S;
    match statement {
        S::Block { statements, .. } => {
            each(statements, depth, |inner| follow(inner, names, depth + 1))
        }
        S::Table(TableChange::RenameTable { table, to }) => tie(Some(&table.name), Some(to), names),
        S::Table(TableChange::RenameIndex { name, to }) => tie(Some(name), Some(to), names),
        S::Object(ObjectChange::AlterType { name, change: EnumChange::Rename { to } }) => {
            tie(Some(name), Some(to), names)
        }
        S::Object(change @ ObjectChange::AlterObject { name, .. }) => {
            let to = change.renamed_to().map(Known::Is);
            tie(Some(name), to.as_ref(), names)
        }
        S::Object(ObjectChange::CreateObject { kind: ObjectKind::Routine, name, uses, .. })
            if is_in_question(name, names) =>
        {
            let runs = uses.runs.as_deref().unwrap_or_default();
            runs.iter().for_each(|statement| add_called(statement, names));
        }
        S::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Trigger,
            on: Some(table),
            uses,
            ..
        }) if holds(table, names) => {
            uses.mentions.calls.iter().for_each(|name| add_routine(name, names));
        }
        S::Table(TableChange::CreateIndex { table, index }) => {
            tie(Some(&table.name), index.name.as_ref(), names)
        }
        S::Table(TableChange::CreateTable(create)) if holds(&create.table, names) => {
            follow_table(create, names)
        }
        S::Table(TableChange::AddColumn { table, column, .. }) if holds(table, names) => {
            add_type(column.kind.as_ref(), names)
        }
        S::Table(TableChange::AlterColumnType { table, to, .. }) if holds(table, names) => {
            add_type(to.get(), names)
        }
        S::Table(TableChange::AddConstraint { table, constraint }) if holds(table, names) => {
            add_used_index(constraint, names)
        }
        _ => {}
    }
}

fn follow_table(create: &CreateTable, names: &mut Names) {
    add_table(create.like.as_ref(), names);
    create.columns.iter().for_each(|column| add_type(column.kind.as_ref(), names));
    create.indexes.iter().for_each(|index: &Index| add(index.name.as_ref(), names));
}

/// Two names of which one is in question bring in the other.
fn tie(one: Option<&Known<String>>, other: Option<&Known<String>>, names: &mut Names) {
    let known = |name: Option<&Known<String>>| name.and_then(Known::as_str).map(str::to_lowercase);
    if let (Some(one), Some(other)) = (known(one), known(other))
        && (names.contains(&one) || names.contains(&other))
    {
        names.extend([one, other]);
    }
}

fn each(statements: &[Placed], depth: usize, mut visit: impl FnMut(&Statement)) {
    if depth < DEEPEST {
        statements.iter().for_each(|placed| visit(&placed.statement));
    }
}

fn holds(table: &TableName, names: &Names) -> bool {
    table.name.as_str().is_some_and(|name| names.contains(&name.to_lowercase()))
}

/// Tells whether an object is one of those in question, in whatever schema.
fn is_in_question(name: &Known<String>, names: &Names) -> bool {
    name.as_str().is_some_and(|name| names.contains(&plain(name)))
}

/// Adds the routines that a statement in a body calls.
fn add_called(statement: &Statement, names: &mut Names) {
    if let Statement::Rows(RowChange::Select { functions, .. }) = statement {
        functions.iter().for_each(|name| add_routine(name, names));
    }
}

fn add_routine(name: &str, names: &mut Names) {
    names.insert(plain(name));
}

/// Returns a name without its schema, lower case.
fn plain(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_lowercase()
}

fn add(name: Option<&Known<String>>, names: &mut Names) {
    names.extend(
        name.and_then(Known::as_str).filter(|name| !name.is_empty()).map(str::to_lowercase),
    );
}

fn add_table(table: Option<&TableName>, names: &mut Names) {
    add(table.map(|table| &table.name), names);
}

fn add_referent(constraint: &Constraint, names: &mut Names) {
    if let Constraint::ForeignKey(key) = constraint {
        add_table(Some(&key.referent), names);
    }
    add_used_index(constraint, names);
}

fn add_used_index(constraint: &Constraint, names: &mut Names) {
    if let Constraint::PrimaryKey(key) | Constraint::Unique(key) = constraint {
        add(key.using_index.as_ref(), names);
    }
}

fn add_of_column(column: &Column, names: &mut Names) {
    column.foreign_keys.iter().for_each(|key| add_table(Some(&key.referent), names));
    add_type(column.kind.as_ref(), names);
    column.server_default.iter().for_each(|default| add_sequence(default, names));
}

/// The sequence that a default counts with may be gone.
fn add_sequence(default: &ServerDefault, names: &mut Names) {
    let sequence = default.sql.as_str().and_then(sequence);
    sequence.into_iter().for_each(|name| add_owners(&name, names));
}

/// SERIAL names a sequence after its table and column: it is one of theirs, or of nobody.
fn add_owners(sequence: &str, names: &mut Names) {
    let name = sequence.rsplit('.').next().unwrap_or(sequence).to_lowercase();
    names.extend(owners(&name).into_iter().map(str::to_owned));
    names.insert(name);
}

fn is_sequence(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Object(
            ObjectChange::CreateObject { kind: ObjectKind::Sequence, .. }
                | ObjectChange::DropObject { kind: ObjectKind::Sequence, .. },
        )
    )
}

fn add_type(kind: Option<&ColumnType>, names: &mut Names) {
    let labels = kind.and_then(|kind| kind.labels.as_ref()).filter(|labels| labels.native);
    add(labels.and_then(|labels| labels.name.as_ref()), names);
}

fn partition(action: &TableAction) -> Option<&TableName> {
    match action {
        TableAction::AttachPartition { partition, .. }
        | TableAction::DetachPartition { partition, .. } => Some(partition),
        _ => None,
    }
}
