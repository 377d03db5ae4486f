//! What `env.py` lets autogenerate compare, and what it leaves out.

/// What `env.py` lets autogenerate compare, and what it leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// `compare_type`.
    pub types: Comparing,
    /// `compare_server_default`.
    pub defaults: Comparing,
    /// `include_schemas`.
    pub schemas: Comparing,
    /// `include_object`.
    pub include_object: Option<Hook>,
    /// `include_name`.
    pub include_name: Option<Hook>,
}

/// What is said of whether something is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Comparing {
    /// Nothing: what Alembic does by itself.
    #[default]
    Unsaid,
    /// `True`.
    Yes,
    /// `False`.
    No,
    /// A function decides, or something that is known when it runs; where it is said.
    Decided(String),
}

/// A function that says of each object whether it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// How `env.py` names it; nothing where it names several.
    pub written: Option<String>,
    /// Where it is given: `alembic/env.py:30`.
    pub place: String,
}
