//! Which types PostgreSQL casts by assignment, and which it compares in a foreign key.
//!
//! `casts.txt`, `explicit_casts.txt` and `comparisons.txt` hold what a server said, with the query; the tests ask the
//! server that is found again.

use crate::sql::types::{SqlType, without_dimensions};

const CASTS: &str = include_str!("casts.txt");
const EXPLICIT: &str = include_str!("explicit_casts.txt");
const COMPARISONS: &str = include_str!("comparisons.txt");

/// Types that no foreign key compares with another (tried like those of `comparisons.txt`).
const ALONE: [&str; 4] = ["bool", "uuid", "jsonb", "bytea"];

/// Types that come with every PostgreSQL, by their names in `pg_type`.
const BUILTIN: &str = " int2 int4 int8 numeric float4 float8 money text varchar bpchar name bool \
    date time timetz timestamp timestamptz interval uuid json jsonb bytea inet cidr macaddr \
    macaddr8 bit varbit xml oid point line lseg box path polygon circle tsvector tsquery int4range \
    int8range numrange tsrange tstzrange daterange ";

/// A type, as far as casts tell types apart: lengths do not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CastType {
    /// A type that comes with PostgreSQL, by its name in `pg_type`.
    Builtin(&'static str),
    /// An enum, by its name.
    Enum(String),
    /// An array.
    Array(Box<CastType>),
}

impl CastType {
    /// Reads a type; `None` where it is one of an extension, or one of the project's own.
    pub fn of(kind: &SqlType) -> Option<Self> {
        if kind.array > 0 {
            return Some(CastType::Array(Box::new(CastType::of(&kind.element())?)));
        }
        let name = match (kind.base.as_str(), kind.timezone) {
            ("smallint", _) => "int2",
            ("integer", _) => "int4",
            ("bigint", _) => "int8",
            ("real", _) => "float4",
            ("double", _) => "float8",
            ("boolean", _) => "bool",
            ("char", _) => "bpchar",
            ("time", true) => "timetz",
            ("timestamp", true) => "timestamptz",
            (base, _) => base,
        };
        CastType::builtin(name).map(CastType::Builtin)
    }

    /// Returns an enum by its name, or the array of one: `mood`, `mood[]`.
    pub fn of_enum(sql: &str) -> Self {
        let (name, dimensions) = without_dimensions(sql.trim());
        let name = CastType::Enum(name.to_ascii_lowercase());
        if dimensions > 0 { CastType::Array(Box::new(name)) } else { name }
    }

    /// Finds a type that comes with PostgreSQL by its name in `pg_type`.
    pub fn builtin(name: &str) -> Option<&'static str> {
        BUILTIN.split_ascii_whitespace().find(|known| *known == name)
    }

    /// Returns a type that comes with PostgreSQL.
    pub fn builtin_type(name: &str) -> Option<Self> {
        CastType::builtin(name).map(CastType::Builtin)
    }

    /// Tells whether values are text to PostgreSQL, which everything is cast to by assignment.
    fn is_text(&self) -> bool {
        matches!(self, CastType::Builtin("text" | "varchar" | "bpchar" | "name"))
    }
}

/// Tells whether PostgreSQL casts one type to another where a value is assigned: what `ALTER COLUMN
/// ... TYPE` without USING and a default need. `None` where it cannot be known.
pub fn by_assignment(from: &CastType, to: &CastType) -> Option<bool> {
    if from == to || to.is_text() {
        return Some(true);
    }
    Some(match (from, to) {
        (CastType::Builtin(from), CastType::Builtin(to)) => lists(CASTS, from, to),
        (CastType::Array(from), CastType::Array(to)) => return by_assignment(from, to),
        _ => false,
    })
}

/// Tells whether PostgreSQL casts one type to another where `::` or CAST says so.
pub fn explicitly(from: &CastType, to: &CastType) -> Option<bool> {
    // What is written as text is read again, whatever it is.
    if from.is_text() || by_assignment(from, to)? {
        return Some(true);
    }
    Some(match (from, to) {
        (CastType::Builtin(from), CastType::Builtin(to)) => lists(EXPLICIT, from, to),
        (CastType::Array(from), CastType::Array(to)) => return explicitly(from, to),
        _ => false,
    })
}

/// Tells whether a foreign key of one type may refer to a key of another.
pub fn compare(column: &CastType, key: &CastType) -> Option<bool> {
    if column == key {
        return Some(true);
    }
    match (column, key) {
        (CastType::Builtin(column), CastType::Builtin(key)) => {
            let measured = |name: &str| {
                ALONE.contains(&name)
                    || COMPARISONS.split_ascii_whitespace().any(|word| word == name)
            };
            (measured(column) || measured(key)).then(|| lists(COMPARISONS, key, column))
        }
        (CastType::Array(_), CastType::Array(_)) => None,
        _ => Some(false),
    }
}

/// Tells whether two types are of one category (`typcategory` of `pg_type`), so that CASE, COALESCE
/// and their like choose among them. Nothing where that cannot be known.
pub fn share_category(one: &CastType, other: &CastType) -> Option<bool> {
    let category = |kind: &CastType| match kind {
        CastType::Builtin(name) => match *name {
            "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "money" | "oid" => {
                Some('N')
            }
            "text" | "varchar" | "bpchar" | "name" => Some('S'),
            "date" | "time" | "timetz" | "timestamp" | "timestamptz" => Some('D'),
            "interval" => Some('T'),
            "bool" => Some('B'),
            "inet" | "cidr" => Some('I'),
            "uuid" | "json" | "jsonb" | "bytea" => Some('U'),
            _ => None,
        },
        CastType::Enum(_) => Some('E'),
        CastType::Array(_) => Some('A'),
    };
    Some(category(one)? == category(other)?)
}

/// Tells whether a type may stand before one of the operators that few types have: `~~` (LIKE), `->`
/// and their like (`pg_operator` of 15.18). What is not listed may.
pub fn stands_before(kind: &CastType, operator: &str) -> bool {
    let CastType::Builtin(name) = kind else {
        return !matches!((kind, operator), (CastType::Enum(_), "~~" | "~~*"));
    };
    let is_text = matches!(*name, "text" | "varchar" | "bpchar" | "name");
    let is_plain = matches!(
        *name,
        "int2"
            | "int4"
            | "int8"
            | "numeric"
            | "float4"
            | "float8"
            | "bool"
            | "uuid"
            | "date"
            | "timestamp"
            | "timestamptz"
    );
    match operator {
        "~~" | "~~*" => !is_plain && !matches!(*name, "json" | "jsonb"),
        "->" | "->>" | "#>" | "#>>" => !is_plain && !is_text,
        _ => true,
    }
}

/// Types that values of are compared among each other, and with none of another row.
const FAMILIES: [&[&str]; 8] = [
    &["int2", "int4", "int8", "numeric", "float4", "float8"],
    &["text", "varchar", "bpchar", "name"],
    &["date", "timestamp", "timestamptz"],
    &["bool"],
    &["uuid"],
    &["jsonb"],
    &["bytea"],
    &["inet", "cidr"],
];

/// Types without an operator `=` at all.
const INCOMPARABLE: [&str; 2] = ["json", "xml"];

/// Tells whether PostgreSQL has an operator `=` between two types, its implicit casts included; the
/// other one is nothing where it is a quoted text, which takes the type of the first. Nothing where
/// that cannot be known.
pub fn equal_operator(one: &CastType, other: Option<&CastType>) -> Option<bool> {
    let is_incomparable =
        |kind: &CastType| matches!(kind, CastType::Builtin(name) if INCOMPARABLE.contains(name));
    if is_incomparable(one) || other.is_some_and(is_incomparable) {
        return Some(false);
    }
    let Some(other) = other else { return Some(true) };
    let family = |kind: &CastType| match kind {
        CastType::Builtin(name) => FAMILIES.iter().position(|names| names.contains(name)),
        CastType::Enum(_) => Some(FAMILIES.len()),
        CastType::Array(_) => None,
    };
    match (one, other) {
        (CastType::Enum(one), CastType::Enum(other)) => Some(one == other),
        _ => Some(family(one)? == family(other)?),
    }
}

fn lists(table: &str, from: &str, to: &str) -> bool {
    let rows = table.lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once(' ')).any(|row| row == (from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(sql: &str) -> CastType {
        CastType::of(&SqlType::parse(sql)).expect(sql)
    }

    #[test]
    fn values_are_cast_where_the_catalogue_says_so() {
        for (from, to, expected) in [
            ("integer", "boolean", false),
            ("integer", "bigint", true),
            ("varchar(20)", "integer", false),
            ("integer", "text", true),
            ("text", "jsonb", false),
            ("json", "jsonb", true),
            ("varchar", "uuid", false),
            ("timestamp", "timestamptz", true),
            ("timestamptz", "date", true),
            ("double precision", "numeric(10, 2)", true),
            ("text", "text[]", false),
            ("varchar[]", "text[]", true),
            ("jsonb", "varchar(10)", true),
        ] {
            assert_eq!(by_assignment(&kind(from), &kind(to)), Some(expected), "{from} -> {to}");
        }
        assert_eq!(by_assignment(&kind("text"), &CastType::Enum("mood".into())), Some(false));
        assert_eq!(by_assignment(&CastType::Enum("mood".into()), &kind("text")), Some(true));
    }

    #[test]
    fn more_is_cast_where_a_cast_is_said() {
        for (from, to, expected) in [
            ("integer", "boolean", true),
            ("bigint", "boolean", false),
            ("varchar(20)", "integer", true),
            ("jsonb", "integer", true),
            ("json", "integer", false),
            ("timestamp", "integer", false),
            ("boolean", "numeric", false),
            ("integer", "text", true),
        ] {
            assert_eq!(explicitly(&kind(from), &kind(to)), Some(expected), "{from} -> {to}");
        }
        let (one, other) = (CastType::Enum("mood".into()), CastType::Enum("state".into()));
        assert_eq!(explicitly(&one, &other), Some(false));
        assert_eq!(explicitly(&one, &kind("integer")), Some(false));
        assert_eq!(explicitly(&kind("text"), &other), Some(true));
    }

    #[test]
    fn an_operator_compares_types_of_one_family() {
        for (one, other, expected) in [
            ("integer", "numeric", Some(true)),
            ("integer", "varchar(9)", Some(false)),
            ("uuid", "text", Some(false)),
            ("timestamptz", "date", Some(true)),
            ("json", "json", Some(false)),
            ("point", "text", None),
        ] {
            assert_eq!(equal_operator(&kind(one), Some(&kind(other))), expected, "{one} = {other}");
        }
        let mood = CastType::Enum("mood".into());
        assert_eq!(equal_operator(&mood, Some(&kind("text"))), Some(false));
        assert_eq!(equal_operator(&kind("json"), None), Some(false));
        assert_eq!(equal_operator(&kind("integer"), None), Some(true));
    }

    #[test]
    fn foreign_keys_compare_what_has_an_operator() {
        for (column, key, expected) in [
            ("integer", "bigint", true),
            ("integer", "uuid", false),
            ("varchar(36)", "uuid", false),
            ("varchar", "text", true),
            ("numeric", "integer", false),
            ("integer", "numeric", true),
        ] {
            assert_eq!(compare(&kind(column), &kind(key)), Some(expected), "{column} -> {key}");
        }
    }
}
