//! One thing that goes along, and how it is found again.

use crate::schema::database::{object_key, table_key};
use crate::schema::mark::ObjectName;
use crate::schema::table::ConstraintState;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Something that goes along.
#[derive(Clone, Debug, PartialEq)]
pub enum Dependant {
    /// A foreign key of another table.
    ForeignKey {
        /// The table that has it.
        table: TableName,
        /// Its name.
        name: String,
    },
    /// A CHECK that calls a dropped function.
    Check {
        /// The table that has it.
        table: TableName,
        /// Its name.
        name: String,
    },
    /// An index over an expression that calls a dropped function.
    Index {
        /// The table that has it.
        table: TableName,
        /// Its name.
        name: String,
    },
    /// The default of a column.
    Default {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A column of a dropped type.
    Column {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A view, trigger, policy, rule or routine.
    Object {
        /// What it is.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that it belongs to.
        on: Option<TableName>,
    },
}

impl Dependant {
    /// Returns the name by which it is remembered; nothing of a default, which has none.
    pub(crate) fn key(&self) -> Option<ObjectName> {
        Some(match self {
            Dependant::ForeignKey { table, name } | Dependant::Check { table, name } => {
                ObjectName::Constraint(table_key(table)?, name.to_ascii_lowercase())
            }
            Dependant::Index { name, .. } => ObjectName::Index(name.to_ascii_lowercase()),
            Dependant::Default { .. } => return None,
            Dependant::Column { table, column } => {
                ObjectName::Column(table_key(table)?, column.to_ascii_lowercase())
            }
            Dependant::Object { kind, name, on } => ObjectName::Object(*kind, object_key(name, on)),
        })
    }

    /// Returns the name of what depends, or of its table.
    pub fn name(&self) -> Option<&str> {
        match self {
            Dependant::ForeignKey { table, .. }
            | Dependant::Check { table, .. }
            | Dependant::Index { table, .. }
            | Dependant::Default { table, .. }
            | Dependant::Column { table, .. } => table.name.as_str(),
            Dependant::Object { name, .. } => Some(unqualified(name)),
        }
    }

    /// Returns what it is and its name: ``view `v` ``.
    pub fn title(&self) -> String {
        match self {
            Dependant::ForeignKey { table, name } => format!("foreign key `{name}` of `{table}`"),
            Dependant::Check { table, name } => format!("check `{name}` of `{table}`"),
            Dependant::Index { table, name } => format!("index `{name}` of `{table}`"),
            Dependant::Default { table, column } => format!("the default of `{table}.{column}`"),
            Dependant::Column { table, column } => format!("column `{table}.{column}`"),
            Dependant::Object { kind, name, on: Some(on) } => {
                format!("{} `{name}` of `{on}`", kind.title())
            }
            Dependant::Object { kind, name, on: None } => {
                format!("{} `{name}`", kind.title())
            }
        }
    }

    /// Tells whether a statement makes it again.
    pub fn is_made_by(&self, statement: &Statement) -> bool {
        let is = |known: &Known<String>, name: &str| {
            known
                .as_str()
                .is_some_and(|known| unqualified(known).eq_ignore_ascii_case(unqualified(name)))
        };
        match (self, statement) {
            (
                Dependant::ForeignKey { table, name },
                Statement::Table(TableChange::AddConstraint { table: of, constraint }),
            ) => {
                table == of
                    && matches!(constraint, Constraint::ForeignKey(_))
                    && constraint.name().is_none_or(|own| is(own, name))
            }
            (
                Dependant::Check { table, name },
                Statement::Table(TableChange::AddConstraint { table: of, constraint }),
            ) => table == of && constraint.name().is_some_and(|own| is(own, name)),
            (
                Dependant::Index { name, .. },
                Statement::Table(TableChange::CreateIndex { index, .. }),
            ) => index.name.as_ref().is_some_and(|own| is(own, name)),
            (
                Dependant::Default { table, column },
                Statement::Table(TableChange::SetDefault { table: of, column: own, .. }),
            ) => table == of && is(own, column),
            (
                Dependant::Column { table, column },
                Statement::Table(TableChange::AddColumn { table: of, column: own, .. }),
            ) => table == of && is(&own.name, column),
            (
                Dependant::Object { kind, name, .. },
                Statement::Object(ObjectChange::CreateObject { kind: own, name: made, .. }),
            ) => kind == own && is(made, name),
            (
                Dependant::ForeignKey { table, .. }
                | Dependant::Column { table, .. }
                | Dependant::Default { table, .. },
                Statement::Table(TableChange::CreateTable(create)),
            ) => create.table == *table,
            _ => false,
        }
    }
}

pub(super) fn of_constraint(table: &TableName, held: &ConstraintState) -> Option<Dependant> {
    let (table, name) = (table.clone(), held.constraint.name()?.as_str()?.to_owned());
    Some(match held.constraint {
        Constraint::ForeignKey(_) => Dependant::ForeignKey { table, name },
        _ => Dependant::Check { table, name },
    })
}

pub(super) fn unqualified(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
