//! Titles of statements about rows.

use crate::sql::row_change::{
    Assigned, Assignment, Delete, Filter, Insert, OnConflict, Reach, RowChange, RowSource, Update,
};
use crate::sql::title::words::{list, name, short, when};
use crate::text::known::Known;

/// Returns the title of a statement about rows.
pub(super) fn row_change(change: &RowChange) -> String {
    use RowChange as C;
    match change {
        C::Insert(insert) => insert_title(insert),
        C::Update(update) => update_title(update),
        C::Delete(delete) => delete_title(delete),
        C::Merge { table } => format!("MERGE INTO {table}"),
        C::Truncate { table, cascade } => {
            format!("TRUNCATE {table}{}", when(*cascade, " CASCADE"))
        }
        C::CopyFrom { table } => format!("COPY {table} FROM"),
        C::Select { functions, .. } => format!("SELECT {}", calls(functions)),
    }
}

fn insert_title(insert: &Insert) -> String {
    let columns = match &insert.columns {
        None => String::new(),
        Some(columns) => format!(" ({})", list(columns.get().map(Vec::as_slice))),
    };
    let rows = match &insert.rows {
        RowSource::Values(Known::Is(1)) => " 1 row".to_owned(),
        RowSource::Values(Known::Is(rows)) => format!(" {rows} rows"),
        RowSource::Values(Known::Unreadable) | RowSource::Unknown => " … rows".to_owned(),
        RowSource::Select => {
            let tables: Vec<String> = insert.reads.iter().map(ToString::to_string).collect();
            format!(" SELECT{}{}", when(!tables.is_empty(), " FROM "), tables.join(", "))
        }
    };
    let again = match insert.again {
        OnConflict::Conflict => " ON CONFLICT",
        OnConflict::NotExists => " WHERE NOT EXISTS",
        OnConflict::Nothing => "",
    };
    format!("INSERT INTO {}{columns}{rows}{again}", insert.table)
}

fn update_title(update: &Update) -> String {
    let set = match &update.set {
        Known::Unreadable => "…".to_owned(),
        Known::Is(set) => {
            let one = |assignment: &Assignment| {
                let value = match &assignment.value {
                    Assigned::Constant(value) => short(value),
                    Assigned::Additive => "more of itself".to_owned(),
                    Assigned::Expression(value) => short(value),
                    Assigned::Unreadable => "…".to_owned(),
                };
                format!("{} = {value}", name(&assignment.column))
            };
            set.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    };
    format!("UPDATE {} SET {set}{}", update.table, filter_title(&update.filter))
}

fn delete_title(delete: &Delete) -> String {
    format!("DELETE FROM {}{}", delete.table, filter_title(&delete.filter))
}

fn filter_title(filter: &Filter) -> String {
    match (filter.reach, filter.terms.is_empty()) {
        (Reach::Everything, _) => String::new(),
        (Reach::Unreadable, true) => " WHERE …".to_owned(),
        (Reach::Batch, true) => " LIMIT".to_owned(),
        (_, true) => " WHERE …".to_owned(),
        (_, false) => format!(" WHERE {}", short(&filter.terms.join(" AND "))),
    }
}

fn calls(functions: &[String]) -> String {
    functions.iter().map(|function| format!("{function}()")).collect::<Vec<_>>().join(", ")
}
