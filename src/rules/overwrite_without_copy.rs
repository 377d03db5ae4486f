//! An UPDATE that puts something else where a value stood.

use crate::advice::literal;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rules::delete_rows;
use crate::sql::row_change::{Assigned, Assignment, RowChange, Test, Update};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

pub(super) static RULE: Rule = Rule {
    id: "overwrite-without-copy",
    theme: Theme::DataLoss,
    severity: Severity::Warning,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "replaces values that nothing keeps",
    harm: "What stood in the column before is gone when the migration commits. A downgrade cannot \
        know it, and a wrong expression is noticed when somebody misses it.",
    remedy: "Write to a new column, or copy the old value into one first and drop that some \
        releases later.",
    example: example!("overwrite-without-copy"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Rows(RowChange::Update(update)) = stmt.statement() else {
        return Vec::new();
    };
    let Some(set) = update.set.get() else { return Vec::new() };
    if !set.iter().any(|assignment| replaces(assignment, update))
        || context.is_new(stmt, &update.table)
    {
        return Vec::new();
    }
    if delete_rows::is_copied(stmt, context, &update.table) {
        return Vec::new();
    }
    let lost: Vec<&str> = set
        .iter()
        .filter(|assignment| replaces(assignment, update))
        .filter(|assignment| !context.is_new_column(stmt, &update.table, &assignment.column))
        .filter_map(|assignment| assignment.column.as_str())
        .filter(|column| !is_kept(stmt, context, update, column))
        .collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let table = &update.table;
    let names: Vec<String> = lost.iter().map(|column| format!("{table}.{column}")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    vec![
        context
            .finding(
                stmt,
                format!(
                    "{} {verb} overwritten, and nothing keeps what stood there",
                    code::listed(&names)
                ),
            )
            .object(lost[0])
            .label("the old values are gone when this commits")
            .safe_form(with_copies(stmt, context, table, &lost)),
    ]
}

/// Returns the statement behind a copy of each column that it overwrites.
fn with_copies(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    lost: &[&str],
) -> String {
    let before = |column: &str| format!("{column}_before");
    let mut lines = Vec::new();
    let mut copy = Sql::new(context.dialect, "UPDATE").table(table).words("SET");
    for (number, &column) in lost.iter().enumerate() {
        let kind = context.column(stmt, table, &Known::from(column)).and_then(|held| held.kind);
        let kind = kind.map_or_else(|| "...".to_owned(), |kind| code::python_type(&kind));
        let declared = format!("sa.Column({}, {kind})", literal::quoted(&before(column)));
        lines.push(OpCall::new("add_column").table(table).code(declared).call());
        let separated = if number == 0 { copy } else { copy.words(",") };
        copy = separated.name(&before(column)).words("=").name(column);
    }
    lines.extend([copy.execute(), code::written(context, &stmt.step.site)]);
    lines.join("\n")
}

/// Tells whether an assignment replaces a value that the filter does not tell: `WHERE c IS NULL`
/// and `WHERE c = k` do.
fn replaces(assignment: &Assignment, update: &Update) -> bool {
    let Some(column) = assignment.column.as_str() else { return false };
    let is_known = update.filter.tests.iter().any(|test| match test {
        Test::IsNull(tested) => tested.eq_ignore_ascii_case(column),
        Test::In(tested, values) => tested.eq_ignore_ascii_case(column) && values.len() == 1,
        Test::IsNotNull(_) | Test::NotIn(..) => false,
    });
    !is_known
        && match &assignment.value {
            Assigned::Constant(_) => true,
            Assigned::Expression(sql) => !fills_only(sql, column),
            Assigned::Additive | Assigned::Unreadable => false,
        }
}

/// Tells whether an expression leaves a value that is there as it is: `coalesce(c, ...)`.
fn fills_only(sql: &str, column: &str) -> bool {
    let lower = sql.trim().to_lowercase();
    let column = column.to_lowercase();
    lower == column
        || lower
            .strip_prefix("coalesce(")
            .is_some_and(|rest| rest.trim_start().starts_with(&column))
}

/// Tells whether something earlier in the revision puts the value elsewhere, or this statement
/// does.
fn is_kept<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    update: &Update,
    column: &str,
) -> bool {
    let copies = |other: &Update| {
        let set = other.set.get().map(Vec::as_slice).unwrap_or_default();
        set.iter().any(|assignment| {
            assignment.column != Known::from(column)
                && matches!(&assignment.value, Assigned::Expression(sql) if has_word(sql, column))
        })
    };
    // What Python computes for a new column may well be the old value.
    let may_copy = |other: &Update| {
        let set = other.set.get().map(Vec::as_slice).unwrap_or_default();
        set.iter().any(|assignment| {
            matches!(&assignment.value, Assigned::Expression(sql) if is_bind(sql))
                && context.is_new_column(stmt, &other.table, &assignment.column)
        })
    };
    let keeps = |other: &Update| copies(other) || may_copy(other);
    keeps(update)
        || context.earlier(stmt).any(|earlier| match earlier.statement() {
            Statement::Rows(RowChange::Update(other)) => {
                other.table == update.table && keeps(other)
            }
            _ => false,
        })
}

/// Tells whether an expression is one bind parameter.
fn is_bind(sql: &str) -> bool {
    let name =
        sql.trim().trim_start_matches([':', '?', '@', '%', '(', '$']).trim_end_matches([')', 's']);
    sql.trim().starts_with([':', '?', '@', '%', '$'])
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
