//! SQL statements: what is sent to a database.
//!
//! `statement` and `table` hold the nouns; the readers turn text into them. Alembic's operations
//! are turned into the same nouns in `operation`, so that a rule judges `op.add_column` and `ALTER
//! TABLE ... ADD COLUMN` alike.

pub mod dialect;

pub mod table;

pub mod statement;

pub mod table_change;

pub mod row_change;

pub mod scope;

pub mod object_change;

pub mod session_command;

pub mod version;

pub mod timeout;

pub mod script;

pub mod grammar;

pub mod foreign_types;

pub mod foreign_words;

pub mod newer;

pub mod foreign_functions;

pub mod functions;

pub mod bounded;

pub mod read;

pub mod nested;

pub mod verdict;

pub mod body;

mod routine;

mod definition;

pub mod types;

pub mod type_change;

pub mod default;

pub mod casts;

pub mod operators;

pub mod taken_types;

pub mod literal;

pub mod returned;

pub mod value;

pub mod signature;

pub mod partition_key;

pub mod said;

pub mod index_text;

pub mod condition;

pub mod lock;

pub mod lock_table;

pub mod taken;

pub mod row_access;

pub mod title;
