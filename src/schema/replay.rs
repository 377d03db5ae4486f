//! Applies statements to a database, one by one.

use crate::operation::step::{Emitted, Step};
use crate::schema::answer::marks::{doubt_names, foresee, remember, standing_of};
use crate::schema::answer::presence::is_relation;
use crate::schema::cascade::drop_dependants;
use crate::schema::database::Database;
use crate::schema::provenance::{AppliedRevision, Provenance};
use crate::schema::table::{Column, Partition, Population, Table};
use crate::schema::types::{
    alter_type, create_object, create_type, drop_object, drop_type, rename_column_in_views,
    rename_in_views, rename_view,
};
use crate::sql::dialect::Dialect;
use crate::sql::functions::{FunctionKind, function_kind};
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::row_change::{Assignment, RowChange, Update};
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table;
use crate::sql::table::{ColumnType, Generated, TableName};
use crate::sql::table_change::{ColumnAction, CreateTable, IndexAction, TableAction, TableChange};
use crate::text::known::Known;

/// How deep blocks may stand in blocks before the inner ones are left unread.
const DEEPEST: usize = 8;

impl Database {
    /// Applies one statement. An unread one taints only what it could touch.
    pub fn apply(&mut self, step: &Step, emitted: &Emitted, author: &AppliedRevision) {
        self.tell(&emitted.statement, step.conditional || emitted.conditional, author);
    }

    /// Applies one statement, which is `guarded` if it stands under a condition.
    pub fn tell(&mut self, statement: &Statement, guarded: bool, author: &AppliedRevision) {
        apply_at(self, statement, &Provenance { author, guarded }, 0);
    }
}

fn apply_at(
    database: &mut Database,
    statement: &Statement,
    provenance: &Provenance<'_>,
    depth: usize,
) {
    foresee(database, statement, provenance);
    let stood = standing_of(database, statement);
    drop_dependants(database, statement, &provenance.author.revision);
    carry_out(database, statement, provenance, depth);
    meet_referents(database, statement);
    remember(database, statement, stood, provenance);
}

/// What a foreign key refers to exists.
fn meet_referents(database: &mut Database, statement: &Statement) {
    let of_constraint = |constraint: &table::Constraint| match constraint {
        table::Constraint::ForeignKey(key) => Some(key.referent.clone()),
        _ => None,
    };
    let of_column = |column: &table::Column| {
        column.foreign_keys.iter().map(|key| key.referent.clone()).collect::<Vec<_>>()
    };
    let referents: Vec<TableName> = match statement {
        Statement::Table(TableChange::CreateTable(create)) if !create.if_not_exists => {
            let inline = create.columns.iter().flat_map(of_column);
            inline.chain(create.constraints.iter().filter_map(of_constraint)).collect()
        }
        Statement::Table(TableChange::AddColumn { column, if_not_exists: false, .. }) => {
            of_column(column)
        }
        Statement::Table(TableChange::AddConstraint { constraint, .. }) => {
            of_constraint(constraint).into_iter().collect()
        }
        _ => return,
    };
    if database.dialect == Dialect::Sqlite {
        return;
    }
    for referent in referents.iter().filter(|referent| referent.name.is_known()) {
        database.table_or_met(referent);
    }
}

fn carry_out(
    database: &mut Database,
    statement: &Statement,
    provenance: &Provenance<'_>,
    depth: usize,
) {
    use Statement as S;
    match statement {
        S::Table(TableChange::CreateTable(create)) => create_table(database, create, provenance),
        S::Table(TableChange::DropTable { table, .. }) => drop_table(database, table),
        S::Table(TableChange::RenameTable { table, to }) => {
            rename_table(database, table, table.schema.clone(), to)
        }
        S::Table(TableChange::SetSchema { table, schema }) => {
            rename_table(database, table, Some(schema.clone()), &table.name)
        }
        S::Table(TableChange::AddColumn { table, column, if_not_exists }) => {
            add_column(database, table, column, *if_not_exists, provenance)
        }
        S::Table(TableChange::DropColumn { table, column, .. }) => {
            on_table(database, table, |table| table.forget_column(column))
        }
        S::Table(TableChange::RenameColumn { table, column, to }) => {
            rename_column(database, table, column, to)
        }
        S::Table(TableChange::AlterColumnType { table, column, to, .. }) => {
            on_column(database, table, column, |held| held.become_type(to))
        }
        S::Table(TableChange::SetNotNull { table, column }) => {
            on_column(database, table, column, |held| held.nullable = Known::Is(false))
        }
        S::Table(TableChange::DropNotNull { table, column }) => {
            on_column(database, table, column, |held| held.nullable = Known::Is(true))
        }
        S::Table(TableChange::SetDefault { table, column, default }) => {
            on_column(database, table, column, |held| {
                held.default = Known::Is(Some(default.clone()))
            });
        }
        S::Table(TableChange::DropDefault { table, column }) => {
            on_column(database, table, column, |held| held.default = Known::Is(None));
        }
        S::Table(TableChange::AlterColumn { table, column, action, .. }) => {
            on_column(database, table, column, |held| held.alter(*action))
        }
        S::Table(TableChange::ModifyColumn { table, name, to, column, .. }) => {
            modify_column(database, table, name, to.as_ref(), column)
        }
        S::Table(TableChange::AddConstraint { table, constraint }) => {
            let by = provenance.author.revision.clone();
            on_table(database, table, |table| table.hold(constraint.clone(), &by));
        }
        S::Table(TableChange::ValidateConstraint { table, name }) => {
            on_table(database, table, |table| table.validate(name))
        }
        S::Table(TableChange::DropConstraint { table, name, kind, .. }) => {
            on_table(database, table, |table| table.forget_constraint(name.as_ref(), *kind));
        }
        S::Table(TableChange::RenameConstraint { table, name, to }) => {
            on_table(database, table, |table| table.rename_constraint(name, to))
        }
        S::Table(TableChange::AlterTable { table, action, .. }) => {
            alter_table(database, table, action)
        }
        S::Table(TableChange::CreateIndex { table, index }) => {
            on_table(database, table, |table| table.add_index(index))
        }
        S::Table(TableChange::DropIndex { name, table, .. }) => {
            drop_index(database, name.as_ref(), table.as_ref())
        }
        S::Table(TableChange::RenameIndex { name, to }) => rename_index(database, name, to),
        S::Table(TableChange::AlterIndex { name, action: IndexAction::Attach(part), .. }) => {
            attach_index(database, name, part)
        }
        S::Rows(RowChange::Insert(insert)) => fill_rows(database, &insert.table),
        S::Rows(RowChange::CopyFrom { table }) => fill_rows(database, table),
        S::Rows(RowChange::Merge { table }) => fill_all(database, table, provenance),
        S::Rows(RowChange::Update(update)) => update_rows(database, update, provenance),
        S::Object(ObjectChange::CreateType { name, schema, labels, .. }) => {
            create_type(database, name, schema.as_ref(), labels.as_ref())
        }
        S::Object(ObjectChange::DropType { name, .. }) => drop_type(database, name),
        S::Object(ObjectChange::AlterType { name, change }) => alter_type(database, name, change),
        S::Object(ObjectChange::CreateObject { kind, name, on, uses, .. }) => {
            create_object(database, *kind, name, on.as_ref(), uses, provenance);
        }
        S::Object(ObjectChange::DropObject { kind, name, on, .. }) => {
            drop_object(database, *kind, name, on.as_ref())
        }
        S::Block { statements, guarded } => {
            if depth == DEEPEST {
                database.complete = false;
                return;
            }
            for placed in statements {
                let guarded = provenance.guarded || *guarded || placed.conditional;
                apply_at(
                    database,
                    &placed.statement,
                    &Provenance { author: provenance.author, guarded },
                    depth + 1,
                );
            }
        }
        // A routine of the project's own may change anything.
        S::Rows(RowChange::Select { functions, .. }) => {
            let is_own = |name: &String| {
                let unqualified = name.rsplit('.').next().unwrap_or(name);
                function_kind(name) == FunctionKind::Unknown
                    || database.objects.iter().any(|object| {
                        object.kind == ObjectKind::Routine
                            && object
                                .name
                                .rsplit('.')
                                .next()
                                .is_some_and(|own| own.eq_ignore_ascii_case(unqualified))
                    })
            };
            if functions.iter().any(is_own) {
                taint(database, None, None, provenance);
            }
        }
        S::Unreadable { keyword, table, .. } => {
            taint(database, keyword.as_deref(), table.as_ref(), provenance)
        }
        S::Rows(RowChange::Delete(_) | RowChange::Truncate { .. })
        | S::Table(TableChange::AlterIndex { .. } | TableChange::Reindex { .. })
        | S::Object(ObjectChange::AlterObject { .. } | ObjectChange::RefreshView { .. })
        | S::Table(TableChange::Vacuum { .. } | TableChange::Cluster { .. })
        | S::Session(SessionCommand::LockTable { .. })
        | S::Object(ObjectChange::Comment { .. } | ObjectChange::Grant)
        | S::Session(SessionCommand::Set { .. } | SessionCommand::Transaction(_))
        | S::Read
        | S::Other { .. } => {}
    }
}

fn create_table(database: &mut Database, create: &CreateTable, provenance: &Provenance<'_>) {
    let guarded = provenance.guarded || create.if_not_exists;
    if guarded && is_relation(database, &create.table) {
        return;
    }
    let origin = provenance.origin(create.if_not_exists);
    let like = create.like.as_ref().map(|like| database.table(like).cloned());
    database.take(&create.table);
    let merges = database.dialect == Dialect::PostgreSql;
    let Some(table) = database.table_or_met(&create.table) else {
        database.complete = false;
        return;
    };
    *table = Table::of(create, table, origin, &provenance.author.revision);
    if merges {
        table.merge_equal_keys();
    }
    if let Some(like) = like {
        table.columns.splice(0..0, like.iter().flat_map(|like| like.columns.iter().cloned()));
        table.complete &= like.is_some_and(|like| like.complete) && !create.filled;
    }
    // Where the guard held, the table is another one.
    table.complete &= !provenance.guarded;
    for kind in create.columns.iter().filter_map(|column| column.kind.as_ref()) {
        create_type_of_column(database, kind);
    }
}

/// CREATE TABLE makes the enum types of its columns, unless they exist.
fn create_type_of_column(database: &mut Database, kind: &ColumnType) {
    if let Some(declared) =
        kind.labels.as_ref().filter(|declared| declared.native && declared.created_with_table)
        && let Some(Known::Is(name)) = &declared.name
        && database.enum_type(name).is_none()
    {
        database.types.push(declared.clone());
    }
}

fn drop_table(database: &mut Database, name: &TableName) {
    database.take(name);
    let refers = |constraint: &table::Constraint| match constraint {
        table::Constraint::ForeignKey(key) => key.referent == *name,
        _ => false,
    };
    drop_partitions(database, name);
    // SQLite keeps foreign keys to what is gone.
    let keeps = database.dialect == Dialect::Sqlite;
    for table in database.tables_mut().filter(|_| !keeps) {
        table.constraints.retain(|held| !refers(&held.constraint));
    }
    database.objects.retain(|object| object.on.as_ref() != Some(name));
}

/// Partitions go with their table.
fn drop_partitions(database: &mut Database, name: &TableName) {
    let gone: Vec<TableName> =
        database.partitions_of(name).map(|(partition, _)| partition.table_name()).collect();
    gone.iter().for_each(|partition| drop(database.take(partition)));
}

fn rename_table(
    database: &mut Database,
    from: &TableName,
    schema: Option<Known<String>>,
    to: &Known<String>,
) {
    let renamed = TableName { schema, name: to.clone() };
    if database.table(from).is_none() && database.view(from).is_some() {
        return rename_view(database, from, to);
    }
    rename_in_views(database, from, &renamed);
    if database.table_or_met(from).is_none() {
        database.complete = false;
        return;
    }
    let Some(mut table) = database.take(from) else { return };
    let (Some(name), false) = (to.as_str(), matches!(renamed.schema, Some(Known::Unreadable)))
    else {
        database.complete = false;
        return;
    };
    name.clone_into(&mut table.name);
    if renamed.schema != from.schema {
        table.schema = renamed.schema.as_ref().and_then(Known::as_str).map(str::to_owned);
    }
    database.put(table);
    for table in database.tables_mut() {
        for held in &mut table.constraints {
            if let table::Constraint::ForeignKey(key) = &mut held.constraint
                && key.referent == *from
            {
                key.referent = renamed.clone();
            }
        }
        if let Some(partition) = table.partition.as_mut().filter(|partition| partition.of == *from)
        {
            partition.of = renamed.clone();
        }
    }
}

fn add_column(
    database: &mut Database,
    name: &TableName,
    column: &table::Column,
    if_not_exists: bool,
    provenance: &Provenance<'_>,
) {
    let origin = provenance.origin(if_not_exists);
    let by = provenance.author.revision.clone();
    on_table(database, name, |table| {
        let Some(column_name) = column.name.as_str() else {
            table.complete = false;
            return;
        };
        if (if_not_exists || provenance.guarded) && table.column(column_name).is_some() {
            return;
        }
        table.columns.retain(|held| !held.name.eq_ignore_ascii_case(column_name));
        table.columns.push(Column::of(column_name, column, origin));
        table.hold_inline(column, &by);
    });
}

fn rename_column(
    database: &mut Database,
    table: &TableName,
    column: &Known<String>,
    to: &Known<String>,
) {
    let (Some(from), Some(to)) = (column.as_str(), to.as_str()) else {
        return on_table(database, table, Table::doubt);
    };
    rename_column_in_views(database, table, from, to);
    on_table(database, table, |table| table.rename_column(from, to));
    for held in database.tables_mut() {
        held.rename_referred(table, from, to);
    }
}

fn modify_column(
    database: &mut Database,
    table: &TableName,
    name: &Known<String>,
    to: Option<&Known<String>>,
    column: &table::Column,
) {
    if let Some(to) = to {
        rename_column(database, table, name, to);
    }
    on_column(database, table, to.unwrap_or(name), |held| {
        let restated = Column::of(&held.name, column, held.origin.clone());
        *held = Column { filled: held.filled.clone(), ..restated };
    });
}

fn alter_table(database: &mut Database, table: &TableName, action: &TableAction) {
    on_table(database, table, |table| match action {
        TableAction::RowSecurity { enable } => table.row_security = *enable,
        TableAction::AttachPartition { .. } | TableAction::DetachPartition { .. } => {
            table.partitioned = true
        }
        _ => {}
    });
    match action {
        TableAction::AttachPartition { partition, default } => {
            let of = Some(Partition { of: table.clone(), is_default: *default });
            on_table(database, partition, |partition| partition.partition = of);
        }
        TableAction::DetachPartition { partition, .. } => {
            on_table(database, partition, |table| table.partition = None)
        }
        _ => {}
    }
}

fn drop_index(database: &mut Database, name: Option<&Known<String>>, said: Option<&TableName>) {
    let Some(name) = name.and_then(Known::as_str) else {
        if let Some(table) = said.and_then(|table| database.table_mut(table)) {
            table.indexes.clear();
        }
        return;
    };
    if let Some(owner) = database.owner_of_index(name, said).map(Table::table_name) {
        on_table(database, &owner, |table| table.forget_index(name));
    }
    for part in indexes_attached_to(database, name) {
        drop_index(database, Some(&Known::Is(part)), None);
    }
}

/// The indexes of partitions go with the one that they are attached to.
fn indexes_attached_to(database: &Database, name: &str) -> Vec<String> {
    let all = database.tables().flat_map(|table| &table.indexes);
    let parts = all.filter(|index| index.parent.as_deref() == Some(name));
    parts.filter_map(|index| index.name.as_ref()?.as_str().map(str::to_owned)).collect()
}

fn attach_index(database: &mut Database, name: &Known<String>, part: &Known<String>) {
    let (Some(name), Some(part)) = (name.as_str(), part.as_str()) else { return };
    let Some(owner) = database.owner_of_index(part, None).map(Table::table_name) else { return };
    on_table(database, &owner, |table| {
        let index = table
            .indexes
            .iter_mut()
            .find(|index| index.name.as_ref().and_then(Known::as_str) == Some(part));
        if let Some(index) = index {
            index.parent = Some(name.to_owned());
        }
    });
}

fn rename_index(database: &mut Database, name: &Known<String>, to: &Known<String>) {
    let owner =
        name.as_str().and_then(|name| database.owner_of_index(name, None)).map(Table::table_name);
    if let Some(owner) = owner {
        on_table(database, &owner, |table| table.rename_index(name, to));
    }
}

fn fill_rows(database: &mut Database, table: &TableName) {
    if let Some(table) = database.table_mut(table)
        && table.rows == Population::NewAndEmpty
    {
        table.rows = Population::NewAndFilled;
    }
}

fn fill_all(database: &mut Database, table: &TableName, provenance: &Provenance<'_>) {
    fill_rows(database, table);
    if let Some(table) = database.table_mut(table) {
        for column in &mut table.columns {
            column.filled = Some(provenance.author.revision.clone());
        }
    }
}

fn update_rows(database: &mut Database, update: &Update, provenance: &Provenance<'_>) {
    let Some(set) = update.set.get() else {
        return fill_all(database, &update.table, provenance);
    };
    for Assignment { column, .. } in set {
        on_column(database, &update.table, column, |held| {
            held.filled = Some(provenance.author.revision.clone())
        });
    }
}

/// Forgets what something unread may have changed. Statements that only write rows leave the
/// columns as they are.
fn taint(
    database: &mut Database,
    keyword: Option<&str>,
    table: Option<&TableName>,
    provenance: &Provenance<'_>,
) {
    let table = table.filter(|table| table.name.is_known());
    match (keyword.map(kind_of), table) {
        (Some(Kind::Reads), _) | (Some(Kind::Writes), None) => {}
        (Some(Kind::Writes), Some(table)) => fill_all(database, table, provenance),
        (Some(Kind::Changes) | None, Some(table)) => {
            doubt_names(database, Some(table), &provenance.author.revision);
            on_table(database, table, Table::doubt);
            fill_all(database, table, provenance);
        }
        (Some(Kind::Changes) | None, None) => {
            doubt_names(database, None, &provenance.author.revision);
            database.complete = false;
            database.tables_mut().for_each(|table| table.complete = false);
        }
    }
}

fn on_table(database: &mut Database, table: &TableName, change: impl FnOnce(&mut Table)) {
    // ALTER TABLE takes a view, whose columns are not replayed.
    if database.table(table).is_none() && database.view(table).is_some() {
        return;
    }
    match database.table_or_met(table) {
        Some(table) => change(table),
        None => database.complete = false,
    }
}

fn on_column(
    database: &mut Database,
    table: &TableName,
    column: &Known<String>,
    change: impl FnOnce(&mut Column),
) {
    on_table(database, table, |table| match column.as_str() {
        Some(column) => change(table.column_or_met(column)),
        None => table.doubt(),
    });
}

/// What a statement does by its first word.
enum Kind {
    Reads,
    Writes,
    Changes,
}

fn kind_of(keyword: &str) -> Kind {
    let keyword = keyword.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    match keyword.as_str() {
        "SELECT" | "SET" | "RESET" | "SHOW" | "EXPLAIN" | "GRANT" | "REVOKE" | "COMMENT"
        | "ANALYZE" | "VACUUM" | "LOCK" | "BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT"
        | "REFRESH" | "REINDEX" | "NOTIFY" => Kind::Reads,
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY" | "TRUNCATE" | "REPLACE" => Kind::Writes,
        _ => Kind::Changes,
    }
}

impl Column {
    fn become_type(&mut self, to: &Known<ColumnType>) {
        self.kind = to.get().cloned();
    }

    /// ADD GENERATED, DROP IDENTITY and the like.
    fn alter(&mut self, action: ColumnAction) {
        match action {
            ColumnAction::AddIdentity => self.generated = Some(Generated::Identity),
            ColumnAction::DropIdentity | ColumnAction::DropExpression => self.generated = None,
            ColumnAction::AlterIdentity
            | ColumnAction::SetExpression
            | ColumnAction::SetStatistics
            | ColumnAction::Options
            | ColumnAction::SetStorage
            | ColumnAction::SetCompression
            | ColumnAction::Nullability
            | ColumnAction::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::table::Origin;
    use crate::sql::lock::Catalog;
    use crate::sql::table::{Constraint, ConstraintKind, ForeignKey, Index, IndexPart, Key};

    fn author(revision: &str, released: bool) -> AppliedRevision {
        AppliedRevision { revision: revision.into(), released }
    }

    fn column(name: &str, sql: &str) -> table::Column {
        table::Column::new(Known::from(name), Some(ColumnType::of_sql(sql)))
    }

    fn create(name: &str, columns: Vec<table::Column>) -> Statement {
        Statement::Table(TableChange::CreateTable(CreateTable {
            columns,
            ..CreateTable::new(TableName::plain(name))
        }))
    }

    fn replayed(statements: &[(Statement, bool)]) -> Database {
        let mut database = Database::default();
        for (statement, released) in statements {
            database.tell(statement, false, &author("a", *released));
        }
        database
    }

    fn foreign_key(column: &str, referent: &str) -> ForeignKey {
        ForeignKey {
            name: None,
            columns: Known::Is(vec![column.into()]),
            referent: TableName::plain(referent),
            referent_columns: Known::Is(Vec::new()),
            on_delete: None,
            on_update: None,
            not_valid: Known::Is(false),
        }
    }

    #[test]
    fn a_table_first_met_in_an_alter_exists_and_is_unknown() {
        let add = Statement::Table(TableChange::AddColumn {
            table: TableName::plain("users"),
            column: column("email", "TEXT"),
            if_not_exists: false,
        });
        let database = replayed(&[(add, false)]);
        let users = database.table(&TableName::plain("Users")).unwrap();
        assert!(!users.is_new() && !users.complete && users.origin == Origin::Met);
        assert!(users.column("email").unwrap().origin.is_new());
        assert!(database.complete);
    }

    #[test]
    fn an_unnamed_constraint_is_found_by_the_name_that_the_database_or_a_convention_gave_it() {
        let mut owner = column("owner_id", "INTEGER");
        owner.foreign_keys.push(foreign_key("owner_id", "users"));
        let mut slug = column("slug", "TEXT");
        slug.unique = Known::Is(true);
        let database = replayed(&[(create("posts", vec![owner, slug]), true)]);
        let posts = TableName::plain("posts");
        let kind = |name| database.constraint_kind(&posts, name);
        assert_eq!(kind("posts_owner_id_fkey"), Some(ConstraintKind::ForeignKey));
        assert_eq!(kind("fk_posts_owner_id_users"), Some(ConstraintKind::ForeignKey));
        assert_eq!(kind("posts_slug_key"), Some(ConstraintKind::Unique));
        assert_eq!(kind("uq_posts_slug"), Some(ConstraintKind::Unique));
        assert_eq!(kind("ck_posts_slug"), None);
        assert_eq!(
            database.referent(&posts, "posts_owner_id_fkey"),
            Some(TableName::plain("users"))
        );
    }

    #[test]
    fn a_renamed_table_keeps_its_rows_and_is_referred_to_by_its_new_name() {
        let mut owner = column("owner_id", "INTEGER");
        owner.foreign_keys.push(foreign_key("owner_id", "users"));
        let rename = Statement::Table(TableChange::RenameTable {
            table: TableName::plain("users"),
            to: "people".into(),
        });
        let database = replayed(&[(create("posts", vec![owner]), true), (rename, false)]);
        assert_eq!(database.referents(&TableName::plain("posts")), [TableName::plain("people")]);
        assert!(!database.table(&TableName::plain("people")).unwrap().is_new());
        assert!(database.table(&TableName::plain("users")).is_none());
    }

    #[test]
    fn dropping_a_column_takes_its_indexes_and_constraints_along() {
        let posts = TableName::plain("posts");
        let index = Index {
            name: Some("ix_posts_slug".into()),
            columns: Known::Is(vec![IndexPart::Column("slug".to_owned())]),
            unique: Known::Is(false),
            concurrently: Known::Is(false),
            if_not_exists: false,
            method: None,
            predicate: None,
            only: false,
            prefixed: false,
            parent: None,
        };
        let key = Key {
            name: None,
            columns: Known::Is(vec!["slug".into(), "id".into()]),
            using_index: None,
        };
        let database = replayed(&[
            (create("posts", vec![column("id", "INTEGER"), column("slug", "TEXT")]), true),
            (Statement::Table(TableChange::CreateIndex { table: posts.clone(), index }), true),
            (
                Statement::Table(TableChange::AddConstraint {
                    table: posts.clone(),
                    constraint: Constraint::Unique(key),
                }),
                true,
            ),
            (
                Statement::Table(TableChange::DropColumn {
                    table: posts.clone(),
                    column: "slug".into(),
                    if_exists: false,
                    cascade: false,
                }),
                false,
            ),
        ]);
        let table = database.table(&posts).unwrap();
        assert!(
            table.indexes.is_empty() && table.constraints.is_empty() && table.columns.len() == 1
        );
    }

    #[test]
    fn what_is_unread_taints_the_table_that_it_names_and_a_later_statement_cleans_it() {
        let posts = TableName::plain("posts");
        let unread = |keyword: &str| Statement::Unreadable {
            why: crate::sql::statement::Unread::because("a test"),
            keyword: Some(keyword.to_owned()),
            table: Some(TableName::plain("posts")),
        };
        let alter = Statement::Table(TableChange::AlterColumnType {
            table: posts.clone(),
            column: "slug".into(),
            to: Known::Is(ColumnType::of_sql("VARCHAR(9)")),
            existing: None,
            using: None,
        });
        let made = (create("posts", vec![column("slug", "TEXT")]), true);
        let kind = |statements: &[(Statement, bool)]| {
            let database = replayed(statements);
            database.column_type(&posts, "slug").and_then(|kind| kind.sql.into_option())
        };
        assert_eq!(kind(&[made.clone(), (unread("UPDATE"), true)]).as_deref(), Some("TEXT"));
        assert_eq!(kind(&[made.clone(), (unread("ALTER"), true)]), None);
        assert_eq!(
            kind(&[made, (unread("ALTER"), true), (alter, true)]).as_deref(),
            Some("VARCHAR(9)")
        );
    }

    #[test]
    fn a_table_made_under_a_guard_may_hold_rows() {
        let mut database = Database::default();
        database.tell(&create("posts", Vec::new()), true, &author("a", false));
        assert!(!database.table(&TableName::plain("posts")).unwrap().is_new());
    }
}
