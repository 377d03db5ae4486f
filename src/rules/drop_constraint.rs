//! A constraint is a promise about every row; when it goes, nothing says so until bad rows have
//! come in.

use crate::example;
use crate::rule::batch_copy;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::promise;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::{ConstraintState, Table, columns_of};
use crate::sql::condition;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ConstraintKind, Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-constraint",
    theme: Theme::DataLoss,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "drops a constraint that kept rows right",
    harm: "From the moment it commits rows come in that the constraint would have refused, and the \
        constraint cannot be added again until they are repaired. On PostgreSQL the drop takes \
        ACCESS EXCLUSIVE for a moment; dropping a foreign key takes it on both tables.",
    remedy: "Say in a comment what keeps the rows right from now on, or make the constraint that \
        takes its place in the same revision.",
    example: example!("drop-constraint"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if let Some(finding) = batch_copy::loses_checks(stmt, context) {
        return vec![finding];
    }
    if let Statement::Table(TableChange::DropIndex { name: Some(name), table, .. }) =
        stmt.statement()
    {
        return unique_index(stmt, context, name, table.as_ref()).into_iter().collect();
    }
    let Statement::Table(TableChange::DropConstraint { table, name, kind, .. }) = stmt.statement()
    else {
        return Vec::new();
    };
    if context.is_new(stmt, table) {
        return Vec::new();
    }
    let held = name
        .as_ref()
        .and_then(Known::as_str)
        .and_then(|name| context.constraint(stmt, table, name));
    let kind = held.as_ref().map(|held| held.constraint.kind()).or(*kind);
    if is_replaced(stmt, context, table, held.as_ref(), kind)
        || goes_with_column(stmt, context, table, held.as_ref())
    {
        return Vec::new();
    }
    let unique = held.as_ref().filter(|held| matches!(held.constraint, Constraint::Unique(_)));
    let unique = unique.map(|held| columns_of(&held.constraint)).unwrap_or_default();
    // The constraint may stand in the history under a name that the server or a convention gave it.
    let own = held.as_ref().and_then(|held| held.constraint.name()).or(name.as_ref());
    if has_narrower_key(stmt, context, table, own.and_then(Known::as_str), &unique) {
        return Vec::new();
    }
    let name = name.as_ref().and_then(Known::as_str).unwrap_or("…");
    let message = match kind {
        Some(ConstraintKind::PrimaryKey) if has_another_key(stmt, context, table) => {
            format!("`{name}` is dropped: {}", lost(ConstraintKind::Unique, held.as_ref(), table))
        }
        Some(kind) => format!("`{name}` is dropped: {}", lost(kind, held.as_ref(), table)),
        None => format!("`{name}` is dropped, a constraint of `{table}`"),
    };
    let mut finding = context
        .finding(stmt, message)
        .object(name)
        .label("rows that it refused come in from now on");
    if kind.is_none() {
        finding = finding.note(
            "which kind it is could not be read from the history; if it is a foreign key, both \
             tables are locked: `type_=` settles it",
        );
    }
    vec![finding]
}

/// A unique index keeps rows right as a constraint does.
fn unique_index<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    name: &Known<String>,
    said: Option<&TableName>,
) -> Option<RawFinding> {
    let name = name.as_str()?;
    let (table, index) = context.index(stmt, name, said)?;
    let index = index.filter(|index| index.unique == Known::Is(true))?;
    if context.is_new(stmt, &table)
        || is_made_here(stmt, context, name)
        || is_unique_still(stmt, context, &table, &index)
    {
        return None;
    }
    let columns: Vec<&str> = columns_in(&index).collect();
    if has_narrower_key(stmt, context, &table, Some(name), &columns) {
        return None;
    }
    let message = format!(
        "`{name}` is dropped: {} is no longer unique",
        code::with_columns(&table, &columns)
    );
    let finding = context.finding(stmt, message).table(&table).object(name);
    Some(finding.label("rows that it refused come in from now on"))
}

fn is_made_here<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>, name: &str) -> bool {
    context.earlier(stmt).any(|other| match other.statement() {
        Statement::Table(TableChange::CreateIndex { index, .. }) => {
            index.name.as_ref().and_then(Known::as_str) == Some(name)
        }
        _ => false,
    })
}

/// Tells whether the revision makes another key over the columns, or drops one of them or the
/// table.
fn is_unique_still<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    index: &Index,
) -> bool {
    let is_gone =
        |column: &Known<String>| columns_in(index).any(|name| column.as_str() == Some(name));
    context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Table(TableChange::CreateIndex { table: of, index: made }) => {
            let columns: Vec<&str> = columns_in(index).collect();
            of == table
                && made.unique == Known::Is(true)
                && match made.predicate == index.predicate {
                    true => columns_in(made).eq(columns_in(index)),
                    false => promise::index_keeps(Some(&columns), made),
                }
        }
        Statement::Table(TableChange::AddConstraint {
            table: of,
            constraint: Constraint::PrimaryKey(key) | Constraint::Unique(key),
        }) => {
            of == table
                && (key.using_index.is_some()
                    || key.columns.get().is_none_or(|columns| covers(columns, index)))
        }
        Statement::Table(TableChange::DropColumn { table: of, column, .. }) => {
            of == table && is_gone(column)
        }
        Statement::Table(TableChange::DropTable { table: of, .. }) => of == table,
        _ => false,
    })
}

/// Tells whether another key over these columns, or over some of them, stays or is made behind the
/// drop: then the rows are as unique as before.
fn has_narrower_key<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    name: Option<&str>,
    columns: &[&str],
) -> bool {
    let covers =
        |parts: Vec<&str>| !parts.is_empty() && parts.iter().all(|part| columns.contains(part));
    let of_index = |index: &Index| {
        index.unique == Known::Is(true)
            && index.predicate.is_none()
            && covers(columns_in(index).collect())
    };
    let of_constraint = |constraint: &Constraint| {
        matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
            && covers(columns_of(constraint))
    };
    let goes = |other: &str| {
        Some(other) == name
            || context.statements(stmt.direction).any(|stmt| match stmt.statement() {
                Statement::Table(
                    TableChange::DropConstraint { name: Some(Known::Is(dropped)), .. }
                    | TableChange::DropIndex { name: Some(Known::Is(dropped)), .. },
                ) => dropped == other,
                _ => false,
            })
    };
    let stays =
        |held: Option<&Known<String>>| held.and_then(Known::as_str).is_some_and(|held| !goes(held));
    let is_made = context.later(stmt).any(|other| match other.statement() {
        Statement::Table(TableChange::AddConstraint { table: of, constraint }) => {
            of == table && of_constraint(constraint)
        }
        Statement::Table(TableChange::CreateIndex { table: of, index }) => {
            of == table && of_index(index)
        }
        _ => false,
    });
    let is_held = |table: &Table| {
        table.indexes.iter().any(|index| of_index(index) && stays(index.name.as_ref()))
            || table
                .constraints
                .iter()
                .any(|held| of_constraint(&held.constraint) && stays(held.constraint.name()))
    };
    !columns.is_empty()
        && (is_made || context.table(stmt, table).is_some_and(|table| is_held(&table)))
}

/// Tells whether the same revision drops the table, or a column that the constraint is about, and
/// says so. Where the history does not know the columns, the name may tell them.
fn goes_with_column<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    held: Option<&ConstraintState>,
) -> bool {
    let Statement::Table(TableChange::DropConstraint { name, .. }) = stmt.statement() else {
        return false;
    };
    let columns = held.map(|held| columns_of(&held.constraint)).unwrap_or_default();
    let name = name.as_ref().and_then(Known::as_str).unwrap_or_default();
    let is_about = |column: &str| match columns.is_empty() {
        true => {
            format!("_{name}_").to_lowercase().contains(&format!("_{}_", column.to_lowercase()))
        }
        false => columns.contains(&column),
    };
    context.later(stmt).any(|later| match &later.emitted.statement {
        Statement::Table(TableChange::DropTable { table: of, .. }) => of == table,
        Statement::Table(TableChange::DropColumn { table: of, column, .. }) => {
            of == table && column.as_str().is_some_and(is_about)
        }
        _ => false,
    })
}

fn covers(columns: &[Known<String>], index: &Index) -> bool {
    columns.iter().filter_map(Known::as_str).eq(columns_in(index))
}

/// The parts of an index, as SQL.
fn columns_in(index: &Index) -> impl Iterator<Item = &str> {
    index.columns.get().into_iter().flatten().map(|part| match part {
        IndexPart::Column(name) | IndexPart::Expression(name) => name.as_str(),
        IndexPart::Unreadable => "…",
    })
}

/// Tells whether the revision gives the table another primary key.
fn has_another_key<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
) -> bool {
    context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Table(TableChange::AddConstraint {
            table: of,
            constraint: Constraint::PrimaryKey(_),
        }) => of == table,
        _ => false,
    })
}

/// Says what the database no longer holds.
fn lost(kind: ConstraintKind, held: Option<&ConstraintState>, table: &TableName) -> String {
    let columns = held.map(|held| columns_of(&held.constraint)).unwrap_or_default();
    let subject = code::with_columns(table, &columns);
    match kind {
        ConstraintKind::PrimaryKey => format!("{subject} has no primary key from now on"),
        ConstraintKind::Unique => format!("{subject} is no longer unique"),
        ConstraintKind::ForeignKey => format!("{subject} may refer to rows that do not exist"),
        ConstraintKind::Check => format!("rows of {subject} are no longer checked"),
        ConstraintKind::Exclude => format!("rows of {subject} may overlap"),
        ConstraintKind::NotNull => format!("{subject} may be NULL"),
    }
}

/// Tells whether the same revision makes one of the same kind over the same columns, or SET NOT
/// NULL takes the place of the CHECK that proved it.
fn is_replaced<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    held: Option<&ConstraintState>,
    kind: Option<ConstraintKind>,
) -> bool {
    context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Table(TableChange::AddConstraint {
            table: of,
            constraint: constraint @ Constraint::PrimaryKey(_),
        }) if of == table => {
            let columns = columns_of(constraint);
            let is_weaker = |held: &ConstraintState| {
                let before = columns_of(&held.constraint);
                columns.len() > before.len() && before.iter().all(|column| columns.contains(column))
            };
            kind == Some(ConstraintKind::PrimaryKey) && !held.is_some_and(is_weaker)
        }
        Statement::Table(TableChange::AddConstraint { table: of, constraint }) if of == table => {
            Some(constraint.kind()) == kind
                && held.is_none_or(|held| promise::keeps(&held.constraint, constraint))
        }
        Statement::Table(TableChange::SetNotNull { table: of, column }) if of == table => {
            match held.map(|held| &held.constraint) {
                Some(Constraint::Check(check)) => match (check.condition.as_str(), column.as_str())
                {
                    (Some(condition), Some(column)) => {
                        condition::proves_not_null(condition, column)
                    }
                    _ => false,
                },
                _ => false,
            }
        }
        Statement::Table(TableChange::CreateIndex { table: of, index }) if of == table => {
            let columns = held.map(|held| columns_of(&held.constraint));
            kind == Some(ConstraintKind::Unique) && promise::index_keeps(columns.as_deref(), index)
        }
        _ => false,
    })
}
