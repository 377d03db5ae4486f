//! `[tool.alembic]` of a `pyproject.toml` (Alembic 1.16 and later).

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::text::canonical::Canonical;

/// The options of `[tool.alembic]`.
pub type AlembicOptions = BTreeMap<String, AlembicOption>;

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlembicOption {
    /// A string.
    Text(String),
    /// A list of strings.
    List(Vec<String>),
    /// A boolean.
    Bool(bool),
    /// Something else, spelled out.
    Other(String),
}

/// Reads `[tool.alembic]`; nothing where there is none or the file does not parse.
pub fn alembic(content: &str) -> Option<AlembicOptions> {
    // Nearly every repository has a pyproject.toml, and few of them say where Alembic's scripts
    // are.
    memchr::memmem::find(content.as_bytes(), b"script_location")?;
    let file: Table = content.parse().ok()?;
    let options = file.get("tool")?.get("alembic")?.as_table()?;
    Some(options.iter().map(|(key, value)| (key.clone(), option(value))).collect())
}

fn option(value: &Value) -> AlembicOption {
    let texts =
        |items: &Vec<Value>| items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    match value {
        Value::String(text) => AlembicOption::Text(text.clone()),
        Value::Boolean(flag) => AlembicOption::Bool(*flag),
        Value::Array(items) => {
            let texts: Option<Vec<String>> = texts(items);
            texts.map_or_else(|| AlembicOption::Other(form(value)), AlembicOption::List)
        }
        _ => AlembicOption::Other(form(value)),
    }
}

/// Returns the canonical form of options.
pub fn form_of(options: &AlembicOptions) -> String {
    let form = Canonical::of("alembic", 1);
    let form = options.iter().fold(form, |form, (name, option)| match option {
        AlembicOption::Text(text) => form.word(name, text),
        AlembicOption::List(items) => form.list(name, items.iter().map(String::as_str)),
        AlembicOption::Bool(flag) => form.word(name, if *flag { "yes" } else { "no" }),
        AlembicOption::Other(other) => form.word(name, other),
    });
    form.form().to_owned()
}

/// Returns the canonical form of any value; the keys of a table come sorted.
pub(crate) fn form(value: &Value) -> String {
    match value {
        Value::String(text) => Canonical::of("string", 1).word("", text).form().to_owned(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(form).collect();
            let form = Canonical::of("array", 1).list("", items.iter().map(String::as_str));
            form.form().to_owned()
        }
        Value::Table(table) => {
            let rows = table.iter().map(|(key, value)| (key, form(value)));
            let empty = Canonical::of("table", 1);
            rows.fold(empty, |form, (key, value)| form.word(key, &value)).form().to_owned()
        }
        Value::Integer(number) => format!("integer {number}"),
        Value::Float(number) => format!("float {number}"),
        Value::Boolean(flag) => format!("boolean {flag}"),
        Value::Datetime(time) => format!("datetime {time}"),
    }
}
