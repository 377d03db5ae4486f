//! Without a lock timeout one long query of somebody else turns a quick migration into an outage.

use std::rc::Rc;

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::env_py;
use crate::rule::holds::Hold;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::text::source::{Site, Span};

pub(super) static RULE: Rule = Rule {
    id: "missing-lock-timeout",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "takes ACCESS EXCLUSIVE while nothing limits how long it waits for that",
    harm: "While the statement waits for a query that was there first, every reader and writer of \
        the table that comes later waits behind it: a report that runs for ten minutes becomes ten \
        minutes of outage. With a `lock_timeout` the deployment fails instead, and can be tried \
        again.",
    remedy: "Set `lock_timeout` for the connection of migrations in env.py, or begin the revision \
        with `op.execute(\"SET LOCAL lock_timeout = '3s'\")`; `lock-timeout = \"role\"` says that \
        it is set on the role.",
    example: example!("missing-lock-timeout"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if !context.is_postgresql() || context.has_general_timeout() {
        return Vec::new();
    }
    let Some(hold) = first_without_timeout(context) else {
        return Vec::new();
    };
    let environment = context.project.environment.path.clone();
    let path: Rc<str> =
        environment.map_or_else(|| context.migration.path.clone(), |path| path.as_str().into());
    let site = Site { path: path.clone(), span: Span::default() };
    vec![
        RawFinding::at(
            site,
            Direction::File,
            format!("`{path}`: nothing limits how long a lock is waited for (reported once)"),
        )
        .label("a migration that waits for a lock holds up everybody behind it")
        .safe_form(env_py::lock_timeout(context))
        .note(format!(
            "`{}` is locked {} by revision `{}`",
            hold.table,
            hold.mode.title(),
            hold.revision
        )),
    ]
}

/// Returns the first lock of this revision that readers wait for and that no `SET lock_timeout`
/// stands before.
fn first_without_timeout(context: &RuleContext<'_>) -> Option<Hold> {
    context.statements(Direction::Upgrade).find_map(|stmt| {
        let hold = context.taken_at(&stmt).find(|hold| hold.blocks_reads())?;
        (!context.has_lock_timeout(&stmt)).then(|| hold.clone())
    })
}
