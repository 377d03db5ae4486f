//! Settings of `[tool.safe-migration]` and `safe-migration.toml`, and whatever else is written in
//! TOML. None is needed.

pub mod settings;

pub mod pyproject;

pub mod error;

mod table;

pub mod read;

pub mod verify;
