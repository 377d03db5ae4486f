//! Settings of `[tool.safe-migration]` and `safe-migration.toml`. None is needed.

pub mod settings;
