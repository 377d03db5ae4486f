//! A new type that is stored otherwise writes the table anew.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::dependants::refusing_view;
use crate::rule::hit::Hit;
use crate::rule::labels;
use crate::rules::drop_column;
use crate::schema::table::Held;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{ColumnType, Constraint, TableName};
use crate::sql::type_change;
use crate::sql::type_change::TypeChange;
use crate::sql::types::{Family, SqlType};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "column-type-change",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Rewrite,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "changes the type of a column so that the table is written anew",
    harm: "PostgreSQL writes the whole table and all its indexes anew under ACCESS EXCLUSIVE: readers and writers wait \
           until it is done, and the disk must hold both copies. A longer varchar, varchar to text and a wider numeric \
           of the same scale are free, unless a CHECK names the column and is checked again for every row; timestamp to \
           timestamptz is free from PostgreSQL 12 on where the session's time zone is UTC. MySQL copies the table and \
           blocks writers.",
    remedy: "Add a column of the new type, keep it filled from code, copy in batches, read from it, and drop the old one \
             in a later deployment.",
    example: example!("column-type-change"),
    check: Check::Upgrade(check),
};

/// The remedy where the new type has the labels of the old one and more.
const MORE_LABELS: &str = "Add the labels to the type that is there, with ALTER TYPE ... ADD VALUE: no row is read, and \
                           nobody waits.";

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

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    if let Some(hit) = swapped(deed, case) {
        return vec![hit];
    }
    let restated;
    let change = match deed.statement() {
        Statement::AlterType { table, column, to, existing, using } => {
            Change { table, column, to, existing: existing.as_ref(), using: using.as_ref() }
        }
        Statement::RestateColumn { table, name, column, existing, .. } if sets_type(deed.step) => {
            restated = Known::from(column.kind.clone());
            Change { table, column: name, to: &restated, existing: existing.as_ref(), using: None }
        }
        _ => return Vec::new(),
    };
    if case.dialect == Dialect::Sqlite || case.is_new(deed, change.table) {
        return Vec::new();
    }
    if let Some(hit) = refused(deed, case, &change) {
        return vec![hit];
    }
    let replayed = case.old_type(deed, change.table, change.column);
    hit(deed, case, &change, replayed.as_ref()).into_iter().collect()
}

/// PostgreSQL changes no type that a view reads, be the change free or not (seen on 16.14).
fn refused<'a>(deed: &Deed<'a>, case: &Case<'a>, change: &Change<'_>) -> Option<Hit> {
    let column = change.column.as_str().filter(|_| case.is_postgresql())?;
    let (table, view) = (change.table, refusing_view(deed, case, change.table, column)?);
    let hit = case.hit(deed, format!("`{table}.{column}` cannot change its type while the view `{view}` reads it"));
    let hit = hit.weight(Weight::Fails).plan(None).object(column).label("the deployment fails here");
    Some(hit.remedy(format!("Drop `{view}` before, and make it again behind the change, in the same revision.")))
}

/// MODIFY restates the type even where `op.alter_column` was not asked to change it.
fn sets_type(step: &Step) -> bool {
    match &step.operation {
        Operation::AlterColumn(alter) => alter.kind.is_some(),
        _ => true,
    }
}

fn hit(deed: &Deed<'_>, case: &Case<'_>, change: &Change<'_>, replayed: Option<&ColumnType>) -> Option<Hit> {
    let cost = match cost(case, change, replayed, is_indexed(deed, case, change), &|kind| is_enum(deed, case, kind)) {
        Cost::Free if case.is_postgresql() => recheck(deed, case, change).map_or(Cost::Free, Cost::Recheck),
        cost => cost,
    };
    let (table, name) = (change.table, change.column.as_str().unwrap_or("…"));
    let old = replayed.or(change.existing).and_then(title).map(|old| format!("{old} to ")).unwrap_or_default();
    let new = change.to.get().and_then(title).unwrap_or_else(|| "another type".to_owned());
    let hit = case
        .hit(deed, format!("`{table}.{name}` changes from {old}{new}").replace("from another", "to another"))
        .object(name)
        .safe_form(safe_form(deed, case, change));
    let hit = if old.is_empty() { retitled(hit, table, name, &new) } else { hit };
    let added = replayed.zip(change.to.get()).and_then(|(old, new)| labels::added(deed, case, old, new));
    let hit = match added {
        Some(code) => hit.remedy(MORE_LABELS).safe_form(code),
        None => hit,
    };
    let waits = "reads and writes wait meanwhile";
    let hit = match cost {
        Cost::Free => return None,
        Cost::Rewrite if case.dialect.is_mysql() => {
            hit.label(format!("`{table}` is copied, and writes wait meanwhile"))
        }
        Cost::Rewrite => hit.label(format!("`{table}` and its indexes are written anew: {waits}")),
        Cost::Scan => hit.weight(Weight::Scan).label(format!("every row of `{table}` is read: {waits}")),
        Cost::Recheck(why) => {
            let hit = hit.weight(Weight::Scan).label(format!("every row of `{table}` is read: {waits}")).aside(why);
            rechecked(hit, deed, case, change)
        }
        Cost::Doubt(why) => hit.severity(Severity::Warning).label(format!("`{table}` may be written anew")).aside(why),
    };
    let hit = if case.dialect == Dialect::SqlServer { hit.severity(Severity::Warning) } else { hit };
    Some(if turns_on_version(case, change, replayed) { on_version(hit, case) } else { hit })
}

/// The first version for which two kinds of timestamp may be one.
const ONE_IN_UTC: u16 = 12;

/// Tells whether an older or newer server would do something else.
fn turns_on_version(case: &Case<'_>, change: &Change<'_>, replayed: Option<&ColumnType>) -> bool {
    let parsed = |kind: &ColumnType| kind.sql.as_str().map(SqlType::parse);
    let (old, new) = (replayed.or(change.existing).and_then(parsed), change.to.get().and_then(parsed));
    let (Some(old), Some(new), true, None) = (old, new, case.is_postgresql(), change.using) else { return false };
    let on = |major| type_change::change(&old, &new, case.dialect, ServerVersion::major(major));
    on(ONE_IN_UTC - 1) != on(ONE_IN_UTC)
}

fn on_version(hit: Hit, case: &Case<'_>) -> Hit {
    let otherwise = match case.is_at_least(ONE_IN_UTC) {
        true => "it is written anew in every time zone",
        false => "it is free where the session's time zone is UTC",
    };
    case.resting_on_version(hit, ONE_IN_UTC, otherwise)
}

fn retitled(mut hit: Hit, table: &TableName, name: &str, new: &str) -> Hit {
    hit.message = format!("`{table}.{name}` changes to {new}");
    hit
}

fn title(kind: &ColumnType) -> Option<String> {
    kind.sql.as_str().map(str::to_owned)
}

fn cost(
    case: &Case<'_>,
    change: &Change<'_>,
    replayed: Option<&ColumnType>,
    is_indexed: bool,
    is_enum: &dyn Fn(&ColumnType) -> bool,
) -> Cost {
    let name = change.column.as_str().unwrap_or_default();
    if change.using.is_some_and(|using| using.as_str().is_none_or(|using| !is_cast(using, name))) {
        return Cost::Rewrite;
    }
    let old = replayed.or(change.existing);
    if case.is_postgresql() && change.to.get().is_some_and(|to| relabels(old, to, is_enum)) {
        return Cost::Rewrite;
    }
    let Some((to, new)) = change.to.get().and_then(|to| Some((to, SqlType::of(to, case.dialect)?))) else {
        return Cost::Doubt("the new type could not be read".to_owned());
    };
    // One name is one type of the database, whatever labels are declared for it.
    let is_same = |old: &ColumnType| case.is_postgresql() && old.sql.is_known() && old.sql == to.sql;
    let between = |old: &ColumnType| match is_same(old) {
        true => Some(TypeChange::Free),
        false => Some(type_change::change(&SqlType::of(old, case.dialect)?, &new, case.dialect, case.server_version())),
    };
    match (replayed.and_then(between), change.existing.and_then(between)) {
        (Some(TypeChange::RebuildsIndexes), _) if is_indexed => Cost::Scan,
        (Some(TypeChange::Free | TypeChange::RebuildsIndexes), _) => Cost::Free,
        (Some(TypeChange::Rewrites), _) | (None, Some(TypeChange::Rewrites)) => Cost::Rewrite,
        (Some(TypeChange::FreeInUtc), _) | (None, Some(TypeChange::FreeInUtc)) => {
            Cost::Doubt("free only where the session's time zone is UTC: `SET timezone = 'UTC'` before it".to_owned())
        }
        (None, Some(TypeChange::Free | TypeChange::RebuildsIndexes)) => Cost::Doubt(
            "free if the column is what `existing_type=` says; no revision that was read tells its type".to_owned(),
        ),
        (Some(TypeChange::Unknown), _) | (None, _) if always_rewrites(&new) => Cost::Rewrite,
        _ => Cost::Doubt("the type it has now could not be read; `existing_type=` would tell".to_owned()),
    }
}

/// Says what has each row looked at again although none is written (seen on PostgreSQL 12.22, 16.14 and 18.4).
fn recheck(deed: &Deed<'_>, case: &Case<'_>, change: &Change<'_>) -> Option<String> {
    let table = case.table(deed, change.table)?;
    let column = change.column.as_str()?;
    let name = |held: &Held| held.constraint.name().and_then(Known::as_str).unwrap_or("…").to_owned();
    match table.check_of(column) {
        Some(held) => Some(format!("nothing is written, but `{}` is checked again for every row", name(held))),
        None if table.computes_index_of(column) => {
            Some(format!("nothing is written, but an index that computes with `{column}` is built anew"))
        }
        None => None,
    }
}

/// A CHECK is taken away for the change and comes back NOT VALID.
fn rechecked(hit: Hit, deed: &Deed<'_>, case: &Case<'_>, change: &Change<'_>) -> Hit {
    let table = case.table(deed, change.table);
    let held = table.as_ref().zip(change.column.as_str()).and_then(|(table, column)| table.check_of(column));
    let Some(Constraint::Check(check)) = held.map(|held| &held.constraint) else {
        let hit = hit.remedy("Drop the index CONCURRENTLY before, and build it CONCURRENTLY behind the change.");
        return Hit { safe_form: None, ..hit };
    };
    let (argument, schema) = (code::table_argument(change.table), code::schema_argument(change.table));
    let name = code::quoted(check.name.as_ref().and_then(Known::as_str).unwrap_or("..."));
    let condition = code::quoted(check.condition.as_str().unwrap_or("..."));
    let validate = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", change.table, name.trim_matches('"'));
    hit.remedy("Drop the CHECK before, and add it again NOT VALID; validate it in a later deployment.").safe_form(
        format!(
            "op.drop_constraint({name}, {argument}, type_=\"check\"{schema})\n{}\n\
         op.create_check_constraint({name}, {argument}, {condition}{schema}, postgresql_not_valid=True)\n\
         {}  # a later deployment",
            code::written(case, &deed.step.site),
            code::execute(&validate)
        ),
    )
}

fn is_indexed(deed: &Deed<'_>, case: &Case<'_>, change: &Change<'_>) -> bool {
    let Some(column) = change.column.as_str() else { return true };
    case.before(deed, |database| database.table(change.table).is_some_and(|table| table.is_indexed(column)))
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
    new.array == 0 && (written_otherwise || (new.family() == Family::Decimal && !new.arguments.is_empty()))
}

/// A type of labels is written otherwise than anything but itself.
fn relabels(old: Option<&ColumnType>, new: &ColumnType, is_enum: &dyn Fn(&ColumnType) -> bool) -> bool {
    old.is_some_and(|old| (is_enum(old) || is_enum(new)) && old.sql.is_known() && old.sql != new.sql)
}

/// Tells whether a type is one of labels, by its declaration or by a CREATE TYPE of the history.
fn is_enum(deed: &Deed<'_>, case: &Case<'_>, kind: &ColumnType) -> bool {
    let declared = kind.labels.as_ref().is_some_and(|labels| labels.native);
    let known = |name: &str| case.before(deed, |database| database.enum_type(name).is_some());
    declared || kind.sql.as_str().is_some_and(known)
}

/// Tells whether USING only casts the column itself.
fn is_cast(using: &str, column: &str) -> bool {
    let bare: String = using.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '(' | ')')).collect();
    let bare = bare.to_lowercase();
    let column = column.to_lowercase();
    bare == column
        || bare.strip_prefix(&column).is_some_and(|rest| rest.starts_with("::") && !rest[2..].contains("::"))
        || bare.strip_prefix("cast").is_some_and(|rest| rest.starts_with(&format!("{column}as")))
}

fn safe_form(deed: &Deed<'_>, case: &Case<'_>, change: &Change<'_>) -> String {
    let (table, name) = (change.table, change.column.as_str().unwrap_or("..."));
    let sql = code::sql_in_string(table);
    let (argument, schema) = (code::table_argument(table), code::schema_argument(table));
    let written = code::keyword(case, deed.step, "type_");
    let kind = written.or_else(|| change.to.get().map(code::python_type)).unwrap_or_else(|| "...".to_owned());
    let new = change.to.get().and_then(title).unwrap_or_else(|| "...".to_owned());
    format!(
        "op.add_column({argument}, sa.Column(\"{name}_new\", {kind}, nullable=True){schema})  # 1\n\
         op.execute(\"UPDATE {sql} SET {name}_new = CAST({name} AS {new}) WHERE ...\")  # 2, a later revision, in batches\n\
         op.drop_column({argument}, \"{name}\"{schema})  # 3, with a backup plan, once code uses {name}_new"
    )
}

/// Add, copy, drop and rename of one column in one revision is a type change by hand: the copy runs while the lock of
/// the first statement is held.
fn swapped<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Option<Hit> {
    let Statement::DropColumn { table, column, .. } = deed.statement() else { return None };
    if case.dialect == Dialect::Sqlite || case.is_new(deed, table) {
        return None;
    }
    let successor = drop_column::successor(deed, case, table, column)?;
    if !drop_column::is_copied(deed, case, table, &successor) {
        return None;
    }
    let (name, other) = (column.as_str().unwrap_or("…"), successor.as_str().unwrap_or("…"));
    Some(
        case.hit(
            deed,
            format!("`{table}.{name}` is replaced by `{other}`, which is filled from it, in one transaction"),
        )
        .object(name)
        .plan(Some(Plan::Backup))
        .label("the copy is made while reads and writes wait")
        .remedy(
            "Add the column, copy in batches, and drop the old one in three revisions, deployed one after the other.",
        ),
    )
}
