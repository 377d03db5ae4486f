//! What a statement does to types, views, routines and everything else that is no table.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use crate::sql::row_change::Mentions;
use crate::sql::signature::Signature;
use crate::sql::statement::Statement;
use crate::sql::table::{ConstraintKind, EnumType, TableName};
use crate::text::known::Known;

/// CREATE, ALTER and DROP of an object, and what is said of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::large_enum_variant,
    reason = "there are few at a time, and no pattern looks into a box"
)]
pub enum ObjectChange {
    /// CREATE TYPE.
    CreateType {
        name: Known<String>,
        schema: Option<Known<String>>,
        labels: Option<EnumType>,
        if_not_exists: bool,
    },
    /// DROP TYPE.
    DropType { name: Known<String>, schema: Option<Known<String>>, if_exists: bool, cascade: bool },
    /// ALTER TYPE.
    AlterType { name: Known<String>, change: EnumChange },
    /// CREATE VIEW, FUNCTION, TRIGGER, SEQUENCE, EXTENSION, SCHEMA, POLICY and so on.
    CreateObject {
        kind: ObjectKind,
        name: Known<String>,
        on: Option<TableName>,
        replace: bool,
        if_not_exists: bool,
        concurrently: bool,
        uses: Uses,
    },
    /// DROP of one of those.
    DropObject {
        kind: ObjectKind,
        name: Known<String>,
        on: Option<TableName>,
        if_exists: bool,
        cascade: bool,
        /// The arguments of a routine, where the statement says them.
        signature: Option<Known<Signature>>,
    },
    /// ALTER of one of those, and the words of the action.
    AlterObject {
        kind: ObjectKind,
        name: Known<String>,
        on: Option<TableName>,
        if_exists: bool,
        action: ObjectAction,
        /// The tables that a publication takes in or leaves out.
        tables: Vec<TableName>,
        words: String,
    },
    /// REFRESH MATERIALIZED VIEW.
    RefreshView { name: TableName, concurrently: bool },
    /// COMMENT ON.
    Comment {
        table: Option<TableName>,
        column: Option<Known<String>>,
        comment: Option<Known<String>>,
    },
    /// GRANT or REVOKE.
    Grant,
}

/// What the definition of a view, routine, trigger or the like uses, as far as the database keeps
/// track of it: a body in quotes is text to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Uses {
    /// Tables and views that it reads; of a publication those that it names.
    pub tables: Vec<TableName>,
    /// Every name in it, lower case: columns, functions, types; `*` where it reads all columns.
    pub names: Vec<String>,
    /// The columns that a view gives, in order; nothing where one of them cannot be known.
    pub gives: Option<Vec<ViewColumn>>,
    /// What the body of a routine does when it is called, as far as it can be read.
    pub runs: Option<Vec<Statement>>,
    /// How a routine is called and what it returns, where that can be read.
    pub signature: Option<Signature>,
    /// What the query of a view says of columns and functions; of a trigger, the function that it
    /// calls.
    pub mentions: Mentions,
    /// Whether it reads all columns of something: `SELECT *`, `t.*`.
    pub reads_all: bool,
    /// WITH NO DATA: a materialized view that was never filled.
    pub unfilled: bool,
}

/// A column that a view gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ViewColumn {
    /// Its name.
    pub name: String,
    /// The column that it is, where it is one, cast or not.
    pub source: Option<String>,
    /// The type that it is cast to.
    pub cast: Option<String>,
}

impl ViewColumn {
    /// Makes a column of a name.
    pub fn named(name: String) -> Self {
        ViewColumn { name, source: None, cast: None }
    }
}

/// ALTER TYPE of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EnumChange {
    /// ADD VALUE.
    AddValue { value: Known<String>, if_not_exists: bool },
    /// RENAME VALUE.
    RenameValue { from: Known<String>, to: Known<String> },
    /// RENAME TO.
    Rename { to: Known<String> },
    /// Anything else.
    Other,
}

/// ALTER of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectAction {
    /// RENAME TO.
    Rename,
    /// SET SCHEMA.
    SetSchema,
    /// ADD CONSTRAINT of a domain.
    AddConstraint { kind: ConstraintKind, not_valid: bool },
    /// VALIDATE CONSTRAINT of a domain.
    ValidateConstraint,
    /// SET NOT NULL of a domain.
    SetNotNull,
    /// Anything else.
    Other,
}

/// What CREATE, ALTER and DROP are of, tables, columns, indexes and types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// VIEW.
    View,
    /// MATERIALIZED VIEW.
    MaterializedView,
    /// FUNCTION, PROCEDURE, AGGREGATE.
    Routine,
    /// TRIGGER.
    Trigger,
    /// SEQUENCE.
    Sequence,
    /// EXTENSION.
    Extension,
    /// SCHEMA.
    Schema,
    /// POLICY.
    Policy,
    /// RULE.
    Rule,
    /// DOMAIN.
    Domain,
    /// ROLE, USER.
    Role,
    /// DATABASE.
    Database,
    /// STATISTICS.
    Statistics,
    /// PUBLICATION.
    Publication,
    /// Anything else (COLLATION, CAST, SUBSCRIPTION, ...).
    Other,
}

impl ObjectKind {
    /// Returns the word of SQL for it, in lower case, as PostgreSQL's errors say it.
    pub fn title(self) -> &'static str {
        match self {
            ObjectKind::View => "view",
            ObjectKind::MaterializedView => "materialized view",
            ObjectKind::Routine => "function",
            ObjectKind::Trigger => "trigger",
            ObjectKind::Sequence => "sequence",
            ObjectKind::Extension => "extension",
            ObjectKind::Schema => "schema",
            ObjectKind::Policy => "policy",
            ObjectKind::Rule => "rule",
            ObjectKind::Domain => "domain",
            ObjectKind::Role => "role",
            ObjectKind::Database => "database",
            ObjectKind::Statistics => "statistics object",
            ObjectKind::Publication => "publication",
            ObjectKind::Other => "object",
        }
    }
}

impl ObjectChange {
    /// Returns the name that ALTER gives to an object, without its schema.
    pub fn renamed_to(&self) -> Option<String> {
        let ObjectChange::AlterObject { action: ObjectAction::Rename, words, .. } = self else {
            return None;
        };
        let name = words.split_whitespace().nth(2)?;
        match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(quoted) => Some(quoted.to_owned()),
            None => Some(name.to_lowercase()),
        }
    }

    /// Returns the table that the object stands on, or that a comment is on; of a materialized
    /// view its own name.
    pub fn table(&self) -> Option<&TableName> {
        use ObjectChange as O;
        match self {
            O::RefreshView { name, .. } => Some(name),
            O::Comment { table, .. } => table.as_ref(),
            O::CreateObject { on, .. } | O::DropObject { on, .. } | O::AlterObject { on, .. } => {
                on.as_ref()
            }
            O::CreateType { .. } | O::DropType { .. } | O::AlterType { .. } | O::Grant => None,
        }
    }
}
