//! The methods of `op` and of what `batch_alter_table` binds: the table of them, what each call says,
//! and what is sent to the database because of it.

pub mod calls;

pub mod call;

pub mod check;

pub mod naming;

pub mod plug_ins;

pub mod entities;

pub mod registered;

pub mod own_operations;

pub mod table;

pub mod tables;

pub mod constraints;

pub mod legacy_names;

pub mod emit;

pub mod emit_alter;
