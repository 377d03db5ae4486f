//! What the modules of an application are answered while they are interpreted: what a migration is
//! answered, and what is kept of the classes and tables that they declare.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::models::library;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::{Metadata, SaValue};
use crate::python::host::{Arguments, At, Host, Iteration, Raised, Region};
use crate::python::object::{Class, Object};
use crate::python::value::{HostId, Value};
use crate::sql::table::TableName;
use crate::sql::version::ServerVersion;
use crate::text::source::Site;

/// The host, shared with what reads the models once the modules have run.
pub(crate) struct ModelHost {
    /// What is kept.
    pub(crate) store: Rc<RefCell<Store>>,
}

/// What is kept of the modules that were interpreted.
pub(crate) struct Store {
    /// What answers for Alembic and SQLAlchemy.
    pub(crate) host: MigrationHost,
    /// The classes, in the order in which they are defined.
    pub(crate) classes: Vec<Rc<Object>>,
    /// The tables that `Table(...)` made, in order.
    pub(crate) tables: Vec<HostId>,
    /// What was called to make a value, and with what.
    pub(crate) made: HashMap<HostId, Made>,
    /// The functions that `declared_attr` decorates, by address.
    pub(crate) declared: HashSet<usize>,
    /// Classes that a decorator makes bases or maps, by address.
    pub(crate) marked: HashMap<usize, Mark>,
    /// Values that are the same whenever they are asked for: `db.Model`.
    kept: HashMap<(String, String), Value>,
    /// The class that `declarative_base(cls=...)` is given, by the base.
    pub(crate) base_classes: HashMap<HostId, Rc<Object>>,
    /// Where keys are written that refer to a column which several classes share: `User.id` of a
    /// class that is lent it.
    pub(crate) lent_keys: HashMap<HostId, Site>,
    /// The version of SQLModel that is pinned.
    pub(crate) sqlmodel: Option<ServerVersion>,
    /// Classes whose functions made other classes, by address: those are read.
    pub(crate) makers: HashSet<usize>,
    /// What the next call of SQLAlchemy's mapper gives, while a function of the application maps.
    pub(crate) mapper: Option<Value>,
    /// Classes mapped by a call, with the table.
    pub(crate) imperative: Vec<(Rc<Object>, HostId)>,
}

/// A call that made a value.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The dotted name of what was called.
    pub(crate) path: Rc<str>,
    /// What it was given.
    pub(crate) arguments: Arguments,
    /// The innermost place.
    pub(crate) site: Option<Site>,
}

/// What a decorator makes of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A base of mapped classes (`as_declarative`).
    Base,
    /// A mapped class (`registry.mapped`).
    Mapped,
}

/// Functions that hand a column through.
const WRAPPERS: [&str; 3] = ["column_property", "deferred", "orm_insert_sentinel"];

/// Attributes of `db` that are one object.
const SINGLE: [&str; 3] = ["Model", "metadata", "SQLModel"];

impl Store {
    /// Makes a store over what answers.
    pub(crate) fn new(host: MigrationHost) -> Self {
        Store {
            host,
            classes: Vec::new(),
            tables: Vec::new(),
            made: HashMap::new(),
            declared: HashSet::new(),
            marked: HashMap::new(),
            kept: HashMap::new(),
            base_classes: HashMap::new(),
            lent_keys: HashMap::new(),
            sqlmodel: None,
            makers: HashSet::new(),
            mapper: None,
            imperative: Vec::new(),
        }
    }

    /// Tells whether a class extends `DeclarativeBase` itself: it is the base of others and maps
    /// nothing (`sqlalchemy.orm.decl_api.DeclarativeBase.__init_subclass__`, 2.0.44).
    pub(crate) fn is_base(&self, inner: &Class) -> bool {
        let is_plain = |id: &HostId| {
            let is_base = matches!(self.host.at(*id), SaValue::Base { names_tables: false, .. });
            is_base && !self.made.contains_key(id) && !self.is_sqlmodel(*id)
        };
        inner.bases.iter().any(|base| match base {
            Value::Host(id) => is_plain(id),
            _ => false,
        })
    }

    /// A class that extends `DeclarativeBase` itself has a metadata of its own.
    fn give_metadata(&mut self, class: &Rc<Object>) {
        let Some(inner) = class.as_class().filter(|inner| !inner.attributes.has("metadata")) else {
            return;
        };
        if self.is_base(inner) {
            let metadata = self.host.value(SaValue::MetaData(Metadata::default()));
            inner.attributes.set(&"metadata".into(), metadata);
        }
    }

    /// Tells whether a value is `SQLModel`, whose classes map a table only where they say so.
    pub(crate) fn is_sqlmodel(&self, id: HostId) -> bool {
        let of = |((owner, name), value): (&(String, String), &Value)| {
            owner == "sqlmodel"
                && name == "SQLModel"
                && matches!(value, Value::Host(own) if *own == id)
        };
        self.kept.iter().any(of)
    }

    /// Returns how the callee of a call is named: dotted, or the method alone.
    fn path_of(&self, callee: HostId) -> Option<Rc<str>> {
        match self.host.at(callee) {
            SaValue::Name(path) => Some(path),
            SaValue::Method { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Answers for what decorates and wraps; nothing where the call is an ordinary one.
    fn decorator(&mut self, name: &str, arguments: &Arguments) -> Option<Value> {
        let first = arguments.positional.first()?;
        match (name, first) {
            ("declared_attr" | "directive" | "cascading", Value::Object(object)) => {
                self.declared.insert(address(object));
                Some(first.clone())
            }
            ("mapped" | "mapped_as_dataclass", Value::Object(object))
                if object.as_class().is_some() =>
            {
                self.marked.insert(address(object), Mark::Mapped);
                Some(first.clone())
            }
            ("Mapper" | "mapper", Value::Object(_)) if self.mapper.is_some() => self.mapper.take(),
            ("map_imperatively" | "mapper", Value::Object(class)) => {
                if let Some(&Value::Host(table)) = arguments.get(1, "local_table") {
                    self.imperative.push((Rc::clone(class), table));
                }
                None
            }
            // `MutableDict.as_mutable(JSONB)` is the type that it is given.
            ("as_mutable", _) => Some(first.clone()),
            (name, Value::Host(_)) if WRAPPERS.contains(&name) => {
                matches!(self.host.thing(first), Some(SaValue::Column(_))).then(|| first.clone())
            }
            _ => None,
        }
    }

    /// Answers for a decorator that was made by a call and is given a class: `@as_declarative()`.
    fn made_decorator(&mut self, callee: HostId, arguments: &Arguments) -> Option<Value> {
        let [first @ Value::Object(object)] = arguments.positional.as_slice() else { return None };
        object.as_class()?;
        let name = self.made.get(&callee).map(|made| Rc::clone(&made.path));
        match name.as_deref().map(last) {
            Some("as_declarative" | "as_declarative_base") => {
                self.marked.insert(address(object), Mark::Base);
            }
            Some("mapped_as_dataclass" | "mapped") => {
                self.marked.insert(address(object), Mark::Mapped);
            }
            _ => {}
        }
        Some(first.clone())
    }

    fn call(&mut self, callee: HostId, arguments: Arguments, at: At<'_>) -> Value {
        let path = self.path_of(callee);
        let name = path.as_deref().map_or("", last).to_owned();
        if let Some(value) = self.decorator(&name, &arguments) {
            return value;
        }
        let kept = arguments.clone();
        let answer = self.host.call(callee, arguments, at);
        if let Value::Host(id) = answer {
            if name == "Table" && matches!(self.host.at(id), SaValue::Table(_)) {
                self.tables.push(id);
            }
            if let SaValue::Base { names_tables, .. } = self.host.at(id) {
                self.settle_base(id, names_tables, &kept);
            }
            if name == "ForeignKey" {
                self.doubt_referent(id, &kept, at);
            }
            let is_new = id != callee;
            if is_new && let Some(path) = path {
                let site = at.frames.last().cloned();
                self.made.entry(id).or_insert(Made { path, arguments: kept, site });
                return answer;
            }
        }
        let is_nothing = matches!(
            self.host.thing(&answer),
            Some(SaValue::Inert | SaValue::Unsure(_) | SaValue::Environment(_))
        );
        match is_nothing {
            true => self.made_decorator(callee, &kept).unwrap_or(answer),
            false => answer,
        }
    }

    /// A key to `User.id` means the table of `User`; where `id` is lent by another class, the column
    /// does not say to which.
    fn doubt_referent(&mut self, id: HostId, arguments: &Arguments, at: At<'_>) {
        let Some(target @ Value::Host(column)) = arguments.positional.first() else { return };
        if !matches!(self.host.thing(target), Some(SaValue::Column(_))) {
            return;
        }
        let is_it = |value: &Value| matches!(value, Value::Host(other) if other == column);
        let owner = self.classes.iter().find(|class| {
            let own = class.own_attributes();
            own.iter().any(|(_, value)| is_it(value))
        });
        let is_lent = owner.and_then(|owner| owner.as_class()).is_some_and(|owner| {
            !owner.attributes.has("__tablename__") && !owner.attributes.has("__table__")
        });
        if let (true, SaValue::ForeignKey(mut key)) = (is_lent, self.host.at(id)) {
            key.referent = TableName::unreadable();
            self.host.replace(id, SaValue::ForeignKey(key));
            self.lent_keys.extend(at.frames.last().map(|site| (id, site.clone())));
        }
    }

    /// `declarative_base(metadata=..., cls=...)` and `SQLAlchemy(metadata=...)` say more of a base.
    fn settle_base(&mut self, id: HostId, names_tables: bool, arguments: &Arguments) {
        if let Some(&Value::Host(metadata)) = arguments.keyword("metadata")
            && matches!(self.host.at(metadata), SaValue::MetaData(..))
        {
            self.host.replace(id, SaValue::Base { names_tables, metadata });
        }
        if let Some(Value::Object(class)) = arguments.keyword("cls") {
            self.base_classes.insert(id, Rc::clone(class));
        }
    }

    /// What a registry has: its metadata, and decorators that are known by their names.
    fn of_registry(&mut self, of: HostId, name: &str) -> Option<Value> {
        let made = self.made.get(&of).filter(|made| last(&made.path) == "registry")?;
        let given = made.arguments.keyword("metadata").cloned();
        let key = (format!("#{}", of.0), name.to_owned());
        let known = self.kept.get(&key).cloned();
        Some(known.unwrap_or_else(|| {
            let value = match (name, given) {
                ("metadata", Some(metadata)) => metadata,
                ("metadata", None) => self.host.value(SaValue::MetaData(Metadata::default())),
                (name, _) => {
                    self.host.value(SaValue::Name(format!("sqlalchemy.orm.registry.{name}").into()))
                }
            };
            self.kept.insert(key, value.clone());
            value
        }))
    }

    fn attribute(&mut self, of: HostId, name: &str, at: At<'_>) -> Value {
        if let Some(value) = self.of_registry(of, name) {
            return value;
        }
        let owner = match self.host.at(of) {
            SaValue::FlaskDatabase => format!("#{}", of.0),
            SaValue::Name(path) if SINGLE.contains(&name) => path.to_string(),
            _ => return self.host.attribute(of, name, at),
        };
        if !SINGLE.contains(&name) {
            return self.host.attribute(of, name, at);
        }
        let key = (owner, name.to_owned());
        if let Some(value) = self.kept.get(&key) {
            return value.clone();
        }
        let mut value = self.host.attribute(of, name, at);
        if let Some(Made { arguments, .. }) = self.made.get(&of).cloned()
            && name != "SQLModel"
        {
            value = self.flask_base(of, name, value, &arguments, at);
        }
        self.kept.insert(key, value.clone());
        value
    }

    /// `SQLAlchemy(metadata=..., model_class=...)`: the base has that metadata.
    fn flask_base(
        &mut self,
        of: HostId,
        name: &str,
        value: Value,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Value {
        let given = arguments.keyword("metadata").cloned();
        let given = given.filter(|it| matches!(self.host.thing(it), Some(SaValue::MetaData(..))));
        match (name, value) {
            ("metadata", value) => match given {
                Some(metadata) => metadata,
                None => match self.attribute(of, "Model", at) {
                    Value::Host(model) => match self.host.at(model) {
                        SaValue::Base { metadata, .. } => Value::Host(metadata),
                        _ => value,
                    },
                    _ => value,
                },
            },
            (_, Value::Host(id)) => {
                if let (Some(Value::Host(metadata)), SaValue::Base { names_tables, .. }) =
                    (given, self.host.at(id))
                {
                    self.host.replace(id, SaValue::Base { names_tables, metadata });
                }
                if let Some(Value::Object(class)) = arguments.keyword("model_class") {
                    self.base_classes.insert(id, Rc::clone(class));
                }
                Value::Host(id)
            }
            (_, value) => value,
        }
    }
}

/// Returns the address of an object, which nothing else has while it lives.
pub(crate) fn address(object: &Rc<Object>) -> usize {
    Rc::as_ptr(object).addr()
}

/// Returns the last part of a dotted name.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

impl Host for ModelHost {
    fn module(&mut self, name: &str) -> Option<Value> {
        match library::is_known(name) {
            true => None,
            false => self.store.borrow_mut().host.module(name),
        }
    }

    fn attribute(&mut self, of: HostId, name: &str, at: At<'_>) -> Value {
        self.store.borrow_mut().attribute(of, name, at)
    }

    fn has_name(&mut self, module: HostId, name: &str) -> Option<bool> {
        self.store.borrow_mut().host.has_name(module, name)
    }

    fn set_attribute(&mut self, of: HostId, name: &str, value: Value, at: At<'_>) {
        self.store.borrow_mut().host.set_attribute(of, name, value, at);
    }

    fn set_subscript(&mut self, of: HostId, key: &Value, value: Value, at: At<'_>) {
        self.store.borrow_mut().host.set_subscript(of, key, value, at);
    }

    fn define(&mut self, class: &Rc<Object>, at: At<'_>) {
        let mut store = self.store.borrow_mut();
        store.classes.push(Rc::clone(class));
        store.give_metadata(class);
        store.host.define(class, at);
    }

    fn inherited(&mut self, object: &Rc<Object>, base: HostId, name: &str, at: At<'_>) -> Value {
        let mut store = self.store.borrow_mut();
        let is_flask =
            matches!(store.host.at(base), SaValue::Name(path) if path.ends_with(".SQLAlchemy"));
        if is_flask && SINGLE.contains(&name) {
            let key = (format!("#{}", base.0), name.to_owned());
            if let Some(value) = store.kept.get(&key) {
                return value.clone();
            }
            let value = store.host.inherited(object, base, name, at);
            store.kept.insert(key, value.clone());
            return value;
        }
        store.host.inherited(object, base, name, at)
    }

    fn call(&mut self, callee: HostId, arguments: Arguments, at: At<'_>) -> Value {
        self.store.borrow_mut().call(callee, arguments, at)
    }

    fn subscript(&mut self, of: HostId, key: &Value, at: At<'_>) -> Value {
        self.store.borrow_mut().host.subscript(of, key, at)
    }

    fn binary(&mut self, operator: &str, left: &Value, right: &Value, at: At<'_>) -> Value {
        self.store.borrow_mut().host.binary(operator, left, right, at)
    }

    fn instance_of(&mut self, value: HostId, class: &Value) -> Option<bool> {
        self.store.borrow_mut().host.instance_of(value, class)
    }

    fn unary(&mut self, operator: &str, operand: HostId, at: At<'_>) -> Value {
        self.store.borrow_mut().host.unary(operator, operand, at)
    }

    fn truth(&mut self, of: HostId) -> Option<bool> {
        self.store.borrow_mut().host.truth(of)
    }

    fn iterate(&mut self, of: HostId, at: At<'_>) -> Iteration {
        self.store.borrow_mut().host.iterate(of, at)
    }

    fn enter(&mut self, of: HostId, at: At<'_>) -> Value {
        self.store.borrow_mut().host.enter(of, at)
    }

    fn leave(&mut self, of: HostId, at: At<'_>) {
        self.store.borrow_mut().host.leave(of, at);
    }

    fn text_of(&mut self, of: HostId) -> Option<String> {
        self.store.borrow_mut().host.text_of(of)
    }

    fn reaches(&mut self, _: HostId) -> bool {
        // What an application does with its connections is its own business here.
        false
    }

    fn escaped(&mut self, _: &str, _: &str, _: At<'_>) {}

    fn raises(&mut self, _: Raised, _: At<'_>) {}

    fn open(&mut self, region: Region, at: At<'_>) {
        self.store.borrow_mut().host.open(region, at);
    }

    fn close(&mut self) {
        self.store.borrow_mut().host.close();
    }

    fn otherwise(&mut self) {
        self.store.borrow_mut().host.otherwise();
    }

    fn depends_on(&mut self, of: HostId, holds: bool) {
        self.store.borrow_mut().host.depends_on(of, holds);
    }

    fn stopped(&mut self, _: &str, _: At<'_>) {}
}
