//! USING of ALTER COLUMN ... TYPE: each of its casts is one that PostgreSQL has.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::casts;
use crate::sql::casts::CastType;
use crate::sql::literal;
use crate::sql::table::ColumnType;
use crate::text::cut;

/// Refuses `column::type` where no cast leads from the type of the column, or of the cast before.
pub(super) fn casts_exist(
    database: &Database,
    table: &Table,
    using: &str,
    engine: Engine,
) -> Answer {
    let Some((column, steps)) = chain(using) else { return Answer::Applied };
    let Some(column) = table.column(&column) else { return Answer::Applied };
    let kind = column.kind.as_ref().and_then(|kind| cast_name(database, kind, engine));
    let mut from: Option<CastType> = kind;
    for step in steps {
        let to = cast_name(database, &ColumnType::of_sql(&step), engine);
        if let (Some(from), Some(to)) = (&from, &to)
            && casts::explicitly(from, to) == Some(false)
        {
            let words =
                format!("cannot cast type {} to {}", literal::shown(from), literal::shown(to));
            let column = column.name.clone();
            return Refusal::proved(DatabaseError::BadValue { column, words }).into();
        }
        from = to;
    }
    Answer::Applied
}

/// Functions that give a text, whatever they are called with (`prorettype` of each overload on
/// PostgreSQL 15.18).
const GIVE_TEXT: [&str; 12] = [
    "concat",
    "concat_ws",
    "initcap",
    "left",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "split_part",
    "to_char",
    "translate",
];

/// Returns the type of what USING says, where that can be told: a column, a cast, what NULLIF and
/// COALESCE choose from, a function that gives a text.
pub(super) fn result_of(
    database: &Database,
    table: Option<&Table>,
    using: &str,
    engine: Engine,
) -> Option<CastType> {
    let using = using.trim();
    if let Some(kind) = literal::last_cast(using) {
        return cast_name(database, &ColumnType::of_sql(kind), engine);
    }
    if let Some(column) = table.and_then(|table| table.column(using.trim_matches('"'))) {
        return cast_name(database, column.kind.as_ref()?, engine);
    }
    let (function, rest) = using.split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    let first = first_of(arguments)?;
    match function.trim().to_ascii_lowercase().as_str() {
        "nullif" | "coalesce" | "trim" | "btrim" | "ltrim" | "rtrim" | "lower" | "upper" => {
            let of = result_of(database, table, first, engine)?;
            let is_text = matches!(of, CastType::Builtin("text" | "varchar" | "bpchar"));
            is_text.then_some(CastType::Builtin("text"))
        }
        function => GIVE_TEXT.contains(&function).then_some(CastType::Builtin("text")),
    }
}

/// Returns the first of the arguments of a call; nothing where their parentheses end the call.
fn first_of(arguments: &str) -> Option<&str> {
    let (mut depth, mut quoted, mut end) = (0usize, false, arguments.len());
    for (at, letter) in arguments.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => end = end.min(at),
            _ => {}
        }
    }
    (depth == 0).then(|| cut::to(arguments, end))
}

/// Returns the column and the types that it is cast to, one after another: `a::text::int`, and
/// `CAST(a AS int)`.
fn chain(using: &str) -> Option<(String, Vec<String>)> {
    let mut steps = Vec::new();
    let mut rest = using.trim();
    while let Some((operand, kind)) = literal::cast(rest) {
        steps.insert(0, kind.to_owned());
        rest = operand.trim();
        while let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            rest = inner.trim();
        }
    }
    let name = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(rest);
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !steps.is_empty()).then(|| (name.to_owned(), steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_follow_each_other() {
        let steps = |using: &str| chain(using).map(|(column, steps)| (column, steps.join(" ")));
        let pair = |column: &str, steps: &str| Some((column.to_owned(), steps.to_owned()));
        assert_eq!(steps("a::text::mood"), pair("a", "text mood"));
        assert_eq!(steps("\"a\"::integer"), pair("a", "integer"));
        assert_eq!(steps("(a::text)::integer"), pair("a", "text integer"));
        assert_eq!(steps("CAST(a AS integer)"), pair("a", "integer"));
        assert_eq!(steps("a + 1"), None);
        assert_eq!(steps("lower(a)::mood"), None);
        assert_eq!(steps("(CASE WHEN a THEN 1 ELSE 0 END)::int"), None);
    }
}
