//! CREATE INDEX.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::TokenKind;
use crate::sql::statement::Statement;
use crate::sql::table::{Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Reads CREATE INDEX, from the word behind CREATE.
pub fn create_index(cursor: &mut Cursor<'_>) -> Statement {
    let mut index = Index {
        name: None,
        columns: Known::Unreadable,
        unique: Known::Is(cursor.eat("UNIQUE")),
        concurrently: Known::Is(false),
        if_not_exists: false,
        method: None,
        predicate: None,
        only: false,
        prefixed: false,
        classed: Vec::new(),
        parent: None,
    };
    if cursor.is_any(&["FULLTEXT", "SPATIAL"]) {
        index.method = cursor.name().map(|name| name.map(|name| name.to_lowercase()));
    }
    cursor.eat_any(&["BITMAP", "CLUSTERED", "NONCLUSTERED"]);
    cursor.eat("COLUMNSTORE");
    cursor.eat("INDEX");
    index_name(cursor, &mut index);
    cursor.eat("ON");
    index.only = cursor.eat("ONLY");
    let table = cursor.table();
    index_body(cursor, &mut index);
    Statement::Table(TableChange::CreateIndex { table, index })
}

/// Reads what stands between INDEX and ON.
fn index_name(cursor: &mut Cursor<'_>, index: &mut Index) {
    let mut between = cursor.until_words(&["ON"]);
    index.concurrently = Known::Is(between.eat("CONCURRENTLY"));
    index.if_not_exists = between.eat("IF NOT EXISTS");
    // A hole before the name may hold CONCURRENTLY.
    if between.is_hole() && between.token(1).is_some() && !between.is_mark_at(1, b'.') {
        between.skip(1);
        index.concurrently = Known::Unreadable;
    }
    if !between.is_done() && !between.is("USING") {
        index.name = Some(between.table().name);
    }
    if between.eat("USING") {
        index.method = between.name().map(|name| name.map(|name| name.to_lowercase()));
    }
    if !between.is_done() {
        between.mark_unexpected();
    }
}

fn index_body(cursor: &mut Cursor<'_>, index: &mut Index) {
    if cursor.eat("USING") {
        index.method = cursor.name().map(|name| name.map(|name| name.to_lowercase()));
    }
    let group = cursor.group();
    index.prefixed = group.is_some_and(|group| group.list().iter().any(is_prefix));
    index.classed = group
        .map(|group| group.list().into_iter().filter_map(classed).collect())
        .unwrap_or_default();
    index.columns = group.map_or(Known::Unreadable, parts);
    let mut options = cursor.until_words(&["WHERE"]);
    if options.has_hole() {
        index.predicate = Some(Known::Unreadable);
    }
    if options.eat("USING") {
        index.method = options.name();
    }
    if cursor.eat("WHERE") {
        index.predicate = Some(cursor.take_rest().sql());
    }
}

/// Reads the parts of an index.
pub fn parts(group: Cursor<'_>) -> Known<Vec<IndexPart>> {
    let items = group.list();
    if items.len() == 1 && items[0].has_hole() && items[0].tokens.len() == 1 {
        return Known::Unreadable;
    }
    Known::Is(items.into_iter().map(part).collect())
}

/// Returns the column that an operator class is said for.
fn classed(mut item: Cursor<'_>) -> Option<String> {
    let name = item.name()?.into_option()?;
    if item.eat("COLLATE") {
        item.name();
    }
    (is_option(&item) && !item.is_any(&["ASC", "DESC", "NULLS", "COLLATE"])).then_some(name)
}

/// Tells whether a part is `name(10)` of MySQL.
pub fn is_prefix(item: &Cursor<'_>) -> bool {
    item.dialect().is_mysql() && item.is_mark_at(1, b'(')
}

fn part(item: Cursor<'_>) -> IndexPart {
    if item.has_hole() {
        return IndexPart::Unreadable;
    }
    let mut rest = item;
    let named = rest
        .token(0)
        .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted));
    if let Some(name) = rest.name().filter(|_| named).and_then(Known::into_option) {
        // `name(10)` is a prefix in MySQL, a call elsewhere.
        let plain =
            rest.is_done() || is_option(&rest) || (rest.is_mark(b'(') && rest.dialect().is_mysql());
        if plain {
            return IndexPart::Column(name);
        }
    }
    IndexPart::Expression(expression_of(item).shown())
}

/// Tells whether an operator class, a collation or an order is next.
fn is_option(rest: &Cursor<'_>) -> bool {
    rest.token(0).is_some_and(|token| token.kind == TokenKind::Word)
        && !rest.is_any(&["AND", "OR", "IS", "IN", "LIKE", "NOT", "AT"])
}

/// Returns the part without its order and its parentheses.
fn expression_of<'a>(item: Cursor<'a>) -> Cursor<'a> {
    let mut inner = item;
    match inner.group() {
        Some(group) if inner.is_done() || is_option(&inner) => group,
        _ => {
            let mut whole = item;
            whole.until_words(&["ASC", "DESC", "NULLS"])
        }
    }
}

/// Reads DROP INDEX, from the word behind INDEX.
pub fn drop_index(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    let mut concurrently = Known::Is(cursor.eat("CONCURRENTLY"));
    let if_exists = cursor.eat("IF EXISTS");
    if cursor.is_hole()
        && cursor.token(1).is_some()
        && !cursor.is_mark_at(1, b'.')
        && !cursor.is_mark_at(1, b',')
    {
        concurrently = Known::Unreadable;
        cursor.skip(1);
    }
    let named = cursor.until_words(&["CASCADE", "RESTRICT", "ON"]);
    if cursor.is("ON") {
        cursor.mark_foreign();
    }
    let table = if cursor.eat("ON") { Some(cursor.table()) } else { None };
    let cascade = cursor.eat("CASCADE");
    cursor.eat("RESTRICT");
    let read = |mut item: Cursor<'_>| {
        let TableName { schema, name } = item.table();
        Statement::Table(TableChange::DropIndex {
            name: Some(name),
            schema,
            table: table.clone(),
            concurrently: concurrently.clone(),
            if_exists,
            cascade,
        })
    };
    named.list().into_iter().map(read).collect()
}
