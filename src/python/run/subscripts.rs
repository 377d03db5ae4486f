//! Subscripts.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::builtin::layout::Layout;
use crate::python::builtin::library;
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::{ClassKind, Object};
use crate::python::run::elements::Element;
use crate::python::run::join::{perhaps, same};
use crate::python::value::{Unknown, Value};

const WHY: &str = "it is looked up with something that cannot be known";

impl Interpreter<'_> {
    /// Returns `of[key]`.
    pub(crate) fn subscript(&mut self, of: &Value, key: &Value) -> Value {
        if let (Value::Object(slice), false) = (key, matches!(of, Value::Host(_)))
            && let Object::Slice(bounds) = &**slice
        {
            return self.sliced(of, bounds);
        }
        match of {
            Value::Host(id) => self.host_subscript(*id, key),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Dict(_) => self.keyed(of, key),
            Value::Tuple(_) | Value::List(_) => self.indexed(of, key),
            Value::Str(text) => match (text.whole(), key) {
                (Some(text), Value::Int(index)) => at(text.chars().count(), *index)
                    .and_then(|index| text.chars().nth(index))
                    .map_or_else(
                        || Value::unknown(WHY),
                        |c| Value::text(c.encode_utf8(&mut [0; 4])),
                    ),
                _ => Value::unknown(WHY),
            },
            Value::Object(object) => self.object_subscript(of, object, key),
            _ => Value::unknown(WHY),
        }
    }

    fn keyed(&mut self, of: &Value, key: &Value) -> Value {
        if let Some(value) = self.looked_up(of, key) {
            return value;
        }
        let Value::Dict(pairs) = of else { return Value::unknown(WHY) };
        let factory = self.default_factories.iter().find(|(known, _)| Rc::ptr_eq(known, pairs));
        match factory.map(|(_, factory)| factory.clone()) {
            Some(factory) if !factory.is_none() => {
                let made = self.call_value(&factory, Arguments::default(), "a default factory");
                self.set_subscript(of, key, made.clone());
                made
            }
            _ => self.unknown_like(WHY, of),
        }
    }

    fn object_subscript(&mut self, of: &Value, object: &Rc<Object>, key: &Value) -> Value {
        match &**object {
            Object::Either(values) => self.each(values, |this, value| this.subscript(value, key)),
            Object::Class(class) if class.kind == ClassKind::Enum => match key.as_str() {
                Some(name) => self.attribute(of, &name),
                None => Value::unknown(WHY),
            },
            Object::Names(_) | Object::Attributes(_) => {
                self.named_by_key(of, key).unwrap_or_else(|| Value::unknown(WHY))
            }
            Object::Library(module) if matches!(&**module, "sys.modules" | "builtins") => {
                self.module_by_key(module, key)
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
                self.call_value(&method, given, &class.name)
            }
            // `Optional[int]`, `list[str]`, `Generic[T]`.
            Object::Class(_) | Object::Builtin(_) | Object::Library(_) => of.clone(),
            Object::Instance(_) => {
                if let Some(value) = self.special(of, "__getitem__", vec![key.clone()]) {
                    return value;
                }
                let elements: Vec<Value> =
                    self.elements(of).into_iter().map(Element::into_item).collect();
                self.indexed(&Value::tuple(elements), key)
            }
            _ => self.unknown_like(WHY, of),
        }
    }

    /// Returns `sys.modules[key]` or `__builtins__[key]`.
    fn module_by_key(&mut self, module: &Rc<str>, key: &Value) -> Value {
        let Some(name) = key.as_str() else {
            return Value::Unknown(Unknown { why: WHY.into(), reaches: true });
        };
        if &**module == "builtins" {
            return library::attribute(module, &name);
        }
        let own = self.frame().file.path.trim_end_matches(".py").rsplit('/').next() == Some(&name);
        let path = Rc::clone(&self.frame().file.path);
        match self.modules.get(&path).filter(|_| own) {
            Some(module) => Value::Object(Rc::clone(module)),
            None => self.module_value(&path, &name.into(), 0),
        }
    }

    fn indexed(&mut self, of: &Value, key: &Value) -> Value {
        let elements = self.elements(of);
        let Value::Int(index) = key else { return self.unknown_like(WHY, of) };
        let certain =
            |elements: &[Element]| elements.iter().all(|element| element.region.is_none());
        let found = at(elements.len(), *index).filter(|found| match *index < 0 {
            true => certain(&elements[*found..]),
            false => certain(&elements[..=*found]),
        });
        match found {
            Some(found) => elements[found].value.clone(),
            None => match &elements[..] {
                [only] => only.value.clone(),
                _ => self.unknown_like(WHY, of),
            },
        }
    }

    fn sliced(&mut self, of: &Value, bounds: &[Value; 3]) -> Value {
        let length = match of {
            Value::Str(text) => text.whole().map(|text| text.chars().count()),
            Value::Tuple(_) | Value::List(_) => {
                let elements = self.elements(of);
                elements.iter().all(|element| element.region.is_none()).then_some(elements.len())
            }
            _ => None,
        };
        let indices = length.and_then(|length| slice_indices(length, bounds));
        match (of, indices) {
            (Value::Str(text), Some(indices)) => {
                let layout = Layout::of(text);
                Value::Str(layout.characters(&indices))
            }
            (Value::List(items), Some(indices)) => {
                let items = items.borrow();
                Value::list(
                    indices.into_iter().filter_map(|index| items.get(index).cloned()).collect(),
                )
            }
            (Value::Tuple(items), Some(indices)) => Value::tuple(
                indices.into_iter().filter_map(|index| items.get(index).cloned()).collect(),
            ),
            // Some of the items, and it is not known which.
            (Value::List(_) | Value::Tuple(_), None) => {
                let elements = self.elements(of);
                let region = |element: &Element| element.region.or(Some(Region::Conditional));
                let unsure = |element: Element| Self::item(element.value.clone(), region(&element));
                Value::list(elements.into_iter().map(unsure).collect())
            }
            (Value::Str(_), None) => Value::Str(crate::python::builtin::layout::unknown_text(WHY)),
            _ => self.unknown_like(WHY, of),
        }
    }

    /// Returns the value of a key in a dict, if it is certainly there or nothing else can be.
    pub(crate) fn looked_up(&mut self, dict: &Value, key: &Value) -> Option<Value> {
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
                pairs.into_iter().find(|(known, _)| self.equal(known, key) == Some(true))?.1
            }
        };
        let value = Element::certain(value).value;
        Some(self.settled(value))
    }

    /// Sets `of[key] = value`.
    pub(crate) fn set_subscript(&mut self, of: &Value, key: &Value, value: Value) {
        match of {
            Value::Host(id) => self.host_set_subscript(*id, key, value),
            Value::Dict(pairs) => {
                let index = pairs.borrow().iter().position(|(known, _)| quick_equal(known, key));
                let before = self.change_pairs(pairs, |pairs| match index {
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
                self.replace_slice(items, key, more);
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
                self.name_by_key(of, key, value)
            }
            Value::Object(object) if object.class_of_instance().is_some() => {
                self.special(of, "__setitem__", vec![key.clone(), value]);
            }
            Value::Unknown(unknown) if unknown.reaches || self.reaches(&value) => {
                let why = Rc::clone(&unknown.why);
                self.escaped("[...] =", &why);
            }
            Value::Object(_) if self.reaches(&value) => {
                self.escaped("[...] =", "what calls it cannot be read")
            }
            _ => {}
        }
    }

    /// Puts items in the place of a slice. One that cannot be known leaves every item doubtful.
    fn replace_slice(&mut self, items: &Rc<RefCell<Vec<Value>>>, key: &Value, more: Vec<Value>) {
        let length = items.borrow().len();
        let indices = match key {
            Value::Object(object) => match &**object {
                Object::Slice(bounds) if matches!(bounds[2], Value::None) => {
                    slice_bounds(length, bounds)
                }
                _ => None,
            },
            _ => None,
        };
        let before = self.change_items(items, |items| match indices {
            Some((start, end)) => items.splice(start..end, more).collect::<Vec<_>>(),
            None => {
                let doubtful =
                    items.drain(..).chain(more).map(|item| perhaps(item, Region::Conditional));
                *items = doubtful.collect::<Vec<_>>();
                Vec::new()
            }
        });
        self.graveyard.value(Value::list(before));
    }

    /// `del of[key]`.
    pub(crate) fn delete_item(&mut self, of: &Value, key: &Value) {
        match of {
            Value::Dict(pairs) => {
                let index = pairs.borrow().iter().position(|(known, _)| quick_equal(known, key));
                if let Some(index) = index {
                    let (_, before) = self.change_pairs(pairs, |pairs| pairs.remove(index));
                    self.graveyard.value(before);
                }
            }
            Value::List(items) if is_slice(key) => self.replace_slice(items, key, Vec::new()),
            Value::List(items) => {
                let length = items.borrow().len();
                if let Value::Int(index) = key
                    && let Some(index) = at(length, *index)
                {
                    let before = self.change_items(items, |items| items.remove(index));
                    self.graveyard.value(before);
                }
            }
            Value::Object(object)
                if matches!(&**object, Object::Names(_) | Object::Attributes(_)) =>
            {
                self.unname_by_key(of, key)
            }
            Value::Object(object) if object.class_of_instance().is_some() => {
                self.special(of, "__delitem__", vec![key.clone()]);
            }
            _ if self.reaches(of) => self.escaped("del [...]", "an item of it is deleted"),
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
                let other = self.namespace_as_dict(other);
                self.update_dict(dict, &other);
            }
            Value::List(_) | Value::Tuple(_) => {
                let items = self.listed(other);
                let made = self.dict_of_items(&items);
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

fn is_slice(key: &Value) -> bool {
    matches!(key, Value::Object(object) if matches!(&**object, Object::Slice(_)))
}

/// Returns where a slice without a step begins and ends.
fn slice_bounds(length: usize, bounds: &[Value; 3]) -> Option<(usize, usize)> {
    let indices = slice_indices(length, bounds)?;
    match (indices.first(), indices.last()) {
        (Some(first), Some(last)) => Some((*first, last + 1)),
        // An empty slice: what is put there stands before its beginning.
        _ => {
            let from_here = [bounds[0].clone(), Value::None, Value::None];
            let start = slice_indices(length, &from_here)?.first().copied().unwrap_or(length);
            Some((start, start))
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

fn slice_indices(length: usize, bounds: &[Value; 3]) -> Option<Vec<usize>> {
    let bound = |value: &Value, default: i64| match value {
        Value::None => Some(default),
        Value::Int(value) => Some(*value),
        _ => None,
    };
    let length = i64::try_from(length).ok()?;
    let step = bound(&bounds[2], 1)?;
    let clamp = |index: i64, low: i64, high: i64| {
        if index < 0 { index + length } else { index }.clamp(low, high)
    };
    let mut indices = Vec::new();
    if step > 0 {
        let mut index = clamp(bound(&bounds[0], 0)?, 0, length);
        let end = clamp(bound(&bounds[1], length)?, 0, length);
        while index < end {
            indices.push(usize::try_from(index).ok()?);
            index = index.checked_add(step)?;
        }
    } else if step < 0 {
        let mut index = match &bounds[0] {
            Value::None => length - 1,
            start => clamp(bound(start, 0)?, -1, length - 1),
        };
        let end = match &bounds[1] {
            Value::None => -1,
            end => clamp(bound(end, 0)?, -1, length - 1),
        };
        while index > end {
            indices.push(usize::try_from(index).ok()?);
            index = index.checked_add(step)?;
        }
    }
    Some(indices)
}
