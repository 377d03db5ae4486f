//! The revision graph, with Alembic's semantics (facts measured on Alembic 1.20.1).
