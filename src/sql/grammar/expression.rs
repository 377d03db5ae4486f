//! Expressions, of every dialect, as trees.
#![allow(missing_docs, reason = "the parts of an expression are SQL's own words")]

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::operator::binary;
use crate::text::known::Known;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// The first of its tokens.
    pub from: usize,
    /// The token behind its last.
    pub to: usize,
    /// How deep the tree below it is.
    pub depth: u16,
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
    if !hole {
        cursor.mark_unexpected();
    }
    cursor.skip(usize::MAX / 2);
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
            Kind::Constant
            | Kind::Bind
            | Kind::Hole
            | Kind::Column(_)
            | Kind::Query { .. }
            | Kind::Other => Vec::new(),
            Kind::Call { arguments: items, .. }
            | Kind::Between(items)
            | Kind::Tuple(items)
            | Kind::Chain { operands: items, .. } => items.iter().collect(),
            Kind::Case { asked, answers } => asked.iter().chain(answers).collect(),
            Kind::Prefix { operand, .. } | Kind::Cast(operand) => vec![operand],
            Kind::Is { operand, what: Is::DistinctFrom(other), .. } => vec![operand, other],
            Kind::Is { operand, .. } => vec![operand],
            Kind::In { operand, items, .. } => {
                std::iter::once(&**operand).chain(items.iter().flatten()).collect()
            }
        }
    }

    /// Tells whether something holds for it or for anything in it; queries are not entered.
    pub fn any(&self, wanted: &dyn Fn(&Expression) -> bool) -> bool {
        wanted(self) || self.children().into_iter().any(|child| child.any(wanted))
    }

    /// Returns the terms that AND joins at the top.
    pub fn terms(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Chain { operators, operands }
                if operators.iter().all(|operator| operator == "AND") =>
            {
                operands.iter().flat_map(Expression::terms).collect()
            }
            Kind::Tuple(items) if items.len() == 1 => items[0].terms(),
            _ => vec![self],
        }
    }

    /// Returns it without parentheses around it.
    pub fn unparenthesized(&self) -> &Expression {
        match &self.kind {
            Kind::Tuple(items) if items.len() == 1 => items[0].unparenthesized(),
            _ => self,
        }
    }
}

/// Makes an expression of the tokens from a place to where the cursor stands.
pub fn node(kind: Kind, from: usize, cursor: &Cursor<'_>) -> Expression {
    let mut node = Expression { kind, from, to: cursor.position(), depth: 0 };
    node.depth = node.children().iter().map(|child| child.depth).max().unwrap_or(0) + 1;
    node
}

/// Tells whether the tokens are a query, with parentheses before it or not.
pub fn is_query(group: &Cursor<'_>) -> bool {
    let mut group = *group;
    while group.eat_mark(b'(') {}
    group.is_any(&["SELECT", "WITH", "VALUES", "TABLE"])
}
