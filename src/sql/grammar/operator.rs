//! Operators between operands, by their ranks.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Is, Kind, node};
use crate::sql::grammar::operand::prefix;
use crate::sql::grammar::token::TokenKind;

/// How deep a tree may grow.
const DEPTH: u16 = 300;

/// The rank of AND, of which the operators of BETWEEN and the like are above.
const AND: u8 = 3;
/// The rank of NOT.
pub const NOT: u8 = 4;
const IS: u8 = 5;
const COMPARISON: u8 = 6;
const LIKE: u8 = 7;
const OTHER: u8 = 8;
const PLUS: u8 = 9;
const TIMES: u8 = 10;
const POWER: u8 = 11;
/// The rank of what binds strongest: signs, COLLATE, AT TIME ZONE.
pub const SIGN: u8 = 13;

/// Reads operands and operators that bind stronger than `rank`.
pub fn binary(cursor: &mut Cursor<'_>, rank: u8) -> Expression {
    let mut left = prefix(cursor);
    // Left-deep trees of one rank are flattened; others are bounded, so that walking them never
    // overflows.
    while let Some(operator) = infix(cursor).filter(|operator| operator.rank > rank) {
        if left.depth > DEPTH {
            cursor.mark_unread();
            return left;
        }
        left = combine(cursor, left, operator);
    }
    left
}

struct Infix {
    name: String,
    rank: u8,
    words: usize,
    not: bool,
}

/// Returns the operator that is next, if one is.
fn infix(cursor: &Cursor<'_>) -> Option<Infix> {
    let token = cursor.token(0)?;
    if token.hole {
        return None;
    }
    let text = cursor.text(token);
    let make =
        |name: &str, rank, words, not| Some(Infix { name: name.to_owned(), rank, words, not });
    match token.kind {
        TokenKind::Operator => {
            let rank = match text {
                "&&" if cursor.dialect().is_mysql() => return make("AND", AND, 1, false),
                "||" if cursor.dialect().is_mysql() => return make("OR", 1, 1, false),
                "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" | "<=>" | "==" => COMPARISON,
                "+" | "-" => PLUS,
                "*" | "/" | "%" | "%%" => TIMES,
                "^" => POWER,
                "=>" | ":=" => 1,
                "::" | ":\\:" => return None,
                _ => OTHER,
            };
            make(text, rank, 1, false)
        }
        TokenKind::Word => {
            let upper = text.to_ascii_uppercase();
            let (not, at) = if upper == "NOT" { (true, 1) } else { (false, 0) };
            let word = cursor.word(at).to_ascii_uppercase();
            match word.as_str() {
                "BETWEEN" | "IN" | "LIKE" | "ILIKE" | "REGEXP" | "RLIKE" | "GLOB" | "MATCH" => {
                    make(&word, LIKE, at + 1, not)
                }
                "SIMILAR" if cursor.is_word_at(at + 1, "TO") => {
                    make("SIMILAR TO", LIKE, at + 2, not)
                }
                "SOUNDS" if cursor.is_word_at(at + 1, "LIKE") => {
                    make("SOUNDS LIKE", LIKE, at + 2, not)
                }
                _ if not => None,
                "OR" => make("OR", 1, 1, false),
                "XOR" => make("XOR", 2, 1, false),
                "AND" => make("AND", AND, 1, false),
                "IS" | "ISNULL" | "NOTNULL" => make(&word, IS, 1, false),
                "DIV" | "MOD" if cursor.dialect().is_mysql() => make(&word, TIMES, 1, false),
                "AT" if cursor.are("AT TIME ZONE") => make("AT TIME ZONE", SIGN, 3, false),
                "OVERLAPS" => make("OVERLAPS", OTHER, 1, false),
                "OPERATOR" if cursor.is_mark_at(1, b'(') => make("OPERATOR", OTHER, 1, false),
                "COLLATE" => make("COLLATE", SIGN, 1, false),
                "ESCAPE" => make("ESCAPE", LIKE, 1, false),
                _ => None,
            }
        }
        _ => None,
    }
}

fn combine(cursor: &mut Cursor<'_>, left: Expression, operator: Infix) -> Expression {
    let from = left.from;
    cursor.skip(operator.words);
    match operator.name.as_str() {
        "IS" => is(cursor, left),
        "ISNULL" | "NOTNULL" => {
            let not = operator.name == "NOTNULL";
            node(Kind::Is { operand: Box::new(left), what: Is::Null, not }, from, cursor)
        }
        "IN" => membership(cursor, left, operator.not),
        "BETWEEN" => {
            cursor.eat_any(&["SYMMETRIC", "ASYMMETRIC"]);
            let low = binary(cursor, LIKE);
            cursor.eat("AND");
            let high = binary(cursor, LIKE);
            let between = node(Kind::Between(vec![left, low, high]), from, cursor);
            if !operator.not {
                return between;
            }
            node(
                Kind::Prefix { operator: "NOT".to_owned(), operand: Box::new(between) },
                from,
                cursor,
            )
        }
        "COLLATE" => {
            cursor.path();
            Expression { to: cursor.position(), ..left }
        }
        "OPERATOR" => {
            cursor.pass();
            chain(cursor, left, operator)
        }
        _ => chain(cursor, left, operator),
    }
}

fn chain(cursor: &mut Cursor<'_>, left: Expression, operator: Infix) -> Expression {
    let from = left.from;
    let right = binary(cursor, operator.rank);
    let name = if operator.not { format!("NOT {}", operator.name) } else { operator.name };
    match left.kind {
        Kind::Chain { mut operators, mut operands } if rank_of(&operators[0]) == operator.rank => {
            let depth = left.depth.max(right.depth + 1);
            operators.push(name);
            operands.push(right);
            Expression {
                kind: Kind::Chain { operators, operands },
                from,
                to: cursor.position(),
                depth,
            }
        }
        _ => node(Kind::Chain { operators: vec![name], operands: vec![left, right] }, from, cursor),
    }
}

fn rank_of(operator: &str) -> u8 {
    match operator {
        "OR" | "=>" | ":=" => 1,
        "XOR" => 2,
        "AND" => AND,
        "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" | "<=>" | "==" => COMPARISON,
        "+" | "-" => PLUS,
        "*" | "/" | "%" | "%%" | "DIV" | "MOD" => TIMES,
        "^" => POWER,
        "AT TIME ZONE" => SIGN,
        _ if operator.ends_with("LIKE")
            || operator.ends_with("SIMILAR TO")
            || operator.starts_with("NOT ") =>
        {
            LIKE
        }
        "REGEXP" | "RLIKE" | "GLOB" | "MATCH" | "ESCAPE" => LIKE,
        _ => OTHER,
    }
}

fn is(cursor: &mut Cursor<'_>, left: Expression) -> Expression {
    let from = left.from;
    let not = cursor.eat("NOT");
    let what = if cursor.eat("NULL") {
        Is::Null
    } else if cursor.eat("TRUE") {
        Is::True
    } else if cursor.eat("FALSE") {
        Is::False
    } else if cursor.eat("DISTINCT FROM") {
        Is::DistinctFrom(Box::new(binary(cursor, IS)))
    } else if cursor.is_hole() || !cursor.word(0).is_empty() {
        cursor.skip(1);
        Is::Other
    } else {
        // SQLite compares with IS.
        let other = Box::new(binary(cursor, IS));
        let what = Is::DistinctFrom(other);
        return node(Kind::Is { operand: Box::new(left), what, not: !not }, from, cursor);
    };
    node(Kind::Is { operand: Box::new(left), what, not }, from, cursor)
}

fn membership(cursor: &mut Cursor<'_>, left: Expression, not: bool) -> Expression {
    let from = left.from;
    let items = if cursor.is_mark(b'(') {
        let inner = prefix(cursor);
        match inner.kind {
            Kind::Tuple(items) => Some(items),
            Kind::Query { .. } => None,
            _ => Some(vec![inner]),
        }
    } else {
        Some(vec![prefix(cursor)])
    };
    node(Kind::In { operand: Box::new(left), items, not }, from, cursor)
}
