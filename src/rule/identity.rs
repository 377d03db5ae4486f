//! What makes two constraints or two indexes the same.

use crate::rule::code::listed;
use crate::sql::table::{Constraint, Index, IndexPart};
use crate::text::known::Known;

/// What makes a constraint the same one, whatever its name is; nothing where that cannot be known.
pub(super) fn identity(constraint: &Constraint) -> Option<(u8, Vec<String>, String)> {
    let names = |columns: &Known<Vec<Known<String>>>| -> Option<Vec<String>> {
        let mut names: Vec<String> = columns
            .get()?
            .iter()
            .map(|column| column.as_str().map(str::to_owned))
            .collect::<Option<_>>()?;
        names.sort_unstable();
        Some(names)
    };
    Some(match constraint {
        Constraint::PrimaryKey(key) => (0, names(&key.columns)?, String::new()),
        Constraint::Unique(key) => (1, names(&key.columns)?, String::new()),
        Constraint::ForeignKey(key) => (2, names(&key.columns)?, key.referent.known()?),
        Constraint::Check(check) => (3, Vec::new(), check.name.as_ref()?.as_str()?.to_owned()),
        Constraint::Exclude { name, .. } => (4, Vec::new(), name.as_ref()?.as_str()?.to_owned()),
        Constraint::NotNull { .. } => return None,
    })
}

pub(super) fn described(constraint: &Constraint) -> String {
    let (kind, columns) = match constraint {
        Constraint::PrimaryKey(key) => ("the primary key", &key.columns),
        Constraint::Unique(key) => ("the unique constraint", &key.columns),
        Constraint::ForeignKey(key) => ("the foreign key", &key.columns),
        Constraint::Check(_) | Constraint::Exclude { .. } | Constraint::NotNull { .. } => {
            let name = constraint.name().and_then(Known::as_str).unwrap_or("…");
            return format!("the constraint `{name}`");
        }
    };
    let columns = columns.get().map(Vec::as_slice).unwrap_or_default();
    let columns: Vec<&str> = columns.iter().filter_map(Known::as_str).collect();
    format!("{kind} over {}", listed(&columns))
}

/// What makes an index the same one: its name, or its columns where it has none.
pub(super) fn index_identity(index: &Index) -> Option<String> {
    match &index.name {
        Some(name) => name.as_str().map(str::to_owned),
        None => {
            let parts = index.columns.get()?.iter().map(|part| match part {
                IndexPart::Column(column) | IndexPart::Expression(column) => Some(column.as_str()),
                IndexPart::Unreadable => None,
            });
            parts.collect::<Option<Vec<_>>>().map(|parts| parts.join(", "))
        }
    }
}

pub(super) fn index_name(index: &Index) -> String {
    index_identity(index).unwrap_or_else(|| "…".to_owned())
}
