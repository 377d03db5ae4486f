//! Classes that SQLAlchemy maps, and their tables.
//!
//! The rules are those of `sqlalchemy.orm.decl_base` (2.0.44): attributes are collected in the
//! order in which Python looks them up; a class that is not mapped itself lends its columns and
//! its `__tablename__`, one that is mapped does not.

use std::rc::Rc;

use crate::models::columns::Collected;
use crate::models::flask;
use crate::models::host::address;
use crate::models::mapper::Mapper;
use crate::models::model::{MappedClass, Metadata, ModelColumn, ModelTable, UnreadModel};
use crate::models::root::Root;
use crate::operation::sa_value::SaValue;
use crate::python::host::Arguments;
use crate::python::object::{Class, Object};
use crate::python::value::{HostId, Value};
use crate::sql::table::{Constraint, TableName};
use crate::text::known::Known;
use crate::text::source::Site;

/// Functions that make classes and tables.
const MAKERS: [&str; 3] = ["type", "new_class", "Table"];

impl Mapper<'_> {
    /// Adds the table of a class, if it maps one.
    pub(crate) fn add_class(&mut self, class: &Rc<Object>) {
        let Some(inner) = class.as_class() else { return };
        let Some(root) = self.root(class, inner) else { return };
        if self.says(inner, "__abstract__") == Some(true) || self.store.borrow().is_base(inner) {
            return;
        }
        if let Some(Value::Host(table)) = class.attribute("__table__")
            && let Some(number) = self.add_made(table)
        {
            return self.maps_whole(class, number);
        }
        let lines = self.line(class);
        let parent = lines[1..].iter().find_map(|base| self.mapped.get(&address(base)).copied());
        let is_sqlmodel = inner
            .keywords
            .iter()
            .any(|(name, value)| name == "table" && matches!(value, Value::Bool(true)));
        if self.is_model_of_pydantic(&root, inner) && !is_sqlmodel {
            return;
        }
        let collected = self.collect(class, &lines, is_sqlmodel);
        let name = self.name(class, inner, &lines, &root, &collected, is_sqlmodel);
        match (name, parent) {
            (Some(name), _) => self.add_own(class, inner, name, &root, collected),
            (None, Some(parent)) => self.join_parent(class, inner, parent, collected),
            // What extends a base and a class of a library may have its table from there.
            (None, None) if matches!(root, Root::Base { .. }) && self.is_lent(inner) => {
                self.unread.push(UnreadModel {
                    site: inner.site.clone(),
                    what: inner.name.to_string(),
                    why: "the name of its table comes from a library".to_owned(),
                });
            }
            (None, None) => {}
        }
    }

    /// Returns a class and what it extends, in the order in which attributes are looked up, the
    /// class that `declarative_base(cls=...)` is given at the end.
    pub(crate) fn line(&self, class: &Rc<Object>) -> Vec<Rc<Object>> {
        let mut line = vec![Rc::clone(class)];
        let Some(inner) = class.as_class() else { return line };
        line.extend(inner.ancestors.iter().cloned());
        let store = self.store.borrow();
        let lent = inner.all_bases().find_map(|base| match base {
            Value::Host(id) => store.base_classes.get(id).cloned(),
            _ => None,
        });
        if let Some(lent) = lent {
            let behind = lent.as_class().map(|inner| inner.ancestors.clone()).unwrap_or_default();
            line.push(lent);
            line.extend(behind);
        }
        line
    }

    /// Returns a flag that the class itself sets.
    fn says(&self, inner: &Class, name: &str) -> Option<bool> {
        match inner.attributes.get(name)? {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// Returns what a special attribute is worth: a function is called with the class.
    pub(crate) fn special(
        &mut self,
        class: &Rc<Object>,
        lines: &[Rc<Object>],
        name: &str,
    ) -> Option<Value> {
        let (owner, value) = lines.iter().find_map(|line| {
            let value = line.as_class()?.attributes.get(name)?;
            Some((Rc::clone(line), value))
        })?;
        Some(self.declared_value(class, &owner, value))
    }

    /// Calls what `declared_attr` decorates; any other value is returned as it is.
    pub(crate) fn declared_value(
        &mut self,
        class: &Rc<Object>,
        owner: &Rc<Object>,
        value: Value,
    ) -> Value {
        let function = match &value {
            Value::Object(object) => match &**object {
                Object::Function(_) => value.clone(),
                Object::ClassMethod(inner) => inner.clone(),
                Object::Property(property) => property.getter.clone(),
                Object::Import(_) => {
                    let path = owner.as_class().map(|owner| Rc::clone(&owner.site.path));
                    let module = path.and_then(|path| self.interpreter.module_at(&path));
                    return match module {
                        Some(module) => self.interpreter.kept(&module, value),
                        None => value,
                    };
                }
                _ => return value,
            },
            _ => return value,
        };
        let Some(inner) = owner.as_class() else { return value };
        let site = inner.site.clone();
        let arguments = Arguments::positional(vec![Value::Object(Rc::clone(class))]);
        let before = self.store.borrow().classes.len();
        let answer = self.interpreter.call(&function, arguments, &site);
        if self.store.borrow().classes.len() > before {
            self.store.borrow_mut().makers.insert(address(owner));
        }
        answer
    }

    /// Returns the name of the table that a class has of its own; nothing where it has none.
    fn name(
        &mut self,
        class: &Rc<Object>,
        inner: &Class,
        lines: &[Rc<Object>],
        root: &Root,
        collected: &Collected,
        is_sqlmodel: bool,
    ) -> Option<Known<String>> {
        let lender = lines.iter().position(|line| {
            let is_own = Rc::ptr_eq(line, class);
            let has = line.as_class().is_some_and(|it| it.attributes.has("__tablename__"));
            has && (is_own || !self.mapped.contains_key(&address(line)))
        });
        if lender.is_some() {
            let value = self.special(class, lines, "__tablename__")?;
            return match value {
                Value::None => None,
                value => Some(self.text_of(&value)),
            };
        }
        if is_sqlmodel {
            return Some(Known::Is(inner.name.to_lowercase()));
        }
        match root {
            Root::Base { names_tables: true, .. } if collected.has_primary_key() => {
                Some(Known::Is(flask::table_name(&inner.name)))
            }
            _ => None,
        }
    }

    fn add_own(
        &mut self,
        class: &Rc<Object>,
        inner: &Class,
        name: Known<String>,
        root: &Root,
        collected: Collected,
    ) {
        let lines = self.line(class);
        let args = self.table_args(class, &lines);
        let metadata = self.metadata(class, &lines, root);
        let schema = args.schema.or_else(|| metadata.and_then(|id| self.schema_of(id)));
        let site = inner.site.clone();
        if !name.is_known() {
            self.unread.push(UnreadModel {
                site: site.clone(),
                what: inner.name.to_string(),
                why: "the name of its table is computed".to_owned(),
            });
        }
        if self.hidden.is_none() {
            self.hidden = lines.iter().find_map(|line| self.makes_classes(line));
        }
        let mapper = lines.iter().find_map(|line| {
            let own = line.as_class().filter(|own| own.attributes.has("__mapper_cls__"))?;
            Some(UnreadModel {
                site: own.site.clone(),
                what: own.name.to_string(),
                why: "its `__mapper_cls__` maps classes and adds columns when it runs".to_owned(),
            })
        });
        let collected_open = collected.open.clone();
        let open = match root {
            Root::Unknown(why) => Some(why.to_string()),
            _ => args.open.or(collected_open),
        };
        let attributes = collected.attributes();
        let mut constraints = args.constraints;
        constraints.extend(collected.constraints.iter().cloned());
        let mut columns = collected.columns;
        primary_key_is_not_null(&mut columns, &constraints, &collected.nullable_given);
        let mapped = MappedClass { name: Rc::clone(&inner.name), site: site.clone(), attributes };
        let number = self.add_table(ModelTable {
            name: TableName { schema, name },
            classes: vec![mapped],
            site,
            columns,
            constraints,
            indexes: args.indexes,
            open,
            metadata: metadata.map(|id| Metadata(id.0)),
            comment: args.comment,
            info: args.info.unwrap_or(Known::Is(Vec::new())),
        });
        self.mapped.insert(address(class), number);
        if let Some(mapper) = mapper
            && !self.mapped_by_own(class, &lines, number)
        {
            let table = &mut self.tables[number];
            table.open = table.open.take().or(Some(mapper.why.clone()));
            self.hidden = self.hidden.take().or(Some(mapper));
        }
    }

    /// Tells whether a class makes others of those that extend it: `type(...)` in
    /// `__init_subclass__` or in what `declared_attr` decorates.
    fn makes_classes(&self, line: &Rc<Object>) -> Option<UnreadModel> {
        let store = self.store.borrow();
        let own = line.as_class().filter(|_| !store.makers.contains(&address(line)))?;
        let makes = |(name, value): (Rc<str>, Value)| {
            let Value::Object(object) = &value else { return false };
            let Object::Function(function) = &**object else { return false };
            let runs = &*name == "__init_subclass__" || store.declared.contains(&address(object));
            let names = &function.definition.names;
            runs && names.iter().any(|name| MAKERS.contains(&&**name))
        };
        own.attributes.all().into_iter().any(makes).then(|| UnreadModel {
            site: own.site.clone(),
            what: own.name.to_string(),
            why: "it makes classes when it runs".to_owned(),
        })
    }

    /// A class without a table of its own has its columns in the table of the class it extends.
    fn join_parent(&mut self, class: &Rc<Object>, inner: &Class, parent: usize, own: Collected) {
        let attributes = own.attributes();
        let mapped =
            MappedClass { name: Rc::clone(&inner.name), site: inner.site.clone(), attributes };
        let table = &mut self.tables[parent];
        for column in own.columns {
            let is_known =
                column.column.name.as_str().is_some_and(|name| table.column(name).is_some());
            if !is_known {
                table.columns.push(column);
            }
        }
        table.classes.push(mapped);
        self.mapped.insert(address(class), parent);
    }

    /// Returns the metadata that the tables of a class go to.
    fn metadata(
        &mut self,
        class: &Rc<Object>,
        lines: &[Rc<Object>],
        root: &Root,
    ) -> Option<HostId> {
        let own = self.special(class, lines, "metadata");
        if let Some(Value::Host(id)) = own
            && matches!(self.store.borrow().host.at(id), SaValue::MetaData(..))
        {
            return Some(id);
        }
        match root {
            Root::Base { metadata, .. } => Some(*metadata),
            _ => None,
        }
    }

    fn schema_of(&self, metadata: HostId) -> Option<Known<String>> {
        match self.store.borrow().host.at(metadata) {
            SaValue::MetaData(metadata) => metadata.schema,
            _ => None,
        }
    }
}

/// The columns of a primary key of the table are NOT NULL where they do not say otherwise.
fn primary_key_is_not_null(
    columns: &mut [ModelColumn],
    constraints: &[Constraint],
    given: &[Site],
) {
    let keys = constraints.iter().filter_map(|constraint| match constraint {
        Constraint::PrimaryKey(key) => key.columns.get(),
        _ => None,
    });
    for name in keys.flatten() {
        let own = columns.iter_mut().filter(|own| own.column.name == *name);
        for column in own.filter(|own| !given.contains(&own.site)) {
            column.column.nullable = Known::Is(false);
            column.column.primary_key = Known::Is(true);
        }
    }
}
