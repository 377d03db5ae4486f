//! Projects, headers, migrations and the revision graph.

pub mod ini;

mod location;

mod options;

mod signs;

mod finder;

mod inference;

pub mod project;

pub mod search;

mod images;

mod pins;

pub mod surroundings;

pub mod literal;

mod scan;

pub mod header;

pub mod imports;

mod fallback;

pub mod comments;

mod environment;

mod env;

mod configured;

pub mod compared;

mod compare_options;

pub mod dialects;

mod dialect_words;

pub mod requirements;

pub mod drivers;

pub mod driver;

mod naming;

mod neighbour;

mod put_away;

mod plugins;

mod few;

mod kept_reading;

pub mod graph;

pub mod ancestry;

mod order;

mod walks;

pub mod cycle;

pub mod migration;

pub mod history;

pub mod revision_file;

mod revision_files;

pub mod elsewhere;
pub mod entry_points;

pub mod words;

pub mod summary;

pub mod meaning;

pub mod change;

/// Files beside the revisions that a revision reads while it runs.
pub mod reads;

pub mod bounds;

pub mod chain;

pub mod rewrite;

pub mod template;
