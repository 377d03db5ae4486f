//! `op.*` and `batch_op.*`, one call each.

use crate::operation::arguments::Bound;
use crate::operation::check_names::conventional;
use crate::operation::emit;
use crate::operation::emit::EmitContext;
use crate::operation::migration_host::BatchValue;
use crate::operation::migration_host::Details;
use crate::operation::migration_host::MigrationHost;
use crate::operation::op_keywords;
use crate::operation::operation::Operation;
use crate::operation::operation::Via;
use crate::operation::sa_value::Connection;
use crate::operation::sa_value::ConnectionKind;
use crate::operation::sa_value::SaValue;
use crate::operation::step::Batch;
use crate::operation::step::Mode;
use crate::python::host::Arguments;
use crate::python::host::At;
use crate::python::object::Object;
use crate::python::value::Value;
use crate::text::known::Known;

use std::rc::Rc;

/// The connection that Alembic hands out.
pub const BIND: Connection = Connection {
    via: Via::Bind,
    kind: ConnectionKind::Connection,
    mode: Mode::Transaction,
    application: false,
};

/// Where `execute` of `op` goes.
pub const OP_LINK: Connection = Connection {
    via: Via::Op,
    kind: ConnectionKind::Connection,
    mode: Mode::Transaction,
    application: false,
};

impl MigrationHost {
    /// Calls a method of `op`, or of what `batch_alter_table` binds.
    pub fn call_op(
        &mut self,
        batch: Option<usize>,
        name: &str,
        arguments: Arguments,
        at: At<'_>,
    ) -> Value {
        match name {
            "f" => return arguments.get(0, "name").cloned().unwrap_or(Value::None),
            "inline_literal" => {
                let literal = arguments.get(0, "value").cloned().unwrap_or(Value::None);
                let clause = self.literal_of(&literal);
                return self.value(SaValue::Clause(clause));
            }
            "get_bind" => return self.value(SaValue::Connection(BIND)),
            "get_context" => return self.value(SaValue::Context),
            "batch_alter_table" => return self.open_batch(&arguments),
            "execute" => {
                let sql = arguments.get(0, "sqltext").cloned();
                self.execute(sql.as_ref(), None, OP_LINK, at);
                return Value::None;
            }
            "invoke" => return self.invoke(batch, &arguments, at),
            "run_async" => return self.run_async(&arguments, at),
            "register_operation" | "implementation_for" | "create_module_class_proxy" => {
                return self.value(SaValue::Inert);
            }
            _ => {}
        }
        let batch = batch.and_then(|number| self.batches.get(number).cloned());
        let arguments = self.with_table(batch.as_ref(), name, arguments);
        match self.operation(name, &arguments, at) {
            Some((operation, mut details)) => {
                details.batch = batch.map(|batch| batch.batch);
                let returned = details.returned.take();
                self.say(operation, details, at);
                returned.map_or(Value::None, |table| self.value(SaValue::Table(table)))
            }
            None => {
                self.foreign(name, &arguments, at);
                Value::None
            }
        }
    }

    /// Records an operation with the statements that it becomes.
    pub fn say(&mut self, operation: Operation, details: Details, at: At<'_>) {
        let ground =
            EmitContext { dialect: self.dialect, naming_convention: self.naming_convention };
        let mut statements = emit::statements(&operation, ground);
        if let Some(template) = &self.check_template {
            let site = self.site(at);
            let call = match site.path == self.path {
                true => self.text.content().get(site.span.start..site.span.end),
                false => None,
            };
            conventional(&mut statements, template, call.unwrap_or_default());
        }
        self.record(operation, statements, details, at);
    }

    fn open_batch(&mut self, arguments: &Arguments) -> Value {
        let bound = Bound::new(arguments, &["table_name", "schema", "recreate"]);
        let table = self.table_name(bound.get("table_name"), bound.get("schema"));
        let recreate = bound.get("recreate").map(|recreate| self.text(recreate));
        let recreate_always = recreate.is_some_and(|recreate| recreate.as_str() == Some("always"));
        let number = self.batches.len();
        self.batches.push(BatchValue { table, batch: Batch { recreate_always, number } });
        self.value(SaValue::BatchBlock(number))
    }

    /// Puts the table of a batch where the method of `op` has it.
    fn with_table(
        &mut self,
        batch: Option<&BatchValue>,
        name: &str,
        mut arguments: Arguments,
    ) -> Arguments {
        let Some(batch) = batch else {
            return arguments;
        };
        let table = match &batch.table.name {
            Known::Is(name) => Value::text(name),
            Known::Unreadable => Value::unknown("the table of the batch cannot be known"),
        };
        let schema = batch.table.schema.as_ref().map(|schema| match schema {
            Known::Is(schema) => Value::text(schema),
            Known::Unreadable => Value::unknown("the schema of the batch cannot be known"),
        });
        let position = match name {
            "add_column"
            | "drop_column"
            | "alter_column"
            | "create_table_comment"
            | "drop_table_comment" => 0,
            _ => 1,
        };
        if position == 1 && arguments.positional.is_empty() {
            let parameter =
                if name == "create_foreign_key" { "source_table" } else { "table_name" };
            arguments.keywords.push((parameter.to_owned(), table));
        } else {
            arguments.positional.insert(position, table);
        }
        let parameter = if name == "create_foreign_key" { "source_schema" } else { "schema" };
        if let Some(schema) = schema
            && arguments.keyword(parameter).is_none()
        {
            arguments.keywords.push((parameter.to_owned(), schema));
        }
        arguments
    }

    fn invoke(&mut self, batch: Option<usize>, arguments: &Arguments, at: At<'_>) -> Value {
        let operation =
            arguments.get(0, "operation").and_then(|operation| self.thing(operation)).cloned();
        match operation {
            Some(SaValue::OperationObject(name, given)) if is_operation(&name) => {
                self.call_op(batch, &name, (*given).clone(), at)
            }
            _ => {
                let why = self.why(arguments.get(0, "operation"));
                self.unreadable(
                    &format!("`op.invoke` is given an operation that cannot be read: {why}"),
                    at,
                );
                Value::None
            }
        }
    }

    fn run_async(&mut self, arguments: &Arguments, at: At<'_>) -> Value {
        let Some(callee) = arguments.get(0, "async_function").cloned() else {
            return Value::None;
        };
        if !matches!(callee, Value::Object(_)) {
            self.unreadable("`op.run_async` runs a function that cannot be read", at);
            return Value::None;
        }
        let mut given = arguments.clone();
        if !given.positional.is_empty() {
            given.positional.remove(0);
        }
        let link = self.value(SaValue::Connection(BIND));
        given.positional.insert(0, link);
        Value::Object(Rc::new(Object::Pending { callee, arguments: given }))
    }

    /// Reads a call as one of Alembic's operations; nothing where Alembic has none of that name.
    fn operation(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Option<(Operation, Details)> {
        let known = op_keywords::of(name)?;
        let bound = Bound::new(arguments, known.positional);
        let mut details = Details::default();
        if !matches!(name, "create_table") {
            details.swallowed = bound.swallowed(&known.all());
        }
        let operation = match name {
            "add_column" => self.add_column(&bound, &mut details),
            "drop_column" => self.drop_column(&bound),
            "alter_column" => self.alter_column(&bound, &mut details, at),
            "create_table" => self.create_table(&bound, &mut details, at),
            "drop_table" => self.drop_table(&bound),
            "rename_table" => self.rename_table(&bound),
            "create_table_comment" | "drop_table_comment" => self.table_comment(&bound, name),
            "create_index" => self.create_index(&bound),
            "drop_index" => self.drop_index(&bound),
            "create_foreign_key" => self.create_foreign_key(&bound),
            "create_unique_constraint" | "create_primary_key" => self.create_key(&bound, name),
            "create_check_constraint" => self.create_check(&bound),
            "create_exclude_constraint" => self.create_exclude(&bound),
            "drop_constraint" => self.drop_constraint(&bound),
            "bulk_insert" => self.bulk_insert(&bound, &mut details, at),
            _ => return None,
        };
        Some((operation, details))
    }

    fn foreign(&mut self, name: &str, arguments: &Arguments, at: At<'_>) {
        let registered = self.registered.contains(name) || op_keywords::of_a_plug_in(name);
        let mut details = Details::default();
        for value in
            arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value))
        {
            if let Value::Str(text) = value {
                details.strings.extend(self.sent_text(
                    text,
                    crate::operation::step::Role::Value,
                    at,
                ));
            }
        }
        details.strings.clear();
        self.say(Operation::Custom { name: name.to_owned(), registered }, details, at);
    }
}

/// Tells whether a name is a method of `op` that is an operation.
fn is_operation(name: &str) -> bool {
    op_keywords::of(name).is_some() || name == "execute"
}
