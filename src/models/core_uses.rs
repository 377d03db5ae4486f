//! Tables and columns that code names in SQLAlchemy's Core without a model.

use crate::python::module::parse;
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind, Part};
use crate::python::walk::{Seen, walk};
use crate::text::source::{Span, Text};

/// Functions that take a piece of SQL.
const PIECES: [&str; 2] = ["text", "literal_column"];

/// Finds where a module names a table, or a column of it.
pub(crate) fn in_module(table: &str, column: Option<&str>, text: &Text) -> Vec<(Span, String)> {
    let parsed = parse(text);
    let mut found = Vec::new();
    walk(&parsed.module.body, &mut |seen| {
        let Seen::Expression(Expression { kind: Kind::Call(callee, arguments), .. }) = seen else {
            return;
        };
        let function = match &callee.kind {
            Kind::Name(name) | Kind::Attribute(_, name) => &**name,
            _ => return,
        };
        let first = arguments.first().and_then(positional);
        let Some((first, said)) = first.and_then(|it| Some((it, text_of(it)?))) else { return };
        match (function, column) {
            ("table", None) if said == table => {
                found.push((first.span, format!("table(\"{table}\")")));
            }
            ("table", Some(column)) if said == table => {
                let columns = arguments.iter().skip(1).filter_map(positional);
                let own = columns.filter(|it| is_column(it, column));
                found.extend(
                    own.map(|it| (it.span, format!("table(\"{table}\", column(\"{column}\"))"))),
                );
            }
            (piece, Some(column)) if PIECES.contains(&piece) && qualifies(&said, table, column) => {
                found.push((first.span, format!("{piece}(\"{said}\")")));
            }
            _ => {}
        }
    });
    found
}

fn positional(argument: &Argument) -> Option<&Expression> {
    match argument {
        Argument::Positional(value) => Some(value),
        _ => None,
    }
}

/// Tells whether an expression is `column("email")`.
fn is_column(expression: &Expression, column: &str) -> bool {
    let Kind::Call(callee, arguments) = &expression.kind else { return false };
    let (Kind::Name(name) | Kind::Attribute(_, name)) = &callee.kind else { return false };
    let first = arguments.first().and_then(positional).and_then(text_of);
    &**name == "column" && first.is_some_and(|it| it == column)
}

/// Tells whether a piece of SQL that is no statement names the column with its table.
fn qualifies(sql: &str, table: &str, column: &str) -> bool {
    let name = format!("{table}.{column}");
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    sql.match_indices(&name).any(|(at, _)| {
        let before = sql.get(..at).unwrap_or("");
        let after = sql.get(at + name.len()..).unwrap_or("");
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

fn text_of(value: &Expression) -> Option<String> {
    let Kind::Text(parts) = &value.kind else { return None };
    let known = parts.iter().map(|part| match part {
        Part::Known(text, _) => Some(&**text),
        Part::Hole { .. } => None,
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_names_columns_without_a_model() {
        let table = [
            ("t = sa.table('users', sa.column('id'), sa.column('nick'))", 1),
            ("order_by(literal_column('users.nick'))", 1),
            ("where(text('users.nick IS NULL'))", 1),
            ("t = sa.table('teams', sa.column('nick'))", 0),
            ("where(text('users.nickname IS NULL'))", 0),
            ("print('users.nick')", 0),
        ];
        for (code, expected) in table {
            let found = in_module("users", Some("nick"), &Text::new(code));
            assert_eq!(found.len(), expected, "{code}: {found:?}");
        }
    }
}
