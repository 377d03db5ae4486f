//! The column of a field of SQLModel.

use crate::models::annotation::{Annotation, Place};
use crate::models::columns::blank;
use crate::models::host::{Made, last};
use crate::models::mapper::Mapper;
use crate::operation::sa_value::ColumnValue;
use crate::operation::sqlalchemy::constraints::make_foreign_key;
use crate::python::host::Arguments;
use crate::python::object::Class;
use crate::python::value::Value;
use crate::sql::table::ForeignKey;
use crate::text::known::Known;

impl Mapper<'_> {
    /// Makes the column of a field of SQLModel (`sqlmodel.main.get_column_from_field`, 0.0.27).
    pub(super) fn field(
        &mut self,
        owner: &Class,
        place: Place<'_>,
        value: Option<&Value>,
        given: Option<ColumnValue>,
        made: Option<Made>,
        annotation: Annotation,
    ) -> Option<ColumnValue> {
        let is_relationship = made.as_ref().is_some_and(|it| last(&it.path) == "Relationship");
        if is_relationship || annotation.wrapper.is_some() {
            return None;
        }
        let made = made.filter(|it| matches!(last(&it.path), "Field" | "Column" | "mapped_column"));
        let is_column = made.as_ref().is_some_and(|it| last(&it.path) != "Field");
        if let (Some(given), true) = (&given, is_column) {
            return Some(given.clone());
        }
        let arguments = made.map(|made| made.arguments).unwrap_or_default();
        let mut column = match (value, given) {
            (_, Some(given)) => given,
            (_, None) => blank(),
        };
        self.more_of_field(&mut column, &arguments);
        if column.column.kind.is_none() {
            column.column.kind = match arguments.keyword("sa_type") {
                Some(kind) => self.store.borrow_mut().host.column_type(&kind.clone()),
                None => self.type_of(owner, place, &annotation, true),
            };
            self.limit(&mut column, &arguments);
        }
        if !column.nullable_given {
            let is_key = column.column.primary_key == Known::Is(true);
            column.column.nullable = Known::Is(annotation.optional && !is_key);
        }
        Some(column)
    }

    /// `Field(foreign_key=..., sa_column_kwargs={...}, sa_column_args=[...])`.
    fn more_of_field(&mut self, column: &mut ColumnValue, arguments: &Arguments) {
        if let Some(target @ Value::Str(_)) = arguments.keyword("foreign_key") {
            let given = Arguments::positional(vec![target.clone()]);
            let mut key: ForeignKey = {
                let mut store = self.store.borrow_mut();
                make_foreign_key(&mut store.host, &given)
            };
            if let Some(action) = arguments.keyword("ondelete") {
                key.on_delete = self.store.borrow().host.text_or_none(Some(action));
            }
            column.column.foreign_keys.push(key);
        }
        let more = match arguments.keyword("sa_column_kwargs") {
            Some(Value::Dict(entries)) => entries.borrow().clone(),
            _ => return,
        };
        for (key, value) in more {
            let store = self.store.borrow();
            match key.as_str().as_deref() {
                Some("nullable") => {
                    column.column.nullable = store.host.flag(Some(&value), true);
                    column.nullable_given = true;
                }
                Some("name") => {
                    column.column.name = store.host.text(&value);
                    column.named = true;
                }
                Some("unique") => column.column.unique = store.host.flag(Some(&value), false),
                Some("index") => column.column.index = store.host.flag(Some(&value), false),
                Some("comment") => {
                    column.column.comment = store.host.text_or_none(Some(&value));
                }
                Some("server_default") => {
                    let sql = match &value {
                        Value::Str(text) => text.whole().map(|text| format!("'{text}'")).into(),
                        _ => Known::Unreadable,
                    };
                    column.column.server_default = Some(crate::sql::table::ServerDefault { sql });
                }
                _ => {}
            }
        }
    }

    /// `Field(max_length=..., max_digits=..., decimal_places=...)` limits a type.
    fn limit(&mut self, column: &mut ColumnValue, arguments: &Arguments) {
        let number = |name: &str| match arguments.keyword(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        };
        let Some(kind) = &column.column.kind else { return };
        let sized = match (kind.name.as_str(), number("max_length"), number("max_digits")) {
            ("AutoString", Some(length), _) => {
                Some(("sqlalchemy.String", vec![Value::Int(length)]))
            }
            ("Numeric", _, Some(digits)) => {
                let places = number("decimal_places").map(Value::Int).unwrap_or(Value::None);
                Some(("sqlalchemy.Numeric", vec![Value::Int(digits), places]))
            }
            _ => None,
        };
        if let Some((path, given)) = sized {
            let kind = self.store.borrow_mut().host.make_type(path, &Arguments::positional(given));
            column.column.kind = Some(kind);
        }
    }
}
