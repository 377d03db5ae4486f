//! MySQL and SQL Server restate the whole column when one thing of it changes: what is not restated
//! is lost.

use crate::advice::literal;
use crate::example;
use crate::operation::operation::{AlterColumn, Operation};
use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::Column;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{self, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "lost-column-attributes",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: None,
    waivable: true,
    summary: "changes a column without restating what it was, which resets it",
    harm: "MySQL's MODIFY and CHANGE redeclare the column: NOT NULL, the default and \
        AUTO_INCREMENT are gone unless they are said again. SQL Server's ALTER COLUMN makes it \
        nullable unless NOT NULL is said again. Nothing fails; rows with NULL come in later.",
    remedy: "Pass `existing_nullable=`, `existing_server_default=` and `existing_type=` as the \
        column is.",
    example: example!("lost-column-attributes"),
    check: Check::Upgrade(check),
};

/// What a column had and does not have any more.
struct Lost {
    /// In words: `NOT NULL`.
    what: String,
    /// The argument that keeps it.
    keep: String,
    /// Whether it is known that the column had it.
    sure: bool,
}

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    // The copy of a batch has every attribute of its table.
    if stmt.step.batch.is_some_and(|batch| batch.recreate_always) {
        return Vec::new();
    }
    let lost = match (stmt.statement(), context.dialect) {
        (Statement::Table(TableChange::ModifyColumn { table, name, column, .. }), dialect)
            if dialect.is_mysql() =>
        {
            restated(stmt, context, table, name, column)
        }
        // A default is a constraint of its own there, and stays.
        (Statement::Table(TableChange::ModifyColumn { table, name, .. }), Dialect::SqlServer)
        | (
            Statement::Table(TableChange::AlterColumnType { table, column: name, .. }),
            Dialect::SqlServer,
        ) => {
            let before = context.column(stmt, table, name);
            not_null(stmt.step, before.as_ref()).into_iter().collect()
        }
        _ => Vec::new(),
    };
    finding(stmt, context, &lost).into_iter().collect()
}

/// Returns what a MODIFY or CHANGE of MySQL does not say again.
fn restated(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    name: &Known<String>,
    now: &table::Column,
) -> Vec<Lost> {
    let before = context.column(stmt, table, name);
    let null = match now.nullable {
        Known::Is(false) => None,
        _ => not_null(stmt.step, before.as_ref()),
    };
    let default = before
        .as_ref()
        .filter(|_| now.server_default.is_none())
        .and_then(|before| default(stmt.step, before));
    null.into_iter().chain(default).collect()
}

fn not_null(step: &Step, before: Option<&Column>) -> Option<Lost> {
    let said = alter(step)
        .is_some_and(|alter| alter.nullable.is_some() || alter.existing_nullable.is_some());
    if said {
        return None;
    }
    let was = before.map(|column| &column.nullable);
    let lost = |sure| Lost {
        what: "NOT NULL".to_owned(),
        keep: "existing_nullable=False".to_owned(),
        sure,
    };
    match was {
        Some(Known::Is(false)) => Some(lost(true)),
        Some(Known::Is(true)) => None,
        // SQL that is written by hand may mean to allow NULL.
        Some(Known::Unreadable) | None => alter(step).map(|_| lost(false)),
    }
}

fn default(step: &Step, before: &Column) -> Option<Lost> {
    let said = |alter: &AlterColumn| {
        alter.server_default.is_some() || alter.existing_server_default.is_some()
    };
    if alter(step).is_some_and(said) {
        return None;
    }
    let Known::Is(Some(default)) = &before.default else { return None };
    let sql = default.sql.as_str().unwrap_or("…");
    let keep = format!("existing_server_default=sa.text({})", literal::quoted(sql));
    Some(Lost { what: format!("DEFAULT {sql}"), keep, sure: true })
}

fn alter(step: &Step) -> Option<&AlterColumn> {
    match &step.operation {
        Operation::AlterColumn(alter) => Some(alter),
        _ => None,
    }
}

fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    lost: &[Lost],
) -> Option<RawFinding> {
    let (table, column) = match stmt.statement() {
        Statement::Table(TableChange::ModifyColumn { table, name, .. }) => (table, name),
        Statement::Table(TableChange::AlterColumnType { table, column, .. }) => (table, column),
        _ => return None,
    };
    let sure = lost.first()?.sure || lost.iter().any(|lost| lost.sure);
    let column = column.as_str().unwrap_or("…");
    let what: Vec<_> =
        lost.iter().filter(|lost| lost.sure == sure).map(|lost| lost.what.as_str()).collect();
    let keep: Vec<_> = lost.iter().map(|lost| lost.keep.as_str()).collect();
    let what = what.join(" and ");
    let label = format!("{} redeclares the column", context.dialect);
    Some(match sure {
        true => context
            .finding(stmt, format!("`{table}.{column}` loses {what} here"))
            .object(column)
            .label(label)
            .remedy(format!("Say it again: `{}`.", keep.join(", "))),
        false => context
            .finding(stmt, format!("`{table}.{column}` becomes nullable here, whatever it was"))
            .object(column)
            .label(label)
            .severity(Severity::Warning)
            .remedy("Pass `existing_nullable=` as the column is.")
            .note(
                "whether the column was NOT NULL could not be read from the history; \
                 `existing_nullable=` settles it",
            ),
    })
}
