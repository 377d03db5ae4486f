//! What `include_object` and `include_name` of `env.py` say of the objects that are compared.
//!
//! The functions are called as Alembic calls them (`AutogenContext.run_object_filters`,
//! `run_name_filters`, 1.20), with stand-ins for SQLAlchemy's objects. What a stand-in cannot say
//! makes the answer unknown.

use std::cell::RefCell;
use std::rc::Rc;

use crate::models::host::{ModelHost, Store};
use crate::models::library::WithLibraries;
use crate::models::model::{Info, InfoValue};
use crate::models::read::Search;
use crate::operation::migration_host::MigrationHost;
use crate::python::host::Arguments;
use crate::python::interpreter::{Fuel, Interpreter, Loader};
use crate::python::module::parse;
use crate::python::object::Object;
use crate::python::syntax::{Expression, StatementKind};
use crate::python::value::Value;
use crate::text::known::Known;
use crate::text::source::{Site, Span, Text};

/// The functions of an `env.py`, as it writes them.
#[derive(Clone, Copy, Debug)]
pub struct Hooks<'a> {
    /// `include_object`.
    pub object: Option<&'a str>,
    /// `include_name`.
    pub name: Option<&'a str>,
}

/// An object that is compared.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name, where it has one that can be known.
    pub name: Known<String>,
    /// The table that it is or belongs to.
    pub table: String,
    /// The schema of that table.
    pub schema: Option<String>,
    /// The columns of an index, constraint or key.
    pub columns: Vec<String>,
    /// Where it stands.
    pub side: Side,
    /// What `info` says of it.
    pub info: Info,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A table.
    Table,
    /// A column.
    Column,
    /// An index.
    Index,
    /// A unique constraint.
    UniqueConstraint,
    /// A foreign key.
    ForeignKeyConstraint,
}

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In models alone.
    Models,
    /// In the database alone.
    Database,
    /// In both.
    Both,
}

impl ItemKind {
    /// Its word in the hooks.
    fn word(self) -> &'static str {
        match self {
            ItemKind::Table => "table",
            ItemKind::Column => "column",
            ItemKind::Index => "index",
            ItemKind::UniqueConstraint => "unique_constraint",
            ItemKind::ForeignKeyConstraint => "foreign_key_constraint",
        }
    }

    /// The class of its stand-in.
    fn class(self) -> &'static str {
        match self {
            ItemKind::Table => "Table",
            ItemKind::Column => "Column",
            ItemKind::Index => "Index",
            ItemKind::UniqueConstraint => "UniqueConstraint",
            ItemKind::ForeignKeyConstraint => "ForeignKeyConstraint",
        }
    }
}

/// Stand-ins for SQLAlchemy's objects: they extend a class that nobody has, so that what they do not
/// say is unknown.
const STAND_INS: &str = r#"
from a_module_that_nobody_has import SchemaItem


class Table(SchemaItem):
    def __init__(self, name, schema, info):
        self.name = name
        self.schema = schema
        self.info = info
        self.key = self.fullname = name if schema is None else schema + "." + name


class Part(SchemaItem):
    def __init__(self, name, table, columns, info):
        self.name = name
        self.table = table
        self.columns = columns
        self.info = info


class Column(Part):
    def __init__(self, name, table, columns, info):
        self.name = self.key = name
        self.table = table
        self.info = info


class Index(Part):
    pass


class UniqueConstraint(Part):
    pass


class ForeignKeyConstraint(Part):
    pass
"#;

/// Where the stand-ins are said to stand.
const STANDS: &str = "sqlalchemy.schema of include_object";

/// How much one call may spend.
const FUEL: Fuel = Fuel { steps: 20_000, depth: 24, turns: 500, size: 1 << 18 };

/// How many bytes of modules are parsed to call the hooks.
const MODULES: usize = 96 << 20;

/// Asks the hooks of an `env.py` about objects: whether each is compared.
pub fn admitted(
    search: &Search<'_>,
    loader: &dyn Loader,
    hooks: Hooks<'_>,
    items: &[Item],
) -> Vec<Known<bool>> {
    let unknown = || vec![Known::Unreadable; items.len()];
    let Some(path) = search.environment.as_deref() else { return unknown() };
    let Some(text) = search.snapshot.text(path) else { return unknown() };
    let store = Store::new(MigrationHost::new(Rc::from(path), search.dialect));
    let mut host = ModelHost { store: Rc::new(RefCell::new(store)) };
    let loader = WithLibraries { inner: loader };
    let mut interpreter = Interpreter::new(&mut host, &loader, FUEL);
    interpreter.allow_modules(MODULES);
    let Value::Object(module) = interpreter.visit(&Rc::from(path), &text) else {
        return unknown();
    };
    interpreter.refuel(FUEL);
    let kinds = interpreter.visit(&Rc::from(STANDS), &Rc::new(Text::new(STAND_INS)));
    let site = Site { path: Rc::from(path), span: Span::default() };
    let mut calls = Calls { interpreter, kinds, site, module };
    let object = hooks.object.map(|written| calls.function(written));
    let name = hooks.name.map(|written| calls.function(written));
    let asked = items.iter().map(|item| {
        let of_name = name.as_ref().filter(|_| item.side != Side::Models);
        let by_name = of_name.map_or(Known::Is(true), |hook| calls.by_name(hook, item));
        match by_name {
            Known::Is(true) => {
                object.as_ref().map_or(Known::Is(true), |hook| calls.by_object(hook, item))
            }
            answer => answer,
        }
    });
    asked.collect()
}

/// Calls of hooks.
struct Calls<'a> {
    interpreter: Interpreter<'a>,
    /// The module of the stand-ins.
    kinds: Value,
    site: Site,
    module: Rc<Object>,
}

impl Calls<'_> {
    fn function(&mut self, written: &str) -> Value {
        let parsed = parse(&Text::new(written));
        let first: Option<&Expression> = parsed.module.body.first().and_then(|it| match &it.kind {
            StatementKind::Expression(expression) => Some(expression),
            _ => None,
        });
        match first {
            Some(expression) => self.interpreter.evaluate_in(&self.module, None, expression),
            None => Value::unknown("it is no expression"),
        }
    }

    fn by_name(&mut self, hook: &Value, item: &Item) -> Known<bool> {
        let schema = optional(item.schema.as_deref());
        let qualified = match &item.schema {
            Some(schema) => format!("{schema}.{}", item.table),
            None => item.table.clone(),
        };
        let mut parents = vec![(Value::text("schema_name"), schema)];
        if item.kind != ItemKind::Table {
            parents.push((Value::text("table_name"), Value::text(&item.table)));
            parents.push((Value::text("schema_qualified_table_name"), Value::text(&qualified)));
        }
        let parents = Value::dict(parents);
        self.answer(hook, vec![name_of(item), Value::text(item.kind.word()), parents])
    }

    fn by_object(&mut self, hook: &Value, item: &Item) -> Known<bool> {
        let object = self.stand_in(item);
        let compared = match item.side {
            Side::Both => Value::unknown("what the database has is no object here"),
            Side::Models | Side::Database => Value::None,
        };
        let reflected = Value::Bool(item.side == Side::Database);
        self.answer(
            hook,
            vec![object, name_of(item), Value::text(item.kind.word()), reflected, compared],
        )
    }

    fn answer(&mut self, hook: &Value, given: Vec<Value>) -> Known<bool> {
        self.interpreter.refuel(FUEL);
        let answer = self.interpreter.call(hook, Arguments::positional(given), &self.site);
        self.interpreter.truth(&answer).into()
    }

    fn stand_in(&mut self, item: &Item) -> Value {
        let info = info_of(&item.info);
        let given = vec![Value::text(&item.table), optional(item.schema.as_deref()), info.clone()];
        let table = self.make("Table", given);
        if item.kind == ItemKind::Table {
            return table;
        }
        let no_info = || Value::dict(Vec::new());
        let column = |this: &mut Self, name: &String| {
            let given = vec![Value::text(name), table.clone(), Value::None, no_info()];
            this.make("Column", given)
        };
        let columns: Vec<Value> = item.columns.iter().map(|name| column(self, name)).collect();
        let columns = Value::list(columns);
        self.make(item.kind.class(), vec![name_of(item), table.clone(), columns, info])
    }

    fn make(&mut self, class: &str, given: Vec<Value>) -> Value {
        let class = self.interpreter.module_attribute(&self.kinds, class);
        let class = class.unwrap_or_else(|| Value::unknown("it has no stand-in"));
        self.interpreter.call(&class, Arguments::positional(given), &self.site)
    }
}

fn optional(given: Option<&str>) -> Value {
    given.map_or(Value::None, Value::text)
}

fn name_of(item: &Item) -> Value {
    match &item.name {
        Known::Is(name) => Value::text(name),
        Known::Unreadable => Value::unknown("its name is known when it is made"),
    }
}

fn info_of(info: &Info) -> Value {
    let Known::Is(entries) = info else { return Value::unknown("`info` is computed") };
    let value = |value: &InfoValue| match value {
        InfoValue::Flag(flag) => Value::Bool(*flag),
        InfoValue::Text(own) => Value::text(own),
        InfoValue::None => Value::None,
        InfoValue::Other => Value::unknown("it is computed"),
    };
    let entries = entries.iter().map(|(key, own)| (Value::text(key), value(own))).collect();
    Value::dict(entries)
}
