//! What the code of the application believes the database to be.
//!
//! Modules of a snapshot are interpreted, and nothing of them is run: classes that SQLAlchemy maps,
//! and `Table(...)`, with their columns, each with the line that declares it. What cannot be known
//! is unknown, with the reason.

pub mod model;

pub mod files;

pub mod read;

pub(crate) mod host;

pub(crate) mod mapper;

pub(crate) mod mapped;

mod mapper_cls;

mod root;

mod table_args;

mod info;

pub mod hooks;

pub(crate) mod columns;

mod composite;

pub(crate) mod column_type;

pub(crate) mod sqlmodel_field;

pub(crate) mod annotation;

pub(crate) mod python_types;

pub(crate) mod flask;

pub(crate) mod library;

pub mod texts;

pub mod uses;

pub mod certainty;

pub(crate) mod core_uses;

pub(crate) mod code_uses;

pub(crate) mod statement;
