//! `op.create_table` makes the enum types of its columns; `op.add_column` and `op.alter_column` do not.

use crate::example;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{EnumType, TableName};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "enum-type-not-created",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "gives a column an enum type that nothing creates",
    harm: "On PostgreSQL `op.add_column` does not make the type of an `sa.Enum`: the deployment fails with \"type does \
           not exist\". Tests on SQLite, where an enum is a VARCHAR, pass.",
    remedy: "Create the type first: `sa.Enum(..., name=...).create(op.get_bind(), checkfirst=True)`.",
    example: example!("enum-type-not-created"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    if case.dialect != Dialect::PostgreSql {
        return Vec::new();
    }
    let Some((table, column, labels)) = given(deed.statement()) else { return Vec::new() };
    if !labels.native || !labels.created_with_table {
        return Vec::new();
    }
    match &labels.name {
        None => vec![nameless(deed, case, table, column)],
        Some(Known::Unreadable) => Vec::new(),
        Some(Known::Is(name)) => judge(deed, case, table, column, name, labels).into_iter().collect(),
    }
}

/// Returns the column that gets an enum type, and the type.
fn given(statement: &Statement) -> Option<(&TableName, &Known<String>, &EnumType)> {
    match statement {
        Statement::AddColumn { table, column, .. } => {
            Some((table, &column.name, column.kind.as_ref()?.labels.as_ref()?))
        }
        Statement::AlterType { table, column, to, .. } => Some((table, column, to.get()?.labels.as_ref()?)),
        _ => None,
    }
}

fn nameless(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, column: &Known<String>) -> Hit {
    let column = column.as_str().unwrap_or("…");
    case.hit(deed, format!("`{table}.{column}` has an enum without a name, which PostgreSQL cannot store"))
        .object(column)
        .label("the deployment fails here: \"PostgreSQL ENUM type requires a name\"")
        .remedy("Give the enum a name, and create the type before the column.")
}

fn judge(
    deed: &Deed<'_>,
    case: &Case<'_>,
    table: &TableName,
    column: &Known<String>,
    name: &str,
    labels: &EnumType,
) -> Option<Hit> {
    let (known, complete) = case.before(deed, |database| (database.enum_type(name).is_some(), database.complete));
    if known {
        return None;
    }
    let column = column.as_str().unwrap_or("…");
    let hit = case
        .hit(deed, format!("`{table}.{column}` is of type `{name}`, which no revision creates"))
        .object(column)
        .label(format!("the deployment fails here: type \"{name}\" does not exist"))
        .safe_form(safe_form(case, deed, name, labels));
    Some(match complete {
        true => hit,
        false => hit
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .aside("part of the history could not be read; a revision that creates the type settles it"),
    })
}

fn safe_form(case: &Case<'_>, deed: &Deed<'_>, name: &str, labels: &EnumType) -> String {
    let labels = labels.labels.get().map_or_else(
        || "...".to_owned(),
        |labels| labels.iter().map(|label| code::quoted(label)).collect::<Vec<_>>().join(", "),
    );
    let call = code::written(case, &deed.step.site);
    format!("sa.Enum({labels}, name={}).create(op.get_bind(), checkfirst=True)\n{call}", code::quoted(name))
}
