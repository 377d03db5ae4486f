//! A DELETE that lets every row through.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::statement::{Reach, Statement};

pub(super) static RULE: Rule = Rule {
    id: "delete-without-filter",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "deletes every row of a table",
    harm: "The rows are gone when the migration commits, those of tables with ON DELETE CASCADE too, and no downgrade \
           brings them back. Each row is locked until the transaction ends: whoever writes to one waits.",
    remedy: "Say which rows have to go in WHERE; or keep a copy of them and say where: `# Backup plan: ...`.",
    example: example!("delete-without-filter"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Statement::Delete(delete) = deed.statement() else {
        return Vec::new();
    };
    let table = &delete.table;
    let sql = code::sql_in_string(table);
    if delete.filter.reach != Reach::Everything || case.is_new(deed, table) {
        return Vec::new();
    }
    let mut hit = case
        .hit(deed, format!("`{table}` loses every row"))
        .label(format!("every row of `{table}` is gone when this commits"))
        .safe_form(format!("op.execute(\"DELETE FROM {sql} WHERE ...\")"));
    if !delete.filter.terms.is_empty() {
        hit = hit.aside(format!("`{}` is true for every row", delete.filter.terms.join(" AND ")));
    }
    vec![hit]
}
