//! Even a new table locks the old ones that it refers to.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ForeignKey, TableName};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "foreign-key-locks-referenced-table",
    theme: Theme::ForeignKeys,
    severity: Severity::Warning,
    weight: Weight::BriefLock,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "refers to a table that people use, without a lock timeout",
    harm: "PostgreSQL takes SHARE ROW EXCLUSIVE on the table that a foreign key refers to, even if the referring table is \
           new and empty: its writers wait until the transaction ends, and while the statement waits for one long \
           transaction, all writers that come later wait behind it.",
    remedy: "Set a `lock_timeout` before it, and keep what is slow out of the same transaction.",
    example: example!("foreign-key-locks-referenced-table"),
    check: Check::Upgrade(check),
};

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    if !case.is_postgresql() {
        return Vec::new();
    }
    let keys = keys(deed.statement());
    let Some(table) = deed.statement().table().filter(|_| !keys.is_empty()) else {
        return Vec::new();
    };
    let is_validated_at_once = matches!(deed.statement(), Statement::AddConstraint { .. })
        && keys.iter().all(|key| key.not_valid == Known::Is(false))
        && !case.is_new(deed, table);
    if is_validated_at_once || case.has_lock_timeout(deed) {
        return Vec::new();
    }
    let mut referents: Vec<&TableName> = Vec::new();
    for key in keys {
        if key.referent != *table && !referents.contains(&&key.referent) && !case.is_new(deed, &key.referent) {
            referents.push(&key.referent);
        }
    }
    if referents.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = referents.iter().map(ToString::to_string).collect();
    let listed = code::listed(&names);
    let verb = if names.len() == 1 { "is" } else { "are" };
    vec![
        case.hit(
            deed,
            format!("{listed} {verb} locked against writes, because `{table}` refers to it")
                .replace("refers to it", if names.len() == 1 { "refers to it" } else { "refers to them" }),
        )
        .object(names[0].clone())
        .label(format!("writes to {listed} wait until this commits"))
        .safe_form(format!(
            "{}\n{}",
            code::execute("SET LOCAL lock_timeout = '3s'"),
            code::written(case, &deed.step.site)
        )),
    ]
}

fn keys(statement: &Statement) -> Vec<&ForeignKey> {
    match statement {
        Statement::CreateTable(create) => {
            let inline = create.columns.iter().flat_map(|column| &column.foreign_keys);
            let of_table = create.constraints.iter().filter_map(|constraint| match constraint {
                Constraint::ForeignKey(key) => Some(key),
                _ => None,
            });
            inline.chain(of_table).collect()
        }
        Statement::AddConstraint { constraint: Constraint::ForeignKey(key), .. } => vec![key],
        Statement::AddColumn { column, .. } => column.foreign_keys.iter().collect(),
        _ => Vec::new(),
    }
}
