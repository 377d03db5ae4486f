//! A dropped table takes its rows along; no downgrade brings them back.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::rule::referrer::referrers;
use crate::sql::lock::Knowledge;
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "drop-table",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops a table that holds rows",
    harm: "Every row is gone when the migration commits, and a downgrade makes the table again without them. Processes \
           of the previous release fail on their next query. On PostgreSQL the drop takes ACCESS EXCLUSIVE on the table \
           and on every table that its foreign keys refer to: readers and writers of those wait too.",
    remedy: "Release code that no longer uses the table, keep a copy of the rows, and say where above the drop: \
             `# Backup plan: ...`.",
    example: example!("drop-table"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Statement::DropTable { table, .. } = deed.statement() else {
        return Vec::new();
    };
    if case.is_new(deed, table) || case.is_recreated(deed, table) {
        return Vec::new();
    }
    let made =
        case.before(deed, |database| database.table(table).is_some_and(|table| table.origin.revision().is_some()));
    let referents = case.before(deed, |database| database.referents(table));
    let mut hit = case
        .hit(deed, format!("`{table}` is dropped with all its rows"))
        .label(format!("every row of `{table}` is gone when this commits"))
        .safe_form(format!(
            "# Backup plan: where the rows of {table} are kept, and for how long\n{}",
            written(deed, case)
        ));
    if !referents.is_empty() && case.is_postgresql() {
        let names: Vec<String> = referents.iter().map(ToString::to_string).collect();
        hit = hit
            .aside(format!("takes ACCESS EXCLUSIVE on {} too, which its foreign keys refer to", code::listed(&names)));
    }
    let referrers: Vec<String> = referrers(deed, case).iter().map(ToString::to_string).collect();
    if !referrers.is_empty() {
        hit = hit.aside(format!("fails as long as {} refers to it", code::listed(&referrers)));
    }
    if !made && table.name.is_known() {
        hit = hit.aside(format!("no revision of this history makes `{table}`: something outside of it does"));
    }
    vec![hit]
}

fn written(deed: &Deed<'_>, case: &Case<'_>) -> String {
    code::written(case, &deed.step.site)
}
