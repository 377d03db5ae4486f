//! Source text and places in it, and what is known of a value.

pub mod encoding;

pub mod known;

pub mod merging;

pub mod source;

pub mod spelling;

pub mod canonical;

pub mod cut;

pub mod letters;

pub mod whole_word;

pub mod map;
