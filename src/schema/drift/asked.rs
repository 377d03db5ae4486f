//! The objects that autogenerate asks the hooks of `env.py` about before it says a difference.

use crate::models::hooks::{Item, ItemKind, Side};
use crate::models::model::ModelTable;
use crate::schema::database::Database;
use crate::schema::drift::{Comparison, Difference, DifferenceKind as Kind};
use crate::schema::table::Table;
use crate::sql::table::{Constraint, Index, IndexPart, Key, TableName};
use crate::text::known::Known;

/// Returns what is asked about: the table, and the part of it that differs.
pub(super) fn items(comparison: &Comparison<'_>, difference: &Difference) -> Vec<Item> {
    let named = |model: &&ModelTable| model.name.to_string() == difference.table;
    let model = comparison.models.tables.iter().find(named);
    let table = table_named(comparison.database, &difference.table, model);
    let side = match (model, table) {
        (Some(_), None) => Side::Models,
        (None, _) => Side::Database,
        (Some(_), Some(_)) => Side::Both,
    };
    let name = model.map(|model| model.name.clone()).or(table.map(Table::table_name));
    let name = name.unwrap_or_else(|| TableName::plain(&difference.table));
    let whole = Item {
        kind: ItemKind::Table,
        name: name.name.clone(),
        table: name.name.as_str().unwrap_or(&difference.table).to_owned(),
        schema: name.schema.as_ref().and_then(|schema| schema.as_str().map(str::to_owned)),
        columns: Vec::new(),
        side,
        info: model.map_or(Known::Is(Vec::new()), |model| model.info.clone()),
    };
    let part = part(difference, model, table, &whole);
    std::iter::once(whole).chain(part).collect()
}

fn table_named<'d>(
    database: &'d Database,
    title: &str,
    model: Option<&ModelTable>,
) -> Option<&'d Table> {
    let of_model = model.and_then(|model| database.table(&model.name));
    of_model.or_else(|| database.tables().find(|table| table.title() == title))
}

fn part(
    difference: &Difference,
    model: Option<&ModelTable>,
    table: Option<&Table>,
    whole: &Item,
) -> Option<Item> {
    let object = difference.object.as_deref()?;
    let columns: Vec<String> = object.split(", ").map(str::to_owned).collect();
    let none = (ItemKind::Index, Known::Unreadable);
    let (kind, name, side) = match difference.kind {
        Kind::TableInModels | Kind::TableInMigrations | Kind::TableComment => return None,
        Kind::ColumnInModels => (ItemKind::Column, Known::from(object), Side::Models),
        Kind::ColumnInMigrations => (ItemKind::Column, Known::from(object), Side::Database),
        Kind::Nullability | Kind::Type | Kind::Default | Kind::Comment => {
            (ItemKind::Column, Known::from(object), Side::Both)
        }
        Kind::IndexInModels | Kind::IndexName => {
            let found = model.and_then(|model| mapped_index(model, &columns)).unwrap_or(none);
            (found.0, found.1, Side::Models)
        }
        Kind::IndexInMigrations => {
            let found = table.and_then(|table| made_index(table, &columns)).unwrap_or(none);
            (found.0, found.1, Side::Database)
        }
        Kind::KeyAction | Kind::KeyInModels => {
            let keys = model.into_iter().flat_map(|model| &model.constraints);
            (ItemKind::ForeignKeyConstraint, key_name(keys, &columns), Side::Models)
        }
        Kind::KeyInMigrations => {
            let held = table.into_iter().flat_map(|table| &table.constraints);
            let keys = held.map(|held| &held.constraint);
            (ItemKind::ForeignKeyConstraint, key_name(keys, &columns), Side::Database)
        }
    };
    let columns = if kind == ItemKind::Column { Vec::new() } else { columns };
    Some(Item { kind, name, columns, side, info: Known::Is(Vec::new()), ..whole.clone() })
}

fn mapped_index(model: &ModelTable, columns: &[String]) -> Option<(ItemKind, Known<String>)> {
    let of_table = model.constraints.iter().find_map(|it| unique(it, columns));
    let of_index = || model.indexes.iter().find_map(|it| index(it, columns));
    let of_column = || match columns {
        [only] => model.column(only).map(|own| match own.column.index {
            Known::Is(true) => (ItemKind::Index, Known::Unreadable),
            _ => (ItemKind::UniqueConstraint, Known::Unreadable),
        }),
        _ => None,
    };
    of_table.or_else(of_index).or_else(of_column)
}

fn made_index(table: &Table, columns: &[String]) -> Option<(ItemKind, Known<String>)> {
    let of_table = table.constraints.iter().find_map(|it| unique(&it.constraint, columns));
    of_table.or_else(|| table.indexes.iter().find_map(|it| index(it, columns)))
}

fn unique(constraint: &Constraint, columns: &[String]) -> Option<(ItemKind, Known<String>)> {
    let Constraint::Unique(Key { name, columns: own, .. }) = constraint else { return None };
    let is_it = are(own, columns);
    is_it.then(|| (ItemKind::UniqueConstraint, name.clone().unwrap_or(Known::Unreadable)))
}

fn index(index: &Index, columns: &[String]) -> Option<(ItemKind, Known<String>)> {
    let parts = index.columns.get()?;
    let is_named = |(part, name): (&IndexPart, &String)| match part {
        IndexPart::Column(own) => own.eq_ignore_ascii_case(name),
        IndexPart::Expression(_) | IndexPart::Unreadable => false,
    };
    let is_it = parts.len() == columns.len() && parts.iter().zip(columns).all(is_named);
    is_it.then(|| (ItemKind::Index, index.name.clone().unwrap_or(Known::Unreadable)))
}

fn key_name<'c>(
    constraints: impl Iterator<Item = &'c Constraint>,
    columns: &[String],
) -> Known<String> {
    let mut keys = constraints.filter_map(|constraint| match constraint {
        Constraint::ForeignKey(key) if are(&key.columns, columns) => Some(key),
        _ => None,
    });
    keys.next().and_then(|key| key.name.clone()).unwrap_or(Known::Unreadable)
}

fn are(own: &Known<Vec<Known<String>>>, columns: &[String]) -> bool {
    own.get().is_some_and(|own| {
        own.len() == columns.len()
            && own
                .iter()
                .zip(columns)
                .all(|(one, other)| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(other)))
    })
}
