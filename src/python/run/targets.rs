//! Assignment, `del`, and the names they bind.

use std::rc::Rc;

use crate::python::host::{Iteration, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::attributes::is_special;
use crate::python::run::elements::Element;
use crate::python::run::special::{changed_in_place, delete_attribute, set_on_instance};
use crate::python::run::subscripts::delete_item;
use crate::python::syntax::{Expression, ExpressionKind};
use crate::python::value::{Unknown, Value};

impl Interpreter<'_> {
    /// Assigns to a target.
    pub(crate) fn assign(&mut self, target: &Expression, value: Value) {
        match &target.kind {
            ExpressionKind::Name(name) => self.bind_here(name, value),
            ExpressionKind::Attribute(object, name) => {
                let object = self.evaluate(object);
                self.set_attribute(&object, name, value);
            }
            ExpressionKind::Subscript(object, key) => {
                let object = self.evaluate(object);
                let key = self.evaluate(key);
                self.set_subscript(&object, &key, value);
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                unpack(self, targets, &value)
            }
            ExpressionKind::Starred(target) => self.assign(target, value),
            ExpressionKind::Unreadable(names) => self.unreadable(names, target.span),
            _ => {}
        }
    }

    /// Sets an attribute.
    pub(crate) fn set_attribute(&mut self, object: &Value, name: &Rc<str>, value: Value) {
        match object {
            Value::Host(_) if is_callback(&value) => self.host.escaped(
                &format!(".{name} ="),
                "it replaces what is called by that name",
                self.stack.at(),
            ),
            Value::Host(id) => self.host_set_attribute(*id, name, value),
            Value::Object(object) => match &**object {
                _ if is_special(name) && self.reaches(&value) => self.host.escaped(
                    &format!(".{name} ="),
                    "it changes what Python does with it",
                    self.stack.at(),
                ),
                Object::Instance(_) => {
                    let whole = Value::Object(Rc::clone(object));
                    set_on_instance(self, &whole, name, value)
                }
                Object::Class(class) => self.bind(&class.attributes, name, value),
                Object::Module(module) if module.file.is_some() => {
                    self.bind(&module.scope.names, name, value)
                }
                Object::Function(function) => self.bind(&function.attributes, name, value),
                Object::Either(values) => {
                    self.each(values, |this, object| {
                        this.set_attribute(object, name, value.clone());
                        Value::None
                    });
                }
                Object::Library(module) if &**module == "sys" && &**name == "path" => {
                    self.paths_changed = true;
                }
                // A module or a class from elsewhere does something else from here on.
                _ if self.reaches(&value) => self.host.escaped(
                    &format!(".{name} ="),
                    "what calls it cannot be read",
                    self.stack.at(),
                ),
                _ => {}
            },
            Value::Unknown(unknown) if unknown.reaches || self.reaches(&value) => {
                let why = Rc::clone(&unknown.why);
                self.host.escaped(&format!(".{name} ="), &why, self.stack.at());
            }
            _ => {}
        }
    }

    /// Evaluates the names in something that does not parse, so that what reaches the host is not
    /// lost.
    pub(crate) fn unreadable(&mut self, names: &[Rc<str>], span: crate::text::source::Span) {
        self.stack.stand_at(span);
        let scope = self.stack.scope();
        let mut reaching = None;
        for name in names {
            let value = scope.look_up(name).map(|value| self.settled(value));
            if value.is_some_and(|value| self.reaches(&value)) {
                reaching = Some(Rc::clone(name));
            }
        }
        if let Some(name) = reaching {
            self.host.escaped(&name, "this does not parse", self.stack.at());
        }
    }

    /// Returns the items that a value has as a list.
    pub(crate) fn listed(&mut self, value: &Value) -> Vec<Value> {
        let elements = self.elements(value);
        elements.into_iter().map(Element::into_item).collect()
    }

    /// Returns what iterating over a host value gives, as elements.
    pub(crate) fn host_elements(&mut self, value: &Value) -> Vec<Element> {
        let Value::Host(id) = value else { return Vec::new() };
        match self.host.iterate(*id, self.stack.at()) {
            Iteration::Items(items) => items.into_iter().map(Element::certain).collect(),
            Iteration::Each(value) => vec![Element { value, region: Some(Region::Repeated) }],
        }
    }

    /// Makes an unknown value that reaches what another one does.
    pub(crate) fn unknown_like(&mut self, why: &str, like: &Value) -> Value {
        let reaches = self.reaches(like);
        Value::Unknown(Unknown { why: why.into(), reaches, class: None })
    }
}

/// Tells whether a value is something that is called.
fn is_callback(value: &Value) -> bool {
    matches!(value, Value::Object(object) if matches!(&**object,
        Object::Function(_) | Object::Method { .. } | Object::Partial { .. } | Object::Static(_)
        | Object::ClassMethod(_) | Object::Either(_)))
}

fn unpack(this: &mut Interpreter<'_>, targets: &[Expression], value: &Value) {
    let star = targets.iter().position(|target| matches!(target.kind, ExpressionKind::Starred(_)));
    let elements = this.elements(value);
    let counted = elements.iter().all(|element| element.region.is_none());
    match star {
        None if counted && elements.len() == targets.len() => {
            for (target, element) in targets.iter().zip(elements) {
                this.assign(target, element.value);
            }
        }
        Some(star) if counted && elements.len() + 1 >= targets.len() => {
            unpack_starred(this, targets, star, elements);
        }
        _ => unpack_unknown(this, targets, &elements),
    }
}

fn unpack_starred(
    this: &mut Interpreter<'_>,
    targets: &[Expression],
    star: usize,
    elements: Vec<Element>,
) {
    let behind = targets.len() - star - 1;
    let values: Vec<Value> = elements.into_iter().map(|element| element.value).collect();
    for (target, value) in targets[..star].iter().zip(&values) {
        this.assign(target, value.clone());
    }
    let middle = values.get(star..values.len() - behind).unwrap_or_default().to_vec();
    this.assign(&targets[star], Value::list(middle));
    for (target, value) in targets[star + 1..].iter().zip(&values[values.len() - behind..]) {
        this.assign(target, value.clone());
    }
}

fn unpack_unknown(this: &mut Interpreter<'_>, targets: &[Expression], elements: &[Element]) {
    let value = match elements {
        [element] => element.value.clone(),
        _ => {
            let parts = elements.iter().map(|element| element.value.clone()).collect();
            let whole = Value::tuple(parts);
            this.unknown_like("it is unpacked from something that cannot be known", &whole)
        }
    };
    for target in targets {
        match target.kind {
            ExpressionKind::Starred(_) => {
                let item = Object::Perhaps { item: value.clone(), region: Region::Repeated };
                this.assign(target, Value::list(vec![Value::Object(Rc::new(item))]));
            }
            _ => this.assign(target, value.clone()),
        }
    }
}

/// `target operator= value`.
pub(crate) fn augmented(
    this: &mut Interpreter<'_>,
    target: &Expression,
    operator: &str,
    value: &Expression,
) {
    let before = this.evaluate(target);
    let value = this.evaluate(value);
    if augmented_in_place(this, &before, operator, &value) {
        return;
    }
    let after = changed_in_place(this, operator, &before, &value)
        .unwrap_or_else(|| this.binary(operator, &before, &value));
    this.assign(target, after);
}

fn augmented_in_place(
    this: &mut Interpreter<'_>,
    before: &Value,
    operator: &str,
    value: &Value,
) -> bool {
    match (before, operator) {
        (Value::List(items), "+") => {
            let more = this.listed(value);
            this.change_items(items, |items| items.extend(more));
        }
        (Value::Set(items), "|") => {
            let more = this.listed(value);
            this.change_items(items, |items| items.extend(more));
        }
        (Value::Dict(_), "|") => this.update_dict(before, value),
        _ => return false,
    }
    true
}

/// `del target`.
pub(crate) fn delete(this: &mut Interpreter<'_>, target: &Expression) {
    match &target.kind {
        ExpressionKind::Name(name) => {
            let scope = this.stack.scope().binds(name);
            this.unbind(&scope.names, name);
        }
        ExpressionKind::Subscript(object, key) => {
            let object = this.evaluate(object);
            let key = this.evaluate(key);
            delete_item(this, &object, &key);
        }
        ExpressionKind::Attribute(object, name) => {
            let object = this.evaluate(object);
            delete_attribute(this, &object, name);
        }
        ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
            targets.iter().for_each(|target| delete(this, target));
        }
        _ => {}
    }
}
