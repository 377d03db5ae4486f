//! Dropping a table or a column leaves the enum type it used.

use crate::advice::literal;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::ColumnType;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "enum-type-left-behind",
    theme: Theme::AlembicTraps,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "drops the last user of an enum type and leaves the type",
    harm: "PostgreSQL keeps an enum type when its last column goes: the next upgrade, which \
        creates it again, fails with \"type already exists\".",
    remedy: "Drop the type behind the table or the column: `sa.Enum(name=...).drop(op.get_bind(), \
        checkfirst=True)`.",
    example: example!("enum-type-left-behind"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if context.dialect != Dialect::PostgreSql {
        return Vec::new();
    }
    Direction::RUNS.into_iter().flat_map(|direction| judge(context, direction)).collect()
}

/// Follows one direction: which types lose a user, and which of them are still there, without one,
/// at its end.
fn judge(context: &RuleContext<'_>, direction: Direction) -> Vec<RawFinding> {
    let mut losses: Vec<(StatementRef<'_>, String)> = Vec::new();
    let dropping = |stmt: &StatementRef<'_>| {
        matches!(
            stmt.statement(),
            Statement::Table(TableChange::DropTable { .. } | TableChange::DropColumn { .. })
        ) && !stmt.is_conditional()
    };
    for stmt in context.statements(direction).filter(dropping) {
        let names = context.before(&stmt, |database| used(database, stmt.statement()));
        for name in names {
            losses.retain(|(_, lost)| *lost != name);
            losses.push((stmt, name));
        }
    }
    if losses.is_empty() {
        return Vec::new();
    }
    let end = context.after(direction);
    let is_left =
        |name: &str| end.enum_type(name).is_some() && !end.tables().any(|table| uses(table, name));
    losses
        .iter()
        .filter(|(_, name)| is_left(name))
        .map(|(stmt, name)| finding(context, stmt, name))
        .collect()
}

fn finding(context: &RuleContext<'_>, stmt: &StatementRef<'_>, name: &str) -> RawFinding {
    let what = context
        .finding(stmt, format!("`{name}` loses its last column here, and the type stays behind"));
    let label = match stmt.direction {
        Direction::Downgrade => "the next upgrade fails: the type is there already",
        _ => "nothing uses the type any more, and creating it again fails",
    };
    what.object(name).label(label).safe_form(format!(
        "{}\nsa.Enum(name={}).drop(op.get_bind(), checkfirst=True)",
        code::written(context, &stmt.step.site),
        literal::quoted(name)
    ))
}

/// Returns the enum types of the columns that a statement drops.
fn used(database: &Database, statement: &Statement) -> Vec<String> {
    let Some(table) = statement.table().and_then(|table| database.table(table)) else {
        return Vec::new();
    };
    let goes = |column: &str| match statement {
        Statement::Table(TableChange::DropColumn { column: dropped, .. }) => {
            dropped.as_str() == Some(column)
        }
        _ => true,
    };
    let columns = table.columns.iter().filter(|column| goes(&column.name));
    columns.filter_map(|column| column.kind.as_ref().and_then(enum_name)).collect()
}

fn uses(table: &Table, name: &str) -> bool {
    table.columns.iter().filter_map(|column| column.kind.as_ref()).any(|kind| {
        enum_name(kind).as_deref() == Some(name)
            || kind
                .sql
                .as_str()
                .is_some_and(|sql| sql.trim_end_matches("[]").eq_ignore_ascii_case(name))
    })
}

/// Returns the name of the type that a column's enum has in the database.
fn enum_name(kind: &ColumnType) -> Option<String> {
    let labels = kind.labels.as_ref().filter(|labels| labels.native)?;
    labels.name.as_ref().and_then(Known::as_str).map(str::to_owned)
}
