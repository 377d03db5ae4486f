//! `[tool.alembic]` of a `pyproject.toml` (Alembic 1.16 and later).

use std::collections::BTreeMap;

use toml::{Table, Value};

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
            texts.map_or_else(|| AlembicOption::Other(format!("{value:?}")), AlembicOption::List)
        }
        _ => AlembicOption::Other(format!("{value:?}")),
    }
}
