//! COMMIT in SQL goes behind Alembic's back.

use crate::example;
use crate::operation::step::{Remark, RemarkKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "manual-transaction",
    theme: Theme::Transactions,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "begins or ends a transaction by itself",
    harm: "What was done so far is committed while `alembic_version` is not: if anything fails \
        later, the same revision runs again on a changed database. A session of the application's \
        own commits apart from the migration, and waits for ever for a table that the migration \
        has locked. On psycopg2 a COMMIT in SQL lets the next statement run outside of a \
        transaction; psycopg 3, SQLAlchemy 2.1's default, opens another one at once, so \
        CONCURRENTLY behind it fails when the driver is upgraded.",
    remedy: "Use `with op.get_context().autocommit_block():` for what cannot run in a transaction, \
        and leave the rest to Alembic.",
    example: example!("manual-transaction"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let words = Direction::RUNS
        .into_iter()
        .flat_map(|direction| context.statements(direction))
        .filter_map(|stmt| word(&stmt, context));
    let remarks = Direction::RUNS.into_iter().flat_map(|direction| {
        let remarks = context.script(direction).remarks.iter();
        remarks.filter_map(move |remark| remarked(remark, direction))
    });
    words.chain(remarks).collect()
}

fn remarked(remark: &Remark, direction: Direction) -> Option<RawFinding> {
    let what = &remark.what;
    let at = |message: String| RawFinding::at(remark.site.clone(), direction, message);
    let mut finding = match remark.kind {
        RemarkKind::Transaction => at(format!(
            "`{what}` ends Alembic's \
                transaction"
        ))
        .label(match what.ends_with("rollback") {
            true => "what was done so far in this deployment is undone, and stamped as done",
            false => "what was done so far is committed, and not stamped as done",
        }),
        RemarkKind::OwnSession => at(format!(
            "`{what}` commits on a connection that is not \
            Alembic's"
        ))
        .severity(Severity::Critical)
        .label(
            "its rows stay when the migration fails, and it waits for ever for a table that \
                the migration locks",
        )
        .remedy(
            "Bind the session to the migration's connection, and leave the commit to \
                Alembic.",
        )
        .safe_form("session = Session(bind=op.get_bind())\n...\nsession.flush()"),
        _ => return None,
    };
    finding.within.clone_from(&remark.within);
    Some(finding)
}

fn word(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<RawFinding> {
    let Statement::Session(SessionCommand::Transaction(word)) = stmt.statement() else {
        return None;
    };
    let name = match word {
        TransactionWord::Commit => "COMMIT",
        TransactionWord::Begin => "BEGIN",
        TransactionWord::Rollback => "ROLLBACK",
        TransactionWord::Savepoint => return None,
    };
    if stmt.is_autocommit() {
        return None;
    }
    Some(context.finding(stmt, format!("`{name}` goes behind Alembic's back")).label(match word {
        TransactionWord::Rollback => {
            "what was done so far in this deployment is undone, and stamped as done"
        }
        _ => "what was done so far is committed, and not stamped as done",
    }))
}
