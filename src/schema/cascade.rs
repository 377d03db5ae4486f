//! Takes what goes along out of the database.

use std::rc::Rc;

use crate::schema::answer::marks::doubt_name;
use crate::schema::database::Database;
use crate::schema::dependant::Dependant;
use crate::schema::dependants::Dropped;
use crate::sql::object_change::ObjectChange;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// CASCADE takes dependants along, as far as the history knows them; each may have been
/// something else of the same name.
pub(in crate::schema) fn drop_dependants(
    database: &mut Database,
    statement: &Statement,
    by: &Rc<str>,
) {
    if !cascades(statement) {
        return;
    }
    let found = Dropped::of(statement).map(|dropped| dropped.dependants(database));
    for dependant in found.into_iter().flatten() {
        lose(database, &dependant);
        doubt_name(database, dependant.key(), by);
    }
}

/// Tells whether a statement says CASCADE.
fn cascades(statement: &Statement) -> bool {
    match statement {
        Statement::Table(
            TableChange::DropTable { cascade, .. }
            | TableChange::DropColumn { cascade, .. }
            | TableChange::DropConstraint { cascade, .. },
        )
        | Statement::Object(
            ObjectChange::DropType { cascade, .. } | ObjectChange::DropObject { cascade, .. },
        ) => *cascade,
        _ => false,
    }
}

fn lose(database: &mut Database, dependant: &Dependant) {
    match dependant {
        Dependant::ForeignKey { table, name } | Dependant::Check { table, name } => {
            if let Some(table) = database.table_mut(table) {
                table.constraints.retain(|held| !held.is_named(name));
            }
        }
        Dependant::Index { table, name } => {
            if let Some(table) = database.table_mut(table) {
                table.forget_index(name);
            }
        }
        Dependant::Default { table, column } => {
            if let Some(column) =
                database.table_mut(table).and_then(|table| table.column_mut(column))
            {
                column.default = Known::Is(None);
            }
        }
        Dependant::Column { table, column } => {
            if let Some(table) = database.table_mut(table) {
                table.forget_column(&Known::Is(column.clone()));
            }
        }
        Dependant::Object { kind, name, on } => database
            .objects
            .retain(|object| object.kind != *kind || object.name != *name || object.on != *on),
    }
}
