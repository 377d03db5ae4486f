//! From tree-sitter's tree to ours.

/// The parser, its bounds, and what is collected on a walk over the whole tree.
pub(crate) mod tree;

/// What is shared by all of the lowering.
pub(crate) mod lowering;

pub(crate) mod identifiers;

mod statements;

/// Functions, lambdas and classes.
pub(crate) mod definitions;

mod patterns;

mod expressions;

mod strings;
