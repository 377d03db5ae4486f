//! The words in which each server refuses.

pub mod server;

pub mod postgresql;

pub mod sqlite;

pub mod mysql;

pub mod sql_server;
