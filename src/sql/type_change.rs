//! What changing the type of a column costs, and what it may lose.

use crate::sql::dialect::Dialect;
use crate::sql::table::ColumnType;
use crate::sql::types::{Family, SqlType, is_same_name};
use crate::sql::version::ServerVersion;

/// What changing the type of a column does to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeChange {
    /// Only the catalog changes.
    Free,
    /// The rows stay as they are, and indexes on the column are rebuilt.
    RebuildsIndexes,
    /// Free where the time zone of the session is UTC, else the table is rewritten.
    FreeInUtc,
    /// The table and all its indexes are rewritten.
    Rewrites,
    /// It cannot be known.
    Unknown,
}

/// Tells what changing a column from one declared type to another does to the table; nothing where
/// one of them could not be read.
pub fn between(
    old: &ColumnType,
    new: &ColumnType,
    dialect: Dialect,
    version: ServerVersion,
) -> Option<TypeChange> {
    // One name is one type of the database, whatever labels are declared for it.
    if dialect == Dialect::PostgreSql
        && let (Some(old), Some(new)) = (old.sql.as_str(), new.sql.as_str())
        && is_same_name(old, new)
    {
        return Some(TypeChange::Free);
    }
    Some(change(&SqlType::of(old, dialect)?, &SqlType::of(new, dialect)?, dialect, version))
}

/// Tells what changing a column from one type to another does to the table.
pub fn change(
    old: &SqlType,
    new: &SqlType,
    dialect: Dialect,
    version: ServerVersion,
) -> TypeChange {
    if old == new {
        return TypeChange::Free;
    }
    match dialect {
        Dialect::PostgreSql => on_postgresql(old, new, version),
        Dialect::MySql | Dialect::MariaDb => on_mysql(old, new, dialect),
        Dialect::SqlServer => on_sql_server(old, new),
        Dialect::Sqlite => TypeChange::Rewrites,
        Dialect::Oracle => TypeChange::Unknown,
    }
}

fn on_postgresql(old: &SqlType, new: &SqlType, version: ServerVersion) -> TypeChange {
    if old.array > 0 || new.array > 0 {
        let relabels = old.array == new.array && old.base == new.base && new.arguments.is_empty();
        return if relabels { TypeChange::Free } else { TypeChange::Unknown };
    }
    match (old.family(), new.family()) {
        (Family::Own, _) | (_, Family::Own) => TypeChange::Unknown,
        (Family::Text, Family::Text) => between_texts(old, new),
        (Family::Decimal, Family::Decimal) if old.base == new.base => {
            free_if(is_wider_decimal(old, new, true))
        }
        (Family::Timestamp, Family::Timestamp) if old.timezone != new.timezone => {
            let keeps = precision(new) >= precision(old);
            if keeps && version.is_at_least(12) {
                TypeChange::FreeInUtc
            } else {
                TypeChange::Rewrites
            }
        }
        (Family::Timestamp, Family::Timestamp) | (Family::Interval, Family::Interval) => {
            free_if(precision(new) >= precision(old))
        }
        (Family::Time, Family::Time) => {
            free_if(old.timezone == new.timezone && precision(new) >= precision(old))
        }
        (Family::Bits, Family::Bits) if old.base == "varbit" && new.base == "varbit" => {
            free_if(fits(old, new))
        }
        (Family::Network, Family::Network) => free_if(old.base == "cidr"),
        (Family::Builtin, Family::Text) if old.base == "xml" && new.arguments.is_empty() => {
            TypeChange::Free
        }
        (Family::Integer, Family::Builtin) if old.base == "integer" && new.base == "oid" => {
            TypeChange::Free
        }
        _ => TypeChange::Rewrites,
    }
}

fn free_if(holds: bool) -> TypeChange {
    if holds { TypeChange::Free } else { TypeChange::Rewrites }
}

fn between_texts(old: &SqlType, new: &SqlType) -> TypeChange {
    let fits = new.arguments.is_empty() || (old.base == "varchar" && fits(old, new));
    if !fits {
        return TypeChange::Rewrites;
    }
    // citext compares in its own way, so that indexes on it are of no use to text.
    if (old.base == "citext") != (new.base == "citext") {
        TypeChange::RebuildsIndexes
    } else {
        TypeChange::Free
    }
}

/// Tells whether every length of the old type is one of the new; no length is none.
fn fits(old: &SqlType, new: &SqlType) -> bool {
    match (old.number(0), new.number(0)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => old <= new,
    }
}

/// Returns how many digits of seconds a type keeps.
fn precision(kind: &SqlType) -> u32 {
    kind.number(0).unwrap_or(6)
}

/// Tells whether NUMERIC(p, s) only grows: with the same scale, or with a scale and whole digits no
/// smaller.
fn is_wider_decimal(old: &SqlType, new: &SqlType, same_scale: bool) -> bool {
    let Some(wide) = new.number(0) else { return true };
    let Some(narrow) = old.number(0) else { return false };
    let (old_scale, new_scale) = (old.number(1).unwrap_or(0), new.number(1).unwrap_or(0));
    if same_scale {
        return old_scale == new_scale && wide >= narrow;
    }
    new_scale >= old_scale && wide.saturating_sub(new_scale) >= narrow.saturating_sub(old_scale)
}

/// MySQL changes in place what keeps the bytes of a length (manual, Online DDL Operations).
fn on_mysql(old: &SqlType, new: &SqlType, dialect: Dialect) -> TypeChange {
    match (old.base.as_str(), new.base.as_str()) {
        ("varchar", "varchar") => {
            let (Some(from), Some(to)) = (old.number(0), new.number(0)) else {
                return TypeChange::Unknown;
            };
            // One byte holds the length of 255 bytes: 63 characters of utf8mb4, 255 of latin1.
            let tier = |length: u32| u8::from(length > 63) + u8::from(length > 255);
            let crosses_for_sure = tier(from) == 0 && tier(to) > 0;
            match () {
                () if to < from || crosses_for_sure => TypeChange::Rewrites,
                () if tier(from) == tier(to) || dialect == Dialect::MySql => TypeChange::Free,
                () => TypeChange::Unknown,
            }
        }
        ("enum", "enum") => {
            let tier = |labels: &[String]| labels.len() > 255;
            let appends = new.arguments.starts_with(&old.arguments);
            free_if(appends && tier(&old.arguments) == tier(&new.arguments))
        }
        ("set", "set") => {
            let tier = |labels: &[String]| labels.len().div_ceil(8);
            let appends = new.arguments.starts_with(&old.arguments);
            free_if(appends && tier(&old.arguments) == tier(&new.arguments))
        }
        _ => TypeChange::Rewrites,
    }
}

fn on_sql_server(old: &SqlType, new: &SqlType) -> TypeChange {
    let same_text = old.base == new.base && old.base == "varchar";
    match (old.number(0), new.number(0)) {
        (Some(old), Some(new)) if same_text && new >= old => TypeChange::Free,
        _ => TypeChange::Rewrites,
    }
}

/// Tells whether a value of the old type may fail, be rounded or be cut in the new one; `None`
/// where it cannot be known. `Some(false)` means that every old value is a value of the new type.
pub fn loses(old: &SqlType, new: &SqlType) -> Option<bool> {
    if old == new {
        return Some(false);
    }
    if old.array != new.array {
        return if old.array > 0 { Some(!is_unbounded_text(new)) } else { None };
    }
    if old.array > 0 {
        return loses(&old.element(), &new.element());
    }
    let (from, to) = (old.family(), new.family());
    if from == to && !matches!(from, Family::Own | Family::Builtin) {
        return within_family(old, new, from);
    }
    match (from, to) {
        (Family::Own | Family::Builtin, _) | (_, Family::Own | Family::Builtin) => {
            is_unbounded_text(new).then_some(false)
        }
        (Family::Text | Family::Padded, Family::Text | Family::Padded) => {
            Some(!fits_text(old, new))
        }
        (_, Family::Text | Family::Padded) => written_length(old).map(|length| !holds(new, length)),
        // BLOB holds the bytes of every TEXT of its size (MySQL 8.4, 13.3.4).
        (Family::Text | Family::Padded, Family::Bytes) if new.base.ends_with("blob") => {
            Some(tier(old) > tier(new))
        }
        (Family::Text | Family::Padded, _) => Some(true),
        (Family::Integer, Family::Decimal) => {
            let whole =
                new.number(0).map(|precision| precision.saturating_sub(new.number(1).unwrap_or(0)));
            Some(whole.is_some_and(|whole| whole < digits(old)))
        }
        (Family::Integer, Family::Float) => {
            let exact = if new.base == "double" { 15 } else { 6 };
            Some(digits(old) > exact)
        }
        (Family::Decimal, Family::Integer) => {
            let whole = old.number(0).filter(|_| old.number(1).unwrap_or(0) == 0);
            Some(whole.is_none_or(|whole| whole >= digits(new)))
        }
        (Family::Boolean, Family::Integer | Family::Decimal) => Some(false),
        (Family::Date, Family::Timestamp) => Some(false),
        _ => Some(true),
    }
}

fn within_family(old: &SqlType, new: &SqlType, family: Family) -> Option<bool> {
    Some(match family {
        Family::Integer => match (is_unsigned(old), is_unsigned(new)) {
            (false, true) => true,
            (true, false) => digits(old) >= digits(new),
            _ => digits(old) > digits(new),
        },
        Family::Decimal => old.base != new.base || !is_wider_decimal(old, new, false),
        Family::Float => old.base == "double" && new.base == "real",
        Family::Text | Family::Padded => !fits_text(old, new),
        Family::Timestamp => precision(new) < precision(old),
        Family::Time => (old.timezone && !new.timezone) || precision(new) < precision(old),
        Family::Interval => precision(new) < precision(old),
        Family::Network => old.base == "inet",
        Family::Bits => !fits(old, new) || new.base == "bit",
        Family::Bytes => tier(old) > tier(new) || (new.base.ends_with("binary") && !fits(old, new)),
        Family::Enum => !old.arguments.iter().all(|label| new.arguments.contains(label)),
        Family::Json | Family::Uuid | Family::Boolean | Family::Date => false,
        Family::Builtin | Family::Own => return None,
    })
}

fn is_unsigned(kind: &SqlType) -> bool {
    kind.arguments.first().is_some_and(|argument| argument == "unsigned")
}

/// Returns how many decimal digits the largest value of an integer type has.
fn digits(kind: &SqlType) -> u32 {
    match kind.base.as_str() {
        "tinyint" => 3,
        "smallint" => 5,
        "mediumint" => 7,
        "integer" => 10,
        _ => 19,
    }
}

/// Returns the size class of the types that MySQL tells apart by name.
fn tier(kind: &SqlType) -> u8 {
    match kind.base.as_str() {
        "tinytext" | "tinyblob" => 1,
        "varchar" | "char" | "varbinary" | "binary" => 1,
        "mediumtext" | "mediumblob" => 3,
        "longtext" | "longblob" => 4,
        _ => 2,
    }
}

/// Returns the size class of a text of so many characters.
fn text_tier(length: u32) -> u8 {
    match u64::from(length) * 4 {
        0..=255 => 1,
        256..=65_535 => 2,
        65_536..=16_777_215 => 3,
        _ => 4,
    }
}

fn fits_text(old: &SqlType, new: &SqlType) -> bool {
    // CHAR without a length holds one character.
    if new.base == "char" && new.arguments.is_empty() {
        return old.base == "char" && old.arguments.is_empty();
    }
    // TEXT(n) of MySQL is the smallest of its text types that holds n characters of four bytes.
    if let ("text", Some(length)) = (new.base.as_str(), new.number(0)) {
        let held = old.number(0).map_or_else(|| tier(old), text_tier);
        return held <= text_tier(length);
    }
    if is_unbounded_text(new) || new.number(0).is_none() {
        return tier(old) <= tier(new) || !new.base.ends_with("text");
    }
    match old.base.as_str() {
        "char" if old.arguments.is_empty() => true,
        _ => fits(old, new) && !old.base.ends_with("text"),
    }
}

fn is_unbounded_text(kind: &SqlType) -> bool {
    kind.array == 0 && kind.arguments.is_empty() && kind.family() == Family::Text
}

/// Tells whether a text type holds so many characters.
fn holds(kind: &SqlType, length: u32) -> bool {
    is_unbounded_text(kind) || kind.number(0).is_some_and(|own| own >= length)
}

/// Returns how many characters the longest value of a type takes when written; `None` if that
/// cannot be said.
fn written_length(kind: &SqlType) -> Option<u32> {
    Some(match kind.family() {
        Family::Integer => digits(kind) + 1,
        Family::Decimal => kind.number(0).map_or(u32::MAX, |precision| precision + 2),
        Family::Boolean => 5,
        Family::Uuid => 36,
        Family::Date => 10,
        Family::Enum => {
            kind.arguments.iter().map(|label| label.chars().count()).max()?.try_into().ok()?
        }
        Family::Float => 25,
        Family::Timestamp => 32,
        Family::Time => 21,
        Family::Network => 43,
        Family::Bytes => return Some(u32::MAX),
        _ => u32::MAX,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = include_str!("../../tests/sql/type_changes.txt");

    /// Each row: `old -> new: change, loses`; a dialect stands before rows that are not
    /// PostgreSQL's.
    #[test]
    fn changes_cost_and_lose_what_the_table_says() {
        for row in RULES.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let (dialect, rest) =
                row.split_once("| ").map_or((Dialect::PostgreSql, row), |(name, rest)| {
                    (Dialect::from_name(name.trim()).expect("a dialect"), rest)
                });
            let (types, expected) = rest.rsplit_once(": ").expect("a row");
            let (old, new) = types.split_once(" -> ").expect("two types");
            let (old, new) = (SqlType::parse_for(old, dialect), SqlType::parse_for(new, dialect));
            let loses = match loses(&old, &new) {
                Some(true) => "loses",
                Some(false) => "keeps",
                None => "unknown",
            };
            let found =
                format!("{:?}, {loses}", change(&old, &new, dialect, ServerVersion::major(14)));
            assert_eq!(found, expected, "{row}");
        }
    }

    #[test]
    fn time_zones_are_free_only_since_postgresql_12() {
        let (old, new) = (SqlType::parse("timestamp"), SqlType::parse("timestamptz"));
        let on = |version| change(&old, &new, Dialect::PostgreSql, ServerVersion::major(version));
        assert_eq!((on(11), on(12)), (TypeChange::Rewrites, TypeChange::FreeInUtc));
    }
}
