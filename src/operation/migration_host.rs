//! The world of a migration: what `alembic` and `sqlalchemy` answer while it is interpreted, and
//! what is recorded.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use crate::operation::decisions::Decisions;
use crate::operation::op::naming::NamingConvention;
use crate::operation::op::own_operations::OwnOperations;
use crate::operation::operation::Via;
use crate::operation::refusal::Refusal;
use crate::operation::sa_value::BIND;
use crate::operation::sa_value::{Connection, ConnectionKind, SaValue, TableValue};
use crate::operation::step::{
    Batch, Mode, RecordedQuery, Remark, RemarkKind, SentText, Step, Swallowed,
};
use crate::python::host::Arguments;
use crate::python::host::{At, Region};
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::source::{Site, Span};

/// The world of one migration.
pub struct MigrationHost {
    /// The project's dialect.
    pub dialect: Dialect,
    /// Whether constraints without a name get one by convention.
    pub naming_convention: bool,
    /// What the convention says, where that can be read.
    pub convention: NamingConvention,
    /// What the program put into modules and classes of libraries, by dotted name.
    pub replaced: HashMap<String, Value>,
    /// Names that `op.f` keeps as they are.
    pub final_names: BTreeSet<String>,
    /// Custom operations that something registers.
    pub registered: BTreeSet<String>,
    /// The migration's own file.
    pub path: Rc<str>,
    /// The batches that were opened.
    pub batches: Vec<BatchValue>,
    /// Whether an annotation is looked at.
    pub(crate) in_annotation: bool,
    /// How many autocommit blocks are open.
    pub autocommit: usize,
    /// Tables of mapped classes, by the address of the class.
    pub models: HashMap<usize, HostId>,
    /// Tables that the code of the application writes out, and not the migration.
    pub(crate) of_application: HashSet<HostId>,
    /// Columns that are instances of classes that extend `Column`, by the address of the instance.
    pub columns: HashMap<usize, HostId>,
    /// What instances of a `TypeDecorator` hand to its `impl`, by the address of the instance.
    pub type_arguments: HashMap<usize, (Rc<Object>, Arguments)>,
    /// Types that bring a spatial index.
    pub spatial_types: BTreeSet<HostId>,
    /// The operations that the files that were read register.
    pub own: OwnOperations,
    /// What the environment said that a branch was decided by.
    pub environment: Option<Rc<str>>,
    /// What was recorded.
    pub recording: Rc<RefCell<Recording>>,
    pub(crate) regions: Vec<Region>,
    pub(crate) decisions: Decisions,
    things: Vec<SaValue>,
}

/// What is recorded of a migration.
#[derive(Debug, Default)]
pub struct Recording {
    /// The steps.
    pub steps: Vec<Step>,
    /// Queries that change nothing.
    pub queries: Vec<RecordedQuery>,
    /// The remarks.
    pub remarks: Vec<Remark>,
    /// What is refused.
    pub refusals: Vec<Refusal>,
}

/// A `batch_alter_table`.
#[derive(Clone, Debug)]
pub struct BatchValue {
    /// The table.
    pub table: TableName,
    /// How it is emitted.
    pub batch: Batch,
    /// Whether its block has ended, at which Alembic sends what was collected.
    pub is_sent: bool,
}

/// What goes into a step besides its operation.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// `batch_alter_table` around it.
    pub batch: Option<Batch>,
    /// Keywords that are swallowed.
    pub swallowed: Vec<Swallowed>,
    /// Strings that reach the database.
    pub strings: Vec<SentText>,
    /// How it runs, where that is not the mode of its surroundings.
    pub mode: Option<Mode>,
    /// What is sent besides.
    pub more: Vec<Statement>,
    /// See [`Step::of_application`].
    pub of_application: bool,
    /// What the call returns, where that is a table.
    pub returned: Option<Rc<TableValue>>,
}

/// The number of `op`.
pub const OP: HostId = HostId(0);

/// The number of the connection that an `env.py` may hand over.
pub const CONNECTION: HostId = HostId(1);

/// The number of the session that an `env.py` may hand over.
pub const SESSION: HostId = HostId(2);

/// The number of the tables that an `env.py` may hand over.
pub const TABLES: HostId = HostId(3);

impl MigrationHost {
    /// Makes the world of a migration.
    pub fn new(path: Rc<str>, dialect: Dialect) -> Self {
        MigrationHost {
            dialect,
            naming_convention: false,
            convention: NamingConvention::default(),
            final_names: BTreeSet::new(),
            registered: BTreeSet::new(),
            path,
            batches: Vec::new(),
            in_annotation: false,
            autocommit: 0,
            models: HashMap::new(),
            of_application: HashSet::new(),
            replaced: HashMap::new(),
            columns: HashMap::new(),
            type_arguments: HashMap::new(),
            spatial_types: BTreeSet::new(),
            own: OwnOperations::default(),
            environment: None,
            recording: Rc::default(),
            regions: Vec::new(),
            decisions: Decisions::default(),
            things: vec![
                SaValue::Op(None),
                SaValue::Connection(BIND),
                SaValue::Connection(Connection {
                    via: Via::Session,
                    kind: ConnectionKind::Session,
                    ..BIND
                }),
                SaValue::Tables,
            ],
        }
    }

    /// Notes whether a table is written out in the migration or by the application.
    pub(crate) fn note_author(&mut self, table: HostId, at: At<'_>) {
        if at.frames.last().is_some_and(|site| site.path != self.path) {
            self.of_application.insert(table);
        }
    }

    /// Stores a thing.
    pub fn put(&mut self, thing: SaValue) -> HostId {
        self.things.push(thing);
        HostId(self.things.len() - 1)
    }

    /// Stores a thing and returns it as a value.
    pub fn value(&mut self, thing: SaValue) -> Value {
        Value::Host(self.put(thing))
    }

    /// Returns a value about which nothing is known but that it reaches nothing.
    pub fn unsure(&mut self, why: &str) -> Value {
        self.value(SaValue::Unsure(why.into()))
    }

    /// Returns the thing behind a value of the host's.
    pub fn thing(&self, value: &Value) -> Option<&SaValue> {
        match value {
            Value::Host(id) => self.things.get(id.0),
            _ => None,
        }
    }

    /// Returns a thing by its number.
    pub fn at(&self, id: HostId) -> SaValue {
        self.things.get(id.0).cloned().unwrap_or(SaValue::Inert)
    }

    /// Puts another thing in the place of one.
    pub fn replace(&mut self, id: HostId, thing: SaValue) {
        if let Some(place) = self.things.get_mut(id.0) {
            *place = thing;
        }
    }

    /// Returns the call as it stands in the migration's own file.
    pub fn site(&self, at: At<'_>) -> Site {
        let own = at.frames.iter().rev().find(|site| site.path == self.path);
        own.or(at.frames.last())
            .cloned()
            .unwrap_or_else(|| Site { path: self.path.clone(), span: Span::default() })
    }

    /// Returns the Python statements around a call that lie in the migration's own file, the
    /// outermost first.
    pub fn within(&self, at: At<'_>) -> Vec<Span> {
        at.statements.iter().filter(|site| site.path == self.path).map(|site| site.span).collect()
    }

    /// Tells whether a file lies in the folder of the migration: it is another migration, or one's
    /// helper.
    pub(crate) fn is_beside(&self, path: &str) -> bool {
        let folder = |path: &str| {
            path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
        };
        folder(path) == folder(&self.path)
    }

    /// Tells whether what a module does when it is imported serves the migration: it lies near, or
    /// the migration's own file imports it and it reads a file. What the rest of the application
    /// does when it starts is its own business.
    pub(super) fn reads_for_migration(&self, kind: RemarkKind, at: At<'_>) -> bool {
        let mut others =
            at.frames.iter().rev().map(|site| &site.path).take_while(|path| **path != self.path);
        let Some(module) = others.next() else { return true };
        let versions = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let near = versions
            .rsplit_once('/')
            .is_some_and(|(above, _)| module.starts_with(&format!("{above}/")));
        near || (kind == RemarkKind::File && others.all(|path| path == module))
    }

    /// Tells whether this runs because another module is imported.
    pub(crate) fn is_imported(&self, at: At<'_>) -> bool {
        self.regions.contains(&Region::Import)
            && at.frames.last().is_some_and(|site| site.path != self.path)
    }
}
