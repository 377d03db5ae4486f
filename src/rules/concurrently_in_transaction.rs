//! CONCURRENTLY waits for other transactions, so it cannot be part of one.

use crate::alembic::project::Setting;
use crate::alembic::surroundings::Said;
use crate::example;
use crate::operation::step::Mode;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table_change::{TableAction, TableChange};
use crate::sql::title::tables::reindex_target;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "concurrently-in-transaction",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "runs a CONCURRENTLY statement inside Alembic's transaction",
    harm: "PostgreSQL refuses: \"CREATE INDEX CONCURRENTLY cannot run inside a transaction \
        block\". Alembic runs migrations in a transaction, so the deployment fails, and everything \
        that is deployed with it is rolled back. VACUUM, CREATE DATABASE and DROP DATABASE are \
        refused likewise.",
    remedy: "Put it inside `with op.get_context().autocommit_block():`, in a revision of its own.",
    example: example!("concurrently-in-transaction"),
    check: Check::Both(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Some((what, object)) = refused(stmt.statement()) else {
        return Vec::new();
    };
    let reopened = reopened(context, stmt);
    if !context.is_postgresql() || (reopened.is_none() && !context.is_in_transaction(stmt)) {
        return Vec::new();
    }
    let finding = context
        .finding(
            stmt,
            format!("`{object}`: {what} runs inside of a transaction, which PostgreSQL refuses"),
        )
        .object(object)
        .label("the deployment fails here")
        .safe_form(code::in_autocommit(&code::written(context, &stmt.step.site)));
    let finding = match reopened {
        Some((driver, Said { version, place })) => finding.note(format!(
            "{driver} {version} (`{place}`) opens another transaction behind the COMMIT"
        )),
        None => finding,
    };
    vec![match context.project.environment.autocommit {
        Setting::Unreadable => finding.severity(Severity::Warning).note(
            "whether env.py sets AUTOCOMMIT could not be read; a literal `isolation_level=` \
                settles it",
        ),
        Setting::Yes | Setting::No => finding,
    }]
}

/// Returns the driver that opens a transaction again behind a COMMIT in SQL.
fn reopened<'a>(
    context: &RuleContext<'a>,
    stmt: &StatementRef<'a>,
) -> Option<(&'static str, Said)> {
    let after_commit = stmt.step.mode == Mode::Transaction
        && context.project.environment.autocommit != Setting::Yes
        && context.is_after_commit(stmt);
    if after_commit { context.reopening_driver() } else { None }
}

/// Returns what a statement does that no transaction may hold, and to what.
fn refused(statement: &Statement) -> Option<(&'static str, String)> {
    let known =
        |name: Option<&Known<String>>| name.and_then(Known::as_str).unwrap_or("…").to_owned();
    Some(match statement {
        Statement::Table(TableChange::CreateIndex { index, .. })
            if index.concurrently == Known::Is(true) =>
        {
            ("CREATE INDEX CONCURRENTLY", known(index.name.as_ref()))
        }
        Statement::Table(TableChange::DropIndex {
            name, concurrently: Known::Is(true), ..
        }) => ("DROP INDEX CONCURRENTLY", known(name.as_ref())),
        Statement::Table(TableChange::Reindex { scope, name, concurrently: true }) => {
            ("REINDEX CONCURRENTLY", reindex_target(*scope, name))
        }
        Statement::Table(TableChange::AlterTable {
            action: TableAction::DetachPartition { partition, concurrently: true },
            ..
        }) => ("DETACH PARTITION CONCURRENTLY", partition.to_string()),
        Statement::Table(TableChange::Vacuum { table, .. }) => {
            ("VACUUM", table.as_ref().map_or_else(|| "every table".to_owned(), ToString::to_string))
        }
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Database, name, ..
        }) => ("CREATE DATABASE", known(Some(name))),
        Statement::Object(ObjectChange::DropObject {
            kind: ObjectKind::Database, name, ..
        }) => ("DROP DATABASE", known(Some(name))),
        Statement::Object(ObjectChange::AlterObject {
            kind: ObjectKind::Other,
            name: Known::Is(name),
            ..
        }) if name == "system" => ("ALTER SYSTEM", "the server".to_owned()),
        _ => return None,
    })
}
