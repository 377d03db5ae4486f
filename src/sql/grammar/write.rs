//! INSERT, UPDATE, DELETE and MERGE.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::is_query;
use crate::sql::grammar::insert::literals;
use crate::sql::grammar::meaning::{Target, assigned, filter};
use crate::sql::grammar::query::{Used, alias, used, used_by_expression, used_by_list};
use crate::sql::row_change::{
    Assigned, Assignment, Delete, Filter, Mentions, Reach, RowChange, Update,
};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;

/// What may stand behind the filter.
const TAIL: [&str; 5] = ["RETURNING", "ORDER", "LIMIT", "OPTION", "FETCH"];

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
    let mut mentions = assigned_mentions(&target, set, Mentions::of_statement(statement));
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
pub(super) fn target(tables: &mut Cursor<'_>) -> Target {
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
fn assigned_mentions(target: &Target, set: Cursor<'_>, mut mentions: Mentions) -> Mentions {
    for mut item in set.list() {
        if item.is_mark_at(1, b'.') && mentions.qualifier.is_none() {
            mentions.qualifier = { item }.name().and_then(Known::into_option);
        }
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
    let mut mentions = Mentions::of_statement(statement);
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

/// Reads what INSERT or REPLACE writes over rows that are there: `DO UPDATE SET a = NULL`, not what
/// the new row brings; `REPLACE INTO t SELECT ... FROM t`, which deletes each row that it meets (MySQL's
/// manual, REPLACE; SQLite's, ON CONFLICT clause).
pub fn overwrites(statement: Cursor<'_>) -> Option<Statement> {
    let mut cursor = statement;
    let replaces = cursor.is("REPLACE") || cursor.are("INSERT OR REPLACE");
    cursor.until_words(&["INTO"]);
    cursor.eat("INTO");
    let table = cursor.target_table();
    let some =
        |term: &str| Filter { reach: Reach::Some, terms: vec![term.to_owned()], tests: Vec::new() };
    let rows = { cursor }.until(|cursor| cursor.are("ON CONFLICT") || cursor.are("ON DUPLICATE"));
    let own = used(rows).tables.iter().any(|read| read.name == table.name);
    if replaces {
        let delete = Delete {
            table,
            filter: some("REPLACE"),
            reads: Vec::new(),
            mentions: Mentions::default(),
        };
        return own.then_some(Statement::Rows(RowChange::Delete(delete)));
    }
    cursor.until(|cursor| cursor.are("DO UPDATE SET") || cursor.are("KEY UPDATE"));
    if !cursor.eat_any(&["DO UPDATE SET", "KEY UPDATE"]) {
        return None;
    }
    let target = Target { table: table.clone(), alias: None, alone: true };
    let set = cursor.until(|cursor| cursor.is_any(&["WHERE", "RETURNING"]));
    let Known::Is(set) = assignments(&target, set) else { return None };
    // What is written of a row that is there already is meant: so a seed is kept up to date.
    let is_lost = |one: &Assignment| match &one.value {
        Assigned::Constant(value) => value.eq_ignore_ascii_case("null"),
        Assigned::Expression(_) => own,
        Assigned::Additive | Assigned::Unreadable => false,
    };
    let set: Vec<Assignment> = set.into_iter().filter(is_lost).collect();
    (!set.is_empty()).then(|| {
        Statement::Rows(RowChange::Update(Update {
            table,
            set: Known::Is(set),
            filter: some("ON CONFLICT"),
            reads: Vec::new(),
            literals: Vec::new(),
            mentions: Mentions::default(),
        }))
    })
}

/// Reads what `WHEN MATCHED THEN UPDATE SET` writes.
fn merged(table: &TableName, mut branches: Cursor<'_>) -> Vec<Statement> {
    let mut found = Vec::new();
    while !branches.is_done() {
        branches.until(|cursor| cursor.are("THEN UPDATE SET"));
        if !branches.eat("THEN UPDATE SET") {
            break;
        }
        let set = branches.until(|cursor| cursor.is_any(&["WHEN", "RETURNING"]));
        let target = Target { table: table.clone(), alias: None, alone: false };
        found.push(Statement::Rows(RowChange::Update(Update {
            table: table.clone(),
            set: assignments(&target, set),
            filter: Filter {
                reach: Reach::Some,
                terms: vec!["WHEN MATCHED".to_owned()],
                tests: Vec::new(),
            },
            reads: Vec::new(),
            literals: Vec::new(),
            mentions: Mentions::default(),
        })));
    }
    found
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
    let updates = merged(merge.table().unwrap_or(&TableName::plain("")), branches);
    std::iter::once(merge).chain(deletes.then_some(delete)).chain(updates).collect()
}
