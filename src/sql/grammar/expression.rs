//! Expressions, of every dialect, as trees.
#![allow(missing_docs, reason = "the parts of an expression are SQL's own words")]

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::grammar::type_name::type_name;
use crate::text::known::Known;

/// How deep a tree may grow.
const DEPTH: u16 = 300;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// The first of its tokens.
    pub from: usize,
    /// The token behind its last.
    pub to: usize,
    depth: u16,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number, a string, NULL, TRUE, FALSE, DEFAULT.
    Constant,
    /// A bind parameter.
    Bind,
    /// A part that cannot be known.
    Hole,
    /// A column, with what qualifies it before it.
    Column(Vec<Known<String>>),
    /// A call, by the last part of its name in lower case.
    Call { name: String, arguments: Vec<Expression> },
    /// An operator before its operand.
    Prefix { operator: String, operand: Box<Expression> },
    /// Operands of operators of one rank, from left to right; words upper case.
    Chain { operators: Vec<String>, operands: Vec<Expression> },
    /// `IS [NOT] NULL`, `IS [NOT] TRUE`, `IS [NOT] DISTINCT FROM x`.
    Is { operand: Box<Expression>, what: Is, not: bool },
    /// `[NOT] IN (...)`; the items, or `None` for a query.
    In { operand: Box<Expression>, items: Option<Vec<Expression>>, not: bool },
    /// `[NOT] BETWEEN a AND b`: operand, a, b.
    Between(Vec<Expression>),
    /// CASE: what it asks, and what it may answer.
    Case { asked: Vec<Expression>, answers: Vec<Expression> },
    /// `x::type` or `CAST(x AS type)`.
    Cast(Box<Expression>),
    /// Several in parentheses or brackets.
    Tuple(Vec<Expression>),
    /// A query in parentheses, EXISTS included; its tokens lie within this one's.
    Query { exists: bool },
    /// What could not be read.
    Other,
}

/// What IS asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Is {
    /// NULL.
    Null,
    /// TRUE.
    True,
    /// FALSE.
    False,
    /// DISTINCT FROM something.
    DistinctFrom(Box<Expression>),
    /// Something else (UNKNOWN, DOCUMENT, JSON).
    Other,
}

/// Reads an expression and moves behind it. What stands behind it is left to the caller.
pub fn expression<'a>(cursor: &mut Cursor<'a>) -> Expression {
    binary(cursor, 0)
}

/// Reads all tokens as one expression; [`Kind::Other`] where something is left.
pub fn whole(mut cursor: Cursor<'_>) -> Expression {
    let from = cursor.position();
    let read = expression(&mut cursor);
    if cursor.is_done() {
        return read;
    }
    let hole = cursor.has_hole();
    cursor.skip(usize::MAX / 2);
    if !hole {
        cursor.is_odd();
    }
    node(if hole { Kind::Hole } else { Kind::Other }, from, &cursor)
}

impl Expression {
    /// Returns its tokens, out of those it was read from.
    pub fn tokens<'a>(&self, cursor: &Cursor<'a>) -> Cursor<'a> {
        cursor.over(&cursor.tokens[self.from..self.to])
    }

    /// Returns it as SQL, unreadable with a hole in it.
    pub fn sql(&self, cursor: &Cursor<'_>) -> Known<String> {
        self.tokens(cursor).sql()
    }

    /// Returns what it is made of.
    pub fn children(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Constant | Kind::Bind | Kind::Hole | Kind::Column(_) | Kind::Query { .. } | Kind::Other => Vec::new(),
            Kind::Call { arguments: items, .. }
            | Kind::Between(items)
            | Kind::Tuple(items)
            | Kind::Chain { operands: items, .. } => items.iter().collect(),
            Kind::Case { asked, answers } => asked.iter().chain(answers).collect(),
            Kind::Prefix { operand, .. } | Kind::Cast(operand) => vec![operand],
            Kind::Is { operand, what: Is::DistinctFrom(other), .. } => vec![operand, other],
            Kind::Is { operand, .. } => vec![operand],
            Kind::In { operand, items, .. } => std::iter::once(&**operand).chain(items.iter().flatten()).collect(),
        }
    }

    /// Tells whether something holds for it or for anything in it; queries are not entered.
    pub fn any(&self, wanted: &dyn Fn(&Expression) -> bool) -> bool {
        wanted(self) || self.children().into_iter().any(|child| child.any(wanted))
    }

    /// Returns the terms that AND joins at the top.
    pub fn terms(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Chain { operators, operands } if operators.iter().all(|operator| operator == "AND") => {
                operands.iter().flat_map(Expression::terms).collect()
            }
            Kind::Tuple(items) if items.len() == 1 => items[0].terms(),
            _ => vec![self],
        }
    }

    /// Returns it without parentheses around it.
    pub fn bare(&self) -> &Expression {
        match &self.kind {
            Kind::Tuple(items) if items.len() == 1 => items[0].bare(),
            _ => self,
        }
    }
}

fn node(kind: Kind, from: usize, cursor: &Cursor<'_>) -> Expression {
    let mut node = Expression { kind, from, to: cursor.position(), depth: 0 };
    node.depth = node.children().iter().map(|child| child.depth).max().unwrap_or(0) + 1;
    node
}

/// The rank of AND, of which the operators of BETWEEN and the like are above.
const AND: u8 = 3;
const NOT: u8 = 4;
const IS: u8 = 5;
const COMPARISON: u8 = 6;
const LIKE: u8 = 7;
const OTHER: u8 = 8;
const PLUS: u8 = 9;
const TIMES: u8 = 10;
const POWER: u8 = 11;
const SIGN: u8 = 13;

/// Reads operands and operators that bind stronger than `rank`.
fn binary(cursor: &mut Cursor<'_>, rank: u8) -> Expression {
    let mut left = prefix(cursor);
    // Left-deep trees of one rank are flattened; others are bounded, so that walking them never overflows.
    while let Some(operator) = infix(cursor).filter(|operator| operator.rank > rank) {
        if left.depth > DEPTH {
            cursor.is_odd();
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
    let make = |name: &str, rank, words, not| Some(Infix { name: name.to_owned(), rank, words, not });
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
                "SIMILAR" if cursor.is_word_at(at + 1, "TO") => make("SIMILAR TO", LIKE, at + 2, not),
                "SOUNDS" if cursor.is_word_at(at + 1, "LIKE") => make("SOUNDS LIKE", LIKE, at + 2, not),
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
            node(Kind::Prefix { operator: "NOT".to_owned(), operand: Box::new(between) }, from, cursor)
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
            Expression { kind: Kind::Chain { operators, operands }, from, to: cursor.position(), depth }
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
        _ if operator.ends_with("LIKE") || operator.ends_with("SIMILAR TO") || operator.starts_with("NOT ") => LIKE,
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

/// Reads an operand with what stands before and behind it.
fn prefix(cursor: &mut Cursor<'_>) -> Expression {
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
                Kind::Call { ref name, .. } if name == "[]" => Expression { to: cursor.position(), ..operand },
                _ => node(Kind::Call { name: "[]".to_owned(), arguments: vec![operand] }, from, cursor),
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

/// Tells whether the tokens are a query, with parentheses before it or not.
pub fn is_query(group: &Cursor<'_>) -> bool {
    let mut group = *group;
    while group.eat_mark(b'(') {}
    group.is_any(&["SELECT", "WITH", "VALUES", "TABLE"])
}

/// Reads what commas separate. `DISTINCT x`, `x FROM 1 FOR 2`, `x ORDER BY y`, `x SEPARATOR ','`: words between
/// expressions are passed.
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
        "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME" | "LOCALTIME" | "LOCALTIMESTAMP" | "CURRENT_USER"
        | "SESSION_USER" | "CURRENT_ROLE" | "CURRENT_SCHEMA" | "CURRENT_CATALOG" | "SYSDATE" | "UTC_TIMESTAMP"
        | "SYSTEM_USER" => {
            cursor.skip(1);
            cursor.group();
            node(Kind::Call { name: word.to_ascii_lowercase(), arguments: Vec::new() }, from, cursor)
        }
        _ => typed_literal(cursor).unwrap_or_else(|| column_or_call(cursor)),
    }
}

/// Tells whether an operand may begin `ahead` of this place.
fn starts_operand(cursor: &Cursor<'_>, ahead: usize) -> bool {
    cursor.token(ahead).is_some_and(|token| {
        matches!(
            token.kind,
            TokenKind::Word | TokenKind::Quoted | TokenKind::Text | TokenKind::Number | TokenKind::Bind
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
