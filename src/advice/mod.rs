//! What findings say to write instead, built rather than formatted: names are quoted as the
//! dialect reads them, and texts as Python reads them.

/// Names as SQL reads them.
pub mod ident;

/// A statement of SQL, piece by piece.
pub mod sql;

/// Text as Python writes it.
pub mod literal;

/// A call of one of Alembic's operations.
pub mod op_call;

/// A column that is copied into one of another type.
pub mod copied_column;

/// The words of a comment.
pub mod remark;
