//! Rows that a load brings in must say which load it was.

use std::collections::BTreeMap;

use crate::advice::literal;
use crate::config::settings::RequiredColumn;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::schema_questions::is_scaffold;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::{CreateTable, TableChange};
use crate::text::cut;

pub(super) static RULE: Rule = Rule {
    id: "missing-load-id",
    theme: Theme::Etl,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "creates a table for loads whose rows do not say which load brought them",
    harm: "When a load was wrong, its rows cannot be told apart from the others: they cannot be \
        taken back, counted or loaded again, and everybody who reads the table reads them.",
    remedy: "Add a `load_id` that refers to `load.id`; `[load-id]` in the settings names the \
        tables, the column and what it refers to.",
    example: example!("missing-load-id"),
    check: Check::Migration(check),
};

/// What the names of tables begin with that loads write to.
const PREFIXES: &[&str] = &["etl_", "stg_", "staging_", "raw_"];

/// How many tables with the column make a custom.
const PEERS: usize = 3;

/// A column that new tables of some kind must have.
struct Custom {
    column: String,
    kind: Option<String>,
    /// The table and the column that it must refer to.
    references: Option<(String, String)>,
    /// Why the table must have it.
    why: String,
    /// Whether that is inferred, and what would settle it.
    inferred: bool,
}

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let created: Vec<(StatementRef<'_>, &CreateTable)> = context
        .statements(Direction::Upgrade)
        .filter_map(|stmt| match &stmt.emitted.statement {
            Statement::Table(TableChange::CreateTable(create)) => Some((stmt, create)),
            _ => None,
        })
        .filter(|(_, create)| {
            !create.temporary && create.parent.is_none() && !is_scaffold(&create.table)
        })
        .collect();
    if created.is_empty() {
        return Vec::new();
    }
    let after = context.after(Direction::Upgrade);
    let mut loads = Loads { context, after, database: None };
    let mut findings = Vec::new();
    for (stmt, create) in created {
        // A table that is renamed or dropped further down is not there to be judged by what it
        // became.
        let Some(table) = after.table(&create.table) else { continue };
        let customs = loads.custom(table).into_iter().chain(required(context, table));
        findings.extend(customs.filter_map(|custom| judge(context, &stmt, create, table, &custom)));
    }
    findings
}

fn judge(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    create: &CreateTable,
    table: &Table,
    custom: &Custom,
) -> Option<RawFinding> {
    let (name, column) = (&create.table, &custom.column);
    let held = table.column(column);
    let message = match held {
        None => format!("`{name}` has no `{column}`"),
        Some(held) => {
            let sql = held.kind.as_ref().and_then(|kind| kind.sql.as_str());
            match (&custom.references, &custom.kind, sql) {
                (Some((referent, key)), _, _) if !refers(table, column, referent, key) => {
                    format!("`{name}.{column}` does not refer to `{referent}.{key}`")
                }
                (_, Some(kind), Some(sql)) if !sql.eq_ignore_ascii_case(kind) => {
                    format!("`{name}.{column}` is {sql}, and must be {kind}")
                }
                _ => return None,
            }
        }
    };
    let finding = context.finding(stmt, message).object(column.clone()).label(custom.why.clone());
    let finding = finding.safe_form(safe_form(custom));
    let finding = match custom.inferred {
        true => finding.note("`[load-id] tables` in the settings says which tables loads write to"),
        false => finding,
    };
    Some(match held.is_none() && !(create.complete && table.complete) {
        true => finding
            .severity(Severity::Warning)
            .note("not every column of the table could be read; writing it out settles it"),
        false => finding,
    })
}

fn safe_form(custom: &Custom) -> String {
    let kind = custom.kind.as_ref().map_or_else(
        || "sa.Integer()".to_owned(),
        |kind| format!("sa.types.{}", kind.to_uppercase()),
    );
    let reference = custom.references.as_ref().map(|(table, column)| {
        format!(", sa.ForeignKey({})", literal::quoted(&format!("{table}.{column}")))
    });
    format!(
        "sa.Column({}, {kind}{}, nullable=False, index=True)",
        literal::quoted(&custom.column),
        reference.unwrap_or_default()
    )
}

/// Tells whether a column of a table refers to a column of another.
fn refers(table: &Table, column: &str, referent: &str, key: &str) -> bool {
    table.constraints.iter().any(|held| match &held.constraint {
        Constraint::ForeignKey(foreign) => {
            let own = foreign.columns.get().is_none_or(
                |columns| matches!(columns.as_slice(), [only] if only.as_str() == Some(column)),
            );
            let there = foreign.referent_columns.get().is_none_or(|columns| {
                columns.is_empty()
                    || matches!(columns.as_slice(), [only] if only.as_str() == Some(key))
            });
            own && there && is_named(&foreign.referent, referent)
        }
        _ => false,
    })
}

/// Tells whether a table has a name that is given with its schema or without.
fn is_named(table: &TableName, name: &str) -> bool {
    let Some(known) = table.known() else { return true };
    known == name
        || known.rsplit('.').next() == Some(name)
        || name.rsplit('.').next() == Some(&known)
}

/// The tables that loads write to, as the history shows them; asked once, and only when a table is
/// created.
struct Loads<'c, 'a> {
    context: &'c RuleContext<'a>,
    after: &'c Database,
    database: Option<Database>,
}

impl Loads<'_, '_> {
    /// Returns the custom that a new table must follow, if loads write to it.
    fn custom(&mut self, table: &Table) -> Option<Custom> {
        let settings = &self.context.settings.load_id;
        let column = settings.column.clone().unwrap_or_else(|| "load_id".to_owned());
        let references = settings.references.clone().unwrap_or_else(|| "load.id".to_owned());
        let (referent, key) = references.rsplit_once('.').unwrap_or((&references, "id"));
        let (referent, key) = (referent.to_owned(), key.to_owned());
        if title(table) == referent || table.name == referent || is_association(table) {
            return None;
        }
        let configured = settings.tables.as_ref().map(|patterns| {
            let pattern = patterns.iter().find(|pattern| matches(pattern, table));
            pattern.map(|pattern| {
                format!("`{pattern}` of `[load-id] tables` says that loads write to it")
            })
        });
        let inferred = configured.is_none();
        let why = match configured {
            Some(why) => why?,
            None => self.inferred(table, &column, &referent)?,
        };
        Some(Custom { column, kind: None, references: Some((referent, key)), why, inferred })
    }

    /// Returns why loads seem to write to a table.
    fn inferred(&mut self, table: &Table, column: &str, referent: &str) -> Option<String> {
        let context = self.context;
        let plain = referent.rsplit('.').next().unwrap_or(referent);
        let database = self.database.get_or_insert_with(|| context.search([plain, column]));
        let has = |database: &Database| database.tables().any(|table| table.name == plain);
        if !has(database) && !has(self.after) {
            return None;
        }
        if let Some(prefix) =
            PREFIXES.iter().find(|prefix| table.name.to_lowercase().starts_with(**prefix))
        {
            return Some(format!(
                "`{prefix}*` names a table that loads write to, and the history has `{referent}`"
            ));
        }
        let peers: Vec<&Table> = database
            .tables()
            .filter(|peer| {
                peer.column(column).is_some() && peer.name != plain && !is_association(peer)
            })
            .collect();
        let shared = shared(&peers, |peer| peer.schema.clone())
            .filter(|schema| table.schema.as_ref() == Some(schema));
        let shared = shared.map(|schema| {
            format!("most tables with `{column}` are in the schema `{schema}`, as it is")
        });
        shared.or_else(|| {
            let prefix =
                shared_prefix(&peers).filter(|prefix| table.name.starts_with(prefix.as_str()))?;
            Some(format!("most tables with `{column}` are named `{prefix}*`, as it is"))
        })
    }
}

/// Returns what most of some tables, and at least three, have in common.
fn shared(peers: &[&Table], of: impl Fn(&Table) -> Option<String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in peers.iter().filter_map(|peer| of(peer)) {
        *counts.entry(value).or_default() += 1;
    }
    let (value, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= PEERS && count * 2 > peers.len()).then_some(value)
}

fn shared_prefix(peers: &[&Table]) -> Option<String> {
    shared(peers, |peer| peer.name.split_once('_').map(|(prefix, _)| format!("{prefix}_")))
}

/// Tells whether a table does nothing but tie others together.
fn is_association(table: &Table) -> bool {
    let refers = |column: &str| {
        table.constraints.iter().any(|held| match &held.constraint {
            Constraint::ForeignKey(foreign) => foreign
                .columns
                .get()
                .is_some_and(|columns| columns.iter().any(|own| own.as_str() == Some(column))),
            _ => false,
        })
    };
    let ties = table.columns.iter().filter(|column| refers(&column.name)).count();
    ties >= 2 && table.columns.iter().all(|column| column.name == "id" || refers(&column.name))
}

/// Returns what `[[required-columns]]` asks of a table.
fn required<'c>(
    context: &'c RuleContext<'_>,
    table: &'c Table,
) -> impl Iterator<Item = Custom> + 'c {
    let rows = context.settings.required_columns.iter();
    rows.filter(|row| row.tables.iter().any(|pattern| matches(pattern, table))).map(custom_of)
}

fn custom_of(row: &RequiredColumn) -> Custom {
    let references = row.references.as_deref().map(|references| {
        let (table, column) = references.rsplit_once('.').unwrap_or((references, "id"));
        (table.to_owned(), column.to_owned())
    });
    let why = row.reason.clone().unwrap_or_else(|| "`[[required-columns]]` asks for it".to_owned());
    Custom { column: row.column.clone(), kind: row.kind.clone(), references, why, inferred: false }
}

/// Tells whether a pattern with `*` matches the name of a table, with its schema or without.
fn matches(pattern: &str, table: &Table) -> bool {
    glob(pattern, &table.name) || glob(pattern, &title(table))
}

fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        match parts.peek() {
            None => return text.ends_with(part),
            Some(_) => match text.find(part) {
                Some(at) => text = cut::from(text, at + part.len()),
                None => return false,
            },
        }
    }
    true
}

fn title(table: &Table) -> String {
    match &table.schema {
        None => table.name.clone(),
        Some(schema) => format!("{schema}.{}", table.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_a_name() {
        for (pattern, text, expected) in [
            ("etl_*", "etl_orders", true),
            ("etl_*", "orders", false),
            ("*_raw", "orders_raw", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("orders", "orders", true),
            ("staging.*", "staging.orders", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }
}
