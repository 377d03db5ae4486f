//! Maintenance that has a form which lets people work, written in the form which does not.

use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::{ReindexScope, TableAction, TableChange};

pub(super) static RULE: Rule = Rule {
    id: "blocking-maintenance",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "refreshes, reindexes or re-partitions while people wait",
    harm: "REFRESH MATERIALIZED VIEW holds ACCESS EXCLUSIVE on the view until the query is done: \
        nobody reads it. REINDEX holds SHARE on the table, so that writers wait, and ACCESS \
        EXCLUSIVE on the index. ATTACH PARTITION reads the partition, and the default one, under \
        ACCESS EXCLUSIVE unless a CHECK proves that the rows fit; before PostgreSQL 12 the parent \
        is locked so too. DETACH PARTITION takes ACCESS EXCLUSIVE on parent and partition, LOCK \
        TABLE what it says: readers and writers wait until the transaction ends. CONCURRENTLY \
        exists for REFRESH (with a unique index), for REINDEX from PostgreSQL 12 and for DETACH \
        from 14 on, which a default partition refuses.",
    remedy: "Use CONCURRENTLY; before ATTACH add a CHECK that repeats the bounds, NOT VALID, and \
        validate it.",
    example: example!("blocking-maintenance"),
    check: Check::Upgrade(check),
};

/// The first version that detaches a partition CONCURRENTLY.
const DETACHES_CONCURRENTLY: u16 = 14;

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if !context.is_postgresql() {
        return Vec::new();
    }
    match stmt.statement() {
        Statement::Object(ObjectChange::RefreshView { name, concurrently: false }) => {
            refresh(stmt, context, name).into_iter().collect()
        }
        Statement::Table(TableChange::Reindex { scope, name, concurrently: false }) => {
            reindex(stmt, context, *scope, name).into_iter().collect()
        }
        Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::AttachPartition { partition, default },
            ..
        }) => attach(stmt, context, table, partition, *default).into_iter().collect(),
        Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::DetachPartition { partition, concurrently },
            ..
        }) => {
            let finding = match concurrently {
                true => detach_refused(stmt, context, table, partition),
                false => detach(stmt, context, table, partition),
            };
            finding.into_iter().collect()
        }
        Statement::Session(SessionCommand::LockTable { table, nowait: false, .. }) => {
            lock(stmt, context, table).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn refresh<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    view: &TableName,
) -> Option<RawFinding> {
    let is_made_here = context.earlier(stmt).any(|earlier| match earlier.statement() {
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::MaterializedView,
            name,
            ..
        }) => *name == view.name,
        _ => false,
    });
    let mode = context.lock_on(stmt, view)?.mode.title();
    (!is_made_here).then(|| {
        context
            .finding(stmt, format!("`{view}` cannot be read until it is refreshed"))
            .label(format!("{mode} on `{view}` until the query is done"))
            .remedy("Refresh it CONCURRENTLY, which needs a unique index on it.")
            .safe_form(
                Sql::new(context.dialect, "REFRESH MATERIALIZED VIEW CONCURRENTLY")
                    .table(view)
                    .execute(),
            )
    })
}

fn reindex(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    scope: Option<ReindexScope>,
    name: &TableName,
) -> Option<RawFinding> {
    if scope == Some(ReindexScope::Table) && context.is_new(stmt, name) {
        return None;
    }
    let finding = context
        .finding(
            stmt,
            format!("`{name}` is reindexed without CONCURRENTLY, which blocks writes to it"),
        )
        .object(name.to_string())
        .label("writes wait until the indexes are built, and reads that use them");
    Some(match context.is_at_least(12) {
        true => finding.remedy("Use REINDEX CONCURRENTLY, in an autocommit block.").safe_form(
            code::in_autocommit(
                &Sql::new(context.dialect, "REINDEX")
                    .words(scope.map_or("", ReindexScope::keyword))
                    .words("CONCURRENTLY")
                    .table(name)
                    .execute(),
            ),
        ),
        false => {
            finding.remedy("Build a second index CONCURRENTLY, drop the old one and rename it.")
        }
    })
}

fn attach<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    partition: &TableName,
    default: bool,
) -> Option<RawFinding> {
    let is_proven = context.before(stmt, |database| {
        let held =
            database.table(partition).map(|table| table.constraints.as_slice()).unwrap_or_default();
        held.iter().any(|held| held.validated && matches!(held.constraint, Constraint::Check(_)))
    });
    if context.is_empty(stmt, partition) || is_proven || context.is_new(stmt, table) {
        return None;
    }
    let bounds = format!("{}_bounds", partition.name.as_str().unwrap_or("..."));
    let check = OpCall::new("create_check_constraint").text(&bounds).table(partition);
    let check = check.text("...").keyword("postgresql_not_valid", "True");
    let finding = context
        .finding(stmt, format!("`{partition}` is read whole to become a partition of `{table}`"))
        .object(partition.to_string())
        .label(format!("reads and writes of `{partition}` wait until every row is read"))
        .safe_form(format!(
            "{}  # 1\n{}  # 2, a later deployment\n{}",
            check.call(),
            Sql::validate(context.dialect, partition, &bounds).execute(),
            code::written(context, &stmt.step.site)
        ));
    if default {
        return Some(
            finding.note("a default partition is read again for each partition that is attached"),
        );
    }
    Some(match default_partition(stmt, context, table) {
        Some(own) => finding.note(format!(
            "`{own}`, the default partition, is read too{}, unless a CHECK keeps such rows out",
            context.under_lock(stmt, partition)
        )),
        None => finding,
    })
}

fn detach(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    partition: &TableName,
) -> Option<RawFinding> {
    if context.is_new(stmt, table) {
        return None;
    }
    let finding = context
        .finding(
            stmt,
            format!("`{partition}` is detached{} on `{table}`", context.under_lock(stmt, table)),
        )
        .weight(Weight::BriefLock)
        .object(partition.to_string())
        .label(format!("reads and writes of `{table}` wait until this commits"));
    let (default, exists) =
        (default_partition(stmt, context, table), context.is_at_least(DETACHES_CONCURRENTLY));
    let timeout = format!(
        "{}\n{}",
        code::execute("SET LOCAL lock_timeout = '3s'"),
        code::written(context, &stmt.step.site)
    );
    Some(match default {
        Some(default) => finding
            .note(format!(
                "CONCURRENTLY is refused while `{default}` is the default partition of `{table}`"
            ))
            .remedy(
                "Set a `lock_timeout` before it, so that it gives up rather than holding the line.",
            )
            .safe_form(timeout),
        None if exists => finding.safe_form(code::in_autocommit(
            &detached(context, table, partition).words("CONCURRENTLY").execute(),
        )),
        None => finding
            .remedy("Set a `lock_timeout` before it; CONCURRENTLY exists from PostgreSQL 14 on.")
            .safe_form(timeout),
    })
}

fn detached(context: &RuleContext<'_>, table: &TableName, partition: &TableName) -> Sql {
    Sql::new(context.dialect, "ALTER TABLE").table(table).words("DETACH PARTITION").table(partition)
}

/// DETACH ... CONCURRENTLY fails before PostgreSQL 14, and while there is a default partition
/// (measured on 15.18).
fn detach_refused(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    partition: &TableName,
) -> Option<RawFinding> {
    let version = context.server().version;
    let (message, remedy) = match default_partition(stmt, context, table) {
        _ if !context.is_at_least(DETACHES_CONCURRENTLY) => (
            format!(
                "`{partition}`: PostgreSQL {version} has no DETACH PARTITION CONCURRENTLY, which \
                 came with 14"
            ),
            "Detach it without CONCURRENTLY, with a `lock_timeout` before it.",
        ),
        Some(default) => (
            format!(
                "`{partition}` cannot be detached CONCURRENTLY while `{default}` is the default \
                 partition"
            ),
            "Detach it without CONCURRENTLY, with a `lock_timeout` before it; or detach the \
             default partition first.",
        ),
        None => return None,
    };
    let finding = context
        .finding(stmt, message)
        .weight(Weight::Fails)
        .plan(None)
        .object(partition.to_string());
    let finding = finding.label("the deployment fails here").remedy(remedy).safe_form(format!(
        "{}\n{}",
        code::execute("SET LOCAL lock_timeout = '3s'"),
        detached(context, table, partition).execute()
    ));
    Some(match context.is_at_least(DETACHES_CONCURRENTLY) {
        true => finding,
        false => context.resting_on_version(
            finding,
            DETACHES_CONCURRENTLY,
            "it is taken where there is no default partition",
        ),
    })
}

fn default_partition(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
) -> Option<String> {
    context.before(stmt, |database| {
        let mut partitions = database.partitions_of(table);
        partitions.find(|(_, partition)| partition.is_default).map(|(table, _)| table.title())
    })
}

fn lock<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
) -> Option<RawFinding> {
    if context.is_new(stmt, table) || context.has_lock_timeout(stmt) {
        return None;
    }
    let mode = context.lock_on(stmt, table)?.mode.title();
    Some(
        context
            .finding(stmt, format!("`{table}` is locked in {mode} mode until this commits"))
            .severity(Severity::Warning)
            .weight(Weight::BriefLock)
            .label("whoever comes later waits in line behind it")
            .remedy("Set a `lock_timeout` before it, or lock with NOWAIT.")
            .safe_form(format!(
                "{}\n{}",
                code::execute("SET LOCAL lock_timeout = '3s'"),
                code::written(context, &stmt.step.site)
            )),
    )
}
