//! The syntax tree: what is left of a file once spelling is gone.
//!
//! Spans are bytes in the file's text. Bodies are shared, so that functions can outlive the walk
//! over their file.

use std::rc::Rc;

use crate::text::source::Span;

/// A run of statements.
pub type Block = Rc<[Statement]>;

/// A statement.
#[derive(Debug)]
pub struct Statement {
    /// All of it, decorators and body included.
    pub span: Span,
    /// The statement without its body: for a compound one what stands before the colon, else all of
    /// it.
    pub header: Span,
    /// What it does.
    pub kind: StatementKind,
}

impl Statement {
    /// Tells whether a name may be bound by this, its blocks included.
    pub fn binds(&self, name: &str) -> bool {
        let within = |block: &Block| block.iter().any(|statement| statement.binds(name));
        let imported = |names: &[(Rc<str>, Option<Rc<str>>)]| {
            names.iter().any(|(own, alias)| {
                matches!(&**own, "*") || **alias.as_ref().unwrap_or(own) == *name
            })
        };
        match &self.kind {
            StatementKind::Function { definition, .. } => *definition.name == *name,
            StatementKind::Class { definition, .. } => *definition.name == *name,
            StatementKind::Assign { targets, .. } => {
                targets.iter().any(|target| target.is_name(name))
            }
            StatementKind::Annotated { target, .. } => target.is_name(name),
            StatementKind::Import(names) | StatementKind::From { names, .. } => imported(names),
            StatementKind::If { branches, otherwise } => {
                branches.iter().any(|(_, body)| within(body))
                    || otherwise.as_ref().is_some_and(within)
            }
            StatementKind::Try { body, handlers, otherwise, finally } => {
                within(body)
                    || handlers.iter().any(|handler| within(&handler.body))
                    || [otherwise, finally].into_iter().flatten().any(within)
            }
            StatementKind::With { body, .. }
            | StatementKind::For { body, .. }
            | StatementKind::While { body, .. } => within(body),
            _ => false,
        }
    }
}

impl Expression {
    /// Tells whether this is a name, or a row of targets with it.
    pub(crate) fn is_name(&self, name: &str) -> bool {
        match &self.kind {
            ExpressionKind::Name(own) => **own == *name,
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) => {
                items.iter().any(|item| item.is_name(name))
            }
            _ => false,
        }
    }
}

/// What a statement does.
#[derive(Debug)]
pub enum StatementKind {
    /// An expression on its own.
    Expression(Expression),
    /// `a = b = value`.
    Assign {
        /// The targets, from left to right.
        targets: Vec<Expression>,
        /// The value.
        value: Expression,
    },
    /// `target: annotation = value`.
    Annotated {
        /// The target.
        target: Expression,
        /// The annotation, if a call stands in it.
        annotation: Option<Expression>,
        /// The names in the annotation, if none does.
        named: Vec<Expression>,
        /// Where the annotation is written.
        written: Span,
        /// The value, if there is one.
        value: Option<Expression>,
    },
    /// `target += value`.
    Augmented {
        /// The target.
        target: Expression,
        /// The operator without its `=`.
        operator: Rc<str>,
        /// The value.
        value: Expression,
    },
    /// `return value`.
    Return(Option<Expression>),
    /// `del a, b`.
    Delete(Vec<Expression>),
    /// `raise a from b`: what is raised, and what is said to be its cause.
    Raise(Option<Expression>, Option<Expression>),
    /// `pass`, and what has no effect: type aliases, forward declarations.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `global a, b`.
    Global(Vec<Rc<str>>),
    /// `nonlocal a, b`.
    Nonlocal(Vec<Rc<str>>),
    /// `import a.b as c`: dotted name and alias.
    Import(Vec<(Rc<str>, Option<Rc<str>>)>),
    /// `from ..a import b as c`.
    From {
        /// The dotted name behind the dots.
        module: Rc<str>,
        /// How many dots.
        level: usize,
        /// Names and aliases; `*` for all.
        names: Vec<(Rc<str>, Option<Rc<str>>)>,
    },
    /// `assert test, message`.
    Assert(Expression, Option<Expression>),
    /// `if`, `elif`, `else`.
    If {
        /// The tests and their bodies.
        branches: Vec<(Expression, Block)>,
        /// The body of `else`.
        otherwise: Option<Block>,
    },
    /// `for target in items`.
    For {
        /// What is bound.
        target: Expression,
        /// What is iterated over.
        items: Expression,
        /// The body.
        body: Block,
        /// The body of `else`.
        otherwise: Option<Block>,
    },
    /// `while test`.
    While {
        /// The test.
        test: Expression,
        /// The body.
        body: Block,
        /// The body of `else`.
        otherwise: Option<Block>,
    },
    /// `try`.
    Try {
        /// The body.
        body: Block,
        /// The `except` clauses.
        handlers: Vec<Handler>,
        /// The body of `else`.
        otherwise: Option<Block>,
        /// The body of `finally`.
        finally: Option<Block>,
    },
    /// `with a as b, c as d`.
    With {
        /// The managers and what they are bound to.
        items: Rc<[(Expression, Option<Expression>)]>,
        /// The body.
        body: Block,
    },
    /// `match subject`.
    Match {
        /// The subject.
        subject: Expression,
        /// The cases.
        cases: Vec<Case>,
    },
    /// `def`.
    Function {
        /// The function.
        definition: Rc<FunctionDefinition>,
        /// The decorators, from top to bottom.
        decorators: Vec<Expression>,
    },
    /// `class`.
    Class {
        /// The class.
        definition: Rc<ClassDefinition>,
        /// The decorators, from top to bottom.
        decorators: Vec<Expression>,
    },
    /// `print "x"` and `exec "x"` of Python 2: what they are given.
    Python2(Vec<Expression>),
    /// Something that does not parse, with the names that occur in it.
    Unreadable(Vec<Rc<str>>),
}

/// An `except` clause.
#[derive(Debug)]
pub struct Handler {
    /// What is caught; nothing for all.
    pub test: Option<Expression>,
    /// The name that the exception is bound to.
    pub name: Option<Rc<str>>,
    /// The body.
    pub body: Block,
    /// What stands before the colon.
    pub header: Span,
}

/// A `case` of a `match`.
#[derive(Debug)]
pub struct Case {
    /// The pattern.
    pub pattern: Pattern,
    /// The guard.
    pub guard: Option<Expression>,
    /// The body.
    pub body: Block,
}

/// A pattern of a `case`.
#[derive(Debug)]
pub enum Pattern {
    /// `_`.
    Any,
    /// A literal or a dotted name, compared.
    Value(Expression),
    /// A name, bound.
    Capture(Rc<str>),
    /// `a | b`.
    Or(Vec<Pattern>),
    /// `pattern as name`.
    As(Box<Pattern>, Rc<str>),
    /// `[a, b]` or `(a, b)`.
    Sequence(Vec<Pattern>),
    /// `*rest`.
    Star(Option<Rc<str>>),
    /// Mappings, classes and whatever else: undecidable, binding these names.
    Other(Vec<Rc<str>>),
}

/// A function or a lambda.
#[derive(Debug)]
pub struct FunctionDefinition {
    /// Its name; `<lambda>` for a lambda.
    pub name: Rc<str>,
    /// The span of the name.
    pub name_span: Span,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Its body.
    pub body: Body,
    /// The span of the body.
    pub body_span: Span,
    /// The annotations in which calls stand: they are evaluated where it is defined.
    pub annotations: Vec<Expression>,
    /// The names in the others.
    pub annotated: Vec<Expression>,
    /// Where it says what it returns.
    pub returns: Option<Span>,
    /// Whether it yields.
    pub generator: bool,
    /// The names that occur in it, sorted.
    pub names: Vec<Rc<str>>,
    /// The span of its docstring's literal.
    pub docstring: Option<Span>,
    /// All of it, decorators included.
    pub span: Span,
}

/// The body of a function.
#[derive(Debug)]
pub enum Body {
    /// Of a `def`.
    Block(Block),
    /// Of a `lambda`.
    Expression(Expression),
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Rc<str>,
    /// How it takes arguments.
    pub kind: ParameterKind,
    /// Its default.
    pub default: Option<Expression>,
}

/// How a parameter takes arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// By position or by name.
    Plain,
    /// By name only.
    Keyword,
    /// `*args`.
    Positionals,
    /// `**kwargs`.
    Keywords,
}

/// A class.
#[derive(Debug)]
pub struct ClassDefinition {
    /// Its name.
    pub name: Rc<str>,
    /// Its bases and keywords.
    pub bases: Vec<Argument>,
    /// Its body.
    pub body: Block,
}

/// An expression.
#[derive(Debug)]
pub struct Expression {
    /// Its bytes, without parentheses around it.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExpressionKind {
    /// A name.
    Name(Rc<str>),
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True`, `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A number that is not such an integer.
    Float(f64),
    /// A string, an f-string or several of them side by side.
    Text(Vec<Part>),
    /// `b"a"`.
    Bytes(Vec<Part>),
    /// `a, b`.
    Tuple(Vec<Expression>),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{a, b}`.
    Set(Vec<Expression>),
    /// `{a: b, **c}`; an unpacked one has no key.
    Dict(Vec<(Option<Expression>, Expression)>),
    /// `*a`.
    Starred(Box<Expression>),
    /// `a.b`.
    Attribute(Box<Expression>, Rc<str>),
    /// `a[b]`.
    Subscript(Box<Expression>, Box<Expression>),
    /// `a:b:c` in a subscript.
    Slice(Box<[Option<Expression>; 3]>),
    /// `a(b)`.
    Call(Box<Expression>, Vec<Argument>),
    /// `-a`, `+a`, `~a`.
    Unary(Rc<str>, Box<Expression>),
    /// `not a`.
    Not(Box<Expression>),
    /// `a + b`.
    Binary(Box<Expression>, Rc<str>, Box<Expression>),
    /// `a and b`.
    And(Box<Expression>, Box<Expression>),
    /// `a or b`.
    Or(Box<Expression>, Box<Expression>),
    /// `a < b < c`.
    Compare(Box<Expression>, Vec<(Rc<str>, Expression)>),
    /// `then if test else otherwise`.
    Conditional {
        /// The test.
        test: Box<Expression>,
        /// The value where it holds.
        then: Box<Expression>,
        /// The value where it does not.
        otherwise: Box<Expression>,
    },
    /// `lambda: a`.
    Lambda(Rc<FunctionDefinition>),
    /// `[a for b in c if d]` and its like.
    Comprehension(Box<Comprehension>),
    /// `a := b`.
    Named(Rc<str>, Box<Expression>),
    /// `await a`.
    Await(Box<Expression>),
    /// `yield a`.
    Yield(Option<Box<Expression>>),
    /// `yield from a`.
    YieldFrom(Box<Expression>),
    /// Something that does not parse, with the names that occur in it.
    Unreadable(Vec<Rc<str>>),
}

/// A part of a string literal.
#[derive(Debug)]
pub enum Part {
    /// Text, and the bytes it was written with: an escape stands for itself, so text and bytes
    /// agree elsewhere.
    Known(Rc<str>, Span),
    /// `{expression!conversion:format}`.
    Hole {
        /// The expression.
        expression: Expression,
        /// The character behind `!`.
        conversion: Option<char>,
        /// The format.
        format: Vec<Part>,
        /// Whether `=` asks for the expression's own text before it.
        debug: bool,
    },
}

/// An argument of a call.
#[derive(Debug)]
pub enum Argument {
    /// `a`.
    Positional(Expression),
    /// `name=a`.
    Keyword(Rc<str>, Expression),
    /// `*a`.
    Unpacked(Expression),
    /// `**a`.
    UnpackedKeywords(Expression),
}

/// `[element for target in items if test]` and its like.
#[derive(Debug)]
pub struct Comprehension {
    /// What it makes.
    pub kind: ComprehensionKind,
    /// The element, or the key of a dict.
    pub element: Expression,
    /// The value of a dict.
    pub value: Option<Expression>,
    /// The clauses, from left to right.
    pub clauses: Vec<Clause>,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// A list.
    List,
    /// A set.
    Set,
    /// A dict.
    Dict,
    /// A generator.
    Generator,
}

/// A clause of a comprehension.
#[derive(Debug)]
pub enum Clause {
    /// `for target in items`.
    For(Expression, Expression),
    /// `if test`.
    If(Expression),
}
