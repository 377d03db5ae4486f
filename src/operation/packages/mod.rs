//! What Alembic and SQLAlchemy take and have, version by version, as their packages say it.
//!
//! `alembic.txt` and `sqlalchemy.txt` are written by `tests/packages/generate.py`, which says how a
//! line is read.

pub mod catalog;

pub mod signature;
