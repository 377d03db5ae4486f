//! What stands in a class for columns that are written inside of something else: `composite(...)`,
//! and a dataclass field whose metadata holds the column.

use std::rc::Rc;

use crate::models::annotation::{Annotated, Annotation, Place};
use crate::models::host::{Made, last};
use crate::models::mapper::Mapper;
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::python::object::{Class, Object};
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind, Part, StatementKind};
use crate::python::value::Value;
use crate::text::known::Known;
use crate::text::source::Span;

/// The attribute of a class that says under which key the metadata of a field holds its column.
const METADATA_KEY: &str = "__sa_dataclass_metadata_key__";

impl Mapper<'_> {
    /// Returns the columns in `composite(Point, mapped_column("x"), ...)`; what a column does not say
    /// of its type and of NULL, the fields of the composite class say (`CompositeProperty`, 2.0).
    pub(super) fn composed(
        &mut self,
        owner: &Class,
        made: Option<&Made>,
        annotation: Option<&Annotation>,
    ) -> Vec<ColumnValue> {
        let Some(made) = made.filter(|made| last(&made.path) == "composite") else {
            return Vec::new();
        };
        let columns: Vec<ColumnValue> = {
            let store = self.store.borrow();
            let column = |value: &Value| match store.host.thing(value) {
                Some(SaValue::Column(column)) => Some((**column).clone()),
                _ => None,
            };
            made.arguments.positional.iter().filter_map(column).collect()
        };
        let class = match (made.arguments.positional.first(), annotation.map(|it| &it.kind)) {
            (Some(Value::Object(class)), _) if class.as_class().is_some() => Some(Rc::clone(class)),
            (_, Some(Annotated::Class(class))) => Some(Rc::clone(class)),
            _ => None,
        };
        let fields = class.as_ref().map(|class| self.fields(class)).unwrap_or_default();
        let optional = annotation.is_some_and(|it| it.optional);
        let mut fields = fields.into_iter().map(Some).chain(std::iter::repeat(None));
        let mut settle = |mut column: ColumnValue| {
            let (name, field) = fields.next().flatten().unzip();
            if !column.named
                && let Some(name) = name
            {
                column.column.name = Known::Is(name.to_string());
                column.named = true;
            }
            if let (None, Some(field), Some(class)) = (&column.column.kind, &field, &class)
                && let Some(site) = class.as_class().map(|inner| Rc::clone(&inner.site.path))
                && let Some(module) = self.interpreter.module_at(&site)
            {
                let place = Place { module: &module, class: class.as_class() };
                column.column.kind = self.type_of(owner, place, field, false);
            }
            if let (false, Some(field)) = (column.nullable_given, &field) {
                let is_key = column.column.primary_key == Known::Is(true);
                column.column.nullable = Known::Is((field.optional || optional) && !is_key);
                column.nullable_given = true;
            }
            column
        };
        columns.into_iter().map(&mut settle).collect()
    }

    /// Returns the annotated fields of a class, each with what it is.
    fn fields(&mut self, class: &Rc<Object>) -> Vec<(Rc<str>, Annotation)> {
        let Some(inner) = class.as_class() else { return Vec::new() };
        let Some(module) = self.interpreter.module_at(&inner.site.path) else { return Vec::new() };
        let Some(text) = self.text_at(&inner.site.path) else { return Vec::new() };
        let written: Vec<(Rc<str>, Span)> = inner
            .body
            .iter()
            .filter_map(|statement| match &statement.kind {
                StatementKind::Annotated { target, written, .. } => match &target.kind {
                    Kind::Name(name) => Some((Rc::clone(name), *written)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let place = Place { module: &module, class: Some(inner) };
        let read = |(name, span)| (name, self.annotation(text.slice(span), place));
        written.into_iter().map(read).collect()
    }

    /// Returns the column in the metadata of a dataclass field: `field(metadata={"sa": Column(...)})`
    /// of a class whose `__sa_dataclass_metadata_key__` is `"sa"`.
    pub(super) fn column_of_field(
        &mut self,
        lines: &[Rc<Object>],
        owner: &Class,
        name: &str,
        place: Place<'_>,
    ) -> Option<Value> {
        let key = lines.iter().find_map(|line| line.as_class()?.attributes.get(METADATA_KEY))?;
        let key = key.as_str()?;
        let value = owner.body.iter().find_map(|statement| match &statement.kind {
            StatementKind::Annotated { target, value: Some(value), .. } if target.is_name(name) => {
                Some(value)
            }
            _ => None,
        })?;
        let Kind::Call(_, arguments) = &value.kind else { return None };
        let rows = arguments.iter().find_map(|argument| match argument {
            Argument::Keyword(name, Expression { kind: Kind::Dict(rows), .. })
                if &**name == "metadata" =>
            {
                Some(rows)
            }
            _ => None,
        })?;
        let (_, column) =
            rows.iter().find(|(own, _)| own.as_ref().is_some_and(|own| is_text(own, &key)))?;
        Some(self.interpreter.evaluate_in(place.module, Some(owner), column))
    }
}

fn is_text(expression: &Expression, text: &str) -> bool {
    matches!(&expression.kind, Kind::Text(parts)
        if matches!(parts.as_slice(), [Part::Known(own, _)] if &**own == text))
}
