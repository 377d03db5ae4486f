//! Replays what is said of indexes.

use crate::schema::database::Database;
use crate::schema::replay::alter::on_table;
use crate::schema::replay::objects::forget_index_of_views;
use crate::schema::table::Table;
use crate::sql::table::TableName;
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
    if let Some(owner) = database.owner_of_index(name, said).map(Table::table_name) {
        on_table(database, &owner, |table| table.forget_index(name));
    }
    for part in indexes_attached_to(database, name) {
        drop_index(database, Some(&Known::Is(part)), None);
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
