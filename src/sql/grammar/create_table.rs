//! CREATE TABLE.

use crate::sql::grammar::column::column;
use crate::sql::grammar::constraint::{Element, element};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::query::tables_read;
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::table::{Constraint, IndexPart};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

/// Reads CREATE TABLE, from the word behind TABLE.
pub fn create_table(cursor: &mut Cursor<'_>, temporary: bool) -> CreateTable {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let mut create = CreateTable::new(cursor.target_table());
    create.if_not_exists = if_not_exists;
    create.temporary =
        temporary || create.table.name.as_str().is_some_and(|name| name.starts_with('#'));
    if cursor.eat("PARTITION OF") {
        create.parent = Some(cursor.table());
        create.complete = false;
    } else if cursor.eat("OF") {
        cursor.table();
        create.complete = false;
    }
    let mut inside = *cursor;
    match cursor.group() {
        Some(group) if crate::sql::grammar::expression::is_query(&group) => {
            filled(&mut inside, &mut create)
        }
        Some(group) => {
            group.mark_trailing_comma();
            group.list().into_iter().for_each(|item| table_element(item, &mut create));
        }
        None => create.complete = false,
    }
    while !cursor.is_done() {
        let before = cursor.position();
        table_option(cursor, &mut create);
        // Whatever it was, it is behind: a reader that stands still never ends.
        if cursor.position() == before {
            cursor.pass();
        }
    }
    keys_into_columns(&mut create);
    create
}

fn table_element(mut item: Cursor<'_>, create: &mut CreateTable) {
    if item.tokens.len() == 1 && item.is_hole() {
        create.complete = false;
        return;
    }
    if item.eat("LIKE") {
        create.like = Some(item.table());
        create.complete = false;
        return;
    }
    match element(&mut item) {
        Some(Element::Constraint(constraint)) => create.constraints.push(constraint),
        Some(Element::Index(index)) => create.indexes.push(index),
        None => create.columns.push(column(&mut item)),
    }
    if !item.is_done() && !item.has_hole() && !item.is("USING") && !item.is("WITH") {
        item.mark_unexpected();
    }
}

fn table_option(cursor: &mut Cursor<'_>, create: &mut CreateTable) {
    if cursor.eat("INHERITS") {
        // Its columns are like those of the parent; PARTITION OF has a parent alone.
        create.parent = cursor.group().map(|mut group| group.table());
        create.like = create.parent.clone();
        create.complete = false;
    } else if create.parent.is_some() && create.like.is_none() && cursor.eat("DEFAULT") {
        create.is_default_partition = true;
    } else if cursor.eat("PARTITION BY") {
        create.partitioned = true;
        create.partition_key = partition_key(cursor);
    } else if cursor.eat("LIKE") {
        create.like = Some(cursor.table());
        create.complete = false;
    } else if cursor.eat("WITH NO DATA") {
        create.filled = false;
    } else if cursor.eat("WITH DATA") {
        create.filled = true;
    } else if cursor.is_any(&["AS", "SELECT"]) || (cursor.is("WITH") && !cursor.is_mark_at(1, b'('))
    {
        cursor.eat("AS");
        filled(cursor, create);
    } else {
        const OF_MYSQL: [&str; 6] =
            ["ENGINE", "AUTO_INCREMENT", "CHARSET", "CHARACTER", "COLLATE", "ROW_FORMAT"];
        if cursor.is_any(&OF_MYSQL) {
            cursor.mark_foreign();
        }
        cursor.pass();
    }
}

/// Reads `RANGE (a, lower(b))`; nothing where MySQL partitions by its own choice (`KEY ()`).
pub fn partition_key(cursor: &mut Cursor<'_>) -> Vec<IndexPart> {
    cursor.eat("LINEAR");
    cursor.eat_any(&["RANGE", "LIST", "HASH", "KEY"]);
    cursor.eat("COLUMNS");
    let part = |mut item: Cursor<'_>| {
        if item.has_hole() {
            return IndexPart::Unreadable;
        }
        let whole = item;
        let name = item.name().and_then(Known::into_option);
        // An operator class, or a collation, may follow a name.
        match name.filter(|_| !item.is_mark(b'(') && item.token(0).is_none_or(is_word)) {
            Some(name) => IndexPart::Column(name),
            None => whole.sql().into_option().map_or(IndexPart::Unreadable, IndexPart::Expression),
        }
    };
    cursor.group().map(|group| group.list().into_iter().map(part).collect()).unwrap_or_default()
}

fn is_word(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
}

/// Reads AS SELECT.
fn filled(cursor: &mut Cursor<'_>, create: &mut CreateTable) {
    let query = cursor.until(|cursor| cursor.are("WITH NO DATA") || cursor.are("WITH DATA"));
    create.filled = true;
    create.complete = false;
    create.like = tables_read(query).into_iter().next();
}

/// A table constraint PRIMARY KEY makes its columns NOT NULL.
fn keys_into_columns(create: &mut CreateTable) {
    let names = create.constraints.iter().find_map(|constraint| match constraint {
        Constraint::PrimaryKey(key) => key.columns.get(),
        _ => None,
    });
    let Some(names) = names.cloned() else { return };
    for column in create.columns.iter_mut().filter(|column| names.contains(&column.name)) {
        column.primary_key = Known::Is(true);
        column.nullable = Known::Is(false);
    }
}
