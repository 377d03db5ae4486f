//! Which types PostgreSQL's own functions and index methods take.

use crate::sql::casts::CastType;

const ARGUMENTS: &str = include_str!("arguments.txt");
const CLASSES: &str = include_str!("opclasses.txt");

/// Tells whether a function takes a column of a type as its first argument; nothing where that was
/// not measured.
pub fn is_argument(function: &str, kind: &CastType) -> Option<bool> {
    let taken = row(ARGUMENTS, function)?;
    match kind {
        CastType::Builtin(name) => Some(taken.contains(name)),
        CastType::Enum(_) => Some(false),
        CastType::Array(_) => None,
    }
}

/// Tells whether an index of a method takes a type without an operator class being said; nothing
/// where that was not measured.
pub fn has_class(method: &str, kind: &CastType) -> Option<bool> {
    let taken = row(CLASSES, method)?;
    match kind {
        CastType::Builtin(name) => Some(taken.contains(name)),
        CastType::Enum(_) | CastType::Array(_) => None,
    }
}

fn row(table: &'static str, name: &str) -> Option<Vec<&'static str>> {
    let rows = table.lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| row.split(' ').collect::<Vec<_>>())
        .find(|row| row.first() == Some(&name))
        .map(|row| row.into_iter().skip(1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &'static str) -> CastType {
        CastType::Builtin(name)
    }

    #[test]
    fn a_function_takes_the_types_that_were_tried() {
        assert_eq!(is_argument("lower", &kind("int4")), Some(false));
        assert_eq!(is_argument("lower", &kind("varchar")), Some(true));
        assert_eq!(is_argument("jsonb_set", &kind("json")), Some(false));
        assert_eq!(is_argument("lower", &CastType::Enum("mood".to_owned())), Some(false));
        assert_eq!(is_argument("touch", &kind("int4")), None);
    }

    #[test]
    fn an_index_method_has_classes_for_some_types() {
        assert_eq!(has_class("gin", &kind("text")), Some(false));
        assert_eq!(has_class("gin", &kind("jsonb")), Some(true));
        assert_eq!(has_class("gin", &CastType::Array(Box::new(kind("text")))), None);
        assert_eq!(has_class("ivfflat", &kind("text")), None);
    }
}
