//! What a rule is and what it may ask.

pub mod card;

pub mod hit;

pub mod case;

pub mod server;

pub mod transaction;

pub mod deed;

pub mod code;

pub mod graph;

pub mod inverse;

pub mod address;

pub mod sent;

pub mod secret;

pub mod branch;

pub mod rollback;

pub mod difference;

pub mod referrer;

pub mod again;

pub mod uncommitted;

pub mod dependants;

pub mod objects;

pub mod batch;

pub mod labels;
