//! Titles of statements about types, views and other objects.

use crate::sql::object_change::{EnumChange, ObjectChange, ObjectKind};
use crate::sql::table::TableName;
use crate::sql::title::words::{list, name, short, when};
use crate::text::known::Known;

/// Returns the title of a change of an object.
pub(super) fn object_change(change: &ObjectChange) -> String {
    use ObjectChange as C;
    match change {
        C::CreateType { name: kind, schema, labels, .. } => {
            let labels = labels
                .as_ref()
                .map(|labels| format!(" ({})", list(labels.labels.get().map(Vec::as_slice))));
            format!("CREATE TYPE {}{}", path(schema.as_ref(), kind), labels.unwrap_or_default())
        }
        C::DropType { name: kind, schema, if_exists, cascade } => {
            let kind = path(schema.as_ref(), kind);
            format!(
                "DROP TYPE {}{kind}{}",
                when(*if_exists, "IF EXISTS "),
                when(*cascade, " CASCADE")
            )
        }
        C::AlterType { name: kind, change } => {
            format!("ALTER TYPE {} {}", name(kind), enum_change(change))
        }
        C::CreateObject { kind, name: object, on, replace, if_not_exists, .. } => {
            let before = if *replace { "CREATE OR REPLACE" } else { "CREATE" };
            let guard = when(*if_not_exists, "IF NOT EXISTS ");
            format!(
                "{before} {} {guard}{}{}",
                object_kind(*kind),
                name(object),
                on_table(on.as_ref())
            )
        }
        C::DropObject { kind, name: object, on, if_exists, cascade, .. } => {
            let (before, behind) = (when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"));
            format!(
                "DROP {} {before}{}{}{behind}",
                object_kind(*kind),
                name(object),
                on_table(on.as_ref())
            )
        }
        C::AlterObject { kind, name: object, on, words, .. } => {
            format!(
                "ALTER {} {}{} {}",
                object_kind(*kind),
                name(object),
                on_table(on.as_ref()),
                short(words)
            )
        }
        C::RefreshView { name, concurrently } => {
            format!("REFRESH MATERIALIZED VIEW {}{name}", when(*concurrently, "CONCURRENTLY "))
        }
        C::Comment { table: Some(table), column: Some(column), .. } => {
            format!("COMMENT ON COLUMN {table}.{}", name(column))
        }
        C::Comment { table: Some(table), .. } => {
            format!("COMMENT ON TABLE {table}")
        }
        C::Comment { .. } => "COMMENT".to_owned(),
        C::Grant => "GRANT or REVOKE".to_owned(),
    }
}

fn enum_change(change: &EnumChange) -> String {
    match change {
        EnumChange::AddValue { value, .. } => format!("ADD VALUE '{}'", name(value)),
        EnumChange::RenameValue { from, to } => {
            format!("RENAME VALUE '{}' TO '{}'", name(from), name(to))
        }
        EnumChange::Rename { to } => format!("RENAME TO {}", name(to)),
        EnumChange::Other => "…".to_owned(),
    }
}

/// Returns the words of a kind of object.
pub fn object_kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        ObjectKind::Routine => "FUNCTION",
        ObjectKind::Trigger => "TRIGGER",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Extension => "EXTENSION",
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Policy => "POLICY",
        ObjectKind::Rule => "RULE",
        ObjectKind::Domain => "DOMAIN",
        ObjectKind::Role => "ROLE",
        ObjectKind::Database => "DATABASE",
        ObjectKind::Statistics => "STATISTICS",
        ObjectKind::Publication => "PUBLICATION",
        ObjectKind::Other => "OBJECT",
    }
}

fn path(schema: Option<&Known<String>>, own: &Known<String>) -> String {
    schema
        .map(|schema| format!("{}.{}", name(schema), name(own)))
        .unwrap_or_else(|| name(own).to_owned())
}

fn on_table(on: Option<&TableName>) -> String {
    on.map(|table| format!(" ON {table}")).unwrap_or_default()
}
