//! From the text of a revision file to what it does.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::operation::body;
use crate::operation::body::Shape;
use crate::operation::migration_host::CONNECTION;
use crate::operation::migration_host::MigrationHost;
use crate::operation::migration_host::OP;
use crate::operation::migration_host::SESSION;
use crate::operation::migration_host::TABLES;
use crate::operation::step::Body;
use crate::operation::step::Remark;
use crate::operation::step::RemarkKind;
use crate::operation::step::Script;
use crate::python::host::Arguments;
use crate::python::interpreter::Fuel;
use crate::python::interpreter::Interpreter;
use crate::python::interpreter::Loader;
use crate::python::module::{Bound, parse};
use crate::python::syntax::FunctionDefinition;
use crate::python::syntax::ParameterKind;
use crate::python::value::Value;
use crate::sql::dialect::Dialect;
use crate::text::cut;
use crate::text::source::Site;
use crate::text::source::Span;
use crate::text::source::Text;

/// What is read, and what must be known to read it.
#[derive(Clone, Debug)]
pub struct ReadInput<'a> {
    /// The path, relative to the root of the repository.
    pub path: Rc<str>,
    /// The text.
    pub text: Rc<Text>,
    /// The project's dialect.
    pub dialect: Dialect,
    /// Whether the metadata has a naming convention, so that constraints and indexes without a name
    /// get one that cannot be known here.
    pub naming_convention: bool,
    /// What the convention makes of the names of checks, where it takes them in.
    pub check_template: Option<Rc<str>>,
    /// The functions that upgrade: `upgrade`, unless the project names others. A file of several
    /// databases (`upgrade_engine1`) is found out by itself.
    pub upgrade: Vec<String>,
    /// The functions that downgrade.
    pub downgrade: Vec<String>,
    /// Names of custom operations that something in the repository registers.
    pub registered: &'a BTreeSet<String>,
}

/// What a revision file does.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// What `upgrade` does.
    pub upgrade: Script,
    /// What `downgrade` does.
    pub downgrade: Script,
    /// Where the file does not parse, with what the parser met.
    pub syntax_errors: Vec<(Span, String)>,
    /// The bound that the file exceeds, so that none of its statements was read.
    pub bound: Option<Bound>,
}

/// Reads a revision file.
pub fn read(input: &ReadInput<'_>, loader: &dyn Loader) -> Read {
    let parsed = parse(&input.text);
    let syntax_errors =
        parsed.errors.iter().map(|error| (error.span, error.message.clone())).collect();
    let functions: Vec<Rc<FunctionDefinition>> = parsed.module.functions().cloned().collect();
    let reader = Reader { input, loader, functions };
    Read {
        upgrade: reader.script(&input.upgrade),
        downgrade: reader.script(&input.downgrade),
        syntax_errors,
        bound: parsed.bound.clone(),
    }
}

struct Reader<'a> {
    input: &'a ReadInput<'a>,
    loader: &'a dyn Loader,
    functions: Vec<Rc<FunctionDefinition>>,
}

impl Reader<'_> {
    /// Reads one direction.
    fn script(&self, names: &[String]) -> Script {
        let entries = self.entries(names);
        let mut script = Script::default();
        if entries.is_empty() {
            return script;
        }
        let mut world = MigrationHost::new(self.input.path.clone(), self.input.dialect);
        world.naming_convention = self.input.naming_convention;
        world.check_template = self.input.check_template.clone();
        world.text = self.input.text.clone();
        world.registered = self.input.registered.clone();
        let recording = world.recording.clone();
        self.run(&mut world, &entries);
        let recorded = recording.take();
        script.steps = recorded.steps;
        script.remarks = recorded.remarks;
        script.body = self.body(&entries, &script);
        if let Body::Raises { site, message } = &script.body {
            script.remarks.push(Remark {
                kind: RemarkKind::Raise,
                what: message.clone().unwrap_or_default(),
                site: site.clone(),
                within: vec![site.span],
                helper: None,
                repeated: false,
                table: None,
            });
        }
        script
    }

    /// Runs the functions of a direction, the top level of the file first.
    fn run(&self, world: &mut MigrationHost, entries: &[Entry]) {
        let mut interpreter = Interpreter::new(world, self.loader, Fuel::default());
        let module = interpreter.load(&self.input.path, &self.input.text);
        for entry in entries {
            let Some(function) = interpreter.module_attribute(&module, &entry.definition.name)
            else {
                continue;
            };
            let arguments = self.arguments(entry);
            let site = self.site(entry.definition.name_span);
            interpreter.call(&function, arguments, &site);
        }
    }

    /// Returns the functions of a direction: those named; in a file of several databases, the
    /// dispatcher once for each database, or the functions of the databases themselves.
    fn entries(&self, names: &[String]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for name in names {
            let named = self.functions.iter().rev().find(|function| *function.name == **name);
            let prefix = format!("{name}_");
            let databases: Vec<&Rc<FunctionDefinition>> = self
                .functions
                .iter()
                .filter(|function| function.name.starts_with(&prefix))
                .collect();
            match named {
                Some(definition) if dispatches(definition) && !databases.is_empty() => {
                    entries.extend(databases.iter().map(|database| Entry {
                        definition: definition.clone(),
                        database: Some(cut::from(&database.name, prefix.len()).to_owned()),
                    }));
                }
                Some(definition) => {
                    entries.push(Entry { definition: definition.clone(), database: None })
                }
                None => entries.extend(
                    databases
                        .into_iter()
                        .map(|definition| Entry { definition: definition.clone(), database: None }),
                ),
            }
        }
        entries
    }

    /// Returns what a function of a direction is called with: `op` where it asks for it, the name
    /// of the database where there are several, and something unknown elsewhere.
    fn arguments(&self, entry: &Entry) -> Arguments {
        let mut arguments = Arguments::default();
        for parameter in &entry.definition.parameters {
            if parameter.default.is_some()
                || !matches!(parameter.kind, ParameterKind::Plain | ParameterKind::Keyword)
            {
                continue;
            }
            let value = match (&*parameter.name, &entry.database) {
                ("op" | "operations" | "alembic_op", _) => Value::Host(OP),
                ("bind" | "connection" | "conn" | "engine" | "migrate_engine", _) => {
                    Value::Host(CONNECTION)
                }
                ("session" | "db", _) => Value::Host(SESSION),
                ("tables", _) => Value::Host(TABLES),
                (_, Some(database)) if arguments.positional.is_empty() => Value::text(database),
                (name, _) => Value::unknown(format!("`{name}` is given by the environment")),
            };
            match parameter.kind {
                ParameterKind::Keyword => {
                    arguments.keywords.push((parameter.name.to_string(), value))
                }
                _ => arguments.positional.push(value),
            }
        }
        arguments
    }

    fn site(&self, span: Span) -> Site {
        Site { path: self.input.path.clone(), span }
    }

    /// Says what the functions of a direction look like.
    fn body(&self, entries: &[Entry], script: &Script) -> Body {
        let shapes: Vec<Shape> =
            entries.iter().map(|entry| body::shape(&entry.definition)).collect();
        let Some(first) = entries.first() else {
            return Body::Absent;
        };
        let site = self.site(first.definition.span);
        if script.steps.is_empty() && shapes.iter().all(|shape| *shape == Shape::Empty) {
            return Body::Empty { site };
        }
        if script.steps.is_empty()
            && let Some(Shape::Raises(message)) =
                shapes.iter().find(|shape| matches!(shape, Shape::Raises(_)))
        {
            return Body::Raises { site, message: message.clone() };
        }
        Body::Code { site }
    }
}

/// A function of a direction, and the database that it is called for.
struct Entry {
    definition: Rc<FunctionDefinition>,
    database: Option<String>,
}

/// Tells whether a function takes the name of a database and looks another function up by it.
fn dispatches(definition: &FunctionDefinition) -> bool {
    let asks = definition.parameters.iter().any(|parameter| parameter.default.is_none());
    asks && definition
        .names
        .iter()
        .any(|name| matches!(&**name, "globals" | "getattr" | "eval" | "locals"))
}
