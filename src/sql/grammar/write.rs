//! INSERT, UPDATE, DELETE and MERGE.

use crate::sql::dialect::Dialect;
use crate::sql::functions::{FunctionKind, function_kind};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression, is_query};
use crate::sql::grammar::meaning::{Target, assigned, filter};
use crate::sql::grammar::query::{Used, alias, used, used_by_expression, used_by_list};
use crate::sql::grammar::token::TokenKind;
use crate::sql::row_change::{
    Assigned, Assignment, Delete, Filter, Insert, Mentions, OnConflict, Reach, RowChange,
    RowSource, Update,
};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::{DRAWN, Known};

/// What may stand behind the filter.
const TAIL: [&str; 5] = ["RETURNING", "ORDER", "LIMIT", "OPTION", "FETCH"];

/// Reads INSERT or REPLACE, from that word.
pub fn insert(cursor: &mut Cursor<'_>) -> Statement {
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
    cursor.eat_any(&["OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"]);
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
        mentions: Mentions::default(),
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
fn literals(mut values: Cursor<'_>) -> Vec<String> {
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

/// Reads UPDATE, from that word.
pub fn update(cursor: &mut Cursor<'_>) -> Statement {
    let statement = *cursor;
    cursor.eat("UPDATE");
    let top = top(cursor);
    if cursor.is("OR") || cursor.is("IGNORE") && !cursor.is_word_at(1, "SET") {
        cursor.mark_foreign();
    }
    while cursor.eat_any(&[
        "LOW_PRIORITY",
        "IGNORE",
        "ONLY",
        "OR IGNORE",
        "OR REPLACE",
        "OR FAIL",
        "OR ABORT",
        "OR ROLLBACK",
    ]) {}
    let mut tables = cursor.until_words(&["SET"]);
    let mut target = target(&mut tables);
    let joined = !tables.is_done();
    if joined && !tables.is_hole() {
        tables.mark_foreign();
    }
    let mut reads = joins(tables);
    cursor.eat("SET");
    let set =
        cursor.until(|cursor| cursor.is_any(&["FROM", "WHERE", "OUTPUT"]) || cursor.is_any(&TAIL));
    cursor.until_words(&["FROM", "WHERE", "RETURNING", "ORDER", "LIMIT", "OPTION"]);
    if cursor.eat("FROM") {
        let from = cursor.until(|cursor| cursor.is("WHERE") || cursor.is_any(&TAIL));
        target.alone = false;
        resolve_alias(&mut target, from);
        reads.add(used_by_list(from));
    }
    let assignments = assignments(&target, set);
    if joined {
        target.alone = false;
        first_qualifier(&mut target, set, &statement);
    }
    reads.add(used_by_expression(set));
    let mut mentions = assigned_mentions(&target, set);
    let (filter, limited) =
        rest_of(cursor, &target, &mut reads, &mut mentions, (&statement, joined));
    let filter =
        Filter { reach: if top || limited { Reach::Batch } else { filter.reach }, ..filter };
    let own = target.table.clone();
    reads.tables.retain(|table| *table != own);
    Statement::Rows(RowChange::Update(Update {
        table: own,
        set: assignments,
        filter,
        reads: reads.tables,
        literals: literals(set),
        mentions,
    }))
}

/// Reads `TOP (n)` of SQL Server.
fn top(cursor: &mut Cursor<'_>) -> bool {
    let found = cursor.is("TOP") && cursor.is_mark_at(1, b'(');
    if found {
        cursor.skip(1);
        cursor.pass();
    }
    found
}

/// Reads the table that is written, with its alias.
fn target(tables: &mut Cursor<'_>) -> Target {
    let table = tables.target_table();
    Target { table, alias: alias(tables), alone: true }
}

/// Returns what joins behind the target read.
fn joins(tables: Cursor<'_>) -> Used {
    used(tables.over(tables.rest()))
}

/// SQL Server and MySQL name the target by its alias: `UPDATE u SET ... FROM users u`.
fn resolve_alias(target: &mut Target, from: Cursor<'_>) {
    let Some(name) = target.table.known().filter(|_| from.dialect() != Dialect::PostgreSql) else {
        return;
    };
    let mut from = from;
    while !from.is_done() {
        let mut item = from;
        let table = item.table();
        if alias(&mut item).is_some_and(|alias| alias.eq_ignore_ascii_case(&name)) {
            *target = Target { table, alias: Some(name), alone: false };
            return;
        }
        from.skip(1);
    }
}

/// MySQL writes the table that qualifies the first column that is set.
fn first_qualifier(target: &mut Target, set: Cursor<'_>, statement: &Cursor<'_>) {
    let mut column = set;
    let qualifier = column.name().filter(|_| column.is_mark(b'.')).and_then(Known::into_option);
    let Some(qualifier) = qualifier else { return };
    let named = |name: Option<&str>| name.is_some_and(|name| name.eq_ignore_ascii_case(&qualifier));
    if named(target.alias.as_deref()) || named(target.table.name.as_str()) {
        return;
    }
    let mut tables = *statement;
    while !tables.is_done() && !tables.is("SET") {
        let mut item = tables;
        let table = item.table();
        let alias = alias(&mut item);
        if named(alias.as_deref()) || named(table.name.as_str()) {
            *target = Target { table, alias, alone: false };
            return;
        }
        tables.skip(1);
    }
}

fn assignments(target: &Target, set: Cursor<'_>) -> Known<Vec<Assignment>> {
    let mut found = Vec::new();
    for mut item in set.list() {
        if let Some(columns) = item.names() {
            let Known::Is(columns) = columns else { return Known::Unreadable };
            item.eat_operator("=");
            item.eat("ROW");
            found.extend(several(target, columns, item));
            continue;
        }
        let column = item.table().name;
        if item.is_mark(b'[') {
            item.pass();
        }
        if !item.eat_operator("=") && !item.eat_operator(":=") {
            return Known::Unreadable;
        }
        let value = assigned(target, &column, item.over(item.rest()));
        found.push(Assignment { column, value });
    }
    Known::Is(found)
}

/// Returns what the assignments of single columns say of columns.
fn assigned_mentions(target: &Target, set: Cursor<'_>) -> Mentions {
    let mut mentions = Mentions::default();
    for mut item in set.list() {
        let Known::Is(column) = item.table().name else { continue };
        if item.eat_operator("=") && !item.is_done() {
            let value = item.over(item.rest());
            mentions.write(&column, value);
            mentions.read(target, value);
        }
    }
    mentions
}

/// Reads `(a, b) = (1, 2)` and `(a, b) = (SELECT ...)`.
fn several(target: &Target, columns: Vec<Known<String>>, value: Cursor<'_>) -> Vec<Assignment> {
    let whole = value.over(value.rest());
    let mut inside = whole;
    let values = inside.group().map(Cursor::list).unwrap_or_default();
    let matched = values.len() == columns.len() && !is_query(&whole);
    let pair = |(at, column): (usize, Known<String>)| {
        let value = if matched {
            assigned(target, &column, values[at])
        } else {
            whole.sql().into_option().map_or(Assigned::Unreadable, Assigned::Expression)
        };
        Assignment { column, value }
    };
    columns.into_iter().enumerate().map(pair).collect()
}

/// Reads WHERE and what follows it; tells besides whether LIMIT was there.
fn rest_of<'a>(
    cursor: &mut Cursor<'a>,
    target: &Target,
    reads: &mut Used,
    mentions: &mut Mentions,
    (statement, joined): (&Cursor<'a>, bool),
) -> (Filter, bool) {
    let tail = |cursor: &Cursor<'_>| cursor.is_any(&TAIL);
    let mut read = if cursor.eat("WHERE") {
        let condition = cursor.until(tail);
        reads.add(used_by_expression(condition));
        if !condition.are("CURRENT OF") {
            mentions.read(target, condition);
        }
        if condition.tokens.is_empty() { Filter::unreadable() } else { filter(target, condition) }
    } else if cursor.is_hole() {
        Filter::unreadable()
    } else if joined {
        Filter { reach: Reach::Some, ..Filter::none() }
    } else {
        Filter::none()
    };
    if cursor.is_any(&["ORDER", "LIMIT", "OPTION", "FETCH"]) {
        cursor.mark_foreign();
    }
    // A common table with LIMIT, joined in the filter, bounds the statement.
    let before =
        statement.tokens.iter().take_while(|token| token.start < statement.rest()[0].start);
    let bounded =
        before.into_iter().any(|token| statement.text(token).eq_ignore_ascii_case("limit"));
    if bounded && read.reach == Reach::Some {
        read.reach = Reach::Batch;
    }
    cursor.until_words(&["LIMIT", "FETCH", "RETURNING", "OPTION"]);
    (read, cursor.is_any(&["LIMIT", "FETCH"]))
}

/// Reads DELETE, from that word.
pub fn delete(cursor: &mut Cursor<'_>) -> Statement {
    let statement = *cursor;
    cursor.eat("DELETE");
    let top = top(cursor);
    while cursor.eat_any(&["LOW_PRIORITY", "QUICK", "IGNORE"]) {}
    if !cursor.is("FROM") && !cursor.is_hole() {
        cursor.mark_foreign();
    }
    cursor.eat("FROM");
    cursor.eat("ONLY");
    let mut target = target(cursor);
    let mut reads = Used::default();
    let sources =
        cursor.until(|cursor| cursor.is("WHERE") || cursor.is_any(&TAIL) || cursor.is_hole());
    let joined = !sources.tokens.is_empty();
    if joined && !sources.is("USING") {
        sources.mark_foreign();
    }
    let mut mentions = Mentions::default();
    if joined {
        let mut list = sources;
        list.eat_any(&["USING", "FROM"]);
        let list = list.over(list.rest());
        target.alone = false;
        resolve_alias(&mut target, list);
        reads.add(used_by_list(list));
    }
    let (filter, limited) =
        rest_of(cursor, &target, &mut reads, &mut mentions, (&statement, joined));
    let filter =
        Filter { reach: if top || limited { Reach::Batch } else { filter.reach }, ..filter };
    let own = target.table;
    reads.tables.retain(|table| *table != own);
    Statement::Rows(RowChange::Delete(Delete { table: own, filter, reads: reads.tables, mentions }))
}

/// Reads MERGE, from that word.
pub fn merge(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.eat("MERGE");
    cursor.eat("INTO");
    cursor.eat("ONLY");
    let table = cursor.table();
    let branches = cursor.take_rest();
    let merge = Statement::Rows(RowChange::Merge { table: table.clone() });
    let deletes = branches.tokens.windows(2).any(|pair| {
        branches.text(&pair[0]).eq_ignore_ascii_case("then")
            && branches.text(&pair[1]).eq_ignore_ascii_case("delete")
    });
    let rows =
        Filter { reach: Reach::Some, terms: vec!["WHEN MATCHED".to_owned()], tests: Vec::new() };
    let delete = Statement::Rows(RowChange::Delete(Delete {
        table,
        filter: rows,
        reads: Vec::new(),
        mentions: Mentions::default(),
    }));
    std::iter::once(merge).chain(deletes.then_some(delete)).collect()
}
