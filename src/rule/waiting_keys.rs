//! Deferred foreign keys: PostgreSQL alters no table while rows of it wait to be looked at.

use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::Needed;
use crate::schema::answer::verdict::{Answer, Proof, Refusal};
use crate::schema::database::{Database, table_key};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{RowChange, RowSource};
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::{ForeignKey, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Whether rows that a statement writes wait for a deferred key.
enum Waits {
    /// They do, for sure.
    Surely,
    /// They do if it finds any.
    Perhaps,
}

impl<'a> RuleContext<'a> {
    /// Refuses to alter a table whose rows wait for a deferred foreign key in the same transaction
    /// (`CheckTableNotInUse` of PostgreSQL; seen on 15.18).
    pub(crate) fn is_waited_for(&self, stmt: &StatementRef<'a>) -> Answer {
        let Some(table) = altered(stmt).filter(|_| self.dialect == Dialect::PostgreSql) else {
            return Answer::Applied;
        };
        let key = table_key(table);
        let mut found = None;
        let concerned = |one: &Statement| matches!(one, Statement::Rows(_)) || looks_now(one);
        let places = self.waiting.get_or_init(|| self.places(concerned)).iter();
        let end = (stmt.direction, stmt.number, stmt.part);
        let before = places.filter(|place| place.0 == end.0 && (place.1, place.2) < (end.1, end.2));
        for earlier in before.filter_map(|place| self.at(*place)) {
            if looks_now(earlier.statement()) {
                found = None;
            }
            // Rows first: most statements write none, and a key costs a string.
            if matches!(earlier.statement(), Statement::Rows(_))
                && earlier.statement().table().and_then(table_key) == key
                && !earlier.is_conditional()
                && self.share_transaction(&earlier, stmt)
            {
                let own = self.before(&earlier, |database| waits(database, earlier.statement()));
                found = own.or(found);
            }
        }
        let Some((waits, name)) = found else { return Answer::Applied };
        let by = vec![format!("foreign key `{name}`")];
        let refusal =
            Refusal::proved(DatabaseError::InUse { what: Needed::Waited(table.clone()), by });
        match waits {
            Waits::Surely => refusal.into(),
            Waits::Perhaps => {
                let why = "where the earlier statement finds no row, nothing waits".to_owned();
                refusal.with(Proof::Unproved(why)).into()
            }
        }
    }
}

/// Returns the table that ALTER TABLE, DROP TABLE, TRUNCATE or CREATE INDEX is about.
fn altered<'s>(stmt: &StatementRef<'s>) -> Option<&'s TableName> {
    use TableChange as T;
    match &stmt.emitted.statement {
        Statement::Table(
            change @ (T::DropTable { .. }
            | T::AddColumn { .. }
            | T::DropColumn { .. }
            | T::AlterColumnType { .. }
            | T::SetNotNull { .. }
            | T::DropNotNull { .. }
            | T::SetDefault { .. }
            | T::DropDefault { .. }
            | T::AddConstraint { .. }
            | T::DropConstraint { .. }
            | T::CreateIndex { .. }),
        ) => change.table(),
        _ => None,
    }
}

/// Tells whether a statement has deferred keys looked at, or ends the transaction.
fn looks_now(statement: &Statement) -> bool {
    match statement {
        Statement::Session(SessionCommand::Set { name, .. }) => name.contains("constraints"),
        Statement::Session(SessionCommand::Transaction(_)) | Statement::Unreadable { .. } => true,
        _ => false,
    }
}

/// Returns whether the rows that a statement writes wait, and the key that they wait for.
fn waits(database: &Database, statement: &Statement) -> Option<(Waits, String)> {
    let Statement::Rows(change) = statement else { return None };
    let held = database.table(statement.table()?)?;
    let named =
        |key: &ForeignKey| key.name.as_ref().and_then(Known::as_str).unwrap_or("…").to_owned();
    let mut deferred = held.foreign_keys().filter(|key| key.deferred);
    match change {
        RowChange::Insert(insert) => {
            let is_sure = matches!(insert.rows, RowSource::Values(Known::Is(rows)) if rows > 0);
            let waits = if is_sure { Waits::Surely } else { Waits::Perhaps };
            deferred.next().map(|key| (waits, named(key)))
        }
        RowChange::Update(update) => {
            let set = update.set.get().into_iter().flatten();
            let set: Vec<&str> = set.filter_map(|assignment| assignment.column.as_str()).collect();
            let changed = |key: &&ForeignKey| {
                let columns = key.columns.get().into_iter().flatten();
                columns.filter_map(Known::as_str).any(|column| set.contains(&column))
            };
            deferred.find(changed).map(|key| (Waits::Perhaps, named(key)))
        }
        _ => None,
    }
}
