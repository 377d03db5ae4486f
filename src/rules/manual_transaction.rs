//! COMMIT in SQL goes behind Alembic's back.

use crate::example;
use crate::operation::step::RemarkKind;
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
           runs again on a changed database. On psycopg2 a COMMIT in SQL lets the next statement run outside of a \
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
        remarks.filter(|remark| remark.kind == RemarkKind::Transaction).map(move |remark| {
            let message = format!("`{}` ends Alembic's transaction", remark.what);
            let mut hit = Hit::at(remark.site.clone(), direction, message)
                .label("what was done so far is committed, and not stamped as done");
            hit.within.clone_from(&remark.within);
            hit
        })
    });
    words.chain(remarks).collect()
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
