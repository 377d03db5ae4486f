//! Projects, headers, migrations and the revision graph.

pub mod project;

pub mod header;

pub mod graph;

pub mod migration;

pub mod history;
