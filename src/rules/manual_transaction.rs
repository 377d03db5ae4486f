//! COMMIT in SQL goes behind Alembic's back.

use crate::example;
use crate::operation::step::{Remark, RemarkKind};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::{Direction, Hit};
use crate::sql::statement::{Statement, TransactionWord};

pub(super) static RULE: Rule = Rule {
    id: "manual-transaction",
    theme: Theme::Transactions,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "begins or ends a transaction by itself",
    harm: "What was done so far is committed while `alembic_version` is not: if anything fails later, the same revision \
           runs again on a changed database. A session of the application's own commits apart from the migration, and \
           waits for ever for a table that the migration has locked. On psycopg2 a COMMIT in SQL lets the next statement run outside of a \
           transaction; psycopg 3, SQLAlchemy 2.1's default, opens another one at once, so CONCURRENTLY behind it fails \
           when the driver is upgraded.",
    remedy: "Use `with op.get_context().autocommit_block():` for what cannot run in a transaction, and leave the rest to \
             Alembic.",
    example: example!("manual-transaction"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let words =
        Direction::RUNS.into_iter().flat_map(|direction| case.deeds(direction)).filter_map(|deed| word(&deed, case));
    let remarks = Direction::RUNS.into_iter().flat_map(|direction| {
        let remarks = case.script(direction).remarks.iter();
        remarks.filter_map(move |remark| remarked(remark, direction))
    });
    words.chain(remarks).collect()
}

fn remarked(remark: &Remark, direction: Direction) -> Option<Hit> {
    let what = &remark.what;
    let at = |message: String| Hit::at(remark.site.clone(), direction, message);
    let mut hit = match remark.kind {
        RemarkKind::Transaction => {
            at(format!("`{what}` ends Alembic's transaction")).label(match what.ends_with("rollback") {
                true => "what was done so far in this deployment is undone, and stamped as done",
                false => "what was done so far is committed, and not stamped as done",
            })
        }
        RemarkKind::OwnSession => at(format!("`{what}` commits on a connection that is not Alembic's"))
            .severity(Severity::Critical)
            .label("its rows stay when the migration fails, and it waits for ever for a table that the migration locks")
            .remedy("Bind the session to the migration's connection, and leave the commit to Alembic.")
            .safe_form("session = Session(bind=op.get_bind())\n...\nsession.flush()"),
        _ => return None,
    };
    hit.within.clone_from(&remark.within);
    Some(hit)
}

fn word(deed: &Deed<'_>, case: &Case<'_>) -> Option<Hit> {
    let Statement::Transaction(word) = deed.statement() else { return None };
    let name = match word {
        TransactionWord::Commit => "COMMIT",
        TransactionWord::Begin => "BEGIN",
        TransactionWord::Rollback => "ROLLBACK",
        TransactionWord::Savepoint => return None,
    };
    if deed.is_autocommit() {
        return None;
    }
    Some(case.hit(deed, format!("`{name}` goes behind Alembic's back")).label(match word {
        TransactionWord::Rollback => "what was done so far in this deployment is undone, and stamped as done",
        _ => "what was done so far is committed, and not stamped as done",
    }))
}
