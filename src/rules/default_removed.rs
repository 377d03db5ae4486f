//! The previous release leaves the column out, for the default was there.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::Hit;
use crate::sql::statement::Statement;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "default-removed",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::BreaksCode,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "removes the default of a NOT NULL column that running code may leave out",
    harm: "INSERTs of the previous release that do not name the column fail from the moment it commits: \"null value \
           violates not-null constraint\". A Python-side default helps only processes that have it.",
    remedy: "Release code that always writes the column, then drop the default in a later revision.",
    example: example!("default-removed"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Statement::DropDefault { table, column } = deed.statement() else {
        return Vec::new();
    };
    if case.is_new(deed, table) || case.is_new_column(deed, table, column) {
        return Vec::new();
    }
    let Some(known) = case.column(deed, table, column) else {
        return Vec::new();
    };
    if known.nullable != Known::Is(false) || known.default == Known::Is(None) {
        return Vec::new();
    }
    let name = column.as_str().unwrap_or("…");
    vec![
        case.hit(deed, format!("`{table}.{name}` is NOT NULL and loses its default"))
            .object(name)
            .label(format!("INSERTs that leave `{name}` out fail when this commits")),
    ]
}
