//! Which locks a transaction holds when a statement runs.
//!
//! Alembic runs everything that is deployed together in one transaction, unless env.py says
//! otherwise, and every lock is kept until it ends.

use std::rc::Rc;

use crate::alembic::project::Setting;
use crate::operation::step::{Emitted, Mode, Step};
use crate::rule::context::RuleContext;
use crate::rule::holds::{Hold, Transactions};
use crate::rule::raw_finding::Direction;
use crate::schema::database::Database;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;
use crate::sql::title::statement::statement_title;

/// Reads the transactions of a direction.
pub(super) fn transactions_of(context: &RuleContext<'_>, direction: Direction) -> Transactions {
    let mut reader = Reader { context, found: Transactions::default(), transaction: 0 };
    if direction == Direction::Upgrade {
        reader.earlier_revisions();
    }
    reader.found.before = reader.transaction;
    reader.this_revision(direction);
    reader.found
}

struct Reader<'c, 'a> {
    context: &'c RuleContext<'a>,
    found: Transactions,
    transaction: usize,
}

impl Reader<'_, '_> {
    fn earlier_revisions(&mut self) {
        let context = self.context;
        for revision in context.memory().not_quiet(context.dialect, context.shared_with()) {
            let Some(migration) = context.history.migration(revision) else { continue };
            if context.is_spent() {
                return;
            }
            let begun = (self.found.holds.len(), self.transaction);
            for step in &migration.upgrade.steps {
                context.read_of_others(step.emitted.len());
                for emitted in &step.emitted {
                    let ends = ends_transaction(step, emitted);
                    self.transaction += usize::from(ends);
                    self.take(context.before_migration(), step, emitted, revision, None);
                    self.transaction += usize::from(ends);
                }
            }
            // What it makes is new to every later revision of the deployment, each of which asks.
            if begun == (self.found.holds.len(), self.transaction) {
                context.memory().keep_quiet(context.dialect, revision.clone());
            }
        }
    }

    fn this_revision(&mut self, direction: Direction) {
        let context = self.context;
        let revision: Rc<str> = context.revision().into();
        let mut after_border = false;
        for stmt in context.statements(direction) {
            let at = (stmt.number, stmt.part);
            let ends =
                ends_transaction(stmt.step, stmt.emitted) || !context.is_in_one_transaction();
            if ends || after_border {
                self.transaction += 1;
                self.found.borders.push(at);
            }
            after_border = ends;
            let needs = matches!(stmt.step.mode, Mode::Transaction | Mode::Own)
                && may_lock(&stmt.emitted.statement);
            if needs && !ends {
                context.before(&stmt, |database| {
                    self.take(database, stmt.step, stmt.emitted, &revision, Some(at))
                });
            }
        }
    }

    fn take(
        &mut self,
        database: &Database,
        step: &Step,
        emitted: &Emitted,
        revision: &Rc<str>,
        at: Option<(usize, usize)>,
    ) {
        if step.mode == Mode::Autocommit {
            return;
        }
        for lock in self.context.locks_in_use_given(&emitted.statement, database) {
            self.found.holds.push(Hold {
                table: lock.table,
                mode: lock.mode,
                role: lock.role,
                revision: revision.clone(),
                site: emitted.site.clone(),
                title: statement_title(&emitted.statement),
                at,
                path: step.path.clone(),
                transaction: self.transaction,
            });
        }
    }
}

/// Tells whether a statement runs outside of the transaction around it, or ends it.
pub fn ends_transaction(step: &Step, emitted: &Emitted) -> bool {
    let word = matches!(
        emitted.statement,
        Statement::Session(SessionCommand::Transaction(
            TransactionWord::Commit | TransactionWord::Rollback
        ))
    );
    step.mode == Mode::Autocommit || word
}

/// Statements that never take a lock on a table that anybody waits for are not worth asking the
/// schema.
fn may_lock(statement: &Statement) -> bool {
    !matches!(
        statement,
        Statement::Read
            | Statement::Session(SessionCommand::Set { .. })
            | Statement::Object(ObjectChange::Grant)
            | Statement::Session(SessionCommand::Transaction(_))
            | Statement::Other { .. }
            | Statement::Rows(RowChange::Insert(_))
            | Statement::Object(
                ObjectChange::CreateType { .. }
                    | ObjectChange::DropType { .. }
                    | ObjectChange::AlterType { .. }
                    | ObjectChange::Comment { .. }
            )
    )
}

impl RuleContext<'_> {
    /// Returns the unreleased revisions before this one that share its transaction, in order.
    pub fn shared_with(&self) -> &[Rc<str>] {
        let each = self.project.environment.transaction_per_migration == Setting::Yes;
        match each || !self.is_in_one_transaction() {
            true => &[],
            false => self.deployed_before(),
        }
    }

    /// Returns the unreleased revisions before this one, in order.
    pub fn deployed_before(&self) -> &[Rc<str>] {
        self.deployed().0
    }

    /// Returns the unreleased revisions after this one, in order.
    pub fn deployed_after(&self) -> &[Rc<str>] {
        self.deployed().1
    }

    /// Returns what is deployed with this revision: what comes before it, and what comes after.
    fn deployed(&self) -> (&[Rc<str>], &[Rc<str>]) {
        let together = match self.release.each_alone {
            true => &[][..],
            false => &self.release.together,
        };
        let at = *self.deployed_at.get_or_init(|| {
            let at = together.iter().position(|revision| **revision == *self.revision());
            at.unwrap_or(together.len())
        });
        let (before, rest) = together.split_at(at);
        (before, rest.get(1..).unwrap_or_default())
    }

    /// Tells whether statements of a migration share a transaction at all.
    pub fn is_in_one_transaction(&self) -> bool {
        self.dialect.rolls_back_ddl() && self.project.environment.autocommit != Setting::Yes
    }
}
