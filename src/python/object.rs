//! Functions, classes, instances and modules: what the interpreter makes itself.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::scope::{Names, Scope};
use crate::python::syntax::{Block, FunctionDefinition};
use crate::python::value::{Unknown, Value};
use crate::text::source::{Site, Text};

/// Something callable or namespaced that the interpreter made.
#[derive(Debug)]
pub enum Object {
    /// A function or a lambda, with what it closes over.
    Function(Function),
    /// A class.
    Class(Class),
    /// An instance of a class, or a plain namespace.
    Instance(Instance),
    /// A module whose source is in the repository.
    Module(Module),
    /// A name that was imported and not looked at yet. Never leaves the interpreter.
    Import(Import),
    /// A function together with its first argument.
    Method {
        /// What is called.
        function: Value,
        /// Its first argument.
        receiver: Value,
    },
    /// A builtin function or a function of Python's own library, by its dotted name (`len`,
    /// `textwrap.dedent`).
    Builtin(Rc<str>),
    /// A method of a builtin value, by its name.
    BuiltinMethod {
        /// The string, list, dict, ...
        receiver: Value,
        /// The name of the method.
        name: Rc<str>,
    },
    /// A module of Python's own library, by its dotted name.
    Library(Rc<str>),
    /// `functools.partial(callee, ...)`.
    Partial {
        /// What is called in the end.
        callee: Value,
        /// What it is given first.
        arguments: Arguments,
    },
    /// `@property` over a function.
    Property(Property),
    /// `@staticmethod` over a function.
    Static(Value),
    /// `@classmethod` over a function.
    ClassMethod(Value),
    /// `super()`: the class to start behind, and the receiver.
    Super {
        /// The class whose bases are searched.
        class: Value,
        /// The instance or class that methods are bound to.
        receiver: Value,
    },
    /// A call of a context manager function, which runs when a `with` enters it.
    ContextManager {
        /// The generator function.
        function: Value,
        /// What it is given.
        arguments: Arguments,
    },
    /// `vars(x)`, `x.__dict__`: the attributes of a value, to be read and set by key.
    Attributes(Value),
    /// `globals()`, `locals()`: the names of a scope, to be read and set by key.
    Names(Rc<Names>),
    /// A path of Python's `pathlib`.
    Path(Rc<str>),
    /// A file of the repository, opened to be read as text: its text.
    OpenFile(Rc<str>),
    /// `start:stop:step` in a subscript.
    Slice([Value; 3]),
    /// One of these, depending on a condition that could not be decided. A call of a host value
    /// with such a first argument is made for each, under a condition; elsewhere a host is given an
    /// unknown value in its place, except inside collections.
    Either(Vec<Value>),
    /// Stands in a list, tuple or set for an item that may be there ([`Region::Conditional`]) or
    /// for any number of items that look like it ([`Region::Repeated`]).
    Perhaps {
        /// The item.
        item: Value,
        /// How often it is there.
        region: Region,
    },
    /// A call that a host asks the interpreter to make in place of its answer.
    Pending {
        /// What is called.
        callee: Value,
        /// What it is given.
        arguments: Arguments,
    },
}

/// A function and what it closes over.
#[derive(Debug)]
pub struct Function {
    /// The source of it.
    pub definition: Rc<FunctionDefinition>,
    /// The scope it was defined in.
    pub scope: Rc<Scope>,
    /// The values of its parameters' defaults, in the order of the parameters.
    pub defaults: Vec<Option<Value>>,
    /// The file it stands in.
    pub file: File,
    /// The class it was defined in, for `super()`.
    pub class: RefCell<Option<Value>>,
    /// Whether a decorator makes a context manager of it.
    pub context_manager: Cell<bool>,
    /// Attributes set on it.
    pub attributes: Rc<Names>,
}

impl Property {
    /// Makes a property of what reads it.
    pub fn of(getter: Value) -> Self {
        Property { getter, setter: None, deleter: None }
    }

    /// Returns what reads, sets and deletes it.
    pub fn accessors(&self) -> impl Iterator<Item = &Value> {
        [Some(&self.getter), self.setter.as_ref(), self.deleter.as_ref()].into_iter().flatten()
    }
}

/// What a property does.
#[derive(Clone, Debug)]
pub struct Property {
    /// What reads it.
    pub getter: Value,
    /// What sets it.
    pub setter: Option<Value>,
    /// What deletes it.
    pub deleter: Option<Value>,
}

/// A file of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path.
    pub path: Rc<str>,
    /// Its text.
    pub text: Rc<Text>,
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Its name.
    pub name: Rc<str>,
    /// Its bases: classes, host values, builtins, unknown values.
    pub bases: Vec<Value>,
    /// The keywords beside the bases (`metaclass=`, `table=True`).
    pub keywords: Vec<(String, Value)>,
    /// Attributes and methods, in order.
    pub attributes: Rc<Names>,
    /// How instances are made.
    pub kind: ClassKind,
    /// The names of annotated attributes, in order.
    pub fields: Vec<Rc<str>>,
    /// Its statements.
    pub body: Block,
    /// Where it is defined.
    pub site: Site,
    /// The classes of the repository that it extends, in the order in which attributes are looked
    /// up behind its own.
    pub ancestors: Vec<Rc<Object>>,
}

/// How the instances of a class are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// By `__init__`, if there is one.
    Plain,
    /// By the class body: `Enum` and its like.
    Enum,
    /// From the annotated attributes: dataclasses, `NamedTuple`.
    Record,
}

/// An instance of a class.
#[derive(Debug)]
pub struct Instance {
    /// Its class; `None` for a plain namespace.
    pub class: Option<Rc<Object>>,
    /// What was set on it.
    pub attributes: Rc<Names>,
}

/// A module whose source is in the repository, or a package of which only parts are.
#[derive(Debug)]
pub struct Module {
    /// Its dotted name, as it was imported.
    pub name: Rc<str>,
    /// The leading dots of the import.
    pub level: usize,
    /// The file that imports it.
    pub importer: Rc<str>,
    /// Its file, if there is one.
    pub file: Option<File>,
    /// Its top-level scope.
    pub scope: Rc<Scope>,
    /// Whether its top level has begun to run.
    pub begun: Cell<bool>,
}

/// A name that was imported and not looked at yet.
#[derive(Debug)]
pub struct Import {
    /// The dotted name of the module.
    pub module: Rc<str>,
    /// The leading dots.
    pub level: usize,
    /// The name in it, or nothing for the module itself.
    pub name: Option<Rc<str>>,
    /// The file that imports it.
    pub importer: Rc<str>,
    /// The value, once it was looked at.
    pub value: RefCell<Option<Value>>,
}

impl Object {
    /// Returns the name that a person calls this by: of the function, the class, the module.
    pub fn name(&self) -> Option<&str> {
        match self {
            Object::Function(function) => Some(&function.definition.name),
            Object::Class(class) => Some(&class.name),
            Object::Module(module) => Some(&module.name),
            Object::Builtin(name) | Object::Library(name) => Some(name),
            _ => None,
        }
    }

    /// Returns this as a class.
    pub fn as_class(&self) -> Option<&Class> {
        match self {
            Object::Class(class) => Some(class),
            _ => None,
        }
    }

    /// Returns the class that this is an instance of.
    pub fn class_of_instance(&self) -> Option<&Class> {
        match self {
            Object::Instance(instance) => {
                instance.class.as_ref().and_then(|class| class.as_class())
            }
            _ => None,
        }
    }

    /// Returns the attributes that were set on this itself, in order.
    pub fn own_attributes(&self) -> Vec<(Rc<str>, Value)> {
        match self {
            Object::Class(class) => class.attributes.all(),
            Object::Instance(instance) => instance.attributes.all(),
            Object::Module(module) => module.scope.names.all(),
            Object::Function(function) => function.attributes.all(),
            _ => Vec::new(),
        }
    }

    /// Returns an attribute of a class, an instance or a module, bases of the repository included,
    /// without running anything: properties and methods come as they are.
    pub fn attribute(&self, name: &str) -> Option<Value> {
        match self {
            Object::Class(class) => class.attributes.get(name).or_else(|| class.inherited(name)),
            Object::Instance(instance) => instance
                .attributes
                .get(name)
                .or_else(|| instance.class.as_ref().and_then(|class| class.attribute(name))),
            Object::Module(module) => module.scope.names.get(name),
            Object::Function(function) => function.attributes.get(name),
            _ => None,
        }
    }
}

/// How many ancestors a class may have. One with more extends something that is not read.
const MOST_ANCESTORS: usize = 200;

impl Class {
    /// Returns an attribute of the classes that this extends.
    pub fn inherited(&self, name: &str) -> Option<Value> {
        self.classes().find_map(|class| class.attributes.get(name))
    }

    /// Returns the classes of the repository that this extends, the nearest first.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.ancestors.iter().filter_map(|class| class.as_class())
    }

    /// Returns the bases of this and of all that it extends.
    pub fn all_bases(&self) -> impl Iterator<Item = &Value> {
        self.bases.iter().chain(self.classes().flat_map(|class| &class.bases))
    }

    /// Returns the first base that is a host value, those of its bases included.
    pub fn host_base(&self) -> Option<crate::python::value::HostId> {
        self.all_bases().find_map(|base| match base {
            Value::Host(id) => Some(*id),
            _ => None,
        })
    }

    /// Tells whether a base is a host value of a kind, those of its bases included.
    pub fn has_host_base(&self, is_it: &dyn Fn(&Value) -> bool) -> bool {
        self.all_bases().any(|base| matches!(base, Value::Host(_)) && is_it(base))
    }

    /// Tells whether nothing is known of one of the bases.
    pub fn has_unknown_base(&self) -> bool {
        self.all_bases().any(|base| matches!(base, Value::Unknown(_)))
    }

    /// Returns the order in which a class with these bases looks attributes up, itself excluded:
    /// the linearization C3 of Python, or, where that is impossible, depth first. Where there are
    /// too many, what is known of them ends with an unknown base.
    pub fn linearized(bases: &mut Vec<Value>) -> Vec<Rc<Object>> {
        let direct: Vec<Rc<Object>> = bases.iter().filter_map(as_class_object).collect();
        let mut rows: Vec<Vec<Rc<Object>>> = direct
            .iter()
            .map(|base| {
                let own = base.as_class().map(|class| class.ancestors.clone()).unwrap_or_default();
                std::iter::once(Rc::clone(base)).chain(own).collect()
            })
            .collect();
        rows.push(direct);
        let mut order: Vec<Rc<Object>> = Vec::new();
        while order.len() < MOST_ANCESTORS {
            rows.retain(|row| !row.is_empty());
            let Some(first) = rows.first().map(|row| Rc::clone(&row[0])) else { return order };
            let in_tail = |candidate: &Rc<Object>| {
                rows.iter().any(|row| row[1..].iter().any(|other| Rc::ptr_eq(other, candidate)))
            };
            let heads = rows.iter().map(|row| Rc::clone(&row[0]));
            let next = heads.into_iter().find(|head| !in_tail(head)).unwrap_or(first);
            rows.iter_mut().for_each(|row| row.retain(|other| !Rc::ptr_eq(other, &next)));
            order.push(next);
        }
        bases.push(Value::Unknown(Unknown {
            why: "a class extends more classes than are read".into(),
            reaches: true,
            class: None,
        }));
        order
    }
}

fn as_class_object(value: &Value) -> Option<Rc<Object>> {
    match value {
        Value::Object(object) if object.as_class().is_some() => Some(Rc::clone(object)),
        _ => None,
    }
}
