//! The stack of frames, the bounds, and the way to the host.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::host::{Arguments, At, Iteration, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::{File, Object};
use crate::python::run::join::alternatives_of;
use crate::python::run::managers::PendingBody;
use crate::python::scope::{Scope, ScopeKind};
use crate::python::value::{HostId, Value};
use crate::text::cut;
use crate::text::source::{Site, Span};

/// How deep statements and expressions may nest, calls included: what lies behind it recurses.
const DEEPEST_NESTING: usize = 300;

/// A file's top level or a call that is being run.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Where names are looked up.
    pub(crate) scope: Rc<Scope>,
    /// The file.
    pub(crate) file: File,
    /// Whether the scope was made for this frame.
    pub(crate) fresh: bool,
    /// Which function is called, by the address of its source, and in how many regions.
    pub(crate) called: Option<(usize, usize)>,
    /// What a generator has yielded.
    pub(crate) yielded: Option<Rc<RefCell<Vec<Value>>>>,
    /// The body of the `with` that a context manager function was called for.
    pub(crate) pending: Option<PendingBody>,
    /// The class whose method this is, and the method's first argument.
    pub(crate) method: Option<(Value, Value)>,
}

impl Frame {
    /// Makes the frame of a file's top level, over a scope of its own.
    pub(crate) fn of_file(file: File) -> Self {
        Frame {
            scope: Scope::inside(None, ScopeKind::Module),
            file,
            fresh: false,
            called: None,
            yielded: None,
            pending: None,
            method: None,
        }
    }
}

impl Interpreter<'_> {
    /// Runs something in a frame of its own.
    pub(crate) fn in_frame<T>(
        &mut self,
        frame: Frame,
        span: Span,
        run: impl FnOnce(&mut Self) -> T,
    ) -> (T, Frame) {
        let site = Site { path: Rc::clone(&frame.file.path), span };
        self.sites.push(site.clone());
        self.statements.push(site);
        self.frames.push(frame);
        let result = run(self);
        self.sites.pop();
        self.statements.pop();
        let frame =
            self.frames.pop().expect("a frame was pushed above and every callee pops its own");
        self.graveyard.scope(Rc::clone(&frame.scope));
        (result, frame)
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.frames.last().expect("statements and expressions run inside a frame")
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("statements and expressions run inside a frame")
    }

    pub(crate) fn scope(&self) -> Rc<Scope> {
        Rc::clone(&self.frame().scope)
    }

    /// Returns the source of a span of the current file, on one line and not too long.
    pub(crate) fn source(&self, span: Span) -> String {
        let source = self.frame().file.text.slice(span);
        let line: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(80) {
            Some((end, _)) => format!("{}...", cut::to(&line, end)),
            None => line,
        }
    }

    /// Returns the site of a span of the current file.
    pub(crate) fn site(&self, span: Span) -> Site {
        Site { path: Rc::clone(&self.frame().file.path), span }
    }

    /// Says where the current frame stands, and returns where it stood.
    pub(crate) fn stand_at(&mut self, span: Span) -> Span {
        match self.sites.last_mut() {
            Some(site) => std::mem::replace(&mut site.span, span),
            None => span,
        }
    }

    /// Says which statement the current frame stands at.
    pub(crate) fn stand_at_statement(&mut self, span: Span) {
        if let Some(site) = self.statements.last_mut() {
            site.span = span;
        }
        self.stand_at(span);
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
            self.host.stopped(why, At { frames: &self.sites, statements: &self.statements });
        }
    }

    /// Says that something was not read, and goes on.
    pub(crate) fn skip(&mut self, why: &str) {
        self.host.stopped(why, At { frames: &self.sites, statements: &self.statements });
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
        self.host.open(region, At { frames: &self.sites, statements: &self.statements });
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
        let answer = self.host.call(
            callee,
            arguments,
            At { frames: &self.sites, statements: &self.statements },
        );
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
                *value = self.plain(settled);
            }
        }
        arguments
    }

    /// Says that something is called that may reach the database by itself.
    pub(crate) fn opaque(&mut self, callee: &str, why: &str) {
        self.host.opaque(callee, why, At { frames: &self.sites, statements: &self.statements });
    }

    pub(crate) fn host_attribute(&mut self, of: HostId, name: &str) -> Value {
        self.host.attribute(of, name, At { frames: &self.sites, statements: &self.statements })
    }

    pub(crate) fn host_set_attribute(&mut self, of: HostId, name: &str, value: Value) {
        let value = self.plain(value);
        self.host.set_attribute(
            of,
            name,
            value,
            At { frames: &self.sites, statements: &self.statements },
        );
    }

    pub(crate) fn host_inherited(
        &mut self,
        object: &Rc<Object>,
        base: HostId,
        name: &str,
    ) -> Value {
        self.host.inherited(
            object,
            base,
            name,
            At { frames: &self.sites, statements: &self.statements },
        )
    }

    pub(crate) fn host_define(&mut self, class: &Rc<Object>) {
        self.host.define(class, At { frames: &self.sites, statements: &self.statements });
    }

    pub(crate) fn host_subscript(&mut self, of: HostId, key: &Value) -> Value {
        let key = self.plain(key.clone());
        self.host.subscript(of, &key, At { frames: &self.sites, statements: &self.statements })
    }

    pub(crate) fn host_set_subscript(&mut self, of: HostId, key: &Value, value: Value) {
        let value = self.plain(value);
        self.host.set_subscript(
            of,
            key,
            value,
            At { frames: &self.sites, statements: &self.statements },
        );
    }

    pub(crate) fn host_binary(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        self.host.binary(
            operator,
            left,
            right,
            At { frames: &self.sites, statements: &self.statements },
        )
    }

    pub(crate) fn host_unary(&mut self, operator: &str, operand: HostId) -> Value {
        self.host.unary(operator, operand, At { frames: &self.sites, statements: &self.statements })
    }

    pub(crate) fn host_iterate(&mut self, of: HostId) -> Iteration {
        self.host.iterate(of, At { frames: &self.sites, statements: &self.statements })
    }

    pub(crate) fn host_enter(&mut self, of: HostId) -> Value {
        self.host.enter(of, At { frames: &self.sites, statements: &self.statements })
    }

    pub(crate) fn host_leave(&mut self, of: HostId) {
        self.host.leave(of, At { frames: &self.sites, statements: &self.statements });
    }

    pub(crate) fn outside(&mut self, name: &str) {
        self.host.outside(name, At { frames: &self.sites, statements: &self.statements });
    }

    pub(crate) fn escaped(&mut self, callee: &str, why: &str) {
        self.host.escaped(callee, why, At { frames: &self.sites, statements: &self.statements });
    }
}
