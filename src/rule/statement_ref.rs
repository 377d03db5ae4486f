//! What can be said of a statement by itself.

use crate::rule::context::StatementRef;
use crate::sql::statement::{ObjectKind, Statement};

impl StatementRef<'_> {
    /// Tells whether a second run of the statement does nothing: IF EXISTS, IF NOT EXISTS, OR
    /// REPLACE, or a condition.
    pub fn is_guarded(&self) -> bool {
        use Statement as S;
        self.is_conditional()
            || self.step.guarded
            || match self.statement() {
                S::CreateTable(create) => create.if_not_exists,
                S::AddColumn { if_not_exists, .. } | S::CreateType { if_not_exists, .. } => {
                    *if_not_exists
                }
                S::CreateIndex { index, .. } => index.if_not_exists,
                S::DropTable { if_exists, .. }
                | S::DropColumn { if_exists, .. }
                | S::DropConstraint { if_exists, .. }
                | S::DropIndex { if_exists, .. }
                | S::DropType { if_exists, .. }
                | S::DropObject { if_exists, .. } => *if_exists,
                S::CreateObject { replace, if_not_exists, .. } => *replace || *if_not_exists,
                S::SetNotNull { .. }
                | S::DropNotNull { .. }
                | S::SetDefault { .. }
                | S::DropDefault { .. }
                | S::ValidateConstraint { .. }
                | S::Comment { .. }
                | S::Grant
                | S::Reindex { .. }
                | S::RefreshView { .. } => true,
                _ => false,
            }
    }

    /// Tells whether the statement changes the schema.
    pub fn is_ddl(&self) -> bool {
        use Statement as S;
        !matches!(
            self.statement(),
            S::Insert(_)
                | S::Update(_)
                | S::Delete(_)
                | S::Merge { .. }
                | S::Truncate { .. }
                | S::CopyFrom { .. }
                | S::Select { .. }
                | S::Set { .. }
                | S::Transaction(_)
                | S::LockTable { .. }
                | S::Read
                | S::Other { .. }
                | S::Block { .. }
                | S::Unreadable { .. }
        )
    }

    /// Tells whether the statement runs nothing that lasts.
    pub fn is_idle(&self) -> bool {
        matches!(
            self.statement(),
            Statement::Set { .. } | Statement::Transaction(_) | Statement::Read
        )
    }
}

/// Returns the word of SQL for a kind of object.
pub fn object_title(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::View => "view",
        ObjectKind::MaterializedView => "materialized view",
        ObjectKind::Routine => "function",
        ObjectKind::Trigger => "trigger",
        ObjectKind::Sequence => "sequence",
        ObjectKind::Extension => "extension",
        ObjectKind::Schema => "schema",
        ObjectKind::Policy => "policy",
        ObjectKind::Rule => "rule",
        ObjectKind::Domain => "domain",
        ObjectKind::Role => "role",
        ObjectKind::Database => "database",
        ObjectKind::Statistics => "statistics",
        ObjectKind::Other => "object",
    }
}
