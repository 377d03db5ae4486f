//! Applies statements to a database, one by one.
//!
//! Each family of statements has a file; `alter` changes one table or column, and `unread` forgets
//! what something unread may have changed.

mod alter;

mod columns;

mod indexes;

mod objects;

mod rows;

mod tables;

mod unread;

use crate::operation::step::{Emitted, Step};
use crate::schema::answer::marks::{foresee, remember};
use crate::schema::answer::named::standing_of;
use crate::schema::cascade::drop_dependants;
use crate::schema::database::Database;
use crate::schema::provenance::{AppliedRevision, Provenance};
use crate::schema::replay::objects::object_change;
use crate::schema::replay::rows::row_change;
use crate::schema::replay::tables::table_change;
use crate::schema::replay::unread::taint;
use crate::sql::dialect::Dialect;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;

/// How deep blocks may stand in blocks before the inner ones are left unread.
const DEEPEST: usize = 8;

impl Database {
    /// Applies one statement. An unread one taints only what it could touch.
    pub fn apply(&mut self, step: &Step, emitted: &Emitted, author: &AppliedRevision) {
        self.tell(&emitted.statement, step.conditional || emitted.conditional, author);
    }

    /// Applies what released code made of the application's models: it ran with those of its day,
    /// which nobody has here. Whether the table is among them and what it holds is not known.
    pub fn apply_as_of_its_day(&mut self, step: &Step, author: &AppliedRevision) {
        for emitted in &step.emitted {
            self.tell(&emitted.statement, true, author);
            if let Statement::Table(TableChange::CreateTable(create)) = &emitted.statement
                && let Some(table) = self.table_mut(&create.table)
            {
                table.forget_parts();
            }
        }
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
    match statement {
        Statement::Table(change) => table_change(database, change, provenance),
        Statement::Rows(change) => row_change(database, change, provenance),
        Statement::Object(change) => object_change(database, change, provenance),
        Statement::Block { .. } if depth == DEEPEST => database.complete = false,
        Statement::Block { statements, guarded } => {
            for placed in statements {
                let guarded = provenance.guarded || *guarded || placed.conditional;
                let provenance = Provenance { author: provenance.author, guarded };
                apply_at(database, &placed.statement, &provenance, depth + 1);
            }
        }
        Statement::Unreadable { keyword, table, .. } => {
            taint(database, keyword.as_deref(), table.as_ref(), provenance)
        }
        Statement::Session(
            SessionCommand::LockTable { .. }
            | SessionCommand::Set { .. }
            | SessionCommand::Transaction(_),
        )
        | Statement::Read
        | Statement::Other { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::table::Origin;
    use crate::sql::lock::Catalog;
    use crate::sql::table::{
        ColumnType, Constraint, ConstraintKind, ForeignKey, Index, IndexPart, Key, TableName,
    };
    use crate::sql::table_change::CreateTable;
    use crate::text::known::Known;

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
            use_alter: false,
            deferred: false,
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
            classed: Vec::new(),
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
