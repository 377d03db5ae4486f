//! The way back: what an upgrade does that a downgrade has to undo, and whether it can.

use crate::operation::step::Body;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{EnumChange, ObjectChange, ObjectKind};
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::{TableAction, TableChange};

/// How well a migration can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rollback {
    /// The downgrade leaves the database as it was, as far as it could be read.
    Clean,
    /// The downgrade runs, and something is not as it was: data that is gone, or a difference in
    /// the schema.
    Lossy,
    /// Nothing takes the upgrade back.
    Impossible,
}

impl Rollback {
    /// Returns the word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Rollback::Clean => "clean",
            Rollback::Lossy => "lossy",
            Rollback::Impossible => "impossible",
        }
    }
}

/// Tells how well a migration can be taken back.
pub fn grade(context: &RuleContext<'_>) -> Rollback {
    match (undoes_nothing(context), changes_schema(context)) {
        (true, true) => Rollback::Impossible,
        (true, false)
            if context.statements(Direction::Upgrade).any(|stmt| destroys(context, &stmt)) =>
        {
            Rollback::Lossy
        }
        (true, false) => Rollback::Clean,
        (false, _) => {
            let gone = context.statements(Direction::Upgrade).any(|stmt| destroys(context, &stmt));
            let differs = || !crate::rule::difference::differences(context).is_empty();
            if gone || differs() { Rollback::Lossy } else { Rollback::Clean }
        }
    }
}

/// Tells whether the downgrade does nothing to the database, whichever way it goes.
pub fn undoes_nothing(context: &RuleContext<'_>) -> bool {
    let script = context.script(Direction::Downgrade);
    match &script.body {
        Body::Absent | Body::Empty { .. } | Body::Raises { .. } => true,
        Body::Code { .. } => script.steps.is_empty(),
    }
}

/// Tells whether the upgrade does something to the schema that a downgrade has to undo.
pub fn changes_schema(context: &RuleContext<'_>) -> bool {
    let mut statements = context.statements(Direction::Upgrade);
    statements.any(|stmt| is_to_undo(stmt.statement()) && !is_taken_back(context, &stmt))
}

/// Tells whether the same direction switches something off and on again: triggers, FORCE of row
/// level security.
pub fn is_taken_back(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> bool {
    let Some((table, what, _)) = switch(stmt.statement()) else { return false };
    let same = context.statements(stmt.direction).filter_map(|other| {
        let (of, switched, state) = switch(&other.emitted.statement)?;
        (of == table && switched == what).then_some(state)
    });
    let states: Vec<bool> = same.collect();
    states.len() > 1 && states.first() != states.last()
}

/// Returns what a statement switches, of which table, and whether on.
fn switch(statement: &Statement) -> Option<(&TableName, String, bool)> {
    let Statement::Table(TableChange::AlterTable { table, action, words }) = statement else {
        return None;
    };
    if !matches!(
        action,
        TableAction::RowSecurity { .. } | TableAction::Trigger { .. } | TableAction::Rule
    ) {
        return None;
    }
    let words = words.to_ascii_uppercase();
    const OFF: [&str; 2] = ["DISABLE ", "NO "];
    if let Some(rest) = OFF.iter().find_map(|off| words.strip_prefix(off)) {
        return Some((table, rest.to_owned(), false));
    }
    Some((table, words.strip_prefix("ENABLE ").unwrap_or(&words).to_owned(), true))
}

/// Tells whether a statement does something to the schema that stays and that another statement can
/// undo.
pub fn is_to_undo(statement: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Table(TableChange::CreateTable(create)) => !create.temporary,
        S::Table(
            TableChange::DropTable { .. }
            | TableChange::RenameTable { .. }
            | TableChange::SetSchema { .. }
            | TableChange::AddColumn { .. }
            | TableChange::DropColumn { .. }
            | TableChange::RenameColumn { .. }
            | TableChange::AlterColumnType { .. }
            | TableChange::SetNotNull { .. }
            | TableChange::DropNotNull { .. }
            | TableChange::SetDefault { .. }
            | TableChange::DropDefault { .. }
            | TableChange::AlterColumn { .. }
            | TableChange::ModifyColumn { .. }
            | TableChange::AddConstraint { .. }
            | TableChange::DropConstraint { .. }
            | TableChange::RenameConstraint { .. }
            | TableChange::CreateIndex { .. }
            | TableChange::DropIndex { .. }
            | TableChange::RenameIndex { .. }
            | TableChange::AlterIndex { .. },
        )
        | S::Object(ObjectChange::CreateType { .. } | ObjectChange::DropType { .. }) => true,
        S::Table(TableChange::AlterTable { action, .. }) => !matches!(
            action,
            TableAction::StorageParameters
                | TableAction::ClusterOn
                | TableAction::TableOption
                | TableAction::CheckExisting
        ),
        // PostgreSQL cannot take a value out of an enum.
        S::Object(ObjectChange::AlterType { change, .. }) => {
            !matches!(change, EnumChange::AddValue { .. })
        }
        S::Object(
            ObjectChange::CreateObject { kind, .. }
            | ObjectChange::AlterObject { kind, .. }
            | ObjectChange::DropObject { kind, .. },
        ) => !matches!(kind, ObjectKind::Extension | ObjectKind::Role | ObjectKind::Database),
        S::Block { statements, .. } => {
            statements.iter().any(|placed| is_to_undo(&placed.statement))
        }
        S::Table(TableChange::ValidateConstraint { .. } | TableChange::Reindex { .. })
        | S::Rows(
            RowChange::Insert(_)
            | RowChange::Update(_)
            | RowChange::Delete(_)
            | RowChange::Merge { .. }
            | RowChange::Truncate { .. }
            | RowChange::CopyFrom { .. }
            | RowChange::Select { .. },
        )
        | S::Object(ObjectChange::RefreshView { .. })
        | S::Table(TableChange::Vacuum { .. } | TableChange::Cluster { .. })
        | S::Session(SessionCommand::LockTable { .. })
        | S::Object(ObjectChange::Comment { .. } | ObjectChange::Grant)
        | S::Session(SessionCommand::Set { .. } | SessionCommand::Transaction(_))
        | S::Read
        | S::Other { .. }
        | S::Unreadable { .. } => false,
    }
}

/// Tells whether a statement takes values away that no downgrade can bring back.
fn destroys(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> bool {
    use Statement as S;
    match stmt.statement() {
        S::Table(TableChange::DropTable { table, .. })
        | S::Rows(RowChange::Truncate { table, .. })
        | S::Table(TableChange::DropColumn { table, .. }) => !context.is_new(stmt, table),
        S::Rows(RowChange::Delete(delete)) => !context.is_new(stmt, &delete.table),
        _ => false,
    }
}
