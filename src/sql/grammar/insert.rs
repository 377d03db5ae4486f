//! INSERT, REPLACE and what their rows come from.

use crate::sql::functions::{FunctionKind, function_kind};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression, is_query};
use crate::sql::grammar::meaning::Target;
use crate::sql::grammar::query::{used, used_by_expression};
use crate::sql::grammar::token::TokenKind;
use crate::sql::row_change::{Insert, Mentions, OnConflict, RowChange, RowSource};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::{DRAWN, Known};

/// Reads INSERT or REPLACE, from that word.
pub fn insert(cursor: &mut Cursor<'_>) -> Statement {
    let statement = *cursor;
    let mut again = if cursor.eat("REPLACE") { OnConflict::Conflict } else { OnConflict::Nothing };
    cursor.eat("INSERT");
    if !cursor.is("INTO") && !cursor.is_hole() {
        cursor.mark_foreign();
    }
    while !cursor.is_done() && !cursor.is_hole() {
        if cursor.eat_any(&["OR IGNORE", "OR REPLACE", "IGNORE"]) {
            again = OnConflict::Conflict;
        } else if cursor.is("TOP") {
            cursor.skip(2);
        } else if !cursor.eat_any(&[
            "OR ABORT",
            "OR FAIL",
            "OR ROLLBACK",
            "LOW_PRIORITY",
            "HIGH_PRIORITY",
            "DELAYED",
            "OVERWRITE",
        ]) {
            break;
        }
    }
    cursor.eat("INTO");
    cursor.eat("TABLE");
    let table = cursor.target_table();
    let alias = if cursor.eat("AS") { cursor.name().and_then(Known::into_option) } else { None };
    let columns = if is_columns(cursor) { cursor.names() } else { None };
    let columns = columns.map(|names| match names {
        Known::Is(names) => {
            names.into_iter().map(Known::into_option).collect::<Option<Vec<_>>>().into()
        }
        Known::Unreadable => Known::Unreadable,
    });
    let overriding = cursor.eat_any(&["OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"]);
    let target = Target { table, alias, alone: true };
    let mut insert = Insert {
        table: target.table.clone(),
        columns,
        again,
        rows: RowSource::Unknown,
        reads: Vec::new(),
        literals: Vec::new(),
        generated: Vec::new(),
        drawn_places: Vec::new(),
        mentions: Mentions { overriding, ..Mentions::of_statement(statement) },
        conflict: None,
    };
    source(cursor, &target, &mut insert);
    let conflict = cursor.are("ON CONFLICT")
        || cursor.are("ON DUPLICATE KEY")
        || cursor.are("AS new ON DUPLICATE KEY");
    if cursor.are("ON DUPLICATE") {
        cursor.mark_foreign();
    }
    insert.conflict = arbiter(*cursor);
    if conflict || cursor.rest().windows(2).any(|pair| is_duplicate_key(cursor, pair)) {
        insert.again = OnConflict::Conflict;
    }
    Statement::Rows(RowChange::Insert(insert))
}

/// Reads the columns of `ON CONFLICT (a, b)`, where no predicate follows.
fn arbiter(mut cursor: Cursor<'_>) -> Option<Vec<String>> {
    let names = cursor.eat("ON CONFLICT").then(|| cursor.group()).flatten()?;
    let plain = |mut item: Cursor<'_>| {
        let name = item.name().and_then(Known::into_option)?;
        item.is_done().then_some(name)
    };
    let names: Option<Vec<String>> = names.list().into_iter().map(plain).collect();
    names.filter(|_| cursor.is("DO"))
}

fn is_duplicate_key(cursor: &Cursor<'_>, pair: &[crate::sql::grammar::token::Token]) -> bool {
    let words = (cursor.text(&pair[0]), cursor.text(&pair[1]));
    words.0.eq_ignore_ascii_case("duplicate") && words.1.eq_ignore_ascii_case("key")
}

/// Tells whether parentheses with names are next, and not a query.
fn is_columns(cursor: &Cursor<'_>) -> bool {
    cursor.is_mark(b'(') && !is_query(&cursor.over(cursor.rest()))
}

/// Reads where the rows come from, up to what follows them.
fn source(cursor: &mut Cursor<'_>, target: &Target, insert: &mut Insert) {
    if cursor.is("OUTPUT") {
        cursor.until_words(&["VALUES", "SELECT", "WITH", "EXEC"]);
    }
    let is_end = |cursor: &Cursor<'_>| {
        cursor.are("ON CONFLICT")
            || cursor.are("ON DUPLICATE")
            || cursor.is("RETURNING")
            || cursor.are("AS new ON")
    };
    if cursor.eat("DEFAULT VALUES") {
        insert.rows = RowSource::Values(Known::Is(1));
    } else if cursor.eat_any(&["VALUES", "VALUE"]) {
        let values = cursor.until(is_end);
        values.mark_trailing_comma();
        let rows = values.list();
        let counted = rows.iter().all(|row| row.is_mark(b'('));
        insert.rows =
            RowSource::Values(if counted { Known::Is(rows.len()) } else { Known::Unreadable });
        insert.literals = literals(values);
        insert.reads = used_by_expression(values).tables;
        let columns = insert.columns.as_ref().and_then(Known::get).cloned();
        insert.mentions.rows(columns.as_deref(), &rows);
        insert.generated = rows.iter().flat_map(|row| generated(*row, insert)).collect();
        insert.drawn_places =
            rows.first().map(|row| drawn_places({ *row }.group(), insert)).unwrap_or_default();
    } else if cursor.eat("SET") {
        let values = cursor.until(is_end);
        insert.rows = RowSource::Values(Known::Is(1));
        insert.literals = literals(values);
    } else if cursor.is_any(&["SELECT", "WITH", "TABLE"]) || cursor.is_mark(b'(') {
        let query = cursor.until(is_end);
        insert.rows = RowSource::Select;
        insert.reads = used(query).tables;
        insert.mentions.query(query, &insert.reads);
        insert.literals = selected_literals(query);
        insert.generated = drawn_of(selected(query), insert);
        insert.drawn_places = drawn_places(Some(selected(query)), insert);
        if insert.again == OnConflict::Nothing && keeps_out(query, target, &insert.reads) {
            insert.again = OnConflict::NotExists;
        }
    } else {
        cursor.until(is_end);
    }
}

/// Returns the columns of one row in parentheses that every run writes another value to.
fn generated(mut row: Cursor<'_>, insert: &Insert) -> Vec<String> {
    row.group().map(|values| drawn_of(values, insert)).unwrap_or_default()
}

/// Returns the columns among some values, in the order of the statement, that every run writes
/// another value to. Returns the places of generated values in a row whose columns are not named.
fn drawn_places(values: Option<Cursor<'_>>, insert: &Insert) -> Vec<usize> {
    let values = values.filter(|_| insert.columns.is_none()).map(Cursor::list).unwrap_or_default();
    values.iter().enumerate().filter(|(_, value)| is_drawn(value)).map(|(place, _)| place).collect()
}

fn drawn_of(values: Cursor<'_>, insert: &Insert) -> Vec<String> {
    let columns =
        insert.columns.as_ref().and_then(Known::get).map(Vec::as_slice).unwrap_or_default();
    let generated = columns.iter().zip(values.list()).filter(|(_, value)| is_drawn(value));
    generated.map(|(column, _)| column.clone()).collect()
}

/// Tells whether a value is another one with every run.
fn is_drawn(value: &Cursor<'_>) -> bool {
    let (start, end) = value.range();
    let is_drawn_in_python =
        value.context.text.hole_in(start, end).is_some_and(|hole| hole.why.contains(DRAWN));
    let is_default = value.is("DEFAULT") && value.token(1).is_none();
    let expression = expression(&mut { *value });
    let calls = |part: &Expression| match &part.kind {
        Kind::Call { name, .. } => function_kind(name) == FunctionKind::Volatile,
        _ => false,
    };
    is_drawn_in_python || is_default || expression.any(&calls)
}

/// Tells whether a query leaves out what the target holds already.
fn keeps_out(query: Cursor<'_>, target: &Target, reads: &[TableName]) -> bool {
    let Some(own) = target.table.name.as_str() else { return false };
    if !reads.iter().any(|table| table.name.as_str() == Some(own)) {
        return false;
    }
    let has = |words: &str| {
        let mut cursor = query;
        (0..query.tokens.len()).any(|_| {
            let found = cursor.are(words);
            cursor.skip(1);
            found
        })
    };
    let anti_join = (has("LEFT JOIN") || has("LEFT OUTER JOIN")) && has("IS NULL");
    anti_join || has("NOT EXISTS") || has("EXCEPT") || has("NOT IN") || has("MINUS")
}

/// Returns the strings among some tokens.
pub(super) fn literals(mut values: Cursor<'_>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(token) = values.token(0) {
        match token.kind {
            TokenKind::Text | TokenKind::Dollar if !token.hole => {
                found.extend(values.string().and_then(Known::into_option));
            }
            _ => values.skip(1),
        }
    }
    found
}

/// Returns the strings that a query selects as they are.
fn selected_literals(query: Cursor<'_>) -> Vec<String> {
    literals(selected(query))
}

/// Returns what a query selects.
fn selected(mut query: Cursor<'_>) -> Cursor<'_> {
    query.until_words(&["SELECT"]);
    query.eat("SELECT");
    query.until_words(&["FROM"])
}
