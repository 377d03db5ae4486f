//! `for` and `while`.

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::run::elements::Element;
use crate::python::run::statements::Outcome;
use crate::python::syntax::{Expression, ExpressionKind, Statement};
use crate::python::value::Value;

impl Interpreter<'_> {
    /// Runs `for`: a turn per element that is known to be there, one repeated turn for elements
    /// that are not counted.
    pub(crate) fn for_loop(
        &mut self,
        statement: &Statement,
        target: &Expression,
        items: &Expression,
        body: &[Statement],
        otherwise: Option<&[Statement]>,
    ) -> Outcome {
        let items = self.evaluate(items);
        if self.raising {
            return Outcome::raising();
        }
        let elements = self.elements(&items);
        let mut elements = self.within_turns(elements);
        let mut total = Outcome::falling();
        let (mut opened, mut ended, mut next) = (false, false, 0);
        while let Some(element) = elements.get(next).cloned() {
            if self.halted {
                break;
            }
            next += 1;
            self.stand_at_statement(statement.header);
            let outcome = self.turn(&element, target, body);
            let leaves = outcome.returned.is_some() || outcome.breaks;
            let ends = !outcome.falls && !outcome.continues;
            total.returned = match (total.returned.take(), outcome.returned) {
                (Some(one), Some(other)) => Some(self.join(&one, &other)),
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
                self.open(Region::Conditional);
                opened = true;
            }
            // A list that the body lengthens is iterated over to its new end.
            if matches!(&items, Value::List(list) if list.borrow().len() > elements.len()) {
                let longer = self.elements(&items);
                elements = self.within_turns(longer);
            }
        }
        if opened {
            self.close();
        }
        let broken = std::mem::take(&mut total.breaks);
        self.afterwards(total, broken, otherwise.filter(|_| !ended))
    }

    fn turn(&mut self, element: &Element, target: &Expression, body: &[Statement]) -> Outcome {
        let run = |this: &mut Self| -> Outcome {
            this.assign(target, element.value.clone());
            this.block(body)
        };
        match element.region {
            None => run(self),
            Some(Region::Repeated) => self.repeated(body, run),
            Some(region) => self.perhaps_run(region, run),
        }
    }

    /// Runs a body once for any number of turns.
    pub(crate) fn repeated(
        &mut self,
        body: &[Statement],
        run: impl Fn(&mut Self) -> Outcome,
    ) -> Outcome {
        let widened = self.widen(body);
        let before = self.state_of(body);
        let mut outcome = self.perhaps_run(Region::Repeated, &run);
        // The next turn begins with what this one left.
        if self.brought(&before) {
            let after = self.perhaps_run(Region::Repeated, &run);
            outcome = self.either_way(outcome, after);
        }
        self.narrow(widened);
        outcome.falls = true;
        outcome.breaks = false;
        outcome.continues = false;
        outcome
    }

    fn afterwards(
        &mut self,
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
            true => self.perhaps_run(Region::Conditional, |this| this.block(otherwise)),
            false => self.block(otherwise),
        };
        let falls = after.falls || broken;
        let mut total = self.either_way(total, after);
        total.falls = falls;
        total
    }

    /// Runs `while`: turn by turn as long as the test is known to hold, else one repeated turn.
    pub(crate) fn while_loop(
        &mut self,
        statement: &Statement,
        test: &Expression,
        body: &[Statement],
        otherwise: Option<&[Statement]>,
    ) -> Outcome {
        let mut total = Outcome::falling();
        let mut left = self.fuel.turns;
        let (mut opened, mut ended) = (false, false);
        let endless = match test.kind {
            ExpressionKind::Bool(holds) => holds,
            ExpressionKind::Int(number) => number != 0,
            _ => false,
        };
        loop {
            self.stand_at_statement(statement.header);
            let holds = match endless {
                true => None,
                false => {
                    let value = self.evaluate(test);
                    self.truth(&value)
                }
            };
            if self.halted || holds == Some(false) {
                break;
            }
            if left == 0 {
                self.skip("a loop takes more turns than are read");
                break;
            }
            left -= 1;
            let outcome = match holds {
                Some(true) => self.block(body),
                _ => self.repeated(body, |this| this.open_turn(test, body)),
            };
            let leaves = outcome.breaks || outcome.returned.is_some();
            let ends = !outcome.falls && !outcome.continues;
            total = self.either_way(total, outcome);
            if ends || holds.is_none() {
                total.falls = !ends || total.breaks;
                ended = ends;
                break;
            }
            if leaves && !opened {
                self.open(Region::Conditional);
                opened = true;
            }
        }
        if opened {
            self.close();
        }
        let broken = std::mem::take(&mut total.breaks);
        total.continues = false;
        self.afterwards(total, broken, otherwise.filter(|_| !ended))
    }

    /// Runs one turn of a loop whose test cannot be decided, the test included: it may bind names.
    fn open_turn(&mut self, test: &Expression, body: &[Statement]) -> Outcome {
        self.evaluate(test);
        self.block(body)
    }

    /// Makes one repeated element of more elements than there are turns.
    fn within_turns(&mut self, elements: Vec<Element>) -> Vec<Element> {
        if elements.len() <= self.fuel.turns {
            return elements;
        }
        let values: Vec<Value> =
            elements.iter().take(3).chain(elements.last()).map(|e| e.value.clone()).collect();
        let mut values = values.into_iter();
        let Some(mut value) = values.next() else { return elements };
        for other in values {
            value = self.join(&value, &other);
        }
        let value = self.blurred_within(&value, 6);
        vec![Element { value, region: Some(Region::Repeated) }]
    }
}
