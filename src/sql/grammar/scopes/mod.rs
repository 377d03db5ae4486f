//! Which columns the queries of a statement name.
//!
//! What is not wholly understood is left out: a query whose FROM has anything unread is open, and an
//! expression that does not end where it should names nothing.

use crate::sql::default;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression, is_query};
use crate::sql::grammar::query::alias;
use crate::sql::grammar::scopes::names::{is_special, named};
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::scope::{CalledWith, NamedColumn, QueryFault, QueryScope, QuerySource, Scopes};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// UPDATE, DELETE and INSERT.
mod changes;

/// GROUP BY and aggregates.
mod grouping;

/// Values that are of one type, and columns before operators.
mod matching;

/// What is a column, and what only looks like one.
mod names;

/// How many queries of a statement are looked at.
const MOST: usize = 64;

/// Words that join the branches of a query.
const SETS: [&str; 4] = ["UNION", "EXCEPT", "INTERSECT", "MINUS"];

/// Words behind the list of SELECT.
const CLAUSES: [&str; 11] = [
    "INTO", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH",
    "FOR",
];

/// Words before which a condition of a join ends.
const JOINS: [&str; 9] =
    ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "STRAIGHT_JOIN", "ON"];

/// Functions of many rows.
const AGGREGATES: [&str; 9] =
    ["count", "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg", "jsonb_agg"];

/// Functions of a window and nothing else.
const WINDOWS: [&str; 6] =
    ["row_number", "rank", "dense_rank", "ntile", "percent_rank", "cume_dist"];

/// Returns what a statement says of columns; nothing where a part of it is computed.
pub fn scopes(statement: Cursor<'_>) -> Scopes {
    // A string in double quotes is a column to SQLite, or a text, as it happens.
    let is_vague = |token: &Token| {
        token.hole
            || token.kind == TokenKind::Quoted
                && statement.dialect() == Dialect::Sqlite
                && statement.text(token).starts_with('"')
    };
    let is_read = matches!(
        statement.dialect(),
        Dialect::PostgreSql | Dialect::Sqlite | Dialect::MySql | Dialect::MariaDb
    );
    if !is_read || statement.tokens.iter().any(is_vague) {
        return Scopes::default();
    }
    let mut reader = Reader::default();
    reader.statement(statement.over(statement.rest()), None);
    reader.found
}

/// Returns what the conditions of a policy say of columns, those of its table among them.
pub fn scopes_of_policy(mut definition: Cursor<'_>, table: &TableName) -> Scopes {
    let mut reader = Reader::default();
    let at = reader.open(None);
    let name = table.name.as_str().map(str::to_lowercase);
    let is_read = definition.dialect() == Dialect::PostgreSql && !definition.has_hole();
    let Some(name) = name.filter(|_| is_read) else { return Scopes::default() };
    reader.found.queries[at].sources.push(QuerySource { name, table: Some(table.clone()) });
    while !definition.is_done() {
        if definition.eat_any(&["USING", "WITH CHECK"]) {
            if let Some(condition) = definition.group() {
                reader.piece(at, condition);
            }
        } else {
            definition.pass();
        }
    }
    reader.found
}

#[derive(Default)]
struct Reader {
    found: Scopes,
    /// Names that WITH gives.
    common: Vec<String>,
}

/// What a query gives: the columns that it is plainly made of, and how many there are.
#[derive(Default)]
struct Given {
    columns: Vec<Option<NamedColumn>>,
    width: Option<usize>,
}

/// The parts of a query that grouping is about.
struct Parts<'a> {
    /// The items of the list.
    list: Vec<Cursor<'a>>,
    /// The items of GROUP BY.
    groups: Vec<Cursor<'a>>,
    /// The condition of HAVING.
    having: Option<Cursor<'a>>,
}

impl Reader {
    fn statement(&mut self, mut cursor: Cursor<'_>, outer: Option<usize>) {
        let named = self.common.len();
        if cursor.is("WITH") {
            self.common_tables(&mut cursor, outer);
        }
        match cursor.word(0).to_ascii_uppercase().as_str() {
            "UPDATE" => self.update(cursor),
            "DELETE" => self.delete(cursor),
            "INSERT" | "REPLACE" => self.insert(cursor),
            _ => {
                self.query(cursor, outer);
            }
        }
        self.common.truncate(named);
    }

    fn common_tables(&mut self, cursor: &mut Cursor<'_>, outer: Option<usize>) {
        cursor.eat("WITH");
        cursor.eat("RECURSIVE");
        while let Some(name) = cursor.name() {
            self.common.extend(name.into_option().map(|name| name.to_lowercase()));
            cursor.group();
            cursor.eat("AS");
            cursor.eat_any(&["MATERIALIZED", "NOT MATERIALIZED"]);
            let Some(inside) = cursor.group() else { return };
            if is_query(&inside) {
                self.query(inside, outer);
            }
            if !cursor.eat_mark(b',') {
                return;
            }
        }
    }

    fn query(&mut self, mut cursor: Cursor<'_>, outer: Option<usize>) -> Given {
        let named = self.common.len();
        if cursor.is("WITH") {
            self.common_tables(&mut cursor, outer);
        }
        let is_compound = { cursor }.until_words(&SETS).tokens.len() < cursor.rest().len();
        let mut given = Given::default();
        let mut join = "UNION";
        loop {
            let branch = cursor.until_words(&SETS);
            let gives = self.branch(branch, outer, is_compound);
            if given.width.zip(gives.width).is_some_and(|(one, other)| one != other) {
                self.found.faults.push(QueryFault::Uneven(join));
            }
            given.width = gives.width.or(given.width);
            if !is_compound {
                given = gives;
            }
            join = SETS.into_iter().find(|word| cursor.is(word)).unwrap_or(join);
            if !cursor.eat_any(&SETS) {
                break;
            }
            cursor.eat_any(&["ALL", "DISTINCT"]);
        }
        self.common.truncate(named);
        given
    }

    fn branch(&mut self, mut cursor: Cursor<'_>, outer: Option<usize>, is_compound: bool) -> Given {
        if let Some(inside) = cursor.group() {
            self.query(inside, outer);
            return Given::default();
        }
        if !cursor.eat("SELECT") || self.found.queries.len() >= MOST {
            return Given::default();
        }
        let distinct = cursor.eat("DISTINCT");
        let on = distinct && cursor.eat("ON");
        if on {
            cursor.group();
        }
        cursor.eat("ALL");
        let list = cursor.until_words(&CLAUSES);
        if cursor.is("INTO") {
            return Given::default();
        }
        let at = self.open(outer);
        match cursor.eat("FROM") {
            true => self.from(at, cursor.until_words(&CLAUSES)),
            false => self.found.queries[at].open = outer.is_none(),
        }
        let list = list.list();
        let columns: Vec<_> = list.iter().map(|item| self.item(at, *item)).collect();
        if distinct && !on {
            self.found.distinct.extend(columns.iter().flatten().cloned());
        }
        let width = (!list.iter().any(is_all)).then_some(list.len());
        let mut parts = Parts { list, groups: Vec::new(), having: None };
        self.clauses(at, cursor, &columns, is_compound, &mut parts);
        self.grouping(at, &parts);
        Given { columns, width }
    }

    /// Reads what stands behind FROM.
    fn clauses<'a>(
        &mut self,
        at: usize,
        mut cursor: Cursor<'a>,
        columns: &[Option<NamedColumn>],
        is_compound: bool,
        parts: &mut Parts<'a>,
    ) {
        while !cursor.is_done() {
            match cursor.word(0).to_ascii_uppercase().as_str() {
                "WHERE" => {
                    cursor.skip(1);
                    self.condition(at, cursor.until_words(&CLAUSES));
                }
                "HAVING" => {
                    cursor.skip(1);
                    let condition = cursor.until_words(&CLAUSES);
                    self.piece(at, condition);
                    parts.having = Some(condition);
                }
                "GROUP" | "ORDER" => {
                    let groups = cursor.is("GROUP");
                    cursor.skip(2);
                    let items = cursor.until_words(&CLAUSES).list();
                    if groups {
                        parts.groups.clone_from(&items);
                        let plain = items.iter().filter_map(|item| plain(at, *item));
                        self.found.distinct.extend(plain);
                    }
                    let items = items.into_iter().filter(|_| groups || !is_compound);
                    let outputs = if groups { &[] } else { columns };
                    items.for_each(|item| self.sorted(at, item, outputs));
                }
                _ => return,
            }
        }
    }

    fn open(&mut self, outer: Option<usize>) -> usize {
        self.found.queries.push(QueryScope { outer, ..QueryScope::default() });
        self.found.queries.len() - 1
    }

    /// Reads an item of the list of SELECT, and returns the column that it plainly is.
    fn item(&mut self, at: usize, item: Cursor<'_>) -> Option<NamedColumn> {
        let mut rest = item;
        let read = expression(&mut rest);
        rest.eat("AS");
        let given = rest.name().and_then(Known::into_option);
        if !rest.is_done() {
            return None;
        }
        self.found.queries[at].given.extend(given.map(|name| name.to_lowercase()));
        self.visit(at, &read, &item);
        named(at, &read)
    }

    /// Reads an item of ORDER BY or GROUP BY. A name alone is first of all a column that the query
    /// gives, to ORDER BY (manual of PostgreSQL, SELECT; of MySQL, SELECT).
    fn sorted(&mut self, at: usize, item: Cursor<'_>, outputs: &[Option<NamedColumn>]) {
        let mut rest = item;
        let read = expression(&mut rest);
        let is_output = named(at, &read).is_some_and(|column| {
            let mut outputs = outputs.iter().flatten();
            column.of.is_none()
                && outputs.any(|output| output.name.eq_ignore_ascii_case(&column.name))
        });
        if !is_output && (rest.is_done() || rest.is_any(&["ASC", "DESC", "NULLS"])) {
            self.visit(at, &read, &item);
        }
    }

    fn piece(&mut self, at: usize, piece: Cursor<'_>) {
        let mut rest = piece;
        let read = expression(&mut rest);
        if rest.is_done() {
            self.visit(at, &read, &piece);
        }
    }

    /// Reads a filter. An aggregate in it has no rows to be of, but in a query within another one.
    fn condition(&mut self, at: usize, condition: Cursor<'_>) {
        self.piece(at, condition);
        let mut rest = condition;
        let read = expression(&mut rest);
        if !rest.is_done() || self.found.queries[at].outer.is_some() {
            return;
        }
        let mut pending = vec![&read];
        while let Some(part) = pending.pop() {
            if let Kind::Call { name, arguments } = &part.kind
                && AGGREGATES.contains(&name.as_str())
                && arguments.len() == 1
                && !part.tokens(&condition).has_word("OVER")
            {
                self.found.filtered.push(name.clone());
            }
            if let Kind::Call { name, .. } = &part.kind
                && WINDOWS.contains(&name.as_str())
                && part.tokens(&condition).has_word("OVER")
            {
                self.found.faults.push(QueryFault::WindowInFilter(name.clone()));
            }
            pending.extend(part.children());
        }
    }

    /// Notes a query of several columns where one value is asked for.
    fn one_column(&mut self, given: &Given, is_row: bool) {
        if let Some(width) = given.width.filter(|width| *width > 1 && !is_row) {
            self.found.faults.push(QueryFault::Wide(width));
        }
    }

    fn visit(&mut self, at: usize, read: &Expression, text: &Cursor<'_>) {
        self.matching(at, read, text);
        match &read.kind {
            Kind::Column(_) => {
                self.found.columns.extend(named(at, read));
                return;
            }
            Kind::Call { name, arguments } => {
                self.call(at, name, arguments, text);
                if is_special(name, read.tokens(text)) {
                    return;
                }
            }
            Kind::Chain { operators, .. }
                if operators
                    .iter()
                    .any(|word| matches!(word.as_str(), "COLLATE" | "=>" | ":=")) =>
            {
                return;
            }
            Kind::Query { .. } => {
                if let Some(inner) = inner_query(read.tokens(text)) {
                    self.query(inner, Some(at));
                }
            }
            Kind::In { operand, items: None, .. } => {
                let behind = text.over(&text.tokens[operand.to..read.to]);
                if let Some(inner) = inner_query(behind) {
                    let given = self.query(inner, Some(at));
                    let is_row = matches!(operand.kind, Kind::Tuple(_));
                    self.one_column(&given, is_row);
                }
            }
            _ => {}
        }
        read.children().into_iter().for_each(|child| self.visit(at, child, text));
    }

    fn call(&mut self, at: usize, name: &str, arguments: &[Expression], text: &Cursor<'_>) {
        let Some(first) = arguments.first() else { return };
        if let Some(column) = named(at, first.unparenthesized()) {
            let function = name.to_owned();
            self.found.calls.push(CalledWith { function, column });
        }
        if matches!(name, "nextval" | "setval" | "currval") {
            let named = match &first.kind {
                Kind::Cast(inner) => inner,
                _ => first,
            };
            let sequence = named.sql(text).into_option();
            let sequence = sequence.and_then(|sql| default::sequence(&format!("nextval({sql})")));
            self.found.sequences.extend(sequence);
        }
    }

    /// Reads what a query reads, joins and their conditions included.
    fn from(&mut self, at: usize, mut cursor: Cursor<'_>) {
        self.source(at, &mut cursor);
        while !cursor.is_done() {
            if cursor.eat_mark(b',') {
                self.source(at, &mut cursor);
                continue;
            }
            let natural = cursor.eat("NATURAL");
            cursor.eat_any(&["INNER", "LEFT", "RIGHT", "FULL", "CROSS"]);
            cursor.eat("OUTER");
            if !cursor.eat_any(&["JOIN", "STRAIGHT_JOIN"]) {
                self.found.queries[at].open = true;
                return;
            }
            self.source(at, &mut cursor);
            self.found.queries[at].merges |= natural;
            if cursor.eat("ON") {
                let ends = |cursor: &Cursor<'_>| cursor.is_any(&JOINS) || cursor.is_mark(b',');
                let condition = cursor.until(ends);
                self.piece(at, condition);
            } else if cursor.eat("USING") {
                cursor.group();
                self.found.queries[at].merges = true;
            }
        }
    }

    fn source(&mut self, at: usize, cursor: &mut Cursor<'_>) {
        while cursor.eat_any(&["LATERAL", "ONLY"]) {}
        if let Some(inside) = cursor.group() {
            if !is_whole_query(inside) {
                self.from(at, inside);
                return;
            }
            self.query(inside, Some(at));
            let name = alias(cursor).unwrap_or_default().to_lowercase();
            self.found.queries[at].sources.push(QuerySource { name, table: None });
            return;
        }
        let is_name = cursor
            .token(0)
            .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted));
        if !is_name {
            self.found.queries[at].open = true;
            return;
        }
        let table = cursor.table();
        let is_call = cursor.group().is_some();
        let before = cursor.position();
        let alias = alias(cursor);
        let renames = cursor.tokens[before..cursor.position()]
            .iter()
            .any(|token| token.kind == TokenKind::Mark(b'('));
        let own = table.name.as_str().map(str::to_lowercase);
        let is_common =
            table.schema.is_none() && own.as_ref().is_some_and(|own| self.common.contains(own));
        let name = alias.map(|name| name.to_lowercase()).or(own);
        let table = (!is_call && !renames && !is_common).then_some(table);
        let scope = &mut self.found.queries[at];
        match name {
            Some(name) => scope.sources.push(QuerySource { name, table }),
            None => scope.open = true,
        }
    }
}

/// Tells whether an item of a list is all columns, or cannot be known.
fn is_all(item: &Cursor<'_>) -> bool {
    item.has_hole() || item.tokens.last().is_none_or(|last| item.text(last) == "*")
}

/// Returns the column that an item plainly is.
fn plain(at: usize, item: Cursor<'_>) -> Option<NamedColumn> {
    let mut rest = item;
    let read = expression(&mut rest);
    rest.is_done().then(|| named(at, &read)).flatten()
}

/// Tells whether parentheses hold a query, and not a join that begins with one.
fn is_whole_query(mut inside: Cursor<'_>) -> bool {
    let is_query = is_query(&inside);
    let first = inside.group();
    is_query && (first.is_none() || inside.is_done() || inside.is_any(&SETS))
}

/// Returns the first query in parentheses.
fn inner_query<'a>(mut text: Cursor<'a>) -> Option<Cursor<'a>> {
    while !text.is_done() {
        if let Some(inside) = { text }.group().filter(is_query) {
            return Some(inside);
        }
        text.skip(1);
    }
    None
}
