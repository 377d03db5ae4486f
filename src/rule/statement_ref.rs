//! What can be said of a statement by itself.

use crate::operation::step::{Emitted, Mode, Step};
use crate::rule::raw_finding::Direction;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

impl StatementRef<'_> {
    /// Tells whether a second run of the statement does nothing: IF EXISTS, IF NOT EXISTS, OR
    /// REPLACE, or a condition.
    pub fn is_guarded(&self) -> bool {
        use Statement as S;
        self.is_conditional()
            || self.step.guarded
            || match self.statement() {
                S::Table(TableChange::CreateTable(create)) => create.if_not_exists,
                S::Table(TableChange::AddColumn { if_not_exists, .. })
                | S::Object(ObjectChange::CreateType { if_not_exists, .. }) => *if_not_exists,
                S::Table(TableChange::CreateIndex { index, .. }) => index.if_not_exists,
                S::Table(
                    TableChange::DropTable { if_exists, .. }
                    | TableChange::DropColumn { if_exists, .. }
                    | TableChange::DropConstraint { if_exists, .. }
                    | TableChange::DropIndex { if_exists, .. },
                )
                | S::Object(
                    ObjectChange::DropType { if_exists, .. }
                    | ObjectChange::DropObject { if_exists, .. },
                ) => *if_exists,
                S::Object(ObjectChange::CreateObject { replace, if_not_exists, .. }) => {
                    *replace || *if_not_exists
                }
                S::Table(
                    TableChange::SetNotNull { .. }
                    | TableChange::DropNotNull { .. }
                    | TableChange::SetDefault { .. }
                    | TableChange::DropDefault { .. }
                    | TableChange::ValidateConstraint { .. },
                )
                | S::Object(ObjectChange::Comment { .. } | ObjectChange::Grant)
                | S::Table(TableChange::Reindex { .. })
                | S::Object(ObjectChange::RefreshView { .. }) => true,
                _ => false,
            }
    }

    /// Tells whether the statement changes the schema.
    pub fn is_ddl(&self) -> bool {
        use Statement as S;
        !matches!(
            self.statement(),
            S::Rows(
                RowChange::Insert(_)
                    | RowChange::Update(_)
                    | RowChange::Delete(_)
                    | RowChange::Merge { .. }
                    | RowChange::Truncate { .. }
                    | RowChange::CopyFrom { .. }
                    | RowChange::Select { .. }
            ) | S::Session(
                SessionCommand::Set { .. }
                    | SessionCommand::Transaction(_)
                    | SessionCommand::LockTable { .. }
            ) | S::Read
                | S::Other { .. }
                | S::Block { .. }
                | S::Unreadable { .. }
        )
    }

    /// Tells whether the statement runs nothing that lasts.
    pub fn is_idle(&self) -> bool {
        matches!(
            self.statement(),
            Statement::Session(SessionCommand::Set { .. } | SessionCommand::Transaction(_))
                | Statement::Read
        )
    }
}

/// One statement of a direction, with where it stands in it.
#[derive(Clone, Copy)]
pub struct StatementRef<'a> {
    /// The direction.
    pub direction: Direction,
    /// The step.
    pub step: &'a Step,
    /// The step's number in its direction.
    pub number: usize,
    /// The statement.
    pub emitted: &'a Emitted,
    /// The statement's number in its step.
    pub part: usize,
}

impl StatementRef<'_> {
    /// Tells whether the statement runs outside of Alembic's transaction.
    pub fn is_autocommit(&self) -> bool {
        matches!(self.step.mode, Mode::Autocommit)
    }

    /// Tells whether this ran wherever a later statement runs.
    pub fn dominates(&self, later: &StatementRef<'_>) -> bool {
        self.step.is_certain_on(&later.step.path) && !self.emitted.conditional
    }

    /// Tells whether the statement may not run, or is reported under a condition.
    pub fn is_conditional(&self) -> bool {
        self.step.conditional || self.emitted.conditional
    }

    /// Returns the statement.
    pub fn statement(&self) -> &Statement {
        &self.emitted.statement
    }
}
