//! What a query asks of itself: columns that are grouped, values of one type, operators that a type
//! has (seen on PostgreSQL 15.18, MariaDB 10.11 and SQLite 3.40).

use crate::schema::answer::computed::{Asked, Meaning, operators_are_there};
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needs::about_table;
use crate::schema::answer::scopes::{column_here, column_of};
use crate::schema::answer::types::cast_name;
use crate::schema::answer::values::default_is_value;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Table};
use crate::sql::casts::{self, CastType};
use crate::sql::dialect::Dialect;
use crate::sql::literal;
use crate::sql::scope::{
    Grouped, Matched, NamedColumn, Operated, QueryFault, QueryScope, Scopes, Value,
};
use crate::sql::table::{ColumnType, ServerDefault, TableName};
use crate::text::known::Known;

/// Asks whether queries are what the server takes, their columns and calls apart.
pub(super) fn queries_hold(database: &Database, scopes: &Scopes, engine: Engine) -> Answer {
    if let Some(words) = scopes.faults.iter().find_map(|fault| fault_words(fault, engine)) {
        return contradicts(scopes, words);
    }
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let named_once = sources_are_named_once(scopes);
    let grouped = scopes.grouped.iter().map(|it| is_grouped(database, scopes, it, engine));
    let matched = scopes.matched.iter().map(|it| is_of_one_type(database, scopes, it, engine));
    let operated = scopes.operated.iter().map(|it| has_operator(database, scopes, it, engine));
    let asked = Asked { database, scopes, engine };
    let distinct = scopes.distinct.iter().map(|it| has_equality(database, scopes, it, engine));
    let all = std::iter::once(named_once).chain(grouped).chain(matched).chain(operated);
    Answer::first(all.chain(distinct)).or(|| operators_are_there(asked))
}

/// PostgreSQL knows the sources of a query by their names: a table that is read twice, or updated
/// and read, needs another name beside its own.
fn sources_are_named_once(scopes: &Scopes) -> Answer {
    let twice = scopes.queries.iter().filter(|query| !query.open).find_map(|query| {
        let tables = query.sources.iter().filter(|source| source.table.is_some());
        tables.enumerate().find_map(|(number, source)| {
            let others = query.sources.iter().filter(|other| other.table.is_some());
            others.take(number).any(|other| other == source).then_some(&source.name)
        })
    });
    twice.map_or(Answer::Applied, |name| {
        let words = format!("table name \"{name}\" specified more than once");
        let remedy = "Name the table once, or give it another name the second time: `t AS other`.";
        contradicts(scopes, (words, remedy))
    })
}

fn contradicts(scopes: &Scopes, (words, remedy): (String, &'static str)) -> Answer {
    let mut sources = scopes.queries.iter().flat_map(|query: &QueryScope| &query.sources);
    let table = sources.find_map(|source| source.table.clone());
    let table = table.unwrap_or_else(TableName::unreadable);
    Refusal::proved(DatabaseError::Contradiction { table, words, remedy }).into()
}

/// Returns what the server says of a fault, and what to do; nothing where it takes the query.
fn fault_words(fault: &QueryFault, engine: Engine) -> Option<(String, &'static str)> {
    Some(match fault {
        QueryFault::Wide(width) => {
            let words = match engine.dialect {
                Dialect::Sqlite => format!("sub-select returns {width} columns - expected 1"),
                Dialect::PostgreSql => "subquery has too many columns".to_owned(),
                _ => "Operand should contain 1 column(s)".to_owned(),
            };
            (words, "Select the one column that is asked for.")
        }
        QueryFault::Uneven(join) => {
            let words = match engine.dialect {
                Dialect::Sqlite => format!(
                    "SELECTs to the left and right of {join} do not have the same number of \
                     result columns"
                ),
                Dialect::PostgreSql => {
                    format!("each {join} query must have the same number of columns")
                }
                _ => "The used SELECT statements have a different number of columns".to_owned(),
            };
            (words, "Select as many columns in each branch.")
        }
        QueryFault::WindowInFilter(name) => {
            let words = match engine.dialect {
                Dialect::Sqlite => format!("misuse of window function {name}()"),
                Dialect::PostgreSql => "window functions are not allowed in WHERE".to_owned(),
                _ => format!("You cannot use the window function '{name}' in this context.'"),
            };
            let remedy = "Ask for it in a query of its own: `WHERE id IN (SELECT id FROM (SELECT id, \
                row_number() OVER (...) AS n FROM ...) AS numbered WHERE n > 1)`.";
            (words, remedy)
        }
        QueryFault::NestedAggregate => {
            let words = match engine.dialect {
                Dialect::Sqlite => "misuse of aggregate function".to_owned(),
                Dialect::PostgreSql => "aggregate function calls cannot be nested".to_owned(),
                _ => "Invalid use of group function".to_owned(),
            };
            (words, "Ask for the inner one in a query of its own, in FROM.")
        }
        QueryFault::OrderUnlisted | QueryFault::OrderBesides | QueryFault::OrderOfAggregate
            if engine.dialect != Dialect::PostgreSql =>
        {
            return None;
        }
        QueryFault::OrderUnlisted => {
            let words = "for SELECT DISTINCT, ORDER BY expressions must appear in select list";
            let remedy = "Select what the rows are ordered by as well, or order a query around it: \
                `SELECT name FROM (SELECT DISTINCT ...) AS names ORDER BY ...`.";
            (words.to_owned(), remedy)
        }
        QueryFault::OrderBesides => {
            let words =
                "SELECT DISTINCT ON expressions must match initial ORDER BY expressions".to_owned();
            (words, "Order by the columns of DISTINCT ON first.")
        }
        QueryFault::OrderOfAggregate => {
            let words = "in an aggregate with DISTINCT, ORDER BY expressions must appear in \
                argument list";
            (words.to_owned(), "Order by an argument, written as it is among the arguments.")
        }
        QueryFault::NoPlace(clause, place, width) => {
            let words = match engine.dialect {
                Dialect::Sqlite => {
                    format!("{clause} term out of range - should be between 1 and {width}")
                }
                Dialect::PostgreSql => format!("{clause} position {place} is not in select list"),
                _ => format!("Unknown column '{place}' in '{}'", of_clause(clause)),
            };
            (words, "Name the column, or a place that the list has.")
        }
    })
}

/// Returns the name that MySQL has for a clause.
fn of_clause(clause: &str) -> &'static str {
    if clause == "GROUP BY" { "group statement" } else { "order clause" }
}

/// PostgreSQL gives columns that are grouped by, and those that the primary key among these decides.
fn is_grouped(database: &Database, scopes: &Scopes, grouped: &Grouped, engine: Engine) -> Answer {
    let is_by_key = |table: &Table| {
        let key = table.primary_key().and_then(|key| key.columns.get());
        let is_by = |name: &str| grouped.by.iter().any(|by| by.name.eq_ignore_ascii_case(name));
        key.is_some_and(|columns| columns.iter().all(|column| column.as_str().is_none_or(is_by)))
    };
    for named in &grouped.loose {
        let Some((table, column)) = column_here(database, scopes, named, engine) else { continue };
        if !table.complete || is_by_key(table) {
            continue;
        }
        let of = named.of.as_deref().unwrap_or(&table.name);
        let words = format!(
            "column \"{of}.{}\" must appear in the GROUP BY clause or be used in an aggregate \
             function",
            column.name
        );
        let remedy = "Group by the column as well, or take `min()` or `max()` of it.";
        let table = table.table_name();
        let error = DatabaseError::Contradiction { table: table.clone(), words, remedy };
        return about_table(Refusal::proved(error).into(), &table, engine);
    }
    Answer::Applied
}

/// A value of several whose type is known.
struct Typed<'d> {
    kind: CastType,
    written: ColumnType,
    column: Option<(&'d Table, &'d Column)>,
}

/// The values of which one is chosen.
struct Choice<'d> {
    typed: Vec<Typed<'d>>,
    /// Quoted texts, which are read as the type of the others.
    texts: Vec<&'d str>,
    /// Whether these are all.
    whole: bool,
}

impl Choice<'_> {
    /// Refuses with an error about the first column among the values.
    fn refused(&self, matched: &Matched, words: String, engine: Engine) -> Answer {
        let of = self.typed.iter().find_map(|value| value.column);
        let column =
            of.map_or_else(|| matched.choice.to_owned(), |(_, column)| column.name.clone());
        let refusal = Refusal::proved(DatabaseError::BadValue { column, words });
        match of {
            Some((table, _)) => about_table(refusal.into(), &table.table_name(), engine),
            None => refusal.into(),
        }
    }
}

fn choice<'d>(
    database: &'d Database,
    scopes: &Scopes,
    matched: &'d Matched,
    engine: Engine,
) -> Choice<'d> {
    let mut choice = Choice { typed: Vec::new(), texts: Vec::new(), whole: matched.whole };
    let asked = Asked { database, scopes, engine };
    for value in &matched.values {
        if let Value::Constant(sql) = value
            && sql.starts_with('\'')
        {
            choice.texts.push(sql);
            continue;
        }
        let column = value.column().and_then(|it| column_of(database, scopes, it, engine));
        let typed = match asked.meaning(value) {
            Ok(Meaning::Of(kind)) => {
                let declared = column.and_then(|(_, column)| column.kind.clone());
                let written =
                    declared.unwrap_or_else(|| ColumnType::of_sql(&literal::shown(&kind)));
                Some(Typed { kind, written, column })
            }
            _ => None,
        };
        choice.whole &= typed.is_some();
        choice.typed.extend(typed);
    }
    choice
}

/// PostgreSQL chooses among values of one category of types, and reads texts as the chosen one.
fn is_of_one_type(
    database: &Database,
    scopes: &Scopes,
    matched: &Matched,
    engine: Engine,
) -> Answer {
    let choice = choice(database, scopes, matched, engine);
    let Some(first) = choice.typed.first() else { return Answer::Applied };
    let differs =
        |other: &&Typed<'_>| casts::share_category(&first.kind, &other.kind) == Some(false);
    if let Some(other) = choice.typed.iter().find(differs) {
        let (one, other) = (literal::shown(&first.kind), literal::shown(&other.kind));
        let words = format!("{} types {one} and {other} cannot be matched", matched.choice);
        return choice.refused(matched, words, engine);
    }
    let unread = |text: &&str| {
        let default = ServerDefault { sql: Known::Is((*text).to_owned()) };
        match default_is_value(database, matched.choice, &first.written, &default, engine) {
            Answer::Refused(Refusal { error: DatabaseError::BadDefault { words, .. }, .. }) => {
                Some(words)
            }
            _ => None,
        }
    };
    match choice.texts.iter().find_map(unread).filter(|_| choice.whole) {
        Some(words) => choice.refused(matched, words, engine),
        None => Answer::Applied,
    }
}

/// LIKE is for texts, and `->` for JSON.
fn has_operator(
    database: &Database,
    scopes: &Scopes,
    operated: &Operated,
    engine: Engine,
) -> Answer {
    let Some((table, column)) = column_of(database, scopes, &operated.column, engine) else {
        return Answer::Applied;
    };
    let kind = column.kind.as_ref().and_then(|kind| cast_name(database, kind, engine));
    let Some(kind) = kind else { return Answer::Applied };
    if casts::stands_before(&kind, operated.operator) {
        return Answer::Applied;
    }
    let words =
        format!("operator does not exist: {} {} unknown", literal::shown(&kind), operated.operator);
    let error = DatabaseError::NoOperator { column: column.name.clone(), words };
    about_table(Refusal::proved(error).into(), &table.table_name(), engine)
}

/// DISTINCT and GROUP BY compare values.
fn has_equality(
    database: &Database,
    scopes: &Scopes,
    named: &NamedColumn,
    engine: Engine,
) -> Answer {
    let Some((table, column)) = column_of(database, scopes, named, engine) else {
        return Answer::Applied;
    };
    let kind = column.kind.as_ref().and_then(|kind| cast_name(database, kind, engine));
    let Some(kind @ CastType::Builtin("json" | "xml")) = kind else { return Answer::Applied };
    let words =
        format!("could not identify an equality operator for type {}", literal::shown(&kind));
    let error = DatabaseError::NoOperator { column: column.name.clone(), words };
    about_table(Refusal::proved(error).into(), &table.table_name(), engine)
}
