//! What certainly raises: a name that nothing defines, an attribute that a module of the
//! repository has not, arguments that a function does not take.

use std::rc::Rc;

use crate::python::bound::{binds, binds_plainly};
use crate::python::host::{Arguments, Evaluated, Raised};
use crate::python::interpreter::Interpreter;
use crate::python::module::parse;
use crate::python::object::{File, Module, Object};
use crate::python::scope::ScopeKind;
use crate::python::syntax::{Body, FunctionDefinition, Parameter, ParameterKind};
use crate::python::value::{Unknown, Value};

/// Words of a file that binds names in ways that are not looked for.
const DYNAMIC: [&str; 9] = [
    "globals(",
    "locals(",
    "vars(",
    "exec(",
    "setattr(",
    "builtins",
    "sys.modules",
    "__getattr__",
    ":=",
];

/// Names that CPython or an interactive session has besides those that are interpreted.
const BESIDE: [&str; 14] = [
    "Ellipsis",
    "StopAsyncIteration",
    "ExceptionGroup",
    "BaseExceptionGroup",
    "copyright",
    "credits",
    "license",
    "reveal_type",
    "reveal_locals",
    // Python 2: which Python runs is not known here.
    "file",
    "execfile",
    "cmp",
    "buffer",
    "intern",
];

/// Tells whether a file is certainly what Python finds by the name of a module: it lies there by its
/// whole path, or in the package of whoever imports it. A package that is installed may have the
/// name of a folder further down.
fn is_meant(module: &Module, path: &str) -> bool {
    module.level > 0 || is_meant_by(&module.name, &module.importer, path)
}

/// Tells whether a dotted name means a file from where it is imported, and no package of the same
/// name that is installed.
fn is_meant_by(name: &str, importer: &str, path: &str) -> bool {
    let below = name.replace('.', "/");
    let stem = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py"));
    let Some(root) = stem.and_then(|stem| stem.strip_suffix(below.as_str())) else { return false };
    let top = name.split('.').next().unwrap_or(name);
    let beside = importer.strip_prefix(root).and_then(|rest| rest.strip_prefix(top));
    root.is_empty()
        || root == "src/"
        || (root.ends_with('/') && beside.is_some_and(|rest| rest.starts_with('/')))
}

/// Tells whether a file certainly binds no such name.
fn lacks(file: &File, name: &str) -> bool {
    let parsed = parse(&file.text);
    parsed.errors.is_empty()
        && !DYNAMIC.iter().any(|word| file.text.content().contains(word))
        && !binds(&parsed.module.body, name)
}

/// Tells whether a name is one of a function's own that nothing has bound yet: it is bound further
/// down, or by a branch that was not taken.
fn is_unbound_local(this: &Interpreter<'_>, file: &File, name: &str) -> bool {
    let scope = this.stack.scope();
    if scope.kind != ScopeKind::Function || this.halted || this.raising {
        return false;
    }
    let parsed = parse(&file.text);
    let is_open = !parsed.errors.is_empty()
        || DYNAMIC.iter().any(|word| file.text.content().contains(word))
        || scope.elsewhere.borrow().iter().any(|(known, _)| &**known == name);
    let Some(here) = this.stack.sites.last().filter(|_| !is_open) else { return false };
    let holds = |function: &&Rc<FunctionDefinition>| {
        function.span.start <= here.span.start && here.span.end <= function.span.end
    };
    let function = parsed.module.functions().find(holds);
    function.is_some_and(|function| match &function.body {
        Body::Block(body) => binds(body, name) && binds_plainly(body, name),
        Body::Expression(_) => false,
    })
}

/// Says why arguments do not fit parameters, as CPython does.
fn misfit(parameters: &[Parameter], arguments: &Arguments, receivers: usize) -> Option<String> {
    if arguments.open {
        return None;
    }
    let takes = |kind| parameters.iter().any(move |parameter| parameter.kind == kind);
    let plain: Vec<&Parameter> =
        parameters.iter().filter(|parameter| parameter.kind == ParameterKind::Plain).collect();
    let given = arguments.positional.len() + receivers;
    if given > plain.len() && !takes(ParameterKind::Positionals) {
        let count = plain.len();
        let plural = if count == 1 { "" } else { "s" };
        let were = if given == 1 { "was" } else { "were" };
        return Some(format!("takes {count} positional argument{plural} but {given} {were} given"));
    }
    let is_named = |parameter: &&Parameter| {
        matches!(parameter.kind, ParameterKind::Plain | ParameterKind::Keyword)
    };
    for (keyword, _) in &arguments.keywords {
        let known = parameters.iter().filter(is_named).any(|known| *known.name == **keyword);
        if !known && !takes(ParameterKind::Keywords) {
            return Some(format!("got an unexpected keyword argument '{keyword}'"));
        }
        if plain.iter().take(given).any(|parameter| *parameter.name == **keyword) {
            return Some(format!("got multiple values for argument '{keyword}'"));
        }
    }
    let by_position = plain.iter().skip(given).copied();
    let by_keyword = parameters.iter().filter(|known| known.kind == ParameterKind::Keyword);
    let missing: Vec<String> = by_position
        .chain(by_keyword)
        .filter(|known| known.default.is_none() && arguments.keyword(&known.name).is_none())
        .map(|known| format!("'{}'", known.name))
        .collect();
    let plural = if missing.len() == 1 { "" } else { "s" };
    let (count, listed) = (missing.len(), missing.join(" and "));
    (count > 0).then(|| format!("missing {count} required argument{plural}: {listed}"))
}

/// Answers a name that is not bound.
pub(crate) fn undefined(this: &mut Interpreter<'_>, name: &str) -> Value {
    let file = this.stack.frame().file.clone();
    let is_beside = name.starts_with("__") || !name.is_ascii() || BESIDE.contains(&name);
    if !is_beside && is_unbound_local(this, &file, name) {
        let message = format!(
            "cannot access local variable '{name}' where it is not associated with a value"
        );
        let what = name.to_owned();
        raises(
            this,
            Raised { class: "UnboundLocalError", what, message, evaluated: Evaluated::AsItRuns },
        );
    } else if !is_beside && lacks(&file, name) {
        let message = format!("name '{name}' is not defined");
        raises(
            this,
            Raised {
                class: "NameError",
                what: name.to_owned(),
                message,
                evaluated: Evaluated::AsItRuns,
            },
        );
    }
    // Python may read it as another name than is written.
    let why = format!("`{name}` is not defined in this file").into();
    Value::Unknown(Unknown { why, reaches: !name.is_ascii(), class: None })
}

/// Answers a name that a module of the repository has not.
pub(crate) fn not_in_module(
    this: &mut Interpreter<'_>,
    module: &Module,
    file: &File,
    name: &str,
) -> Value {
    if !name.starts_with("__") && is_meant(module, &file.path) && lacks(file, name) {
        let of = &module.name;
        let message = format!("cannot import name '{name}' from '{of}' ({})", file.path);
        let what = format!("{of}.{name}");
        raises(
            this,
            Raised { class: "ImportError", what, message, evaluated: Evaluated::AsItRuns },
        );
    }
    Value::unknown(format!("`{name}` is not found in {}", file.path))
}

/// Notes that a name is imported of a module that has none of that name.
pub(crate) fn lacks_name(
    this: &mut Interpreter<'_>,
    (module, importer): (&str, &str),
    file: &File,
    name: &str,
) {
    if !name.starts_with("__") && is_meant_by(module, importer, &file.path) && lacks(file, name) {
        let message = format!("cannot import name '{name}' from '{module}' ({})", file.path);
        let what = format!("{module}.{name}");
        raises(
            this,
            Raised { class: "ImportError", what, message, evaluated: Evaluated::AsItRuns },
        );
    }
}

/// Notes that a module is imported that its package, which the repository has, lacks. What is
/// generated or kept out of the repository has such names.
pub(crate) fn lacks_module(
    this: &mut Interpreter<'_>,
    (module, package): (&str, &str),
    importer: &str,
    file: &File,
) {
    const KEPT_OUT: [&str; 7] =
        ["version", "pb2", "generated", "local", "secret", "settings", "config"];
    let last = module.rsplit('.').next().unwrap_or(module).to_lowercase();
    let is_kept_out = last.starts_with('_') || KEPT_OUT.iter().any(|word| last.contains(word));
    let extends = ["__path__", "extend_path"];
    let is_open = extends.iter().any(|word| file.text.content().contains(word))
        || is_built(this, module, &file.path);
    if is_kept_out || is_open || !is_meant_by(package, importer, &file.path) {
        return;
    }
    let message = format!("No module named '{module}'");
    raises(
        this,
        Raised {
            class: "ModuleNotFoundError",
            what: module.to_owned(),
            message,
            evaluated: Evaluated::AsItRuns,
        },
    );
}

/// Tells whether a module is made of a file beside `__init__.py` that is no Python, as an extension
/// in C or Cython is: `speed.pyx`, `speed.c`.
fn is_built(this: &Interpreter<'_>, module: &str, package: &str) -> bool {
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let last = module.rsplit('.').next().unwrap_or(module);
    let names = this.loader.names_in(folder).unwrap_or_default();
    names.iter().any(|name| name.split('.').next() == Some(last))
}

/// Notes that a function is called with arguments that it does not take.
pub(crate) fn fits(this: &mut Interpreter<'_>, callee: &Value, arguments: &Arguments) {
    let Value::Object(object) = callee else { return };
    let (function, receivers) = match &**object {
        Object::Function(_) => (Rc::clone(object), 0),
        Object::Method { function: Value::Object(function), .. } => (Rc::clone(function), 1),
        _ => return,
    };
    let Object::Function(function) = &*function else { return };
    let definition = &function.definition;
    if let Some(why) = misfit(&definition.parameters, arguments, receivers) {
        let what = definition.name.to_string();
        let message = format!("{what}() {why}");
        raises(this, Raised { class: "TypeError", what, message, evaluated: Evaluated::AsItRuns });
    }
}

/// Notes a name of an annotation that is not bound.
pub(crate) fn undefined_annotation(this: &mut Interpreter<'_>, name: &str) {
    let file = this.stack.frame().file.clone();
    let is_plain = name.is_ascii() && !name.starts_with("__") && !BESIDE.contains(&name);
    if is_plain && lacks(&file, name) {
        let message = format!("name '{name}' is not defined");
        let (what, evaluated) = (name.to_owned(), Evaluated::BeforeDeferral);
        raises(this, Raised { class: "NameError", what, message, evaluated });
    }
}

fn raises(this: &mut Interpreter<'_>, raised: Raised) {
    this.host.raises(raised, this.stack.at());
}
