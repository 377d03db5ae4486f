//! Frames, steps and regions: what begins, goes on within its bounds, and ends.

use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::join::{alternatives_of, plain};
use crate::python::run::stack::Frame;
use crate::python::value::{HostId, Value};
use crate::text::source::Span;

/// How deep statements and expressions may nest, calls included: what lies behind it recurses.
const DEEPEST_NESTING: usize = 300;

impl Interpreter<'_> {
    /// Runs something in a frame of its own.
    pub(crate) fn in_frame<T>(
        &mut self,
        frame: Frame,
        span: Span,
        run: impl FnOnce(&mut Self) -> T,
    ) -> (T, Frame) {
        self.stack.push(frame, span);
        let result = run(self);
        let frame = self.stack.pop();
        self.graveyard.scope(Rc::clone(&frame.scope));
        (result, frame)
    }

    /// Takes one step, and answers whether there is fuel for it.
    pub(crate) fn step(&mut self) -> bool {
        if self.halted {
            return false;
        }
        if self.fuel.steps == 0 {
            self.halt("it takes more than the steps that are allowed");
            return false;
        }
        self.fuel.steps -= 1;
        self.graveyard.step();
        true
    }

    /// Goes one level deeper, runs something there, and comes back; nothing if that is too deep.
    pub(crate) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.nesting >= DEEPEST_NESTING {
            self.halt("code is nested too deeply");
            return None;
        }
        self.nesting += 1;
        let result = run(self);
        self.nesting -= 1;
        Some(result)
    }

    /// Stops reading for good.
    pub(crate) fn halt(&mut self, why: &str) {
        if !self.halted {
            self.halted = true;
            self.host.ended(why, self.stack.at());
        }
    }

    /// Says that something was not read, and goes on.
    pub(crate) fn skip(&mut self, why: &str) {
        self.host.stopped(why, self.stack.at());
    }

    /// Runs something inside a region.
    pub(crate) fn within<T>(&mut self, region: Region, run: impl FnOnce(&mut Self) -> T) -> T {
        self.open(region);
        let result = run(self);
        self.close();
        result
    }

    pub(crate) fn open(&mut self, region: Region) {
        self.regions += 1;
        self.host.open(region, self.stack.at());
    }

    pub(crate) fn close(&mut self) {
        self.regions = self.regions.saturating_sub(1);
        self.host.close();
    }

    pub(crate) fn host_call(&mut self, callee: HostId, arguments: Arguments) -> Value {
        let first = arguments.positional.first().and_then(alternatives_of).map(<[Value]>::to_vec);
        match first {
            Some(values) => self.each(&values, |this, value| {
                let mut arguments = arguments.clone();
                arguments.positional[0] = value.clone();
                this.host_call_once(callee, arguments)
            }),
            None => self.host_call_once(callee, arguments),
        }
    }

    fn host_call_once(&mut self, callee: HostId, arguments: Arguments) -> Value {
        let arguments = self.given(arguments);
        let answer = self.host.call(callee, arguments, self.stack.at());
        match &answer {
            Value::Object(object) => match &**object {
                Object::Pending { callee, arguments } => {
                    let (callee, arguments) = (callee.clone(), arguments.clone());
                    self.call_value(&callee, arguments, "a callback")
                }
                _ => answer,
            },
            _ => answer,
        }
    }

    /// Returns arguments as a host may have them.
    fn given(&mut self, mut arguments: Arguments) -> Arguments {
        let positional = arguments.positional.iter_mut();
        for value in positional.chain(arguments.keywords.iter_mut().map(|(_, value)| value)) {
            if let Value::Object(_) = value {
                let settled = self.settled(value.clone());
                *value = plain(self, settled);
            }
        }
        arguments
    }

    pub(crate) fn host_set_attribute(&mut self, of: HostId, name: &str, value: Value) {
        let value = plain(self, value);
        self.host.set_attribute(of, name, value, self.stack.at());
    }

    pub(crate) fn host_subscript(&mut self, of: HostId, key: &Value) -> Value {
        let key = plain(self, key.clone());
        self.host.subscript(of, &key, self.stack.at())
    }

    pub(crate) fn host_set_subscript(&mut self, of: HostId, key: &Value, value: Value) {
        let value = plain(self, value);
        self.host.set_subscript(of, key, value, self.stack.at());
    }
}
