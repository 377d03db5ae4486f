//! What goes when batch mode copies a table on SQLite: it makes a new one, copies the rows, and
//! drops the old one.

use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::{Database, table_key};
use crate::schema::table::ConstraintState;
use crate::sql::dialect::Dialect;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ServerDefault, TableName};
use crate::text::cut;
use crate::text::known::Known;

impl<'a> RuleContext<'a> {
    /// Tells whether the batch around a statement copies its table (`requires_recreate_in_batch` of
    /// Alembic 1.20).
    pub fn is_copied(&self, stmt: &StatementRef<'a>) -> bool {
        let Some(batch) = stmt.step.batch else { return false };
        let steps = &self.script(stmt.direction).steps;
        let of_batch = |step: &&Step| step.batch.is_some_and(|other| other.number == batch.number);
        batch.recreate_always
            || steps.iter().filter(of_batch).any(|step| asks_for_copy(&step.operation))
    }

    /// Tells whether a statement is the first of a batch that copies a table which people use, on
    /// SQLite.
    pub(crate) fn begins_copy(&self, stmt: &StatementRef<'a>) -> bool {
        let same = |other: &StatementRef<'_>| {
            other.step.batch.map(|batch| batch.number) == stmt.step.batch.map(|batch| batch.number)
        };
        self.dialect == Dialect::Sqlite
            && self.is_copied(stmt)
            && !self.earlier(stmt).any(|other| same(&other))
    }
}

/// Says that the copy empties the tables whose foreign keys say ON DELETE CASCADE: SQLite deletes
/// the rows of a table that it drops, where foreign keys are on (manual of SQLite, DROP TABLE).
pub fn cascades<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<RawFinding> {
    let table = stmt.statement().table().filter(|_| context.begins_copy(stmt))?;
    if context.is_new(stmt, table) || !keys_are_on(context) || keys_are_off(stmt, context) {
        return None;
    }
    let children = context.before(stmt, |database| children(database, table));
    let (child, rest) = children.split_first()?;
    let others: String = rest.iter().map(|child| format!(", `{child}`")).collect();
    let message = format!(
        "`{child}`{others} loses its rows when the batch copies `{table}`: the old table is \
         dropped, and ON DELETE CASCADE empties what refers to it"
    );
    let mut finding = context
        .finding(stmt, message)
        .object(child.clone())
        .label("SQLite deletes the rows of the old table before it drops it")
        .severity(Severity::Critical)
        .weight(Weight::LosesData)
        .plan(Some(Plan::Backup))
        .remedy(
            "Run `PRAGMA foreign_keys=OFF` in an autocommit block around the batch, and ON behind \
             it.",
        );
    finding.notes.push("env.py turns `PRAGMA foreign_keys` on".to_owned());
    Some(finding)
}

/// Says that the copy leaves out the CHECKs without a name: SQLAlchemy does not reflect them as
/// part of the table.
pub fn loses_checks<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<RawFinding> {
    let table = stmt.statement().table().filter(|_| context.begins_copy(stmt))?;
    if context.is_new(stmt, table) || restates_checks(stmt, context) {
        return None;
    }
    let condition = context.before(stmt, |database| {
        let held =
            database.table(table)?.constraints.iter().find(|held| is_nameless_check(held))?;
        match &held.constraint {
            Constraint::Check(check) => check.condition.as_str().map(str::to_owned),
            _ => None,
        }
    })?;
    let message =
        format!("`{table}` loses CHECK ({condition}): a batch copies no CHECK without a name");
    Some(context.finding(stmt, message).label("rows that it refused come in from now on").remedy(
        "Restate it with a name: `batch_alter_table(..., \
                table_args=[sa.CheckConstraint(..., name=...)])`.",
    ))
}

fn is_nameless_check(held: &ConstraintState) -> bool {
    held.unnamed && matches!(held.constraint, Constraint::Check(_))
}

fn children(database: &Database, table: &TableName) -> Vec<String> {
    let key = table_key(table);
    let cascades = |held: &ConstraintState| match &held.constraint {
        Constraint::ForeignKey(foreign) => {
            table_key(&foreign.referent) == key
                && foreign.on_delete.as_ref().and_then(Known::as_str) == Some("CASCADE")
        }
        _ => false,
    };
    let others = database.tables().filter(|other| Some(other.key()) != key);
    others
        .filter(|other| other.constraints.iter().any(cascades))
        .map(|other| other.title())
        .collect()
}

/// Tells whether env.py turns foreign keys on, which are off on SQLite otherwise.
fn keys_are_on(context: &RuleContext<'_>) -> bool {
    let path = context.project.env_path();
    let Some(text) = context.history.snapshot().text(&path) else { return false };
    let text = text.content().to_ascii_lowercase();
    let set_to = |values: &[&str]| {
        text.match_indices("foreign_keys").any(|(at, name)| {
            let value: String = cut::from(&text, at + name.len())
                .chars()
                .take(12)
                .filter(|c| c.is_alphanumeric())
                .collect();
            values.iter().any(|on| value.starts_with(on))
        })
    };
    // One that turns them off as well does so around the revisions.
    set_to(&["on", "1", "true", "yes"]) && !set_to(&["off", "0", "false"])
}

/// Tells whether the revision turned foreign keys off before.
fn keys_are_off<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> bool {
    let set = context.earlier(stmt).filter_map(|earlier| match earlier.statement() {
        Statement::Session(SessionCommand::Set { name, value, .. }) if name == "foreign_keys" => {
            Some(value.as_str().unwrap_or("off").to_ascii_lowercase())
        }
        _ => None,
    });
    set.last().is_some_and(|value| !["on", "1", "true", "yes"].contains(&value.as_str()))
}

/// Tells whether the batch restates checks, as far as its source says.
fn restates_checks<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> bool {
    let text = context.migration.text.content();
    let before = text.get(..stmt.step.site.span.start).unwrap_or_default();
    let opened = before.rfind("batch_alter_table(").map_or("", |at| cut::from(before, at));
    opened.contains("table_args") || opened.contains("copy_from")
}

/// Tells whether an operation makes a batch copy its table on SQLite.
fn asks_for_copy(operation: &Operation) -> bool {
    let is_expression =
        |default: &ServerDefault| default.sql.as_str().is_none_or(|sql| !sql.starts_with('\''));
    match operation {
        Operation::AddColumn { column, .. } => {
            column.server_default.as_ref().is_some_and(is_expression) || column.generated.is_some()
        }
        Operation::CreateIndex { .. } | Operation::DropIndex { .. } | Operation::Execute { .. } => {
            false
        }
        _ => true,
    }
}
