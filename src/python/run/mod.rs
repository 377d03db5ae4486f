//! The interpreter's parts: each holds one thing that Python does.
//!
//! # Why it is built like this
//!
//! **One run stands for every run.** A migration is run once, over values that may be unknown. What
//! cannot be decided is not searched: both arms of an `if` are run, each from the state before it,
//! and their states are joined. So the cost is that of the program, not of its paths, and what is
//! recorded is everything that some run may do, each step with the arms it stands in.
//!
//! **The lattice.** A `Value` is what is known of a Python value.
//! Above every value stands `Unknown`, which has two heights: it reaches the host, or it does not.
//! `Either` is a few values side by side and lies below `Unknown`; `Perhaps` stands in a list, set
//! or dict for an item that may be there, or be there any number of times. A string is known piece
//! by piece, and a hole is an unknown piece: `DROP TABLE {x}` still drops a table.
//! `join` is the least of these that covers two values, up to a bound
//! on how many are kept apart. It never goes from reaching to not reaching.
//!
//! **Fork and join.** Nothing that can change is changed but through
//! `journal`: names, items, pairs. A fork notes what each held
//! before; when its arm ends, the notes are taken out and the state is that of before. Then the
//! arms' changes are merged: what both wrote is joined, what one wrote is joined with what was
//! there. The invariant: between a fork and its merge no state of one arm is seen by the other, and
//! an arm that certainly leaves (`return`, `raise`) gives nothing to what follows but what outlives
//! its function. A value that was made within an arm needs no notes: nobody saw it before.
//!
//! **Why `Perhaps`.** A list under a condition is neither longer nor shorter, it is both. If the
//! whole list became unknown, a loop over it would tell of no table at all; with `Perhaps` the loop
//! runs its body once for the item, under a condition or repeatedly.
//!
//! **Why `Either`.** `op.f if x else op.g` is called: both calls are recorded, each under a
//! condition. Only what is worth telling apart is kept apart: text, host values, what can be called.
//! Numbers and objects are blurred, for nothing is recorded of them.
//!
//! **Why forget.** A loop whose turns cannot be counted is read once. What its body assigns is
//! forgotten before (`widening`), or the one turn would be taken
//! for the first, and a test on a counter would be decided that cannot be. Where the turn has
//! brought something that reaches into what it began with, a second turn is read.
//!
//! **Nothing passes in silence.** Three things hold that by construction, not by a list of forms.
//! What goes into something that is not modelled is reported if it reaches, and what comes out reaches
//! (`reach`, `builtin::consumption`). What is called and may reach by
//! itself is reported. And what reaches, was handed around, and was never read when the program ends is
//! reported (`accounts`): so a special method, a callback or a hook that
//! Python calls in a way that nobody thought of is still seen, because it was not seen to run.
//!
//! **Bounds.** Every statement, call and element takes a step, nesting and turns are counted, text
//! and lists have a size. Past a bound reading stops, and that is reported. What was made stays until
//! nothing is run any more (`graveyard`), for dropping a value
//! recurses as deep as values nest.

/// The stack of frames, the bounds, and the way to the host.
pub(crate) mod frames;

pub(crate) mod stack;

/// What was changed since a fork, and how two pasts become one.
pub(crate) mod journal;

pub(crate) mod forks;

/// What nothing names any more.
pub(crate) mod graveyard;

/// How deep values nest.
mod nesting;

/// Two values that a variable may have, as one.
pub(crate) mod join;

/// Statements.
pub mod statements;

pub mod outcome;

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

pub(crate) mod slices;

/// Calls.
pub(crate) mod calls;

pub(crate) mod parameters;

pub(crate) mod instances;

/// What reaches the host through a value.
pub(crate) mod raises;

pub(crate) mod reach;

/// What can reach the host, was handed around, and was never read.
pub mod accounts;

pub mod owed;

/// Special methods.
pub(crate) mod special;

/// `globals()`, `vars(x)` and their like.
pub(crate) mod namespaces;

/// `exec` and `eval` of text.
pub(crate) mod code;
