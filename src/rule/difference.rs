//! What is not as it was when an upgrade has been taken back: both directions are replayed and
//! compared.
//!
//! Only what both sides could read is compared: a table that the history never made is known as far
//! as this migration names its parts. The order of columns, comments, and names that the server
//! makes up are no difference.

use crate::rule::context::RuleContext;
use crate::rule::dropped_names::{dropped_names, is_made_here};
use crate::rule::identity::{described, identity, index_identity, index_name};
use crate::rule::legs::Legs;
use crate::rule::objects;
use crate::rule::raw_finding::Direction;
use crate::schema::answer::marks::is_doubtful;
use crate::schema::database::Database;
use crate::schema::mark::ObjectName;
use crate::schema::table::{Column, Origin, Table};
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, EnumType, Index, ServerDefault};
use crate::sql::table_change::TableChange;
use crate::sql::types::SqlType;
use crate::text::known::Known;

/// Returns what is not as it was, one sentence each, the object first.
pub fn differences<'c>(context: &'c RuleContext<'_>) -> &'c [String] {
    context.differences.get_or_init(|| compared(context))
}

fn compared(context: &RuleContext<'_>) -> Vec<String> {
    let unread = |direction| {
        context.statements(direction).any(|stmt| {
            let nowhere = |statement: &Statement| match statement {
                Statement::Unreadable { table, .. } => table.is_none(),
                other => other.table().is_some_and(|table| !table.name.is_known()),
            };
            nowhere(stmt.statement())
        })
    };
    // What drops a constraint without a name fails when it runs, and unnamed-constraint says so.
    let fails = context.statements(Direction::Downgrade).any(|stmt| {
        matches!(stmt.statement(), Statement::Table(TableChange::DropConstraint { name: None, .. }))
    });
    if fails || unread(Direction::Downgrade) || unread(Direction::Upgrade) {
        return Vec::new();
    }
    let dropped =
        context.statements(Direction::Upgrade).filter(|stmt| !is_made_here(context, stmt));
    let dropped = dropped.filter_map(|stmt| match &stmt.emitted.statement {
        Statement::Table(TableChange::DropColumn { table, column: Known::Is(column), .. }) => {
            Some((table, column.as_str()))
        }
        _ => None,
    });
    let legs = Legs {
        dropped: dropped.collect(),
        before: context.before_migration(),
        between: context.after(Direction::Upgrade),
        after: context.after(Direction::Downgrade),
        revision: context.revision(),
    };
    let mut found = tables(&legs);
    found.extend(parts(&legs));
    found.extend(dropped_names(context, &legs));
    found.extend(types(context, &legs));
    found.extend(objects::differences(context));
    found.dedup();
    found
}

fn tables(legs: &Legs<'_>) -> Vec<String> {
    let is_left = |table: &&Table| {
        is_of(&table.origin, legs.revision)
            && find(legs.before, table).is_none()
            && find(legs.between, table)
                .is_some_and(|between| is_of(&between.origin, legs.revision))
    };
    let left = legs
        .after
        .tables_unlike(legs.before)
        .filter(is_left)
        .map(|table| format!("`{}` stays behind", title(table)));
    // One of which it is not known whether it stood cannot be missed.
    let stood = |table: &Table| !is_doubtful(legs.before, &ObjectName::Table(table.key()));
    let is_lost = |table: &&Table| find(legs.after, table).is_none() && stood(table);
    let lost = legs
        .before
        .tables_unlike(legs.after)
        .filter(is_lost)
        .map(|table| format!("`{}` does not come back", title(table)));
    left.chain(lost).collect()
}

/// Compares the parts of tables that stand on both sides.
pub(super) fn parts(legs: &Legs<'_>) -> Vec<String> {
    let mut found = Vec::new();
    // What nothing touched is the very table that it was.
    for after in legs.after.tables_unlike(legs.before) {
        let between = find(legs.between, after);
        // A table that no revision made and that is met here was there before, with columns that
        // nobody knows.
        let met = matches!(after.origin, Origin::Met)
            .then(|| Table::met(after.schema.clone(), after.name.clone()));
        let Some(before) = find(legs.before, after).or(met.as_ref()) else { continue };
        found.extend(columns(legs, before, between, after));
        if let Some(between) = between {
            found.extend(constraints(before, between, after));
            found.extend(indexes(before, between, after));
        }
    }
    found
}

pub(super) fn columns(
    legs: &Legs<'_>,
    before: &Table,
    between: Option<&Table>,
    after: &Table,
) -> Vec<String> {
    let name = title(after);
    let mut found = Vec::new();
    for column in &before.columns {
        let now = after.column(&column.name);
        match now {
            None => found.push(format!("`{name}.{}` does not come back", column.name)),
            Some(now) => {
                let between = between.and_then(|between| between.column(&column.name));
                found.extend(attributes(&name, column, between, now));
            }
        }
    }
    for column in after.columns.iter().filter(|column| before.column(&column.name).is_none()) {
        let was_added = between.and_then(|between| between.column(&column.name));
        let added_here = was_added.is_some_and(|between| is_of(&between.origin, legs.revision));
        let was_there = legs
            .dropped
            .iter()
            .any(|(table, dropped)| **table == after.table_name() && *dropped == column.name);
        if added_here && !was_there && is_of(&column.origin, legs.revision) {
            found.push(format!("`{name}.{}` stays behind", column.name));
        }
    }
    found
}

fn attributes(
    table: &str,
    before: &Column,
    between: Option<&Column>,
    after: &Column,
) -> Vec<String> {
    let name = format!("`{table}.{}`", before.name);
    let mut found = Vec::new();
    let sql = |column: &Column| {
        column.kind.as_ref().and_then(|kind| kind.sql.as_str().map(str::to_owned))
    };
    if let (Some(was), Some(now)) = (sql(before), sql(after))
        && stored(&was) != stored(&now)
    {
        found.push(format!("{name} is {now} instead of {was}"));
    }
    match (&before.nullable, &after.nullable) {
        (Known::Is(false), Known::Is(true)) => {
            found.push(format!("{name} is open to NULL instead of NOT NULL"))
        }
        (Known::Is(true), Known::Is(false)) => {
            found.push(format!("{name} is NOT NULL instead of open to NULL"))
        }
        // What it was is not known, but the upgrade sets it and the downgrade leaves it.
        (Known::Unreadable, Known::Is(now))
            if between.is_some_and(|between| between.nullable == after.nullable) =>
        {
            let now = if *now { "open to NULL" } else { "NOT NULL" };
            found.push(format!("{name} stays {now}"));
        }
        _ => {}
    }
    found.extend(default(&name, before, after));
    found
}

/// Returns a type as it is stored: SERIAL is an integer with a default.
fn stored(sql: &str) -> SqlType {
    let plain = match sql.to_ascii_uppercase().as_str() {
        "SERIAL" => "INTEGER",
        "BIGSERIAL" => "BIGINT",
        "SMALLSERIAL" => "SMALLINT",
        _ => sql,
    };
    SqlType::parse(plain)
}

fn default(name: &str, before: &Column, after: &Column) -> Option<String> {
    let (Known::Is(was), Known::Is(now)) = (&before.default, &after.default) else { return None };
    let text = |default: &ServerDefault| default.sql.as_str().unwrap_or("…").to_owned();
    match (was, now) {
        (Some(was), None) => Some(format!("{name} is without its default {}", text(was))),
        // A default that cannot be known may be none.
        (None, Some(now)) if now.sql.is_known() => {
            Some(format!("{name} has the default {}, where it had none,", text(now)))
        }
        (Some(was), Some(now)) => {
            let known = was.sql.is_known() && now.sql.is_known();
            let differs = unqualified(&text(was)) != unqualified(&text(now));
            (known && differs)
                .then(|| format!("{name} has the default {} instead of {}", text(now), text(was)))
        }
        (None, _) => None,
    }
}

/// Returns a default without casts, schemas and quotes, which say the same in another way.
fn unqualified(sql: &str) -> String {
    let sql =
        sql.split("::").next().unwrap_or(sql).trim().trim_matches(['(', ')', '\'']).to_lowercase();
    sql.strip_prefix("public.").unwrap_or(&sql).to_owned()
}

fn constraints(before: &Table, between: &Table, after: &Table) -> Vec<String> {
    let name = title(after);
    let held = |table: &Table, constraint: &Constraint| {
        let wanted = identity(constraint);
        wanted.is_none()
            || table.constraints.iter().any(|held| identity(&held.constraint) == wanted)
    };
    let lost = before.constraints.iter().filter(|it| !held(after, &it.constraint));
    let lost =
        lost.map(|it| format!("{} of `{name}` does not come back", described(&it.constraint)));
    let left = between.constraints.iter().filter(|it| {
        let known = identity(&it.constraint).is_some();
        known && !held(before, &it.constraint) && held(after, &it.constraint)
    });
    let left = left.map(|it| format!("{} of `{name}` stays behind", described(&it.constraint)));
    lost.chain(left).collect()
}

pub(super) fn indexes(before: &Table, between: &Table, after: &Table) -> Vec<String> {
    let name = title(after);
    let held = |table: &Table, index: &Index| {
        index_identity(index).is_none_or(|wanted| {
            table.indexes.iter().any(|other| index_identity(other).as_ref() == Some(&wanted))
        })
    };
    let lost = before.indexes.iter().filter(|index| !held(after, index));
    let lost =
        lost.map(|index| format!("index `{}` of `{name}` does not come back", index_name(index)));
    let left = between.indexes.iter().filter(|index| {
        index_identity(index).is_some() && !held(before, index) && held(after, index)
    });
    let left = left.map(|index| format!("index `{}` of `{name}` stays behind", index_name(index)));
    lost.chain(left).collect()
}

/// Finds types that stay and that no column ever used: those that lost one are reported by
/// enum-type-left-behind.
fn types(context: &RuleContext<'_>, legs: &Legs<'_>) -> Vec<String> {
    let name = |kind: &EnumType| kind.name.as_ref().and_then(Known::as_str).map(str::to_owned);
    let has = |database: &Database, wanted: &str| database.enum_type(wanted).is_some();
    let used = |wanted: &str| {
        let columns = legs.between.tables().flat_map(|table| &table.columns);
        columns.filter_map(|column| column.kind.as_ref()).any(|kind| {
            kind.labels.as_ref().and_then(name).as_deref() == Some(wanted)
                || kind
                    .sql
                    .as_str()
                    .is_some_and(|sql| sql.trim_end_matches("[]").eq_ignore_ascii_case(wanted))
        })
    };
    // A type that makes way for another of its name was there before.
    let moved = |wanted: &str| {
        context.statements(Direction::Upgrade).any(|stmt| match stmt.statement() {
            Statement::Object(ObjectChange::AlterType {
                name,
                change: EnumChange::Rename { .. },
            }) => name.as_str() == Some(wanted),
            _ => false,
        })
    };
    let names = legs.after.types.iter().filter_map(name);
    let left = names.filter(|kind| {
        !has(legs.before, kind) && has(legs.between, kind) && !used(kind) && !moved(kind)
    });
    left.map(|kind| format!("type `{kind}` stays behind")).collect()
}

fn find<'a>(database: &'a Database, table: &Table) -> Option<&'a Table> {
    database.namesake(table)
}

fn is_of(origin: &Origin, revision: &str) -> bool {
    matches!(origin, Origin::Revision { revision: of, .. } if **of == *revision)
}

fn title(table: &Table) -> String {
    match &table.schema {
        None => table.name.clone(),
        Some(schema) => format!("{schema}.{}", table.name),
    }
}
