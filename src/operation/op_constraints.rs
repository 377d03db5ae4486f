//! Operations on indexes and constraints.

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::Operation;
use crate::python::value::Value;
use crate::sql::table::Check;
use crate::sql::table::Constraint;
use crate::sql::table::ConstraintKind;
use crate::sql::table::IndexPart;
use crate::sql::table::Key;
use crate::text::known::Known;

impl MigrationHost {
    /// Reads `op.create_index`.
    pub(crate) fn create_index(&mut self, bound: &Bound) -> Operation {
        let parts = match bound.get("columns") {
            Some(text @ Value::Str(_)) => Some((vec![text.clone()], true)),
            Some(columns) => self.items(columns),
            None => None,
        };
        let columns = match parts {
            Some((parts, true)) => Known::Is(
                parts.iter().map(|part| self.index_part(part)).collect::<Vec<IndexPart>>(),
            ),
            _ => Known::Unreadable,
        };
        Operation::CreateIndex {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            index: self.index_of(bound, "index_name", columns),
        }
    }

    /// Reads `op.drop_index`.
    pub(crate) fn drop_index(&mut self, bound: &Bound) -> Operation {
        let schema = self.text_or_none(bound.get("schema"));
        let table =
            bound.some("table_name").map(|table| self.table_name(Some(table), bound.get("schema")));
        Operation::DropIndex {
            table,
            name: self.text_or_none(bound.get("index_name")),
            schema,
            concurrently: self.flag(bound.get("postgresql_concurrently"), false),
            if_exists: bound.is_true("if_exists"),
        }
    }

    /// Reads `op.create_foreign_key`.
    pub(crate) fn create_foreign_key(&mut self, bound: &Bound) -> Operation {
        Operation::CreateConstraint {
            table: self.table_name(
                bound.get("source_table").or_else(|| bound.get("table_name")),
                bound.get("source_schema"),
            ),
            constraint: Constraint::ForeignKey(self.foreign_key_of(bound)),
        }
    }

    /// Reads `op.create_unique_constraint` and `op.create_primary_key`.
    pub(crate) fn create_key(&mut self, bound: &Bound, name: &str) -> Operation {
        let key = Key {
            name: self.text_or_none(bound.get("constraint_name")),
            columns: self.names(bound.get("columns")),
            using_index: None,
        };
        Operation::CreateConstraint {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            constraint: match name {
                "create_primary_key" => Constraint::PrimaryKey(key),
                _ => Constraint::Unique(key),
            },
        }
    }

    /// Reads `op.create_check_constraint`.
    pub(crate) fn create_check(&mut self, bound: &Bound) -> Operation {
        let condition = bound.get("condition").cloned();
        let check = Check {
            name: self.text_or_none(bound.get("constraint_name")),
            condition: self.sql_of(condition.as_ref()),
            not_valid: self.flag(bound.get("postgresql_not_valid"), false),
        };
        Operation::CreateConstraint {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            constraint: Constraint::Check(check),
        }
    }

    /// Reads `op.create_exclude_constraint`.
    pub(crate) fn create_exclude(&mut self, bound: &Bound) -> Operation {
        Operation::CreateConstraint {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            constraint: Constraint::Exclude {
                name: self.text_or_none(bound.get("constraint_name")),
            },
        }
    }

    /// Reads `op.drop_constraint`.
    pub(crate) fn drop_constraint(&mut self, bound: &Bound) -> Operation {
        let kind = bound.some("type_").map(|kind| self.text(kind)).and_then(Known::into_option);
        Operation::DropConstraint {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            name: self.text_or_none(bound.get("constraint_name")),
            kind: kind.and_then(|kind| match kind.as_str() {
                "foreignkey" => Some(ConstraintKind::ForeignKey),
                "primary" => Some(ConstraintKind::PrimaryKey),
                "unique" => Some(ConstraintKind::Unique),
                "check" => Some(ConstraintKind::Check),
                "exclude" => Some(ConstraintKind::Exclude),
                _ => None,
            }),
            if_exists: bound.is_true("if_exists"),
        }
    }
}
