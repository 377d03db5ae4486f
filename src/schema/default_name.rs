//! The names that servers and SQLAlchemy give to constraints and indexes that a migration leaves
//! unnamed.

use crate::schema::table::{Column, ConstraintState, Table, columns_of};
use crate::sql::table::{Constraint, Generated, Index, IndexPart};
use crate::text::cut;
use crate::text::known::Known;

/// The longest name that PostgreSQL keeps, in bytes (NAMEDATALEN less one).
const LONGEST: usize = 63;

/// What InnoDB puts between the name of a table and the number of its foreign key.
const INNODB: &str = "_ibfk_";

/// Returns the name that the server gives to a constraint without one.
pub fn constraint_name(table: &Table, constraint: &Constraint) -> String {
    match constraint {
        Constraint::ForeignKey(_) if table.dialect.is_mysql() => {
            format!("{}{INNODB}{}", table.name, highest_number(table) + 1)
        }
        Constraint::Unique(_) if table.dialect.is_mysql() => by_first_column(table, constraint),
        _ => by_postgresql(table, constraint),
    }
}

/// MySQL names a unique constraint after its first column, and numbers it from 2 on where a key of
/// the table has that name (`make_unique_key_name` in its source; seen on MariaDB 10.11).
fn by_first_column(table: &Table, constraint: &Constraint) -> String {
    let columns = columns_of(constraint);
    let first = columns.first().copied().unwrap_or_default();
    let is_taken = |name: &str| {
        let is_index = |index: &Index| {
            let held = index.name.as_ref().and_then(Known::as_str);
            held.is_some_and(|held| held.eq_ignore_ascii_case(name))
        };
        table.constraint(name).is_some() || table.indexes.iter().any(is_index)
    };
    let numbered = (2..).map(|number| format!("{first}_{number}"));
    let is_free = |name: &String| !name.eq_ignore_ascii_case("primary") && !is_taken(name);
    std::iter::once(first.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// Tells whether a name is one of those that InnoDB gives to foreign keys.
pub fn is_numbered(name: &str) -> bool {
    name.contains(INNODB)
}

/// InnoDB goes on from the highest number that stands (`dict_table_get_highest_foreign_id` in its
/// source; seen on MariaDB 10.11).
fn highest_number(table: &Table) -> u32 {
    let prefix = format!("{}{INNODB}", table.name);
    let number = |held: &ConstraintState| {
        held.constraint.name()?.as_str()?.strip_prefix(&prefix)?.parse::<u32>().ok()
    };
    table.constraints.iter().filter_map(number).max().unwrap_or_default()
}

/// Returns the name that PostgreSQL gives, distinguished from those that stand already
/// (`ChooseConstraintName` in its source).
fn by_postgresql(table: &Table, constraint: &Constraint) -> String {
    let columns = columns_of(constraint).join("_");
    let (columns, label) = match constraint {
        Constraint::PrimaryKey(_) => (String::new(), "pkey"),
        Constraint::Unique(_) => (columns, "key"),
        Constraint::ForeignKey(_) => (columns, "fkey"),
        Constraint::Check(check) => {
            (only_column(table, check.condition.as_str().unwrap_or_default()), "check")
        }
        Constraint::Exclude { .. } => (columns, "excl"),
        Constraint::NotNull { .. } => (columns, "not_null"),
    };
    let first = object_name(&table.name, &columns, label);
    let numbered =
        (1..).map(|number| object_name(&table.name, &columns, &format!("{label}{number}")));
    std::iter::once(first)
        .chain(numbered)
        .find(|name| table.constraint(name).is_none())
        .unwrap_or_default()
}

/// Returns the name that PostgreSQL gives to an index without one, where all that it holds is
/// columns (`ChooseIndexName` in its source): `users_email_name_idx`.
pub fn index_name(table: &str, index: &Index) -> Option<String> {
    let parts = index.columns.get()?.iter();
    let columns = parts.map(|part| match part {
        IndexPart::Column(name) => Some(name.as_str()),
        IndexPart::Expression(_) | IndexPart::Unreadable => None,
    });
    let columns: Vec<&str> = columns.collect::<Option<_>>()?;
    Some(object_name(table, &columns.join("_"), "idx"))
}

/// Returns the name that PostgreSQL gives to the sequence of a column that is numbered.
fn sequence_name(table: &str, column: &str) -> String {
    object_name(table, column, "seq")
}

/// Tells whether a name could be the one that a naming convention or MySQL gave to an unnamed
/// constraint: it says the kind, and names the columns or the table.
pub fn could_be(held: &ConstraintState, table: &str, name: &str) -> bool {
    if !held.unnamed {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let kind_fits = match &held.constraint {
        Constraint::PrimaryKey(_) => name.contains("pk") || name == "primary",
        Constraint::Unique(_) => {
            ["uq", "uniq", "key", "uc", "ux"].iter().any(|mark| name.contains(mark))
        }
        Constraint::ForeignKey(_) => name.contains("fk") || name.contains("foreign"),
        Constraint::Check(_) => name.contains("ck") || name.contains("check"),
        Constraint::Exclude { .. } => name.contains("ex"),
        Constraint::NotNull { .. } => name.contains("not_null") || name.contains("nn"),
    };
    let columns = columns_of(&held.constraint);
    let subject_fits = match columns.first() {
        Some(_) if matches!(held.constraint, Constraint::PrimaryKey(_)) => true,
        Some(first) => name.contains(&first.to_ascii_lowercase()) || is_numbered(&name),
        None => name.contains(&table.to_ascii_lowercase()),
    };
    kind_fits && subject_fits
}

/// Joins a table, its columns and a label, and shortens the longer of the first two until the name
/// fits (`makeObjectName` in PostgreSQL's source).
fn object_name(table: &str, columns: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!columns.is_empty());
    let room = LONGEST.saturating_sub(overhead);
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let first = cut(table, first);
    match cut(columns, second) {
        "" => format!("{first}_{label}"),
        second => format!("{first}_{second}_{label}"),
    }
}

fn cut(text: &str, mut len: usize) -> &str {
    while !text.is_char_boundary(len) {
        len -= 1;
    }
    cut::to(text, len)
}

/// PostgreSQL names a CHECK after the column if its condition names exactly one.
fn only_column(table: &Table, condition: &str) -> String {
    let words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
    let mut named: Vec<&str> =
        words.filter_map(|word| table.column(word)).map(|column| column.name.as_str()).collect();
    named.sort_unstable();
    named.dedup();
    match named[..] {
        [column] => column.to_owned(),
        _ => String::new(),
    }
}

impl Table {
    /// Makes the sequences of the columns that are numbered: they keep their names from then on.
    pub fn make_sequences(&mut self) {
        let is_numbered = |column: &&mut Column| {
            let by = &column.generated;
            let is_it = matches!(
                by,
                Some(Generated::Serial | Generated::Identity | Generated::IdentityAlways)
            );
            is_it && column.sequence.is_none()
        };
        for column in self.columns.iter_mut().filter(is_numbered) {
            column.sequence = Some(sequence_name(&self.name, &column.name));
        }
    }

    /// Returns the columns as LIKE copies them: the sequences stay with the table.
    pub fn without_sequences(&self) -> Vec<Column> {
        let copied = self.columns.iter().cloned();
        copied.map(|column| Column { sequence: None, ..column }).collect()
    }

    /// Finds a constraint by its name, or by the name that a naming convention may have given it.
    pub fn constraint_or_unnamed(&self, name: &str) -> Option<&ConstraintState> {
        let guessed = || self.constraints.iter().find(|held| could_be(held, &self.name, name));
        self.constraint(name).or_else(guessed)
    }

    /// Finds where a constraint stands, by its name or by the name that a naming convention may
    /// have given it.
    pub fn place_of_constraint(&self, name: &str) -> Option<usize> {
        let exact = self.constraints.iter().position(|held| held.is_named(name));
        // A number says nothing of the columns: it is that one or none.
        let guessed = || self.constraints.iter().position(|held| could_be(held, &self.name, name));
        exact.or_else(|| (!is_numbered(name)).then(guessed).flatten())
    }

    /// InnoDB's names go with the table, also where a migration wrote such a name (manual of MySQL
    /// 8.0, RENAME TABLE).
    pub fn rename_numbered(&mut self, from: &str) {
        let (old, new) = (format!("{from}{INNODB}"), format!("{}{INNODB}", self.name));
        for held in &mut self.constraints {
            if let Constraint::ForeignKey(key) = &mut held.constraint
                && let Some(Known::Is(name)) = &mut key.name
                && let Some(number) = name.strip_prefix(&old)
            {
                *name = format!("{new}{number}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_as_postgresql_cuts_it() {
        let table = "a".repeat(50);
        let name = object_name(&table, &"b".repeat(30), "fkey");
        assert_eq!(name.len(), 63);
        assert_eq!(name, format!("{}_{}_fkey", "a".repeat(29), "b".repeat(28)));
        assert_eq!(object_name("users", "email", "key"), "users_email_key");
        assert_eq!(object_name("users", "", "pkey"), "users_pkey");
    }
}
