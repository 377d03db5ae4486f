//! Queries: which tables they read and which functions they call.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::is_query;
use crate::sql::grammar::token::TokenKind;
use crate::sql::table::TableName;

/// What a query uses.
#[derive(Default)]
pub struct Used {
    /// Tables, in order, each once.
    pub tables: Vec<TableName>,
    /// Functions, by their names in lower case, each once.
    pub functions: Vec<String>,
    names: Vec<String>,
}

/// Words before a parenthesis that call nothing.
const NO_FUNCTIONS: &str = " ALL AND ANY ARRAY AS ASYMMETRIC AT BETWEEN BY CASE CAST CONFLICT CUBE \
    DISTINCT ELSE END EXCEPT EXISTS FILTER FROM GROUP GROUPING HAVING ILIKE IN INTERSECT INTERVAL \
    INTO IS JOIN KEY LATERAL LIKE LIMIT MATERIALIZED NOT OFFSET ON ONLY OR ORDER OVER PARTITION \
    RETURNING ROLLUP ROW SELECT SET SETS SIMILAR SOME THEN TO UNION USING VALUES WHEN WHERE WINDOW \
    WITH WITHIN ";

/// Returns the tables that a query reads.
pub fn tables_read(query: Cursor<'_>) -> Vec<TableName> {
    used(query).tables
}

/// Returns what a query uses.
pub fn used(query: Cursor<'_>) -> Used {
    let mut used = Used::default();
    used.scan(query, true);
    used
}

/// Returns what expressions use: as [`used`], but FROM is a word of a call.
pub fn used_by_expression(expression: Cursor<'_>) -> Used {
    let mut used = Used::default();
    used.scan(expression, false);
    used
}

/// Returns what a list of tables uses, as FROM and USING have it.
pub fn used_by_list(list: Cursor<'_>) -> Used {
    let mut used = Used::default();
    let mut list = list;
    used.read_list(&mut list);
    used.scan(list.over(list.rest()), true);
    used
}

impl Used {
    /// Adds what another part uses.
    pub fn add(&mut self, other: Used) {
        other.tables.into_iter().for_each(|table| push(&mut self.tables, table));
        other.functions.into_iter().for_each(|function| push(&mut self.functions, function));
    }

    fn scan(&mut self, mut cursor: Cursor<'_>, query: bool) {
        let mut before = "";
        while !cursor.is_done() {
            let word = cursor.word(0);
            if query
                && word.eq_ignore_ascii_case("with")
                && !cursor.is_mark_at(1, b'(')
                && !cursor.is_word_at(1, "TIME")
            {
                self.common_tables(&mut cursor);
            } else if query
                && word.eq_ignore_ascii_case("from")
                && !before.eq_ignore_ascii_case("distinct")
            {
                cursor.skip(1);
                self.read_list(&mut cursor);
            } else if word.eq_ignore_ascii_case("into") {
                // The columns behind the name of INSERT INTO call nothing.
                cursor.skip(1);
                cursor.table();
            } else if query && word.eq_ignore_ascii_case("join") {
                cursor.skip(1);
                self.read_item(&mut cursor);
            } else if cursor.is_mark(b'(') || cursor.is_mark(b'[') {
                if let Some(inside) = cursor.inside() {
                    self.scan(inside, is_query(&inside));
                }
            } else if is_name(&cursor)
                && !before.starts_with(':')
                && !before.eq_ignore_ascii_case("as")
            {
                self.name(&mut cursor);
            } else {
                before = cursor.token(0).map_or("", |token| cursor.text(token));
                cursor.skip(1);
                continue;
            }
            before = word;
        }
    }

    /// Passes a name; a parenthesis behind it makes it a call.
    fn name(&mut self, cursor: &mut Cursor<'_>) {
        let word = cursor.word(0).to_ascii_uppercase();
        if !word.is_empty() && NO_FUNCTIONS.split(' ').any(|keyword| keyword == word) {
            cursor.skip(1);
            return;
        }
        let path = cursor.table();
        if cursor.is_mark(b'(') {
            let name = path.known().unwrap_or_else(|| "…".to_owned()).to_lowercase();
            push(&mut self.functions, name.strip_prefix("pg_catalog.").unwrap_or(&name).to_owned());
        }
    }

    fn common_tables(&mut self, cursor: &mut Cursor<'_>) {
        cursor.eat("WITH");
        cursor.eat("RECURSIVE");
        loop {
            let Some(name) = cursor.name() else { return };
            self.names.extend(name.into_option());
            cursor.group();
            cursor.eat("AS");
            cursor.eat_any(&["MATERIALIZED", "NOT MATERIALIZED"]);
            if let Some(inside) = cursor.inside() {
                self.scan(inside, true);
            }
            if !cursor.eat_mark(b',') {
                return;
            }
        }
    }

    fn read_list(&mut self, cursor: &mut Cursor<'_>) {
        self.read_item(cursor);
        while cursor.eat_mark(b',') {
            self.read_item(cursor);
        }
    }

    /// Reads one item of FROM with its alias.
    fn read_item(&mut self, cursor: &mut Cursor<'_>) {
        while cursor.eat_any(&["LATERAL", "ONLY"]) {}
        if cursor.are("ROWS FROM") {
            cursor.skip(2);
        }
        if let Some(mut inside) = cursor.inside() {
            if !is_query(&inside) {
                self.read_item(&mut inside);
            }
            self.scan(inside, true);
        } else if is_name(cursor) {
            let table = cursor.table();
            let name = table.known();
            if let Some(inside) = cursor.inside() {
                push(&mut self.functions, name.unwrap_or_else(|| "…".to_owned()).to_lowercase());
                self.scan(inside, false);
            } else if !name.is_some_and(|name| self.names.contains(&name)) {
                push(&mut self.tables, table);
            }
        }
        alias(cursor);
    }
}

/// Reads the alias of a table, with the names of its columns.
pub fn alias(cursor: &mut Cursor<'_>) -> Option<String> {
    const NEXT: [&str; 32] = [
        "WHERE",
        "SET",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "FULL",
        "CROSS",
        "NATURAL",
        "ON",
        "USING",
        "GROUP",
        "ORDER",
        "LIMIT",
        "HAVING",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "RETURNING",
        "WINDOW",
        "OFFSET",
        "FETCH",
        "FOR",
        "FROM",
        "TABLESAMPLE",
        "VALUES",
        "SELECT",
        "STRAIGHT_JOIN",
        "OUTER",
        "WITH",
        "OVERRIDING",
        "DEFAULT",
    ];
    if cursor.is_hole() {
        return None;
    }
    cursor.eat_operator("*");
    let explicit = cursor.eat("AS");
    if !explicit && (!is_name(cursor) || cursor.is_any(&NEXT)) {
        return None;
    }
    let name = if cursor.is_mark(b'(') { None } else { cursor.name() };
    cursor.group();
    name?.into_option()
}

fn is_name(cursor: &Cursor<'_>) -> bool {
    cursor.token(0).is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
