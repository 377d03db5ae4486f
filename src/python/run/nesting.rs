//! How deep values nest, measured without recursion.

use std::collections::hash_map::Entry;
use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::object::{Class, Function, Instance, Object};
use crate::python::scope::Names;
use crate::python::value::Value;
use crate::text::map::Map;

/// How deep each value nests that was measured, by its address: a value is measured once, however
/// often it is met.
///
/// What holds itself counts as nothing where it is met again. It is never dropped, and so nothing
/// recurses through it.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    known: Map<usize, usize>,
}

/// A value that is being measured.
struct Open {
    address: usize,
    /// What it holds and was not looked at yet.
    inner: Vec<Value>,
    /// How deep the deepest of the others is.
    deepest: usize,
}

impl Nesting {
    /// Returns through how many values the way leads to the innermost one.
    pub(super) fn depth(&mut self, value: &Value) -> usize {
        let mut open = Vec::new();
        let mut depth = self.begin(value, &mut open);
        while let Some(top) = open.last_mut() {
            top.deepest = top.deepest.max(depth.take().unwrap_or(0));
            if let Some(inner) = top.inner.pop() {
                depth = self.begin(&inner, &mut open);
            } else if let Some(done) = open.pop() {
                self.known.insert(done.address, done.deepest + 1);
                depth = Some(done.deepest + 1);
            }
        }
        depth.unwrap_or(0)
    }

    /// Returns what is known of a value, or opens it.
    fn begin(&mut self, value: &Value, open: &mut Vec<Open>) -> Option<usize> {
        let Some(address) = address(value) else { return Some(0) };
        match self.known.entry(address) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(unknown) => {
                unknown.insert(0);
                open.push(Open { address, inner: inner(value), deepest: 0 });
                None
            }
        }
    }
}

fn address(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) | Value::Set(items) => Some(Rc::as_ptr(items).addr()),
        Value::Tuple(items) => Some(Rc::as_ptr(items).addr()),
        Value::Dict(pairs) => Some(Rc::as_ptr(pairs).addr()),
        Value::Object(object) => Some(Rc::as_ptr(object).addr()),
        _ => None,
    }
}

fn inner(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) | Value::Set(items) => items.borrow().clone(),
        Value::Tuple(items) => items.to_vec(),
        Value::Dict(pairs) => {
            let pairs = pairs.borrow();
            pairs.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
        }
        Value::Object(object) => in_object(object),
        _ => Vec::new(),
    }
}

fn in_object(object: &Object) -> Vec<Value> {
    match object {
        Object::Function(function) => in_function(function),
        Object::Class(class) => in_class(class),
        Object::Instance(instance) => in_instance(instance),
        Object::Module(module) => named(&module.scope.names).collect(),
        Object::Names(names) => named(names).collect(),
        Object::Import(import) => import.value.borrow().iter().cloned().collect(),
        Object::Method { function: one, receiver: other }
        | Object::Super { class: one, receiver: other } => vec![one.clone(), other.clone()],
        Object::Partial { callee, arguments }
        | Object::Pending { callee, arguments }
        | Object::ContextManager { function: callee, arguments } => {
            std::iter::once(callee.clone()).chain(in_arguments(arguments)).collect()
        }
        Object::Property(property) => property.accessors().cloned().collect(),
        Object::BuiltinMethod { receiver: value, .. }
        | Object::Static(value)
        | Object::ClassMethod(value)
        | Object::Attributes(value)
        | Object::Perhaps { item: value, .. } => vec![value.clone()],
        Object::Slice(bounds) => bounds.to_vec(),
        Object::Either(values) => values.clone(),
        Object::Builtin(_) | Object::Library(_) | Object::Path(_) | Object::OpenFile(_) => {
            Vec::new()
        }
    }
}

fn in_function(function: &Function) -> Vec<Value> {
    let mut values: Vec<Value> = function.defaults.iter().flatten().cloned().collect();
    values.extend(function.class.borrow().iter().cloned());
    values.extend(named(&function.attributes));
    let mut scope = Some(&function.scope);
    while let Some(here) = scope {
        values.extend(named(&here.names));
        scope = here.parent.as_ref();
    }
    values
}

fn in_class(class: &Class) -> Vec<Value> {
    let keywords = class.keywords.iter().map(|(_, value)| value);
    let own = class.bases.iter().chain(keywords).cloned();
    let ancestors = class.ancestors.iter().map(|class| Value::Object(Rc::clone(class)));
    own.chain(ancestors).chain(named(&class.attributes)).collect()
}

fn in_instance(instance: &Instance) -> Vec<Value> {
    let class = instance.class.iter().map(|class| Value::Object(Rc::clone(class)));
    class.chain(named(&instance.attributes)).collect()
}

fn in_arguments(arguments: &Arguments) -> impl Iterator<Item = Value> {
    let keywords = arguments.keywords.iter().map(|(_, value)| value);
    arguments.positional.iter().chain(keywords).cloned()
}

fn named(names: &Names) -> impl Iterator<Item = Value> {
    names.all().into_iter().map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_the_longest_way_however_it_is_shared() {
        let mut nesting = Nesting::default();
        assert_eq!(nesting.depth(&Value::Int(1)), 0);
        let mut value = Value::list(vec![Value::Int(1)]);
        for _ in 0..100_000 {
            let pair = vec![value.clone(), Value::list(Vec::new())];
            value = Value::Tuple(Rc::new(vec![Value::list(pair), value]));
        }
        assert_eq!(nesting.depth(&value), 200_001);
        let Value::Tuple(items) = &value else { unreachable!("it was made a tuple") };
        assert_eq!(nesting.depth(&items[0]), 200_000, "known from the first time");
        std::mem::forget(value);
    }

    #[test]
    fn what_holds_itself_is_measured_to_an_end() {
        let items = Rc::default();
        let list = Value::List(Rc::clone(&items));
        items.borrow_mut().push(Value::list(vec![list.clone()]));
        assert_eq!(Nesting::default().depth(&list), 2);
        items.borrow_mut().clear();
    }
}
