//! `op.create_table` makes the enum types of its columns; `op.add_column` and `op.alter_column` do
//! not.

use crate::advice::literal;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::Origin;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, EnumType, ForeignKey, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "enum-type-not-created",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "gives a column an enum type that nothing creates",
    harm: "On PostgreSQL `op.add_column` does not make the type of an `sa.Enum`: the deployment \
        fails with \"type does not exist\". Tests on SQLite, where an enum is a VARCHAR, pass.",
    remedy: "Create the type first: `sa.Enum(..., name=...).create(op.get_bind(), \
        checkfirst=True)`.",
    example: example!("enum-type-not-created"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    if context.dialect != Dialect::PostgreSql {
        return Vec::new();
    }
    let Some((table, column, labels)) = given(stmt.statement()) else { return Vec::new() };
    if !labels.native || !labels.created_with_table {
        return Vec::new();
    }
    match &labels.name {
        None => vec![nameless(stmt, context, table, column)],
        Some(Known::Unreadable) => Vec::new(),
        Some(Known::Is(name)) => {
            judge(stmt, context, table, column, name, labels).into_iter().collect()
        }
    }
}

/// Returns the column that gets an enum type, and the type.
fn given(statement: &Statement) -> Option<(&TableName, &Known<String>, &EnumType)> {
    match statement {
        Statement::Table(TableChange::AddColumn { table, column, .. }) => {
            Some((table, &column.name, column.kind.as_ref()?.labels.as_ref()?))
        }
        Statement::Table(TableChange::AlterColumnType { table, column, to, .. }) => {
            Some((table, column, to.get()?.labels.as_ref()?))
        }
        _ => None,
    }
}

fn nameless(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Known<String>,
) -> RawFinding {
    let column = column.as_str().unwrap_or("…");
    context
        .finding(
            stmt,
            format!("`{table}.{column}` has an enum without a name, which PostgreSQL cannot store"),
        )
        .object(column)
        .label("the deployment fails here: \"PostgreSQL ENUM type requires a name\"")
        .remedy("Give the enum a name, and create the type before the column.")
}

fn judge(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Known<String>,
    name: &str,
    labels: &EnumType,
) -> Option<RawFinding> {
    let (known, complete) =
        context.before(stmt, |database| (database.enum_type(name).is_some(), database.complete));
    if known {
        return None;
    }
    let column = column.as_str().unwrap_or("…");
    let finding = context
        .finding(stmt, format!("`{table}.{column}` is of type `{name}`, which no revision creates"))
        .object(column)
        .label(format!("the deployment fails here: type \"{name}\" does not exist"))
        .safe_form(safe_form(context, stmt, name, labels));
    let is_first = context.migration.header.down_revisions.is_empty();
    let begins_before = || context.begins_before_history() || refers_elsewhere(context);
    Some(match complete {
        true if !is_first && begins_before() => finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .note("revisions change tables that none of them makes: the type may stand with those"),
        true => finding,
        false => finding.severity(Severity::Warning).weight(Weight::Practice).note(
            "part of the history could not be read; a revision that creates the type settles it",
        ),
    })
}

/// Tells whether the migration refers to a table that no revision makes.
fn refers_elsewhere(context: &RuleContext<'_>) -> bool {
    let steps = &context.script(Direction::Upgrade).steps;
    let emitted = steps.iter().flat_map(|step| &step.emitted);
    let statements: Vec<&Statement> = emitted.map(|emitted| &emitted.statement).collect();
    let makes = |table: &TableName| {
        statements.iter().any(|statement| {
            matches!(statement, Statement::Table(TableChange::CreateTable(create)) if create.table == *table)
        })
    };
    let is_made = |table: &TableName| {
        let held = context.before_migration().table(table);
        makes(table) || held.is_some_and(|held| held.origin != Origin::Met)
    };
    let mut referents = statements.iter().flat_map(|statement| match statement {
        Statement::Table(TableChange::CreateTable(create)) => {
            let inline = create.columns.iter().flat_map(|column| &column.foreign_keys);
            let named = create.constraints.iter().filter_map(foreign_key);
            inline.chain(named).map(|key| &key.referent).collect()
        }
        Statement::Table(TableChange::AddConstraint { constraint, .. }) => {
            foreign_key(constraint).map(|key| &key.referent).into_iter().collect()
        }
        _ => Vec::new(),
    });
    referents.any(|table| table.name.is_known() && !is_made(table))
}

fn foreign_key(constraint: &Constraint) -> Option<&ForeignKey> {
    match constraint {
        Constraint::ForeignKey(key) => Some(key),
        _ => None,
    }
}

fn safe_form(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    name: &str,
    labels: &EnumType,
) -> String {
    let labels = labels.labels.get().map_or_else(
        || "...".to_owned(),
        |labels| labels.iter().map(|label| literal::quoted(label)).collect::<Vec<_>>().join(", "),
    );
    let call = code::written(context, &stmt.step.site);
    format!(
        "sa.Enum({labels}, name={}).create(op.get_bind(), checkfirst=True)\n{call}",
        literal::quoted(name)
    )
}
