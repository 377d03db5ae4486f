//! The sides of a merge: what each line of history did since they parted.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::migration::Migration;
use crate::rule::context::RuleContext;
use crate::rule::schema_questions::is_scaffold;
use crate::schema::names;
use crate::schema::names::Names;
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// One line of history, from where the sides of a merge part up to it.
#[derive(Debug)]
pub struct Side {
    /// The parent that the merge names.
    pub parent: Rc<str>,
    /// The revisions that only this side has, in the order in which they are applied.
    pub migrations: Vec<Rc<Migration>>,
}

/// A statement of one side.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// The statement.
    pub statement: &'a Statement,
    /// Whether it does nothing where that is done already.
    pub guarded: bool,
}

/// Returns the sides of a merge; none where the migration merges nothing.
pub fn sides(context: &RuleContext<'_>) -> Vec<Side> {
    let graph = context.history.graph();
    let parents: Vec<Rc<str>> = context
        .migration
        .header
        .down_revisions
        .iter()
        .map(|parent| Rc::from(parent.as_str()))
        .collect();
    if parents.len() < 2 {
        return Vec::new();
    }
    if let Some(lines) = context.memory().ancestry(graph).and_then(|it| it.lines(graph, &parents)) {
        let read = |at: usize| context.history.migration(&graph.nodes()[at].id);
        let side = |(parent, line): (&Rc<str>, Vec<usize>)| Side {
            parent: parent.clone(),
            migrations: line.into_iter().filter_map(read).collect(),
        };
        return parents.iter().zip(lines).map(side).collect();
    }
    let reached: Vec<HashSet<Rc<str>>> = parents
        .iter()
        .map(|parent| {
            let mut set = graph.ancestor_set(parent);
            set.insert(parent.clone());
            set
        })
        .collect();
    let side = |at: usize, parent: &Rc<str>| {
        let elsewhere = |id: &Rc<str>| {
            reached.iter().enumerate().any(|(other, set)| other != at && set.contains(id))
        };
        let line = graph.ancestors(parent).into_iter().chain([parent.clone()]);
        let own = line.filter(|id| !elsewhere(id));
        Side {
            parent: parent.clone(),
            migrations: own.filter_map(|id| context.history.migration(&id)).collect(),
        }
    };
    parents.iter().enumerate().map(|(at, parent)| side(at, parent)).collect()
}

impl Side {
    /// Returns what the side does to tables that are judged, in order.
    pub fn acts(&self) -> Vec<Act<'_>> {
        let mut acts = Vec::new();
        for migration in &self.migrations {
            for step in &migration.upgrade.steps {
                let emitted = step
                    .emitted
                    .iter()
                    .filter(|emitted| !emitted.statement.table().is_some_and(is_scaffold));
                acts.extend(emitted.map(|emitted| Act {
                    migration,
                    statement: &emitted.statement,
                    guarded: step.conditional || emitted.conditional || says_if(&emitted.statement),
                }));
            }
        }
        acts
    }
}

/// Says that the sides of a merge do not meet: each changed tables, and no side changed or read
/// those of another. Nothing where that cannot be said.
pub fn disjoint(context: &RuleContext<'_>) -> Option<String> {
    let sides = sides(context);
    let touched: Vec<BTreeSet<String>> = sides.iter().map(Side::tables).collect::<Option<_>>()?;
    let meet = |at: usize| touched[at + 1..].iter().any(|other| !touched[at].is_disjoint(other));
    if sides.len() < 2 || touched.iter().any(BTreeSet::is_empty) || (0..touched.len()).any(meet) {
        return None;
    }
    let emitted = sides.iter().zip(&touched).map(|(side, tables)| {
        let tables: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
        format!("`{}` changes {}", side.parent, tables.join(", "))
    });
    let emitted: Vec<String> = emitted.collect();
    Some(format!(
        "the sides of merge `{}` do not meet: {}; their order does not matter",
        context.revision(),
        emitted.join("; ")
    ))
}

impl Side {
    /// Returns every table that the side changes, reads or refers to; nothing where something could
    /// not be read.
    fn tables(&self) -> Option<BTreeSet<String>> {
        let mut names = Names::new();
        for act in self.acts() {
            if matches!(act.statement, Statement::Unreadable { .. } | Statement::Block { .. }) {
                return None;
            }
            names::mention(act.statement, &mut names);
        }
        let is_table = |name: &String| !name.is_empty();
        Some(names.into_iter().filter(is_table).collect())
    }
}

/// Tells whether a statement says IF EXISTS, IF NOT EXISTS or OR REPLACE.
fn says_if(statement: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Table(TableChange::CreateTable(create)) => create.if_not_exists,
        S::Table(
            TableChange::DropTable { if_exists, .. }
            | TableChange::DropColumn { if_exists, .. }
            | TableChange::DropConstraint { if_exists, .. }
            | TableChange::DropIndex { if_exists, .. },
        )
        | S::Object(
            ObjectChange::DropType { if_exists, .. } | ObjectChange::DropObject { if_exists, .. },
        ) => *if_exists,
        S::Table(TableChange::AddColumn { if_not_exists, .. })
        | S::Object(ObjectChange::CreateType { if_not_exists, .. }) => *if_not_exists,
        S::Table(TableChange::CreateIndex { index, .. }) => index.if_not_exists,
        S::Object(ObjectChange::CreateObject { replace, .. }) => *replace,
        S::Object(ObjectChange::AlterType {
            change: EnumChange::AddValue { if_not_exists, .. },
            ..
        }) => *if_not_exists,
        _ => false,
    }
}

/// Returns what the sides of a merge cannot both hold, each once, with two acts that show it.
pub fn conflicts(sides: &[Side]) -> BTreeMap<String, (Act<'_>, Act<'_>)> {
    let acts: Vec<Vec<Act<'_>>> = sides.iter().map(Side::acts).collect();
    let mut found = BTreeMap::new();
    for (at, ours) in acts.iter().enumerate() {
        for theirs in acts.iter().skip(at + 1) {
            for (one, other) in
                ours.iter().flat_map(|one| theirs.iter().map(move |other| (one, other)))
            {
                if let Some(why) = conflict(one, other) {
                    found.entry(why).or_insert((*one, *other));
                }
            }
        }
    }
    found
}

/// Says why two acts of different sides cannot both hold, the object first; nothing where they can.
fn conflict(one: &Act<'_>, other: &Act<'_>) -> Option<String> {
    twice(one, other)
        .or_else(|| gone(one, other))
        .or_else(|| gone(other, one))
        .or_else(|| order(one.statement, other.statement))
}

/// Two sides that make, or take away, the same thing: whichever comes second fails.
pub fn twice(one: &Act<'_>, other: &Act<'_>) -> Option<String> {
    use Statement as S;
    if one.guarded && other.guarded {
        return None;
    }
    let made = |object: String| Some(format!("{object} is made on both sides"));
    let dropped = |object: String| Some(format!("{object} is dropped on both sides"));
    match (one.statement, other.statement) {
        (S::Table(TableChange::CreateTable(a)), S::Table(TableChange::CreateTable(b)))
            if same(&a.table, &b.table) =>
        {
            made(format!("`{}`", a.table))
        }
        (
            S::Table(TableChange::AddColumn { table: t, column: a, .. }),
            S::Table(TableChange::AddColumn { table: u, column: b, .. }),
        ) if same(t, u) && known(&a.name, &b.name) => made(format!("`{t}.{}`", a.name.as_str()?)),
        (
            S::Table(TableChange::CreateIndex { index: a, .. }),
            S::Table(TableChange::CreateIndex { index: b, .. }),
        ) => {
            let (a, b) = (a.name.as_ref()?, b.name.as_ref()?);
            if known(a, b) { made(format!("index `{}`", a.as_str()?)) } else { None }
        }
        (
            S::Table(TableChange::AddConstraint { table: t, constraint: a }),
            S::Table(TableChange::AddConstraint { table: u, constraint: b }),
        ) if same(t, u) => {
            let (a, b) = (a.name()?, b.name()?);
            if known(a, b) { made(format!("constraint `{}` of `{t}`", a.as_str()?)) } else { None }
        }
        (
            S::Object(ObjectChange::CreateType { name: a, .. }),
            S::Object(ObjectChange::CreateType { name: b, .. }),
        ) if known(a, b) => made(format!("type `{}`", a.as_str()?)),
        (
            S::Table(TableChange::DropTable { table: t, .. }),
            S::Table(TableChange::DropTable { table: u, .. }),
        ) if same(t, u) => dropped(format!("`{t}`")),
        (
            S::Table(TableChange::DropColumn { table: t, column: a, .. }),
            S::Table(TableChange::DropColumn { table: u, column: b, .. }),
        ) if same(t, u) && known(a, b) => dropped(format!("`{t}.{}`", a.as_str()?)),
        (
            S::Table(TableChange::DropIndex { name: Some(a), .. }),
            S::Table(TableChange::DropIndex { name: Some(b), .. }),
        ) if known(a, b) => dropped(format!("index `{}`", a.as_str()?)),
        (
            S::Table(TableChange::DropConstraint { table: t, name: Some(a), .. }),
            S::Table(TableChange::DropConstraint { table: u, name: Some(b), .. }),
        ) if same(t, u) && known(a, b) => dropped(format!("constraint `{}` of `{t}`", a.as_str()?)),
        _ => None,
    }
}

/// One side that takes away, or renames, what the other side uses.
pub fn gone(taker: &Act<'_>, user: &Act<'_>) -> Option<String> {
    use Statement as S;
    match taker.statement {
        S::Table(TableChange::DropTable { table, .. }) if uses_table(user.statement, table) => {
            Some(format!("`{table}` is dropped on one side and used on the other"))
        }
        S::Table(TableChange::RenameTable { table, .. }) if uses_table(user.statement, table) => {
            Some(format!("`{table}` is renamed on one side and used on the other"))
        }
        S::Table(TableChange::DropColumn { table, column: Known::Is(column), .. })
            if uses_column(user.statement, table, column) =>
        {
            Some(format!("`{table}.{column}` is dropped on one side and used on the other"))
        }
        S::Table(TableChange::RenameColumn { table, column: Known::Is(column), .. })
            if uses_column(user.statement, table, column) =>
        {
            Some(format!("`{table}.{column}` is renamed on one side and used on the other"))
        }
        _ => None,
    }
}

/// Two sides that set the same thing to something else: the order decides, and nobody chose it.
fn order(one: &Statement, other: &Statement) -> Option<String> {
    use Statement as S;
    let column = |t: &TableName, u: &TableName, a: &Known<String>, b: &Known<String>| {
        (same(t, u) && known(a, b)).then(|| format!("`{t}.{}`", a.as_str().unwrap_or("…")))
    };
    match (one, other) {
        (
            S::Table(TableChange::AlterColumnType { table: t, column: a, to: x, .. }),
            S::Table(TableChange::AlterColumnType { table: u, column: b, to: y, .. }),
        ) if x.get().map(|kind| &kind.sql) != y.get().map(|kind| &kind.sql) => {
            column(t, u, a, b).map(|name| format!("{name} gets another type on each side"))
        }
        (
            S::Table(TableChange::SetDefault { table: t, column: a, default: x }),
            S::Table(TableChange::SetDefault { table: u, column: b, default: y }),
        ) if x != y => {
            column(t, u, a, b).map(|name| format!("{name} gets another default on each side"))
        }
        (
            S::Table(TableChange::SetNotNull { table: t, column: a }),
            S::Table(TableChange::DropNotNull { table: u, column: b }),
        )
        | (
            S::Table(TableChange::DropNotNull { table: t, column: a }),
            S::Table(TableChange::SetNotNull { table: u, column: b }),
        ) => column(t, u, a, b)
            .map(|name| format!("{name} becomes NOT NULL on one side and nullable on the other")),
        (
            S::Table(TableChange::SetDefault { table: t, column: a, .. }),
            S::Table(TableChange::DropDefault { table: u, column: b }),
        )
        | (
            S::Table(TableChange::DropDefault { table: t, column: a }),
            S::Table(TableChange::SetDefault { table: u, column: b, .. }),
        ) => column(t, u, a, b)
            .map(|name| format!("{name} gets a default on one side and loses it on the other")),
        _ => None,
    }
}

fn uses_table(statement: &Statement, table: &TableName) -> bool {
    use Statement as S;
    let refers = |constraint: &Constraint| match constraint {
        Constraint::ForeignKey(key) => same(&key.referent, table),
        _ => false,
    };
    let own = statement.table().is_some_and(|own| same(own, table));
    // Making a table of that name is another matter.
    let makes = matches!(statement, S::Table(TableChange::CreateTable(_)));
    let elsewhere = match statement {
        S::Table(TableChange::CreateTable(create)) => {
            let columns = create.columns.iter().flat_map(|column| &column.foreign_keys);
            create.constraints.iter().any(refers)
                || columns.into_iter().any(|key| same(&key.referent, table))
        }
        S::Table(TableChange::AddConstraint { constraint, .. }) => refers(constraint),
        S::Table(TableChange::AddColumn { column, .. }) => {
            column.foreign_keys.iter().any(|key| same(&key.referent, table))
        }
        S::Rows(RowChange::Insert(insert)) => insert.reads.iter().any(|read| same(read, table)),
        S::Rows(RowChange::Update(update)) => update.reads.iter().any(|read| same(read, table)),
        S::Rows(RowChange::Delete(delete)) => delete.reads.iter().any(|read| same(read, table)),
        _ => false,
    };
    (own && !makes) || elsewhere
}

fn uses_column(statement: &Statement, table: &TableName, column: &str) -> bool {
    use Statement as S;
    let is_it = |name: &Known<String>| name.as_str() == Some(column);
    let own = statement.table().is_some_and(|own| same(own, table));
    match statement {
        S::Table(
            TableChange::AlterColumnType { column: own_column, .. }
            | TableChange::SetNotNull { column: own_column, .. }
            | TableChange::DropNotNull { column: own_column, .. }
            | TableChange::SetDefault { column: own_column, .. }
            | TableChange::DropDefault { column: own_column, .. }
            | TableChange::AlterColumn { column: own_column, .. }
            | TableChange::RenameColumn { column: own_column, .. }
            | TableChange::DropColumn { column: own_column, .. }
            | TableChange::ModifyColumn { name: own_column, .. },
        ) => own && is_it(own_column),
        S::Table(TableChange::CreateIndex { index, .. }) => own && indexes(index, column),
        S::Table(TableChange::AddConstraint { constraint, .. }) => {
            own && constrains(constraint, column)
        }
        S::Rows(RowChange::Update(update)) => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            own && (set.iter().any(|assignment| is_it(&assignment.column))
                || update.mentions.columns.iter().any(|name| name == column))
        }
        S::Rows(RowChange::Delete(delete)) => {
            own && delete.mentions.columns.iter().any(|name| name == column)
        }
        S::Rows(RowChange::Insert(insert)) => {
            let columns = insert.columns.as_ref().and_then(Known::get);
            let selects = insert.mentions.selected.as_ref().is_some_and(|(read, names)| {
                same(read, table) && names.iter().any(|name| name == column)
            });
            selects
                || own && columns.is_some_and(|columns| columns.iter().any(|name| name == column))
        }
        _ => false,
    }
}

fn indexes(index: &Index, column: &str) -> bool {
    let parts = index.columns.get().map(Vec::as_slice).unwrap_or_default();
    parts.iter().any(|part| matches!(part, IndexPart::Column(name) if name == column))
}

fn constrains(constraint: &Constraint, column: &str) -> bool {
    let columns = match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => key.columns.get(),
        Constraint::ForeignKey(key) => key.columns.get(),
        _ => None,
    };
    columns.is_some_and(|columns| columns.iter().any(|name| name.as_str() == Some(column)))
}

/// Tells whether two names are known and one table.
fn same(one: &TableName, other: &TableName) -> bool {
    one.known().is_some() && one == other
}

fn known(one: &Known<String>, other: &Known<String>) -> bool {
    one.is_known() && one == other
}
