//! `table.create(bind)`, `enum.drop(bind)`, `CreateTable(table)` and their kin.

use std::rc::Rc;

use crate::operation::migration_host::{Details, MigrationHost};
use crate::operation::op::emit;
use crate::operation::op::emit::EmitContext;
use crate::operation::operation::{AlterColumn, Operation};
use crate::operation::sa_value::{Metadata, OtherTables, SaValue, TableValue};
use crate::operation::sqlalchemy::tables::extras;
use crate::operation::sqlalchemy::{check, check_columns};
use crate::operation::step::Swallowed;
use crate::python::host::{Arguments, At};
use crate::python::value::{HostId, Value};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectChange, ObjectKind, Uses};
use crate::sql::statement::{Statement, Unread};
use crate::sql::table::{Column, ColumnType, Constraint, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

impl MigrationHost {
    fn ground(&self) -> EmitContext {
        EmitContext { dialect: self.dialect, naming_convention: self.naming_convention }
    }

    /// Returns what `CreateTable(table)` and its kin tell the database.
    pub fn make_ddl(&mut self, name: &str, arguments: &Arguments) -> Vec<Statement> {
        let element =
            arguments.positional.first().cloned().or_else(|| arguments.keyword("element").cloned());
        let element = element.unwrap_or(Value::None);
        let flag = |keyword: &str| matches!(arguments.keyword(keyword), Some(Value::Bool(true)));
        match (name, self.thing(&element).cloned()) {
            ("CreateTable", Some(SaValue::Table(table))) => {
                let mut create = table.create.clone();
                create.if_not_exists |= flag("if_not_exists");
                emit::statements(&Operation::CreateTable(create), self.ground())
                    .into_iter()
                    .filter(|statement| {
                        matches!(statement, Statement::Table(TableChange::CreateTable(_)))
                    })
                    .collect()
            }
            ("DropTable", Some(SaValue::Table(table))) => {
                let operation = Operation::DropTable {
                    table: table.create.table.clone(),
                    if_exists: flag("if_exists"),
                };
                emit::statements(&operation, self.ground())
            }
            ("CreateIndex", Some(SaValue::Index(index, table))) => {
                vec![Statement::Table(TableChange::CreateIndex {
                    table: table.unwrap_or_else(TableName::unreadable),
                    index,
                })]
            }
            ("DropIndex", Some(SaValue::Index(index, table))) => {
                vec![Statement::Table(TableChange::DropIndex {
                    name: index.name,
                    schema: None,
                    table,
                    concurrently: index.concurrently,
                    if_exists: flag("if_exists"),
                    cascade: false,
                })]
            }
            ("CreateSchema" | "CreateSequence", thing) => {
                vec![Statement::Object(ObjectChange::CreateObject {
                    kind: if name == "CreateSchema" {
                        ObjectKind::Schema
                    } else {
                        ObjectKind::Sequence
                    },
                    name: self.object_name(&element, thing),
                    on: None,
                    replace: false,
                    concurrently: false,
                    if_not_exists: flag("if_not_exists"),
                    uses: Uses::default(),
                })]
            }
            ("DropSchema" | "DropSequence", thing) => {
                vec![Statement::Object(ObjectChange::DropObject {
                    kind: if name == "DropSchema" {
                        ObjectKind::Schema
                    } else {
                        ObjectKind::Sequence
                    },
                    name: self.object_name(&element, thing),
                    on: None,
                    if_exists: flag("if_exists"),
                    cascade: flag("cascade"),
                    signature: None,
                })]
            }
            ("CreateEnumType", Some(SaValue::Type(kind))) => {
                emit::statements(&create_type(&kind), self.ground())
            }
            ("DropEnumType", Some(SaValue::Type(kind))) => {
                emit::statements(&drop_type(&kind), self.ground())
            }
            _ => vec![Statement::Unreadable {
                why: Unread::because(format!("what `{name}` is of cannot be known")),
                keyword: None,
                table: None,
            }],
        }
    }

    /// Returns what an element of `alembic.ddl` sends (`alembic/ddl/base.py`).
    pub(crate) fn alembic_ddl(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Vec<Statement> {
        let table = self.table_name(arguments.get(0, "name"), arguments.keyword("schema"));
        let second = arguments.positional.get(1).cloned().unwrap_or(Value::None);
        let third = arguments.positional.get(2).cloned().unwrap_or(Value::None);
        let column = match self.column_of(&second) {
            Some(column) => column.column,
            None => Column::new(self.text(&second), None),
        };
        let mut alter = AlterColumn::of(table.clone(), column.name.clone());
        let operation = match name {
            "AddColumn" => Operation::AddColumn {
                table,
                column,
                if_not_exists: false,
                inline_references: false,
                inline_primary_key: false,
            },
            "DropColumn" => Operation::DropColumn {
                table,
                column: column.name,
                if_exists: false,
                drops_default: false,
            },
            "RenameTable" => Operation::RenameTable { table, to: self.text(&second) },
            "ColumnNullable" => {
                alter.nullable = Some(self.flag(Some(&third), true));
                Operation::AlterColumn(Box::new(alter))
            }
            "ColumnType" => {
                alter.kind = Some(Known::from(self.column_type(&third)));
                Operation::AlterColumn(Box::new(alter))
            }
            "ColumnName" => {
                alter.new_name = Some(self.text(&third));
                Operation::AlterColumn(Box::new(alter))
            }
            _ => {
                alter.server_default = Some(self.server_default(&third, at).0);
                Operation::AlterColumn(Box::new(alter))
            }
        };
        emit::statements(&operation, self.ground())
    }

    fn object_name(&self, element: &Value, thing: Option<SaValue>) -> Known<String> {
        match thing {
            Some(SaValue::Sequence(name)) => name,
            _ => self.text(element),
        }
    }

    /// Calls `create` or `drop` of a type; nothing where the method is another one.
    pub fn call_type(
        &mut self,
        kind: &ColumnType,
        name: &str,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Value {
        match name {
            "with_variant" => {
                let kind = self.with_variant(kind.clone(), arguments);
                self.value(SaValue::Type(kind))
            }
            "create" | "drop" => {
                check::method(self, "Enum", name, arguments, at);
                check::bind(self, arguments, at);
                check_columns::created_type(self, kind, at);
                let native = kind.labels.as_ref().is_some_and(|labels| labels.native);
                if native && self.dialect == Dialect::PostgreSql {
                    let operation =
                        if name == "create" { create_type(kind) } else { drop_type(kind) };
                    let mut statements = emit::statements(&operation, self.ground());
                    // `checkfirst=True` is a guard on the live database; it is the default of
                    // `postgresql.ENUM`, not of `sa.Enum` (SQLAlchemy 1.4 to 2.1).
                    let guarded = match arguments.get(1, "checkfirst") {
                        Some(Value::Bool(guarded)) => *guarded,
                        Some(_) => true,
                        None => kind.name != "Enum",
                    };
                    for statement in &mut statements {
                        match statement {
                            Statement::Object(ObjectChange::CreateType {
                                if_not_exists, ..
                            }) => *if_not_exists = guarded,
                            Statement::Object(ObjectChange::DropType { if_exists, .. }) => {
                                *if_exists = guarded
                            }
                            _ => {}
                        }
                    }
                    self.record(operation, statements, Details::default(), at);
                } else if kind.labels.is_none() {
                    self.unreadable(
                        &format!("the type that `.{name}()` is of cannot be known"),
                        at,
                    );
                }
                Value::None
            }
            _ => {
                if kind.labels.is_some() {
                    check::method(self, "Enum", name, arguments, at);
                }
                self.value(SaValue::Type(kind.clone()))
            }
        }
    }

    /// Calls a method of a table; nothing where there is no such method.
    pub fn call_table(
        &mut self,
        id: HostId,
        table: &TableValue,
        name: &str,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Option<Value> {
        match name {
            "create" => {
                let mut create = table.create.clone();
                create.if_not_exists |=
                    matches!(arguments.get(1, "checkfirst"), Some(Value::Bool(true)));
                let (strings, swallowed): (_, Vec<Swallowed>) = extras(table);
                let of_application = self.of_application.contains(&id);
                let details = Details { strings, swallowed, of_application, ..Details::default() };
                self.say(Operation::CreateTable(create), details, at);
            }
            "drop" => {
                let if_exists = matches!(arguments.get(1, "checkfirst"), Some(Value::Bool(true)));
                let operation =
                    Operation::DropTable { table: table.create.table.clone(), if_exists };
                self.say(operation, Details::default(), at);
            }
            "append_column" | "append_constraint" => {
                let mut parts: Vec<Value> = table
                    .columns
                    .iter()
                    .map(|column| self.value(SaValue::Column(Box::new(column.clone()))))
                    .collect();
                parts.extend(arguments.positional.first().cloned());
                let mut next = self.table_of_parts(table.create.table.clone(), &parts, false);
                next.create.constraints.splice(0..0, table.create.constraints.iter().cloned());
                self.replace(id, SaValue::Table(std::rc::Rc::new(next)));
            }
            "to_metadata" | "tometadata" => return Some(Value::Host(id)),
            "exists" => {
                return Some(self.unsure("whether a table exists is known to the database only"));
            }
            _ => return None,
        }
        Some(Value::None)
    }

    /// Calls a method of an index or of a sequence.
    pub fn call_index(&mut self, thing: &SaValue, name: &str, at: At<'_>) -> Value {
        match (thing, name) {
            (SaValue::Index(index, table), "create") => {
                let table = table.clone().unwrap_or_else(TableName::unreadable);
                let operation = Operation::CreateIndex { table, index: index.clone() };
                self.say(operation, Details::default(), at);
            }
            (SaValue::Index(index, table), "drop") => {
                let operation = Operation::DropIndex {
                    table: table.clone(),
                    name: index.name.clone(),
                    schema: None,
                    concurrently: index.concurrently.clone(),
                    if_exists: false,
                };
                self.say(operation, Details::default(), at);
            }
            (SaValue::Sequence(sequence), "create" | "drop") => {
                let statement = match name {
                    "create" => Statement::Object(ObjectChange::CreateObject {
                        kind: ObjectKind::Sequence,
                        name: sequence.clone(),
                        on: None,
                        replace: false,
                        concurrently: false,
                        if_not_exists: false,
                        uses: Uses::default(),
                    }),
                    _ => Statement::Object(ObjectChange::DropObject {
                        kind: ObjectKind::Sequence,
                        name: sequence.clone(),
                        on: None,
                        if_exists: false,
                        cascade: false,
                        signature: None,
                    }),
                };
                let operation = match name {
                    "create" => {
                        Operation::CreateType { name: sequence.clone(), schema: None, labels: None }
                    }
                    _ => Operation::DropType { name: sequence.clone(), schema: None },
                };
                self.record(operation, vec![statement], Details::default(), at);
            }
            _ => {}
        }
        Value::None
    }

    /// Calls a method of `MetaData(...)`.
    pub fn call_metadata(
        &mut self,
        of: HostId,
        mut metadata: Metadata,
        name: &str,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Value {
        match name {
            "create_all" | "drop_all" => {
                let chosen = arguments.keyword("tables").and_then(|tables| self.items(tables));
                let chosen: Vec<HostId> = match chosen {
                    Some((values, _)) => values
                        .iter()
                        .filter_map(|value| match value {
                            Value::Host(id) => Some(*id),
                            _ => None,
                        })
                        .collect(),
                    None => metadata.tables,
                };
                if chosen.is_empty() {
                    self.unreadable(
                        &format!("the tables of `metadata.{name}` cannot be known"),
                        at,
                    );
                }
                let method = if name == "create_all" { "create" } else { "drop" };
                let guarded = Arguments {
                    keywords: vec![("checkfirst".to_owned(), Value::Bool(true))],
                    ..Arguments::default()
                };
                let mut tables: Vec<(HostId, Rc<TableValue>)> = chosen
                    .into_iter()
                    .filter_map(|id| match self.at(id) {
                        SaValue::Table(table) => Some((id, table)),
                        _ => None,
                    })
                    .collect();
                by_references(&mut tables);
                if name == "drop_all" {
                    tables.reverse();
                }
                for (id, table) in tables {
                    self.call_table(id, &table, method, &guarded, at);
                }
                Value::None
            }
            "reflect" => {
                metadata.others = OtherTables::Perhaps;
                self.replace(of, SaValue::MetaData(metadata));
                Value::None
            }
            "clear" | "remove" | "bind" => Value::None,
            _ => self.unsure(&format!("`metadata.{name}` is not understood")),
        }
    }
}

/// Brings tables into the order in which metadata makes them: what is referred to comes first. In a
/// circle they stay as they are.
fn by_references(tables: &mut Vec<(HostId, Rc<TableValue>)>) {
    let refers = |table: &TableValue, other: &TableValue| {
        let of_columns = table.create.columns.iter().flat_map(|column| &column.foreign_keys);
        let of_table = table.create.constraints.iter().filter_map(|constraint| match constraint {
            Constraint::ForeignKey(key) => Some(key),
            _ => None,
        });
        let mut keys = of_columns.chain(of_table);
        keys.any(|key| key.referent == other.create.table)
    };
    let mut waiting = std::mem::take(tables);
    while !waiting.is_empty() {
        let free = waiting.iter().position(|(id, table)| {
            !waiting.iter().any(|(other, referent)| id != other && refers(table, referent))
        });
        tables.push(waiting.remove(free.unwrap_or_default()));
    }
}

fn create_type(kind: &ColumnType) -> Operation {
    let labels = kind.labels.clone();
    let name = labels.as_ref().and_then(|labels| labels.name.clone()).unwrap_or(Known::Unreadable);
    Operation::CreateType {
        name,
        schema: labels.as_ref().and_then(|labels| labels.schema.clone()),
        labels,
    }
}

fn drop_type(kind: &ColumnType) -> Operation {
    let labels = kind.labels.as_ref();
    let name = labels.and_then(|labels| labels.name.clone()).unwrap_or(Known::Unreadable);
    Operation::DropType { name, schema: labels.and_then(|labels| labels.schema.clone()) }
}
