//! A dropped table takes its rows along; no downgrade brings them back.

use crate::advice::remark::remark;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::lock::Catalog;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

pub(super) static RULE: Rule = Rule {
    id: "drop-table",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops a table that holds rows",
    harm: "Every row is gone when the migration commits, and a downgrade makes the table again \
        without them. Processes of the previous release fail on their next query. On PostgreSQL \
        the drop takes ACCESS EXCLUSIVE on the table and on every table that its foreign keys \
        refer to: readers and writers of those wait too.",
    remedy: "Release code that no longer uses the table, keep a copy of the rows, and say where \
        above the drop: `# Backup plan: ...`.",
    example: example!("drop-table"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::DropTable { table, .. }) = stmt.statement() else {
        return Vec::new();
    };
    if context.is_new(stmt, table) || context.is_recreated(stmt, table) {
        return Vec::new();
    }
    let made = context.before(stmt, |database| {
        database.table(table).is_some_and(|table| table.origin.revision().is_some())
    });
    let referents = context.before(stmt, |database| database.referents(table));
    let mut finding = context
        .finding(stmt, format!("`{table}` is dropped with all its rows"))
        .label(format!("every row of `{table}` is gone when this commits"))
        .safe_form(format!(
            "{}\n{}",
            remark(&format!("Backup plan: <where the rows of {table} are kept, and for how long>")),
            written(stmt, context)
        ));
    let lock = referents.first().and_then(|referent| context.lock_on(stmt, referent));
    if let Some(lock) = lock {
        let names: Vec<String> = referents.iter().map(ToString::to_string).collect();
        finding = finding.note(format!(
            "takes {} on {} too, which its foreign keys refer to",
            lock.mode.title(),
            code::listed(&names)
        ));
    }
    if !made && table.name.is_known() {
        finding = finding.note(format!(
            "no revision of this history makes `{table}`: something outside of it does"
        ));
    }
    vec![finding]
}

fn written(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> String {
    code::written(context, &stmt.step.site)
}
