//! Batch mode copies the whole table and drops the old one.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

pub(super) static RULE: Rule = Rule {
    id: "batch-table-copy",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::Rewrite,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "copies a whole table in batch mode",
    harm: "`batch_alter_table` makes `_alembic_tmp_<table>`, copies every row, drops the table and \
        renames the copy. With `recreate=\"always\"` it does so on PostgreSQL too: rows that are \
        written while it copies are lost, and foreign keys of other tables, triggers, policies and \
        grants of the old table go with it; the drop takes ACCESS EXCLUSIVE, so that readers and \
        writers wait. SQLite needs the copy for all but adding, renaming and dropping a column: \
        nobody writes meanwhile, and a foreign key that is enforced empties referring tables with \
        ON DELETE CASCADE.",
    remedy: "Leave `recreate` at `\"auto\"`, so that databases that can alter do; on SQLite deploy \
        it while nobody writes.",
    example: example!("batch-table-copy"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (Some(batch), Some(table)) = (stmt.step.batch, stmt.statement().table()) else {
        return Vec::new();
    };
    let copies = |stmt: &StatementRef<'_>| batch.recreate_always || needs_copy(stmt.statement());
    let on_sqlite = context.dialect == Dialect::Sqlite;
    if !(batch.recreate_always || on_sqlite) || !copies(stmt) || context.is_new(stmt, table) {
        return Vec::new();
    }
    let is_told = context.earlier(stmt).any(|earlier| {
        earlier.step.batch.is_some_and(|other| other.number == batch.number) && copies(&earlier)
    });
    if is_told {
        return Vec::new();
    }
    let finding =
        context.finding(stmt, format!("`{table}` is copied row by row, and the old one dropped"));
    vec![match on_sqlite {
        true => finding
            .label("writes to the database wait meanwhile")
            .weight(Weight::Scan)
            .remedy("Deploy it while nobody writes."),
        false => finding
            .remedy(format!(
                "Leave `recreate` at `\"auto\"`: then {} alters the table in place.",
                context.dialect.title()
            ))
            .label(format!(
                "reads and writes of `{table}` wait; triggers, grants and keys of other \
                tables are lost"
            ))
            .safe_form(format!(
                "with op.batch_alter_table(\"{}\") as batch_op:\n    ...",
                table.name.as_str().unwrap_or("...")
            )),
    }]
}

/// Tells whether SQLite cannot do it to the table as it stands.
fn needs_copy(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Table(
            TableChange::AlterColumnType { .. }
                | TableChange::SetNotNull { .. }
                | TableChange::DropNotNull { .. }
                | TableChange::SetDefault { .. }
                | TableChange::DropDefault { .. }
                | TableChange::ModifyColumn { .. }
                | TableChange::AddConstraint { .. }
                | TableChange::DropConstraint { .. }
                | TableChange::DropColumn { .. }
                | TableChange::RenameColumn { .. }
        )
    )
}
