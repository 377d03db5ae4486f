//! Short titles of statements, for people.

pub mod objects;
pub mod parts;
pub mod rows;
pub mod statement;
pub mod tables;
pub mod words;
