//! The columns of a mapped class, its own and those that other classes lend it.

use std::rc::Rc;

use crate::models::annotation::{Annotated, Annotation, Place, assigned};
use crate::models::host::{Made, address, last};
use crate::models::mapper::Mapper;
use crate::models::model::ModelColumn;
use crate::models::python_types;
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::operation::sqlalchemy::constraints::make_foreign_key;
use crate::python::host::Arguments;
use crate::python::module::parse;
use crate::python::object::{Class, Module, Object};
use crate::python::syntax::{
    Argument, Expression, ExpressionKind as Kind, Statement, StatementKind,
};
use crate::python::value::Value;
use crate::sql::table::{ColumnType, Constraint, ForeignKey};
use crate::text::known::Known;
use crate::text::source::{Site, Span};

/// What was collected of a class.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) columns: Vec<ModelColumn>,
    /// Constraints that stand among the attributes.
    pub(crate) constraints: Vec<Constraint>,
    /// Where the columns stand that say whether they take NULL.
    pub(crate) nullable_given: Vec<Site>,
    /// Why there may be more.
    pub(crate) open: Option<String>,
}

impl Collected {
    /// Tells whether a column is a primary key.
    pub(crate) fn has_primary_key(&self) -> bool {
        self.columns.iter().any(|own| own.column.primary_key != Known::Is(false))
    }

    /// Returns the attributes with the columns that they stand for.
    pub(crate) fn attributes(&self) -> Vec<(Rc<str>, String)> {
        let pair = |column: &ModelColumn| {
            let (_, attribute) = column.attribute.as_ref()?;
            Some((Rc::clone(attribute), column.column.name.as_str()?.to_owned()))
        };
        self.columns.iter().filter_map(pair).collect()
    }
}

/// An attribute of a class.
struct Attribute {
    name: Rc<str>,
    value: Option<Value>,
    /// Where its annotation is written, in the file of the class.
    annotation: Option<Span>,
    span: Span,
}

impl Mapper<'_> {
    /// Collects the columns of a class.
    pub(crate) fn collect(
        &mut self,
        class: &Rc<Object>,
        lines: &[Rc<Object>],
        is_sqlmodel: bool,
    ) -> Collected {
        let mut collected = Collected::default();
        let mut seen: Vec<Rc<str>> = Vec::new();
        for line in lines {
            let Some(owner) = line.as_class() else { continue };
            let is_own = Rc::ptr_eq(line, class);
            if !is_own && self.mapped.contains_key(&address(line)) {
                // What a mapped class has is overridden for the classes behind it.
                for behind in self.line(line) {
                    let names = behind.as_class().into_iter().flat_map(attributes);
                    seen.extend(names.map(|attribute| attribute.name));
                }
                continue;
            }
            for attribute in attributes(owner) {
                if seen.contains(&attribute.name) {
                    continue;
                }
                seen.push(Rc::clone(&attribute.name));
                if !attribute.name.starts_with("__") {
                    self.attribute(class, line, owner, attribute, is_sqlmodel, &mut collected);
                }
            }
        }
        collected
    }

    fn attribute(
        &mut self,
        class: &Rc<Object>,
        line: &Rc<Object>,
        owner: &Class,
        attribute: Attribute,
        is_sqlmodel: bool,
        collected: &mut Collected,
    ) {
        let Some(module) = self.interpreter.module_at(&owner.site.path) else { return };
        let place = Place { module: &module, class: Some(owner) };
        let is_function = matches!(&attribute.value, Some(Value::Object(object))
            if matches!(&**object, Object::Function(_) | Object::ClassMethod(_)));
        let mut returns = None;
        let value = match attribute.value {
            Some(Value::Object(object)) if is_function => {
                if !self.store.borrow().declared.contains(&address(&object)) {
                    return;
                }
                returns = self.returned(&object);
                Some(self.declared_value(class, line, Value::Object(object)))
            }
            Some(value @ Value::Object(_)) => Some(self.declared_value(class, line, value)),
            value => value,
        };
        let written = match (attribute.annotation, returns) {
            (Some(span), _) => {
                self.text_at(&owner.site.path).map(|text| text.slice(span).to_owned())
            }
            (None, returns) => returns,
        };
        let annotation = written.map(|written| self.annotation(&written, place));
        let site = Site { path: Rc::clone(&owner.site.path), span: attribute.span };
        // A map of types is that of the class that is mapped, whoever lends it the attribute.
        let Some(mapped) = class.as_class() else { return };
        let Some(column) = self.column(mapped, place, value, annotation, is_sqlmodel) else {
            return;
        };
        if column.nullable_given {
            collected.nullable_given.push(site.clone());
        }
        let mut made = column.column;
        if !column.named {
            made.name = Known::Is(attribute.name.to_string());
        }
        let name = class.as_class().map_or_else(|| Rc::from(""), |inner| Rc::clone(&inner.name));
        for key in &mut made.foreign_keys {
            key.columns = Known::Is(vec![made.name.clone()]);
        }
        collected.columns.push(ModelColumn {
            attribute: Some((name, Rc::clone(&attribute.name))),
            column: made,
            site,
        });
    }

    /// Returns what a function says that it returns.
    fn returned(&self, object: &Rc<Object>) -> Option<String> {
        let function = match &**object {
            Object::Function(function) => function,
            Object::ClassMethod(Value::Object(inner)) => match &**inner {
                Object::Function(function) => function,
                _ => return None,
            },
            _ => return None,
        };
        let span = function.definition.returns?;
        Some(function.file.text.slice(span).to_owned())
    }

    /// Makes the column that an attribute stands for; nothing where it stands for none.
    fn column(
        &mut self,
        owner: &Class,
        place: Place<'_>,
        value: Option<Value>,
        annotation: Option<Annotation>,
        is_sqlmodel: bool,
    ) -> Option<ColumnValue> {
        let wrapper = annotation.as_ref().and_then(|it| it.wrapper.clone());
        let made = match &value {
            Some(Value::Host(id)) => self.store.borrow().made.get(id).cloned(),
            _ => None,
        };
        let given = match &value {
            Some(it) => match self.store.borrow().host.thing(it) {
                Some(SaValue::Column(column)) => Some((**column).clone()),
                _ => None,
            },
            None => None,
        };
        let given = given.map(|column| without_lost_name(column, made.as_ref()));
        let given = given.map(|column| self.with_own_type(column, made.as_ref()));
        if is_sqlmodel {
            return self.field(owner, place, value.as_ref(), given, made, annotation?);
        }
        let by_annotation = match (&given, &made) {
            (Some(_), Some(made)) => last(&made.path) == "mapped_column",
            (Some(_), None) => false,
            // Only a column needs nothing on the right: relationships are made by a call.
            (None, _) => value.is_none() && wrapper.as_deref() == Some("Mapped"),
        };
        if !by_annotation {
            return given;
        }
        let column = given.unwrap_or_else(blank);
        let annotation = annotation.filter(|it| it.wrapper.as_deref() == Some("Mapped"));
        Some(match annotation {
            Some(annotation) => self.annotated(owner, place, column, &annotation),
            None => column,
        })
    }

    /// Adds to a column what its annotation says.
    fn annotated(
        &mut self,
        owner: &Class,
        place: Place<'_>,
        mut column: ColumnValue,
        annotation: &Annotation,
    ) -> ColumnValue {
        for id in &annotation.columns {
            let SaValue::Column(lent) = self.store.borrow().host.at(*id) else { continue };
            lend(&mut column, &lent);
        }
        if column.column.kind.is_none() && column.column.foreign_keys.is_empty() {
            column.column.kind = self.type_of(owner, place, annotation, false);
        } else if column.column.kind.is_none() {
            // A key takes the type of what it refers to, unless the annotation is mapped to one.
            column.column.kind = None;
        }
        if !column.nullable_given {
            let is_key = column.column.primary_key == Known::Is(true);
            column.column.nullable = Known::Is(annotation.optional && !is_key);
        }
        column
    }

    /// Makes the column of a field of SQLModel (`sqlmodel.main.get_column_from_field`, 0.0.27).
    fn field(
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

    /// Returns the type that an annotation stands for: by the map of the base, else by default.
    fn type_of(
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
            Annotated::Named(python) if is_sqlmodel => python_types::sqlmodel(python),
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
            let Some(method) = object.attribute("load_dialect_impl") else { continue };
            let Some(site) = made.and_then(|made| made.site.clone()) else { continue };
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

/// Returns the attributes of a class, each with where it stands: those of its body, in order.
fn attributes(owner: &Class) -> Vec<Attribute> {
    let mut found: Vec<Attribute> = Vec::new();
    let mut places: Vec<(Rc<str>, Span, Option<Span>)> = Vec::new();
    let mut body: Vec<&Statement> = owner.body.iter().collect();
    body.reverse();
    while let Some(statement) = body.pop() {
        match &statement.kind {
            StatementKind::Annotated { target, written, .. } => {
                if let Kind::Name(name) = &target.kind {
                    places.push((Rc::clone(name), statement.span, Some(*written)));
                }
            }
            StatementKind::Assign { targets, .. } => {
                for target in targets {
                    if let Kind::Name(name) = &target.kind {
                        places.push((Rc::clone(name), statement.span, None));
                    }
                }
            }
            StatementKind::Function { definition, .. } => {
                places.push((Rc::clone(&definition.name), definition.name_span, None));
            }
            StatementKind::If { branches, otherwise } => {
                let inner = branches.iter().flat_map(|(_, block)| block.iter());
                body.extend(inner.chain(otherwise.iter().flat_map(|block| block.iter())));
            }
            _ => {}
        }
    }
    let values = owner.attributes.all();
    for (name, span, annotation) in &places {
        let value = values.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        if value.is_none() && annotation.is_none() {
            continue;
        }
        found.retain(|known| known.name != *name);
        found.push(Attribute {
            name: Rc::clone(name),
            value,
            annotation: *annotation,
            span: *span,
        });
    }
    for (name, value) in values {
        if !found.iter().any(|known| known.name == name) {
            let span = owner.site.span;
            found.push(Attribute { name, value: Some(value), annotation: None, span });
        }
    }
    found
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

/// What stands first in a column of a class and is no text is its type: an attribute names it.
fn without_lost_name(mut column: ColumnValue, made: Option<&Made>) -> ColumnValue {
    let first = made.and_then(|made| made.arguments.positional.first());
    let is_text = matches!(first, Some(Value::Str(_)))
        || made.is_some_and(|made| made.arguments.keyword("name").is_some());
    if column.column.name == Known::Unreadable && !is_text {
        column.named = false;
    }
    column
}

fn blank() -> ColumnValue {
    let mut column = ColumnValue::named(Known::Unreadable);
    column.named = false;
    column.untyped = true;
    column
}

/// Gives a column what `Annotated[..., mapped_column(...)]` says and it does not.
fn lend(column: &mut ColumnValue, lent: &ColumnValue) {
    let own = &mut column.column;
    let other = &lent.column;
    own.kind = own.kind.take().or_else(|| other.kind.clone());
    if !column.nullable_given && lent.nullable_given {
        own.nullable = other.nullable.clone();
        column.nullable_given = true;
    }
    if !column.named && lent.named {
        own.name = other.name.clone();
        column.named = true;
    }
    let flag = |own: &mut Known<bool>, other: &Known<bool>| {
        if *own == Known::Is(false) {
            own.clone_from(other);
        }
    };
    flag(&mut own.primary_key, &other.primary_key);
    flag(&mut own.unique, &other.unique);
    flag(&mut own.index, &other.index);
    if own.server_default.is_none() {
        own.server_default.clone_from(&other.server_default);
    }
    if own.foreign_keys.is_empty() {
        own.foreign_keys.clone_from(&other.foreign_keys);
    }
    own.python_default |= other.python_default;
    own.generated = own.generated.take().or_else(|| other.generated.clone());
}
