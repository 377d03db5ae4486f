//! From Python values to what is known of names, flags and lists.

use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::sql_expr::SqlToken;
use crate::python::object::Object;
use crate::python::value::Value;
use crate::sql::table::TableName;
use crate::text::known::Known;

impl MigrationHost {
    /// Reads a value as text.
    pub fn text(&self, value: &Value) -> Known<String> {
        match value {
            Value::Str(text) => text.whole().into(),
            Value::Host(_) => match self.thing(value) {
                Some(SaValue::Column(column)) => column.column.name.clone(),
                Some(SaValue::Table(table)) => table.create.table.name.clone(),
                Some(SaValue::Clause(clause)) => match clause.bits.as_slice() {
                    [SqlToken::Raw(text)] => text.whole().into(),
                    [SqlToken::Text(text)] => Known::Is(text.to_string()),
                    [SqlToken::Literal { text, .. }] => Known::Is(text.to_string()),
                    [SqlToken::Column { name, .. }] => name.clone(),
                    _ => Known::Unreadable,
                },
                _ => Known::Unreadable,
            },
            Value::Int(number) => Known::Is(number.to_string()),
            Value::Object(object) => match &**object {
                Object::Perhaps { item, .. } => self.text(item),
                object => enum_text(object),
            },
            _ => Known::Unreadable,
        }
    }

    /// Reads a value as text, where `None` and nothing at all are nothing.
    pub fn text_or_none(&self, value: Option<&Value>) -> Option<Known<String>> {
        value.filter(|value| !value.is_none()).map(|value| self.text(value))
    }

    /// Reads a flag; absent or `None` is the default.
    pub fn flag(&self, value: Option<&Value>, default: bool) -> Known<bool> {
        match value {
            None | Some(Value::None) => Known::Is(default),
            Some(Value::Bool(flag)) => Known::Is(*flag),
            Some(Value::Int(number)) => Known::Is(*number != 0),
            Some(Value::Str(text)) => Known::from(text.whole().map(|text| !text.is_empty())),
            Some(Value::Host(_) | Value::Unknown(_)) => Known::Unreadable,
            Some(Value::Tuple(items)) => Known::Is(!items.is_empty()),
            Some(Value::List(items) | Value::Set(items)) => Known::Is(!items.borrow().is_empty()),
            Some(Value::Dict(items)) => Known::Is(!items.borrow().is_empty()),
            Some(_) => Known::Is(true),
        }
    }

    /// Reads the name of a table with its schema.
    pub fn table_name(&self, name: Option<&Value>, schema: Option<&Value>) -> TableName {
        if let Some(SaValue::Table(table)) = name.and_then(|name| self.thing(name)) {
            return table.create.table.clone();
        }
        let name = name.map_or(Known::Unreadable, |name| self.text(name));
        TableName { schema: self.text_or_none(schema), name }
    }

    /// Returns the keys of a dictionary of texts; nothing where one of them cannot be known.
    pub fn keys_of(&self, value: &Value) -> Option<Vec<String>> {
        let Value::Dict(entries) = value else { return None };
        entries.borrow().iter().map(|(key, _)| self.text(key).into_option()).collect()
    }

    /// Returns the items of a list, tuple or set, each as it is if it is there, and whether that is
    /// all of them.
    pub fn items(&self, value: &Value) -> Option<(Vec<Value>, bool)> {
        let items = match value {
            Value::Dict(entries) => entries.borrow().iter().map(|(key, _)| key.clone()).collect(),
            value => value.items()?,
        };
        let mut all = true;
        let items = items
            .into_iter()
            .map(|item| match &item {
                Value::Object(object) => match &**object {
                    Object::Perhaps { item, .. } => {
                        all = false;
                        item.clone()
                    }
                    _ => item,
                },
                _ => item,
            })
            .collect();
        Some((items, all))
    }

    /// Reads a list of names; one name alone is a list of one.
    pub fn names(&self, value: Option<&Value>) -> Known<Vec<Known<String>>> {
        match value {
            Some(text @ Value::Str(_)) => Known::Is(vec![self.text(text)]),
            Some(value) => match self.items(value) {
                Some((items, true)) => {
                    Known::Is(items.iter().map(|item| self.text(item)).collect())
                }
                Some((_, false)) => Known::Unreadable,
                None => match self.thing(value) {
                    Some(SaValue::Column(_) | SaValue::Clause(_)) => {
                        Known::Is(vec![self.text(value)])
                    }
                    _ => Known::Unreadable,
                },
            },
            None => Known::Unreadable,
        }
    }

    /// Returns how many items a list, or letters a text, has.
    pub fn length(&self, value: &Value) -> Option<usize> {
        match value {
            Value::Str(text) => text.whole().map(|text| text.chars().count()),
            value => self.items(value).filter(|(_, all)| *all).map(|(items, _)| items.len()),
        }
    }

    /// Returns the reason why a value cannot be known.
    pub fn why(&self, value: Option<&Value>) -> String {
        match value {
            Some(Value::Unknown(unknown)) => unknown.why.to_string(),
            Some(Value::Str(text)) => text.hole().map_or_else(String::new, |why| why.to_string()),
            Some(Value::Host(_)) => match value.and_then(|value| self.thing(value)) {
                Some(SaValue::Unsure(why) | SaValue::Environment(why)) => why.to_string(),
                Some(SaValue::Name(path)) => {
                    format!("`{path}` is not something that can be executed")
                }
                _ => "it is an object that is not understood here".to_owned(),
            },
            Some(Value::Object(object)) => match object.name() {
                Some(name) => format!("`{name}` is not a value"),
                None => "it is an object of the migration's own".to_owned(),
            },
            None => "it is not given".to_owned(),
            Some(_) => "it is not what belongs here".to_owned(),
        }
    }
}

/// Returns the text of a member of an enumeration that is text itself, by `value`.
fn enum_text(object: &Object) -> Known<String> {
    match object {
        Object::Instance(_) => {
            match object.attribute("value").or_else(|| object.attribute("_value_")) {
                Some(Value::Str(text)) => text.whole().into(),
                _ => Known::Unreadable,
            }
        }
        _ => Known::Unreadable,
    }
}
