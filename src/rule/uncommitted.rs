//! Enum values that a transaction has added and not committed: PostgreSQL lets nobody use them yet.

use std::rc::Rc;

use crate::operation::step::{Emitted, Mode, Step};
use crate::rule::context::RuleContext;
use crate::rule::transaction;
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;
use crate::sql::table::ColumnType;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::source::Site;

/// What a transaction has done to enum types so far.
#[derive(Debug, Default)]
pub struct Uncommitted {
    /// Types that it made, by name.
    made: Vec<String>,
    added: Vec<AddedValue>,
    /// Whether the transaction of Alembic is ended by a COMMIT, and none began behind it.
    ended: bool,
}

/// A value that the transaction added.
#[derive(Clone, Debug)]
pub struct AddedValue {
    /// The type.
    pub kind: String,
    /// The value.
    pub value: String,
    /// The revision that adds it.
    pub revision: Rc<str>,
    /// Where it is added.
    pub site: Site,
    /// Whether the type is made in the same transaction.
    pub of_new_type: bool,
    /// Whether a COMMIT in SQL stands before it, behind which most drivers commit each statement.
    pub after_commit: bool,
}

impl Uncommitted {
    /// Returns what earlier revisions leave to the transaction in which the judged one begins.
    pub fn by_earlier_revisions(context: &RuleContext<'_>) -> Self {
        let mut found = Uncommitted::default();
        for revision in context.memory().not_without_enums(context.dialect, context.shared_with()) {
            let Some(migration) = context.history.migration(revision) else { continue };
            let steps = migration.upgrade.steps.iter();
            let statements = steps.flat_map(|step| step.emitted.iter().map(move |it| (step, it)));
            // Every later revision of the deployment asks again.
            if !statements.clone().any(|(step, emitted)| is_heard(step, emitted)) {
                context.memory().keep_without_enums(context.dialect, revision.clone());
            }
            statements.for_each(|(step, emitted)| found.tell(step, emitted, revision));
        }
        found
    }

    /// Returns the values that nobody may use yet.
    pub fn values(&self) -> &[AddedValue] {
        &self.added
    }

    /// Tells whether the transaction made a type.
    pub fn makes(&self, kind: &str) -> bool {
        self.made.iter().any(|made| made.eq_ignore_ascii_case(kind))
    }

    /// Tells whether a COMMIT has ended the transaction, so that what follows commits by itself.
    pub fn is_outside(&self) -> bool {
        self.ended
    }

    /// Forgets a value, so that its uses are reported once.
    pub fn forget(&mut self, kind: &str, value: &str) {
        self.added.retain(|added| added.kind != kind || added.value != value);
    }

    /// Takes in one statement.
    pub fn tell(&mut self, step: &Step, emitted: &Emitted, revision: &Rc<str>) {
        let certain = !step.conditional && !emitted.conditional;
        if transaction::ends_transaction(step, emitted) {
            let ended = self.ended || (step.mode != Mode::Autocommit && certain);
            *self = Uncommitted { ended, ..Uncommitted::default() };
            return;
        }
        if matches!(
            emitted.statement,
            Statement::Session(SessionCommand::Transaction(TransactionWord::Begin))
        ) {
            self.ended = false;
        }
        match &emitted.statement {
            Statement::Object(ObjectChange::CreateType { name: Known::Is(name), .. })
                if certain =>
            {
                self.made.push(name.clone())
            }
            Statement::Table(TableChange::CreateTable(create)) if certain => {
                self.made.extend(
                    create.columns.iter().filter_map(|column| made_with(column.kind.as_ref()?)),
                );
            }
            Statement::Object(ObjectChange::AlterType { name: Known::Is(name), change }) => {
                self.alter(name, change, emitted, revision)
            }
            _ => {}
        }
    }

    fn alter(&mut self, name: &str, change: &EnumChange, emitted: &Emitted, revision: &Rc<str>) {
        match change {
            EnumChange::AddValue { value: Known::Is(value), .. } => self.added.push(AddedValue {
                kind: name.to_owned(),
                value: value.clone(),
                revision: revision.clone(),
                site: emitted.site.clone(),
                of_new_type: self.makes(name),
                after_commit: self.ended,
            }),
            EnumChange::Rename { to: Known::Is(to) } => {
                let kinds =
                    self.added.iter_mut().map(|added| &mut added.kind).chain(&mut self.made);
                kinds
                    .filter(|kind| kind.eq_ignore_ascii_case(name))
                    .for_each(|kind| to.clone_into(kind));
            }
            _ => {}
        }
    }
}

/// Tells whether [`Uncommitted::tell`] takes anything from a statement.
fn is_heard(step: &Step, emitted: &Emitted) -> bool {
    let is_enum = match &emitted.statement {
        Statement::Session(SessionCommand::Transaction(TransactionWord::Begin))
        | Statement::Object(ObjectChange::CreateType { .. } | ObjectChange::AlterType { .. }) => {
            true
        }
        Statement::Table(TableChange::CreateTable(create)) => {
            create.columns.iter().any(|column| column.kind.as_ref().and_then(made_with).is_some())
        }
        _ => false,
    };
    is_enum || transaction::ends_transaction(step, emitted)
}

/// Returns the name of the enum type that making a table makes for a column.
fn made_with(kind: &ColumnType) -> Option<String> {
    let labels =
        kind.labels.as_ref().filter(|labels| labels.native && labels.created_with_table)?;
    labels.name.as_ref().and_then(Known::as_str).map(str::to_owned)
}
