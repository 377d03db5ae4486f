//! Short titles of statements, for people.

use crate::sql::object_change::{EnumChange, ObjectChange, ObjectKind};
use crate::sql::row_change::{
    Assigned, Assignment, Delete, Filter, Insert, OnConflict, Reach, RowChange, RowSource, Update,
};
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;
use crate::sql::table::{
    Column, Constraint, ConstraintKind, ForeignKey, Generated, Index, IndexPart, Key, TableName,
};
use crate::sql::table_change::{CreateTable, ReindexScope, TableAction, TableChange};
use crate::text::known::Known;

/// How many columns a title of CREATE TABLE names.
const COLUMNS: usize = 4;

/// How long a piece of SQL in a title may be.
const PIECE: usize = 60;

/// Returns what a statement does in one line: `ADD COLUMN users.email VARCHAR(255) NOT NULL`.
pub fn statement_title(statement: &Statement) -> String {
    use Statement as S;
    match statement {
        S::Table(TableChange::CreateTable(create)) => create_table(create),
        S::Table(TableChange::DropTable { table, if_exists, cascade }) => {
            format!(
                "DROP TABLE {}{table}{}",
                when(*if_exists, "IF EXISTS "),
                when(*cascade, " CASCADE")
            )
        }
        S::Table(TableChange::RenameTable { table, to }) => {
            format!("RENAME TABLE {table} TO {}", name(to))
        }
        S::Table(TableChange::SetSchema { table, schema }) => {
            format!("MOVE TABLE {table} TO SCHEMA {}", name(schema))
        }
        S::Table(TableChange::AddColumn { table, column, if_not_exists }) => {
            format!(
                "ADD COLUMN {}{table}.{}",
                when(*if_not_exists, "IF NOT EXISTS "),
                column_title(column)
            )
        }
        S::Table(TableChange::DropColumn { table, column, if_exists, cascade }) => {
            let (before, behind) = (when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"));
            format!("DROP COLUMN {before}{table}.{}{behind}", name(column))
        }
        S::Table(TableChange::RenameColumn { table, column, to }) => {
            format!("RENAME COLUMN {table}.{} TO {}", name(column), name(to))
        }
        S::Table(TableChange::AlterColumnType { table, column, to, using, .. }) => {
            let to = to.get().map_or("…", |kind| name(&kind.sql));
            let using =
                using.as_ref().map(|using| format!(" USING {}", piece(using))).unwrap_or_default();
            format!("ALTER COLUMN {table}.{} TYPE {to}{using}", name(column))
        }
        S::Table(TableChange::SetNotNull { table, column }) => {
            format!("ALTER COLUMN {table}.{} SET NOT NULL", name(column))
        }
        S::Table(TableChange::DropNotNull { table, column }) => {
            format!("ALTER COLUMN {table}.{} DROP NOT NULL", name(column))
        }
        S::Table(TableChange::SetDefault { table, column, default }) => {
            format!("ALTER COLUMN {table}.{} SET DEFAULT {}", name(column), piece(&default.sql))
        }
        S::Table(TableChange::DropDefault { table, column }) => {
            format!("ALTER COLUMN {table}.{} DROP DEFAULT", name(column))
        }
        S::Table(TableChange::AlterColumn { table, column, words, .. }) => {
            format!("ALTER COLUMN {table}.{} {}", name(column), short(words))
        }
        S::Table(TableChange::ModifyColumn { table, name: old, to: Some(_), column, .. }) => {
            format!("CHANGE COLUMN {table}.{} TO {}", name(old), column_title(column))
        }
        S::Table(TableChange::ModifyColumn { table, column, .. }) => {
            format!("MODIFY COLUMN {table}.{}", column_title(column))
        }
        S::Table(TableChange::AddConstraint { table, constraint }) => {
            format!("ADD {} ON {table}", constraint_title(constraint))
        }
        S::Table(TableChange::ValidateConstraint { table, name: constraint }) => {
            format!("VALIDATE CONSTRAINT {} ON {table}", name(constraint))
        }
        S::Table(TableChange::DropConstraint {
            table,
            name: constraint,
            kind,
            if_exists,
            cascade,
        }) => {
            let kind = kind.map_or("CONSTRAINT", kind_title);
            let (before, behind) = (when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"));
            format!("DROP {kind} {before}{}ON {table}{behind}", spaced(constraint.as_ref()))
        }
        S::Table(TableChange::RenameConstraint { table, name: old, to }) => {
            format!("RENAME CONSTRAINT {} ON {table} TO {}", name(old), name(to))
        }
        S::Table(TableChange::AlterTable { table, action, words }) => {
            format!("ALTER TABLE {table} {}", table_action(action, words))
        }
        S::Table(TableChange::CreateIndex { table, index }) => create_index(table, index),
        S::Table(TableChange::DropIndex {
            name: index,
            table,
            concurrently,
            if_exists,
            cascade,
            ..
        }) => {
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
        S::Table(TableChange::RenameIndex { name: old, to }) => {
            format!("RENAME INDEX {} TO {}", name(old), name(to))
        }
        S::Table(TableChange::AlterIndex { name: index, words, .. }) => {
            format!("ALTER INDEX {} {}", name(index), short(words))
        }
        S::Table(TableChange::Reindex { scope, name, concurrently }) => {
            format!(
                "REINDEX {}{}",
                when(*concurrently, "CONCURRENTLY "),
                reindex_target(*scope, name)
            )
        }
        S::Rows(RowChange::Insert(insert)) => insert_title(insert),
        S::Rows(RowChange::Update(update)) => update_title(update),
        S::Rows(RowChange::Delete(delete)) => delete_title(delete),
        S::Rows(RowChange::Merge { table }) => format!("MERGE INTO {table}"),
        S::Rows(RowChange::Truncate { table, cascade }) => {
            format!("TRUNCATE {table}{}", when(*cascade, " CASCADE"))
        }
        S::Rows(RowChange::CopyFrom { table }) => format!("COPY {table} FROM"),
        S::Rows(RowChange::Select { functions, .. }) => format!("SELECT {}", calls(functions)),
        _ => object_title(statement),
    }
}

/// Returns what REINDEX makes again: `TABLE users`.
pub fn reindex_target(scope: Option<ReindexScope>, name: &TableName) -> String {
    scope.map_or_else(|| name.to_string(), |scope| format!("{} {name}", scope.keyword()))
}

/// Returns the title of a statement that is about no table's columns or rows.
fn object_title(statement: &Statement) -> String {
    use Statement as S;
    match statement {
        S::Object(ObjectChange::CreateType { name: kind, schema, labels, .. }) => {
            let labels = labels
                .as_ref()
                .map(|labels| format!(" ({})", list(labels.labels.get().map(Vec::as_slice))));
            format!("CREATE TYPE {}{}", path(schema.as_ref(), kind), labels.unwrap_or_default())
        }
        S::Object(ObjectChange::DropType { name: kind, schema, if_exists, cascade }) => {
            let kind = path(schema.as_ref(), kind);
            format!(
                "DROP TYPE {}{kind}{}",
                when(*if_exists, "IF EXISTS "),
                when(*cascade, " CASCADE")
            )
        }
        S::Object(ObjectChange::AlterType { name: kind, change }) => {
            format!("ALTER TYPE {} {}", name(kind), enum_change(change))
        }
        S::Object(ObjectChange::CreateObject {
            kind,
            name: object,
            on,
            replace,
            if_not_exists,
            ..
        }) => {
            let before = if *replace { "CREATE OR REPLACE" } else { "CREATE" };
            let guard = when(*if_not_exists, "IF NOT EXISTS ");
            format!(
                "{before} {} {guard}{}{}",
                object_kind(*kind),
                name(object),
                on_table(on.as_ref())
            )
        }
        S::Object(ObjectChange::DropObject { kind, name: object, on, if_exists, cascade }) => {
            let (before, behind) = (when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"));
            format!(
                "DROP {} {before}{}{}{behind}",
                object_kind(*kind),
                name(object),
                on_table(on.as_ref())
            )
        }
        S::Object(ObjectChange::AlterObject { kind, name: object, on, words, .. }) => {
            format!(
                "ALTER {} {}{} {}",
                object_kind(*kind),
                name(object),
                on_table(on.as_ref()),
                short(words)
            )
        }
        S::Object(ObjectChange::RefreshView { name, concurrently }) => {
            format!("REFRESH MATERIALIZED VIEW {}{name}", when(*concurrently, "CONCURRENTLY "))
        }
        S::Table(TableChange::Vacuum { table, full }) => {
            let table = table.as_ref().map(|table| format!(" {table}")).unwrap_or_default();
            format!("VACUUM{}{table}", when(*full, " FULL"))
        }
        S::Table(TableChange::Cluster { table: Some(table) }) => format!("CLUSTER {table}"),
        S::Table(TableChange::Cluster { table: None }) => "CLUSTER".to_owned(),
        S::Session(SessionCommand::LockTable { table, mode, nowait }) => {
            format!("LOCK TABLE {table} IN {mode} MODE{}", when(*nowait, " NOWAIT"))
        }
        S::Object(ObjectChange::Comment { table: Some(table), column: Some(column), .. }) => {
            format!("COMMENT ON COLUMN {table}.{}", name(column))
        }
        S::Object(ObjectChange::Comment { table: Some(table), .. }) => {
            format!("COMMENT ON TABLE {table}")
        }
        S::Object(ObjectChange::Comment { .. }) => "COMMENT".to_owned(),
        S::Object(ObjectChange::Grant) => "GRANT or REVOKE".to_owned(),
        S::Session(SessionCommand::Set { name, value, local }) => {
            format!("SET {}{name} = {}", when(*local, "LOCAL "), piece(value))
        }
        S::Session(SessionCommand::Transaction(word)) => match word {
            TransactionWord::Begin => "BEGIN",
            TransactionWord::Commit => "COMMIT",
            TransactionWord::Rollback => "ROLLBACK",
            TransactionWord::Savepoint => "SAVEPOINT",
        }
        .to_owned(),
        S::Block { statements, .. } => format!("DO ({} statements)", statements.len()),
        S::Read => "SELECT".to_owned(),
        S::Other { keyword } => keyword.clone(),
        S::Unreadable { why, keyword, table } => {
            let keyword = keyword.as_ref().map(|keyword| format!("{keyword} ")).unwrap_or_default();
            let table = table.as_ref().map(|table| format!("{table} ")).unwrap_or_default();
            format!("{keyword}{table}unreadable: {why}")
        }
        _ => String::new(),
    }
}

/// Returns a column as it is declared: `email VARCHAR(255) NOT NULL DEFAULT ''`.
pub fn column_title(column: &Column) -> String {
    let mut title = name(&column.name).to_owned();
    if let Some(kind) = &column.kind {
        title.push_str(&format!(" {}", name(&kind.sql)));
    }
    if is_true(&column.primary_key) {
        title.push_str(" PRIMARY KEY");
    } else if column.nullable == Known::Is(false) {
        title.push_str(" NOT NULL");
    }
    title.push_str(match column.generated {
        None | Some(Generated::Serial) => "",
        Some(Generated::Identity) => " GENERATED AS IDENTITY",
        Some(Generated::Stored) => " GENERATED STORED",
        Some(Generated::Virtual) => " GENERATED VIRTUAL",
    });
    if let Some(default) = &column.server_default {
        title.push_str(&format!(" DEFAULT {}", piece(&default.sql)));
    }
    title.push_str(when(is_true(&column.unique), " UNIQUE"));
    for check in &column.checks {
        title.push_str(&format!(" CHECK ({})", piece(&check.condition)));
    }
    for key in &column.foreign_keys {
        title.push_str(&format!(" {}", references(key)));
    }
    title
}

/// Returns a constraint: `FOREIGN KEY fk (user_id) REFERENCES users (id) NOT VALID`.
pub fn constraint_title(constraint: &Constraint) -> String {
    let kind = kind_title(constraint.kind());
    let named = constraint
        .name()
        .map(|own| format!("{kind} {}", name(own)))
        .unwrap_or_else(|| kind.to_owned());
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => {
            format!("{named} {}", key_title(key))
        }
        Constraint::ForeignKey(key) => {
            format!("{named} ({}) {}", names(&key.columns), references(key))
        }
        Constraint::Check(check) => {
            format!(
                "{named} ({}){}",
                piece(&check.condition),
                when(is_true(&check.not_valid), " NOT VALID")
            )
        }
        Constraint::Exclude { .. } => named,
        Constraint::NotNull { column, not_valid, .. } => {
            format!("{named} {}{}", name(column), when(*not_valid, " NOT VALID"))
        }
    }
}

fn key_title(key: &Key) -> String {
    match &key.using_index {
        Some(index) => format!("USING INDEX {}", name(index)),
        None => format!("({})", names(&key.columns)),
    }
}

fn references(key: &ForeignKey) -> String {
    let columns = match &key.referent_columns {
        Known::Is(columns) if columns.is_empty() => String::new(),
        columns => format!(" ({})", names(columns)),
    };
    let deletes = key
        .on_delete
        .as_ref()
        .map(|action| format!(" ON DELETE {}", name(action)))
        .unwrap_or_default();
    format!(
        "REFERENCES {}{columns}{deletes}{}",
        key.referent,
        when(is_true(&key.not_valid), " NOT VALID")
    )
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

fn index_part(part: &IndexPart) -> String {
    match part {
        IndexPart::Column(column) => column.clone(),
        IndexPart::Expression(expression) => format!("({})", short(expression)),
        IndexPart::Unreadable => "…".to_owned(),
    }
}

fn insert_title(insert: &Insert) -> String {
    let columns = match &insert.columns {
        None => String::new(),
        Some(columns) => format!(" ({})", list(columns.get().map(Vec::as_slice))),
    };
    let rows = match &insert.rows {
        RowSource::Values(Known::Is(1)) => " 1 row".to_owned(),
        RowSource::Values(Known::Is(rows)) => format!(" {rows} rows"),
        RowSource::Values(Known::Unreadable) | RowSource::Unknown => " … rows".to_owned(),
        RowSource::Select => {
            let tables: Vec<String> = insert.reads.iter().map(ToString::to_string).collect();
            format!(" SELECT{}{}", when(!tables.is_empty(), " FROM "), tables.join(", "))
        }
    };
    let again = match insert.again {
        OnConflict::Conflict => " ON CONFLICT",
        OnConflict::NotExists => " WHERE NOT EXISTS",
        OnConflict::Nothing => "",
    };
    format!("INSERT INTO {}{columns}{rows}{again}", insert.table)
}

fn update_title(update: &Update) -> String {
    let set = match &update.set {
        Known::Unreadable => "…".to_owned(),
        Known::Is(set) => {
            let one = |assignment: &Assignment| {
                let value = match &assignment.value {
                    Assigned::Constant(value) => short(value),
                    Assigned::Additive => "more of itself".to_owned(),
                    Assigned::Expression(value) => short(value),
                    Assigned::Unreadable => "…".to_owned(),
                };
                format!("{} = {value}", name(&assignment.column))
            };
            set.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    };
    format!("UPDATE {} SET {set}{}", update.table, filter_title(&update.filter))
}

fn delete_title(delete: &Delete) -> String {
    format!("DELETE FROM {}{}", delete.table, filter_title(&delete.filter))
}

fn filter_title(filter: &Filter) -> String {
    match (filter.reach, filter.terms.is_empty()) {
        (Reach::Everything, _) => String::new(),
        (Reach::Unreadable, true) => " WHERE …".to_owned(),
        (Reach::Batch, true) => " LIMIT".to_owned(),
        (_, true) => " WHERE …".to_owned(),
        (_, false) => format!(" WHERE {}", short(&filter.terms.join(" AND "))),
    }
}

fn table_action(action: &TableAction, words: &str) -> String {
    match action {
        TableAction::AttachPartition { partition, .. } => format!("ATTACH PARTITION {partition}"),
        TableAction::DetachPartition { partition, concurrently } => {
            format!("DETACH PARTITION {partition}{}", when(*concurrently, " CONCURRENTLY"))
        }
        TableAction::RowSecurity { enable: true } => "ENABLE ROW LEVEL SECURITY".to_owned(),
        TableAction::RowSecurity { enable: false } => "DISABLE ROW LEVEL SECURITY".to_owned(),
        TableAction::Trigger { enable: true } => "ENABLE TRIGGER".to_owned(),
        TableAction::Trigger { enable: false } => "DISABLE TRIGGER".to_owned(),
        _ => short(words),
    }
}

fn enum_change(change: &EnumChange) -> String {
    match change {
        EnumChange::AddValue { value, .. } => format!("ADD VALUE '{}'", name(value)),
        EnumChange::RenameValue { from, to } => {
            format!("RENAME VALUE '{}' TO '{}'", name(from), name(to))
        }
        EnumChange::Rename { to } => format!("RENAME TO {}", name(to)),
        EnumChange::Other => "…".to_owned(),
    }
}

/// Returns the words of a kind of constraint.
pub fn kind_title(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey => "PRIMARY KEY",
        ConstraintKind::Unique => "UNIQUE",
        ConstraintKind::ForeignKey => "FOREIGN KEY",
        ConstraintKind::Check => "CHECK",
        ConstraintKind::Exclude => "EXCLUDE",
        ConstraintKind::NotNull => "NOT NULL",
    }
}

/// Returns the words of a kind of object.
pub fn object_kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        ObjectKind::Routine => "FUNCTION",
        ObjectKind::Trigger => "TRIGGER",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Extension => "EXTENSION",
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Policy => "POLICY",
        ObjectKind::Rule => "RULE",
        ObjectKind::Domain => "DOMAIN",
        ObjectKind::Role => "ROLE",
        ObjectKind::Database => "DATABASE",
        ObjectKind::Statistics => "STATISTICS",
        ObjectKind::Other => "OBJECT",
    }
}

fn name(name: &Known<String>) -> &str {
    name.as_str().unwrap_or("…")
}

fn spaced(own: Option<&Known<String>>) -> String {
    own.map(|own| format!("{} ", name(own))).unwrap_or_default()
}

fn names(columns: &Known<Vec<Known<String>>>) -> String {
    match columns {
        Known::Is(columns) => columns.iter().map(name).collect::<Vec<_>>().join(", "),
        Known::Unreadable => "…".to_owned(),
    }
}

fn list(items: Option<&[String]>) -> String {
    items.map_or_else(|| "…".to_owned(), |items| items.join(", "))
}

fn path(schema: Option<&Known<String>>, own: &Known<String>) -> String {
    schema
        .map(|schema| format!("{}.{}", name(schema), name(own)))
        .unwrap_or_else(|| name(own).to_owned())
}

fn on_table(on: Option<&TableName>) -> String {
    on.map(|table| format!(" ON {table}")).unwrap_or_default()
}

fn calls(functions: &[String]) -> String {
    functions.iter().map(|function| format!("{function}()")).collect::<Vec<_>>().join(", ")
}

fn is_true(known: &Known<bool>) -> bool {
    *known == Known::Is(true)
}

fn when(holds: bool, text: &'static str) -> &'static str {
    if holds { text } else { "" }
}

fn piece(sql: &Known<String>) -> String {
    sql.as_str().map_or_else(|| "…".to_owned(), short)
}

/// Cuts a piece of SQL to a length that fits on a line.
fn short(sql: &str) -> String {
    if sql.chars().count() <= PIECE {
        return sql.to_owned();
    }
    let kept: String = sql.chars().take(PIECE - 1).collect();
    format!("{}…", kept.trim_end())
}
