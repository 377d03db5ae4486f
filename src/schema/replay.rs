//! Applies statements to a database, one by one.

use crate::operation::step::{Emitted, Step};
use crate::schema::database::Database;
use crate::schema::provenance::{AppliedRevision, Provenance};
use crate::schema::table::{Column, Partition, Population, Table};
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
        self.emitted(statement, &Provenance { author, guarded }, 0);
    }

    fn emitted(&mut self, statement: &Statement, provenance: &Provenance<'_>, depth: usize) {
        self.foresee(statement, provenance);
        let stood = self.standing_of(statement);
        self.drop_dependants(statement, &provenance.author.revision);
        self.carry_out(statement, provenance, depth);
        self.meet_referents(statement);
        self.remember(statement, stood, provenance);
    }

    /// What a foreign key refers to exists.
    fn meet_referents(&mut self, statement: &Statement) {
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
        if self.dialect == Dialect::Sqlite {
            return;
        }
        for referent in referents.iter().filter(|referent| referent.name.is_known()) {
            self.table_or_met(referent);
        }
    }

    fn carry_out(&mut self, statement: &Statement, provenance: &Provenance<'_>, depth: usize) {
        use Statement as S;
        match statement {
            S::Table(TableChange::CreateTable(create)) => self.create_table(create, provenance),
            S::Table(TableChange::DropTable { table, .. }) => self.drop_table(table),
            S::Table(TableChange::RenameTable { table, to }) => {
                self.rename_table(table, table.schema.clone(), to)
            }
            S::Table(TableChange::SetSchema { table, schema }) => {
                self.rename_table(table, Some(schema.clone()), &table.name)
            }
            S::Table(TableChange::AddColumn { table, column, if_not_exists }) => {
                self.add_column(table, column, *if_not_exists, provenance)
            }
            S::Table(TableChange::DropColumn { table, column, .. }) => {
                self.on_table(table, |table| table.forget_column(column))
            }
            S::Table(TableChange::RenameColumn { table, column, to }) => {
                self.rename_column(table, column, to)
            }
            S::Table(TableChange::AlterColumnType { table, column, to, .. }) => {
                self.on_column(table, column, |held| held.become_type(to))
            }
            S::Table(TableChange::SetNotNull { table, column }) => {
                self.on_column(table, column, |held| held.nullable = Known::Is(false))
            }
            S::Table(TableChange::DropNotNull { table, column }) => {
                self.on_column(table, column, |held| held.nullable = Known::Is(true))
            }
            S::Table(TableChange::SetDefault { table, column, default }) => {
                self.on_column(table, column, |held| {
                    held.default = Known::Is(Some(default.clone()))
                });
            }
            S::Table(TableChange::DropDefault { table, column }) => {
                self.on_column(table, column, |held| held.default = Known::Is(None));
            }
            S::Table(TableChange::AlterColumn { table, column, action, .. }) => {
                self.on_column(table, column, |held| held.alter(*action))
            }
            S::Table(TableChange::ModifyColumn { table, name, to, column, .. }) => {
                self.modify_column(table, name, to.as_ref(), column)
            }
            S::Table(TableChange::AddConstraint { table, constraint }) => {
                let by = provenance.author.revision.clone();
                self.on_table(table, |table| table.hold(constraint.clone(), &by));
            }
            S::Table(TableChange::ValidateConstraint { table, name }) => {
                self.on_table(table, |table| table.validate(name))
            }
            S::Table(TableChange::DropConstraint { table, name, kind, .. }) => {
                self.on_table(table, |table| table.forget_constraint(name.as_ref(), *kind));
            }
            S::Table(TableChange::RenameConstraint { table, name, to }) => {
                self.on_table(table, |table| table.rename_constraint(name, to))
            }
            S::Table(TableChange::AlterTable { table, action, .. }) => {
                self.alter_table(table, action)
            }
            S::Table(TableChange::CreateIndex { table, index }) => {
                self.on_table(table, |table| table.add_index(index))
            }
            S::Table(TableChange::DropIndex { name, table, .. }) => {
                self.drop_index(name.as_ref(), table.as_ref())
            }
            S::Table(TableChange::RenameIndex { name, to }) => self.rename_index(name, to),
            S::Table(TableChange::AlterIndex {
                name, action: IndexAction::Attach(part), ..
            }) => self.attach_index(name, part),
            S::Rows(RowChange::Insert(insert)) => self.fill_rows(&insert.table),
            S::Rows(RowChange::CopyFrom { table }) => self.fill_rows(table),
            S::Rows(RowChange::Merge { table }) => self.fill_all(table, provenance),
            S::Rows(RowChange::Update(update)) => self.update(update, provenance),
            S::Object(ObjectChange::CreateType { name, schema, labels, .. }) => {
                self.create_type(name, schema.as_ref(), labels.as_ref())
            }
            S::Object(ObjectChange::DropType { name, .. }) => self.drop_type(name),
            S::Object(ObjectChange::AlterType { name, change }) => self.alter_type(name, change),
            S::Object(ObjectChange::CreateObject { kind, name, on, uses, .. }) => {
                self.create_object(*kind, name, on.as_ref(), uses, provenance);
            }
            S::Object(ObjectChange::DropObject { kind, name, on, .. }) => {
                self.drop_object(*kind, name, on.as_ref())
            }
            S::Block { statements, guarded } => {
                if depth == DEEPEST {
                    self.complete = false;
                    return;
                }
                for placed in statements {
                    let guarded = provenance.guarded || *guarded || placed.conditional;
                    self.emitted(
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
                        || self.objects.iter().any(|object| {
                            object.kind == ObjectKind::Routine
                                && object
                                    .name
                                    .rsplit('.')
                                    .next()
                                    .is_some_and(|own| own.eq_ignore_ascii_case(unqualified))
                        })
                };
                if functions.iter().any(is_own) {
                    self.taint(None, None, provenance);
                }
            }
            S::Unreadable { keyword, table, .. } => {
                self.taint(keyword.as_deref(), table.as_ref(), provenance)
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

    fn create_table(&mut self, create: &CreateTable, provenance: &Provenance<'_>) {
        let guarded = provenance.guarded || create.if_not_exists;
        if guarded && self.is_relation(&create.table) {
            return;
        }
        let origin = provenance.origin(create.if_not_exists);
        let like = create.like.as_ref().map(|like| self.table(like).cloned());
        self.take(&create.table);
        let merges = self.dialect == Dialect::PostgreSql;
        let Some(table) = self.table_or_met(&create.table) else {
            self.complete = false;
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
            self.create_type_of_column(kind);
        }
    }

    /// CREATE TABLE makes the enum types of its columns, unless they exist.
    fn create_type_of_column(&mut self, kind: &ColumnType) {
        if let Some(declared) =
            kind.labels.as_ref().filter(|declared| declared.native && declared.created_with_table)
            && let Some(Known::Is(name)) = &declared.name
            && self.enum_type(name).is_none()
        {
            self.types.push(declared.clone());
        }
    }

    fn drop_table(&mut self, name: &TableName) {
        self.take(name);
        let refers = |constraint: &table::Constraint| match constraint {
            table::Constraint::ForeignKey(key) => key.referent == *name,
            _ => false,
        };
        self.drop_partitions(name);
        // SQLite keeps foreign keys to what is gone.
        let keeps = self.dialect == Dialect::Sqlite;
        for table in self.tables_mut().filter(|_| !keeps) {
            table.constraints.retain(|held| !refers(&held.constraint));
        }
        self.objects.retain(|object| object.on.as_ref() != Some(name));
    }

    /// Partitions go with their table.
    fn drop_partitions(&mut self, name: &TableName) {
        let gone: Vec<TableName> =
            self.partitions_of(name).map(|(partition, _)| partition.table_name()).collect();
        gone.iter().for_each(|partition| drop(self.take(partition)));
    }

    fn rename_table(
        &mut self,
        from: &TableName,
        schema: Option<Known<String>>,
        to: &Known<String>,
    ) {
        let renamed = TableName { schema, name: to.clone() };
        if self.table(from).is_none() && self.view(from).is_some() {
            return self.rename_view(from, to);
        }
        self.rename_in_views(from, &renamed);
        if self.table_or_met(from).is_none() {
            self.complete = false;
            return;
        }
        let Some(mut table) = self.take(from) else { return };
        let (Some(name), false) = (to.as_str(), matches!(renamed.schema, Some(Known::Unreadable)))
        else {
            self.complete = false;
            return;
        };
        name.clone_into(&mut table.name);
        if renamed.schema != from.schema {
            table.schema = renamed.schema.as_ref().and_then(Known::as_str).map(str::to_owned);
        }
        self.put(table);
        for table in self.tables_mut() {
            for held in &mut table.constraints {
                if let table::Constraint::ForeignKey(key) = &mut held.constraint
                    && key.referent == *from
                {
                    key.referent = renamed.clone();
                }
            }
            if let Some(partition) =
                table.partition.as_mut().filter(|partition| partition.of == *from)
            {
                partition.of = renamed.clone();
            }
        }
    }

    fn add_column(
        &mut self,
        name: &TableName,
        column: &table::Column,
        if_not_exists: bool,
        provenance: &Provenance<'_>,
    ) {
        let origin = provenance.origin(if_not_exists);
        let by = provenance.author.revision.clone();
        self.on_table(name, |table| {
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

    fn rename_column(&mut self, table: &TableName, column: &Known<String>, to: &Known<String>) {
        let (Some(from), Some(to)) = (column.as_str(), to.as_str()) else {
            return self.on_table(table, Table::doubt);
        };
        self.rename_column_in_views(table, from, to);
        self.on_table(table, |table| table.rename_column(from, to));
        for held in self.tables_mut() {
            held.rename_referred(table, from, to);
        }
    }

    fn modify_column(
        &mut self,
        table: &TableName,
        name: &Known<String>,
        to: Option<&Known<String>>,
        column: &table::Column,
    ) {
        if let Some(to) = to {
            self.rename_column(table, name, to);
        }
        self.on_column(table, to.unwrap_or(name), |held| {
            let restated = Column::of(&held.name, column, held.origin.clone());
            *held = Column { filled: held.filled.clone(), ..restated };
        });
    }

    fn alter_table(&mut self, table: &TableName, action: &TableAction) {
        self.on_table(table, |table| match action {
            TableAction::RowSecurity { enable } => table.row_security = *enable,
            TableAction::AttachPartition { .. } | TableAction::DetachPartition { .. } => {
                table.partitioned = true
            }
            _ => {}
        });
        match action {
            TableAction::AttachPartition { partition, default } => {
                let of = Some(Partition { of: table.clone(), is_default: *default });
                self.on_table(partition, |partition| partition.partition = of);
            }
            TableAction::DetachPartition { partition, .. } => {
                self.on_table(partition, |table| table.partition = None)
            }
            _ => {}
        }
    }

    fn drop_index(&mut self, name: Option<&Known<String>>, said: Option<&TableName>) {
        let Some(name) = name.and_then(Known::as_str) else {
            if let Some(table) = said.and_then(|table| self.table_mut(table)) {
                table.indexes.clear();
            }
            return;
        };
        if let Some(owner) = self.owner_of_index(name, said).map(Table::table_name) {
            self.on_table(&owner, |table| table.forget_index(name));
        }
        for part in self.indexes_attached_to(name) {
            self.drop_index(Some(&Known::Is(part)), None);
        }
    }

    /// The indexes of partitions go with the one that they are attached to.
    fn indexes_attached_to(&self, name: &str) -> Vec<String> {
        let all = self.tables().flat_map(|table| &table.indexes);
        let parts = all.filter(|index| index.parent.as_deref() == Some(name));
        parts.filter_map(|index| index.name.as_ref()?.as_str().map(str::to_owned)).collect()
    }

    fn attach_index(&mut self, name: &Known<String>, part: &Known<String>) {
        let (Some(name), Some(part)) = (name.as_str(), part.as_str()) else { return };
        let Some(owner) = self.owner_of_index(part, None).map(Table::table_name) else { return };
        self.on_table(&owner, |table| {
            let index = table
                .indexes
                .iter_mut()
                .find(|index| index.name.as_ref().and_then(Known::as_str) == Some(part));
            if let Some(index) = index {
                index.parent = Some(name.to_owned());
            }
        });
    }

    fn rename_index(&mut self, name: &Known<String>, to: &Known<String>) {
        let owner =
            name.as_str().and_then(|name| self.owner_of_index(name, None)).map(Table::table_name);
        if let Some(owner) = owner {
            self.on_table(&owner, |table| table.rename_index(name, to));
        }
    }

    fn fill_rows(&mut self, table: &TableName) {
        if let Some(table) = self.table_mut(table)
            && table.rows == Population::NewAndEmpty
        {
            table.rows = Population::NewAndFilled;
        }
    }

    fn fill_all(&mut self, table: &TableName, provenance: &Provenance<'_>) {
        self.fill_rows(table);
        if let Some(table) = self.table_mut(table) {
            for column in &mut table.columns {
                column.filled = Some(provenance.author.revision.clone());
            }
        }
    }

    fn update(&mut self, update: &Update, provenance: &Provenance<'_>) {
        let Some(set) = update.set.get() else {
            return self.fill_all(&update.table, provenance);
        };
        for Assignment { column, .. } in set {
            self.on_column(&update.table, column, |held| {
                held.filled = Some(provenance.author.revision.clone())
            });
        }
    }

    /// Forgets what something unread may have changed. Statements that only write rows leave the
    /// columns as they are.
    fn taint(
        &mut self,
        keyword: Option<&str>,
        table: Option<&TableName>,
        provenance: &Provenance<'_>,
    ) {
        let table = table.filter(|table| table.name.is_known());
        match (keyword.map(kind_of), table) {
            (Some(Kind::Reads), _) | (Some(Kind::Writes), None) => {}
            (Some(Kind::Writes), Some(table)) => self.fill_all(table, provenance),
            (Some(Kind::Changes) | None, Some(table)) => {
                self.doubt_names(Some(table), &provenance.author.revision);
                self.on_table(table, Table::doubt);
                self.fill_all(table, provenance);
            }
            (Some(Kind::Changes) | None, None) => {
                self.doubt_names(None, &provenance.author.revision);
                self.complete = false;
                self.tables_mut().for_each(|table| table.complete = false);
            }
        }
    }

    fn on_table(&mut self, table: &TableName, change: impl FnOnce(&mut Table)) {
        // ALTER TABLE takes a view, whose columns are not replayed.
        if self.table(table).is_none() && self.view(table).is_some() {
            return;
        }
        match self.table_or_met(table) {
            Some(table) => change(table),
            None => self.complete = false,
        }
    }

    fn on_column(
        &mut self,
        table: &TableName,
        column: &Known<String>,
        change: impl FnOnce(&mut Column),
    ) {
        self.on_table(table, |table| match column.as_str() {
            Some(column) => change(table.column_or_met(column)),
            None => table.doubt(),
        });
    }
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
