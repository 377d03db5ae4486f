//! What an UPDATE sets and what a filter lets through.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Is, Kind, whole};
use crate::sql::grammar::token::TokenKind;
use crate::sql::row_change::{Assigned, Filter, Reach, Test};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// The table that a statement writes, under the names its columns may be qualified by.
pub struct Target {
    /// The table.
    pub table: TableName,
    /// Its alias.
    pub alias: Option<String>,
    /// Whether the statement names no other table, so that what another name qualifies is a
    /// variable of PL/pgSQL.
    pub alone: bool,
}

impl Target {
    /// Returns the column of the target that an expression is, without casts and parentheses.
    pub fn column<'e>(&self, expression: &'e Expression) -> Option<&'e str> {
        match &expression.unparenthesized().kind {
            Kind::Column(parts) => {
                let (name, qualifiers) = parts.split_last()?;
                let qualifier = qualifiers.last().map(|part| part.as_str().unwrap_or(""));
                let own = |name: &str| {
                    self.alias.as_deref().is_some_and(|alias| alias.eq_ignore_ascii_case(name))
                        || self
                            .table
                            .name
                            .as_str()
                            .is_some_and(|table| table.eq_ignore_ascii_case(name))
                };
                name.as_str().filter(|_| qualifier.is_none_or(own))
            }
            Kind::Cast(inner) => self.column(inner),
            _ => None,
        }
    }
}

/// Reads what a column is set to.
pub fn assigned(target: &Target, column: &Known<String>, value: Cursor<'_>) -> Assigned {
    let expression = whole(value);
    if let Some(constant) = constant(&expression, &value) {
        return Assigned::Constant(constant);
    }
    if value.has_hole() || expression.kind == Kind::Other {
        return Assigned::Unreadable;
    }
    let own = |part: &Expression| {
        target.column(part).is_some_and(|name| {
            column.as_str().is_some_and(|column| column.eq_ignore_ascii_case(name))
        })
    };
    if adds(&expression, &value, &own) {
        return Assigned::Additive;
    }
    value.sql().into_option().map_or(Assigned::Unreadable, Assigned::Expression)
}

/// Returns a constant as SQL, without casts. Nameless binds are distinguished by their place.
pub fn constant(expression: &Expression, cursor: &Cursor<'_>) -> Option<String> {
    let text = || expression.sql(cursor).into_option();
    match &expression.kind {
        Kind::Constant => text().map(|text| match text.to_ascii_uppercase().as_str() {
            word @ ("NULL" | "TRUE" | "FALSE" | "DEFAULT") => word.to_owned(),
            _ => text,
        }),
        Kind::Bind => text().map(|text| match text.as_str() {
            "?" | "%s" => format!("{text}{}", expression.from),
            _ => text,
        }),
        // A string with a hole in it is a constant all the same.
        Kind::Hole => is_string(expression, cursor).then(|| expression.tokens(cursor).shown()),
        Kind::Cast(inner) => constant(inner, cursor),
        Kind::Prefix { operator, operand } if operator == "-" || operator == "+" => {
            constant(operand, cursor).map(|value| format!("{operator}{value}"))
        }
        Kind::Tuple(items)
            if items.len() == 1
                && !cursor.text(&cursor.tokens[expression.from]).eq_ignore_ascii_case("array") =>
        {
            constant(&items[0], cursor)
        }
        Kind::Tuple(items) => {
            items.iter().all(|item| constant(item, cursor).is_some()).then(text).flatten()
        }
        _ => None,
    }
}

fn is_string(expression: &Expression, cursor: &Cursor<'_>) -> bool {
    cursor.tokens[expression.from].kind == TokenKind::Text
}

/// Tells whether an expression adds to the column itself, so that a second run differs.
fn adds(expression: &Expression, cursor: &Cursor<'_>, own: &dyn Fn(&Expression) -> bool) -> bool {
    let mentions = |part: &Expression| part.any(own);
    let here = match &expression.kind {
        Kind::Chain { operators, operands } => {
            let counts = operators
                .iter()
                .enumerate()
                .any(|(at, operator)| counts(operator, &operands[at + 1], cursor));
            counts && operands.iter().any(mentions)
        }
        Kind::Call { name, arguments } => {
            const ADDING: [&str; 10] = [
                "array_append",
                "array_prepend",
                "array_cat",
                "concat",
                "concat_ws",
                "date_add",
                "date_sub",
                "dateadd",
                "json_array_append",
                "adddate",
            ];
            ADDING.contains(&name.as_str()) && arguments.iter().any(mentions)
        }
        Kind::Prefix { operator, operand } => {
            (operator == "-" || operator == "NOT") && own(operand)
        }
        _ => false,
    };
    let parts = match &expression.kind {
        Kind::Case { answers, .. } => answers.iter().collect(),
        _ => expression.children(),
    };
    here || parts.into_iter().any(|part| adds(part, cursor, own))
}

/// Tells whether an operator with this right side changes the value each time.
fn counts(operator: &str, right: &Expression, cursor: &Cursor<'_>) -> bool {
    let text = right.tokens(cursor).shown();
    let right = right.unparenthesized();
    match operator {
        "+" | "*" | "/" | "^" => true,
        // `jsonb - 'key'` removes a key, once.
        "-" => !matches!(right.kind, Kind::Constant) || !text.starts_with('\''),
        // `jsonb || '{...}'` sets keys, once.
        "||" => {
            let json = text.starts_with("'{")
                || text.starts_with("'[")
                || text.to_ascii_lowercase().contains("jsonb");
            !json && text != "''"
        }
        _ => false,
    }
}

/// Reads the filter of a statement on one table.
pub fn filter(target: &Target, condition: Cursor<'_>) -> Filter {
    if condition.is_done() {
        return Filter::none();
    }
    if condition.are("CURRENT OF") {
        return Filter { reach: Reach::Rows, terms: vec![condition.shown()], tests: Vec::new() };
    }
    let expression = whole(condition);
    let terms: Vec<&Expression> = expression
        .terms()
        .into_iter()
        .filter(|term| truth(term, &condition) != Some(true))
        .collect();
    if terms.is_empty() {
        return Filter::none();
    }
    let read = |term: &&Expression| term.tokens(&condition).shown();
    Filter {
        reach: reach(target, &terms, &condition),
        terms: terms.iter().map(read).collect(),
        tests: terms.iter().filter_map(|term| test(target, term, &condition)).collect(),
    }
}

/// Folds a condition over constants.
fn truth(condition: &Expression, cursor: &Cursor<'_>) -> Option<bool> {
    match &condition.unparenthesized().kind {
        Kind::Constant => match constant(condition.unparenthesized(), cursor)?.as_str() {
            "TRUE" => Some(true),
            "FALSE" | "NULL" | "0" => Some(false),
            number => number.parse::<f64>().ok().map(|number| number != 0.0),
        },
        Kind::Prefix { operator, operand } if operator == "NOT" => {
            truth(operand, cursor).map(|truth| !truth)
        }
        Kind::Chain { operators, operands } => {
            let truths = || operands.iter().map(|operand| truth(operand, cursor));
            match operators[0].as_str() {
                "OR" if truths().any(|truth| truth == Some(true)) => Some(true),
                "OR" if truths().all(|truth| truth == Some(false)) => Some(false),
                "AND" if truths().all(|truth| truth == Some(true)) => Some(true),
                "AND" if truths().any(|truth| truth == Some(false)) => Some(false),
                "=" | "<>" | "!=" if operands.len() == 2 => {
                    let literal = |operand: &Expression| match operand.unparenthesized().kind {
                        Kind::Constant => constant(operand, cursor).filter(|value| value != "NULL"),
                        _ => None,
                    };
                    let equal = literal(&operands[0])? == literal(&operands[1])?;
                    Some(equal == (operators[0] == "="))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Tells how much some terms, all of which must hold, let through.
fn reach(target: &Target, terms: &[&Expression], cursor: &Cursor<'_>) -> Reach {
    if terms.iter().any(|term| names_rows(target, term, cursor)) {
        return Reach::Rows;
    }
    if is_range(target, terms, cursor) {
        return Reach::Batch;
    }
    if terms
        .iter()
        .any(|term| term.tokens(cursor).has_hole() && term.any(&|part| part.kind == Kind::Hole))
        || terms.iter().any(|term| matches!(term.kind, Kind::Other | Kind::Hole))
    {
        return Reach::Unreadable;
    }
    let limited = cursor.tokens.iter().any(|token| {
        token.kind == TokenKind::Word && cursor.text(token).eq_ignore_ascii_case("limit")
    });
    if limited { Reach::Batch } else { Reach::Some }
}

/// Tells whether a term is an equality or IN over constants on a column of the target.
fn names_rows(target: &Target, term: &Expression, cursor: &Cursor<'_>) -> bool {
    let column = |part: &Expression| target.column(part).is_some();
    let variable = |part: &Expression| {
        target.alone
            && matches!(&part.kind, Kind::Column(parts) if parts.len() > 1)
            && !column(part)
    };
    // An unknown value is a value; only where it stands alone as a term may it be anything.
    let given = |part: &Expression| {
        constant(part, cursor).is_some()
            || part.kind == Kind::Hole
            || is_any_of(part)
            || variable(part)
    };
    match &term.unparenthesized().kind {
        Kind::Chain { operators, operands } if operators[0] == "OR" => operands
            .iter()
            .all(|operand| operand.terms().iter().any(|term| names_rows(target, term, cursor))),
        Kind::Chain { operators, operands } if operators.len() == 1 && operators[0] == "=" => {
            let (left, right) = (&operands[0], &operands[1]);
            (column(left) && (given(right) || is_value_query(right)))
                || (given(left) && column(right))
        }
        Kind::In { operand, items: Some(items), not: false } => {
            column(operand) && items.iter().all(given)
        }
        Kind::Is { operand, what: Is::DistinctFrom(other), not: true } => {
            column(operand) && given(other)
        }
        _ => false,
    }
}

/// Tells whether an expression is a query in parentheses, which yields one value.
fn is_value_query(expression: &Expression) -> bool {
    matches!(expression.kind, Kind::Query { exists: false })
}

/// Tells whether an expression is `ANY(:ids)` or `ANY(ARRAY[...])`.
fn is_any_of(expression: &Expression) -> bool {
    let plain = |part: &Expression| {
        matches!(part.kind, Kind::Constant | Kind::Bind | Kind::Cast(_) | Kind::Tuple(_))
    };
    matches!(&expression.kind, Kind::Call { name, arguments } if name == "any" && arguments.iter().all(plain))
}

/// Tells whether two terms, or BETWEEN, bound a column of the target on both sides.
fn is_range(target: &Target, terms: &[&Expression], cursor: &Cursor<'_>) -> bool {
    let mut below: Vec<&str> = Vec::new();
    let mut above: Vec<&str> = Vec::new();
    let mut between = false;
    for term in terms {
        match &term.unparenthesized().kind {
            Kind::Between(parts)
                if parts[1..].iter().all(|part| constant(part, cursor).is_some()) =>
            {
                between |= target.column(&parts[0]).is_some();
            }
            Kind::Chain { operators, operands } if operators.len() == 1 => {
                let bound = constant(&operands[1], cursor).is_some();
                let Some(column) = target.column(&operands[0]).filter(|_| bound) else { continue };
                match operators[0].as_str() {
                    "<" | "<=" => below.push(column),
                    ">" | ">=" => above.push(column),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    between || below.iter().any(|column| above.contains(column))
}

/// Reads a term as a test of one column of the target.
fn test(target: &Target, term: &Expression, cursor: &Cursor<'_>) -> Option<Test> {
    let column = |part: &Expression| target.column(part).map(str::to_owned);
    let value = |part: &Expression| constant(part, cursor);
    let term = term.unparenthesized();
    Some(match &term.kind {
        Kind::Column(_) => Test::In(column(term)?, vec!["TRUE".to_owned()]),
        Kind::Prefix { operator, operand } if operator == "NOT" => {
            negated(test(target, operand, cursor)?)
        }
        Kind::Is { operand, what: Is::Null, not: false } => Test::IsNull(column(operand)?),
        Kind::Is { operand, what: Is::Null, not: true } => Test::IsNotNull(column(operand)?),
        Kind::Is { operand, what, not } => {
            let values = match what {
                Is::True => vec!["TRUE".to_owned()],
                Is::False => vec!["FALSE".to_owned()],
                Is::DistinctFrom(other) => vec![value(other)?],
                _ => return None,
            };
            let differs = *not != matches!(what, Is::DistinctFrom(_));
            let column = column(operand)?;
            if differs { Test::NotIn(column, values) } else { Test::In(column, values) }
        }
        Kind::In { operand, items: Some(items), not } => {
            let values = items.iter().map(value).collect::<Option<Vec<_>>>()?;
            let column = column(operand)?;
            if *not { Test::NotIn(column, values) } else { Test::In(column, values) }
        }
        Kind::Chain { operators, operands } if operands.len() == 2 => {
            let (column, value) = match column(&operands[0]) {
                Some(column) => (column, value(&operands[1])?),
                None => (column(&operands[1])?, value(&operands[0])?),
            };
            match operators[0].as_str() {
                "=" | "==" => Test::In(column, vec![value]),
                "<>" | "!=" => Test::NotIn(column, vec![value]),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn negated(test: Test) -> Test {
    match test {
        Test::IsNull(column) => Test::IsNotNull(column),
        Test::IsNotNull(column) => Test::IsNull(column),
        Test::In(column, values) => Test::NotIn(column, values),
        Test::NotIn(column, values) => Test::In(column, values),
    }
}
