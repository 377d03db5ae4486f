//! Classes that a function of the application maps (`__mapper_cls__`): it calls SQLAlchemy's own
//! mapper, and may then make tables and add columns, as the recipe of versioned rows does
//! (`examples/versioned_history` of SQLAlchemy).

use std::rc::Rc;

use crate::models::host::address;
use crate::models::mapper::Mapper;
use crate::models::model::{ModelColumn, ModelTable};
use crate::operation::sa_value::{ColumnValue, SaValue, TableValue};
use crate::python::host::Arguments;
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::table_change::CreateTable;
use crate::text::source::{Site, Text};

/// What SQLAlchemy's mapper is to such a function.
const STAND_IN: &str = "
class Mapper:
    inherits = None
    polymorphic_on = None
    iterate_properties = []
    column_attrs = []
    relationships = []

    def __init__(self, class_, local_table, registry):
        self.class_ = class_
        self.local_table = self.persist_selectable = self.mapped_table = local_table
        self.registry = registry

    def add_property(self, key, prop):
        pass
";

/// Where the stand-in is said to stand.
const STANDS: &str = "sqlalchemy.orm.Mapper of __mapper_cls__";

impl Mapper<'_> {
    /// Lets the function of a class map it, once its table is there. Tells whether all that it does
    /// is known.
    pub(super) fn mapped_by_own(
        &mut self,
        class: &Rc<Object>,
        lines: &[Rc<Object>],
        number: usize,
    ) -> bool {
        let Some(map) = self.special(class, lines, "__mapper_cls__") else { return true };
        let Some(site) = class.as_class().map(|inner| inner.site.clone()) else { return false };
        if !matches!(&map, Value::Object(object) if matches!(&**object, Object::Function(_))) {
            return false;
        }
        let table = self.value_of(&self.tables[number].clone());
        let class = Value::Object(Rc::clone(class));
        let stand_in = self.stand_in(&class, table);
        let before = self.store.borrow().tables.len();
        self.store.borrow_mut().mapper = Some(stand_in.clone());
        let given = vec![class, Value::Host(table)];
        let answer = self.interpreter.call(&map, Arguments::positional(given), &site);
        let was_made = self.store.borrow_mut().mapper.take().is_none();
        let made = self.store.borrow().tables.get(before..).map(<[HostId]>::to_vec);
        let made = made.unwrap_or_default();
        let whole = made.into_iter().all(|id| self.add_made_beside(id, number));
        let own = self.take_appended(table, number);
        was_made && own && whole && is_same(&answer, &stand_in)
    }

    /// Makes a value of a table that is known already, with its columns.
    fn value_of(&mut self, table: &ModelTable) -> HostId {
        let as_value = |own: &ModelColumn| {
            let mut value = ColumnValue::named(own.column.name.clone());
            value.nullable_given = true;
            value.column = own.column.clone();
            value
        };
        let columns: Vec<ColumnValue> = table.columns.iter().map(as_value).collect();
        let mut create = CreateTable::new(table.name.clone());
        create.columns = columns.iter().map(|column| column.column.clone()).collect();
        let complete = table.open.is_none();
        let value = TableValue { create, columns, complete, exact: false };
        self.store.borrow_mut().host.put(SaValue::Table(Rc::new(value)))
    }

    fn stand_in(&mut self, class: &Value, table: HostId) -> Value {
        let module = self.interpreter.visit(&Rc::from(STANDS), &Rc::new(Text::new(STAND_IN)));
        let mapper = self.interpreter.module_attribute(&module, "Mapper");
        let mapper = mapper.unwrap_or_else(|| Value::unknown("it has no stand-in"));
        let registry = self.store.borrow_mut().host.value(SaValue::Name("sqlalchemy.orm".into()));
        let given = vec![class.clone(), Value::Host(table), registry];
        let site = class_site(class);
        match site {
            Some(site) => self.interpreter.call(&mapper, Arguments::positional(given), &site),
            None => Value::unknown("it is no class"),
        }
    }

    /// Adds a table that the function made, to the metadata of the class.
    fn add_made_beside(&mut self, id: HostId, beside: usize) -> bool {
        let metadata = self.tables[beside].metadata;
        let Some(made) = self.add_made(id) else { return false };
        let table = &mut self.tables[made];
        table.metadata = metadata;
        table.is_whole() && table.name.name.is_known()
    }

    /// Takes over the columns that the function added to the table.
    fn take_appended(&mut self, value: HostId, number: usize) -> bool {
        let SaValue::Table(after) = self.store.borrow().host.at(value) else { return false };
        let table = &mut self.tables[number];
        for column in &after.columns {
            let is_there = column.column.name.as_str().is_some_and(|it| table.column(it).is_some());
            if !is_there {
                let site = table.site.clone();
                table.columns.push(ModelColumn {
                    attribute: None,
                    column: column.column.clone(),
                    site,
                });
            }
        }
        table.is_whole()
    }
}

fn class_site(class: &Value) -> Option<Site> {
    match class {
        Value::Object(object) => object.as_class().map(|inner| inner.site.clone()),
        _ => None,
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => address(one) == address(other),
        _ => false,
    }
}
