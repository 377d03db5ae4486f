//! Which operators PostgreSQL has between which types, and what they give.
//!
//! `operators.txt` holds what a server said of each pair; the tests ask the server that is found
//! again.

use crate::sql::casts::CastType;

const OPERATORS: &str = include_str!("operators.txt");

/// Types of which every pair was tried.
const TRIED: &str = " bool bpchar bytea date float4 float8 int2 int4 int8 interval json jsonb \
    numeric text time timestamp timestamptz uuid varchar ";

/// What stands on one side of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand<'a> {
    /// A value of a type.
    Of(&'a CastType),
    /// A quoted text or NULL, which takes the type that the operator wants.
    Untyped,
}

/// What PostgreSQL makes of an operator between two operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It gives a value of a type; an operand without a type is read as one of the other.
    Gives(CastType, Option<CastType>),
    /// It has no such operator.
    Missing,
    /// It has several that fit equally.
    Ambiguous,
    /// The pair was not tried.
    Unknown,
}

/// Tells what an operator gives.
pub fn operate(operator: &str, left: Operand<'_>, right: Operand<'_>) -> Operation {
    let Some(operator) = family(operator) else { return Operation::Unknown };
    // Nothing but comparisons and `||` takes an enum.
    let is_enum = |side| matches!(side, Operand::Of(CastType::Enum(_)));
    let is_array = |side| matches!(side, Operand::Of(CastType::Array(_)));
    if matches!(operator, "+" | "-" | "*" | "/" | "%")
        && (is_enum(left) || is_enum(right))
        && !is_array(left)
        && !is_array(right)
    {
        return Operation::Missing;
    }
    if operator == "||" && is_unjoined(left, right) {
        return Operation::Missing;
    }
    if matches!(operator, "=" | "<") && is_uncompared(left, right) {
        return Operation::Missing;
    }
    let (Some(left), Some(right)) = (tried(left), tried(right)) else { return Operation::Unknown };
    if left.is_empty() && right.is_empty() {
        return Operation::Unknown;
    }
    let is_it = |written: &str, asked: &str| match asked {
        "" => written.starts_with('?') || written == "unknown",
        asked => written == asked,
    };
    let rows = OPERATORS.lines().filter(|row| !row.starts_with('#'));
    let row = rows.map(|row| row.split(' ').collect::<Vec<_>>()).find(|row| {
        matches!(row.as_slice(), [name, one, other, _]
            if *name == operator && is_it(one, left) && is_it(other, right))
    });
    let kind = |name: &str| CastType::builtin(name).map(CastType::Builtin);
    match row.as_deref() {
        None => Operation::Missing,
        Some([_, _, _, "ambiguous"]) => Operation::Ambiguous,
        Some([_, one, other, given]) => {
            let read = [one, other].into_iter().find_map(|side| side.strip_prefix('?'));
            match kind(given) {
                Some(given) => Operation::Gives(given, read.and_then(kind)),
                None => Operation::Unknown,
            }
        }
        Some(_) => Operation::Unknown,
    }
}

/// Enums are joined with texts and with arrays.
fn is_unjoined(left: Operand<'_>, right: Operand<'_>) -> bool {
    let (Operand::Of(left), Operand::Of(right)) = (left, right) else { return false };
    let is_left_out = |kind: &CastType| match kind {
        CastType::Builtin(name) => {
            tried(Operand::Of(kind)).is_some() && !matches!(*name, "text" | "varchar" | "bpchar")
        }
        CastType::Enum(_) => true,
        CastType::Array(_) => false,
    };
    match (left, right) {
        (CastType::Enum(_), other) | (other, CastType::Enum(_)) => is_left_out(other),
        _ => false,
    }
}

/// Enums compare with themselves, arrays with arrays (`anyenum`, `anyarray` of `pg_operator`).
fn is_uncompared(left: Operand<'_>, right: Operand<'_>) -> bool {
    let (Operand::Of(left), Operand::Of(right)) = (left, right) else { return false };
    let is_plain = |kind: &CastType| tried(Operand::Of(kind)).is_some();
    match (left, right) {
        (CastType::Enum(one), CastType::Enum(other)) => one != other,
        (CastType::Enum(_) | CastType::Array(_), other)
        | (other, CastType::Enum(_) | CastType::Array(_)) => is_plain(other),
        (CastType::Builtin(_), CastType::Builtin(_)) => false,
    }
}

/// Tells whether the pairs of an operator were tried.
pub fn is_operator(operator: &str) -> bool {
    family(operator).is_some()
}

/// Tells whether an operator compares, so that it gives a truth.
pub fn is_comparison(operator: &str) -> bool {
    matches!(family(operator), Some("=" | "<"))
}

/// Returns the operator that has the same types as another one.
fn family(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "+" => "+",
        "-" => "-",
        "*" => "*",
        "/" => "/",
        "%" | "%%" => "%",
        "||" => "||",
        "=" | "<>" | "!=" => "=",
        "<" | ">" | "<=" | ">=" => "<",
        _ => return None,
    })
}

/// Returns the name of a type that was tried, an empty one for what has no type.
fn tried(operand: Operand<'_>) -> Option<&'static str> {
    match operand {
        Operand::Untyped => Some(""),
        Operand::Of(CastType::Builtin(name)) => {
            TRIED.split_ascii_whitespace().any(|known| known == *name).then_some(*name)
        }
        Operand::Of(CastType::Enum(_) | CastType::Array(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_there_for_some_types_and_not_for_others() {
        let of = |name: &str| CastType::Builtin(CastType::builtin(name).expect(name));
        let gives = |left: &str, operator: &str, right: &str| {
            let (left, right) = (of(left), of(right));
            match operate(operator, Operand::Of(&left), Operand::Of(&right)) {
                Operation::Gives(CastType::Builtin(name), _) => name,
                Operation::Missing => "missing",
                _ => "unknown",
            }
        };
        assert_eq!(gives("date", "+", "int4"), "date");
        assert_eq!(gives("date", "-", "date"), "int4");
        assert_eq!(gives("timestamptz", "-", "int4"), "missing");
        assert_eq!(gives("timestamptz", "-", "interval"), "timestamptz");
        assert_eq!(gives("text", ">=", "int4"), "missing");
        assert_eq!(gives("text", "||", "int4"), "text");
        assert_eq!(gives("inet", "+", "int4"), "unknown");
        let (date, number) = (of("date"), of("int4"));
        let text = Operand::Untyped;
        assert_eq!(operate("+", Operand::Of(&date), text), Operation::Ambiguous);
        assert_eq!(
            operate("+", text, Operand::Of(&number)),
            Operation::Gives(number.clone(), Some(number.clone()))
        );
    }
}
