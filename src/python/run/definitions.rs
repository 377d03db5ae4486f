//! Functions and classes as they are defined.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, ClassKind, Function, Instance, Object};
use crate::python::scope::{Names, Scope, ScopeKind};
use crate::python::syntax::{
    Block, ClassDefinition, Expression, ExpressionKind, FunctionDefinition, StatementKind,
};
use crate::python::value::Value;

impl Interpreter<'_> {
    pub(crate) fn define_function(
        &mut self,
        definition: &Rc<FunctionDefinition>,
        decorators: &[Expression],
    ) {
        let function = self.function(definition);
        let decorated = self.decorated(function, decorators);
        self.bind_here(&definition.name, decorated);
    }

    /// Makes a function of its source, here and now.
    pub(crate) fn function(&mut self, definition: &Rc<FunctionDefinition>) -> Value {
        let defaults = definition
            .parameters
            .iter()
            .map(|parameter| parameter.default.as_ref().map(|default| self.evaluate(default)))
            .collect();
        for annotation in &definition.annotations {
            self.evaluate(annotation);
        }
        let frame = self.frame();
        Value::Object(Rc::new(Object::Function(Function {
            definition: Rc::clone(definition),
            scope: Rc::clone(&frame.scope),
            defaults,
            file: frame.file.clone(),
            class: RefCell::new(None),
            context_manager: Cell::new(false),
            attributes: Rc::default(),
        })))
    }

    /// Applies decorators, the innermost first. One that cannot be known is told where what it
    /// decorates reaches, and then leaves it as it is.
    fn decorated(&mut self, value: Value, decorators: &[Expression]) -> Value {
        let mut value = value;
        for decorator in decorators.iter().rev() {
            if let Some((property, kind)) = accessed(decorator) {
                let property = self.evaluate(property);
                return self.accessor(&property, kind, value);
            }
            let callee = self.evaluate(decorator);
            self.stand_at(decorator.span);
            let written = self.source(decorator.span);
            let given = Arguments::positional(vec![value.clone()]);
            let answer = self.call_value(&callee, given, &written);
            if !matches!(answer, Value::Unknown(_) | Value::None) {
                value = answer;
            }
        }
        value
    }

    pub(crate) fn define_class(
        &mut self,
        definition: &Rc<ClassDefinition>,
        decorators: &[Expression],
    ) {
        let arguments = self.arguments(&definition.bases);
        let outer = self.scope();
        let scope = Scope::inside(Some(Rc::clone(&outer)), ScopeKind::Class);
        let span = self.statements.last().map(|site| site.span).unwrap_or_default();
        self.frame_mut().scope = Rc::clone(&scope);
        self.block(&definition.body);
        self.frame_mut().scope = outer;
        self.stand_at_statement(span);
        let mut bases: Vec<Value> = arguments.positional;
        let ancestors = Class::linearized(&mut bases);
        let kind = match kind_of(&bases) {
            ClassKind::Plain if decorators.iter().any(is_record_maker) => ClassKind::Record,
            kind => kind,
        };
        let class = Rc::new(Object::Class(Class {
            name: Rc::clone(&definition.name),
            bases,
            keywords: arguments.keywords,
            attributes: Rc::clone(&scope.names),
            kind,
            fields: fields(&definition.body),
            site: self.site(span),
            ancestors,
        }));
        self.adopt(&class, &scope.names);
        self.host_define(&class);
        self.settle_class(&class);
        let decorated = self.decorated(Value::Object(class), decorators);
        self.bind_here(&definition.name, decorated);
    }

    /// Does what Python does once a class is there, and notes what may be done with it later.
    pub(crate) fn settle_class(&mut self, class: &Rc<Object>) {
        self.class_was_made(class);
        let Some(inner) = class.as_class() else { return };
        let keyword = inner.keywords.iter().find(|(name, _)| name == "metaclass");
        if let Some((_, Value::Object(metaclass))) = keyword {
            self.is_metaclass(metaclass);
        }
        // A base from elsewhere may register or make what extends it, an enum makes its members.
        if inner.has_unknown_base() || inner.kind == ClassKind::Enum {
            self.is_made(class);
        }
    }

    /// Tells the methods of a class that they are, and makes members of an enum's values.
    fn adopt(&mut self, class: &Rc<Object>, names: &Rc<Names>) {
        let Some(kind) = class.as_class().map(|class| class.kind) else { return };
        let mut count = 0;
        for (name, value) in names.all() {
            let function = match &value {
                Value::Object(object) => match &**object {
                    Object::Static(inner) | Object::ClassMethod(inner) => Some(inner),
                    Object::Property(property) => Some(&property.getter),
                    Object::Function(_) => Some(&value),
                    Object::Class(_) | Object::Builtin(_) => continue,
                    _ => None,
                },
                _ => None,
            };
            match function {
                Some(Value::Object(object)) => {
                    if let Object::Function(function) = &**object {
                        *function.class.borrow_mut() = Some(Value::Object(Rc::clone(class)));
                    }
                }
                Some(_) => {}
                None if kind == ClassKind::Enum && !name.starts_with('_') => {
                    count += 1;
                    let member = member(class, &name, value, count);
                    self.bind(names, &name, member);
                }
                None => {}
            }
        }
    }
}

fn member(class: &Rc<Object>, name: &Rc<str>, value: Value, count: i64) -> Value {
    let attributes = Rc::new(Names::default());
    let value = match &value {
        Value::Unknown(unknown) if &*unknown.why == crate::python::builtin::library::AUTO => {
            Value::Int(count)
        }
        _ => value,
    };
    attributes.set(&"name".into(), Value::text(name));
    attributes.set(&"_name_".into(), Value::text(name));
    attributes.set(&"value".into(), value.clone());
    attributes.set(&"_value_".into(), value);
    Value::Object(Rc::new(Object::Instance(Instance { class: Some(Rc::clone(class)), attributes })))
}

/// Returns the property that `@x.setter` or the like belongs to, and what it adds.
fn accessed(decorator: &Expression) -> Option<(&Expression, &str)> {
    match &decorator.kind {
        ExpressionKind::Attribute(property, name)
            if matches!(&**name, "setter" | "deleter" | "getter") =>
        {
            Some((property, name))
        }
        _ => None,
    }
}

fn is_record_maker(decorator: &Expression) -> bool {
    match &decorator.kind {
        ExpressionKind::Name(name) => &**name == "dataclass",
        ExpressionKind::Attribute(_, name) => matches!(&**name, "dataclass" | "define" | "frozen"),
        ExpressionKind::Call(callee, _) => is_record_maker(callee),
        _ => false,
    }
}

fn kind_of(bases: &[Value]) -> ClassKind {
    bases
        .iter()
        .map(|base| match base {
            Value::Object(object) => match &**object {
                Object::Builtin(name) if name.starts_with("enum.") => ClassKind::Enum,
                Object::Builtin(name) if &**name == "typing.NamedTuple" => ClassKind::Record,
                Object::Class(class) => class.kind,
                _ => ClassKind::Plain,
            },
            _ => ClassKind::Plain,
        })
        .find(|kind| *kind != ClassKind::Plain)
        .unwrap_or(ClassKind::Plain)
}

fn fields(body: &Block) -> Vec<Rc<str>> {
    body.iter()
        .filter_map(|statement| match &statement.kind {
            StatementKind::Annotated { target, .. } => match &target.kind {
                ExpressionKind::Name(name) => Some(Rc::clone(name)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
