//! `functools` and `itertools`: what is called again, and what is iterated over.

use std::rc::Rc;

use crate::python::builtin::iteration;
use crate::python::builtin::library;
use crate::python::builtin::library_calls::is_callable;
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::{Object, Property};
use crate::python::value::Value;

/// `functools`.
pub(super) fn functional(
    this: &mut Interpreter<'_>,
    function: &str,
    first: Option<Value>,
    mut arguments: Arguments,
    written: &str,
) -> Value {
    match (function, first) {
        ("partial", Some(callee)) => {
            arguments.positional.remove(0);
            Value::Object(Rc::new(Object::Partial { callee, arguments }))
        }
        ("wraps", Some(_)) => {
            let callee = library::builtin("functools.rewrap");
            Value::Object(Rc::new(Object::Partial { callee, arguments }))
        }
        ("rewrap", Some(wrapped)) => {
            let wrapper = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            if let Value::Object(object) = &wrapper
                && let Object::Function(function) = &**object
            {
                this.bind(&function.attributes, &"__wrapped__".into(), wrapped);
            }
            wrapper
        }
        ("reduce", _) => iteration::call(this, "reduce", &arguments, written),
        ("cached_property", Some(getter)) => {
            Value::Object(Rc::new(Object::Property(Property::of(getter))))
        }
        ("lru_cache" | "cache" | "total_ordering" | "identity" | "cmp_to_key", Some(function))
            if is_callable(&function) =>
        {
            function
        }
        ("lru_cache" | "identity" | "update_wrapper", _) => library::builtin("functools.identity"),
        _ => this.unknown_like(
            "what `functools` makes of it is not read",
            &Value::tuple(arguments.positional),
        ),
    }
}

/// `itertools`.
pub(super) fn iterated(
    this: &mut Interpreter<'_>,
    function: &str,
    arguments: &Arguments,
    written: &str,
) -> Value {
    match function {
        "chain" => {
            let lists: Vec<Vec<Value>> =
                arguments.positional.iter().map(|list| this.listed(list)).collect();
            Value::list(lists.concat())
        }
        "from_iterable" => {
            let outer =
                arguments.positional.first().map(|outer| this.elements(outer)).unwrap_or_default();
            let mut items = Vec::new();
            for element in outer {
                let inner = this.listed(&element.value);
                items.extend(inner.into_iter().map(|item| Interpreter::item(item, element.region)));
            }
            Value::list(items)
        }
        "product" => product(this, arguments),
        "zip_longest" => iteration::zip(this, arguments, true),
        "islice" | "takewhile" | "dropwhile" | "filterfalse" | "accumulate" | "tee" | "cycle"
        | "groupby" => some_of(this, function, arguments),
        "repeat" if arguments.positional.len() == 2 => {
            let item = arguments.positional[0].clone();
            let times = arguments.positional[1].clone();
            let one = Value::list(vec![item]);
            this.binary("*", &one, &times)
        }
        "starmap" => {
            let rows = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            let callee = arguments.positional.first().cloned().unwrap_or(Value::None);
            iteration::collected(this, &rows, |this, row, out| {
                let given = this.listed(row);
                let made = this.call_value(&callee, Arguments::positional(given), written);
                this.change_items(out, |out| out.push(made));
            })
        }
        _ => {
            let item = Value::unknown(format!("`itertools.{function}` is not computed"));
            Value::list(vec![Interpreter::item(item, Some(Region::Repeated))])
        }
    }
}

fn some_of(this: &mut Interpreter<'_>, function: &str, arguments: &Arguments) -> Value {
    let index =
        usize::from(!matches!(function, "islice" | "accumulate" | "tee" | "cycle" | "groupby"));
    let source = arguments.positional.get(index).cloned().unwrap_or(Value::None);
    if let ("islice", Some(Value::Int(count)), 2) =
        (function, arguments.positional.get(1), arguments.positional.len())
    {
        let bounds = [Value::None, Value::Int(*count), Value::None];
        let source = Value::list(this.listed(&source));
        return this.subscript(&source, &Value::Object(Rc::new(Object::Slice(bounds))));
    }
    if function == "groupby" {
        let item = this.unknown_like("`itertools.groupby` is not computed", &source);
        return Value::list(vec![Interpreter::item(item, Some(Region::Repeated))]);
    }
    let items = this.elements(&source).into_iter();
    Value::list(
        items.map(|e| Interpreter::item(e.value, e.region.or(Some(Region::Conditional)))).collect(),
    )
}

fn product(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let mut rows: Vec<(Vec<Value>, Option<Region>)> = vec![(Vec::new(), None)];
    for list in &arguments.positional {
        let elements = this.elements(list);
        if rows.len().saturating_mul(elements.len()) > this.fuel.size / 64 {
            this.halt("a list grows past what is allowed");
            return Value::list(Vec::new());
        }
        let longer = |(row, region): &(Vec<Value>, Option<Region>)| {
            elements
                .iter()
                .map(|element| {
                    let mut row = row.clone();
                    row.push(element.value.clone());
                    (row, region.or(element.region))
                })
                .collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    Value::list(
        rows.into_iter()
            .map(|(row, region)| Interpreter::item(Value::tuple(row), region))
            .collect(),
    )
}
