//! Replays what is said of rows: which tables and columns hold some.

use crate::schema::database::{Database, Object};
use crate::schema::provenance::Provenance;
use crate::schema::replay::alter::{fill_all, fill_rows, on_column};
use crate::schema::replay::unread::taint;
use crate::sql::functions::{FunctionKind, function_kind};
use crate::sql::object_change::ObjectKind;
use crate::sql::row_change::{Assignment, RowChange, Update};

/// Replays a change of rows.
pub(super) fn row_change(database: &mut Database, change: &RowChange, provenance: &Provenance<'_>) {
    match change {
        RowChange::Insert(insert) => fill_rows(database, &insert.table),
        RowChange::CopyFrom { table } => fill_rows(database, table),
        RowChange::Merge { table } => fill_all(database, table, provenance),
        RowChange::Update(update) => update_rows(database, update, provenance),
        // A routine of the project's own may change anything.
        RowChange::Select { functions, .. } => {
            if functions.iter().any(|name| is_own_routine(database, name)) {
                taint(database, None, None, provenance);
            }
        }
        RowChange::Delete(_) | RowChange::Truncate { .. } => {}
    }
}

fn is_own_routine(database: &Database, name: &str) -> bool {
    let unqualified = |name: &str| name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_it = |object: &Object| {
        object.kind == ObjectKind::Routine && unqualified(&object.name) == unqualified(name)
    };
    function_kind(name) == FunctionKind::Unknown || database.objects.iter().any(is_it)
}

fn update_rows(database: &mut Database, update: &Update, provenance: &Provenance<'_>) {
    let Some(set) = update.set.get() else {
        return fill_all(database, &update.table, provenance);
    };
    for Assignment { column, .. } in set {
        on_column(database, &update.table, column, |held| {
            held.filled = Some(provenance.author.revision.clone())
        });
    }
}
