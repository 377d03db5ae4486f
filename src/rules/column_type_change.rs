//! A new type that is stored otherwise rewrites the table.

use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::labels;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rules::drop_column;
use crate::schema::table::ConstraintState;
use crate::sql::condition;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{ColumnType, Constraint, TableName};
use crate::sql::table_change::TableChange;
use crate::sql::type_change;
use crate::sql::type_change::TypeChange;
use crate::sql::types::{Family, SqlType, is_same_name, without_default_schema};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "column-type-change",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Rewrite,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "changes the type of a column so that the table is rewritten",
    harm: "PostgreSQL rewrites the whole table and all its indexes under ACCESS EXCLUSIVE: readers \
        and writers wait until it is done, and the disk must hold both copies. A longer varchar, \
        varchar to text and a wider numeric of the same scale are free, unless a CHECK names the \
        column and is checked again for every row; timestamp to timestamptz is free from \
        PostgreSQL 12 on where the session's time zone is UTC. MySQL copies the table and blocks \
        writers.",
    remedy: "Add a column of the new type, keep it filled from code, copy in batches, read from \
        it, and drop the old one in a later deployment.",
    example: example!("column-type-change"),
    check: Check::Upgrade(check),
};

/// The remedy where the new type has the labels of the old one and more.
const MORE_LABELS: &str = "Add the labels to the type that is there, with ALTER TYPE ... ADD \
    VALUE: no row is read, and nobody waits.";

/// What a type change costs, as far as that can be known.
enum Cost {
    Free,
    Rewrite,
    Scan,
    /// Nothing is written, and every row is looked at again; why.
    Recheck(String),
    /// It may be free or a rewrite; the reason.
    Doubt(String),
}

/// One change of a type.
struct Change<'d> {
    table: &'d TableName,
    column: &'d Known<String>,
    to: &'d Known<ColumnType>,
    existing: Option<&'d ColumnType>,
    using: Option<&'d Known<String>>,
}

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if let Some(finding) = swapped(stmt, context) {
        return vec![finding];
    }
    let restated;
    let change = match stmt.statement() {
        Statement::Table(TableChange::AlterColumnType { table, column, to, existing, using }) => {
            Change { table, column, to, existing: existing.as_ref(), using: using.as_ref() }
        }
        Statement::Table(TableChange::ModifyColumn { table, name, column, existing, .. })
            if sets_type(stmt.step) =>
        {
            restated = Known::from(column.kind.clone());
            Change { table, column: name, to: &restated, existing: existing.as_ref(), using: None }
        }
        _ => return Vec::new(),
    };
    if context.dialect == Dialect::Sqlite || context.is_new(stmt, change.table) {
        return Vec::new();
    }
    let replayed = context.old_type(stmt, change.table, change.column);
    finding(stmt, context, &change, replayed.as_ref()).into_iter().collect()
}

/// MODIFY restates the type even where `op.alter_column` was not asked to change it.
fn sets_type(step: &Step) -> bool {
    match &step.operation {
        Operation::AlterColumn(alter) => alter.kind.is_some(),
        _ => true,
    }
}

fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    change: &Change<'_>,
    replayed: Option<&ColumnType>,
) -> Option<RawFinding> {
    let cost = match cost(context, change, replayed, is_indexed(stmt, context, change), &|kind| {
        is_enum(stmt, context, kind)
    }) {
        Cost::Free if context.is_postgresql() => {
            recheck(stmt, context, change).map_or(Cost::Free, Cost::Recheck)
        }
        cost => cost,
    };
    let (table, name) = (change.table, change.column.as_str().unwrap_or("…"));
    let old = replayed
        .or(change.existing)
        .and_then(title)
        .map(|old| format!("{old} to "))
        .unwrap_or_default();
    let new = change.to.get().and_then(title).unwrap_or_else(|| "another type".to_owned());
    let finding = context
        .finding(
            stmt,
            format!("`{table}.{name}` changes from {old}{new}")
                .replace("from another", "to another"),
        )
        .object(name)
        .safe_form(safe_form(stmt, context, change));
    let finding = if old.is_empty() { retitled(finding, table, name, &new) } else { finding };
    let added =
        replayed.zip(change.to.get()).and_then(|(old, new)| labels::added(stmt, context, old, new));
    let finding = match added {
        Some(code) => finding.remedy(MORE_LABELS).safe_form(code),
        None => finding,
    };
    let waits = "reads and writes wait meanwhile";
    let finding = match cost {
        Cost::Free => return None,
        Cost::Rewrite if context.dialect.is_mysql() => {
            finding.label(format!("`{table}` is copied, and writes wait meanwhile"))
        }
        Cost::Rewrite => finding.label(format!("`{table}` and its indexes are rewritten: {waits}")),
        Cost::Scan => {
            finding.weight(Weight::Scan).label(format!("every row of `{table}` is read: {waits}"))
        }
        Cost::Recheck(why) => {
            let finding = finding
                .weight(Weight::Scan)
                .label(format!("every row of `{table}` is read: {waits}"))
                .note(why);
            rechecked(finding, stmt, context, change)
        }
        Cost::Doubt(why) => finding
            .severity(Severity::Warning)
            .label(format!("`{table}` may be rewritten"))
            .note(why),
    };
    let finding = if context.dialect == Dialect::SqlServer {
        finding.severity(Severity::Warning)
    } else {
        finding
    };
    Some(if turns_on_version(context, change, replayed) {
        on_version(finding, context)
    } else {
        finding
    })
}

/// The first version for which two kinds of timestamp may be one.
const ONE_IN_UTC: u16 = 12;

/// Tells whether an older or newer server would do something else.
fn turns_on_version(
    context: &RuleContext<'_>,
    change: &Change<'_>,
    replayed: Option<&ColumnType>,
) -> bool {
    let parsed = |kind: &ColumnType| kind.sql.as_str().map(SqlType::parse);
    let (old, new) =
        (replayed.or(change.existing).and_then(parsed), change.to.get().and_then(parsed));
    let (Some(old), Some(new), true, None) = (old, new, context.is_postgresql(), change.using)
    else {
        return false;
    };
    let on = |major| type_change::change(&old, &new, context.dialect, ServerVersion::major(major));
    on(ONE_IN_UTC - 1) != on(ONE_IN_UTC)
}

fn on_version(finding: RawFinding, context: &RuleContext<'_>) -> RawFinding {
    let otherwise = match context.is_at_least(ONE_IN_UTC) {
        true => "it is rewritten in every time zone",
        false => "it is free where the session's time zone is UTC",
    };
    context.resting_on_version(finding, ONE_IN_UTC, otherwise)
}

fn retitled(mut finding: RawFinding, table: &TableName, name: &str, new: &str) -> RawFinding {
    finding.message = format!("`{table}.{name}` changes to {new}");
    finding
}

fn title(kind: &ColumnType) -> Option<String> {
    kind.sql.as_str().map(str::to_owned)
}

fn cost(
    context: &RuleContext<'_>,
    change: &Change<'_>,
    replayed: Option<&ColumnType>,
    is_indexed: bool,
    is_enum: &dyn Fn(&ColumnType) -> bool,
) -> Cost {
    let name = change.column.as_str().unwrap_or_default();
    if change
        .using
        .is_some_and(|using| using.as_str().is_none_or(|using| !condition::is_cast(using, name)))
    {
        return Cost::Rewrite;
    }
    let old = replayed.or(change.existing);
    if context.is_postgresql() && change.to.get().is_some_and(|to| relabels(old, to, is_enum)) {
        return Cost::Rewrite;
    }
    let Some((to, new)) =
        change.to.get().and_then(|to| Some((to, SqlType::of(to, context.dialect)?)))
    else {
        return Cost::Doubt("the new type could not be read".to_owned());
    };
    let between =
        |old: &ColumnType| type_change::between(old, to, context.dialect, context.server_version());
    match (replayed.and_then(between), change.existing.and_then(between)) {
        (Some(TypeChange::RebuildsIndexes), _) if is_indexed => Cost::Scan,
        (Some(TypeChange::Free | TypeChange::RebuildsIndexes), _) => Cost::Free,
        (Some(TypeChange::Rewrites), _) | (None, Some(TypeChange::Rewrites)) => Cost::Rewrite,
        (Some(TypeChange::FreeInUtc), _) | (None, Some(TypeChange::FreeInUtc)) => {
            Cost::Doubt("free only where the session's time zone is UTC: `SET timezone = 'UTC'` \
                before it".to_owned())
        }
        (None, Some(TypeChange::Free | TypeChange::RebuildsIndexes)) => Cost::Doubt(
            "free if the column is what `existing_type=` says; no revision that was read tells its \
             type".to_owned(),
        ),
        (Some(TypeChange::Unknown), _) | (None, _) if always_rewrites(&new) => Cost::Rewrite,
        _ => Cost::Doubt("the type it has now could not be read; `existing_type=` would \
            tell".to_owned()),
    }
}

/// Says what has each row looked at again although none is written (seen on PostgreSQL 12.22, 16.14
/// and 18.4).
fn recheck(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    change: &Change<'_>,
) -> Option<String> {
    let table = context.table(stmt, change.table)?;
    let column = change.column.as_str()?;
    let name = |held: &ConstraintState| {
        held.constraint.name().and_then(Known::as_str).unwrap_or("…").to_owned()
    };
    match table.check_of(column) {
        Some(held) => {
            Some(format!("nothing is written, but `{}` is checked again for every row", name(held)))
        }
        None if table.computes_index_of(column) => Some(format!(
            "nothing is written, but an index that computes with `{column}` is rebuilt"
        )),
        None => None,
    }
}

/// A CHECK is taken away for the change and comes back NOT VALID.
fn rechecked(
    finding: RawFinding,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    change: &Change<'_>,
) -> RawFinding {
    let table = context.table(stmt, change.table);
    let held = table
        .as_ref()
        .zip(change.column.as_str())
        .and_then(|(table, column)| table.check_of(column));
    let Some(Constraint::Check(check)) = held.map(|held| &held.constraint) else {
        let finding = finding.remedy(
            "Drop the index CONCURRENTLY before, and build it CONCURRENTLY behind the change.",
        );
        return RawFinding { safe_form: None, ..finding };
    };
    let name = check.name.as_ref().and_then(Known::as_str).unwrap_or("...");
    let condition = check.condition.as_str().unwrap_or("...");
    let drop = OpCall::new("drop_constraint").text(name).table(change.table);
    let create = OpCall::new("create_check_constraint").text(name).table(change.table);
    let create = create.text(condition).keyword("postgresql_not_valid", "True");
    finding
        .remedy(
            "Drop the CHECK before, and add it again NOT VALID; validate it in a later deployment.",
        )
        .safe_form(format!(
            "{}\n{}\n{}\n{}  # a later deployment",
            drop.keyword("type_", "\"check\"").call(),
            code::written(context, &stmt.step.site),
            create.call(),
            Sql::validate(context.dialect, change.table, name).execute()
        ))
}

fn is_indexed(stmt: &StatementRef<'_>, context: &RuleContext<'_>, change: &Change<'_>) -> bool {
    let Some(column) = change.column.as_str() else { return true };
    context.before(stmt, |database| {
        database.table(change.table).is_some_and(|table| table.is_indexed(column))
    })
}

/// Types that no other type becomes for free.
fn always_rewrites(new: &SqlType) -> bool {
    let written_otherwise = matches!(
        new.family(),
        Family::Integer
            | Family::Float
            | Family::Padded
            | Family::Boolean
            | Family::Date
            | Family::Json
            | Family::Uuid
            | Family::Bytes
    );
    new.array == 0
        && (written_otherwise || (new.family() == Family::Decimal && !new.arguments.is_empty()))
}

/// A type of labels is written otherwise than anything but itself.
fn relabels(
    old: Option<&ColumnType>,
    new: &ColumnType,
    is_enum: &dyn Fn(&ColumnType) -> bool,
) -> bool {
    old.is_some_and(|old| {
        let (before, after) = (old.sql.as_str(), new.sql.as_str());
        let is_other =
            before.is_some_and(|before| !after.is_some_and(|after| is_same_name(before, after)));
        (is_enum(old) || is_enum(new)) && is_other
    })
}

/// Tells whether a type is one of labels, by its declaration or by a CREATE TYPE of the history.
fn is_enum(stmt: &StatementRef<'_>, context: &RuleContext<'_>, kind: &ColumnType) -> bool {
    let declared = kind.labels.as_ref().is_some_and(|labels| labels.native);
    let known = |name: &str| {
        let name = without_default_schema(name);
        context.before(stmt, |database| database.enum_type(name).is_some())
    };
    declared || kind.sql.as_str().is_some_and(known)
}

fn safe_form(stmt: &StatementRef<'_>, context: &RuleContext<'_>, change: &Change<'_>) -> String {
    let (table, name) = (change.table, change.column.as_str().unwrap_or("..."));
    let written = code::keyword(context, stmt.step, "type_");
    let kind = written
        .or_else(|| change.to.get().map(code::python_type))
        .unwrap_or_else(|| "...".to_owned());
    let new = change.to.get().and_then(title).unwrap_or_else(|| "...".to_owned());
    let copy = Copied { table, column: name, kind: &kind, cast: &new };
    copied(
        context,
        &copy,
        "a later revision, in batches",
        &format!("with a backup plan, once code uses {name}_new"),
    )
}

/// A column that is copied into one of another type.
pub(super) struct Copied<'c> {
    /// The table.
    pub(super) table: &'c TableName,
    /// The column.
    pub(super) column: &'c str,
    /// The new type, as SQLAlchemy writes it.
    pub(super) kind: &'c str,
    /// The new type, as SQL writes it.
    pub(super) cast: &'c str,
}

/// Returns the three deployments that copy a column into one of another type; `how` and `when` say
/// more of the second and the third.
pub(super) fn copied(
    context: &RuleContext<'_>,
    copy: &Copied<'_>,
    how: &str,
    when: &str,
) -> String {
    let (table, column) = (copy.table, copy.column);
    let new = format!("{column}_new");
    let add = OpCall::new("add_column").table(table);
    let declared = format!("sa.Column({}, {}, nullable=True)", code::quoted(&new), copy.kind);
    let fill = Sql::new(context.dialect, "UPDATE").table(table).words("SET").name(&new);
    let fill = fill.words("= CAST(").name(column).words("AS").words(copy.cast).words(")");
    let drop = OpCall::new("drop_column").table(table).text(column);
    format!(
        "{}  # 1\n{}  # 2, {how}\n{}  # 3, {when}",
        add.code(declared).call(),
        fill.words("WHERE ...").execute(),
        drop.call()
    )
}

/// Add, copy, drop and rename of one column in one revision is a type change by hand: the copy runs
/// while the lock of the first statement is held.
fn swapped<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<RawFinding> {
    let Statement::Table(TableChange::DropColumn { table, column, .. }) = stmt.statement() else {
        return None;
    };
    if context.dialect == Dialect::Sqlite || context.is_new(stmt, table) {
        return None;
    }
    let successor = drop_column::successor(stmt, context, table, column)?;
    if !drop_column::is_copied(stmt, context, table, &successor) {
        return None;
    }
    let (name, other) = (column.as_str().unwrap_or("…"), successor.as_str().unwrap_or("…"));
    Some(
        context.finding(
            stmt,
            format!("`{table}.{name}` is replaced by `{other}`, which is filled from it, in one \
                transaction"),
        )
        .object(name)
        .plan(Some(Plan::Backup))
        .label("the copy is made while reads and writes wait")
        .remedy(
            "Add the column, copy in batches, and drop the old one in three revisions, deployed \
             one after the other.",
        ),
    )
}
