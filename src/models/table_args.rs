//! What `__table_args__` holds.

use std::rc::Rc;

use crate::models::host::{Made, address};
use crate::models::info::info;
use crate::models::mapper::Mapper;
use crate::models::model::Info;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::constraints;
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::table::{Constraint, Index};
use crate::text::known::Known;

/// What `__table_args__` holds.
#[derive(Debug, Default)]
pub(super) struct TableArgs {
    /// The schema.
    pub(super) schema: Option<Known<String>>,
    /// Constraints.
    pub(super) constraints: Vec<Constraint>,
    /// Indexes.
    pub(super) indexes: Vec<Index>,
    /// Why not all of it is known, where it is not.
    pub(super) open: Option<String>,
    /// The comment.
    pub(super) comment: Option<Known<String>>,
    /// What `info` says.
    pub(super) info: Option<Info>,
}

impl Mapper<'_> {
    /// Returns what the `__table_args__` of a class hold.
    pub(super) fn table_args(&mut self, class: &Rc<Object>, lines: &[Rc<Object>]) -> TableArgs {
        let mut args = TableArgs::default();
        // A class does not inherit the arguments of one that has a table of its own.
        let owner = lines
            .iter()
            .position(|line| line.as_class().is_some_and(|it| it.attributes.has("__table_args__")));
        let Some(at) = owner else { return args };
        if at > 0 && self.mapped.contains_key(&address(&lines[at])) {
            return args;
        }
        match self.special(class, lines, "__table_args__") {
            None | Some(Value::None) => {}
            Some(Value::Dict(entries)) => {
                let entries = entries.borrow().clone();
                self.table_settings(&entries, &mut args);
            }
            Some(value) => match value.items() {
                Some(items) => items.iter().for_each(|item| self.table_arg(item, &mut args)),
                None => args.open = Some("its `__table_args__` are computed".to_owned()),
            },
        }
        args
    }

    fn table_settings(&self, entries: &[(Value, Value)], args: &mut TableArgs) {
        for (key, value) in entries {
            match key.as_str().as_deref() {
                Some("schema") if !value.is_none() => args.schema = Some(self.text_of(value)),
                Some("comment") if !value.is_none() => args.comment = Some(self.text_of(value)),
                Some("info") => args.info = Some(info(Some(value))),
                _ => {}
            }
        }
    }

    fn table_arg(&mut self, item: &Value, args: &mut TableArgs) {
        match item {
            Value::Dict(entries) => {
                let entries = entries.borrow().clone();
                self.table_settings(&entries, args);
            }
            Value::Host(id) => self.table_item(*id, args),
            _ => args.open = Some("a part of its `__table_args__` is computed".to_owned()),
        }
    }

    /// Takes an index or a constraint; columns have their names only now.
    fn table_item(&mut self, id: HostId, args: &mut TableArgs) {
        let mut store = self.store.borrow_mut();
        let made = store.made.get(&id).cloned();
        match (store.host.at(id), made) {
            (SaValue::Index(..), Some(Made { arguments, .. })) => {
                args.indexes.push(constraints::make_index(&mut store.host, &arguments).0);
            }
            (SaValue::Constraint(constraint), made) => {
                let host = &mut store.host;
                let arguments = made.map(|made| made.arguments);
                args.constraints.push(match (&constraint, arguments) {
                    (Constraint::Unique(_), Some(arguments)) => {
                        Constraint::Unique(constraints::make_key(host, &arguments))
                    }
                    (Constraint::PrimaryKey(_), Some(arguments)) => {
                        Constraint::PrimaryKey(constraints::make_key(host, &arguments))
                    }
                    (Constraint::ForeignKey(_), Some(arguments)) => {
                        constraints::make_foreign_key_constraint(host, &arguments)
                    }
                    _ => constraint,
                });
            }
            _ => {}
        }
    }
}
