//! What PostgreSQL says when it refuses.

use crate::schema::answer::error::{DatabaseError, unqualified};
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::sql::object_change::ObjectKind;
use crate::sql::table::TableName;

fn no_column(table: &TableName, column: &str, place: ColumnPlace) -> String {
    match place {
        ColumnPlace::Key => format!("column \"{column}\" named in key does not exist"),
        ColumnPlace::ForeignKey | ColumnPlace::Referred => {
            format!("column \"{column}\" referenced in foreign key constraint does not exist")
        }
        ColumnPlace::Index | ColumnPlace::Read => format!("column \"{column}\" does not exist"),
        ColumnPlace::Batch => format!("KeyError: '{column}'"),
        ColumnPlace::Altered | ColumnPlace::Dropped | ColumnPlace::Written => format!(
            "column \"{column}\" of relation \"{}\" does not exist",
            unqualified(&table.to_string())
        ),
    }
}

pub(crate) fn in_use(what: &Needed, by: &[String]) -> String {
    let because = "because other objects depend on it";
    match what {
        Needed::Table(table) => format!("cannot drop table {table} {because}"),
        Needed::Column(table, column) | Needed::CopiedColumn(table, column) => {
            format!("cannot drop column {column} of table {table} {because}")
        }
        Needed::ColumnType(words) => (*words).to_owned(),
        Needed::KeyColumn(column) => format!("column \"{column}\" is in a primary key"),
        Needed::ForeignColumn(column) => {
            let by = by.first().map(|by| by.replace('`', "'")).unwrap_or_default();
            format!("Cannot change column '{column}': used in a {by}")
        }
        Needed::CheckedColumn { check, column } => format!(
            "Check constraint '{check}' uses column '{column}', hence column cannot be dropped or \
             renamed."
        ),
        Needed::RowType(name) => {
            format!("cannot drop type {name} because table {name} requires it")
        }
        Needed::Constraint(table, name) => {
            format!("cannot drop constraint {name} on table {table} {because}")
        }
        Needed::Index(name) => {
            let by = by.first().map_or("a constraint", String::as_str);
            format!("cannot drop index {name} because {by} requires it").replace('`', "")
        }
        Needed::Type(name) => format!("cannot drop type {name} {because}"),
        Needed::Waited(table) => {
            format!("cannot ALTER TABLE \"{table}\" because it has pending trigger events")
        }
        Needed::Copied(table) => format!("cannot drop table {table} {because}"),
        Needed::Truncated(_) => {
            "cannot truncate a table referenced in a foreign key constraint".to_owned()
        }
        Needed::Object(ObjectKind::Routine, name) => {
            format!("cannot drop function {name}() {because}")
        }
        Needed::Object(kind, name) => format!("cannot drop {} {name} {because}", kind.title()),
    }
}

pub(crate) fn postgresql(error: &DatabaseError) -> String {
    use DatabaseError as E;
    match error {
        E::NoTable { table, usage: TableUse::Drop } => {
            format!("table \"{table}\" does not exist")
        }
        E::NoTable { table, usage: TableUse::Reflect } => format!("NoSuchTableError: {table}"),
        E::NoTable { table, .. } => format!("relation \"{table}\" does not exist"),
        E::NoColumn { table, column, place } => no_column(table, column, *place),
        E::NoIndex { name } => format!("index \"{name}\" does not exist"),
        E::NoConstraint { table, name } => {
            format!("constraint \"{name}\" of relation \"{table}\" does not exist")
        }
        E::NoType { name } => format!("type \"{name}\" does not exist"),
        E::NoObject { kind, name, on: Some(on) } => {
            format!("{} \"{name}\" for table \"{on}\" does not exist", kind.title())
        }
        E::NoObject { kind: ObjectKind::Routine, name, .. } => {
            format!("function {name}() does not exist")
        }
        E::NoObject { kind, name, on: None } => {
            format!("{} \"{name}\" does not exist", kind.title())
        }
        E::NoSchema { name } => format!("schema \"{name}\" does not exist"),
        E::NoKey { referent, primary: true } => {
            format!("there is no primary key for referenced table \"{referent}\"")
        }
        E::OfAnotherKind { words, .. } => words.clone(),
        E::NoOrder { kind, .. } => {
            format!("data type {kind} has no default operator class for access method \"btree\"")
        }
        E::LastColumn { column } => {
            format!("cannot drop column \"{column}\": no other columns exist")
        }
        E::NoKey { referent, .. } => format!(
            "there is no unique constraint matching given keys for referenced table \"{referent}\""
        ),
        E::NoLabel { label } => format!("\"{label}\" is not an existing enum label"),
        E::TableExists { table } => {
            format!("relation \"{}\" already exists", unqualified(&table.to_string()))
        }
        E::ColumnExists { table, column } => {
            format!(
                "column \"{column}\" of relation \"{}\" already exists",
                unqualified(&table.to_string())
            )
        }
        E::ColumnTwice { column } => format!("column \"{column}\" specified more than once"),
        E::IndexExists { name } => format!("relation \"{name}\" already exists"),
        E::ConstraintExists { table, name } => format!(
            "constraint \"{name}\" for relation \"{}\" already exists",
            unqualified(&table.to_string())
        ),
        E::SecondKey { table } => {
            format!("multiple primary keys for table \"{table}\" are not allowed")
        }
        E::TypeExists { name } => format!("type \"{name}\" already exists"),
        E::LabelExists { label } => format!("enum label \"{label}\" already exists"),
        E::ObjectExists { kind: ObjectKind::Trigger, name, on: Some(on) } => {
            format!("trigger \"{name}\" for relation \"{on}\" already exists")
        }
        E::ObjectExists { kind, name, on: Some(on) } => {
            format!("{} \"{name}\" for table \"{on}\" already exists", kind.title())
        }
        E::ObjectExists { kind: ObjectKind::Routine, name, .. } => {
            format!("function \"{name}\" already exists with same argument types")
        }
        E::ObjectExists { kind, name, .. } => match kind {
            ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence => {
                format!("relation \"{}\" already exists", unqualified(name))
            }
            ObjectKind::Domain => format!("type \"{name}\" already exists"),
            kind => format!("{} \"{name}\" already exists", kind.title()),
        },
        E::InUse { what, by } => in_use(what, by),
        E::NoCast { column, to, .. } => {
            format!("column \"{column}\" cannot be cast automatically to type {to}")
        }
        E::NoUsingCast { column, to } => format!(
            "result of USING clause for column \"{column}\" cannot be cast automatically to type \
             {to}"
        ),
        E::NoDefaultCast { column, to } => {
            format!("default for column \"{column}\" cannot be cast automatically to type {to}")
        }
        E::NoComparison { name, .. } => {
            format!("foreign key constraint \"{name}\" cannot be implemented")
        }
        E::NoArbiter { .. } => {
            "there is no unique or exclusion constraint matching the ON CONFLICT specification"
                .to_owned()
        }
        E::BadDefault { words, .. }
        | E::BadValue { words, .. }
        | E::NoNullAction { words, .. }
        | E::BadKey { words, .. }
        | E::OtherColumns { words, .. }
        | E::OtherRoutine { words, .. }
        | E::NoOperator { words, .. }
        | E::Contradiction { words, .. } => words.clone(),
    }
}
