//! Operations on indexes and constraints.

use crate::operation::migration_host::MigrationHost;
use crate::operation::op::call::OpCall;
use crate::operation::operation::Operation;
use crate::operation::sqlalchemy::constraints::{foreign_key_of, index_of, index_part};
use crate::operation::sqlalchemy::parameters;
use crate::python::value::Value;
use crate::sql::table::{Check, Constraint, ConstraintKind, IndexPart, Key};
use crate::text::known::Known;

/// Reads `op.create_index`.
pub(crate) fn create_index(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let parts = match call.bound.get("columns") {
        Some(text @ Value::Str(_)) => Some((vec![text.clone()], true)),
        Some(columns) => host.items(columns),
        None => None,
    };
    let columns = match parts {
        Some((parts, true)) => {
            Known::Is(parts.iter().map(|part| index_part(host, part)).collect::<Vec<IndexPart>>())
        }
        _ => Known::Unreadable,
    };
    Operation::CreateIndex {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        index: index_of(host, &call.bound, "index_name", columns),
    }
}

/// Reads `op.drop_index`.
pub(crate) fn drop_index(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let schema = host.text_or_none(call.bound.get("schema"));
    let table = call
        .bound
        .some("table_name")
        .map(|table| host.table_name(Some(table), call.bound.get("schema")));
    Operation::DropIndex {
        table,
        name: host.text_or_none(call.bound.get("index_name")),
        schema,
        concurrently: host.flag(call.bound.get("postgresql_concurrently"), false),
        if_exists: call.bound.is_true("if_exists"),
    }
}

/// Reads `op.create_foreign_key`.
pub(crate) fn create_foreign_key(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::CreateConstraint {
        table: host.table_name(
            call.bound.get("source_table").or_else(|| call.bound.get("table_name")),
            call.bound.get("source_schema"),
        ),
        constraint: Constraint::ForeignKey(foreign_key_of(host, &call.bound)),
    }
}

/// Reads `op.create_unique_constraint`.
pub(crate) fn create_unique(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    key(host, call, Constraint::Unique)
}

/// Reads `op.create_primary_key`.
pub(crate) fn create_primary_key(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    key(host, call, Constraint::PrimaryKey)
}

fn key(host: &MigrationHost, call: &OpCall<'_>, constraint: fn(Key) -> Constraint) -> Operation {
    let key = Key {
        name: host.text_or_none(call.bound.get("constraint_name")),
        columns: host.names(call.bound.get("columns")),
        using_index: None,
    };
    let table = host.table_name(call.bound.get("table_name"), call.bound.get("schema"));
    Operation::CreateConstraint { table, constraint: constraint(key) }
}

/// Reads `op.create_check_constraint`.
pub(crate) fn create_check(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let condition = call.bound.get("condition").cloned();
    parameters::check_ddl(host, condition.as_ref(), call.at);
    let check = Check {
        name: host.text_or_none(call.bound.get("constraint_name")),
        condition: host.sql_of(condition.as_ref()),
        not_valid: host.flag(call.bound.get("postgresql_not_valid"), false),
    };
    Operation::CreateConstraint {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        constraint: Constraint::Check(check),
    }
}

/// Reads `op.create_exclude_constraint`.
pub(crate) fn create_exclude(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::CreateConstraint {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        constraint: Constraint::Exclude {
            name: host.text_or_none(call.bound.get("constraint_name")),
            gist: Vec::new(),
        },
    }
}

/// Reads `op.drop_constraint`.
pub(crate) fn drop_constraint(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let kind = call.bound.some("type_").map(|kind| host.text(kind)).and_then(Known::into_option);
    Operation::DropConstraint {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        name: host.text_or_none(call.bound.get("constraint_name")),
        kind: kind.and_then(|kind| match kind.as_str() {
            "foreignkey" => Some(ConstraintKind::ForeignKey),
            "primary" => Some(ConstraintKind::PrimaryKey),
            "unique" => Some(ConstraintKind::Unique),
            "check" => Some(ConstraintKind::Check),
            "exclude" => Some(ConstraintKind::Exclude),
            _ => None,
        }),
        if_exists: call.bound.is_true("if_exists"),
    }
}
