//! Which columns the queries of a statement name.
//!
//! What is not wholly understood is left out: a query whose FROM has anything unread is open, and an
//! expression that does not end where it should names nothing.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{expression, is_query};
use crate::sql::grammar::scopes::names::named;
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::scope::{NamedColumn, QueryFault, QueryScope, QuerySource, Scopes, Value};
use crate::sql::table::TableName;

/// UPDATE, DELETE and INSERT.
mod changes;

/// What the expressions of a query name.
mod expressions;

/// GROUP BY and aggregates.
mod grouping;

/// Values that are of one type, and columns before operators.
mod matching;

/// What is a column, and what only looks like one.
mod names;

/// ORDER BY and GROUP BY against the list.
mod ordering;

/// FROM and its joins.
mod sources;

/// What the form of a value tells of its type.
mod values;

/// How many queries of a statement are looked at.
const MOST: usize = 64;

/// Words that join the branches of a query.
const SETS: [&str; 4] = ["UNION", "EXCEPT", "INTERSECT", "MINUS"];

/// Words behind the list of SELECT.
const CLAUSES: [&str; 11] = [
    "INTO", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH",
    "FOR",
];

/// Functions of many rows.
const AGGREGATES: [&str; 9] =
    ["count", "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg", "jsonb_agg"];

/// Functions of a window and nothing else.
const WINDOWS: [&str; 6] =
    ["row_number", "rank", "dense_rank", "ntile", "percent_rank", "cume_dist"];

/// Returns what a statement says of columns; nothing where a part of it is computed.
pub fn scopes(statement: Cursor<'_>) -> Scopes {
    let is_read = matches!(
        statement.dialect(),
        Dialect::PostgreSql | Dialect::Sqlite | Dialect::MySql | Dialect::MariaDb
    );
    if !is_read || statement.tokens.iter().any(|token| token.hole) {
        return Scopes::default();
    }
    let mut reader = Reader::default();
    reader.statement(statement.over(statement.rest()), None);
    if statement.dialect() == Dialect::Sqlite {
        reader.leave_open(&quoted(statement));
    }
    reader.found
}

/// Returns the names in double quotes, lower case.
fn quoted(statement: Cursor<'_>) -> Vec<String> {
    let is_quoted =
        |token: &&Token| token.kind == TokenKind::Quoted && statement.text(token).starts_with('"');
    let names = statement.tokens.iter().filter(is_quoted);
    names.map(|token| statement.text(token).trim_matches('"').to_lowercase()).collect()
}

/// Returns what the conditions of a policy say of columns, those of its table among them.
pub fn scopes_of_policy(mut definition: Cursor<'_>, table: &TableName) -> Scopes {
    let Some((mut reader, at)) = Reader::over(definition, table) else { return Scopes::default() };
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

/// Returns what a condition or an expression over the rows of a table says of its columns.
pub fn scopes_of_condition(condition: Cursor<'_>, table: &TableName) -> Scopes {
    let Some((mut reader, at)) = Reader::over(condition, table) else { return Scopes::default() };
    reader.piece(at, condition);
    reader.found
}

#[derive(Default)]
struct Reader {
    found: Scopes,
    /// Names that WITH gives.
    common: Vec<String>,
}

/// What a query gives: what the forms of its values tell, and how many there are.
#[derive(Default)]
struct Given {
    columns: Vec<Value>,
    width: Option<usize>,
}

/// The parts of a query that grouping and ordering are about.
struct Parts<'a> {
    /// What stands behind SELECT.
    distinct: Distinct<'a>,
    /// The items of the list.
    list: Vec<Cursor<'a>>,
    /// How many values they are.
    width: Option<usize>,
    /// The items of ORDER BY.
    orders: Vec<Cursor<'a>>,
    /// The items of GROUP BY.
    groups: Vec<Cursor<'a>>,
    /// The condition of HAVING.
    having: Option<Cursor<'a>>,
}

/// DISTINCT.
#[derive(Clone, Copy)]
enum Distinct<'a> {
    /// All rows.
    No,
    /// Rows that differ.
    Yes,
    /// Rows that differ in these.
    On(Cursor<'a>),
}

impl Reader {
    /// Begins with the columns of one table, where all of a text is known.
    fn over(text: Cursor<'_>, table: &TableName) -> Option<(Self, usize)> {
        let mut reader = Reader::default();
        let at = reader.open(None);
        let name = table.name.as_str().map(str::to_lowercase)?;
        if text.dialect() != Dialect::PostgreSql || text.has_hole() {
            return None;
        }
        let source = QuerySource { name, table: Some(table.clone()) };
        reader.found.queries[at].sources.push(source);
        Some((reader, at))
    }

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
        let mut branches = Vec::new();
        loop {
            let branch = cursor.until_words(&SETS);
            let gives = self.branch(branch, outer, is_compound);
            if given.width.zip(gives.width).is_some_and(|(one, other)| one != other) {
                self.found.faults.push(QueryFault::Uneven(join));
            }
            given.width = gives.width.or(given.width);
            match is_compound {
                true => branches.push(gives.columns),
                false => given.columns = gives.columns,
            }
            join = SETS.into_iter().find(|word| cursor.is(word)).unwrap_or(join);
            if !cursor.eat_any(&SETS) {
                break;
            }
            cursor.eat_any(&["ALL", "DISTINCT"]);
        }
        self.branches_match(join, branches);
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
        let mut distinct = match cursor.eat("DISTINCT") {
            true => Distinct::Yes,
            false => Distinct::No,
        };
        if matches!(distinct, Distinct::Yes) && cursor.eat("ON") {
            distinct = cursor.group().map_or(Distinct::No, Distinct::On);
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
        if matches!(distinct, Distinct::Yes) {
            self.found.distinct.extend(columns.iter().filter_map(Value::column).cloned());
        }
        let width = (!list.iter().any(is_all)).then_some(list.len());
        let (groups, orders) = (Vec::new(), Vec::new());
        let mut parts = Parts { distinct, list, width, orders, groups, having: None };
        self.clauses(at, cursor, &columns, is_compound, &mut parts);
        self.grouping(at, &parts);
        self.ordering(at, &parts);
        Given { columns, width }
    }

    /// Reads what stands behind FROM.
    fn clauses<'a>(
        &mut self,
        at: usize,
        mut cursor: Cursor<'a>,
        columns: &[Value],
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
                    if !groups && !is_compound {
                        parts.orders.clone_from(&items);
                    }
                    let items = items.into_iter().filter(|_| groups || !is_compound);
                    let outputs = if groups { &[] } else { columns };
                    items.for_each(|item| self.sorted(at, item, outputs));
                }
                _ => return,
            }
        }
    }

    /// Lets names mean whatever they are found to be: what stands in double quotes is a column to
    /// SQLite where there is one, and a text elsewhere (its manual, Quirks, section 8).
    fn leave_open(&mut self, names: &[String]) {
        self.found.queries.iter_mut().for_each(|query| query.given.extend_from_slice(names));
    }

    fn open(&mut self, outer: Option<usize>) -> usize {
        self.found.queries.push(QueryScope { outer, ..QueryScope::default() });
        self.found.queries.len() - 1
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
