//! What Python brings along: functions, methods of builtin values, and the parts of its library
//! that migrations use.

/// A string, flat, with the way back to its pieces.
pub(crate) mod pattern;

pub(crate) mod pattern_reader;

pub(crate) mod layout;

/// What values look like as text.
pub(crate) mod display;

/// `%` and `.format`.
pub(crate) mod percent;

/// Methods of builtin values.
pub(crate) mod methods;

/// Methods of strings.
pub(crate) mod strings;

/// Methods of lists, sets and dicts.
pub(crate) mod collections;

/// Paths and files of the repository.
pub(crate) mod files;

/// Builtin functions.
pub(crate) mod functions;

/// What functions of Python do with what they are given.
pub(crate) mod consumption;

/// Functions over what can be iterated.
pub(crate) mod iteration;

/// Functions over objects, their attributes and types.
pub(crate) mod reflection;

/// The modules of Python's library.
pub(crate) mod library;

/// The functions of those modules.
pub(crate) mod library_calls;

/// `textwrap`.
pub(crate) mod textwrap;

/// `functools` and `itertools`.
pub(crate) mod itertools;

/// Classes that are made by a call.
pub(crate) mod classes;

/// `json`.
pub(crate) mod json;
