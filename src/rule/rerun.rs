//! What a statement does when it runs a second time: after a rollback by hand, a downgrade, or a
//! retry of the release.

use std::collections::BTreeSet;

use crate::rule::context::{RuleContext, StatementRef};
use crate::schema::table::Table;
use crate::sql::statement::{
    Assigned, Assignment, Filter, Insert, OnConflict, RowSource, Statement, Test, Update,
};
use crate::sql::table::{Constraint, IndexPart, TableName};
use crate::text::known::Known;

/// What a second run of a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rerun {
    /// It leaves the rows as the first run left them.
    Same,
    /// It fails on a key that the first run wrote.
    Fails {
        /// The columns of the key.
        key: Vec<String>,
    },
    /// It leaves other rows than the first run.
    Differs {
        /// What it does, as a clause: `adds its rows again`.
        how: String,
    },
    /// It adds its rows again: what would stop it is generated anew on every run.
    Generated {
        /// The columns of keys that get another value.
        columns: Vec<String>,
    },
    /// It adds rows, and whether a key stops it is not known.
    UnknownKeys,
    /// Nothing is known of it.
    Unknown,
}

/// Tells what a second run of a statement does. Statements that write no rows are the same.
pub fn rerun(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Rerun {
    match stmt.statement() {
        Statement::Insert(insert) => insert_rerun(insert, stmt, context),
        Statement::Update(update) => update_again(update),
        Statement::CopyFrom { table } => keyless(context.table(stmt, table).as_ref(), None, &[]),
        _ => Rerun::Same,
    }
}

fn insert_rerun(insert: &Insert, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Rerun {
    match (insert.again, &insert.rows) {
        (OnConflict::Conflict | OnConflict::NotExists, _) => return Rerun::Same,
        (OnConflict::Nothing, RowSource::Values(Known::Is(0))) => return Rerun::Same,
        (OnConflict::Nothing, _) => {}
    }
    let columns = match &insert.columns {
        None => None,
        Some(Known::Unreadable) => return Rerun::UnknownKeys,
        Some(Known::Is(columns)) => Some(columns.as_slice()),
    };
    if deletes_before(insert, stmt, context) {
        return Rerun::Same;
    }
    let table = context.table(stmt, &insert.table);
    let placed = table.as_ref().filter(|table| table.complete).into_iter().flat_map(|table| {
        insert
            .drawn_places
            .iter()
            .filter_map(|place| table.columns.get(*place))
            .map(|column| column.name.clone())
    });
    let generated: Vec<String> = insert.generated.iter().cloned().chain(placed).collect();
    keyless(table.as_ref(), columns, &generated)
}

/// Tells whether the migration removes rows of the table before it adds some: a second run begins
/// anew.
fn deletes_before(insert: &Insert, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> bool {
    context.earlier(stmt).any(|earlier| match earlier.statement() {
        Statement::Delete(delete) => delete.table == insert.table,
        Statement::Truncate { table, .. } => *table == insert.table,
        _ => false,
    })
}

/// Tells what happens to rows of these columns (all of them where none are named) that are added
/// twice. A key with a value in it that is generated anew stops nothing.
fn keyless(table: Option<&Table>, columns: Option<&[String]>, generated: &[String]) -> Rerun {
    let Some(table) = table else { return Rerun::UnknownKeys };
    let written = |key: &BTreeSet<String>| {
        let is_written =
            columns.is_none_or(|columns| key.iter().all(|part| columns.contains(part)));
        !key.is_empty() && is_written && !key.iter().any(|part| generated.contains(part))
    };
    let keys = keys(table);
    let generated: BTreeSet<&String> =
        generated.iter().filter(|column| keys.iter().any(|key| key.contains(*column))).collect();
    match keys.iter().find(|key| written(key)) {
        Some(key) => Rerun::Fails { key: key.iter().cloned().collect() },
        None if table.complete && !generated.is_empty() => {
            Rerun::Generated { columns: generated.into_iter().cloned().collect() }
        }
        None if table.complete => Rerun::Differs { how: "adds its rows again".to_owned() },
        None => Rerun::UnknownKeys,
    }
}

/// Returns the sets of columns that no two rows of a table share.
pub fn keys(table: &Table) -> Vec<BTreeSet<String>> {
    let of_constraints = table.constraints.iter().filter_map(|held| match &held.constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => names(key.columns.get()?),
        _ => None,
    });
    let of_indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique == Known::Is(true) && index.predicate.is_none());
    let of_indexes = of_indexes.filter_map(|index| {
        let parts = index.columns.get()?.iter().map(|part| match part {
            IndexPart::Column(column) => Some(column.clone()),
            IndexPart::Expression(_) | IndexPart::Unreadable => None,
        });
        parts.collect()
    });
    of_constraints.chain(of_indexes).collect()
}

fn names(columns: &[Known<String>]) -> Option<BTreeSet<String>> {
    columns.iter().map(|column| column.as_str().map(str::to_owned)).collect()
}

fn update_again(update: &Update) -> Rerun {
    let Known::Is(set) = &update.set else { return Rerun::Unknown };
    if set.iter().any(|assignment| is_falsified(&update.filter, assignment)) {
        return Rerun::Same;
    }
    if let Some(added) = set.iter().find(|assignment| assignment.value == Assigned::Additive) {
        let column = added.column.as_str().unwrap_or("…");
        if update.filter.terms.iter().any(|term| may_guard(term, column)) {
            return Rerun::Unknown;
        }
        return Rerun::Differs { how: format!("adds to `{column}` again") };
    }
    match swapped(set) {
        Some((one, other)) => Rerun::Differs { how: format!("swaps `{one}` and `{other}` back") },
        None => Rerun::Same,
    }
}

/// Tells whether what is set keeps the row from passing the filter again.
fn is_falsified(filter: &Filter, assignment: &Assignment) -> bool {
    let Some(column) = assignment.column.as_str() else { return false };
    let constant = match &assignment.value {
        Assigned::Constant(constant) => Some(constant.as_str()),
        Assigned::Expression(_) => None,
        Assigned::Additive | Assigned::Unreadable => None,
    };
    let is_null = constant.is_some_and(|constant| constant.eq_ignore_ascii_case("null"));
    filter.tests.iter().any(|test| match test {
        Test::IsNull(tested) => tested == column && !is_null,
        Test::IsNotNull(tested) => tested == column && is_null,
        Test::In(tested, values) => {
            tested == column
                && constant
                    .is_some_and(|constant| !values.iter().any(|value| same(value, constant)))
        }
        Test::NotIn(tested, values) => {
            tested == column
                && constant.is_some_and(|constant| values.iter().any(|value| same(value, constant)))
        }
    })
}

/// Tells whether a term asks that a column does not hold something yet: `NOT ('x' = ANY (c))`, `c
/// NOT LIKE '%x'`.
fn may_guard(term: &str, column: &str) -> bool {
    let upper = term.to_ascii_uppercase();
    let denies = upper.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "NOT");
    let names = term
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word.eq_ignore_ascii_case(column));
    names && (denies || upper.contains("<>") || upper.contains("!="))
}

/// Tells whether two constants are the same, written with quotes or without.
fn same(one: &str, other: &str) -> bool {
    one.trim_matches('\'').eq_ignore_ascii_case(other.trim_matches('\''))
}

/// Finds two columns that are set to one another.
fn swapped(set: &[Assignment]) -> Option<(&str, &str)> {
    let plain = |assignment: &Assignment| match &assignment.value {
        Assigned::Expression(sql) => Some(sql.trim_matches(['"', '`', ' ']).to_owned()),
        _ => None,
    };
    set.iter().enumerate().find_map(|(at, one)| {
        let (name, value) = (one.column.as_str()?, plain(one)?);
        let other = set[at + 1..].iter().find(|other| {
            other.column.as_str() == Some(value.as_str()) && plain(other).as_deref() == Some(name)
        })?;
        Some((name, other.column.as_str()?))
    })
}

/// Tells whether the downgrade takes the rows away that a statement adds to a table.
pub fn is_removed_by_downgrade(context: &RuleContext<'_>, table: &TableName) -> bool {
    context.statements(crate::rule::raw_finding::Direction::Downgrade).any(|stmt| {
        match stmt.statement() {
            Statement::Delete(delete) => delete.table == *table,
            Statement::Truncate { table: emptied, .. } => emptied == table,
            Statement::DropTable { table: dropped, .. } => dropped == table,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(column: &str, value: Assigned) -> Assignment {
        Assignment { column: Known::from(column), value }
    }

    fn update(set: Vec<Assignment>, tests: Vec<Test>) -> Rerun {
        let filter = Filter { tests, ..Filter::none() };
        update_again(&Update {
            table: TableName::plain("t"),
            set: Known::Is(set),
            filter,
            reads: Vec::new(),
            literals: Vec::new(),
        })
    }

    #[test]
    fn a_term_that_the_update_falsifies_stops_the_second_run() {
        let constant = || Assigned::Constant("'b'".to_owned());
        let null = || Test::IsNull("c".to_owned());
        assert_eq!(update(vec![set("c", Assigned::Additive)], vec![null()]), Rerun::Same);
        assert!(matches!(
            update(vec![set("c", Assigned::Additive)], Vec::new()),
            Rerun::Differs { .. }
        ));
        assert_eq!(update(vec![set("c", constant())], Vec::new()), Rerun::Same);
        let is_a = Test::In("k".to_owned(), vec!["'a'".to_owned()]);
        let both = || vec![set("k", constant()), set("c", Assigned::Additive)];
        assert_eq!(update(both(), vec![is_a]), Rerun::Same);
        let is_b = Test::In("k".to_owned(), vec!["'b'".to_owned()]);
        assert!(matches!(update(both(), vec![is_b]), Rerun::Differs { .. }));
        let absent = Filter { terms: vec!["NOT ('x' = ANY(c))".to_owned()], ..Filter::none() };
        let (table, set_c) = (TableName::plain("t"), Known::Is(vec![set("c", Assigned::Additive)]));
        let once =
            Update { table, set: set_c, filter: absent, reads: Vec::new(), literals: Vec::new() };
        assert_eq!(update_again(&once), Rerun::Unknown);
        let not_b = Test::NotIn("k".to_owned(), vec!["b".to_owned()]);
        assert_eq!(update(both(), vec![not_b]), Rerun::Same);
    }

    #[test]
    fn two_columns_that_are_swapped_are_swapped_back() {
        let swap = vec![
            set("a", Assigned::Expression("b".to_owned())),
            set("b", Assigned::Expression("a".to_owned())),
        ];
        assert!(matches!(update(swap, Vec::new()), Rerun::Differs { .. }));
        let copy = vec![set("a", Assigned::Expression("b".to_owned()))];
        assert_eq!(update(copy, Vec::new()), Rerun::Same);
    }
}
