//! Rows that a migration writes, and that stay when the release is taken back.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::Body;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::{Direction, Hit};
use crate::rule::rollback;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "data-migration-without-downgrade",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: Some(Plan::Irreversible),
    waivable: true,
    summary: "writes rows that its downgrade does not touch",
    harm: "When the release is taken back, the old code meets values that it has never seen, and nobody can tell the \
           rows that were written from the rest.",
    remedy: "Put the old values back in the downgrade, keep them in a column or a table, or say why they may stay: \
             `Irreversible: ...`.",
    example: example!("data-migration-without-downgrade"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let raises = matches!(case.migration.downgrade.body, Body::Raises { .. });
    // A downgrade that is missing altogether is told by missing-downgrade, and one that raises says that it knows.
    if raises || (rollback::undoes_nothing(case) && rollback::changes_schema(case)) || downgrade_is_unread(case) {
        return Vec::new();
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    let deeds = case.deeds(Direction::Upgrade).filter(|deed| {
        let Some(table) = written(deed.statement()) else { return false };
        table.name.is_known()
            && !case.is_new(deed, table)
            && !is_touched(case, deed.statement(), table)
            && !writes_only_new(case, deed)
    });
    deeds
        .filter(|deed| written(deed.statement()).is_some_and(|table| told.insert(table.to_string())))
        .map(|deed| hit(case, &deed))
        .collect()
}

fn hit(case: &Case<'_>, deed: &Deed<'_>) -> Hit {
    let table = deed.statement().table().map(ToString::to_string).unwrap_or_default();
    let verb = match deed.statement() {
        Statement::Insert(_) | Statement::CopyFrom { .. } => "gets rows that the downgrade leaves",
        _ => "gets values that the downgrade leaves",
    };
    case.hit(deed, format!("`{table}` {verb}")).label("the old code meets this when the release is taken back")
}

/// Returns the table that a statement writes values to; rows that it takes away are told by the rules of data loss.
fn written(statement: &Statement) -> Option<&TableName> {
    match statement {
        Statement::Insert(insert) => Some(&insert.table),
        Statement::Update(update) => Some(&update.table),
        Statement::Merge { table } | Statement::CopyFrom { table } => Some(table),
        _ => None,
    }
}

/// Tells whether the downgrade reads, writes, drops or alters what a statement wrote. That a constraint or an index goes
/// changes no value.
fn is_touched(case: &Case<'_>, wrote: &Statement, table: &TableName) -> bool {
    case.deeds(Direction::Downgrade).any(|deed| {
        let reads: &[TableName] = match deed.statement() {
            Statement::Insert(insert) => &insert.reads,
            Statement::Update(update) => &update.reads,
            Statement::Delete(delete) => &delete.reads,
            Statement::Select { tables, .. } => tables,
            _ => &[],
        };
        let renamed = match deed.statement() {
            Statement::RenameTable { to, .. } => *to == table.name,
            _ => false,
        };
        renamed
            || reads.contains(table)
            || (deed.statement().table() == Some(table) && reaches(deed.statement(), wrote))
    })
}

/// Tells whether a statement on the same table reaches the values that another one wrote.
fn reaches(statement: &Statement, wrote: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::AddConstraint { .. }
        | S::DropConstraint { .. }
        | S::ValidateConstraint { .. }
        | S::RenameConstraint { .. }
        | S::CreateIndex { .. }
        | S::DropIndex { .. }
        | S::Comment { .. }
        | S::AddColumn { .. }
        | S::CreateObject { .. }
        | S::DropObject { .. } => false,
        S::DropColumn { column, .. }
        | S::RenameColumn { column, .. }
        | S::AlterType { column, .. }
        | S::SetNotNull { column, .. }
        | S::DropNotNull { column, .. }
        | S::SetDefault { column, .. }
        | S::DropDefault { column, .. }
        | S::AlterColumn { column, .. } => writes_column(wrote, column),
        _ => true,
    }
}

/// Tells whether an UPDATE may set a column. Rows that an INSERT adds stay when a column of them goes.
fn writes_column(wrote: &Statement, column: &Known<String>) -> bool {
    let Statement::Update(update) = wrote else { return matches!(wrote, Statement::Merge { .. }) };
    update.set.get().is_none_or(|set| set.iter().any(|assignment| assignment.column == *column))
}

/// Tells whether a statement writes only columns that this migration adds.
fn writes_only_new(case: &Case<'_>, deed: &Deed<'_>) -> bool {
    let Statement::Update(update) = deed.statement() else { return false };
    let Known::Is(set) = &update.set else { return false };
    let added = |column: &Known<String>| {
        case.deeds(Direction::Upgrade).any(|other| match other.statement() {
            Statement::AddColumn { table, column: added, .. } => *table == update.table && added.name == *column,
            _ => false,
        })
    };
    set.iter().all(|assignment| added(&assignment.column))
}

fn downgrade_is_unread(case: &Case<'_>) -> bool {
    case.deeds(Direction::Downgrade).any(|deed| matches!(deed.statement(), Statement::Unreadable { .. }))
}
