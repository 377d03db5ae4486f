//! From the text of a revision file to what it does.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::operation::body;
use crate::operation::body::Shape;
use crate::operation::entries::{self, Entry};
use crate::operation::migration_host::MigrationHost;
use crate::operation::op::naming::NamingConvention;
use crate::operation::refusal::{Complaint, RefusalKind, Refuser};
use crate::operation::step::{Body, Remark, RemarkKind, Script};
use crate::python::host::At;
use crate::python::interpreter::{Fuel, Interpreter, Loader};
use crate::python::module::{Bound, Parsed, parse};
use crate::python::run::accounts::{FunctionId, Unread};
use crate::python::run::outcome::End;
use crate::python::run::owed;
use crate::sql::dialect::Dialect;
use crate::text::source::{Site, Span, Text};

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
    /// Whether `env.py` may hand arguments to the functions of revisions.
    pub hands_arguments: bool,
    /// The functions that upgrade: `upgrade`, unless the project names others. A file of several
    /// databases (`upgrade_engine1`) is found out by itself.
    pub upgrade: Vec<String>,
    /// The functions that downgrade.
    pub downgrade: Vec<String>,
    /// What the convention says, where that can be read.
    pub convention: &'a NamingConvention,
    /// Custom operations that something in the repository registers.
    pub registered: &'a Registered,
}

/// Custom operations that something in the repository registers.
#[derive(Clone, Debug, Default)]
pub struct Registered {
    /// Their names.
    pub names: BTreeSet<String>,
    /// The modules that register them.
    pub modules: Vec<(Rc<str>, Rc<Text>)>,
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
    let reader = Reader { input, loader, parsed: &parsed };
    let mut upgrade = reader.run(&input.upgrade);
    let mut downgrade = reader.run(&input.downgrade);
    upgrade.tell_unread(&downgrade.read);
    downgrade.tell_unread(&upgrade.read);
    reader.tell_end(&mut upgrade);
    Read {
        upgrade: reader.script(upgrade),
        downgrade: reader.script(downgrade),
        syntax_errors: undecoded(&input.text)
            .into_iter()
            .chain(parsed.errors.iter().map(|error| (error.span, error.message.clone())))
            .collect(),
        bound: parsed.bound.clone(),
    }
}

/// Python refuses a file whose bytes are not what its encoding says.
fn undecoded(text: &Text) -> Option<(Span, String)> {
    if text.is_decoded() || text.foreign_encoding().is_some() {
        return None;
    }
    let at = text.content().find('\u{fffd}').unwrap_or(0);
    let why = "it is not UTF-8, and no coding comment says what it is".to_owned();
    Some((Span { start: at, end: at + '\u{fffd}'.len_utf8() }, why))
}

struct Reader<'a> {
    input: &'a ReadInput<'a>,
    loader: &'a dyn Loader,
    parsed: &'a Parsed,
}

/// One direction, run.
struct Run {
    host: MigrationHost,
    entries: Vec<Entry>,
    /// What reaches the database and was handed around, but not read.
    unread: Vec<Unread>,
    /// The functions that were read.
    read: HashSet<FunctionId>,
    /// Where it ends in every run, if something is raised.
    ended: Option<End>,
}

impl Run {
    /// Tells of functions that nothing read, unless the other direction did: they are its business.
    fn tell_unread(&mut self, by_the_other: &HashSet<FunctionId>) {
        for unread in std::mem::take(&mut self.unread) {
            if !by_the_other.contains(&unread.id) {
                let at = At { frames: &unread.frames, statements: &unread.statements };
                let why = format!(
                    "`{}` can reach the database, and what calls it cannot be followed",
                    unread.name
                );
                self.host.unreadable(&why, at);
            }
        }
    }
}

impl Reader<'_> {
    /// Runs one direction: the top level of the file first, then its functions.
    fn run(&self, names: &[String]) -> Run {
        let mut host = MigrationHost::new(self.input.path.clone(), self.input.dialect);
        host.naming_convention = self.input.naming_convention;
        host.registered = self.input.registered.names.clone();
        host.convention = self.input.convention.clone();
        let mut interpreter = Interpreter::new(&mut host, self.loader, Fuel::default());
        for (path, text) in &self.input.registered.modules {
            interpreter.load(path, text);
        }
        let module = interpreter.load(&self.input.path, &self.input.text);
        let entries =
            entries::find(&mut interpreter, &module, names, self.parsed, &self.input.path);
        for entry in entries.iter().filter(|entry| entry.unknown().is_none()) {
            interpreter.call(&entry.value, entries::arguments(entry), &entry.site);
        }
        let (unread, read) = (owed::unread(&mut interpreter), owed::read(&mut interpreter));
        let ended = interpreter.ended();
        for entry in &entries {
            let site = [entry.site.clone()];
            let at = At { frames: &site, statements: &site };
            if let Some(why) = entry.unknown() {
                host.unreadable(&why, at);
            }
            if let Some(complaint) = entry.misfit().filter(|_| !self.input.hands_arguments) {
                host.refuse(complaint, at);
            }
        }
        Run { host, entries, unread, read, ended }
    }

    /// Tells where an upgrade ends in every run that is read: what stands behind it is not judged.
    fn tell_end(&self, upgrade: &mut Run) {
        if let Some(end) = &upgrade.ended {
            let at = At { frames: &end.frames, statements: &end.statements };
            upgrade.host.unreadable(&format!("{}, and nothing behind it is read", end.why), at);
        }
        let is_read = self.parsed.errors.is_empty() && self.parsed.bound.is_none();
        if upgrade.entries.is_empty() && is_read {
            let span = self.parsed.module.body.first().map(|first| first.span).unwrap_or_default();
            let site = [Site { path: self.input.path.clone(), span }];
            let at = At { frames: &site, statements: &site };
            let text = self.input.text.content();
            let is_open = ["import *", "globals(", "setattr(", "exec("];
            if self.input.upgrade == ["upgrade"] && !is_open.iter().any(|word| text.contains(word))
            {
                let error = "AttributeError: module has no attribute 'upgrade'";
                let kind = RefusalKind::UndefinedName;
                let complaint = Complaint::new(kind, Refuser::Alembic, "upgrade", error)
                    .remedy("Define `def upgrade():`, the name that Alembic calls.");
                upgrade.host.refuse(complaint, at);
                return;
            }
            upgrade.host.unreadable("it defines no `upgrade`, and Alembic fails without one", at);
        }
    }

    /// Says what a direction does.
    fn script(&self, run: Run) -> Script {
        let recorded = run.host.recording.take();
        let mut script =
            Script { steps: recorded.steps, remarks: recorded.remarks, ..Script::default() };
        script.refusals = recorded.refusals;
        script.queries = recorded.queries;
        script.body = self.body(&run.entries, &script);
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

    /// Says what the functions of a direction look like.
    fn body(&self, entries: &[Entry], script: &Script) -> Body {
        let shape = |entry: &Entry| {
            entry.definition.as_ref().map_or(Shape::Code, |definition| body::shape(definition))
        };
        let shapes: Vec<Shape> = entries.iter().map(shape).collect();
        let Some(first) = entries.first() else {
            return Body::Absent;
        };
        let site = Site { path: self.input.path.clone(), span: first.whole };
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
