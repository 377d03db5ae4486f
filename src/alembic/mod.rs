//! Projects, headers, migrations and the revision graph.

pub mod ini;

mod location;

mod options;

mod signs;

mod finder;

mod inference;

pub mod project;

mod images;

mod pins;

pub mod surroundings;

pub mod literal;

mod scan;

pub mod header;

pub mod imports;

mod fallback;

pub mod comments;

mod walk;

mod environment;

pub mod dialects;

pub mod drivers;

mod naming;

mod plugins;

pub mod graph;

mod order;

pub mod cycle;

pub mod migration;

pub mod history;

pub mod meaning;

pub mod change;

pub mod bounds;

pub mod chain;

pub mod rewrite;

pub mod template;
