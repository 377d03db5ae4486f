//! Slices of lists, tuples and texts.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::builtin::layout::Layout;
use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::elements::Element;
use crate::python::run::join::perhaps;
use crate::python::value::Value;

pub(super) fn is_slice(key: &Value) -> bool {
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

pub(super) const WHY: &str = "it is looked up with something that cannot be known";

pub(crate) fn sliced(this: &mut Interpreter<'_>, of: &Value, bounds: &[Value; 3]) -> Value {
    let length = match of {
        Value::Str(text) => text.whole().map(|text| text.chars().count()),
        Value::Tuple(_) | Value::List(_) => {
            let elements = this.elements(of);
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
            Value::list(indices.into_iter().filter_map(|index| items.get(index).cloned()).collect())
        }
        (Value::Tuple(items), Some(indices)) => Value::tuple(
            indices.into_iter().filter_map(|index| items.get(index).cloned()).collect(),
        ),
        // Some of the items, and it is not known which.
        (Value::List(_) | Value::Tuple(_), None) => {
            let elements = this.elements(of);
            let region = |element: &Element| element.region.or(Some(Region::Conditional));
            let unsure =
                |element: Element| Interpreter::item(element.value.clone(), region(&element));
            Value::list(elements.into_iter().map(unsure).collect())
        }
        (Value::Str(_), None) => Value::Str(crate::python::builtin::layout::unknown_text(WHY)),
        _ => this.unknown_like(WHY, of),
    }
}

/// Puts items in the place of a slice. One that cannot be known leaves every item doubtful.
pub(crate) fn replace_slice(
    this: &mut Interpreter<'_>,
    items: &Rc<RefCell<Vec<Value>>>,
    key: &Value,
    more: Vec<Value>,
) {
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
    let before = this.change_items(items, |items| match indices {
        Some((start, end)) => items.splice(start..end, more).collect::<Vec<_>>(),
        None => {
            let doubtful =
                items.drain(..).chain(more).map(|item| perhaps(item, Region::Conditional));
            *items = doubtful.collect::<Vec<_>>();
            Vec::new()
        }
    });
    this.graveyard.value(Value::list(before));
}
