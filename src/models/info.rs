//! What `info` says of a table, for hooks of the application.

use crate::models::model::{Info, InfoValue};
use crate::python::value::Value;
use crate::text::known::Known;

/// Reads `info={"managed": False}`.
pub(super) fn info(value: Option<&Value>) -> Info {
    let entries = match value {
        None => return Known::Is(Vec::new()),
        Some(Value::Dict(entries)) => entries.borrow().clone(),
        Some(_) => return Known::Unreadable,
    };
    let read = |value: &Value| match value {
        Value::Bool(flag) => InfoValue::Flag(*flag),
        Value::None => InfoValue::None,
        value => value.as_str().map_or(InfoValue::Other, |it| InfoValue::Text(it.to_string())),
    };
    let pair = |(key, value): &(Value, Value)| Some((key.as_str()?.to_string(), read(value)));
    entries.iter().map(pair).collect::<Option<Vec<_>>>().into()
}
