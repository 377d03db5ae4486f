//! The names of SQLAlchemy, what calling them makes, and what can be done with that: columns, types,
//! tables, statements, connections and sessions.

pub mod check;

pub mod check_columns;

pub mod columns;

pub mod connections;

pub mod constraints;

pub mod construct;

pub mod ddl;

pub mod dml;

pub mod execute;

mod execute_query;

pub mod events;

pub mod extended;

pub mod expressions;

pub mod functions;

pub mod libraries;

pub mod methods;

pub mod models;

pub mod names;

pub mod outside;

pub mod parameters;

pub mod query;

pub mod query_methods;

pub mod sent;

pub mod sessions;

pub mod sql_builder;

pub mod sql_expr;

pub mod tables;

pub mod texts;

pub mod type_sql;

pub mod types;

pub mod utils_views;
