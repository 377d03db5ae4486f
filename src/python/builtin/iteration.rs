//! Functions over what can be iterated.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::run::comparison::order;
use crate::python::run::elements::Element;
use crate::python::run::outcome::Outcome;
use crate::python::value::Value;

const WHY: &str = "it is computed from something that cannot be known";

/// Calls a builtin function that iterates.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    name: &str,
    arguments: &Arguments,
    written: &str,
) -> Value {
    let first = arguments.positional.first().cloned();
    match (name, first) {
        ("len", Some(value)) => length(this, &value),
        ("range" | "xrange", _) => range(this, arguments),
        ("enumerate", Some(value)) => enumerate(this, &value, arguments),
        ("zip", _) => zip(this, arguments, false),
        ("sorted", Some(value)) => sorted(this, &value, arguments),
        ("reversed", Some(value)) => {
            let mut items = this.listed(&value);
            items.reverse();
            Value::list(items)
        }
        ("map", Some(function)) => map(this, &function, arguments, written),
        ("filter", Some(function)) => filter(this, &function, arguments, written),
        ("any" | "all", Some(value)) => quantified(this, &value, name == "any"),
        ("min" | "max", Some(_)) => extreme(this, arguments, name == "min"),
        ("sum", Some(value)) => sum(this, &value, arguments),
        // `iter(function, sentinel)` calls until it gets the sentinel.
        ("iter", Some(function)) if arguments.positional.len() == 2 => {
            let out = Rc::default();
            this.perhaps_run(Region::Repeated, |this| {
                let made = this.call_value(&function, Arguments::default(), written);
                this.change_items(&out, |out| out.push(made));
                Outcome::falling()
            });
            Value::List(out)
        }
        ("list" | "iter" | "aiter", Some(value)) => Value::list(this.listed(&value)),
        ("tuple", Some(value)) => Value::tuple(this.listed(&value)),
        ("set" | "frozenset", Some(value)) => {
            let items = this.listed(&value);
            Value::set(this.distinct(items))
        }
        ("list", None) => Value::list(Vec::new()),
        ("tuple", None) => Value::tuple(Vec::new()),
        ("set" | "frozenset", None) => Value::set(Vec::new()),
        ("next" | "anext", Some(value)) => next(this, &value, arguments),
        ("reduce", Some(function)) => reduce(this, &function, arguments, written),
        _ => Value::unknown(WHY),
    }
}

fn number(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn certain(elements: &[Element]) -> bool {
    elements.iter().all(|element| element.region.is_none())
}

fn length(this: &mut Interpreter<'_>, value: &Value) -> Value {
    match value {
        Value::Str(text) => {
            text.whole().map_or_else(|| Value::unknown(WHY), |text| number(text.chars().count()))
        }
        Value::Host(_) | Value::Unknown(_) => Value::unknown(WHY),
        _ => {
            let elements = this.elements(value);
            match certain(&elements) {
                true => number(elements.len()),
                false => Value::unknown("how many items there are cannot be known"),
            }
        }
    }
}

fn range(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let bounds: Option<Vec<i64>> = arguments
        .positional
        .iter()
        .map(|value| match value {
            Value::Int(number) => Some(*number),
            _ => None,
        })
        .collect();
    let (start, end, step) = match bounds.as_deref() {
        Some([end]) => (0, *end, 1),
        Some([start, end]) => (*start, *end, 1),
        Some([start, end, step]) if *step != 0 => (*start, *end, *step),
        _ => return uncounted(),
    };
    let mut numbers = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        if numbers.len() > this.fuel.turns {
            return uncounted();
        }
        numbers.push(Value::Int(at));
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    Value::list(numbers)
}

fn uncounted() -> Value {
    let number = Value::unknown("it is a number of a range that cannot be counted");
    Value::list(vec![Interpreter::item(number, Some(Region::Repeated))])
}

fn enumerate(this: &mut Interpreter<'_>, value: &Value, arguments: &Arguments) -> Value {
    let start = match arguments.get(1, "start") {
        Some(Value::Int(start)) => Some(*start),
        None => Some(0),
        Some(_) => None,
    };
    let mut counted = true;
    let mut items = Vec::new();
    for (index, element) in this.elements(value).into_iter().enumerate() {
        counted &= element.region.is_none();
        let index = i64::try_from(index)
            .ok()
            .and_then(|index| start?.checked_add(index))
            .filter(|_| counted);
        let index = index.map_or_else(
            || Value::unknown("how many items come before it cannot be known"),
            Value::Int,
        );
        items.push(Interpreter::item(Value::tuple(vec![index, element.value]), element.region));
    }
    Value::list(items)
}

/// `zip`, or `itertools.zip_longest`.
pub(crate) fn zip(this: &mut Interpreter<'_>, arguments: &Arguments, longest: bool) -> Value {
    let columns: Vec<Vec<Element>> =
        arguments.positional.iter().map(|value| this.elements(value)).collect();
    if columns.iter().all(|column| certain(column)) {
        let lengths = columns.iter().map(Vec::len);
        let length = if longest { lengths.max() } else { lengths.min() }.unwrap_or(0);
        let cell = |column: &Vec<Element>, row: usize| {
            column.get(row).map_or(Value::None, |cell| cell.value.clone())
        };
        let rows = (0..length)
            .map(|row| Value::tuple(columns.iter().map(|column| cell(column, row)).collect()));
        return Value::list(rows.collect());
    }
    let counted = columns.iter().filter(|column| certain(column)).map(Vec::len).min();
    let endless = |column: &Vec<Element>| {
        matches!(&column[..], [Element { region: Some(Region::Repeated), .. }])
    };
    if let Some(length) =
        counted.filter(|_| columns.iter().all(|column| certain(column) || endless(column)))
    {
        let cell = |column: &Vec<Element>, row: usize| match endless(column) {
            true => column[0].value.clone(),
            false => column[row].value.clone(),
        };
        let row =
            |row: usize| Value::tuple(columns.iter().map(|column| cell(column, row)).collect());
        let doubtful = |row: Value| Interpreter::item(row, Some(Region::Conditional));
        return Value::list((0..length).map(row).map(doubtful).collect());
    }
    // The counts differ in what cannot be known: one row stands for all.
    let mut row = Vec::new();
    for column in columns {
        let mut cells = column.into_iter().map(|element| element.value);
        let mut joined = cells.next().unwrap_or_else(|| Value::unknown(WHY));
        for cell in cells {
            joined = this.join(&joined, &cell);
        }
        row.push(joined);
    }
    Value::list(vec![Interpreter::item(Value::tuple(row), Some(Region::Repeated))])
}

/// `sorted(value, key=..., reverse=...)`.
pub(crate) fn sorted(this: &mut Interpreter<'_>, value: &Value, arguments: &Arguments) -> Value {
    let items = this.listed(value);
    let key = arguments.keyword("key").filter(|key| !key.is_none()).cloned();
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let by = match &key {
            Some(key) => {
                this.call_value(key, Arguments::positional(vec![item.clone()]), "a sort key")
            }
            None => item.clone(),
        };
        keyed.push((by, item));
    }
    let ordered = keyed.windows(2).all(|pair| order(&pair[0].0, &pair[1].0).is_some());
    if ordered {
        keyed.sort_by(|one, other| order(&one.0, &other.0).unwrap_or(std::cmp::Ordering::Equal));
    }
    let reverse = arguments.keyword("reverse").cloned().unwrap_or(Value::None);
    if ordered && this.truth(&reverse) == Some(true) {
        keyed.reverse();
    }
    Value::list(keyed.into_iter().map(|(_, item)| item).collect())
}

fn map(
    this: &mut Interpreter<'_>,
    function: &Value,
    arguments: &Arguments,
    written: &str,
) -> Value {
    let several = arguments.positional.len() > 2;
    let rows = match several {
        true => {
            let columns = Arguments::positional(arguments.positional[1..].to_vec());
            zip(this, &columns, false)
        }
        false => arguments.positional.get(1).cloned().unwrap_or(Value::None),
    };
    collected(this, &rows, |this, item, out| {
        let given = match (several, item.items()) {
            (true, Some(items)) => items,
            _ => vec![item.clone()],
        };
        let made = this.call_value(function, Arguments::positional(given), written);
        this.change_items(out, |out| out.push(made));
    })
}

fn filter(
    this: &mut Interpreter<'_>,
    function: &Value,
    arguments: &Arguments,
    written: &str,
) -> Value {
    let items = arguments.positional.get(1).cloned().unwrap_or(Value::None);
    collected(this, &items, |this, item, out| {
        let test = match function {
            Value::None => item.clone(),
            _ => this.call_value(function, Arguments::positional(vec![item.clone()]), written),
        };
        match this.truth(&test) {
            Some(true) => this.change_items(out, |out| out.push(item.clone())),
            Some(false) => {}
            None => {
                let item = Interpreter::item(item.clone(), Some(Region::Conditional));
                this.change_items(out, |out| out.push(item));
            }
        }
    })
}

/// Collects what is made of each element, as often as the element is there.
pub(crate) fn collected(
    this: &mut Interpreter<'_>,
    items: &Value,
    mut make: impl FnMut(&mut Interpreter<'_>, &Value, &Rc<RefCell<Vec<Value>>>),
) -> Value {
    let out = Rc::default();
    for element in this.elements(items) {
        if !this.step() {
            break;
        }
        match element.region {
            None => make(this, &element.value, &out),
            Some(region) => {
                this.perhaps_run(region, |this| {
                    make(this, &element.value, &out);
                    Outcome::falling()
                });
            }
        }
    }
    Value::List(out)
}

fn quantified(this: &mut Interpreter<'_>, value: &Value, any: bool) -> Value {
    let mut unknown = false;
    for element in this.elements(value) {
        match this.truth(&element.value) {
            Some(truth) if truth == any && element.region.is_none() => return Value::Bool(any),
            Some(truth) if truth != any => {}
            _ => unknown = true,
        }
    }
    match unknown {
        true => Value::unknown(WHY),
        false => Value::Bool(!any),
    }
}

fn extreme(this: &mut Interpreter<'_>, arguments: &Arguments, min: bool) -> Value {
    let elements = match &arguments.positional[..] {
        [single] => this.elements(single),
        several => several.iter().cloned().map(Element::certain).collect(),
    };
    if let Some(key) = arguments.keyword("key").filter(|key| !key.is_none()).cloned() {
        let items = Value::list(elements.into_iter().map(Element::into_item).collect());
        let keyed = [("key".to_owned(), key), ("reverse".to_owned(), Value::Bool(!min))];
        let given = Arguments { keywords: keyed.into(), ..Arguments::default() };
        let sorted = sorted(this, &items, &given);
        return match this.elements(&sorted).first() {
            Some(Element { value, region: None }) if certain(&this.elements(&items)) => {
                value.clone()
            }
            _ => this.unknown_like(WHY, &items),
        };
    }
    if !certain(&elements) {
        let items = Value::list(elements.into_iter().map(Element::into_item).collect());
        return this.unknown_like(WHY, &items);
    }
    let mut elements = elements.into_iter().map(|element| element.value);
    let Some(mut best) = elements.next() else {
        return arguments.keyword("default").cloned().unwrap_or_else(|| Value::unknown(WHY));
    };
    for value in elements {
        match order(&value, &best) {
            Some(order) if order.is_lt() == min && order.is_ne() => best = value,
            Some(_) => {}
            None => return Value::unknown(WHY),
        }
    }
    best
}

fn sum(this: &mut Interpreter<'_>, value: &Value, arguments: &Arguments) -> Value {
    let elements = this.elements(value);
    if !certain(&elements) {
        return Value::unknown(WHY);
    }
    let mut total = arguments.get(1, "start").cloned().unwrap_or(Value::Int(0));
    for element in elements {
        total = this.binary("+", &total, &element.value);
    }
    total
}

fn next(this: &mut Interpreter<'_>, value: &Value, arguments: &Arguments) -> Value {
    let default = arguments.positional.get(1).cloned();
    match this.elements(value).first() {
        Some(Element { value, region: None }) => value.clone(),
        Some(Element { value, .. }) => match default {
            Some(default) => {
                let value = value.clone();
                this.join(&value, &default)
            }
            None => value.clone(),
        },
        None => default.unwrap_or_else(|| Value::unknown(WHY)),
    }
}

fn reduce(
    this: &mut Interpreter<'_>,
    function: &Value,
    arguments: &Arguments,
    written: &str,
) -> Value {
    let items = arguments.positional.get(1).cloned().unwrap_or(Value::None);
    let mut elements = this.elements(&items).into_iter();
    let first = arguments
        .positional
        .get(2)
        .cloned()
        .or_else(|| elements.next().map(|element| element.value));
    let Some(mut total) = first else { return Value::unknown(WHY) };
    for element in elements {
        if !this.step() {
            break;
        }
        let made = this.call_value(
            function,
            Arguments::positional(vec![total.clone(), element.value]),
            written,
        );
        total = match element.region {
            None => made,
            Some(_) => this.join(&total, &made),
        };
    }
    total
}
