//! Columns, constraints and parts of indexes, as they are declared.

use crate::sql::table::{
    Column, Constraint, ConstraintKind, ForeignKey, Generated, IndexPart, Key,
};
use crate::sql::title::words::{is_true, name, names, piece, short, when};
use crate::text::known::Known;

/// Returns a column as it is declared: `email VARCHAR(255) NOT NULL DEFAULT ''`.
pub fn column_title(column: &Column) -> String {
    let mut title = name(&column.name).to_owned();
    if let Some(kind) = &column.kind {
        title.push_str(&format!(" {}", name(&kind.sql)));
    }
    if is_true(&column.primary_key) {
        title.push_str(" PRIMARY KEY");
    } else if column.nullable == Known::Is(false) {
        title.push_str(" NOT NULL");
    }
    title.push_str(match column.generated {
        None | Some(Generated::Serial) => "",
        Some(Generated::Identity | Generated::IdentityAlways) => " GENERATED AS IDENTITY",
        Some(Generated::Stored) => " GENERATED STORED",
        Some(Generated::Virtual) => " GENERATED VIRTUAL",
    });
    if let Some(default) = &column.server_default {
        title.push_str(&format!(" DEFAULT {}", piece(&default.sql)));
    }
    title.push_str(when(is_true(&column.unique), " UNIQUE"));
    for check in &column.checks {
        title.push_str(&format!(" CHECK ({})", piece(&check.condition)));
    }
    for key in &column.foreign_keys {
        title.push_str(&format!(" {}", references(key)));
    }
    title
}

/// Returns a constraint: `FOREIGN KEY fk (user_id) REFERENCES users (id) NOT VALID`.
pub fn constraint_title(constraint: &Constraint) -> String {
    let kind = kind_title(constraint.kind());
    let named = constraint
        .name()
        .map(|own| format!("{kind} {}", name(own)))
        .unwrap_or_else(|| kind.to_owned());
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => {
            format!("{named} {}", key_title(key))
        }
        Constraint::ForeignKey(key) => {
            format!("{named} ({}) {}", names(&key.columns), references(key))
        }
        Constraint::Check(check) => {
            format!(
                "{named} ({}){}",
                piece(&check.condition),
                when(is_true(&check.not_valid), " NOT VALID")
            )
        }
        Constraint::Exclude { .. } => named,
        Constraint::NotNull { column, not_valid, .. } => {
            format!("{named} {}{}", name(column), when(*not_valid, " NOT VALID"))
        }
    }
}

fn key_title(key: &Key) -> String {
    match &key.using_index {
        Some(index) => format!("USING INDEX {}", name(index)),
        None => format!("({})", names(&key.columns)),
    }
}

fn references(key: &ForeignKey) -> String {
    let columns = match &key.referent_columns {
        Known::Is(columns) if columns.is_empty() => String::new(),
        columns => format!(" ({})", names(columns)),
    };
    let deletes = key
        .on_delete
        .as_ref()
        .map(|action| format!(" ON DELETE {}", name(action)))
        .unwrap_or_default();
    format!(
        "REFERENCES {}{columns}{deletes}{}",
        key.referent,
        when(is_true(&key.not_valid), " NOT VALID")
    )
}

pub(super) fn index_part(part: &IndexPart) -> String {
    match part {
        IndexPart::Column(column) => column.clone(),
        IndexPart::Expression(expression) => format!("({})", short(expression)),
        IndexPart::Unreadable => "…".to_owned(),
    }
}

/// Returns the words of a kind of constraint.
pub fn kind_title(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey => "PRIMARY KEY",
        ConstraintKind::Unique => "UNIQUE",
        ConstraintKind::ForeignKey => "FOREIGN KEY",
        ConstraintKind::Check => "CHECK",
        ConstraintKind::Exclude => "EXCLUDE",
        ConstraintKind::NotNull => "NOT NULL",
    }
}
