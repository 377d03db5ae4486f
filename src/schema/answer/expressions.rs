//! Expressions of definitions: CHECK, DEFAULT, generated columns, indexes.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::functions::functions_are_there;
use crate::schema::answer::given::is_compared;
use crate::schema::answer::needed::ColumnPlace;
use crate::schema::answer::needs::{about_table, has_column};
use crate::schema::answer::queries::queries_hold;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::literal;
use crate::sql::said::{Call, Said, said};
use crate::sql::table::{Check, Generated, Index, IndexPart};
use crate::sql::types::SqlType;
use crate::text::known::Known;

/// Functions of which no overload is IMMUTABLE (`pg_proc` of PostgreSQL 15.18; `unaccent` of the
/// extension of that name).
const MUTABLE: [&str; 28] = [
    "now",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "current_user",
    "session_user",
    "timeofday",
    "random",
    "gen_random_uuid",
    "nextval",
    "currval",
    "txid_current",
    "concat",
    "concat_ws",
    "format",
    "to_char",
    "to_date",
    "array_to_string",
    "to_json",
    "to_jsonb",
    "jsonb_build_object",
    "json_build_object",
    "unaccent",
];

/// Refuses a CHECK over a column that is not there, or over a query.
pub(super) fn check_is_sound(
    database: &Database,
    table: &Table,
    check: &Check,
    engine: Engine,
) -> Answer {
    let Some(said) = of(check.condition.as_str(), table, engine) else {
        return Answer::Applied;
    };
    if said.queries {
        let words = match engine.dialect {
            Dialect::Sqlite => "subqueries prohibited in CHECK constraints",
            Dialect::PostgreSql => "cannot use subquery in check constraint",
            _ => return Answer::Applied,
        };
        let remedy = "Keep it by a foreign key or a trigger: a CHECK sees one row.";
        return contradicts(table, words, remedy, engine);
    }
    names_columns(table, &said, engine)
        .or(|| functions_are_there(database, names(&said), engine))
        .or(|| condition_compares(database, table, &said, engine))
}

fn condition_compares(database: &Database, table: &Table, said: &Said, engine: Engine) -> Answer {
    let compared = said.compared.iter();
    let answer = compared.map(|given| is_compared(database, table, given, engine));
    let answer = Answer::first(answer).or(|| match engine.dialect {
        Dialect::PostgreSql => queries_hold(database, &said.scopes, engine),
        _ => Answer::Applied,
    });
    about_table(answer, &table.table_name(), engine)
}

fn names_columns(table: &Table, said: &Said, engine: Engine) -> Answer {
    let columns = said.columns.iter().map(|name| Known::Is(name.clone()));
    Answer::first(columns.map(|name| has_column(table, &name, ColumnPlace::Read, engine)))
}

/// Refuses a default over a query, or over functions that the database does not have.
pub(super) fn default_is_sound(
    database: &Database,
    table: &Table,
    sql: Option<&str>,
    engine: Engine,
) -> Answer {
    let Some(said) = of(sql, table, engine) else { return Answer::Applied };
    if said.queries && engine.dialect == Dialect::PostgreSql {
        let remedy = "Fill the column by UPDATE, or by a trigger.";
        return contradicts(table, "cannot use subquery in DEFAULT expression", remedy, engine);
    }
    // SQLite looks for the function when a row is written.
    match engine.dialect == Dialect::Sqlite {
        true => Answer::Applied,
        false => functions_are_there(database, names(&said), engine),
    }
}

/// Refuses an expression of a generated column that PostgreSQL cannot keep.
pub(super) fn generation_is_sound(
    database: &Database,
    table: &Table,
    sql: Option<&str>,
    engine: Engine,
) -> Answer {
    let Some(said) = of(sql, table, engine).filter(|_| engine.dialect == Dialect::PostgreSql)
    else {
        return Answer::Applied;
    };
    let is_generated = |name: &&String| {
        let column = table.column(name).and_then(|column| column.generated.as_ref());
        matches!(column, Some(Generated::Stored | Generated::Virtual))
    };
    if let Some(other) = said.columns.iter().find(is_generated) {
        let words =
            format!("cannot use generated column \"{other}\" in column generation expression");
        let remedy = "Write the expression of the other column in its place.";
        return contradicts(table, &words, remedy, engine);
    }
    let remedy = "Call IMMUTABLE functions alone: `to_tsvector('english', ...)` rather than \
        `to_tsvector(...)`, `||` rather than `concat`; what depends on the clock is filled by \
        a trigger.";
    match is_mutable(table, &said) {
        true => contradicts(table, "generation expression is not immutable", remedy, engine),
        false => names_columns(table, &said, engine)
            .or(|| functions_are_there(database, names(&said), engine)),
    }
}

/// Refuses an index over what changes by itself, and one of rows that no condition finds.
pub(super) fn index_is_immutable(
    database: &Database,
    table: &Table,
    index: &Index,
    engine: Engine,
) -> Answer {
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let condition = index.predicate.as_ref().and_then(Known::as_str);
    if let Some(said) = of(condition, table, engine).filter(|said| !said.queries) {
        let answer = names_columns(table, &said, engine)
            .or(|| condition_compares(database, table, &said, engine));
        if let Answer::Refused(refusal) = answer {
            return refusal.into();
        }
    }
    let remedy = "Index what depends on the row alone: a column, or an IMMUTABLE function of \
        it, with its time zone or language said.";
    let parts = index.columns.get().into_iter().flatten();
    let expressions = parts.filter_map(|part| match part {
        IndexPart::Expression(sql) => Some(sql.as_str()),
        IndexPart::Column(_) | IndexPart::Unreadable => None,
    });
    let predicate = index.predicate.as_ref().and_then(Known::as_str);
    let of_parts = expressions.map(|sql| (sql, "expression"));
    let all = of_parts.chain(predicate.map(|sql| (sql, "predicate")));
    for (sql, what) in all {
        let Some(said) = of(Some(sql), table, engine) else { continue };
        if is_mutable(table, &said) || casts_a_moment(table, sql) {
            let words = format!("functions in index {what} must be marked IMMUTABLE");
            return contradicts(table, &words, remedy, engine);
        }
    }
    Answer::Applied
}

fn of(sql: Option<&str>, table: &Table, engine: Engine) -> Option<Said> {
    said(sql?, &table.table_name(), engine.dialect)
}

/// Tells whether a condition compares a column with a constant that has no cast.
pub(super) fn compares_constant(
    table: &Table,
    sql: Option<&str>,
    column: &str,
    engine: Engine,
) -> bool {
    let said = of(sql, table, engine);
    said.is_some_and(|said| {
        said.compared.iter().any(|given| {
            given.column.eq_ignore_ascii_case(column) && given.sql.trim().starts_with('\'')
        })
    })
}

fn names(said: &Said) -> impl Iterator<Item = &str> {
    said.calls.iter().map(|call| call.name.as_str())
}

fn contradicts(table: &Table, words: &str, remedy: &'static str, engine: Engine) -> Answer {
    let name = table.table_name();
    let error =
        DatabaseError::Contradiction { table: name.clone(), words: words.to_owned(), remedy };
    about_table(Refusal::proved(error).into(), &name, engine)
}

fn is_mutable(table: &Table, said: &Said) -> bool {
    let is_it = |call: &Call| {
        MUTABLE.contains(&call.name.as_str())
            || matches!((call.name.as_str(), call.arguments), ("age" | "to_tsvector", 1))
            || matches!(call.name.as_str(), "date" | "date_trunc" | "date_part")
                && call.column.as_deref().is_some_and(|column| is_moment(table, column))
    };
    said.calls.iter().any(is_it)
}

/// A cast of a TIMESTAMP WITH TIME ZONE depends on the time zone of the session.
fn casts_a_moment(table: &Table, sql: &str) -> bool {
    let Some(to) = literal::last_cast(sql) else { return false };
    let column = sql.split("::").next().unwrap_or_default().trim().trim_start_matches('(');
    let to = SqlType::parse(to);
    let depends = matches!(to.base.as_str(), "date" | "time" | "text" | "varchar")
        || to.base == "timestamp" && !to.timezone;
    depends && is_moment(table, column.trim_matches('"'))
}

fn is_moment(table: &Table, column: &str) -> bool {
    let kind = table.column(column).and_then(|column| column.kind.as_ref());
    let kind = kind.and_then(|kind| kind.sql.as_str()).map(SqlType::parse);
    kind.is_some_and(|kind| kind.base == "timestamp" && kind.timezone && kind.array == 0)
}
