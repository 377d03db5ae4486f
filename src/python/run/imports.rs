//! Imports and modules.
//!
//! An import binds a promise. Nothing is looked for, and no file is parsed, before the name is
//! used.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::python::builtin::library;
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::module::parse;
use crate::python::object::{File, Import, Module, Object};
use crate::python::run::raises::{lacks_module, lacks_name, not_in_module};
use crate::python::run::stack::Frame;
use crate::python::scope::{Scope, ScopeKind};
use crate::python::value::{Unknown, Value};
use crate::text::source::{Span, Text};

const ELSEWHERE: &str = "the program changes where modules are looked for, and it is not found";

impl Interpreter<'_> {
    /// Keeps the promise of an import; any other value is returned as it is.
    pub(crate) fn settled(&mut self, value: Value) -> Value {
        let Value::Object(object) = &value else { return value };
        let Object::Import(import) = &**object else { return value };
        if let Some(value) = &*import.value.borrow() {
            return value.clone();
        }
        // A module that imports itself in a circle gets this.
        *import.value.borrow_mut() =
            Some(Value::unknown(format!("`{}` is imported in a circle", import.module)));
        let settled = self.deeper(|this| imported(this, import)).unwrap_or(Value::None);
        let settled = self.settled(settled);
        *import.value.borrow_mut() = Some(settled.clone());
        settled
    }

    /// Runs the top level of a module, once.
    pub(crate) fn begin(&mut self, object: &Rc<Object>) {
        let Object::Module(module) = &**object else { return };
        let Some(file) = &module.file else { return };
        if module.begun.replace(true) {
            return;
        }
        let length = file.text.content().len();
        if length > self.parse_left {
            return;
        }
        self.parse_left -= length;
        let parsed = parse(&file.text);
        let frame = Frame { scope: Rc::clone(&module.scope), ..Frame::of_file(file.clone()) };
        // A module is loaded once for all branches: what it binds is not taken back with the branch
        // that used it.
        let journals = std::mem::take(&mut self.journals);
        let outermost = self.stack.frames.is_empty();
        self.importing += usize::from(!outermost);
        self.in_frame(frame, Span::default(), |this| {
            let outcome = this.within(Region::Import, |this| this.block(&parsed.module.body));
            if outermost && outcome.raises && !outcome.falls && !this.halted {
                this.ended = this.end.take();
            }
        });
        self.importing -= usize::from(!outermost);
        self.journals = journals;
        self.raising = false;
    }
}

/// `import a.b`, `import a.b as c`.
pub(crate) fn import(this: &mut Interpreter<'_>, names: &[(Rc<str>, Option<Rc<str>>)]) {
    for (module, alias) in names {
        let root: Rc<str> = module.split('.').next().unwrap_or(module).into();
        match alias {
            Some(alias) => promise(this, alias, Rc::clone(module), 0, None),
            None => promise(this, &root, Rc::clone(&root), 0, None),
        }
        acts_when_imported(this, module, 0);
    }
}

/// `from a import b as c`.
pub(crate) fn import_from(
    this: &mut Interpreter<'_>,
    module: &Rc<str>,
    level: usize,
    names: &[(Rc<str>, Option<Rc<str>>)],
) {
    acts_when_imported(this, module, level);
    if level > 0 {
        let at = this.stack.at();
        this.host.imports_beside(module, at);
    }
    is_there(this, module, level, names);
    for (name, alias) in names {
        match &**name {
            "*" => import_all(this, module, level),
            _ => {
                if level == 0 {
                    let at = this.stack.at();
                    this.host.imports(module, name, at);
                }
                let bound = alias.as_ref().unwrap_or(name);
                promise(this, bound, Rc::clone(module), level, Some(Rc::clone(name)));
            }
        }
    }
}

/// Loads a module at once that may act on the database as soon as it is imported: it speaks of
/// Alembic. What any other module is worth is asked when it is used.
fn acts_when_imported(this: &mut Interpreter<'_>, module: &Rc<str>, level: usize) {
    if level == 0 && (library::is_module(module) || this.host.module(module).is_some()) {
        return;
    }
    let importer = Rc::clone(&this.stack.frame().file.path);
    match this.loader.find(&importer, module, level) {
        Some((path, text)) if text.content().contains("alembic") && !path.ends_with("env.py") => {
            let module = module_of(this, path, text, &importer, module, level);
            if let Value::Object(object) = &module {
                this.deeper(|this| this.begin(object));
            }
        }
        Some(_) => {}
        None if this.paths_changed && level == 0 && this.loader.is_somewhere(module) => {
            this.host.opaque(&format!("import {module}"), ELSEWHERE, this.stack.at());
        }
        None => {}
    }
}

/// Notes a name that a module of the repository lacks, and a module that its package lacks: the
/// import itself fails, whether the name is used or not.
fn is_there(
    this: &mut Interpreter<'_>,
    module: &Rc<str>,
    level: usize,
    names: &[(Rc<str>, Option<Rc<str>>)],
) {
    let is_own = this.stack.frames.first().map(|frame| &frame.file.path)
        == this.stack.frames.last().map(|frame| &frame.file.path);
    if !is_own || level > 0 || this.paths_changed || library::is_module(module) {
        return;
    }
    if this.host.module(module).is_some() {
        return;
    }
    let importer = Rc::clone(&this.stack.frame().file.path);
    let Some((path, text)) = this.loader.find(&importer, module, 0) else {
        return no_module(this, &importer, module);
    };
    let file = File { path, text };
    for (name, _) in names.iter().filter(|(name, _)| !file.text.content().contains(&**name)) {
        let inner: Rc<str> = format!("{module}.{name}").into();
        if &**name != "*" && this.loader.find(&importer, &inner, 0).is_none() {
            lacks_name(this, (module, &importer), &file, name);
        }
    }
}

/// Notes a module that the package around it, which the repository has, lacks. A folder without
/// `__init__.py` is a package too (PEP 420).
fn no_module(this: &mut Interpreter<'_>, importer: &Rc<str>, module: &Rc<str>) {
    if this.loader.is_package(importer, module, 0) {
        return;
    }
    let mut parent: &str = module;
    while let Some((above, _)) = parent.rsplit_once('.') {
        parent = above;
        if let Some((path, text)) = this.loader.find(importer, &Rc::from(parent), 0) {
            return lacks_module(this, (module, parent), importer, &File { path, text });
        }
    }
}

fn promise(
    this: &mut Interpreter<'_>,
    bound: &Rc<str>,
    module: Rc<str>,
    level: usize,
    name: Option<Rc<str>>,
) {
    let importer = Rc::clone(&this.stack.frame().file.path);
    let import = Import { module, level, name, importer, value: RefCell::default() };
    this.bind_here(bound, Value::Object(Rc::new(Object::Import(import))));
}

fn import_all(this: &mut Interpreter<'_>, module: &Rc<str>, level: usize) {
    let importer = Rc::clone(&this.stack.frame().file.path);
    let value = module_value(this, &importer, module, level);
    let Value::Object(object) = &value else { return import_openly(this, value) };
    let Object::Module(module) = &**object else { return import_openly(this, value) };
    this.begin(object);
    let listed = module.scope.names.get("__all__").and_then(|all| all.items());
    for (name, value) in module.scope.names.all() {
        let exported = match &listed {
            Some(listed) => listed.iter().any(|item| item.as_str().as_deref() == Some(&*name)),
            None => !name.starts_with('_'),
        };
        if exported {
            this.bind_here(&name, value);
        }
    }
}

/// Remembers a module whose names cannot be listed: it is asked for names that nothing else
/// binds.
fn import_openly(this: &mut Interpreter<'_>, module: Value) {
    let scope = this.stack.scope().module();
    let mut modules = scope.names.get("*").and_then(|modules| modules.items()).unwrap_or_default();
    modules.push(module);
    this.bind(&scope.names, &"*".into(), Value::tuple(modules));
}

fn imported(this: &mut Interpreter<'_>, import: &Import) -> Value {
    let Some(name) = &import.name else {
        return module_value(this, &import.importer, &import.module, import.level);
    };
    let inner: Rc<str> = match &*import.module {
        "" => Rc::clone(name),
        module => format!("{module}.{name}").into(),
    };
    let module = module_value(this, &import.importer, &import.module, import.level);
    let value = this.attribute(&module, name);
    if !matches!(value, Value::Unknown(_)) {
        return value;
    }
    if let Some(module) = this.host.module(&inner).filter(|_| import.level == 0) {
        return module;
    }
    match this.loader.find(&import.importer, &inner, import.level) {
        Some((path, text)) => module_of(this, path, text, &import.importer, &inner, import.level),
        // What another module calls `op` is a way to the database, wherever it has it from.
        None if &**name == "op" => made_reaching(value),
        None => value,
    }
}

/// Makes an unknown value one that reaches.
pub(crate) fn made_reaching(value: Value) -> Value {
    match value {
        Value::Unknown(unknown) => Value::Unknown(Unknown { reaches: true, ..unknown }),
        value => value,
    }
}

/// Returns the module that a file means by a dotted name.
pub(crate) fn module_value(
    this: &mut Interpreter<'_>,
    importer: &Rc<str>,
    module: &Rc<str>,
    level: usize,
) -> Value {
    if level == 0 && library::is_module(module) {
        return Value::Object(Rc::new(Object::Library(Rc::clone(module))));
    }
    if let Some(module) = Some(()).filter(|()| level == 0).and_then(|()| this.host.module(module)) {
        return module;
    }
    if let Some((path, text)) = this.loader.find(importer, module, level) {
        return module_of(this, path, text, importer, module, level);
    }
    if level == 0 && library::runs_code(module) {
        let why = format!("`{module}` runs code that is not read").into();
        return Value::Unknown(Unknown { why, reaches: true, class: None });
    }
    let may_be_found = level == 0 && this.paths_changed && this.loader.is_somewhere(module);
    if may_be_found && !this.loader.is_package(importer, module, level) {
        return Value::Unknown(Unknown { why: ELSEWHERE.into(), reaches: true, class: None });
    }
    Value::Object(Rc::new(Object::Module(Module {
        name: Rc::clone(module),
        level,
        importer: Rc::clone(importer),
        file: None,
        scope: Scope::inside(None, ScopeKind::Module),
        begun: Cell::new(true),
    })))
}

fn module_of(
    this: &mut Interpreter<'_>,
    path: Rc<str>,
    text: Rc<Text>,
    importer: &Rc<str>,
    name: &Rc<str>,
    level: usize,
) -> Value {
    let module = this.modules.entry(Rc::clone(&path)).or_insert_with(|| {
        Rc::new(Object::Module(Module {
            name: Rc::clone(name),
            level,
            importer: Rc::clone(importer),
            file: Some(File { path, text }),
            scope: Scope::inside(None, ScopeKind::Module),
            begun: Cell::new(false),
        }))
    });
    Value::Object(Rc::clone(module))
}

/// Returns an attribute of a module: a name of its top level, or a module inside it.
pub(crate) fn module_attribute_of(
    this: &mut Interpreter<'_>,
    object: &Rc<Object>,
    module: &Module,
    name: &str,
) -> Value {
    this.begin(object);
    if let Some(value) = module.scope.names.get(name) {
        return this.settled(value);
    }
    let inner: Rc<str> = match &*module.name {
        "" => name.into(),
        outer => format!("{outer}.{name}").into(),
    };
    if let Some(module) =
        Some(()).filter(|()| module.level == 0).and_then(|()| this.host.module(&inner))
    {
        return module;
    }
    if let Some((path, text)) = this.loader.find(&module.importer, &inner, module.level) {
        return module_of(this, path, text, &module.importer, &inner, module.level);
    }
    if let Some(value) = openly_imported(this, &module.scope, name) {
        return value;
    }
    if let Some(hook) = module.scope.names.get("__getattr__").filter(|_| module.file.is_some()) {
        return this.call_value(&hook, Arguments::positional(vec![Value::text(name)]), name);
    }
    if name == "__dict__" {
        return Interpreter::names_of_scope(&module.scope.names);
    }
    match &module.file {
        Some(file) => match bound_of(this, file) {
            // What was not read may hold `op` and do anything with it.
            Some(bound) => Value::Unknown(Unknown {
                why: format!("`{}` is not read: {bound}", file.path).into(),
                reaches: true,
                class: None,
            }),
            None => not_in_module(this, module, file, name),
        },
        None => Value::unknown(format!("`{}` comes from outside the repository", module.name)),
    }
}

/// The bound that keeps a module from being read.
fn bound_of(this: &Interpreter<'_>, file: &File) -> Option<String> {
    if file.text.content().len() > this.parse_left {
        return Some("the modules that the migration imports are too large together".to_owned());
    }
    parse(&file.text).bound.map(|bound| bound.message)
}

/// Returns a name that a `from a import *` may have bound in a file: of the modules that are known to
/// have it the one that is imported last, else the first one of which nothing is known.
pub(crate) fn openly_imported(
    this: &mut Interpreter<'_>,
    scope: &Rc<Scope>,
    name: &str,
) -> Option<Value> {
    let modules = scope.module().names.get("*")?.items()?;
    let has = |this: &mut Interpreter<'_>, module: &Value| match module {
        Value::Host(id) => this.host.has_name(*id, name),
        _ => None,
    };
    let answers: Vec<Option<bool>> = modules.iter().map(|module| has(this, module)).collect();
    if let Some(at) = answers.iter().rposition(|answer| *answer == Some(true)) {
        return Some(this.attribute(&modules[at], name));
    }
    let open = modules.iter().zip(answers).filter(|(_, answer)| answer.is_none());
    let found: Vec<Value> = open.map(|(module, _)| this.attribute(module, name)).collect();
    found.iter().find(|value| !matches!(value, Value::Unknown(_))).or(found.first()).cloned()
}
