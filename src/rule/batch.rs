//! One statement over a whole table, written as one that takes a range of keys at a time.

use crate::advice::ident;
use crate::advice::literal;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::rerun;
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{Assigned, Assignment, Filter, Reach, RowChange, Test};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::types::{Family, SqlType};
use crate::text::cut;
use crate::text::known::Known;

/// Tells whether the filter compares a column of a key with constants; where the keys are not
/// known, any will do.
pub fn names_key(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    filter: &Filter,
) -> bool {
    let Some(table) = context.table(stmt, table).filter(|table| table.complete) else {
        return true;
    };
    let mut tested = filter.tests.iter().filter_map(|test| match test {
        Test::In(column, _) => Some(column),
        _ => None,
    });
    let keys = rerun::keys(&table);
    let is_part = |column: &str| keys.iter().any(|key| key.contains(column));
    let compared = tested.clone().count();
    compared < filter.terms.len().min(1)
        || tested.any(|column| is_part(column))
        || is_range(filter, &is_part)
}

/// Tells whether two bounds, or BETWEEN, stand on one column of a key.
fn is_range(filter: &Filter, is_part: &dyn Fn(&str) -> bool) -> bool {
    let column = |term: &str| {
        term.split([' ', '<', '>', '=']).next().unwrap_or_default().trim_matches('"').to_owned()
    };
    let mut bounds = filter.terms.iter().filter(|term| is_part(&column(term)));
    let between = bounds.clone().any(|term| term.to_ascii_uppercase().contains(" BETWEEN "));
    let lower = bounds.clone().any(|term| term.contains('>'));
    between || (lower && bounds.any(|term| term.contains('<')))
}

/// Tells whether a filter lets few rows through and finds them by a key, so that the statement is
/// done in a moment.
pub fn is_short(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    filter: &Filter,
) -> bool {
    filter.reach == Reach::Rows && names_key(stmt, context, table, filter)
}

/// Returns a loop that runs an UPDATE or a DELETE for a range of keys at a time, each turn
/// committed by itself.
pub fn ranges(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    filter: &Filter,
) -> String {
    let raw = key(stmt, context, table);
    let (key, sql) = (ident::ident(&raw, context.dialect), ident::table(table, context.dialect));
    let (head, between, turn) = match counts(stmt, context, table, &raw) {
        true => (
            format!(
                "last = op.get_bind().scalar(sa.text({})) or 0",
                quoted(&format!("SELECT max({key}) FROM {sql}"))
            ),
            "{key} >= :first AND {key} < :end",
            ("for first in range(0, last + 1, 5000):", "{\"first\": first, \"end\": first + 5000}"),
        ),
        false => (
            format!(
                "keys = op.get_bind().scalars(sa.text({})).all()",
                quoted(&format!("SELECT {key} FROM {sql} ORDER BY {key}"))
            ),
            "{key} BETWEEN :first AND :last",
            (
                "for part in (keys[at : at + 5000] for at in range(0, len(keys), 5000)):",
                "{\"first\": part[0], \"last\": part[-1]}",
            ),
        ),
    };
    let statement = statement(stmt, context, table, filter, &|name| {
        between.replace("{key}", &format!("{name}{key}"))
    });
    [
        head,
        "with op.get_context().autocommit_block():".to_owned(),
        format!("    {}", turn.0),
        format!("        op.get_bind().execute(sa.text({}), {})", quoted(&statement), turn.1),
    ]
    .join("\n")
}

fn quoted(sql: &str) -> String {
    literal::quoted(sql)
}

/// Returns the one column that tells the rows apart, `id` where none is known.
fn key(stmt: &StatementRef<'_>, context: &RuleContext<'_>, table: &TableName) -> String {
    let keys = context.table(stmt, table).map(|table| rerun::keys(&table)).unwrap_or_default();
    let single = keys.into_iter().find(|key| key.len() == 1).and_then(|key| key.into_iter().next());
    single.unwrap_or_else(|| "id".to_owned())
}

/// Tells whether a key is a number, so that its ranges can be counted; where the type is not known
/// it is taken for one.
fn counts(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    key: &str,
) -> bool {
    let column = context.column(stmt, table, &Known::from(key));
    let kind = column.and_then(|column| SqlType::of(column.kind.as_ref()?, context.dialect));
    kind.is_none_or(|kind| kind.family() == Family::Integer)
}

/// Returns the statement with a range before its filter; `range` gives the range, after what
/// qualifies the key.
fn statement(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    filter: &Filter,
    range: &dyn Fn(&str) -> String,
) -> String {
    if let Some(written) = code::one_line(stmt).and_then(|sql| with_range(&sql, range)) {
        return written;
    }
    let sql = ident::table(table, context.dialect);
    let head = match stmt.statement() {
        Statement::Rows(RowChange::Update(update)) => {
            let set = set(update.set.get(), !update.reads.is_empty(), context.dialect);
            format!("UPDATE {sql} SET {set}")
        }
        _ => format!("DELETE FROM {sql}"),
    };
    let terms: String = filter.terms.iter().map(|term| format!(" AND {term}")).collect();
    format!("{head} WHERE {}{terms}", range(""))
}

/// Returns what is set, as far as it is known.
fn set(set: Option<&Vec<Assignment>>, reads_others: bool, dialect: Dialect) -> String {
    let value = |assignment: &Assignment| match &assignment.value {
        Assigned::Constant(sql) | Assigned::Expression(sql) => {
            Some(format!("{} = {sql}", ident::ident(assignment.column.as_str()?, dialect)))
        }
        Assigned::Additive | Assigned::Unreadable => None,
    };
    let known = set
        .filter(|_| !reads_others)
        .and_then(|set| set.iter().map(value).collect::<Option<Vec<_>>>());
    match known {
        Some(parts) => parts.join(", "),
        None if reads_others => "... FROM ...".to_owned(),
        None => "...".to_owned(),
    }
}

/// Puts a range of keys into UPDATE or DELETE; nothing where another clause stands behind the
/// filter.
fn with_range(sql: &str, range: &dyn Fn(&str) -> String) -> Option<String> {
    let words = words(sql);
    let word = |at: usize| {
        words.get(at).map(|(start, end)| cut::between(sql, *start, *end).to_ascii_uppercase())
    };
    let find =
        |wanted: &str| (0..words.len()).find(|at| word(*at).is_some_and(|word| word == wanted));
    let is_update = word(0)? == "UPDATE";
    if !is_update && word(0)? != "DELETE"
        || ["RETURNING", "ORDER", "LIMIT", "UNION"].iter().any(|end| find(end).is_some())
    {
        return None;
    }
    // `UPDATE ONLY t AS a SET`, `DELETE FROM t a USING`: what stands before the next clause
    // qualifies the key.
    let end = match is_update {
        true => find("SET")?,
        false => find("USING").or_else(|| find("WHERE")).unwrap_or(words.len()),
    };
    let joined =
        find("FROM").filter(|at| is_update || *at > 1).is_some() || find("USING").is_some();
    let from = words.get(end.checked_sub(1)?)?;
    let name = cut::between(sql, from.0, words.get(end).map_or(sql.len(), |next| next.0)).trim();
    let name = if joined { format!("{name}.") } else { String::new() };
    let Some(at) = find("WHERE") else {
        return (!joined).then(|| format!("{sql} WHERE {}", range(&name)));
    };
    let (head, filter) = (cut::to(sql, words[at].1), cut::from(sql, words[at].1));
    let filter = filter.trim();
    let has_or = words[at..]
        .iter()
        .any(|(start, end)| cut::between(sql, *start, *end).eq_ignore_ascii_case("or"));
    let filter = if has_or { format!("({filter})") } else { filter.to_owned() };
    Some(format!("{head} {} AND {filter}", range(&name)))
}

/// Returns the words of SQL outside of parentheses and strings, as bytes; a quoted name is a word.
fn words(sql: &str) -> Vec<(usize, usize)> {
    let (mut found, mut depth, mut start, mut quote) = (Vec::new(), 0usize, None, None);
    for (at, c) in sql.char_indices().chain([(sql.len(), ' ')]) {
        if quote.is_some() {
            quote = quote.filter(|open| *open != c);
            continue;
        }
        match c {
            '\'' => quote = Some(c),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_part = c.is_alphanumeric() || matches!(c, '_' | '.' | '"');
        match (start, is_part && depth == 0) {
            (None, true) => start = Some(at),
            (Some(begin), false) => {
                found.push((begin, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_put_before_what_the_statement_asks() {
        let range = |name: &str| format!("{name}id >= :first");
        let put = |sql: &str| with_range(sql, &range).unwrap_or_default();
        assert_eq!(put("UPDATE t SET a = 1"), "UPDATE t SET a = 1 WHERE id >= :first");
        assert_eq!(put("DELETE FROM t"), "DELETE FROM t WHERE id >= :first");
        assert_eq!(
            put("update t set a = 1 where a IS NULL"),
            "update t set a = 1 where id >= :first AND a IS NULL"
        );
        assert_eq!(
            put("UPDATE t SET a = 'WHERE' WHERE b = 1 OR c = 2"),
            "UPDATE t SET a = 'WHERE' WHERE id >= :first AND (b = 1 OR c = 2)"
        );
        assert_eq!(
            put("UPDATE \"user\" u SET a = g.a FROM g WHERE g.b = (SELECT 1 WHERE true)"),
            "UPDATE \"user\" u SET a = g.a FROM g WHERE u.id >= :first AND g.b = (SELECT 1 WHERE \
             true)"
        );
        assert_eq!(
            put("DELETE FROM t USING g WHERE g.b = t.b"),
            "DELETE FROM t USING g WHERE t.id >= :first AND g.b = t.b"
        );
        for left in [
            "UPDATE t SET a = g.a FROM g",
            "DELETE FROM t WHERE a = 1 RETURNING id",
            "WITH x AS (SELECT 1) SELECT 1",
        ] {
            assert_eq!(with_range(left, &range), None, "{left}");
        }
    }
}
