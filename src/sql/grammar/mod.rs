//! The grammar of SQL, as far as it matters here, for every dialect.
//!
//! A statement is read word by word with a [`cursor`]: what leads a statement and its clauses are
//! keywords that all dialects share, and a reader that knows them keeps what it understands when a
//! part is a hole or strange. Only expressions need a real parser, which [`expression`] is.

pub mod token;

pub mod split;

pub mod bounds;

pub mod cursor;

/// Names and strings.
mod names;

pub mod type_name;

pub mod expression;

pub mod operator;

pub mod operand;

pub mod query;

pub mod select;

pub mod meaning;

pub mod mentions;

pub mod view;

pub mod joined;

pub mod scopes;

pub mod foreign;

pub mod signature;

pub mod column;

pub mod constraint;

pub mod index;

pub mod create_table;

pub mod alter_table;

pub mod alter_column;

pub mod table_action;

pub mod object;

pub mod create_object;

pub mod setting;

pub mod write;

pub mod insert;

pub mod block;

pub mod dynamic;
