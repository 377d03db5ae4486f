//! Where each DDL statement commits by itself, a migration that fails half way is half done.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;

pub(super) static RULE: Rule = Rule {
    id: "partial-ddl",
    theme: Theme::Transactions,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "holds several DDL statements on a database that commits each by itself",
    harm: "MySQL, MariaDB and Oracle commit at each DDL statement, and SQLite's driver does so as \
        Alembic uses it. If the second fails, the first stays while `alembic_version` says that \
        nothing ran: the next deployment fails with \"already exists\", and the downgrade does not \
        run either.",
    remedy: "Give each statement a revision of its own, or guard each by `if_exists` or \
        `if_not_exists`, so that it can run again.",
    example: example!("partial-ddl"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if context.dialect.rolls_back_ddl() {
        return Vec::new();
    }
    let ddl: Vec<StatementRef<'_>> = context
        .statements(Direction::Upgrade)
        .filter(|stmt| stmt.is_ddl() && !stmt.is_guarded())
        .collect();
    let Some((first, second)) = ddl
        .first()
        .and_then(|first| Some((first, ddl.iter().find(|stmt| !is_one(context, first, stmt))?)))
    else {
        return Vec::new();
    };
    let line = context.migration.text.line_of(first.emitted.site.span.start);
    let dialect = context.dialect.title();
    vec![
        context
            .finding(
                second,
                format!("{dialect} keeps what line {line} did if this statement fails"),
            )
            .label("the revision is half done then, and cannot run again"),
    ]
}

/// One call may tell several statements, and SQLite does all of a batch in one copy.
fn is_one(context: &RuleContext<'_>, first: &StatementRef<'_>, other: &StatementRef<'_>) -> bool {
    let same_batch = match (first.step.batch, other.step.batch) {
        (Some(one), Some(other)) => {
            context.dialect == Dialect::Sqlite && one.number == other.number
        }
        _ => false,
    };
    first.number == other.number || same_batch
}
