//! Parameters of a function, bound to what it is called with.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::object::Function;
use crate::python::run::join::perhaps;
use crate::python::scope::Names;
use crate::python::syntax::ParameterKind;
use crate::python::value::Value;

/// How often a function that calls itself under a condition, or in a loop, that cannot be decided
/// is read: like the body of such a loop, not as often as it may run.
pub(super) const RECURSIONS: usize = 3;

pub(super) const OPEN: &str = "it is unpacked from something that cannot be known";

fn unknown_rest() -> Value {
    perhaps(Value::unknown(OPEN), crate::python::host::Region::Repeated)
}

pub(crate) fn bind_parameters(function: &Function, arguments: Arguments, names: &Rc<Names>) {
    let Arguments { positional, mut keywords, open } = arguments;
    let mut positional = positional.into_iter();
    for (parameter, default) in function.definition.parameters.iter().zip(&function.defaults) {
        let value = match parameter.kind {
            ParameterKind::Positionals => {
                let mut rest: Vec<Value> = positional.by_ref().collect();
                if open {
                    rest.push(unknown_rest());
                }
                Value::tuple(rest)
            }
            ParameterKind::Keywords => {
                let rest = std::mem::take(&mut keywords);
                let mut pairs: Vec<_> =
                    rest.into_iter().map(|(name, value)| (Value::text(&name), value)).collect();
                if open {
                    pairs.push((Value::unknown(OPEN), Value::unknown(OPEN)));
                }
                Value::dict(pairs)
            }
            ParameterKind::Plain | ParameterKind::Keyword => {
                let next = match parameter.kind {
                    ParameterKind::Plain => positional.next(),
                    _ => None,
                };
                let named = keywords.iter().position(|(name, _)| **name == *parameter.name);
                let named = named.map(|index| keywords.remove(index).1);
                match next.or(named) {
                    Some(value) => value,
                    None if open => Value::unknown(OPEN),
                    None => default
                        .clone()
                        .unwrap_or_else(|| Value::unknown("no argument is given for it")),
                }
            }
        };
        names.set(&parameter.name, value);
    }
}
