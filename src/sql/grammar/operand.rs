//! Operands: columns, constants, calls, CASE, queries, and what stands before and behind them.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression, is_query, node};
use crate::sql::grammar::operator::{NOT, SIGN, binary};
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::grammar::type_name::type_name;
use crate::text::known::Known;

/// Reads an operand with what stands before and behind it.
pub fn prefix(cursor: &mut Cursor<'_>) -> Expression {
    let from = cursor.position();
    let Some(token) = cursor.token(0) else { return node(Kind::Other, from, cursor) };
    if token.kind == TokenKind::Operator && !token.hole {
        let operator = cursor.text(token).to_owned();
        cursor.skip(1);
        if operator == "*" {
            return node(Kind::Constant, from, cursor);
        }
        let operand = Box::new(binary(cursor, if operator == "!" { NOT } else { SIGN }));
        return node(Kind::Prefix { operator, operand }, from, cursor);
    }
    if cursor.eat("NOT") {
        let operand = Box::new(binary(cursor, NOT));
        return node(Kind::Prefix { operator: "NOT".to_owned(), operand }, from, cursor);
    }
    let operand = operand(cursor, token);
    suffixes(cursor, operand)
}

/// Reads casts, subscripts and fields.
fn suffixes(cursor: &mut Cursor<'_>, mut operand: Expression) -> Expression {
    let from = operand.from;
    loop {
        if cursor.eat_operator("::") || cursor.eat_operator(":\\:") {
            type_name(cursor);
            operand = match operand.kind {
                Kind::Cast(_) => Expression { to: cursor.position(), ..operand },
                _ => node(Kind::Cast(Box::new(operand)), from, cursor),
            };
        } else if cursor.is_mark(b'[') {
            cursor.pass();
            operand = match operand.kind {
                Kind::Call { ref name, .. } if name == "[]" => {
                    Expression { to: cursor.position(), ..operand }
                }
                _ => node(
                    Kind::Call { name: "[]".to_owned(), arguments: vec![operand] },
                    from,
                    cursor,
                ),
            };
        } else if cursor.is_mark(b'.') {
            cursor.skip(2);
            operand.to = cursor.position();
        } else {
            return operand;
        }
    }
}

fn operand(cursor: &mut Cursor<'_>, token: &Token) -> Expression {
    let from = cursor.position();
    match token.kind {
        TokenKind::Mark(b'(') => parenthesized(cursor),
        TokenKind::Number | TokenKind::Dollar => {
            cursor.skip(1);
            node(if token.hole { Kind::Hole } else { Kind::Constant }, from, cursor)
        }
        TokenKind::Text => {
            while cursor.token(0).is_some_and(|token| token.kind == TokenKind::Text) {
                cursor.skip(1);
            }
            let hole = cursor.tokens[from..cursor.position()].iter().any(|token| token.hole);
            node(if hole { Kind::Hole } else { Kind::Constant }, from, cursor)
        }
        TokenKind::Bind => {
            cursor.skip(1);
            node(Kind::Bind, from, cursor)
        }
        TokenKind::Word if !token.hole => keyword(cursor),
        TokenKind::Word | TokenKind::Quoted => column_or_call(cursor),
        _ => {
            cursor.skip(1);
            node(Kind::Other, from, cursor)
        }
    }
}

fn parenthesized(cursor: &mut Cursor<'_>) -> Expression {
    let from = cursor.position();
    let Some(inside) = cursor.inside() else { return node(Kind::Other, from, cursor) };
    if is_query(&inside) {
        return node(Kind::Query { exists: false }, from, cursor);
    }
    node(Kind::Tuple(items(inside)), from, cursor)
}

/// Reads what commas separate. `DISTINCT x`, `x FROM 1 FOR 2`, `x ORDER BY y`, `x SEPARATOR ','`:
/// words between expressions are passed.
fn items(mut inside: Cursor<'_>) -> Vec<Expression> {
    let mut items = Vec::new();
    while !inside.is_done() {
        let before = inside.position();
        items.push(expression(&mut inside));
        if !inside.eat_mark(b',') && (inside.position() == before || !inside.is_done()) {
            inside.pass();
        }
    }
    items
}

fn keyword(cursor: &mut Cursor<'_>) -> Expression {
    let from = cursor.position();
    let word = cursor.word(0).to_ascii_uppercase();
    match word.as_str() {
        "NULL" | "TRUE" | "FALSE" | "DEFAULT" if !cursor.is_mark_at(1, b'(') => {
            cursor.skip(1);
            node(Kind::Constant, from, cursor)
        }
        "CASE" => case(cursor),
        "EXISTS" if cursor.is_mark_at(1, b'(') => {
            cursor.skip(1);
            cursor.pass();
            node(Kind::Query { exists: true }, from, cursor)
        }
        "ARRAY" if cursor.is_mark_at(1, b'[') => {
            cursor.skip(1);
            array(cursor)
        }
        "BINARY" | "PRIOR" | "DISTINCT" | "ALL" | "VARIADIC" | "BOTH" | "LEADING" | "TRAILING"
            if starts_operand(cursor, 1) =>
        {
            cursor.skip(1);
            prefix(cursor)
        }
        "INTERVAL" if cursor.dialect().is_mysql() && !cursor.is_mark_at(1, b'(') => {
            cursor.skip(1);
            let amount = prefix(cursor);
            cursor.skip(1);
            Expression { from, to: cursor.position(), ..amount }
        }
        "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME" | "LOCALTIME" | "LOCALTIMESTAMP"
        | "CURRENT_USER" | "SESSION_USER" | "CURRENT_ROLE" | "CURRENT_SCHEMA"
        | "CURRENT_CATALOG" | "SYSDATE" | "UTC_TIMESTAMP" | "SYSTEM_USER" => {
            cursor.skip(1);
            cursor.group();
            node(
                Kind::Call { name: word.to_ascii_lowercase(), arguments: Vec::new() },
                from,
                cursor,
            )
        }
        _ => typed_literal(cursor).unwrap_or_else(|| column_or_call(cursor)),
    }
}

/// Tells whether an operand may begin `ahead` of this place.
fn starts_operand(cursor: &Cursor<'_>, ahead: usize) -> bool {
    cursor.token(ahead).is_some_and(|token| {
        matches!(
            token.kind,
            TokenKind::Word
                | TokenKind::Quoted
                | TokenKind::Text
                | TokenKind::Number
                | TokenKind::Bind
        ) && !cursor.is_word_at(ahead, "FROM")
            && !cursor.is_word_at(ahead, "AS")
    })
}

/// Reads `DATE '2020-01-01'`, `timestamp with time zone '...'`, `interval '1 day'`.
fn typed_literal(cursor: &mut Cursor<'_>) -> Option<Expression> {
    let from = cursor.position();
    let words = (0..5).take_while(|&ahead| !cursor.word(ahead).is_empty()).count();
    let literal = cursor.token(words)?;
    let known = words == 1 || cursor.is_any(&["TIMESTAMP", "TIME", "DOUBLE", "INTERVAL"]);
    if literal.kind != TokenKind::Text || !known {
        return None;
    }
    cursor.skip(words + 1);
    cursor.eat_any(&["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"]);
    Some(node(if literal.hole { Kind::Hole } else { Kind::Constant }, from, cursor))
}

fn array(cursor: &mut Cursor<'_>) -> Expression {
    let from = cursor.position();
    let items = cursor.inside().map(items).unwrap_or_default();
    node(Kind::Tuple(items), from, cursor)
}

fn case(cursor: &mut Cursor<'_>) -> Expression {
    let from = cursor.position();
    cursor.skip(1);
    let (mut asked, mut answers) = (Vec::new(), Vec::new());
    let mut answering = false;
    while !cursor.is_done() && !cursor.eat("END") {
        if cursor.eat("WHEN") {
            answering = false;
        } else if cursor.eat_any(&["THEN", "ELSE"]) {
            answering = true;
        } else {
            let before = cursor.position();
            let part = expression(cursor);
            if answering {
                answers.push(part)
            } else {
                asked.push(part)
            }
            if cursor.position() == before {
                cursor.skip(1);
            }
        }
    }
    node(Kind::Case { asked, answers }, from, cursor)
}

fn column_or_call(cursor: &mut Cursor<'_>) -> Expression {
    let from = cursor.position();
    let mut parts = Vec::new();
    loop {
        match cursor.name() {
            Some(name) => parts.push(name),
            None if cursor.eat_operator("*") => {
                parts.push(Known::Is("*".to_owned()));
                break;
            }
            None => break,
        }
        if !cursor.eat_mark(b'.') {
            break;
        }
    }
    if cursor.is_mark(b'(') {
        return call(cursor, from, parts.pop());
    }
    match parts.last() {
        None => {
            cursor.skip(1);
            node(Kind::Other, from, cursor)
        }
        Some(Known::Unreadable) if parts.len() == 1 => node(Kind::Hole, from, cursor),
        Some(_) => node(Kind::Column(parts), from, cursor),
    }
}

fn call(cursor: &mut Cursor<'_>, from: usize, name: Option<Known<String>>) -> Expression {
    let name = name.and_then(Known::into_option).unwrap_or_default().to_lowercase();
    let Some(mut inside) = cursor.inside() else { return node(Kind::Other, from, cursor) };
    if is_query(&inside) {
        return node(Kind::Query { exists: false }, from, cursor);
    }
    if matches!(name.as_str(), "cast" | "try_cast") {
        let operand = Box::new(expression(&mut inside));
        return node(Kind::Cast(operand), from, cursor);
    }
    let mut arguments = items(inside);
    while let Some(inside) = call_suffix(cursor) {
        arguments.extend(items(inside));
    }
    node(Kind::Call { name, arguments }, from, cursor)
}

/// Reads `FILTER (...)`, `OVER (...)`, `WITHIN GROUP (...)`.
fn call_suffix<'a>(cursor: &mut Cursor<'a>) -> Option<Cursor<'a>> {
    let words = match cursor.word(0).to_ascii_uppercase().as_str() {
        "FILTER" | "OVER" if cursor.is_mark_at(1, b'(') => 1,
        "OVER" => {
            cursor.skip(2);
            return None;
        }
        "WITHIN" => 2,
        _ => return None,
    };
    cursor.skip(words);
    cursor.inside()
}
