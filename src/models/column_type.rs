//! The type of a column: from its annotation, by the map of its base, or by a class of its own.

use std::rc::Rc;

use crate::models::annotation::{Annotated, Annotation, Place, assigned};
use crate::models::host::{Made, last};
use crate::models::mapper::Mapper;
use crate::models::python_types;
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::python::host::Arguments;
use crate::python::module::parse;
use crate::python::object::{Class, Module, Object};
use crate::python::syntax::{
    Argument, Expression, ExpressionKind as Kind, Statement, StatementKind,
};
use crate::python::value::Value;
use crate::sql::table::ColumnType;
use crate::text::known::Known;

impl Mapper<'_> {
    /// Returns the type that an annotation stands for: by the map of the base, else by default.
    pub(super) fn type_of(
        &mut self,
        owner: &Class,
        place: Place<'_>,
        annotation: &Annotation,
        is_sqlmodel: bool,
    ) -> Option<ColumnType> {
        let unknown = || ColumnType {
            name: annotation.keys.first().cloned().unwrap_or_else(|| "<unreadable>".to_owned()),
            sql: Known::Unreadable,
            labels: None,
        };
        if !is_sqlmodel && let Some(kind) = self.mapped_type(owner, place, annotation) {
            return Some(kind);
        }
        let path = match &annotation.kind {
            Annotated::Named(python) if is_sqlmodel => {
                python_types::sqlmodel(python, self.store.borrow().sqlmodel)
            }
            Annotated::Named(python) => python_types::declarative(python),
            Annotated::Class(class) => return Some(self.class_type(class).unwrap_or_else(unknown)),
            Annotated::Literal(Some(labels)) => {
                let labels = labels.iter().map(|label| Value::text(label)).collect();
                let mut given = Arguments::positional(labels);
                given.keywords.push(("native_enum".to_owned(), Value::Bool(false)));
                return Some(self.store.borrow_mut().host.make_type("sqlalchemy.Enum", &given));
            }
            Annotated::Literal(None) | Annotated::Unknown => None,
        };
        Some(match path {
            Some(path) => self.store.borrow_mut().host.make_type(path, &Arguments::default()),
            None => unknown(),
        })
    }

    /// An enumeration is an enum type.
    fn class_type(&mut self, class: &Rc<Object>) -> Option<ColumnType> {
        let is_enum =
            class.as_class().is_some_and(|it| it.kind == crate::python::object::ClassKind::Enum);
        let given = Arguments::positional(vec![Value::Object(Rc::clone(class))]);
        is_enum.then(|| self.store.borrow_mut().host.make_type("sqlalchemy.Enum", &given))
    }

    /// A type of the project's own may say what it is on a dialect (`load_dialect_impl`).
    pub(crate) fn with_own_type(
        &mut self,
        mut column: ColumnValue,
        made: Option<&Made>,
    ) -> ColumnValue {
        let is_unknown =
            column.column.kind.as_ref().is_some_and(|kind| kind.sql == Known::Unreadable);
        let parts = made.filter(|_| is_unknown).map(|made| {
            let positional = made.arguments.positional.iter().take(2);
            positional.chain(made.arguments.keyword("type_")).cloned().collect::<Vec<Value>>()
        });
        for part in parts.unwrap_or_default() {
            let Value::Object(object) = &part else { continue };
            let Some(site) = made.and_then(|made| made.site.clone()) else { continue };
            if let Some(method) = object.attribute("get_col_spec") {
                let given = Arguments::positional(vec![part.clone()]);
                let answer = self.interpreter.call(&method, given, &site);
                if let (Some(sql), Some(own)) = (answer.as_str(), &mut column.column.kind) {
                    own.sql = Known::Is(sql);
                }
                continue;
            }
            let Some(method) = object.attribute("load_dialect_impl") else { continue };
            let dialect = self.store.borrow_mut().host.value(SaValue::Dialect);
            let given = Arguments::positional(vec![part.clone(), dialect]);
            let answer = self.interpreter.call(&method, given, &site);
            let kind = self.store.borrow_mut().host.column_type(&answer);
            if let (Some(kind), Some(own)) = (kind, &column.column.kind) {
                column.column.kind = Some(ColumnType { name: own.name.clone(), ..kind });
            }
        }
        column
    }

    /// Looks an annotation up in the `type_annotation_map` of the class or of what it extends.
    fn mapped_type(
        &mut self,
        owner: &Class,
        place: Place<'_>,
        annotation: &Annotation,
    ) -> Option<ColumnType> {
        let _ = place;
        let holders: Vec<Rc<Object>> = owner.ancestors.clone();
        let own = std::iter::once(owner).chain(holders.iter().filter_map(|it| it.as_class()));
        let holder = own
            .filter(|class| map_of(class).is_some())
            .map(|class| (Rc::clone(&class.site.path), Rc::clone(&class.body), class.name.clone()))
            .next();
        let (path, body, _) = holder?;
        let module = self.interpreter.module_at(&path)?;
        let map = body.iter().find_map(map_in)?;
        let parsed = match &*module {
            Object::Module(Module { file: Some(file), .. }) => parse(&file.text),
            _ => return None,
        };
        let map = match &map.kind {
            Kind::Name(name) => assigned(&parsed.module.body, name)?,
            _ => map,
        };
        let Kind::Dict(rows) = &map.kind else { return None };
        let place = Place { module: &module, class: None };
        let mut keyed: Vec<(String, &Expression)> = Vec::new();
        for (key, value) in rows {
            if let Some(key) = key.as_ref().and_then(|key| self.map_keys(key, place)) {
                keyed.push((key, value));
            }
        }
        for wanted in &annotation.keys {
            let found = keyed.iter().find(|(key, _)| key == wanted);
            if let Some((_, value)) = found {
                let value = self.interpreter.evaluate_in(&module, None, value);
                return self.type_of_value(&value, annotation);
            }
        }
        None
    }

    /// An `Enum(enum.Enum, ...)` of a map is made for each enumeration.
    fn type_of_value(&mut self, value: &Value, annotation: &Annotation) -> Option<ColumnType> {
        let made = match value {
            Value::Host(id) => self.store.borrow().made.get(id).cloned(),
            _ => None,
        };
        if let (Some(made), Annotated::Class(class)) = (made, &annotation.kind)
            && last(&made.path) == "Enum"
        {
            let mut arguments = made.arguments;
            arguments.positional = vec![Value::Object(Rc::clone(class))];
            return Some(self.store.borrow_mut().host.make_type(&made.path, &arguments));
        }
        self.store.borrow_mut().host.column_type(value)
    }
}

/// Returns the map of types that a class has of its own, as it is written.
fn map_of(class: &Class) -> Option<&Expression> {
    class.body.iter().find_map(map_in)
}

fn map_in(statement: &Statement) -> Option<&Expression> {
    let named =
        |target: &Expression, name: &str| matches!(&target.kind, Kind::Name(own) if &**own == name);
    let (target, value) = match &statement.kind {
        StatementKind::Assign { targets, value } => (targets.first()?, value),
        StatementKind::Annotated { target, value: Some(value), .. } => (target, value),
        _ => return None,
    };
    if named(target, "type_annotation_map") {
        return Some(value);
    }
    match &value.kind {
        Kind::Call(_, arguments) if named(target, "registry") => {
            arguments.iter().find_map(|argument| match argument {
                Argument::Keyword(name, map) if &**name == "type_annotation_map" => Some(map),
                _ => None,
            })
        }
        _ => None,
    }
}
