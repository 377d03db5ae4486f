//! TRUNCATE takes every row, at once, without firing DELETE triggers.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "truncate-table",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "empties a table with TRUNCATE",
    harm: "Every row is gone when the migration commits, with CASCADE those of referring tables too, and no downgrade \
           brings them back. On PostgreSQL it takes ACCESS EXCLUSIVE: readers and writers wait until the transaction \
           ends.",
    remedy: "Delete what has to go by a condition, in batches; or keep a copy of the rows and say where: \
             `# Backup plan: ...`.",
    example: example!("truncate-table"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Statement::Truncate { table, cascade } = deed.statement() else {
        return Vec::new();
    };
    if case.is_new(deed, table) {
        return Vec::new();
    }
    let hit = case
        .hit(deed, format!("`{table}` is emptied"))
        .label(format!("every row of `{table}` is gone when this commits"))
        .safe_form(format!(
            "# Backup plan: where the rows of {table} are kept, and for how long\n{}",
            code::written(case, &deed.step.site)
        ));
    vec![match cascade {
        true => hit.aside("CASCADE empties every table that refers to it, and those that refer to them"),
        false => hit,
    }]
}
