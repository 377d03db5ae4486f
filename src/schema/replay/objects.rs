//! Replays what is said of types, views, functions and other named objects.

use crate::schema::database::{Database, Object, table_key};
use crate::schema::provenance::Provenance;
use crate::schema::table::{Column, said};
use crate::sql::object_change::{EnumChange, ObjectAction, ObjectChange, ObjectKind, Uses};
use crate::sql::signature::Signature;
use crate::sql::table::{Checked, EnumType, Index, TableName};
use crate::sql::types::{is_same_name, without_dimensions};

use crate::text::known::Known;

/// Replays a change of an object.
pub(super) fn object_change(
    database: &mut Database,
    change: &ObjectChange,
    provenance: &Provenance<'_>,
) {
    use ObjectChange as O;
    match change {
        O::CreateType { name, schema, labels, .. } => {
            create_type(database, name, schema.as_ref(), labels.as_ref())
        }
        O::DropType { name, .. } => drop_type(database, name),
        O::AlterType { name, change } => alter_type(database, name, change),
        O::CreateObject { kind, name, on, uses, .. } => {
            create_object(database, *kind, name, on.as_ref(), uses, provenance);
        }
        O::DropObject { kind, name, on, signature, .. } => {
            drop_object(database, *kind, name, on.as_ref(), signature.as_ref());
        }
        O::RefreshView { name, .. } => fill_view(database, name),
        O::AlterObject { kind, name, on, action: ObjectAction::Rename, .. } => {
            rename_object(database, (*kind, name), on.as_ref(), change.renamed_to());
        }
        O::Comment { table: Some(table), column, comment } => {
            comment_on(database, table, column.as_ref(), comment.as_ref());
        }
        O::AlterObject { .. } | O::Comment { .. } | O::Grant => {}
    }
}

/// A comment of something that is not there yet is no reason to think that it is.
fn comment_on(
    database: &mut Database,
    table: &TableName,
    column: Option<&Known<String>>,
    comment: Option<&Known<String>>,
) {
    let Some(held) = database.table_mut(table) else { return };
    match column {
        None => held.comment = said(comment),
        Some(Known::Is(name)) => {
            if let Some(column) = held.column_mut(name) {
                column.comment = said(comment);
            }
        }
        Some(Known::Unreadable) => {
            held.columns.iter_mut().for_each(|column| column.comment = Known::Unreadable);
        }
    }
}

fn create_type(
    database: &mut Database,
    name: &Known<String>,
    schema: Option<&Known<String>>,
    labels: Option<&EnumType>,
) {
    let Some(known) = name.as_str() else {
        database.complete = false;
        return;
    };
    if database.enum_type(known).is_none() {
        let made = EnumType {
            name: Some(name.clone()),
            schema: schema.cloned(),
            labels: labels.map_or(Known::Unreadable, |labels| labels.labels.clone()),
            native: true,
            created_with_table: false,
            disowned: false,
            checked: Checked::No,
        };
        database.types.push(made);
    }
}

fn drop_type(database: &mut Database, name: &Known<String>) {
    let name = &unqualified_type(name);
    database.types.retain(|held| held.name.as_ref() != Some(name));
}

fn alter_type(database: &mut Database, name: &Known<String>, change: &EnumChange) {
    let name = &unqualified_type(name);
    let Some(held) = database.types.iter_mut().find(|held| held.name.as_ref() == Some(name)) else {
        return;
    };
    match (change, &mut held.labels) {
        (EnumChange::AddValue { value: Known::Is(value), .. }, Known::Is(labels)) => {
            labels.push(value.clone())
        }
        (
            EnumChange::RenameValue { from: Known::Is(from), to: Known::Is(to) },
            Known::Is(labels),
        ) => {
            labels.iter_mut().filter(|label| *label == from).for_each(|label| label.clone_from(to));
        }
        (EnumChange::Rename { to }, _) => {
            held.name = Some(to.clone());
            rename_type(database, name, to);
        }
        (EnumChange::AddValue { .. } | EnumChange::RenameValue { .. } | EnumChange::Other, _) => {
            held.labels = Known::Unreadable;
        }
    }
}

fn create_object(
    database: &mut Database,
    kind: ObjectKind,
    name: &Known<String>,
    on: Option<&TableName>,
    uses: &Uses,
    provenance: &Provenance<'_>,
) {
    let Some(name) = name.as_str() else { return };
    // Routines of one name that are called otherwise stand beside each other.
    let is_other = |object: &Object| {
        let pair = object.uses.signature.as_ref().zip(uses.signature.as_ref());
        pair.is_some_and(|(one, other)| one.is_called_as(other) == Some(false))
    };
    database.objects.retain(|object| {
        object.kind != kind || object.name != name || object.on.as_ref() != on || is_other(object)
    });
    let is_new = !provenance.guarded && !provenance.author.released;
    let mut uses = uses.clone();
    if let ([table], true) = (uses.tables.as_slice(), uses.reads_all) {
        uses.names.extend(columns_of(database, table));
    }
    database.objects.push(Object {
        kind,
        name: name.to_owned(),
        on: on.cloned(),
        is_new,
        uses,
        indexes: Known::Is(Vec::new()),
    });
}

/// Returns the columns of a table: a view over all of them keeps those that stand when it is made.
fn columns_of(database: &Database, table: &TableName) -> Vec<String> {
    let columns = database.table(table).into_iter().flat_map(|table| &table.columns);
    columns.map(|column| column.name.to_lowercase()).collect()
}

fn drop_object(
    database: &mut Database,
    kind: ObjectKind,
    name: &Known<String>,
    on: Option<&TableName>,
    signature: Option<&Known<Signature>>,
) {
    let is_called_otherwise = |object: &Object| {
        let pair = object.uses.signature.as_ref().zip(signature.and_then(Known::get));
        pair.is_some_and(|(own, asked)| own.is_called_as(asked) == Some(false))
    };
    let is_it = |object: &Object| {
        object.kind == kind
            && !is_called_otherwise(object)
            && name.as_str().is_none_or(|name| object.name.eq_ignore_ascii_case(name))
            && (on.is_none() || object.on.as_ref().and_then(table_key) == on.and_then(table_key))
    };
    database.objects.retain(|object| !is_it(object));
    if kind == ObjectKind::Sequence {
        forget_sequence(database, name);
    }
    if matches!(kind, ObjectKind::MaterializedView | ObjectKind::View) {
        database.take(&TableName { schema: None, name: name.clone() });
    }
}

/// Gives an object another name; of a sequence that a column was made with, too.
pub(super) fn rename_object(
    database: &mut Database,
    (kind, name): (ObjectKind, &Known<String>),
    on: Option<&TableName>,
    to: Option<String>,
) {
    let (Some(name), Some(to)) = (name.as_str(), to) else { return };
    let is_it = |object: &&mut Object| {
        object.kind == kind
            && object.name.eq_ignore_ascii_case(name)
            && (on.is_none() || object.on.as_ref().and_then(table_key) == on.and_then(table_key))
    };
    database.objects.iter_mut().filter(is_it).for_each(|object| object.name.clone_from(&to));
    if kind == ObjectKind::Sequence && database.sequence_owner(name).is_some() {
        let columns = database.tables_mut().flat_map(|table| &mut table.columns);
        let owned = columns.filter(|column| column.sequence.as_deref() == Some(name));
        owned.for_each(|column| column.sequence = Some(to.clone()));
    }
}

/// The column that a sequence was made with counts no more, or by a sequence of another name.
fn forget_sequence(database: &mut Database, name: &Known<String>) {
    let Some(name) = name.as_str() else { return };
    let name = name.rsplit('.').next().unwrap_or(name);
    if database.sequence_owner(name).is_none() {
        return;
    }
    let columns = database.tables_mut().flat_map(|table| &mut table.columns);
    let is_it = |column: &&mut Column| {
        column.sequence.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    columns.filter(is_it).for_each(|column| column.sequence = None);
}

/// REFRESH fills a materialized view.
fn fill_view(database: &mut Database, name: &TableName) {
    if let Some(view) = view_mut(database, name) {
        view.uses.unfilled = false;
    }
}

fn view_mut<'a>(database: &'a mut Database, name: &TableName) -> Option<&'a mut Object> {
    let found = database.view(name)?;
    let (kind, name) = (found.kind, found.name.clone());
    database.objects.iter_mut().find(|object| object.kind == kind && object.name == name)
}

/// A materialized view has indexes as a table has.
pub(super) fn index_view(database: &mut Database, name: &TableName, index: &Index) {
    if database.table(name).is_none()
        && let Some(view) = view_mut(database, name)
        && let Known::Is(indexes) = &mut view.indexes
    {
        indexes.push(index.clone());
    }
}

/// Forgets the index of a view; one without a known name may be any.
pub(super) fn forget_index_of_views(database: &mut Database, name: Option<&Known<String>>) {
    for object in &mut database.objects {
        match (name.and_then(Known::as_str), &mut object.indexes) {
            (Some(name), Known::Is(indexes)) => {
                indexes.retain(|index| index.name.as_ref().and_then(Known::as_str) != Some(name))
            }
            (None, indexes) => *indexes = Known::Unreadable,
            (Some(_), Known::Unreadable) => {}
        }
    }
}

/// Something unread may have changed the indexes of a view, or of all of them.
pub(super) fn doubt_indexes_of_views(database: &mut Database, name: Option<&TableName>) {
    match name {
        Some(name) => {
            if let Some(view) = view_mut(database, name) {
                view.indexes = Known::Unreadable;
            }
        }
        None => {
            database.objects.iter_mut().for_each(|object| object.indexes = Known::Unreadable);
        }
    }
}

/// ALTER TABLE renames a view as well.
pub(super) fn rename_view(database: &mut Database, from: &TableName, to: &Known<String>) {
    let Some(to) = to.as_str() else { return };
    let Some(name) = database.view(from).map(|view| view.name.clone()) else { return };
    for object in database.objects.iter_mut().filter(|object| object.name == name) {
        to.clone_into(&mut object.name);
    }
    rename_in_views(
        database,
        from,
        &TableName { schema: from.schema.clone(), name: Known::from(to) },
    );
}

/// Views follow what they read to its new name.
pub(super) fn rename_in_views(database: &mut Database, from: &TableName, to: &TableName) {
    let reads = database.objects.iter_mut().flat_map(|object| &mut object.uses.tables);
    reads.filter(|read| read.name == from.name).for_each(|read| read.clone_from(to));
    for object in database.objects.iter_mut().filter(|object| object.on.as_ref() == Some(from)) {
        object.on = Some(to.clone());
    }
}

/// Views that read one table alone follow its columns.
pub(super) fn rename_column_in_views(
    database: &mut Database,
    table: &TableName,
    from: &str,
    to: &str,
) {
    let over = |object: &&mut Object| {
        object.uses.tables.len() == 1 && object.uses.tables[0].name == table.name
    };
    for object in database.objects.iter_mut().filter(over) {
        for name in object.uses.names.iter_mut().filter(|name| name.eq_ignore_ascii_case(from)) {
            to.to_lowercase().clone_into(name);
        }
    }
}

/// The name of a type without its schema.
fn unqualified_type(name: &Known<String>) -> Known<String> {
    match name.as_str() {
        Some(known) => Known::from(known.rsplit('.').next().unwrap_or(known)),
        None => name.clone(),
    }
}

/// Columns of a renamed type, and of arrays of it, are of the new name from then on.
fn rename_type(database: &mut Database, from: &Known<String>, to: &Known<String>) {
    let is_it = |name: &Known<String>| match (name.as_str(), from.as_str()) {
        (Some(name), Some(from)) => is_same_name(without_dimensions(name).0, from),
        _ => false,
    };
    for column in database.tables_mut().flat_map(|table| &mut table.columns) {
        if column.default_type.as_deref().is_some_and(|own| is_it(&Known::from(own))) {
            column.default_type = to.as_str().map(str::to_owned);
        }
        if let Some(kind) = &mut column.kind
            && (is_it(&kind.sql)
                || kind.labels.as_ref().and_then(|labels| labels.name.as_ref()).is_some_and(is_it))
        {
            let dimensions = kind.sql.as_str().map_or(0, |sql| without_dimensions(sql).1);
            kind.sql = to.clone().map(|to| to + &"[]".repeat(dimensions.into()));
            if let Some(labels) = &mut kind.labels {
                labels.name = Some(to.clone());
            }
        }
    }
}
