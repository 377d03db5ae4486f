//! Replays what is said of indexes.

use crate::schema::database::Database;
use crate::schema::replay::alter::on_table;
use crate::schema::replay::objects::forget_index_of_views;
use crate::schema::table::Table;
use crate::sql::table::{Index, IndexPart, TableName};
use crate::text::known::Known;

pub(super) fn drop_index(
    database: &mut Database,
    name: Option<&Known<String>>,
    said: Option<&TableName>,
) {
    forget_index_of_views(database, name);
    let Some(name) = name.and_then(Known::as_str) else {
        if let Some(table) = said.and_then(|table| database.table_mut(table)) {
            table.indexes.clear();
        }
        return;
    };
    match database.owner_of_index(name, said).map(Table::table_name) {
        Some(owner) => on_table(database, &owner, |table| table.forget_index(name)),
        None => forget_nameless(database, name, said),
    }
    for part in indexes_attached_to(database, name) {
        drop_index(database, Some(&Known::Is(part)), None);
    }
}

/// An index whose name could not be read, because a convention that cannot be read gave it, is the
/// one that a later revision drops if that names its table and its first column. Where several may be
/// meant, none of them is known any more.
fn forget_nameless(database: &mut Database, name: &str, said: Option<&TableName>) {
    let fit = |table: &Table, index: &Index| {
        let first = index.columns.get().and_then(|parts| parts.first());
        match first {
            Some(IndexPart::Column(column))
                if index.name.as_ref().is_none_or(|own| own.as_str().is_none())
                    && name.contains(column.as_str()) =>
            {
                let of_table = if name.contains(&table.name) { table.name.len() } else { 0 };
                Some((of_table, column.len()))
            }
            _ => None,
        }
    };
    let may_be = |table: &&Table| {
        said.is_none_or(|said| database.table(said).is_some_and(|said| said.name == table.name))
    };
    let fits = |table: &Table| table.indexes.iter().filter_map(|it| fit(table, it)).max();
    let candidates: Vec<_> = database
        .tables()
        .filter(may_be)
        .filter_map(|table| Some((fits(table)?, table.table_name())))
        .collect();
    let Some(best) = candidates.iter().map(|(fit, _)| *fit).max() else { return };
    let owners: Vec<TableName> =
        candidates.into_iter().filter(|(fit, _)| *fit == best).map(|(_, owner)| owner).collect();
    let is_only = owners.len() == 1;
    for owner in owners {
        on_table(database, &owner, |table| {
            let meant: Vec<bool> =
                table.indexes.iter().map(|index| fit(table, index) == Some(best)).collect();
            if is_only && meant.iter().filter(|it| **it).count() == 1 {
                let mut meant = meant.into_iter();
                table.indexes.retain(|_| !meant.next().unwrap_or_default());
            } else {
                let held = table.indexes.iter_mut().zip(meant).filter(|(_, meant)| *meant);
                held.for_each(|(index, _)| index.columns = Known::Unreadable);
            }
        });
    }
}

/// The indexes of partitions go with the one that they are attached to.
fn indexes_attached_to(database: &Database, name: &str) -> Vec<String> {
    let all = database.tables().flat_map(|table| &table.indexes);
    let parts = all.filter(|index| index.parent.as_deref() == Some(name));
    parts.filter_map(|index| index.name.as_ref()?.as_str().map(str::to_owned)).collect()
}

pub(super) fn attach_index(database: &mut Database, name: &Known<String>, part: &Known<String>) {
    let (Some(name), Some(part)) = (name.as_str(), part.as_str()) else { return };
    let Some(owner) = database.owner_of_index(part, None).map(Table::table_name) else { return };
    on_table(database, &owner, |table| {
        let index = table
            .indexes
            .iter_mut()
            .find(|index| index.name.as_ref().and_then(Known::as_str) == Some(part));
        if let Some(index) = index {
            index.parent = Some(name.to_owned());
        }
    });
}

pub(super) fn rename_index(database: &mut Database, name: &Known<String>, to: &Known<String>) {
    let owner =
        name.as_str().and_then(|name| database.owner_of_index(name, None)).map(Table::table_name);
    if let Some(owner) = owner {
        on_table(database, &owner, |table| table.rename_index(name, to));
    }
}
