//! Comprehensions, and the elements of what is iterated over.

use std::rc::Rc;

use crate::python::builtin::files;
use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::object::{ClassKind, Object};
use crate::python::run::namespaces::namespace_as_dict;
use crate::python::run::outcome::Outcome;
use crate::python::scope::{Scope, ScopeKind};
use crate::python::syntax::{Clause, Comprehension, ComprehensionKind};
use crate::python::value::{Letters, Unknown, Value};

/// Something that iteration gives.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    /// The value.
    pub(crate) value: Value,
    /// How often it is there; nothing for once.
    pub(crate) region: Option<Region>,
}

impl Element {
    /// Makes an element that is there once.
    pub(crate) fn certain(value: Value) -> Self {
        match &value {
            Value::Object(object) => match &**object {
                Object::Perhaps { item, region } => {
                    Element { value: item.clone(), region: Some(*region) }
                }
                _ => Element { value, region: None },
            },
            _ => Element { value, region: None },
        }
    }

    /// Returns this as an item of a list.
    pub(crate) fn into_item(self) -> Value {
        Interpreter::item(self.value, self.region)
    }
}

impl Interpreter<'_> {
    /// Returns what iterating over a value gives.
    pub(crate) fn elements(&mut self, value: &Value) -> Vec<Element> {
        match value {
            Value::Tuple(items) => items.iter().cloned().map(Element::certain).collect(),
            Value::List(items) | Value::Set(items) => {
                items.borrow().iter().cloned().map(Element::certain).collect()
            }
            Value::Dict(pairs) => {
                pairs.borrow().iter().map(|(key, value)| keyed(key.clone(), value)).collect()
            }
            Value::Str(text) if text.letters == Letters::Bytes => {
                repeated(Value::unknown("it is a byte of a string"))
            }
            Value::Str(text) => match text.whole() {
                Some(text) if text.len() <= self.fuel.turns => text
                    .chars()
                    .map(|c| Element::certain(Value::text(c.encode_utf8(&mut [0; 4]))))
                    .collect(),
                _ => repeated(Value::unknown("it is a character of a string that cannot be known")),
            },
            Value::Host(_) => self.host_elements(value),
            Value::Unknown(unknown) => repeated(Value::Unknown(unknown.clone())),
            Value::Object(object) => object_elements(self, value, object),
            _ => Vec::new(),
        }
    }
}

fn keyed(key: Value, value: &Value) -> Element {
    let region = match (&key, value) {
        (Value::Unknown(_), _) => Some(Region::Repeated),
        (_, Value::Object(object)) => match &**object {
            Object::Perhaps { region, .. } => Some(*region),
            _ => None,
        },
        _ => None,
    };
    Element { value: key, region }
}

fn repeated(value: Value) -> Vec<Element> {
    let value = match value {
        Value::Unknown(Unknown { why, reaches, class: None }) => {
            Value::Unknown(Unknown { why, reaches, class: None })
        }
        value => value,
    };
    vec![Element { value, region: Some(Region::Repeated) }]
}

fn object_elements(this: &mut Interpreter<'_>, value: &Value, object: &Rc<Object>) -> Vec<Element> {
    match &**object {
        Object::Class(class) if class.kind == ClassKind::Enum => members(object),
        Object::Instance(instance) => {
            let fields =
                object.class_of_instance().map(|class| class.fields.clone()).unwrap_or_default();
            if let Some(elements) = elements_of_iterator(this, value) {
                return elements;
            }
            let known = fields.iter().map(|field| instance.attributes.get(field));
            match known.collect::<Option<Vec<_>>>() {
                Some(values) if !values.is_empty() => {
                    values.into_iter().map(Element::certain).collect()
                }
                _ => repeated(this.unknown_like("an object is iterated over", value)),
            }
        }
        Object::OpenFile(text) => files::lines(text).into_iter().map(Element::certain).collect(),
        Object::Either(values) => {
            let mut all = Vec::new();
            for value in values {
                let elements = this.elements(value).into_iter();
                all.extend(
                    elements
                        .map(|e| Element { region: e.region.or(Some(Region::Conditional)), ..e }),
                );
            }
            all
        }
        Object::Names(_) | Object::Attributes(_) => {
            let dict = namespace_as_dict(this, value);
            this.elements(&dict)
        }
        Object::Perhaps { item, .. } => {
            let item = item.clone();
            let elements = this.elements(&item);
            let unsure = |element: Element| Element {
                region: element.region.or(Some(Region::Conditional)),
                ..element
            };
            elements.into_iter().map(unsure).collect()
        }
        _ => repeated(this.unknown_like("an object is iterated over", value)),
    }
}

/// Returns what an object gives that says how it is iterated over.
fn elements_of_iterator(this: &mut Interpreter<'_>, value: &Value) -> Option<Vec<Element>> {
    let iterator = this
        .special(value, "__iter__", Vec::new())
        .or_else(|| this.special(value, "__aiter__", Vec::new()));
    let itself = |iterator: &Value| {
        matches!((iterator, value),
        (Value::Object(one), Value::Object(other)) if Rc::ptr_eq(one, other))
    };
    match iterator {
        Some(iterator) if !itself(&iterator) => {
            Some(this.deeper(|this| this.elements(&iterator)).unwrap_or_default())
        }
        _ => {
            let mut item = None;
            this.perhaps_run(Region::Repeated, |this| {
                item = this
                    .special(value, "__next__", Vec::new())
                    .or_else(|| this.special(value, "__anext__", Vec::new()))
                    .or_else(|| {
                        let index = Value::unknown("it is a number that is counted up");
                        this.special(value, "__getitem__", vec![index])
                    });
                Outcome::falling()
            });
            item.map(repeated)
        }
    }
}

/// Returns the members of an enum.
pub(crate) fn members(class: &Rc<Object>) -> Vec<Element> {
    let own = class.own_attributes().into_iter().map(|(_, value)| value);
    own.filter(|value| match value {
        Value::Object(object) => match &**object {
            Object::Instance(instance) => {
                instance.class.as_ref().is_some_and(|of| Rc::ptr_eq(of, class))
            }
            _ => false,
        },
        _ => false,
    })
    .map(Element::certain)
    .collect()
}

/// Evaluates a comprehension.
pub(crate) fn run_comprehension(
    this: &mut Interpreter<'_>,
    comprehension: &Comprehension,
) -> Value {
    let outer = this.stack.scope();
    let out = Rc::default();
    let first = match comprehension.clauses.first() {
        Some(Clause::For(_, items)) => {
            let items = this.evaluate(items);
            this.elements(&items)
        }
        _ => Vec::new(),
    };
    this.stack.frame_mut().scope = Scope::inside(Some(Rc::clone(&outer)), ScopeKind::Function);
    turns(this, comprehension, 0, first, &out);
    this.stack.frame_mut().scope = outer;
    let items = out.borrow().clone();
    match comprehension.kind {
        ComprehensionKind::List | ComprehensionKind::Generator => Value::list(items),
        ComprehensionKind::Set => Value::set(this.distinct(items)),
        ComprehensionKind::Dict => dict_of_items(this, &items),
    }
}

fn turns(
    this: &mut Interpreter<'_>,
    comprehension: &Comprehension,
    index: usize,
    elements: Vec<Element>,
    out: &Rc<std::cell::RefCell<Vec<Value>>>,
) {
    let Some(Clause::For(target, _)) = comprehension.clauses.get(index) else { return };
    for element in elements {
        if !this.step() {
            return;
        }
        let run = |this: &mut Interpreter| {
            this.assign(target, element.value.clone());
            this.deeper(|this| clauses(this, comprehension, index + 1, out));
            Outcome::falling()
        };
        match element.region {
            None => run(this),
            Some(region) => this.perhaps_run(region, run),
        };
    }
}

fn clauses(
    this: &mut Interpreter<'_>,
    comprehension: &Comprehension,
    index: usize,
    out: &Rc<std::cell::RefCell<Vec<Value>>>,
) {
    match comprehension.clauses.get(index) {
        Some(Clause::For(_, items)) => {
            let items = this.evaluate(items);
            let elements = this.elements(&items);
            turns(this, comprehension, index, elements, out);
        }
        Some(Clause::If(test)) => {
            let test = this.evaluate(test);
            match this.truth(&test) {
                Some(true) => clauses(this, comprehension, index + 1, out),
                Some(false) => {}
                None => {
                    this.perhaps_run(Region::Conditional, |this| {
                        clauses(this, comprehension, index + 1, out);
                        Outcome::falling()
                    });
                }
            }
        }
        None => {
            let mut item = this.evaluate(&comprehension.element);
            if let Some(value) = &comprehension.value {
                let value = this.evaluate(value);
                item = Value::tuple(vec![item, value]);
            }
            this.change_items(out, |out| out.push(item));
        }
    }
}

/// Makes a dict of key and value pairs.
pub(crate) fn dict_of_items(this: &mut Interpreter<'_>, items: &[Value]) -> Value {
    let dict = Value::dict(Vec::with_capacity(items.len()));
    for item in items {
        let element = Element::certain(item.clone());
        let pair = match &element.value {
            Value::Tuple(_) | Value::List(_) => element.value.items(),
            _ => None,
        };
        let (key, value) = match pair.as_deref() {
            Some([key, value]) => (key.clone(), value.clone()),
            _ => {
                let part =
                    this.unknown_like("it is part of a pair that cannot be known", &element.value);
                (part.clone(), part)
            }
        };
        this.set_subscript(&dict, &key, Interpreter::item(value, element.region));
    }
    dict
}
