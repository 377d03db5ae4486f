//! The database indexes what a foreign key refers to, not the columns that refer.

use crate::advice::literal;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::Database;
use crate::schema::names::Names;
use crate::schema::table::{Table, columns_of};
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ForeignKey, IndexPart, TableName};
use crate::sql::table_change::TableChange;

pub(super) static RULE: Rule = Rule {
    id: "foreign-key-without-index",
    theme: Theme::ForeignKeys,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "adds a foreign key whose columns no index leads with",
    harm: "Each DELETE, and each UPDATE of the key, in the referenced table reads the whole \
        referring table to look for rows that point at it, and holds row locks meanwhile. Joins \
        from the referenced table read it whole as well. MySQL makes the index by itself; \
        PostgreSQL, SQLite and SQL Server do not.",
    remedy: "Make an index that begins with the referring columns: with the table if that is new, \
        else CONCURRENTLY in a revision of its own.",
    example: example!("foreign-key-without-index"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let referring = context.statements(Direction::Upgrade).filter(|stmt| refers(stmt.statement()));
    let named =
        referring.filter_map(|stmt| stmt.statement().table()?.name.as_str().map(str::to_lowercase));
    let tables: Names = named.collect();
    if context.dialect.is_mysql() || tables.is_empty() {
        return Vec::new();
    }
    let end = context.after_all(&tables);
    context.statements(Direction::Upgrade).filter_map(|stmt| judge(&stmt, context, &end)).collect()
}

fn refers(statement: &Statement) -> bool {
    match statement {
        Statement::Table(TableChange::CreateTable(create)) => {
            create.columns.iter().any(|column| !column.foreign_keys.is_empty())
                || create
                    .constraints
                    .iter()
                    .any(|constraint| matches!(constraint, Constraint::ForeignKey(_)))
        }
        Statement::Table(TableChange::AddColumn { column, .. }) => !column.foreign_keys.is_empty(),
        Statement::Table(TableChange::AddConstraint { constraint, .. }) => {
            matches!(constraint, Constraint::ForeignKey(_))
        }
        _ => false,
    }
}

fn judge(stmt: &StatementRef<'_>, context: &RuleContext<'_>, end: &Database) -> Option<RawFinding> {
    if !refers(stmt.statement()) {
        return None;
    }
    let name = stmt.statement().table()?;
    let table = end.table(name)?;
    let keys = keys(stmt.statement());
    let unqualified: Vec<Vec<String>> =
        keys.into_iter().filter(|columns| !is_led(table, columns)).collect();
    let first = unqualified.first()?;
    let listed: Vec<String> = unqualified.iter().map(|columns| columns.join(", ")).collect();
    let any = if unqualified.len() == 1 { "it" } else { "any of them" };
    Some(
        context
            .finding(
                stmt,
                format!(
                    "`{name}` refers to other tables by {}, and no index leads with {any}",
                    code::listed(&listed)
                ),
            )
            .object(first.join(", "))
            .label(format!("deletes in the referenced table read `{name}` whole"))
            .remedy(match context.is_postgresql() {
                true => "",
                false => "Make an index that begins with the referring columns.",
            })
            .safe_form(safe_form(
                context,
                name,
                first,
                table.is_new(),
                &code::written(context, &stmt.step.site),
            )),
    )
}

fn keys(statement: &Statement) -> Vec<Vec<String>> {
    let of_key = |key: &ForeignKey| -> Option<Vec<String>> {
        key.columns.get()?.iter().map(|column| column.as_str().map(str::to_owned)).collect()
    };
    match statement {
        Statement::Table(TableChange::CreateTable(create)) => {
            let inline = create.columns.iter().filter(|column| !column.foreign_keys.is_empty());
            let inline = inline.filter_map(|column| Some(vec![column.name.as_str()?.to_owned()]));
            let of_table = create.constraints.iter().filter_map(|constraint| match constraint {
                Constraint::ForeignKey(key) => of_key(key),
                _ => None,
            });
            inline.chain(of_table).collect()
        }
        Statement::Table(TableChange::AddColumn { column, .. }) => {
            column.name.as_str().map(|name| vec![name.to_owned()]).into_iter().collect()
        }
        Statement::Table(TableChange::AddConstraint {
            constraint: Constraint::ForeignKey(key),
            ..
        }) => of_key(key).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Tells whether an index or key leads with the columns, or may do so out of sight.
fn is_led(table: &Table, columns: &[String]) -> bool {
    let unknown = !table.complete
        && columns.iter().any(|name| !table.column(name).is_some_and(|c| c.origin.is_new()));
    let leads = |parts: Vec<&str>| {
        parts.len() >= columns.len()
            && parts[..columns.len()]
                .iter()
                .all(|part| columns.iter().any(|name| name.eq_ignore_ascii_case(part)))
    };
    let by_index = table.indexes.iter().filter(|index| index.predicate.is_none()).any(|index| {
        let Some(parts) = index.columns.get() else { return true };
        leads(
            parts
                .iter()
                .map(|part| if let IndexPart::Column(name) = part { name.as_str() } else { "" })
                .collect(),
        )
    });
    let by_key = table.constraints.iter().any(|held| match &held.constraint {
        constraint @ (Constraint::PrimaryKey(_) | Constraint::Unique(_)) => {
            leads(columns_of(constraint))
        }
        _ => false,
    });
    columns.is_empty() || unknown || by_index || by_key
}

fn safe_form(
    context: &RuleContext<'_>,
    table: &TableName,
    columns: &[String],
    is_new: bool,
    written: &str,
) -> String {
    let unqualified = table.name.as_str().unwrap_or("...");
    let name = code::fitting(&format!("ix_{unqualified}_{}", columns.join("_")));
    let (argument, schema) = (code::table_argument(table), code::schema_argument(table));
    let columns = literal::quoted_list(columns.iter().map(String::as_str));
    match is_new || !context.is_postgresql() {
        true => format!("{written}\nop.create_index(\"{name}\", {argument}, {columns}{schema})"),
        false => {
            let build = code::in_autocommit(&format!(
                "op.create_index(\"{name}\", {argument}, {columns}{schema}, \
                 postgresql_concurrently=True)"
            ));
            format!("{build}\n# in the next revision:\n{written}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::known::Known;

    #[test]
    fn the_columns_of_a_key_are_known_only_if_all_are() {
        let key = ForeignKey {
            name: None,
            columns: Known::Is(vec!["a".into(), Known::Unreadable]),
            referent: TableName::plain("t"),
            referent_columns: Known::Unreadable,
            on_delete: None,
            on_update: None,
            not_valid: Known::Is(false),
            use_alter: false,
            deferred: false,
        };
        let statement = Statement::Table(TableChange::AddConstraint {
            table: TableName::plain("s"),
            constraint: Constraint::ForeignKey(key),
        });
        assert!(keys(&statement).is_empty());
    }
}
