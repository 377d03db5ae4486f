//! Rows that a migration writes, and that stay when the release is taken back.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::Body;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::rollback;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "data-migration-without-downgrade",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: Some(Plan::Irreversible),
    waivable: true,
    summary: "writes rows that its downgrade does not touch",
    harm: "When the release is taken back, the old code meets values that it has never seen, and \
        nobody can tell the rows that were written from the rest.",
    remedy: "Put the old values back in the downgrade, keep them in a column or a table, or say \
        why they may stay: `Irreversible: ...`.",
    example: example!("data-migration-without-downgrade"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let raises = matches!(context.migration.downgrade.body, Body::Raises { .. });
    // A downgrade that is missing altogether is reported by missing-downgrade, and one that raises
    // says that it knows.
    if raises
        || (rollback::undoes_nothing(context) && rollback::changes_schema(context))
        || downgrade_is_unread(context)
    {
        return Vec::new();
    }
    let mut emitted: BTreeSet<String> = BTreeSet::new();
    let stmts = context.statements(Direction::Upgrade).filter(|stmt| {
        let Some(table) = written(stmt.statement()) else { return false };
        table.name.is_known()
            && !context.is_new(stmt, table)
            && !is_touched(context, stmt.statement(), table)
            && !writes_only_new(context, stmt)
    });
    stmts
        .filter(|stmt| {
            written(stmt.statement()).is_some_and(|table| emitted.insert(table.to_string()))
        })
        .map(|stmt| finding(context, &stmt))
        .collect()
}

fn finding(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> RawFinding {
    let table = stmt.statement().table().map(ToString::to_string).unwrap_or_default();
    let verb = match stmt.statement() {
        Statement::Rows(RowChange::Insert(_) | RowChange::CopyFrom { .. }) => {
            "gets rows that the downgrade leaves"
        }
        _ => "gets values that the downgrade leaves",
    };
    context
        .finding(stmt, format!("`{table}` {verb}"))
        .label("the old code meets this when the release is taken back")
}

/// Returns the table that a statement writes values to; rows that it takes away are reported by the
/// rules of data loss.
fn written(statement: &Statement) -> Option<&TableName> {
    match statement {
        Statement::Rows(RowChange::Insert(insert)) => Some(&insert.table),
        Statement::Rows(RowChange::Update(update)) => Some(&update.table),
        Statement::Rows(RowChange::Merge { table } | RowChange::CopyFrom { table }) => Some(table),
        _ => None,
    }
}

/// Tells whether the downgrade reads, writes, drops or alters what a statement wrote. That a
/// constraint or an index goes changes no value.
fn is_touched(context: &RuleContext<'_>, wrote: &Statement, table: &TableName) -> bool {
    context.statements(Direction::Downgrade).any(|stmt| {
        let reads: &[TableName] = match stmt.statement() {
            Statement::Rows(RowChange::Insert(insert)) => &insert.reads,
            Statement::Rows(RowChange::Update(update)) => &update.reads,
            Statement::Rows(RowChange::Delete(delete)) => &delete.reads,
            Statement::Rows(RowChange::Select { tables, .. }) => tables,
            _ => &[],
        };
        let renamed = match stmt.statement() {
            Statement::Table(TableChange::RenameTable { to, .. }) => *to == table.name,
            _ => false,
        };
        renamed
            || reads.contains(table)
            || (stmt.statement().table() == Some(table) && reaches(stmt.statement(), wrote))
    })
}

/// Tells whether a statement on the same table reaches the values that another one wrote.
fn reaches(statement: &Statement, wrote: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Table(
            TableChange::AddConstraint { .. }
            | TableChange::DropConstraint { .. }
            | TableChange::ValidateConstraint { .. }
            | TableChange::RenameConstraint { .. }
            | TableChange::CreateIndex { .. }
            | TableChange::DropIndex { .. },
        )
        | S::Object(ObjectChange::Comment { .. })
        | S::Table(TableChange::AddColumn { .. })
        | S::Object(ObjectChange::CreateObject { .. } | ObjectChange::DropObject { .. }) => false,
        S::Table(
            TableChange::DropColumn { column, .. }
            | TableChange::RenameColumn { column, .. }
            | TableChange::AlterColumnType { column, .. }
            | TableChange::SetNotNull { column, .. }
            | TableChange::DropNotNull { column, .. }
            | TableChange::SetDefault { column, .. }
            | TableChange::DropDefault { column, .. }
            | TableChange::AlterColumn { column, .. },
        ) => writes_column(wrote, column),
        _ => true,
    }
}

/// Tells whether an UPDATE may set a column. Rows that an INSERT adds stay when a column of them
/// goes.
fn writes_column(wrote: &Statement, column: &Known<String>) -> bool {
    let Statement::Rows(RowChange::Update(update)) = wrote else {
        return matches!(wrote, Statement::Rows(RowChange::Merge { .. }));
    };
    update.set.get().is_none_or(|set| set.iter().any(|assignment| assignment.column == *column))
}

/// Tells whether a statement writes only columns that this migration adds.
fn writes_only_new(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> bool {
    let Statement::Rows(RowChange::Update(update)) = stmt.statement() else { return false };
    let Known::Is(set) = &update.set else { return false };
    let added = |column: &Known<String>| {
        context.statements(Direction::Upgrade).any(|other| match other.statement() {
            Statement::Table(TableChange::AddColumn { table, column: added, .. }) => {
                *table == update.table && added.name == *column
            }
            _ => false,
        })
    };
    set.iter().all(|assignment| added(&assignment.column))
}

fn downgrade_is_unread(context: &RuleContext<'_>) -> bool {
    context
        .statements(Direction::Downgrade)
        .any(|stmt| matches!(stmt.statement(), Statement::Unreadable { .. }))
}
