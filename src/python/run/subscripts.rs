//! Subscripts.

use std::rc::Rc;

use crate::python::builtin::library;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{ClassKind, Object};
use crate::python::run::elements::{Element, dict_of_items};
use crate::python::run::forks::change_pairs;
use crate::python::run::imports::module_value;
use crate::python::run::join::same;
use crate::python::run::namespaces::{name_by_key, named_by_key, namespace_as_dict, unname_by_key};
use crate::python::run::slices::{WHY, is_slice, replace_slice, sliced};
use crate::python::value::{Letters, Unknown, Value};

impl Interpreter<'_> {
    /// Returns `of[key]`.
    pub(crate) fn subscript(&mut self, of: &Value, key: &Value) -> Value {
        if let (Value::Object(slice), false) = (key, matches!(of, Value::Host(_)))
            && let Object::Slice(bounds) = &**slice
        {
            return sliced(self, of, bounds);
        }
        match of {
            Value::Host(id) => self.host_subscript(*id, key),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Dict(_) => keyed(self, of, key),
            Value::Tuple(_) | Value::List(_) => indexed(self, of, key),
            // A byte is a number.
            Value::Str(text) if text.letters == Letters::Bytes => Value::unknown(WHY),
            Value::Str(text) => match (text.whole(), key) {
                (Some(text), Value::Int(index)) => at(text.chars().count(), *index)
                    .and_then(|index| text.chars().nth(index))
                    .map_or_else(
                        || Value::unknown(WHY),
                        |c| Value::text(c.encode_utf8(&mut [0; 4])),
                    ),
                _ => Value::unknown(WHY),
            },
            Value::Object(object) => object_subscript(self, of, object, key),
            _ => Value::unknown(WHY),
        }
    }

    /// Sets `of[key] = value`.
    pub(crate) fn set_subscript(&mut self, of: &Value, key: &Value, value: Value) {
        match of {
            Value::Host(id) => self.host_set_subscript(*id, key, value),
            Value::Dict(pairs) => {
                let index = pairs.borrow().iter().position(|(known, _)| quick_equal(known, key));
                let before = change_pairs(self, pairs, |pairs| match index {
                    Some(index) => Some(std::mem::replace(&mut pairs[index].1, value)),
                    None => {
                        pairs.push((key.clone(), value));
                        None
                    }
                });
                if let Some(before) = before {
                    self.graveyard.value(before);
                }
            }
            Value::List(items) if is_slice(key) => {
                let more = self.listed(&value);
                replace_slice(self, items, key, more);
            }
            Value::List(items) => {
                let length = items.borrow().len();
                let index = match key {
                    Value::Int(index) => at(length, *index),
                    _ => None,
                };
                let before = self.change_items(items, |items| match index {
                    Some(index) => Some(std::mem::replace(&mut items[index], value)),
                    None => {
                        items.push(value);
                        None
                    }
                });
                if let Some(before) = before {
                    self.graveyard.value(before);
                }
            }
            Value::Object(object) if matches!(&**object, Object::Either(_)) => {
                let Object::Either(values) = &**object else { return };
                self.each(values, |this, of| {
                    this.set_subscript(of, key, value.clone());
                    Value::None
                });
            }
            Value::Object(object)
                if matches!(&**object, Object::Names(_) | Object::Attributes(_)) =>
            {
                name_by_key(self, of, key, value)
            }
            Value::Object(object) if object.class_of_instance().is_some() => {
                self.special(of, "__setitem__", vec![key.clone(), value]);
            }
            Value::Unknown(unknown) if unknown.reaches || self.reaches(&value) => {
                let why = Rc::clone(&unknown.why);
                self.host.escaped("[...] =", &why, self.stack.at());
            }
            Value::Object(_) if self.reaches(&value) => {
                self.host.escaped("[...] =", "what calls it cannot be read", self.stack.at())
            }
            _ => {}
        }
    }

    /// Adds the pairs of `other` to a dict.
    pub(crate) fn update_dict(&mut self, dict: &Value, other: &Value) {
        match other {
            Value::Dict(pairs) => {
                let pairs = pairs.borrow().clone();
                for (key, value) in pairs {
                    self.set_subscript(dict, &key, value);
                }
            }
            Value::Object(object)
                if matches!(&**object, Object::Names(_) | Object::Attributes(_)) =>
            {
                let other = namespace_as_dict(self, other);
                self.update_dict(dict, &other);
            }
            Value::List(_) | Value::Tuple(_) => {
                let items = self.listed(other);
                let made = dict_of_items(self, &items);
                self.update_dict(dict, &made);
            }
            _ => {
                self.taken_apart(other);
                let unknown = self.unknown_like("it comes from a dict that cannot be known", other);
                self.set_subscript(dict, &unknown.clone(), unknown);
            }
        }
    }
}

/// Tells whether a key is text that is known as a whole.
fn is_plain_key(key: &Value) -> bool {
    matches!(key, Value::Str(text) if text.hole().is_none())
}

/// Tells whether two keys are certainly equal, without asking anybody.
fn quick_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Str(one), Value::Str(other)) if one.is_of_other_letters(other) => false,
        (Value::Str(one), Value::Str(other)) => match (&one.pieces[..], &other.pieces[..]) {
            (
                [crate::python::value::Piece::Known { text: one, .. }],
                [crate::python::value::Piece::Known { text: other, .. }],
            ) => one == other,
            _ => one.whole().is_some_and(|one| other.whole() == Some(one)),
        },
        _ => same(one, other),
    }
}

/// Returns the place that an index means.
pub(crate) fn at(length: usize, index: i64) -> Option<usize> {
    let index = match index < 0 {
        true => i64::try_from(length).ok()?.checked_add(index)?,
        false => index,
    };
    usize::try_from(index).ok().filter(|index| *index < length)
}

fn keyed(this: &mut Interpreter<'_>, of: &Value, key: &Value) -> Value {
    if let Some(value) = looked_up(this, of, key) {
        return value;
    }
    let Value::Dict(pairs) = of else { return Value::unknown(WHY) };
    let factory = this.default_factories.iter().find(|(known, _)| Rc::ptr_eq(known, pairs));
    match factory.map(|(_, factory)| factory.clone()) {
        Some(factory) if !factory.is_none() => {
            let made = this.call_value(&factory, Arguments::default(), "a default factory");
            this.set_subscript(of, key, made.clone());
            made
        }
        _ => this.unknown_like(WHY, of),
    }
}

fn object_subscript(
    this: &mut Interpreter<'_>,
    of: &Value,
    object: &Rc<Object>,
    key: &Value,
) -> Value {
    match &**object {
        Object::Either(values) => this.each(values, |this, value| this.subscript(value, key)),
        Object::Class(class) if class.kind == ClassKind::Enum => match key.as_str() {
            Some(name) => this.attribute(of, &name),
            None => Value::unknown(WHY),
        },
        Object::Names(_) | Object::Attributes(_) => {
            named_by_key(this, of, key).unwrap_or_else(|| Value::unknown(WHY))
        }
        Object::Library(module) if matches!(&**module, "sys.modules" | "builtins") => {
            module_by_key(this, module, key)
        }
        Object::Class(class) if object.attribute("__class_getitem__").is_some() => {
            let method = object.attribute("__class_getitem__").unwrap_or(Value::None);
            let method = match &method {
                Value::Object(inner) => match &**inner {
                    Object::ClassMethod(function) => function.clone(),
                    _ => method,
                },
                _ => method,
            };
            let given = Arguments::positional(vec![of.clone(), key.clone()]);
            this.call_value(&method, given, &class.name)
        }
        // `Optional[int]`, `list[str]`, `Generic[T]`.
        Object::Class(_) | Object::Builtin(_) | Object::Library(_) => of.clone(),
        Object::Instance(_) => {
            if let Some(value) = this.special(of, "__getitem__", vec![key.clone()]) {
                return value;
            }
            let elements: Vec<Value> =
                this.elements(of).into_iter().map(Element::into_item).collect();
            indexed(this, &Value::tuple(elements), key)
        }
        _ => this.unknown_like(WHY, of),
    }
}

/// Returns `sys.modules[key]` or `__builtins__[key]`.
fn module_by_key(this: &mut Interpreter<'_>, module: &Rc<str>, key: &Value) -> Value {
    let Some(name) = key.as_str() else {
        return Value::Unknown(Unknown { why: WHY.into(), reaches: true, class: None });
    };
    if &**module == "builtins" {
        return library::attribute(module, &name);
    }
    let own =
        this.stack.frame().file.path.trim_end_matches(".py").rsplit('/').next() == Some(&name);
    let path = Rc::clone(&this.stack.frame().file.path);
    match this.modules.get(&path).filter(|_| own) {
        Some(module) => Value::Object(Rc::clone(module)),
        None => module_value(this, &path, &name.into(), 0),
    }
}

fn indexed(this: &mut Interpreter<'_>, of: &Value, key: &Value) -> Value {
    let elements = this.elements(of);
    let Value::Int(index) = key else { return this.unknown_like(WHY, of) };
    let certain = |elements: &[Element]| elements.iter().all(|element| element.region.is_none());
    let found = at(elements.len(), *index).filter(|found| match *index < 0 {
        true => certain(&elements[*found..]),
        false => certain(&elements[..=*found]),
    });
    match found {
        Some(found) => elements[found].value.clone(),
        None => match &elements[..] {
            [only] => only.value.clone(),
            _ => this.unknown_like(WHY, of),
        },
    }
}

/// Returns the value of a key in a dict, if it is certainly there or nothing else can be.
pub(crate) fn looked_up(this: &mut Interpreter<'_>, dict: &Value, key: &Value) -> Option<Value> {
    let Value::Dict(pairs) = dict else { return None };
    let quick = pairs
        .borrow()
        .iter()
        .rev()
        .find(|(known, _)| quick_equal(known, key))
        .map(|(_, value)| value.clone());
    let value = match quick {
        Some(value) => value,
        None if is_plain_key(key)
            && pairs.borrow().iter().all(|(known, _)| is_plain_key(known)) =>
        {
            return None;
        }
        None => {
            let pairs = pairs.borrow().clone();
            pairs.into_iter().find(|(known, _)| this.equal(known, key) == Some(true))?.1
        }
    };
    let value = Element::certain(value).value;
    Some(this.settled(value))
}

/// `del of[key]`.
pub(crate) fn delete_item(this: &mut Interpreter<'_>, of: &Value, key: &Value) {
    match of {
        Value::Dict(pairs) => {
            let index = pairs.borrow().iter().position(|(known, _)| quick_equal(known, key));
            if let Some(index) = index {
                let (_, before) = change_pairs(this, pairs, |pairs| pairs.remove(index));
                this.graveyard.value(before);
            }
        }
        Value::List(items) if is_slice(key) => replace_slice(this, items, key, Vec::new()),
        Value::List(items) => {
            let length = items.borrow().len();
            if let Value::Int(index) = key
                && let Some(index) = at(length, *index)
            {
                let before = this.change_items(items, |items| items.remove(index));
                this.graveyard.value(before);
            }
        }
        Value::Object(object) if matches!(&**object, Object::Names(_) | Object::Attributes(_)) => {
            unname_by_key(this, of, key)
        }
        Value::Object(object) if object.class_of_instance().is_some() => {
            this.special(of, "__delitem__", vec![key.clone()]);
        }
        _ if this.reaches(of) => {
            this.host.escaped("del [...]", "an item of it is deleted", this.stack.at())
        }
        _ => {}
    }
}
