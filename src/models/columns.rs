//! The columns of a mapped class, its own and those that other classes lend it.

use std::rc::Rc;

use crate::models::annotation::{Annotation, Place};
use crate::models::host::{Made, address, last};
use crate::models::library;
use crate::models::mapper::Mapper;
use crate::models::model::ModelColumn;
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::python::module::parse;
use crate::python::object::{Class, Object};
use crate::python::syntax::{
    Argument, Expression, ExpressionKind as Kind, Statement, StatementKind,
};
use crate::python::value::Value;
use crate::sql::table::{Constraint, TableName};
use crate::text::known::Known;
use crate::text::source::{Site, Span, Text};

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
                // The settings of Pydantic are no field, whatever annotates them.
                let is_setting = is_sqlmodel && &*attribute.name == "model_config";
                if !attribute.name.starts_with("__") && !is_setting {
                    let of = (class, line, lines);
                    self.attribute(of, owner, attribute, is_sqlmodel, &mut collected);
                }
            }
        }
        collected
    }

    fn attribute(
        &mut self,
        (class, line, lines): (&Rc<Object>, &Rc<Object>, &[Rc<Object>]),
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
        let value = value.map(|value| self.made_by_own(value));
        let of_field = self.column_of_field(lines, owner, &attribute.name, place);
        let value = of_field.or(value);
        let written = match (attribute.annotation, returns) {
            (Some(span), _) => {
                self.text_at(&owner.site.path).map(|text| text.slice(span).to_owned())
            }
            (None, returns) => returns,
        };
        let annotation = written.map(|written| self.annotation(&written, place));
        let site = match library::lies_here(&owner.site.path) {
            true => class.as_class().map_or(owner.site.clone(), |own| own.site.clone()),
            false => Site { path: Rc::clone(&owner.site.path), span: attribute.span },
        };
        let name = class.as_class().map_or_else(|| Rc::from(""), |inner| Rc::clone(&inner.name));
        let made = self.made_of(value.as_ref());
        if let Some(mapped) = class.as_class() {
            for column in self.composed(mapped, made.as_ref(), annotation.as_ref()) {
                collected.columns.push(ModelColumn {
                    attribute: Some((Rc::clone(&name), Rc::clone(&attribute.name))),
                    column: column.column,
                    site: site.clone(),
                });
            }
        }
        let lent = self.lent_keys(value.as_ref());
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
        let mut lent = lent.into_iter();
        for key in &mut made.foreign_keys {
            key.columns = Known::Is(vec![made.name.clone()]);
            if !key.referent.name.is_known()
                && let Some(referent) = lent.next().and_then(|site| self.referent(&site))
            {
                key.referent = referent;
            }
        }
        collected.columns.push(ModelColumn {
            attribute: Some((name, Rc::clone(&attribute.name))),
            column: made,
            site,
        });
    }

    /// Returns the column that an instance of a class is which extends `Column`.
    fn made_by_own(&self, value: Value) -> Value {
        let Value::Object(object) = &value else { return value };
        let id = self.store.borrow().host.columns.get(&address(object)).copied();
        id.map_or(value, Value::Host)
    }

    fn made_of(&self, value: Option<&Value>) -> Option<Made> {
        match value {
            Some(Value::Host(id)) => self.store.borrow().made.get(id).cloned(),
            _ => None,
        }
    }

    /// Returns where the keys of a column are written that refer to a column which several classes
    /// share.
    fn lent_keys(&self, value: Option<&Value>) -> Vec<Site> {
        let Some(Value::Host(id)) = value else { return Vec::new() };
        let store = self.store.borrow();
        let parts = store.made.get(id).map(|made| made.arguments.positional.as_slice());
        let site = |part: &Value| match part {
            Value::Host(id) => store.lent_keys.get(id).cloned(),
            _ => None,
        };
        parts.unwrap_or_default().iter().filter_map(site).collect()
    }

    /// Returns the table of the class that `ForeignKey(User.id)` names.
    fn referent(&mut self, site: &Site) -> Option<TableName> {
        let text = self.text_at(&site.path)?;
        let parsed = parse(&Text::new(text.slice(site.span)));
        let StatementKind::Expression(call) = &parsed.module.body.first()?.kind else {
            return None;
        };
        let Kind::Call(_, arguments) = &call.kind else { return None };
        let Some(Argument::Positional(target)) = arguments.first() else { return None };
        let Kind::Attribute(class, _) = &target.kind else { return None };
        let module = self.interpreter.module_at(&site.path)?;
        let class = self.class_meant(class, Place { module: &module, class: None })?;
        if let Some(known) = self.mapped.get(&address(&class)) {
            return Some(self.tables[*known].name.clone());
        }
        let lines = self.line(&class);
        let name = self.special(&class, &lines, "__tablename__")?;
        Some(TableName { schema: None, name: self.text_of(&name) })
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
        let made = self.made_of(value.as_ref());
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
        // An optional key is nullable to SQLAlchemy, though no database takes it so.
        if !column.nullable_given {
            column.column.nullable = Known::Is(annotation.optional);
        }
        column
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
                let runs = branches.iter().filter(|(condition, _)| !is_for_checkers(condition));
                let inner = runs.flat_map(|(_, block)| block.iter());
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

/// Tells whether a condition holds for type checkers alone: `typing.TYPE_CHECKING`.
fn is_for_checkers(condition: &Expression) -> bool {
    matches!(&condition.kind, Kind::Name(name) | Kind::Attribute(_, name) if &**name == "TYPE_CHECKING")
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

/// Makes a column of which nothing is said yet.
pub(super) fn blank() -> ColumnValue {
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
    if own.comment.is_none() {
        own.comment.clone_from(&other.comment);
    }
    if own.server_default.is_none() {
        own.server_default.clone_from(&other.server_default);
    }
    if own.foreign_keys.is_empty() {
        own.foreign_keys.clone_from(&other.foreign_keys);
    }
    own.python_default |= other.python_default;
    own.generated = own.generated.take().or_else(|| other.generated.clone());
}
