//! What an annotation says of a column: `Mapped[Optional[str]]`, `Mapped["str | None"]`,
//! `Mapped[intpk]`.
//!
//! An annotation is read as it is written, not evaluated: `X | None` over classes that nobody runs
//! has no value. Names lead to what they are bound to in the file of the class.

use std::rc::Rc;

use crate::models::mapper::Mapper;
use crate::operation::sa_value::SaValue;
use crate::python::module::parse;
use crate::python::object::{Class, Import, Module, Object};
use crate::python::syntax::{
    Argument, Block, Expression, ExpressionKind as Kind, Part, StatementKind,
};
use crate::python::value::{HostId, Value};
use crate::text::source::Text;

/// What an annotation says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Annotation {
    /// `Mapped[...]`, `Relationship` and the like: what stands around it, by its last name.
    pub(crate) wrapper: Option<String>,
    /// Whether `None` is a value.
    pub(crate) optional: bool,
    /// The names by which a `type_annotation_map` may know it, the narrowest first.
    pub(crate) keys: Vec<String>,
    /// What is annotated.
    pub(crate) kind: Annotated,
    /// The columns in `Annotated[...]`.
    pub(crate) columns: Vec<HostId>,
}

/// A Python type.
#[derive(Clone, Debug, Default)]
pub(crate) enum Annotated {
    /// A type of Python's library or of another one, by its dotted name.
    Named(String),
    /// A class of the repository.
    Class(Rc<Object>),
    /// `Literal["a", "b"]`.
    Literal(Option<Vec<String>>),
    /// A type that cannot be known.
    #[default]
    Unknown,
}

/// What a name in an annotation leads to.
enum Meaning {
    Dotted(String),
    Class(Rc<Object>),
    /// A name that a module binds by an assignment.
    Alias(Rc<Object>, Rc<str>),
    Unknown,
}

/// How deep annotations nest, aliases followed.
const DEPTH: usize = 12;

/// From how many modules on a name is followed: two may import it from each other.
const HOPS: usize = 12;

/// What stands around the type of an attribute.
const WRAPPERS: [&str; 8] = [
    "Mapped",
    "WriteOnlyMapped",
    "DynamicMapped",
    "AssociationProxy",
    "ClassVar",
    "InitVar",
    "SQLCoreOperations",
    "column_property",
];

/// Where an annotation stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// The module.
    pub(crate) module: &'p Rc<Object>,
    /// The class.
    pub(crate) class: Option<&'p Class>,
}

impl Mapper<'_> {
    /// Reads an annotation that is written so.
    pub(crate) fn annotation(&mut self, written: &str, place: Place<'_>) -> Annotation {
        self.written(written, place, DEPTH)
    }

    fn written(&mut self, written: &str, place: Place<'_>, depth: usize) -> Annotation {
        let parsed = parse(&Text::new(written.trim()));
        match parsed.module.body.first().map(|first| &first.kind) {
            Some(StatementKind::Expression(expression)) => self.read(expression, place, depth),
            _ => Annotation::default(),
        }
    }

    fn read(&mut self, expression: &Expression, place: Place<'_>, depth: usize) -> Annotation {
        let Some(depth) = depth.checked_sub(1) else { return Annotation::default() };
        match &expression.kind {
            Kind::None => Annotation { optional: true, ..Annotation::default() },
            Kind::Text(parts) => match text_of(parts) {
                Some(text) => self.written(&text, place, depth),
                None => Annotation::default(),
            },
            Kind::Binary(left, operator, right) if &**operator == "|" => {
                let (left, right) = (self.read(left, place, depth), self.read(right, place, depth));
                united(vec![left, right])
            }
            Kind::Subscript(base, index) => self.subscripted(base, index, place, depth),
            Kind::Name(_) | Kind::Attribute(..) => match self.meaning(expression, place) {
                Meaning::Dotted(path) => named(path),
                Meaning::Class(class) => of_class(class),
                Meaning::Alias(module, name) => self.alias(&module, &name, depth),
                Meaning::Unknown => Annotation::default(),
            },
            _ => Annotation::default(),
        }
    }

    fn subscripted(
        &mut self,
        base: &Expression,
        index: &Expression,
        place: Place<'_>,
        depth: usize,
    ) -> Annotation {
        let path = match self.meaning(base, place) {
            Meaning::Dotted(path) => path,
            _ => return Annotation::default(),
        };
        let items: Vec<&Expression> = match &index.kind {
            Kind::Tuple(items) => items.iter().collect(),
            _ => vec![index],
        };
        let first = items.first().copied().unwrap_or(index);
        match path.rsplit('.').next().unwrap_or(&path) {
            "Optional" => Annotation { optional: true, ..self.read(first, place, depth) },
            "Union" => united(items.iter().map(|item| self.read(item, place, depth)).collect()),
            "Annotated" => {
                let mut inner = self.read(first, place, depth);
                for item in items.iter().skip(1) {
                    let made = self.interpreter.evaluate_in(place.module, place.class, item);
                    if let Value::Host(id) = made
                        && matches!(self.store.borrow().host.at(id), SaValue::Column(_))
                    {
                        inner.columns.push(id);
                    }
                }
                inner
            }
            "Final" | "Required" => self.read(first, place, depth),
            "Literal" => {
                let texts = items.iter().map(|item| match &item.kind {
                    Kind::Text(parts) => text_of(parts),
                    _ => None,
                });
                Annotation {
                    kind: Annotated::Literal(texts.collect()),
                    keys: vec!["typing.Literal".to_owned()],
                    ..Annotation::default()
                }
            }
            wrapper if WRAPPERS.contains(&wrapper) => {
                Annotation { wrapper: Some(wrapper.to_owned()), ..self.read(first, place, depth) }
            }
            _ => {
                let parts: Vec<String> = items
                    .iter()
                    .map(|item| self.read(item, place, depth).keys.first().cloned())
                    .map(|key| key.unwrap_or_else(|| "?".to_owned()))
                    .collect();
                let whole = format!("{path}[{}]", parts.join(","));
                Annotation { keys: vec![whole, path.clone()], ..named(path) }
            }
        }
    }

    /// Returns what a name, or a name of a module, leads to.
    fn meaning(&mut self, expression: &Expression, place: Place<'_>) -> Meaning {
        match &expression.kind {
            Kind::Name(name) => {
                let own = place.class.and_then(|class| class.attributes.get(name));
                if let Some(Value::Object(object)) = own
                    && object.as_class().is_some()
                {
                    return Meaning::Class(object);
                }
                self.name_in(name, place.module, HOPS)
            }
            Kind::Attribute(base, name) => match self.meaning(base, place) {
                Meaning::Dotted(path) => Meaning::Dotted(format!("{path}.{name}")),
                Meaning::Class(class) => match class.attribute(name) {
                    Some(Value::Object(inner)) if inner.as_class().is_some() => {
                        Meaning::Class(inner)
                    }
                    _ => Meaning::Unknown,
                },
                _ => match self.interpreter.evaluate_in(place.module, place.class, base) {
                    Value::Object(object) if is_file(&object) => self.name_in(name, &object, HOPS),
                    _ => Meaning::Unknown,
                },
            },
            _ => Meaning::Unknown,
        }
    }

    /// Returns the class that a name, or a name of a module, leads to.
    pub(crate) fn class_meant(
        &mut self,
        expression: &Expression,
        place: Place<'_>,
    ) -> Option<Rc<Object>> {
        match self.meaning(expression, place) {
            Meaning::Class(class) => Some(class),
            _ => None,
        }
    }

    fn name_in(&mut self, name: &Rc<str>, module: &Rc<Object>, hops: usize) -> Meaning {
        let Some(hops) = hops.checked_sub(1) else { return Meaning::Unknown };
        let Object::Module(Module { scope, file: Some(file), .. }) = &**module else {
            return Meaning::Unknown;
        };
        let bound = scope.names.get(name);
        let Some(bound) = bound else {
            // A name for type checkers alone is bound nowhere.
            return match self.imported_for_checkers(module, name, hops) {
                Some(meaning) => meaning,
                None => Meaning::Dotted(name.to_string()),
            };
        };
        if let Value::Object(object) = &bound
            && let Object::Import(import) = &**object
        {
            return self.import(import, module, &bound, hops);
        }
        match &bound {
            Value::Object(object) if object.as_class().is_some() => {
                Meaning::Class(Rc::clone(object))
            }
            Value::Object(object) => match &**object {
                // A generic of the library is worth no more than its name: what was written counts.
                Object::Builtin(path) | Object::Library(path) => {
                    match assigned(&parse(&file.text).module.body, name) {
                        Some(_) => Meaning::Alias(Rc::clone(module), Rc::clone(name)),
                        None => Meaning::Dotted(path.to_string()),
                    }
                }
                _ => Meaning::Alias(Rc::clone(module), Rc::clone(name)),
            },
            _ => Meaning::Alias(Rc::clone(module), Rc::clone(name)),
        }
    }

    fn import(
        &mut self,
        import: &Import,
        module: &Rc<Object>,
        bound: &Value,
        hops: usize,
    ) -> Meaning {
        let found = self.loader.find(&import.importer, &import.module, import.level);
        let Some(name) = &import.name else {
            return match found {
                Some(_) => Meaning::Unknown,
                None => Meaning::Dotted(import.module.to_string()),
            };
        };
        let Some((path, _)) = found else {
            return Meaning::Dotted(format!("{}.{name}", import.module));
        };
        match self.interpreter.kept(module, bound.clone()) {
            Value::Object(object) if object.as_class().is_some() => Meaning::Class(object),
            Value::Object(object) if is_file(&object) => Meaning::Unknown,
            _ => match self.interpreter.module_at(&path) {
                Some(module) => self.name_in(name, &module, hops),
                None => Meaning::Unknown,
            },
        }
    }

    /// Looks below `if TYPE_CHECKING:`, whose imports bind nothing when the program runs.
    fn imported_for_checkers(
        &mut self,
        module: &Rc<Object>,
        name: &str,
        hops: usize,
    ) -> Option<Meaning> {
        let Object::Module(Module { file: Some(file), .. }) = &**module else { return None };
        let parsed = parse(&file.text);
        let (from, level, own) = imported(&parsed.module.body, name)?;
        match self.loader.find(&file.path, &from, level) {
            None => Some(Meaning::Dotted(format!("{from}.{own}"))),
            Some((path, text)) => {
                let module = match self.interpreter.module_at(&path) {
                    Some(module) => module,
                    None => match self.interpreter.visit(&path, &text) {
                        Value::Object(module) => module,
                        _ => return Some(Meaning::Unknown),
                    },
                };
                Some(self.name_in(&own, &module, hops))
            }
        }
    }

    /// Reads what a module says that a name is: `intpk = Annotated[int, ...]`, `NewType(...)`.
    fn alias(&mut self, module: &Rc<Object>, name: &Rc<str>, depth: usize) -> Annotation {
        let Object::Module(Module { file: Some(file), .. }) = &**module else {
            return Annotation::default();
        };
        let parsed = parse(&file.text);
        let Some(value) = assigned(&parsed.module.body, name) else {
            return Annotation::default();
        };
        let place = Place { module, class: None };
        let inner = match &value.kind {
            Kind::Call(_, arguments) => match arguments.as_slice() {
                [_, Argument::Positional(kind)] => self.read(kind, place, depth),
                _ => Annotation::default(),
            },
            _ => self.read(value, place, depth),
        };
        let mut keys = vec![format!("{}:{name}", file.path)];
        keys.extend(inner.keys.iter().cloned());
        Annotation { keys, ..inner }
    }

    /// Returns the keys by which a `type_annotation_map` names a type.
    pub(crate) fn map_keys(&mut self, key: &Expression, place: Place<'_>) -> Option<String> {
        self.read(key, place, DEPTH).keys.first().cloned()
    }
}

fn named(path: String) -> Annotation {
    Annotation { keys: vec![path.clone()], kind: Annotated::Named(path), ..Annotation::default() }
}

fn of_class(class: Rc<Object>) -> Annotation {
    let mut keys = Vec::new();
    if let Some(own) = class.as_class() {
        keys.push(format!("{}:{}", own.site.path, own.name));
        for base in own.classes() {
            keys.push(format!("{}:{}", base.site.path, base.name));
        }
        for base in own.all_bases() {
            if let Value::Object(object) = base
                && let Object::Builtin(path) | Object::Library(path) = &**object
            {
                keys.push(path.to_string());
            }
        }
    }
    Annotation { keys, kind: Annotated::Class(class), ..Annotation::default() }
}

/// Joins the members of a union: `None` makes it optional, and one other type is what it is.
fn united(members: Vec<Annotation>) -> Annotation {
    let optional = members.iter().any(|member| member.optional);
    let mut types: Vec<Annotation> =
        members.into_iter().filter(|member| !(member.optional && member.keys.is_empty())).collect();
    match types.len() {
        1 => Annotation { optional, ..types.remove(0) },
        _ => {
            let mut names: Vec<String> =
                types.iter().filter_map(|member| member.keys.first().cloned()).collect();
            names.sort();
            Annotation { optional, keys: vec![names.join("|")], ..Annotation::default() }
        }
    }
}

fn is_file(object: &Rc<Object>) -> bool {
    matches!(&**object, Object::Module(Module { file: Some(_), .. }))
}

fn text_of(parts: &[Part]) -> Option<String> {
    parts
        .iter()
        .map(|part| match part {
            Part::Known(text, _) => Some(&**text),
            Part::Hole { .. } => None,
        })
        .collect()
}

/// Finds the value that the top level of a module assigns to a name.
pub(crate) fn assigned<'b>(body: &'b Block, name: &str) -> Option<&'b Expression> {
    let is_it = |target: &Expression| matches!(&target.kind, Kind::Name(own) if &**own == name);
    body.iter().rev().find_map(|statement| match &statement.kind {
        StatementKind::Assign { targets, value } if targets.iter().any(is_it) => Some(value),
        StatementKind::Annotated { target, value: Some(value), .. } if is_it(target) => Some(value),
        StatementKind::If { branches, .. } => {
            branches.iter().find_map(|(_, body)| assigned(body, name))
        }
        StatementKind::Try { body, .. } => assigned(body, name),
        _ => None,
    })
}

/// Finds the import below an `if` that binds a name: the module, its dots, and the name there.
fn imported(body: &Block, name: &str) -> Option<(Rc<str>, usize, Rc<str>)> {
    body.iter().find_map(|statement| match &statement.kind {
        StatementKind::From { module, level, names } => {
            let (own, _) =
                names.iter().find(|(own, alias)| **alias.as_ref().unwrap_or(own) == *name)?;
            Some((Rc::clone(module), *level, Rc::clone(own)))
        }
        StatementKind::If { branches, .. } => {
            branches.iter().find_map(|(_, body)| imported(body, name))
        }
        _ => None,
    })
}
