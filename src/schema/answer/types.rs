//! CREATE, ALTER and DROP of enum types, and whether the type of a column is there.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::marks::{is_doubtful, mark};
use crate::schema::answer::needed::Needed;
use crate::schema::answer::needs::in_use;
use crate::schema::answer::presence::{
    Presence, presence_of_object, presence_of_table, presence_of_type,
};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, is_default_schema};
use crate::schema::mark::ObjectName;
use crate::schema::table::Column;
use crate::sql::casts;
use crate::sql::dialect::Dialect;
use crate::sql::foreign_types::{absent_in, absent_in_postgresql, of};
use crate::sql::lock::Catalog;
use crate::sql::object_change::{EnumChange, ObjectKind};
use crate::sql::signature::{Returned, Signature};
use crate::sql::table::{ColumnType, TableName};
use crate::sql::types::{SqlType, without_dimensions};
use crate::text::known::Known;

pub(super) fn answer_create_type(
    database: &Database,
    name: &Known<String>,
    if_not_exists: bool,
    engine: Engine,
) -> Answer {
    let (Some(name), false) = (name.as_str(), if_not_exists) else { return Answer::Applied };
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let error = || DatabaseError::TypeExists { name: name.to_owned() };
    presence_of_type(database, name).absent(error()).or(|| {
        let table = TableName::plain(name);
        match database.table(&table) {
            Some(_) => presence_of_table(database, &table).absent(error()),
            None => Answer::Applied,
        }
    })
}

pub(super) fn answer_drop_type(
    database: &Database,
    name: &Known<String>,
    if_exists: bool,
    cascade: bool,
    engine: Engine,
) -> Answer {
    let Some(name) = name.as_str().filter(|_| engine.dialect == Dialect::PostgreSql) else {
        return Answer::Applied;
    };
    let name = plain(database, name);
    if database.enum_type(name).is_none() && database.table(&TableName::plain(name)).is_some() {
        let by = vec![format!("table `{name}`")];
        return in_use(Needed::RowType(name.to_owned()), by, Vec::new());
    }
    let there = match if_exists {
        true => Answer::Applied,
        false => {
            presence_of_type(database, name).needed(DatabaseError::NoType { name: name.to_owned() })
        }
    };
    there.or(|| match cascade {
        true => Answer::Applied,
        false => {
            let tables = database.tables_of_type(name);
            let columns = tables.iter().flat_map(|table| columns_of_type(database, table, name));
            let defaults = defaults_of_type(database, name);
            let by = columns
                .chain(defaults.iter().map(|(by, _)| by.clone()))
                .chain(routines_of_type(database, name))
                .collect();
            let of_defaults = defaults.into_iter().map(|(_, table)| table);
            let names = tables.iter().filter_map(|table| table.name.as_str());
            let names = names.map(str::to_owned).chain(of_defaults).collect();
            in_use(Needed::Type(name.to_owned()), by, names)
        }
    })
}

pub(super) fn answer_alter_type(
    database: &Database,
    name: &Known<String>,
    change: &EnumChange,
    engine: Engine,
) -> Answer {
    let Some(name) = name.as_str().filter(|_| engine.dialect == Dialect::PostgreSql) else {
        return Answer::Applied;
    };
    let name = plain(database, name);
    if database.enum_type(name).is_none() && database.table(&TableName::plain(name)).is_some() {
        let words = format!("{name} is a table's row type");
        let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
        return Refusal::proved(error).into();
    }
    // Only what is known to be an enum has labels; a composite type is not in the history.
    let there = match change {
        EnumChange::Other => Answer::Applied,
        _ => {
            presence_of_type(database, name).needed(DatabaseError::NoType { name: name.to_owned() })
        }
    };
    there.or(|| label_is_free(database, name, change))
}

/// Refuses an enum type that the history made and took away, or never made.
pub(super) fn type_is_there(
    database: &Database,
    kind: Option<&ColumnType>,
    engine: Engine,
) -> Answer {
    let Some(kind) = kind else { return Answer::Applied };
    if engine.dialect != Dialect::PostgreSql {
        let absent = kind.sql.as_str().and_then(|sql| absent_in(sql, engine.dialect));
        return match absent.filter(|_| kind.labels.is_none() && of(kind, engine.dialect).is_none())
        {
            Some(name) => Refusal::proved(DatabaseError::NoType { name }).into(),
            None => Answer::Applied,
        };
    }
    let name = match &kind.labels {
        // What `sa.Enum` declares is another rule's, `enum-type-not-created`.
        Some(labels) if labels.native && !labels.created_with_table => {
            labels.name.as_ref().and_then(Known::as_str)
        }
        Some(_) => None,
        None => kind.sql.as_str().filter(|sql| was_type(database, sql)),
    };
    if let Some(absent) = kind.sql.as_str().and_then(absent_in_postgresql)
        && kind.labels.is_none()
    {
        return nobody_makes(database, &absent);
    }
    match name {
        Some(name) => {
            let name = plain(database, name);
            presence_of_type(database, name).needed(DatabaseError::NoType { name: name.to_owned() })
        }
        None => Answer::Applied,
    }
}

/// Refuses a type of another database, unless the history makes one of its name.
fn nobody_makes(database: &Database, name: &str) -> Answer {
    let by_domain = presence_of_object(database, ObjectKind::Domain, name, &None);
    let error = DatabaseError::NoType { name: name.to_owned() };
    match (presence_of_type(database, name), by_domain) {
        (Presence::Never, Presence::Never) => Refusal::proved(error).about(name).into(),
        _ => Answer::Applied,
    }
}

/// The name of a type without the schema that is meant without one, or that the type stands in.
fn plain<'n>(database: &Database, name: &'n str) -> &'n str {
    let stands_in = |own: &str, schema: &str| {
        let held = database.enum_type(own).and_then(|held| held.schema.as_ref());
        held.is_some_and(|held| held.as_str().is_none_or(|it| it.eq_ignore_ascii_case(schema)))
    };
    match name.rsplit_once('.') {
        Some((schema, own)) if is_default_schema(schema) || stands_in(own, schema) => own,
        _ => name,
    }
}

fn columns_of_type(database: &Database, table: &TableName, name: &str) -> Vec<String> {
    let of_type = |kind: &ColumnType| {
        let sql = kind.sql.as_str().map(|sql| sql.trim_end_matches("[]"));
        sql.is_some_and(|sql| sql.eq_ignore_ascii_case(name))
    };
    let columns = database.table(table).into_iter().flat_map(|table| &table.columns);
    columns
        .filter(|column| column.kind.as_ref().is_some_and(of_type))
        .map(|column| format!("column `{table}.{}`", column.name))
        .collect()
}

/// Returns the routines that take or return a type.
fn routines_of_type(database: &Database, name: &str) -> Vec<String> {
    let is_it = |kind: &str| {
        let kind = kind.trim().trim_end_matches("[]").replace('"', "");
        kind.rsplit('.').next().is_some_and(|kind| kind.eq_ignore_ascii_case(name))
    };
    let takes = |signature: &Signature| {
        let returned = match &signature.returns {
            Returned::Value { kind, .. } => is_it(kind),
            Returned::Table(columns) => columns.iter().any(|(_, kind)| is_it(kind)),
            Returned::Unsaid => false,
        };
        returned || signature.arguments.iter().any(|argument| is_it(&argument.kind))
    };
    let routines = database.objects.iter().filter(|object| {
        object.kind == ObjectKind::Routine
            && object.uses.signature.as_ref().is_some_and(takes)
            && presence_of_object(database, object.kind, &object.name, &None) == Presence::Here
    });
    routines.map(|object| format!("function `{}`", object.name)).collect()
}

/// Returns the defaults that are of a type which their columns are no more of, with their tables.
fn defaults_of_type(database: &Database, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in database.tables() {
        let of_type = |column: &&Column| {
            let own = column.default_type.as_ref();
            let name_of = ObjectName::Column(table.key(), column.name.to_ascii_lowercase());
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
                && !is_doubtful(database, &name_of)
        };
        found.extend(table.columns.iter().filter(of_type).map(|column| {
            (format!("the default of `{}.{}`", table.title(), column.name), table.name.clone())
        }));
    }
    found
}

fn label_is_free(database: &Database, name: &str, change: &EnumChange) -> Answer {
    let Some(labels) = database.enum_type(name).and_then(|kind| kind.labels.get()) else {
        return Answer::Applied;
    };
    let is_label = |label: &str| labels.iter().any(|held| held == label);
    match change {
        EnumChange::AddValue { value: Known::Is(label), if_not_exists: false }
            if is_label(label) =>
        {
            Refusal::proved(DatabaseError::LabelExists { label: label.clone() }).about(name).into()
        }
        EnumChange::RenameValue { from: Known::Is(from), .. } if !is_label(from) => {
            Refusal::proved(DatabaseError::NoLabel { label: from.clone() }).about(name).into()
        }
        EnumChange::RenameValue { to: Known::Is(to), .. } if is_label(to) => {
            Refusal::proved(DatabaseError::LabelExists { label: to.clone() }).about(name).into()
        }
        EnumChange::Rename { to: Known::Is(to) }
            if database.enum_type(to).is_none()
                && database.table(&TableName::plain(to)).is_some() =>
        {
            let error = DatabaseError::TypeExists { name: to.clone() };
            presence_of_table(database, &TableName::plain(to)).absent(error)
        }
        EnumChange::Rename { to: Known::Is(to) } if database.enum_type(to).is_some() => {
            let error = DatabaseError::TypeExists { name: to.clone() };
            presence_of_type(database, to).absent(error)
        }
        _ => Answer::Applied,
    }
}

/// Tells whether the history made a type of this name and took it away.
fn was_type(database: &Database, name: &str) -> bool {
    use crate::schema::mark::{Mark, ObjectName};
    let mark = mark(database, &ObjectName::Type(name.to_ascii_lowercase()));
    matches!(mark, Some(Mark::Gone { .. }))
}

/// Returns the type as the catalogue of casts names it.
pub(super) fn cast_name(
    database: &Database,
    kind: &ColumnType,
    engine: Engine,
) -> Option<casts::CastType> {
    let native = kind.labels.as_ref().filter(|labels| labels.native);
    let sql = kind.sql.as_str()?;
    let own = sql.rsplit('.').next().unwrap_or(sql).trim_matches('"');
    if native.is_some() || database.enum_type(without_dimensions(own).0).is_some() {
        return Some(casts::CastType::of_enum(own));
    }
    casts::CastType::of(&SqlType::parse_for(sql, engine.dialect))
}
