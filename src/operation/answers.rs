//! The host: what the interpreter is answered.

use crate::operation::attributes::{attribute, inherited};
use crate::operation::entity::Entity;
use crate::operation::migration_host::MigrationHost;
use crate::operation::refusal::{Complaint, RefusalKind, Refuser};
use crate::operation::sa_value::{BIND, ConnectionKind, SaValue};
use crate::operation::sqlalchemy::check;
use crate::operation::sqlalchemy::expressions::clause_item;
use crate::operation::sqlalchemy::extended::{initialize, set_column_attribute, with_columns};
use crate::operation::sqlalchemy::libraries::library;
use crate::operation::sqlalchemy::methods::{
    apply_operator, columns_item, metadata_table, table_by_name,
};
use crate::operation::sqlalchemy::models::{new_mapped, table_id_of_class};
use crate::operation::sqlalchemy::outside::outside;
use crate::operation::sqlalchemy::sessions::make_session;
use crate::operation::sqlalchemy::sessions::set_row_attribute;
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr};
use crate::operation::step::RemarkKind;
use crate::python::host::{Arguments, At, Host, Iteration, Raised, Region};
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::dialect::Dialect;
use crate::text::known::Known;
use std::rc::Rc;

/// What the reason says why the environment cannot be known.
const ENVIRONMENT: [&str; 2] = ["the environment it runs in", "`os.getenv`"];

/// Returns what of the environment a reason is about: "`os.environ` is the environment it runs in".
pub(super) fn of_environment(why: &str) -> Option<String> {
    let is_it = ENVIRONMENT.iter().any(|word| why.contains(word));
    is_it.then(|| why.split('`').nth(1).unwrap_or(why).to_owned())
}

impl Host for MigrationHost {
    fn module(&mut self, name: &str) -> Option<Value> {
        library(self, name)
    }

    fn attribute(&mut self, of: HostId, name: &str, at: At<'_>) -> Value {
        attribute(self, of, name, at)
    }

    fn annotates(&mut self, on: bool) {
        self.in_annotation = on;
    }

    fn has_name(&mut self, module: HostId, name: &str) -> Option<bool> {
        match self.at(module) {
            SaValue::Name(path) => check::has_name(&path, name),
            _ => None,
        }
    }

    fn set_attribute(&mut self, of: HostId, name: &str, value: Value, at: At<'_>) {
        match self.at(of) {
            SaValue::Row(entity) => set_row_attribute(self, &entity, name, &value, at),
            SaValue::Connection(link) => self.set_link_attribute(of, link, name, &value),
            SaValue::Column(column) => set_column_attribute(self, of, *column, name, &value, at),
            SaValue::Op(_) => {
                self.unreadable(&format!("`op.{name}` is replaced by something of its own"), at);
            }
            // `sa.GUID = GUID`, as the template of advanced-alchemy has it.
            SaValue::Name(path) => {
                self.replaced.insert(format!("{path}.{name}"), value);
            }
            _ => {}
        }
    }

    /// A dict of the environment's, or of a row: nothing of it is Alembic's.
    fn set_subscript(&mut self, _: HostId, _: &Value, _: Value, _: At<'_>) {}

    fn inherited(&mut self, object: &Rc<Object>, base: HostId, name: &str, at: At<'_>) -> Value {
        inherited(self, object, base, name, at)
    }

    fn define(&mut self, class: &Rc<Object>, at: At<'_>) {
        // The columns of a mapped class get their names as soon as it is there.
        if class
            .as_class()
            .is_some_and(|inner| inner.host_base().is_some() || inner.has_unknown_base())
        {
            let table = table_id_of_class(self, class);
            table.into_iter().for_each(|table| self.note_author(table, at));
        }
    }

    fn call(&mut self, callee: HostId, arguments: Arguments, at: At<'_>) -> Value {
        let arguments = with_columns(self, arguments, at);
        match self.at(callee) {
            SaValue::Name(path) => self.call_library(&path, arguments, at),
            SaValue::Method { of, name } => self.call_method(of, &name, arguments, at),
            SaValue::ConnectionMaker(link) => self.value(SaValue::Connection(link)),
            // `db.session()` and `scoped_session(...)()` give the session itself.
            SaValue::Connection(link) => self.value(SaValue::Connection(link)),
            SaValue::Mapped(table) => new_mapped(self, table),
            SaValue::Type(kind) => self.value(SaValue::Type(kind)),
            SaValue::Inert
            | SaValue::Base { .. }
            | SaValue::Unsure(_)
            | SaValue::Environment(_) => Value::Host(callee),
            SaValue::Clause(clause) => self.value(SaValue::Clause(clause)),
            // `DDL(...)(target, connection)` is what a listener does.
            SaValue::RawDdl(_) | SaValue::Ddl(_) => {
                self.execute(Some(&Value::Host(callee)), None, BIND, at);
                Value::None
            }
            SaValue::Operator { of, operator } => apply_operator(self, of, &operator, &arguments),
            SaValue::Initializer(instance) => initialize(self, &instance, &arguments, at),
            SaValue::Registrar { name, source } => self.register(&name, &source, &arguments),
            SaValue::Implementer(class) => self.implement(class, &arguments),
            _ => self.unsure("what is called is not a function"),
        }
    }

    fn subscript(&mut self, of: HostId, key: &Value, at: At<'_>) -> Value {
        match self.at(of) {
            SaValue::Row(entity) if entity.placed && matches!(key, Value::Str(_)) => {
                check::row_by_name(self, key, at);
                Value::unknown("a row is known to the database only")
            }
            SaValue::Tables => match self.text(key) {
                Known::Is(name) => table_by_name(self, &name),
                Known::Unreadable => self.unsure("the name of the table cannot be known"),
            },
            SaValue::Columns(table) => match self.text(key) {
                Known::Is(name) => columns_item(self, table, &name),
                Known::Unreadable => {
                    let source = self.source_of(&Value::Host(table));
                    self.value(SaValue::Clause(SqlExpr::column(source, Known::Unreadable)))
                }
            },
            SaValue::Clause(clause) => {
                let item = clause_item(self, clause, key);
                self.value(SaValue::Clause(item))
            }
            SaValue::Column(column) => {
                let clause = SqlExpr::column(column.source.clone(), column.column.name.clone());
                let item = clause_item(self, clause, key);
                self.value(SaValue::Clause(item))
            }
            SaValue::Result(entity) => rows_at(self, entity, key),
            SaValue::Query(query) => rows_at(self, query.rows_of(self.dialect), key),
            SaValue::Row(entity) => {
                let item = match key {
                    Value::Str(_) => self.text(key).as_str().and_then(|name| entity.named(name)),
                    Value::Int(place) => entity.item(usize::try_from(*place).ok()),
                    _ => entity.item(None),
                };
                self.row_item(item)
            }
            SaValue::Environment(_) | SaValue::Unsure(_) => Value::Host(of),
            SaValue::MetaData(metadata) => metadata_table(self, &metadata.tables, key),
            SaValue::Inert => Value::Host(of),
            _ => self.unsure("an item of it is not understood"),
        }
    }

    fn instance_of(&mut self, value: HostId, class: &Value) -> Option<bool> {
        let (SaValue::Dialect, Some(SaValue::Name(path))) = (self.at(value), self.thing(class))
        else {
            return None;
        };
        let dialect = path.strip_prefix("sqlalchemy.dialects.")?.split('.').next()?;
        Some(
            dialect == self.dialect.name()
                || dialect == "mysql" && self.dialect == Dialect::MariaDb,
        )
    }

    fn binary(&mut self, operator: &str, left: &Value, right: &Value, _: At<'_>) -> Value {
        for side in [left, right] {
            if let Some(SaValue::Environment(why)) = self.thing(side).cloned() {
                return self.value(SaValue::Environment(why));
            }
        }
        if matches!(operator, "is" | "is not") {
            let unsure = |side: &Value| {
                matches!(
                    self.thing(side),
                    Some(SaValue::Unsure(_) | SaValue::Row(_) | SaValue::Result(_))
                )
            };
            if unsure(left) || unsure(right) {
                return Value::unknown("it is known to the database only");
            }
            let same = matches!((left, right), (Value::Host(a), Value::Host(b)) if a == b);
            return Value::Bool(same == (operator == "is"));
        }
        if !matches!(operator, "in" | "not in" | "not")
            && let Some(clause) = self.operate(operator, left, right)
        {
            return self.value(SaValue::Clause(clause));
        }
        if matches!(operator, "==" | "!=") {
            let named =
                |side: &Value| matches!(self.thing(side), Some(SaValue::Name(_) | SaValue::Op(_)));
            if named(left) || named(right) {
                return Value::unknown("two things of a library are compared");
            }
        }
        Value::unknown("it is known to the database only")
    }

    fn unary(&mut self, operator: &str, operand: HostId, _: At<'_>) -> Value {
        match self.clause_of(&Value::Host(operand)) {
            Some(clause) => {
                let clause = self.negate(operator, clause);
                self.value(SaValue::Clause(clause))
            }
            None => Value::unknown("it is known to the database only"),
        }
    }

    fn truth(&mut self, of: HostId) -> Option<bool> {
        match self.at(of) {
            SaValue::Environment(why) => {
                self.environment = Some(why);
                None
            }
            SaValue::Unsure(_)
            | SaValue::Row(_)
            | SaValue::Result(_)
            | SaValue::Clause(_)
            | SaValue::Method { .. } => None,
            SaValue::Query(_) => None,
            _ => Some(true),
        }
    }

    /// Types and elements have hooks; what is mapped is asked for columns alone.
    fn calls_methods(&mut self, base: HostId) -> bool {
        match self.at(base) {
            SaValue::Name(path) => {
                let is_mapped =
                    ["sqlalchemy.orm", "declarative", "sqlmodel", "flask", "advanced_alchemy"];
                !is_mapped.iter().any(|word| path.contains(word))
            }
            SaValue::Type(_) => true,
            _ => false,
        }
    }

    fn iterate(&mut self, of: HostId, _: At<'_>) -> Iteration {
        match self.at(of) {
            SaValue::Result(entity) => Iteration::Each(self.value(SaValue::Row(entity))),
            SaValue::Query(query) => {
                let entity = query.rows_of(self.dialect);
                Iteration::Each(self.value(SaValue::Row(entity)))
            }
            SaValue::Row(entity) if entity.items.is_empty() => {
                Iteration::Each(self.row_item(entity.item(None)))
            }
            SaValue::Row(entity) => {
                let places = 0..entity.items.len();
                let items = places.map(|place| self.row_item(entity.item(Some(place))));
                Iteration::Items(items.collect())
            }
            SaValue::Columns(table) => match self.at(table) {
                SaValue::Table(table) if table.complete => {
                    let columns = table.columns.clone();
                    Iteration::Items(
                        columns
                            .into_iter()
                            .map(|column| self.value(SaValue::Column(Box::new(column))))
                            .collect(),
                    )
                }
                _ => Iteration::Each(
                    self.unsure("the columns of the table are known to the database only"),
                ),
            },
            SaValue::Unsure(why) | SaValue::Environment(why) => {
                Iteration::Each(self.value(SaValue::Unsure(why)))
            }
            _ => Iteration::Each(Value::unknown("what it holds is not understood")),
        }
    }

    fn enter(&mut self, of: HostId, _: At<'_>) -> Value {
        match self.at(of) {
            SaValue::BatchBlock(number) => self.value(SaValue::Op(Some(number))),
            SaValue::AutocommitBlock => {
                self.autocommit += 1;
                Value::None
            }
            // `with engine.begin() as connection` and `with connection.begin() as transaction`.
            SaValue::Connection(link) => {
                let kind = match link.kind {
                    ConnectionKind::Engine => ConnectionKind::Connection,
                    ConnectionKind::Transaction
                        if link.via == crate::operation::operation::Via::Session =>
                    {
                        ConnectionKind::Session
                    }
                    ConnectionKind::Transaction => ConnectionKind::Connection,
                    kind => kind,
                };
                self.value(SaValue::Connection(crate::operation::sa_value::Connection {
                    kind,
                    ..link
                }))
            }
            SaValue::ConnectionMaker(link) => self.value(SaValue::Connection(link)),
            _ => Value::Host(of),
        }
    }

    fn leave(&mut self, of: HostId, _: At<'_>) {
        match self.at(of) {
            SaValue::AutocommitBlock => self.autocommit = self.autocommit.saturating_sub(1),
            SaValue::BatchBlock(number) => {
                if let Some(batch) = self.batches.get_mut(number) {
                    batch.is_sent = true;
                }
            }
            _ => {}
        }
    }

    fn text_of(&mut self, of: HostId) -> Option<String> {
        match self.at(of) {
            SaValue::Column(column) => {
                let name = column.column.name.as_str()?.to_owned();
                match column.source.as_ref().and_then(Source::label) {
                    Some(label) => Some(format!("{label}.{name}")),
                    None => Some(name),
                }
            }
            SaValue::Table(table) => table.create.table.known(),
            SaValue::Type(kind) => kind.sql.into_option(),
            SaValue::Clause(_) => self.sql_of(Some(&Value::Host(of))).into_option(),
            _ => None,
        }
    }

    fn reaches(&mut self, of: HostId) -> bool {
        self.reaches_value(&Value::Host(of))
    }

    fn escaped(&mut self, callee: &str, why: &str, at: At<'_>) {
        self.unreadable(&format!("`{callee}` is given what reaches the database, and {why}"), at);
    }

    /// `db.Session(bind=op.get_bind())` makes a session, whatever `db` turns out to be.
    fn known_by_name(&mut self, callee: &str, arguments: &Arguments) -> Option<Value> {
        let is_session = callee.rsplit('.').next() == Some("Session");
        let bind = arguments.keyword("bind").filter(|_| is_session)?;
        let Some(SaValue::Connection(_)) = self.thing(bind) else { return None };
        let session = make_session(self, arguments);
        Some(self.value(SaValue::Connection(session)))
    }

    fn opaque(&mut self, callee: &str, why: &str, at: At<'_>) {
        self.unreadable(&format!("`{callee}` may reach the database: {why}"), at);
    }

    fn outside(&mut self, name: &str, at: At<'_>) {
        if let Some(kind) = outside(name) {
            self.remark(kind, name, at);
        }
    }

    fn undecided(&mut self, why: &str) {
        if ENVIRONMENT.iter().any(|word| why.contains(word)) {
            self.environment = Some(why.into());
        }
    }

    fn raises(&mut self, raised: Raised, at: At<'_>) {
        let Raised { class, what, message, evaluated } = raised;
        let kind = match class {
            "TypeError" => RefusalKind::WrongArguments,
            _ => RefusalKind::UndefinedName,
        };
        let error = format!("{class}: {message}");
        let mut complaint = Complaint::new(kind, Refuser::Python, what, error);
        complaint.evaluated = evaluated;
        match kind {
            RefusalKind::UndefinedName => self.refuse_name(complaint, at),
            _ => self.refuse(complaint, at),
        }
    }

    fn imports(&mut self, module: &str, name: &str, at: At<'_>) {
        check::import(self, module, name, at);
    }

    fn imports_beside(&mut self, module: &str, at: At<'_>) {
        check::relative_import(self, module, at);
    }

    fn open(&mut self, region: Region, at: At<'_>) {
        if let Some(why) = self.environment.take()
            && region == Region::Conditional
        {
            let what = why.split('`').nth(1).unwrap_or(&why).to_owned();
            self.remark(RemarkKind::Environment, &what, at);
        }
        self.regions.push(region);
        self.decisions.open(region);
    }

    fn close(&mut self) {
        self.regions.pop();
        self.decisions.close();
    }

    fn depends_on(&mut self, of: HostId, holds: bool) {
        self.decisions.depends_on(of, holds);
    }

    fn otherwise(&mut self) {
        self.decisions.otherwise();
    }

    fn stopped(&mut self, why: &str, at: At<'_>) {
        self.unreadable(why, at);
    }

    fn ended(&mut self, why: &str, at: At<'_>) {
        self.beyond(why, at);
    }
}

/// Returns one of the rows, or a part of them.
fn rows_at(host: &mut MigrationHost, entity: Entity, key: &Value) -> Value {
    match key {
        Value::Object(object) if matches!(&**object, Object::Slice(_)) => {
            host.value(SaValue::Result(entity))
        }
        _ => host.one(entity),
    }
}
