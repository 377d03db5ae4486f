//! A table of TOML whose keys are taken one by one; what nobody took is unknown.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::config::error::Error;
use crate::text::spelling;

/// A table of a file, with the keys that were asked for.
pub(crate) struct Settled<'a> {
    path: &'a str,
    prefix: String,
    table: &'a Table,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Settled<'a> {
    pub(crate) fn new(path: &'a str, prefix: &str, table: &'a Table) -> Self {
        Settled { path, prefix: prefix.to_owned(), table, asked: RefCell::default() }
    }

    /// Returns the value of a key, and remembers that it is one.
    fn take(&self, key: &str) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    pub(crate) fn wrong(&self, key: &str, value: &Value, expected: impl Into<String>) -> Error {
        let found = match value {
            Value::String(text) => format!("the string \"{text}\""),
            Value::Integer(number) => format!("the number {number}"),
            Value::Float(number) => format!("the number {number}"),
            Value::Boolean(flag) => format!("{flag}"),
            Value::Datetime(date) => format!("the date {date}"),
            Value::Array(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        };
        Error::Value {
            path: self.path.to_owned(),
            key: self.full(key),
            found,
            expected: expected.into(),
        }
    }

    fn full(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}.{key}", self.prefix) }
    }

    /// Reads a value by a function that gives nothing where it cannot.
    pub(crate) fn read<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match self.take(key) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(key, value, expected)),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, Error> {
        self.read(key, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// Reads one of some words.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>, Error> {
        let quoted: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        self.read(key, &quoted.join(" or "), |value| {
            let said = value.as_str()?;
            words.iter().find(|(word, _)| *word == said).map(|(_, meaning)| *meaning)
        })
    }

    /// Reads a list of strings, or one string.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Error> {
        self.read(key, "a list of strings", texts)
    }

    pub(crate) fn table(&self, key: &str) -> Result<Option<Settled<'a>>, Error> {
        let table = self.read(key, "a table", Value::as_table)?;
        Ok(table.map(|table| Settled::new(self.path, &self.full(key), table)))
    }

    /// Reads a list of tables.
    pub(crate) fn tables(&self, key: &str) -> Result<Vec<Settled<'a>>, Error> {
        let rows = self.read(key, "a list of tables", |value| {
            value.as_array()?.iter().map(Value::as_table).collect::<Option<Vec<&Table>>>()
        })?;
        let full = self.full(key);
        Ok(rows
            .unwrap_or_default()
            .into_iter()
            .map(|table| Settled::new(self.path, &full, table))
            .collect())
    }

    /// Reads every key of the table with one function.
    pub(crate) fn each<T>(
        &self,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<BTreeMap<String, T>, Error> {
        let one = |(key, value): (&String, &Value)| {
            read(value)
                .map(|value| (key.clone(), value))
                .ok_or_else(|| self.wrong(key, value, expected))
        };
        self.table.iter().map(one).collect()
    }

    /// Returns the tables by their keys.
    pub(crate) fn each_table(&self) -> Result<Vec<(String, Settled<'a>)>, Error> {
        let one = |(key, value): (&'a String, &'a Value)| match value.as_table() {
            Some(table) => Ok((key.clone(), Settled::new(self.path, &self.full(key), table))),
            None => Err(self.wrong(key, value, "a table")),
        };
        self.table.iter().map(one).collect()
    }

    /// Refuses what nobody asked for.
    pub(crate) fn end(&self) -> Result<(), Error> {
        let asked = self.asked.borrow();
        let Some(key) = self.table.keys().find(|key| !asked.contains(*key)) else { return Ok(()) };
        let nearest = spelling::nearest(key, asked.iter().map(String::as_str)).map(str::to_owned);
        Err(Error::UnknownKey { path: self.path.to_owned(), key: self.full(key), nearest })
    }
}

/// Returns a list of strings; one string is a list of itself.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}
