//! Mapped classes: the tables that they stand for.

use crate::operation::entity::Entity;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::{ColumnValue, Metadata, SaValue, TableValue};
use crate::operation::sqlalchemy::sql_expr::Source;
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::table::TableName;
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;
use std::rc::Rc;

impl MigrationHost {
    /// Returns the table of a mapped class; nothing where the class is not mapped.
    pub fn table_of_class(&mut self, class: &Rc<Object>) -> Option<Rc<TableValue>> {
        let id = table_id_of_class(self, class)?;
        match self.at(id) {
            SaValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Returns the column behind an attribute of a mapped class.
    pub fn column_of_attribute(&self, class: Option<&Rc<Object>>, name: &str) -> Known<String> {
        let declared = class.and_then(|class| class.attribute(name));
        match declared.as_ref().and_then(|value| self.thing(value)) {
            Some(SaValue::Column(column)) if column.named => column.column.name.clone(),
            _ => Known::Is(name.to_owned()),
        }
    }
}

/// Returns the number of the table of a mapped class.
pub fn table_id_of_class(host: &mut MigrationHost, class: &Rc<Object>) -> Option<HostId> {
    let key = Rc::as_ptr(class) as usize;
    if let Some(&id) = host.models.get(&key) {
        return Some(id);
    }
    let id = make_model(host, class)?;
    host.models.insert(key, id);
    Some(id)
}

fn make_model(host: &mut MigrationHost, class: &Rc<Object>) -> Option<HostId> {
    if let Some(Value::Host(id)) = class.attribute("__table__")
        && let SaValue::Table(_) = host.at(id)
    {
        return Some(id);
    }
    let name = class.attribute("__tablename__");
    let inner = class.as_class()?;
    let sqlmodel = inner
        .keywords
        .iter()
        .any(|(name, value)| name == "table" && matches!(value, Value::Bool(true)));
    let name = match name {
        Some(Value::Host(_)) | None if sqlmodel => Known::Is(inner.name.to_lowercase()),
        Some(value @ (Value::Str(_) | Value::Unknown(_))) => host.text(&value),
        Some(Value::Object(_)) => Known::Unreadable,
        _ => flask_name(host, inner)?,
    };
    let table = TableName { schema: schema_of(host, class), name };
    let mut columns = Vec::new();
    let attributes = attributes_with_bases(class, 8);
    for (name, value) in attributes {
        if let Some(SaValue::Column(column)) = host.thing(&value).cloned() {
            columns.push(mapped_column(host, &name, *column, &table, &value));
        }
    }
    let mut create = CreateTable::new(table);
    create.columns = columns.iter().map(|column| column.column.clone()).collect();
    let thing = TableValue { create, columns, complete: !inner.has_unknown_base(), exact: false };
    let id = host.put(SaValue::Table(Rc::new(thing)));
    let base = inner.host_base().map(|base| host.at(base));
    if let Some(SaValue::Base { metadata, .. }) = base
        && let SaValue::MetaData(mut held) = host.at(metadata)
    {
        held.tables.push(id);
        host.replace(metadata, SaValue::MetaData(held));
    }
    Some(id)
}

/// Gives a column of a mapped class its name and its table.
fn mapped_column(
    host: &mut MigrationHost,
    name: &str,
    mut column: ColumnValue,
    table: &TableName,
    value: &Value,
) -> ColumnValue {
    if !column.named {
        column.column.name = Known::Is(name.to_owned());
        column.named = true;
    }
    column.source = Some(Source::Table(table.clone()));
    if let Value::Host(id) = value {
        host.replace(*id, SaValue::Column(Box::new(column.clone())));
    }
    column
}

/// Returns the attributes of a class, those of its bases first.
fn attributes_with_bases(class: &Rc<Object>, depth: usize) -> Vec<(Rc<str>, Value)> {
    let (Some(inner), Some(depth)) = (class.as_class(), depth.checked_sub(1)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for base in &inner.bases {
        if let Value::Object(base) = base {
            found.extend(attributes_with_bases(base, depth));
        }
    }
    for (name, value) in class.own_attributes() {
        found.retain(|(known, _): &(Rc<str>, Value)| *known != name);
        found.push((name, value));
    }
    found
}

fn schema_of(host: &MigrationHost, class: &Rc<Object>) -> Option<Known<String>> {
    let arguments = class.attribute("__table_args__")?;
    let settings = match &arguments {
        Value::Dict(_) => Some(arguments.clone()),
        other => other.items().and_then(|items| items.last().cloned()),
    };
    let Some(Value::Dict(entries)) = settings else {
        return None;
    };
    let entries = entries.borrow();
    let schema = entries.iter().find(|(key, _)| key.as_str().as_deref() == Some("schema"));
    schema.filter(|(_, value)| !value.is_none()).map(|(_, value)| host.text(value))
}

/// Flask-SQLAlchemy names a table after its class.
fn flask_name(host: &MigrationHost, class: &crate::python::object::Class) -> Option<Known<String>> {
    let base = class.host_base().map(Value::Host)?;
    match host.thing(&base) {
        Some(SaValue::Base { names_tables: true, .. })
            if class.attributes.get("__abstract__").is_none() =>
        {
            let mut name = String::new();
            for (number, letter) in class.name.chars().enumerate() {
                if letter.is_uppercase() && number > 0 {
                    name.push('_');
                }
                name.extend(letter.to_lowercase());
            }
            Some(Known::Is(name))
        }
        _ => None,
    }
}

/// Makes a base of mapped classes, with the metadata that their tables go to.
pub(crate) fn base(host: &mut MigrationHost, names_tables: bool) -> Value {
    let metadata = host.put(SaValue::MetaData(Metadata::default()));
    host.value(SaValue::Base { names_tables, metadata })
}

/// Makes the table of a class of automap: `Base.classes.users`.
pub fn mapped(host: &mut MigrationHost, name: &str) -> Value {
    host.value(SaValue::Mapped(TableName::plain(name)))
}

/// Makes an object of a mapped class that is not written out.
pub fn new_mapped(host: &mut MigrationHost, table: TableName) -> Value {
    host.value(SaValue::Row(Entity { table: Some(table), ..Entity::default() }))
}
