//! `for` and `while`.

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::run::elements::Element;
use crate::python::run::join::blurred_within;
use crate::python::run::outcome::Outcome;
use crate::python::run::widening::{brought, narrow, state_of, widen};
use crate::python::syntax::{Expression, ExpressionKind, Statement};
use crate::python::value::Value;

/// Runs `for`: a turn per element that is known to be there, one repeated turn for elements
/// that are not counted.
pub(crate) fn for_loop(
    this: &mut Interpreter<'_>,
    statement: &Statement,
    target: &Expression,
    items: &Expression,
    body: &[Statement],
    otherwise: Option<&[Statement]>,
) -> Outcome {
    let items = this.evaluate(items);
    if this.raising {
        return Outcome::raising();
    }
    let elements = this.elements(&items);
    let mut elements = within_turns(this, elements);
    let mut total = Outcome::falling();
    let (mut opened, mut ended, mut next) = (false, false, 0);
    while let Some(element) = elements.get(next).cloned() {
        if this.halted {
            break;
        }
        next += 1;
        this.stack.stand_at_statement(statement.header);
        let outcome = turn(this, &element, target, body);
        let leaves = outcome.returned.is_some() || outcome.breaks;
        let ends = !outcome.falls && !outcome.continues;
        total.returned = match (total.returned.take(), outcome.returned) {
            (Some(one), Some(other)) => Some(this.join(&one, &other)),
            (one, other) => one.or(other),
        };
        total.raises |= outcome.raises;
        total.breaks |= outcome.breaks;
        if ends {
            total.falls = total.breaks;
            ended = true;
            break;
        }
        if leaves && !opened {
            this.open(Region::Conditional);
            opened = true;
        }
        // A list that the body lengthens is iterated over to its new end.
        if matches!(&items, Value::List(list) if list.borrow().len() > elements.len()) {
            let longer = this.elements(&items);
            elements = within_turns(this, longer);
        }
    }
    if opened {
        this.close();
    }
    let broken = std::mem::take(&mut total.breaks);
    afterwards(this, total, broken, otherwise.filter(|_| !ended))
}

fn turn(
    this: &mut Interpreter<'_>,
    element: &Element,
    target: &Expression,
    body: &[Statement],
) -> Outcome {
    let run = |this: &mut Interpreter| -> Outcome {
        this.assign(target, element.value.clone());
        this.block(body)
    };
    match element.region {
        None => run(this),
        Some(Region::Repeated) => repeated(this, body, run),
        Some(region) => this.perhaps_run(region, run),
    }
}

/// Runs a body once for any number of turns.
pub(crate) fn repeated<'i>(
    this: &mut Interpreter<'i>,
    body: &[Statement],
    run: impl Fn(&mut Interpreter<'i>) -> Outcome,
) -> Outcome {
    let widened = widen(this, body);
    let before = state_of(this, body);
    let mut outcome = this.perhaps_run(Region::Repeated, &run);
    // The next turn begins with what this one left.
    if brought(this, &before) {
        let after = this.perhaps_run(Region::Repeated, &run);
        outcome = this.either_way(outcome, after);
    }
    narrow(this, widened);
    outcome.falls = true;
    outcome.breaks = false;
    outcome.continues = false;
    outcome
}

fn afterwards(
    this: &mut Interpreter<'_>,
    mut total: Outcome,
    broken: bool,
    otherwise: Option<&[Statement]>,
) -> Outcome {
    let Some(otherwise) = otherwise else {
        total.falls |= broken;
        return total;
    };
    if !total.falls {
        return total;
    }
    let after = match broken {
        true => this.perhaps_run(Region::Conditional, |this| this.block(otherwise)),
        false => this.block(otherwise),
    };
    let falls = after.falls || broken;
    let mut total = this.either_way(total, after);
    total.falls = falls;
    total
}

/// Runs `while`: turn by turn as long as the test is known to hold, else one repeated turn.
pub(crate) fn while_loop(
    this: &mut Interpreter<'_>,
    statement: &Statement,
    test: &Expression,
    body: &[Statement],
    otherwise: Option<&[Statement]>,
) -> Outcome {
    let mut total = Outcome::falling();
    let mut left = this.fuel.turns;
    let (mut opened, mut ended) = (false, false);
    let endless = match test.kind {
        ExpressionKind::Bool(holds) => holds,
        ExpressionKind::Int(number) => number != 0,
        _ => false,
    };
    loop {
        this.stack.stand_at_statement(statement.header);
        let holds = match endless {
            true => None,
            false => {
                let value = this.evaluate(test);
                this.truth(&value)
            }
        };
        if this.halted || holds == Some(false) {
            break;
        }
        if left == 0 {
            this.skip("a loop takes more turns than are read");
            // What it leaves behind is what any number of turns leaves.
            let outcome = repeated(this, body, |this| open_turn(this, test, body));
            total = this.either_way(total, outcome);
            break;
        }
        left -= 1;
        let outcome = match holds {
            Some(true) => this.block(body),
            _ => repeated(this, body, |this| open_turn(this, test, body)),
        };
        let leaves = outcome.breaks || outcome.returned.is_some();
        let ends = !outcome.falls && !outcome.continues;
        total = this.either_way(total, outcome);
        if ends || holds.is_none() {
            total.falls = !ends || total.breaks;
            ended = ends;
            break;
        }
        if leaves && !opened {
            this.open(Region::Conditional);
            opened = true;
        }
    }
    if opened {
        this.close();
    }
    let broken = std::mem::take(&mut total.breaks);
    total.continues = false;
    afterwards(this, total, broken, otherwise.filter(|_| !ended))
}

/// Runs one turn of a loop whose test cannot be decided, the test included: it may bind names.
fn open_turn(this: &mut Interpreter<'_>, test: &Expression, body: &[Statement]) -> Outcome {
    this.evaluate(test);
    this.block(body)
}

/// Makes one repeated element of more elements than there are turns.
fn within_turns(this: &mut Interpreter<'_>, elements: Vec<Element>) -> Vec<Element> {
    if elements.len() <= this.fuel.turns {
        return elements;
    }
    let values: Vec<Value> =
        elements.iter().take(3).chain(elements.last()).map(|e| e.value.clone()).collect();
    let mut values = values.into_iter();
    let Some(mut value) = values.next() else { return elements };
    for other in values {
        value = this.join(&value, &other);
    }
    let value = blurred_within(this, &value, 6);
    vec![Element { value, region: Some(Region::Repeated) }]
}
