//! The tables of all that was declared: classes in the order in which they are defined, then what
//! `Table(...)` made.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::models::host::{Store, address};
use crate::models::info::info;
use crate::models::model::{MappedClass, Metadata, ModelColumn, ModelTable, Models, UnreadModel};
use crate::operation::sa_value::{SaValue, TableValue};
use crate::python::interpreter::{Fuel, Interpreter, Loader};
use crate::python::object::{Module, Object};
use crate::python::value::{HostId, Value};
use crate::sql::table::TableName;
use crate::text::known::Known;
use crate::text::source::{Site, Text};

/// How much the functions of one class may spend.
const FUEL: Fuel = Fuel { steps: 20_000, depth: 24, turns: 500, size: 1 << 18 };

/// Makes tables of what was declared.
pub(crate) struct Mapper<'a> {
    pub(crate) interpreter: Interpreter<'a>,
    pub(crate) store: Rc<RefCell<Store>>,
    pub(crate) loader: &'a dyn Loader,
    /// The table of a mapped class, by the class.
    pub(crate) mapped: HashMap<usize, usize>,
    /// The table of a `Table(...)`, by its value.
    made: HashMap<HostId, usize>,
    pub(crate) tables: Vec<ModelTable>,
    pub(crate) unread: Vec<UnreadModel>,
    /// Why there may be other tables.
    pub(crate) hidden: Option<UnreadModel>,
}

impl<'a> Mapper<'a> {
    /// Makes a mapper of what ran.
    pub(crate) fn new(
        interpreter: Interpreter<'a>,
        store: Rc<RefCell<Store>>,
        loader: &'a dyn Loader,
    ) -> Self {
        Mapper {
            interpreter,
            store,
            loader,
            mapped: HashMap::new(),
            made: HashMap::new(),
            tables: Vec::new(),
            unread: Vec::new(),
            hidden: None,
        }
    }

    /// Returns the tables; `target` is what `env.py` calls `target_metadata`.
    pub(crate) fn models(&mut self, target: Option<Value>) -> Models {
        let made = self.store.borrow().tables.clone();
        for id in made {
            self.add_made(id);
        }
        let mut at = 0;
        // A function that a class declares may define another class.
        while let Some(class) = self.class_number(at) {
            self.interpreter.refuel(FUEL);
            self.add_class(&class);
            at += 1;
        }
        let imperative = self.store.borrow().imperative.clone();
        for (class, id) in imperative {
            if let Some(&table) = self.made.get(&id) {
                self.maps_whole(&class, table);
            }
        }
        self.fill_types_of_keys();
        let listed = target.map(|value| value.items().unwrap_or_else(|| vec![value]));
        // What a library brings holds no table of a metadata that is made here.
        let target: Vec<Metadata> = listed
            .map(|values| values.iter().filter_map(|it| self.metadata_of_value(it)).collect())
            .unwrap_or_default();
        Models {
            tables: std::mem::take(&mut self.tables),
            unread: std::mem::take(&mut self.unread),
            files: Vec::new(),
            hidden: self.hidden.take(),
            target,
        }
    }

    fn class_number(&self, at: usize) -> Option<Rc<Object>> {
        self.store.borrow().classes.get(at).cloned()
    }

    fn metadata_of_value(&self, value: &Value) -> Option<Metadata> {
        let Value::Host(id) = value else { return None };
        match self.store.borrow().host.at(*id) {
            SaValue::MetaData(..) => Some(Metadata(id.0)),
            _ => None,
        }
    }

    /// Adds a table that `Table(...)` made, and returns its number.
    pub(crate) fn add_made(&mut self, id: HostId) -> Option<usize> {
        if let Some(&known) = self.made.get(&id) {
            return Some(known);
        }
        let SaValue::Table(table) = self.store.borrow().host.at(id) else { return None };
        let made = self.store.borrow().made.get(&id).cloned()?;
        let site = made.site.clone()?;
        let metadata = made.arguments.get(1, "metadata").cloned();
        let parts = made.arguments.positional.clone();
        let columns = self.made_columns(&table, &parts, &site);
        let columns = self.with_own_types(columns, &parts);
        let model = ModelTable {
            name: table.create.table.clone(),
            classes: Vec::new(),
            site,
            columns,
            constraints: table.create.constraints.clone(),
            indexes: table.create.indexes.clone(),
            open: (!table.complete)
                .then(|| "columns of its `Table(...)` are not written out".to_owned()),
            metadata: metadata.and_then(|value| self.metadata_of_value(&value)),
            comment: table.create.comment.clone(),
            info: info(made.arguments.keyword("info")),
        };
        let number = self.add_table(model);
        self.made.insert(id, number);
        Some(number)
    }

    /// Adds a table, unless the same one is there: a module that is read twice declares it twice.
    pub(crate) fn add_table(&mut self, table: ModelTable) -> usize {
        let same = self.tables.iter().position(|known| {
            known.site == table.site && known.name == table.name && known.name.name.is_known()
        });
        same.unwrap_or_else(|| {
            self.tables.push(table);
            self.tables.len() - 1
        })
    }

    fn with_own_types(
        &mut self,
        mut columns: Vec<ModelColumn>,
        parts: &[Value],
    ) -> Vec<ModelColumn> {
        for part in parts {
            let Value::Host(id) = part else { continue };
            let SaValue::Column(column) = self.store.borrow().host.at(*id) else { continue };
            let made = self.store.borrow().made.get(id).cloned();
            let column = self.with_own_type(*column, made.as_ref());
            let own = columns.iter_mut().find(|own| own.column.name == column.column.name);
            if let Some(own) = own {
                own.column.kind = column.column.kind;
            }
        }
        columns
    }

    fn made_columns(&self, table: &TableValue, parts: &[Value], site: &Site) -> Vec<ModelColumn> {
        let store = self.store.borrow();
        let mut sites: HashMap<String, Site> = HashMap::new();
        for part in parts {
            if let (Value::Host(id), Some(SaValue::Column(column))) = (part, store.host.thing(part))
                && let Some(name) = column.column.name.as_str()
                && let Some(site) = store.made.get(id).and_then(|made| made.site.clone())
            {
                sites.insert(name.to_owned(), site);
            }
        }
        let of = |name: Option<&str>| name.and_then(|name| sites.get(name)).unwrap_or(site).clone();
        table
            .columns
            .iter()
            .map(|column| ModelColumn {
                attribute: None,
                site: of(column.column.name.as_str()),
                column: column.column.clone(),
            })
            .collect()
    }

    /// Notes that a class maps a table whose columns are declared elsewhere.
    pub(crate) fn maps_whole(&mut self, class: &Rc<Object>, table: usize) {
        let Some(inner) = class.as_class() else { return };
        let table_columns = &self.tables[table].columns;
        let names = table_columns.iter().filter_map(|column| column.column.name.as_str());
        let attributes = names.map(|name| (Rc::from(name), name.to_owned())).collect();
        let name = Rc::clone(&inner.name);
        let mapped = MappedClass { name, site: inner.site.clone(), attributes };
        self.tables[table].classes.push(mapped);
        self.mapped.insert(address(class), table);
    }

    /// A column without a type has that of the column it refers to.
    fn fill_types_of_keys(&mut self) {
        for _ in 0..4 {
            let mut filled = Vec::new();
            for (at, table) in self.tables.iter().enumerate() {
                for (number, column) in table.columns.iter().enumerate() {
                    if column.column.kind.is_none()
                        && let Some(kind) = self.type_of_target(at, column)
                    {
                        filled.push((at, number, kind));
                    }
                }
            }
            if filled.is_empty() {
                return;
            }
            for (table, column, kind) in filled {
                self.tables[table].columns[column].column.kind = Some(kind);
            }
        }
    }

    fn type_of_target(
        &self,
        own: usize,
        column: &ModelColumn,
    ) -> Option<crate::sql::table::ColumnType> {
        let of_table = self.tables[own].constraints.iter().find_map(|constraint| {
            let crate::sql::table::Constraint::ForeignKey(key) = constraint else { return None };
            let at = key.columns.get()?.iter().position(|name| *name == column.column.name)?;
            Some((key.referent.clone(), key.referent_columns.get()?.get(at)?.clone()))
        });
        let of_column = column.column.foreign_keys.first().and_then(|key| {
            Some((key.referent.clone(), key.referent_columns.get()?.first()?.clone()))
        });
        let (referent, name) = of_column.or(of_table)?;
        let name = name.into_option()?;
        let referent = self.with_schema(referent, own);
        let table = self.tables.iter().find(|table| table.is_named(&referent))?;
        table.column(&name)?.column.kind.clone()
    }

    /// A key that names no schema means that of its metadata.
    fn with_schema(&self, referent: TableName, own: usize) -> TableName {
        let is_there = self.tables.iter().any(|table| table.is_named(&referent));
        match (&referent.schema, is_there) {
            (None, false) => TableName { schema: self.tables[own].name.schema.clone(), ..referent },
            _ => referent,
        }
    }

    /// Returns the text of the file that a site lies in.
    pub(crate) fn text_at(&self, path: &str) -> Option<Rc<Text>> {
        match &*self.interpreter.module_at(path)? {
            Object::Module(Module { file: Some(file), .. }) => Some(Rc::clone(&file.text)),
            _ => None,
        }
    }

    /// Reads a text that a value is.
    pub(crate) fn text_of(&self, value: &Value) -> Known<String> {
        self.store.borrow().host.text(value)
    }
}
