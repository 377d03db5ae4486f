//! Dropping a column is quick for the database and slow for the fleet: until the last process of
//! the previous release is gone, somebody still selects it. And what stood in it is gone.

use crate::advice::remark::remark;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::row_change::{Assigned, Assignment, RowChange};
use crate::sql::statement::Statement;
use crate::sql::table::{Column, ColumnType, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

pub(super) static RULE: Rule = Rule {
    id: "drop-column",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops a column that holds values",
    harm: "The values are gone when the migration commits, and a downgrade adds the column again \
        without them. Processes of the previous release still name the column in every SELECT and \
        INSERT of the mapped class, and fail. On PostgreSQL the drop takes ACCESS EXCLUSIVE for a \
        moment; indexes and constraints over the column go with it.",
    remedy: "Release code that no longer names the column, keep a copy of the values, and say \
        where above the drop: `# Backup plan: ...`.",
    example: example!("drop-column"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::DropColumn { table, column, .. }) = stmt.statement() else {
        return Vec::new();
    };
    // What drops the table speaks of all its columns.
    let goes_with_table = || {
        context.later(stmt).any(|later| match later.statement() {
            Statement::Table(TableChange::DropTable { table: dropped, .. }) => dropped == table,
            _ => false,
        })
    };
    if context.is_new(stmt, table)
        || context.is_new_column(stmt, table, column)
        || goes_with_table()
    {
        return Vec::new();
    }
    if successor(stmt, context, table, column)
        .is_some_and(|successor| is_copied(stmt, context, table, &successor))
    {
        return Vec::new();
    }
    let name = column.as_str().unwrap_or("…");
    let finding = match heir(stmt, context, table, name) {
        None => context
            .finding(stmt, format!("`{table}.{name}` is dropped with all its values"))
            .label(format!("every value of `{name}` is gone when this commits")),
        Some(heir) => context
            .finding(stmt, format!("`{table}.{name}` is dropped while code that names it runs"))
            .label(format!("processes of the release that runs still read and write `{name}`"))
            .note(format!(
                "`{heir}` was written from it before; whatever it did not take over is gone"
            )),
    };
    let mut finding = finding.object(name).safe_form(format!(
        "{}\n{}",
        remark(&format!(
            "Backup plan: <where the values of {table}.{name} are kept, and for how long>"
        )),
        code::written(context, &stmt.step.site)
    ));
    if let Some(added) = twin(stmt, context, table, column) {
        finding = finding.note(format!(
            "`{added}` of the same type is added beside it and nothing is copied: it looks like a \
             rename, which loses the values"
        ));
    }
    vec![finding]
}

/// Returns the column that an earlier UPDATE of the revision writes from this one.
fn heir<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    name: &str,
) -> Option<String> {
    context.earlier(stmt).find_map(|earlier| match &earlier.emitted.statement {
        Statement::Rows(RowChange::Update(update)) if update.table == *table || update.reads.contains(table) => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            let by_value = |value: &Assigned| matches!(value, Assigned::Expression(sql) if has_word(sql, name));
            let is_own = update.table == *table;
            let by_filter = is_own && update.filter.terms.iter().any(|term| has_word(term, name));
            let takes_over = |set: &&Assignment| {
                !(is_own && set.column.as_str() == Some(name))
                    && (by_value(&set.value) || by_filter)
                    && (context.is_new(stmt, &update.table) || context.is_new_column(stmt, &update.table, &set.column))
            };
            let heir = set.iter().find(takes_over)?.column.as_str()?;
            Some(if is_own { heir.to_owned() } else { format!("{}.{heir}", update.table) })
        }
        _ => None,
    })
}

/// Returns the column that takes the name of the dropped one later in the same revision.
pub(super) fn successor<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    column: &Known<String>,
) -> Option<Known<String>> {
    context.renames_after(stmt).find_map(|later| match later.statement() {
        Statement::Table(TableChange::RenameColumn { table: of, column: from, to })
            if of == table && to == column =>
        {
            Some(from.clone())
        }
        _ => None,
    })
}

/// Tells whether an UPDATE of the same revision writes to the column from others.
pub(super) fn is_copied<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    to: &Known<String>,
) -> bool {
    context.earlier(stmt).any(|earlier| match earlier.statement() {
        Statement::Rows(RowChange::Update(update)) if update.table == *table => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            let copies =
                |value: &Assigned| matches!(value, Assigned::Expression(_) | Assigned::Unreadable);
            set.iter().any(|assignment| assignment.column == *to && copies(&assignment.value))
        }
        _ => false,
    })
}

/// Returns a column of the same type that is added to the table in the same revision and not
/// written to.
fn twin<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    column: &Known<String>,
) -> Option<String> {
    let old = context.old_type(stmt, table, column)?;
    let added = context.statements(stmt.direction).find_map(|other| match other.statement() {
        Statement::Table(TableChange::AddColumn { table: of, column: added, .. })
            if of == table && is_of_type(added, &old) =>
        {
            Some(added.name.clone())
        }
        _ => None,
    })?;
    let written = context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Rows(RowChange::Update(update)) => update.table == *table,
        _ => false,
    });
    if written { None } else { added.as_str().map(str::to_owned) }
}

fn is_of_type(column: &Column, kind: &ColumnType) -> bool {
    column.kind.as_ref().is_some_and(|other| other.sql.is_known() && other.sql == kind.sql)
}
