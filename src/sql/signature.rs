//! How a routine is called and what it returns.

use crate::sql::casts::CastType;
use crate::sql::types::SqlType;

/// How a routine is called and what it returns, as far as PostgreSQL tells routines apart by it
/// (`CREATE FUNCTION`, *Overloading* and *Notes*).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The arguments that a caller passes.
    pub arguments: Vec<Argument>,
    /// What it returns.
    pub returns: Returned,
}

/// An argument that a caller passes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Argument {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its type, as written.
    pub kind: String,
    /// Whether it has a default.
    pub default: bool,
}

/// What a routine returns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Returned {
    /// A value, or a set of them.
    Value {
        /// RETURNS SETOF.
        set: bool,
        /// The type, as written.
        kind: String,
    },
    /// RETURNS TABLE: names and types.
    Table(Vec<(String, String)>),
    /// It is a procedure, or says it otherwise: by OUT arguments.
    Unsaid,
}

impl Signature {
    /// Tells whether both are called alike: with arguments of the same types. Nothing where that
    /// cannot be known.
    pub fn is_called_as(&self, other: &Signature) -> Option<bool> {
        if self.arguments.len() != other.arguments.len() {
            return Some(false);
        }
        let mut pairs = self.arguments.iter().zip(&other.arguments);
        pairs.try_fold(true, |all, (one, other)| Some(is_same(&one.kind, &other.kind)? && all))
    }

    /// Returns the error of PostgreSQL 15 for replacing a routine by one that is called alike.
    pub fn refused_by(&self, other: &Signature) -> Option<String> {
        if self.returns.differs_from(&other.returns) {
            return Some("cannot change return type of existing function".to_owned());
        }
        let mut pairs = self.arguments.iter().zip(&other.arguments);
        pairs.find_map(|(own, new)| match (&own.name, &new.name) {
            (Some(name), new_name) if Some(name) != new_name.as_ref() => {
                Some(format!("cannot change name of input parameter \"{name}\""))
            }
            _ if own.default && !new.default => {
                Some("cannot remove parameter defaults from existing function".to_owned())
            }
            _ => None,
        })
    }
}

impl Returned {
    /// Tells whether two routines certainly return other things.
    fn differs_from(&self, other: &Returned) -> bool {
        let other_type = |one: &str, other: &str| is_same(one, other) == Some(false);
        match (self, other) {
            (Returned::Value { set, kind }, Returned::Value { set: other_set, kind: other }) => {
                set != other_set || other_type(kind, other)
            }
            (Returned::Table(own), Returned::Table(other)) => {
                own.len() != other.len()
                    || own
                        .iter()
                        .zip(other)
                        .any(|(one, other)| one.0 != other.0 || other_type(&one.1, &other.1))
            }
            (Returned::Table(_), Returned::Value { set: false, .. })
            | (Returned::Value { set: false, .. }, Returned::Table(_)) => true,
            _ => false,
        }
    }
}

/// Tells whether two texts name one type: lengths and other modifiers do not matter to routines.
fn is_same(one: &str, other: &str) -> Option<bool> {
    if one.eq_ignore_ascii_case(other) {
        return Some(true);
    }
    let built_in = |text: &str| match text.to_ascii_lowercase().as_str() {
        "void" | "trigger" | "event_trigger" | "record" => {
            Some(CastType::Enum(text.to_lowercase()))
        }
        _ => CastType::of(&SqlType::parse(text)),
    };
    Some(built_in(one)? == built_in(other)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, returns: &str) -> Signature {
        let argument = Argument { name: Some("a".into()), kind: kind.into(), default: false };
        let returns = Returned::Value { set: false, kind: returns.into() };
        Signature { arguments: vec![argument], returns }
    }

    #[test]
    fn a_routine_keeps_what_it_returns_and_the_names_of_its_arguments() {
        let (own, same) = (of("int", "text"), of("INTEGER", "text"));
        assert_eq!(own.is_called_as(&same), Some(true));
        assert_eq!(own.is_called_as(&of("bigint", "text")), Some(false));
        assert_eq!(own.is_called_as(&of("mood", "text")), None);
        assert_eq!(own.refused_by(&same), None);
        let returned = "cannot change return type of existing function";
        assert_eq!(own.refused_by(&of("int", "int")).as_deref(), Some(returned));
        assert_eq!(of("int", "varchar(9)").refused_by(&of("int", "varchar")), None);
        let mut renamed = same;
        renamed.arguments[0].name = Some("b".into());
        let named = "cannot change name of input parameter \"a\"";
        assert_eq!(own.refused_by(&renamed).as_deref(), Some(named));
    }
}
