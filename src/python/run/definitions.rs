//! Functions and classes as they are defined.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, ClassKind, Function, Instance, Object};
use crate::python::run::owed::{is_made, is_metaclass, is_used};
use crate::python::run::special::{accessor, class_was_made};
use crate::python::scope::{Names, Scope, ScopeKind};
use crate::python::syntax::{
    Block, ClassDefinition, Expression, ExpressionKind, FunctionDefinition, StatementKind,
};
use crate::python::value::Value;

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

pub(crate) fn define_function(
    this: &mut Interpreter<'_>,
    definition: &Rc<FunctionDefinition>,
    decorators: &[Expression],
) {
    let function = function(this, definition);
    let decorated = decorated(this, function, decorators);
    this.bind_here(&definition.name, decorated);
}

/// Makes a function of its source, here and now.
pub(crate) fn function(this: &mut Interpreter<'_>, definition: &Rc<FunctionDefinition>) -> Value {
    let defaults = definition
        .parameters
        .iter()
        .map(|parameter| parameter.default.as_ref().map(|default| this.evaluate(default)))
        .collect();
    for annotation in &definition.annotations {
        this.evaluate(annotation);
    }
    this.annotated(&definition.annotated);
    let frame = this.stack.frame();
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

/// Applies decorators, the innermost first. One that cannot be known is reported where what it
/// decorates reaches, and then leaves it as it is.
fn decorated(this: &mut Interpreter<'_>, value: Value, decorators: &[Expression]) -> Value {
    let mut value = value;
    for decorator in decorators.iter().rev() {
        if let Some((property, kind)) = accessed(decorator) {
            let property = this.evaluate(property);
            return accessor(&property, kind, value);
        }
        let callee = this.evaluate(decorator);
        this.stack.stand_at(decorator.span);
        if is_of_application(this, &callee) {
            continue;
        }
        let written = this.stack.source(decorator.span);
        let given = Arguments::positional(vec![value.clone()]);
        // A library that is handed a function may call it whenever it likes.
        if matches!(callee, Value::Host(_)) {
            is_used(this, &value);
        }
        let answer = this.call_value(&callee, given, &written);
        if !matches!(answer, Value::Unknown(_) | Value::None) {
            value = answer;
        }
    }
    value
}

/// Tells whether a package from outside decorates something of the application, in a module that is
/// imported and does not speak of Alembic (`@cached(...)`, `@remotable`): what it is given waits for a
/// call, and the module says what it does with the database then.
fn is_of_application(this: &Interpreter<'_>, decorator: &Value) -> bool {
    let is_outside = matches!(decorator, Value::Unknown(unknown) if !unknown.reaches);
    is_outside && this.importing > 0 && {
        let text = &this.stack.frame().file.text;
        !text.content().contains("alembic")
    }
}

pub(crate) fn define_class(
    this: &mut Interpreter<'_>,
    definition: &Rc<ClassDefinition>,
    decorators: &[Expression],
) {
    let arguments = this.arguments(&definition.bases);
    let outer = this.stack.scope();
    let scope = Scope::inside(Some(Rc::clone(&outer)), ScopeKind::Class);
    let span = this.stack.statements.last().map(|site| site.span).unwrap_or_default();
    this.stack.frame_mut().scope = Rc::clone(&scope);
    this.block(&definition.body);
    this.stack.frame_mut().scope = outer;
    this.graveyard.scope(Rc::clone(&scope));
    this.stack.stand_at_statement(span);
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
        body: Rc::clone(&definition.body),
        site: this.stack.site(span),
        ancestors,
    }));
    adopt(this, &class, &scope.names);
    this.host.define(&class, this.stack.at());
    settle_class(this, &class);
    let decorated = decorated(this, Value::Object(class), decorators);
    this.bind_here(&definition.name, decorated);
}

/// Does what Python does once a class is there, and notes what may be done with it later.
pub(crate) fn settle_class(this: &mut Interpreter<'_>, class: &Rc<Object>) {
    class_was_made(this, class);
    let Some(inner) = class.as_class() else { return };
    let keyword = inner.keywords.iter().find(|(name, _)| name == "metaclass");
    if let Some((_, Value::Object(metaclass))) = keyword {
        is_metaclass(this, metaclass);
        let others = inner.keywords.iter().filter(|(name, _)| name != "metaclass");
        if others.clone().any(|(_, value)| this.reaches(value)) {
            let why = "its metaclass is handed what reaches it";
            this.host.opaque(&inner.name, why, this.stack.at());
        }
    }
    // A base from elsewhere may register or make what extends it, an enum makes its members.
    if inner.has_unknown_base() || inner.kind == ClassKind::Enum {
        is_made(this, class);
    }
}

/// Tells the methods of a class that they are, and makes members of an enum's values.
fn adopt(this: &mut Interpreter<'_>, class: &Rc<Object>, names: &Rc<Names>) {
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
                this.bind(names, &name, member);
            }
            None => {}
        }
    }
}
