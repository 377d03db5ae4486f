//! Dropping a column is quick for the database and slow for the fleet: until the last process of the previous release
//! is gone, somebody still selects it. And what stood in it is gone.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::dependants::refusing_view;
use crate::rule::hit::Hit;
use crate::schema::change::has_word;
use crate::sql::statement::{Assigned, Assignment, Statement};
use crate::sql::table::{Column, ColumnType, TableName};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-column",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops a column that holds values",
    harm: "The values are gone when the migration commits, and a downgrade adds the column again without them. Processes \
           of the previous release still name the column in every SELECT and INSERT of the mapped class, and fail. On \
           PostgreSQL the drop takes ACCESS EXCLUSIVE for a moment; indexes and constraints over the column go with it.",
    remedy: "Release code that no longer names the column, keep a copy of the values, and say where above the drop: \
             `# Backup plan: ...`.",
    example: example!("drop-column"),
    check: Check::Upgrade(check),
};

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    let Statement::DropColumn { table, column, .. } = deed.statement() else {
        return Vec::new();
    };
    // What drops the table speaks of all its columns.
    let goes_with_table = || {
        case.later(deed).any(|later| match later.statement() {
            Statement::DropTable { table: dropped, .. } => dropped == table,
            _ => false,
        })
    };
    if case.is_new(deed, table) || case.is_new_column(deed, table, column) || goes_with_table() {
        return Vec::new();
    }
    if successor(deed, case, table, column).is_some_and(|successor| is_copied(deed, case, table, &successor)) {
        return Vec::new();
    }
    let name = column.as_str().unwrap_or("…");
    let hit = match heir(deed, case, table, name) {
        None => case
            .hit(deed, format!("`{table}.{name}` is dropped with all its values"))
            .label(format!("every value of `{name}` is gone when this commits")),
        Some(heir) => case
            .hit(deed, format!("`{table}.{name}` is dropped while code that names it runs"))
            .label(format!("processes of the release that runs still read and write `{name}`"))
            .aside(format!("`{heir}` was written from it before; whatever it did not take over is gone")),
    };
    let mut hit = hit.object(name).safe_form(format!(
        "# Backup plan: where the values of {table}.{name} are kept, and for how long\n{}",
        code::written(case, &deed.step.site)
    ));
    if let Some(added) = twin(deed, case, table, column) {
        hit = hit.aside(format!(
            "`{added}` of the same type is added beside it and nothing is copied: it looks like a rename, which loses the values"
        ));
    }
    vec![refused(hit, deed, case, table, name)]
}

/// Without CASCADE a view that reads the column keeps PostgreSQL from dropping it (seen on 15.18 and 16.14).
fn refused<'a>(hit: Hit, deed: &Deed<'a>, case: &Case<'a>, table: &TableName, column: &str) -> Hit {
    let plain = matches!(deed.statement(), Statement::DropColumn { cascade: false, .. });
    let view = if plain && case.is_postgresql() { refusing_view(deed, case, table, column) } else { None };
    let Some(view) = view else { return hit };
    let told = format!("the deployment fails here: the view `{view}` reads it");
    hit.weight(Weight::Fails)
        .plan(None)
        .label(told)
        .remedy(format!("Drop `{view}` first, or make it again without the column."))
}

/// Returns the column that an earlier UPDATE of the revision writes from this one.
fn heir<'a>(deed: &Deed<'a>, case: &Case<'a>, table: &TableName, name: &str) -> Option<String> {
    case.earlier(deed).find_map(|earlier| match &earlier.told.statement {
        Statement::Update(update) if update.table == *table || update.reads.contains(table) => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            let by_value = |value: &Assigned| matches!(value, Assigned::Expression(sql) if has_word(sql, name));
            let is_own = update.table == *table;
            let by_filter = is_own && update.filter.terms.iter().any(|term| has_word(term, name));
            let takes_over = |set: &&Assignment| {
                !(is_own && set.column.as_str() == Some(name))
                    && (by_value(&set.value) || by_filter)
                    && (case.is_new(deed, &update.table) || case.is_new_column(deed, &update.table, &set.column))
            };
            let heir = set.iter().find(takes_over)?.column.as_str()?;
            Some(if is_own { heir.to_owned() } else { format!("{}.{heir}", update.table) })
        }
        _ => None,
    })
}

/// Returns the column that takes the name of the dropped one later in the same revision.
pub(super) fn successor<'a>(
    deed: &Deed<'a>,
    case: &Case<'a>,
    table: &TableName,
    column: &Known<String>,
) -> Option<Known<String>> {
    case.later(deed).find_map(|later| match later.statement() {
        Statement::RenameColumn { table: of, column: from, to } if of == table && to == column => Some(from.clone()),
        _ => None,
    })
}

/// Tells whether an UPDATE of the same revision writes to the column from others.
pub(super) fn is_copied<'a>(deed: &Deed<'a>, case: &Case<'a>, table: &TableName, to: &Known<String>) -> bool {
    case.earlier(deed).any(|earlier| match earlier.statement() {
        Statement::Update(update) if update.table == *table => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            let copies = |value: &Assigned| matches!(value, Assigned::Expression(_) | Assigned::Unreadable);
            set.iter().any(|assignment| assignment.column == *to && copies(&assignment.value))
        }
        _ => false,
    })
}

/// Returns a column of the same type that is added to the table in the same revision and not written to.
fn twin<'a>(deed: &Deed<'a>, case: &Case<'a>, table: &TableName, column: &Known<String>) -> Option<String> {
    let old = case.old_type(deed, table, column)?;
    let added = case.deeds(deed.direction).find_map(|other| match other.statement() {
        Statement::AddColumn { table: of, column: added, .. } if of == table && is_of_type(added, &old) => {
            Some(added.name.clone())
        }
        _ => None,
    })?;
    let written = case.deeds(deed.direction).any(|other| match other.statement() {
        Statement::Update(update) => update.table == *table,
        _ => false,
    });
    if written { None } else { added.as_str().map(str::to_owned) }
}

fn is_of_type(column: &Column, kind: &ColumnType) -> bool {
    column.kind.as_ref().is_some_and(|other| other.sql.is_known() && other.sql == kind.sql)
}
