//! Titles of changes of a table, its columns, constraints and indexes.

use crate::sql::table::{Index, TableName};
use crate::sql::table_change::{CreateTable, ReindexScope, TableAction, TableChange};
use crate::sql::title::parts::{column_title, constraint_title, index_part, kind_title};
use crate::sql::title::words::{is_true, name, piece, short, spaced, when};
use crate::text::known::Known;

/// How many columns a title of CREATE TABLE names.
const COLUMNS: usize = 4;

/// Returns the title of a change of a table.
pub(super) fn table_change(change: &TableChange) -> String {
    use TableChange as C;
    match change {
        C::CreateTable(create) => create_table(create),
        C::DropTable { table, if_exists, cascade } => {
            format!(
                "DROP TABLE {}{table}{}",
                when(*if_exists, "IF EXISTS "),
                when(*cascade, " CASCADE")
            )
        }
        C::RenameTable { table, to } => {
            format!("RENAME TABLE {table} TO {}", name(to))
        }
        C::SetSchema { table, schema } => {
            format!("MOVE TABLE {table} TO SCHEMA {}", name(schema))
        }
        C::AddColumn { table, column, if_not_exists } => {
            format!(
                "ADD COLUMN {}{table}.{}",
                when(*if_not_exists, "IF NOT EXISTS "),
                column_title(column)
            )
        }
        C::DropColumn { table, column, if_exists, cascade } => {
            let (before, behind) = (when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"));
            format!("DROP COLUMN {before}{table}.{}{behind}", name(column))
        }
        C::RenameColumn { table, column, to } => {
            format!("RENAME COLUMN {table}.{} TO {}", name(column), name(to))
        }
        C::AlterColumnType { table, column, to, using, .. } => {
            let to = to.get().map_or("…", |kind| name(&kind.sql));
            let using =
                using.as_ref().map(|using| format!(" USING {}", piece(using))).unwrap_or_default();
            format!("ALTER COLUMN {table}.{} TYPE {to}{using}", name(column))
        }
        C::SetNotNull { table, column } => {
            format!("ALTER COLUMN {table}.{} SET NOT NULL", name(column))
        }
        C::DropNotNull { table, column } => {
            format!("ALTER COLUMN {table}.{} DROP NOT NULL", name(column))
        }
        C::SetDefault { table, column, default } => {
            format!("ALTER COLUMN {table}.{} SET DEFAULT {}", name(column), piece(&default.sql))
        }
        C::DropDefault { table, column } => {
            format!("ALTER COLUMN {table}.{} DROP DEFAULT", name(column))
        }
        C::AlterColumn { table, column, words, .. } => {
            format!("ALTER COLUMN {table}.{} {}", name(column), short(words))
        }
        C::ModifyColumn { table, name: old, to: Some(_), column, .. } => {
            format!("CHANGE COLUMN {table}.{} TO {}", name(old), column_title(column))
        }
        C::ModifyColumn { table, column, .. } => {
            format!("MODIFY COLUMN {table}.{}", column_title(column))
        }
        C::AddConstraint { table, constraint } => {
            format!("ADD {} ON {table}", constraint_title(constraint))
        }
        C::ValidateConstraint { table, name: constraint } => {
            format!("VALIDATE CONSTRAINT {} ON {table}", name(constraint))
        }
        C::DropConstraint { table, name: constraint, kind, if_exists, cascade } => {
            let kind = kind.map_or("CONSTRAINT", kind_title);
            let (before, behind) = (when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"));
            format!("DROP {kind} {before}{}ON {table}{behind}", spaced(constraint.as_ref()))
        }
        C::RenameConstraint { table, name: old, to } => {
            format!("RENAME CONSTRAINT {} ON {table} TO {}", name(old), name(to))
        }
        C::AlterTable { table, action, words } => {
            format!("ALTER TABLE {table} {}", table_action(action, words))
        }
        C::CreateIndex { table, index } => create_index(table, index),
        C::DropIndex { name: index, table, concurrently, if_exists, cascade, .. } => {
            let on = table.as_ref().map(|table| format!("ON {table} ")).unwrap_or_default();
            let before = format!(
                "{}{}",
                when(is_true(concurrently), "CONCURRENTLY "),
                when(*if_exists, "IF EXISTS ")
            );
            format!(
                "DROP INDEX {before}{}{on}{}",
                spaced(index.as_ref()),
                when(*cascade, "CASCADE")
            )
            .trim()
            .to_owned()
        }
        C::RenameIndex { name: old, to } => {
            format!("RENAME INDEX {} TO {}", name(old), name(to))
        }
        C::AlterIndex { name: index, words, .. } => {
            format!("ALTER INDEX {} {}", name(index), short(words))
        }
        C::Reindex { scope, name, concurrently } => {
            format!(
                "REINDEX {}{}",
                when(*concurrently, "CONCURRENTLY "),
                reindex_target(*scope, name)
            )
        }
        C::Vacuum { table, full } => {
            let table = table.as_ref().map(|table| format!(" {table}")).unwrap_or_default();
            format!("VACUUM{}{table}", when(*full, " FULL"))
        }
        C::Cluster { table: Some(table) } => format!("CLUSTER {table}"),
        C::Cluster { table: None } => "CLUSTER".to_owned(),
    }
}

/// Returns what REINDEX makes again: `TABLE users`.
pub fn reindex_target(scope: Option<ReindexScope>, name: &TableName) -> String {
    scope.map_or_else(|| name.to_string(), |scope| format!("{} {name}", scope.keyword()))
}

fn create_table(create: &CreateTable) -> String {
    let temporary = when(create.temporary, "TEMPORARY ");
    let guard = when(create.if_not_exists, "IF NOT EXISTS ");
    let mut title = format!("CREATE {temporary}TABLE {guard}{}", create.table);
    if create.columns.len() > COLUMNS {
        title.push_str(&format!(" ({} columns)", create.columns.len()));
    } else {
        let constraints = create.constraints.iter().take(COLUMNS).map(constraint_title);
        let parts: Vec<String> =
            create.columns.iter().map(column_title).chain(constraints).collect();
        if !parts.is_empty() {
            title.push_str(&format!(" ({})", parts.join(", ")));
        }
    }
    title.push_str(when(create.partitioned, " PARTITION BY"));
    if let Some(parent) = &create.parent {
        let word = if create.like.as_ref() == Some(parent) { "INHERITS" } else { "OF" };
        title.push_str(&format!(" {word} {parent}"));
        return title;
    }
    match (&create.like, create.filled) {
        (Some(like), false) => title.push_str(&format!(" LIKE {like}")),
        (Some(from), true) => title.push_str(&format!(" AS SELECT FROM {from}")),
        (None, true) => title.push_str(" AS SELECT"),
        (None, false) => {}
    }
    title
}

fn create_index(table: &TableName, index: &Index) -> String {
    let parts = match &index.columns {
        Known::Is(parts) => parts.iter().map(index_part).collect::<Vec<_>>().join(", "),
        Known::Unreadable => "…".to_owned(),
    };
    let before = format!(
        "{}INDEX {}{}",
        when(is_true(&index.unique), "UNIQUE "),
        match index.concurrently {
            Known::Is(concurrently) => when(concurrently, "CONCURRENTLY "),
            Known::Unreadable => "… ",
        },
        when(index.if_not_exists, "IF NOT EXISTS ")
    );
    let method =
        index.method.as_ref().map(|method| format!("USING {} ", name(method))).unwrap_or_default();
    let filter = index
        .predicate
        .as_ref()
        .map(|predicate| format!(" WHERE {}", piece(predicate)))
        .unwrap_or_default();
    format!("CREATE {before}{}ON {table} {method}({parts}){filter}", spaced(index.name.as_ref()))
}

fn table_action(action: &TableAction, words: &str) -> String {
    match action {
        TableAction::AttachPartition { partition, .. } => format!("ATTACH PARTITION {partition}"),
        TableAction::DetachPartition { partition, concurrently } => {
            format!("DETACH PARTITION {partition}{}", when(*concurrently, " CONCURRENTLY"))
        }
        TableAction::RowSecurity { enable: true } => "ENABLE ROW LEVEL SECURITY".to_owned(),
        TableAction::RowSecurity { enable: false } => "DISABLE ROW LEVEL SECURITY".to_owned(),
        TableAction::Trigger { enable: true, .. } => "ENABLE TRIGGER".to_owned(),
        TableAction::Trigger { enable: false, .. } => "DISABLE TRIGGER".to_owned(),
        _ => short(words),
    }
}
