//! What a rule is and what it may ask.

pub mod card;

pub mod hit;

pub mod case;

pub mod transaction;

pub mod deed;

pub mod code;

pub mod graph;
