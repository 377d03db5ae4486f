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
    Argument, Block, Expression, ExpressionKind as Kind, Statement, StatementKind,
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
        let lent = self.lent_base(owner);
        let behind = lent
            .iter()
            .chain(lent.iter().filter_map(|it| it.as_class()).flat_map(|it| &it.ancestors));
        let holders: Vec<Rc<Object>> = owner.ancestors.iter().chain(behind).cloned().collect();
        let own = std::iter::once(owner).chain(holders.iter().filter_map(|it| it.as_class()));
        let (path, body) = own
            .filter(|class| class.body.iter().any(|it| map_in(it).is_some()))
            .map(|class| (Rc::clone(&class.site.path), Rc::clone(&class.body)))
            .next()
            .or_else(|| self.body_of_registry(owner))?;
        let module = self.interpreter.module_at(&path)?;
        let map = body.iter().find_map(map_in)?;
        let parsed = match &*module {
            Object::Module(Module { file: Some(file), .. }) => parse(&file.text),
            _ => return None,
        };
        let map = written_map(map, &parsed.module.body)?;
        let Kind::Dict(rows) = &map.kind else { return None };
        let place = Place { module: &module, class: None };
        let mut keyed: Vec<(String, &Expression)> = Vec::new();
        for (key, value) in rows {
            if let Some(key) = key.as_ref().and_then(|key| self.map_keys(key, place)) {
                keyed.push((key, value));
            }
        }
        for (at, wanted) in annotation.keys.iter().enumerate() {
            let found = keyed.iter().find(|(key, _)| key == wanted);
            if let Some((_, value)) = found {
                let value = self.interpreter.evaluate_in(&module, None, value);
                // What a class extends finds an `Enum` alone (`_resolve_for_python_type`, 2.0).
                let is_base = at > 0 && matches!(annotation.kind, Annotated::Class(_));
                if !is_base || self.is_enum(&value) {
                    return self.type_of_value(&value, annotation);
                }
            }
        }
        None
    }

    fn is_enum(&self, value: &Value) -> bool {
        let path = match value {
            Value::Host(id) => match self.store.borrow().host.at(*id) {
                SaValue::Name(path) => Some(path),
                _ => self.store.borrow().made.get(id).map(|made| Rc::clone(&made.path)),
            },
            _ => None,
        };
        path.is_some_and(|path| last(&path) == "Enum")
    }

    /// The class that `declarative_base(cls=...)` or `SQLAlchemy(model_class=...)` is given.
    fn lent_base(&self, owner: &Class) -> Option<Rc<Object>> {
        let store = self.store.borrow();
        owner.all_bases().find_map(|base| match base {
            Value::Host(id) => store.base_classes.get(id).cloned(),
            _ => None,
        })
    }

    /// A class that a registry maps has the map of a registry in its module.
    fn body_of_registry(&self, owner: &Class) -> Option<(Rc<str>, Block)> {
        let module = self.interpreter.module_at(&owner.site.path)?;
        let Object::Module(Module { file: Some(file), .. }) = &*module else { return None };
        let body = Rc::clone(&parse(&file.text).module.body);
        let is_mapped_by_registry = owner.host_base().is_none();
        (is_mapped_by_registry && body.iter().any(|it| map_in(it).is_some()))
            .then(|| (Rc::clone(&owner.site.path), body))
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

/// Returns what a statement says of a map of types: the map, or the name of it or of its registry.
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
        Kind::Name(_) if named(target, "registry") => Some(value),
        _ => of_registry(value),
    }
}

/// Returns the map in `registry(type_annotation_map=...)`.
fn of_registry(value: &Expression) -> Option<&Expression> {
    let Kind::Call(callee, arguments) = &value.kind else { return None };
    let name = match &callee.kind {
        Kind::Name(name) | Kind::Attribute(_, name) => name,
        _ => return None,
    };
    let map = arguments.iter().find_map(|argument| match argument {
        Argument::Keyword(name, map) if &**name == "type_annotation_map" => Some(map),
        _ => None,
    });
    map.filter(|_| &**name == "registry")
}

/// Follows the names of a map, and of its registry, in the module.
fn written_map<'e>(map: &'e Expression, body: &'e Block) -> Option<&'e Expression> {
    let mut map = map;
    for _ in 0..3 {
        map = match &map.kind {
            Kind::Name(name) => assigned(body, name)?,
            Kind::Call(..) => of_registry(map)?,
            _ => return Some(map),
        };
    }
    Some(map)
}
