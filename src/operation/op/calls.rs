//! `op.*` and `batch_op.*`, one call each.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::migration_host::{BatchValue, Details, MigrationHost};
use crate::operation::op::call::OpCall;
use crate::operation::op::emit::EmitContext;
use crate::operation::op::legacy_names::translated;
use crate::operation::op::naming::{NamingConvention, Sending, cut_names};
use crate::operation::op::plug_ins::plug_in;
use crate::operation::op::table::Batch as Place;
use crate::operation::op::{check, emit, table};
use crate::operation::operation::Operation;
use crate::operation::sa_value::{BIND, OP_LINK, SaValue};
use crate::operation::step::Batch;
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::Value;
use crate::text::known::Known;

impl MigrationHost {
    /// Calls a method of `op`, or of what `batch_alter_table` binds.
    pub fn call_op(
        &mut self,
        batch: Option<usize>,
        name: &str,
        arguments: Arguments,
        at: At<'_>,
    ) -> Value {
        check::signature(self, batch.is_some(), name, &arguments, at);
        match name {
            "f" => {
                let name = arguments.get(0, "name").cloned().unwrap_or(Value::None);
                self.final_names.extend(name.as_str());
                return name;
            }
            "inline_literal" => {
                let literal = arguments.get(0, "value").cloned().unwrap_or(Value::None);
                let clause = self.literal_of(&literal).inline();
                return self.value(SaValue::Clause(clause));
            }
            "get_bind" => return self.value(SaValue::Connection(BIND)),
            "get_context" => return self.value(SaValue::Context),
            "batch_alter_table" => return open_batch(self, &arguments),
            "execute" => {
                let sql = arguments.get(0, "sqltext").cloned();
                self.execute(sql.as_ref(), None, OP_LINK, at);
                return Value::None;
            }
            "invoke" => return invoke(self, &arguments, at),
            "run_async" => return run_async(self, &arguments, at),
            "register_operation" => return self.registrar(&arguments),
            "implementation_for" => return self.implementer(&arguments, at),
            "create_module_class_proxy" => return self.value(SaValue::Inert),
            _ => {}
        }
        let batch = batch.and_then(|number| self.batches.get(number).cloned());
        let Some(row) = table::of(table::own_name(name)) else {
            return self.custom(name, &arguments, at);
        };
        let arguments = match &batch {
            Some(batch) if batch.is_sent => {
                let lost = format!(
                    "`{name}` is called when the block of its batch has ended: Alembic sends \
                     nothing of it"
                );
                self.unreadable(&lost, at);
                return Value::None;
            }
            Some(batch) => with_table(batch, row.batch, arguments),
            None => arguments,
        };
        let bound = Bound::new(&translated(row, arguments), row.positional);
        let mut call = OpCall { bound, details: Details::default(), at };
        check::arguments(self, row, &call);
        if row.name != "create_table" {
            call.details.swallowed = call.bound.swallowed(&row.parameters());
        }
        let operation = (row.read)(self, &mut call);
        let mut details = call.details;
        details.batch = batch.map(|batch| batch.batch);
        let returned = details.returned.take();
        self.say(operation, details, at);
        returned.map_or(Value::None, |table| self.value(SaValue::Table(table)))
    }

    /// Records an operation with the statements that it becomes.
    pub fn say(&mut self, operation: Operation, mut details: Details, at: At<'_>) {
        let ground =
            EmitContext { dialect: self.dialect, naming_convention: self.naming_convention };
        let mut statements = emit::statements(&operation, ground);
        let sending =
            Sending { is_final: &|name| self.final_names.contains(name), dialect: self.dialect };
        for statement in &mut statements {
            self.convention.apply(statement, &sending);
            if !self.naming_convention {
                NamingConvention::of_sqlalchemy().name_dropped(statement, &sending);
            }
            cut_names(statement, &sending);
        }
        statements.append(&mut details.more);
        self.record(operation, statements, details, at);
    }

    /// Reads an operation that Alembic does not have: one of the project's own, a plug-in's, or one
    /// that nobody has.
    fn custom(&mut self, name: &str, arguments: &Arguments, at: At<'_>) -> Value {
        if let Some(call) = self.own_operation(name, arguments) {
            return call;
        }
        if plug_in(self, name, arguments, at) {
            return Value::None;
        }
        let registered = self.registered.contains(name) || table::is_of_a_plug_in(name);
        let operation = Operation::Custom { name: name.to_owned(), registered };
        self.say(operation, Details::default(), at);
        Value::None
    }
}

/// Puts the table of a batch where the operation itself has it.
fn with_table(batch: &BatchValue, place: Place, mut arguments: Arguments) -> Arguments {
    let known = |name: &Known<String>, what: &str| match name {
        Known::Is(name) => Value::text(name),
        Known::Unreadable => Value::unknown(format!("the {what} of the batch cannot be known")),
    };
    let table = known(&batch.table.name, "table");
    let (position, name, schema_name) = match place {
        Place::First(name, schema) => (0, name, schema),
        Place::Second(name, schema) => (1, name, schema),
        Place::Absent => return arguments,
    };
    match position <= arguments.positional.len() {
        true => arguments.positional.insert(position, table),
        false => arguments.keywords.push((name.to_owned(), table)),
    }
    if let Some(schema) = &batch.table.schema
        && arguments.keyword(schema_name).is_none()
    {
        arguments.keywords.push((schema_name.to_owned(), known(schema, "schema")));
    }
    arguments
}

fn open_batch(host: &mut MigrationHost, arguments: &Arguments) -> Value {
    let bound = Bound::new(arguments, &["table_name", "schema", "recreate"]);
    let table = host.table_name(bound.get("table_name"), bound.get("schema"));
    let recreate = bound.get("recreate").map(|recreate| host.text(recreate));
    let recreate_always = recreate.is_some_and(|recreate| recreate.as_str() == Some("always"));
    let shapes = ["copy_from", "table_args", "reflect_args", "naming_convention"];
    let plain_reflection =
        !arguments.open && shapes.iter().all(|name| arguments.keyword(name).is_none());
    let number = host.batches.len();
    let batch = Batch { recreate_always, plain_reflection, number };
    host.batches.push(BatchValue { table, batch, is_sent: false });
    host.value(SaValue::BatchBlock(number))
}

fn invoke(host: &mut MigrationHost, arguments: &Arguments, at: At<'_>) -> Value {
    let operation =
        arguments.get(0, "operation").and_then(|operation| host.thing(operation)).cloned();
    match operation {
        Some(SaValue::OperationObject(name, given)) => {
            host.call_op(None, &name, (*given).clone(), at)
        }
        _ => {
            let own = arguments.get(0, "operation").and_then(|own| host.implementation(own));
            if let Some(call) = own {
                return call;
            }
            let why = host.why(arguments.get(0, "operation"));
            host.unreadable(
                &format!("`op.invoke` is given an operation that cannot be read: {why}"),
                at,
            );
            Value::None
        }
    }
}

fn run_async(host: &mut MigrationHost, arguments: &Arguments, at: At<'_>) -> Value {
    let Some(callee) = arguments.get(0, "async_function").cloned() else {
        return Value::None;
    };
    if !matches!(callee, Value::Object(_)) {
        host.unreadable("`op.run_async` runs a function that cannot be read", at);
        return Value::None;
    }
    let mut given = arguments.clone();
    if !given.positional.is_empty() {
        given.positional.remove(0);
    }
    let link = host.value(SaValue::Connection(BIND));
    given.positional.insert(0, link);
    Value::Object(Rc::new(Object::Pending { callee, arguments: given }))
}
