//! The interpreter's parts: each holds one thing that Python does.

/// The stack of frames, the bounds, and the way to the host.
pub(crate) mod frames;

/// What was changed since a fork, and how two pasts become one.
pub(crate) mod journal;

/// What nothing names any more.
pub(crate) mod graveyard;

/// Two values that a variable may have, as one.
pub(crate) mod join;

/// Statements.
pub mod statements;

/// `if`, `try`, `match`: stretches that may not run.
pub(crate) mod branches;

/// `for` and `while`.
pub(crate) mod loops;

/// What a loop changes from turn to turn.
pub(crate) mod widening;

/// `with`.
pub(crate) mod managers;

/// Assignment, `del`, and the names they bind.
pub(crate) mod targets;

/// Imports and modules.
pub(crate) mod imports;

/// Functions and classes as they are defined.
pub(crate) mod definitions;

/// Expressions.
pub(crate) mod expressions;

/// f-strings.
pub(crate) mod interpolation;

/// Comprehensions, and the elements of what is iterated over.
pub(crate) mod elements;

/// Operators.
pub(crate) mod operators;

/// Comparisons and truth.
pub(crate) mod comparison;

/// Attributes.
pub(crate) mod attributes;

/// Subscripts.
pub(crate) mod subscripts;

/// Calls.
pub(crate) mod calls;

/// What reaches the host through a value.
pub(crate) mod reach;

/// What can reach the host, was handed around, and was never read.
pub mod accounts;

/// Special methods.
pub(crate) mod special;

/// `globals()`, `vars(x)` and their like.
pub(crate) mod namespaces;

/// `exec` and `eval` of text.
pub(crate) mod code;
