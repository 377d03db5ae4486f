//! CREATE, DROP and RENAME of tables.

use crate::schema::answer::error::{DatabaseError, Needed, TableUse};
use crate::schema::answer::judge::about_table;
use crate::schema::answer::presence::Presence;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Column, Constraint, Key, TableName};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

impl Database {
    pub(super) fn answer_create_table(&self, create: &CreateTable, engine: Engine) -> Answer {
        if create.if_not_exists && self.is_relation(&create.table) {
            return Answer::Applied;
        }
        self.is_free(&create.table, engine)
            .or(|| twice(&create.columns))
            .or(|| self.parts_are_sound(create, engine))
    }

    /// Refuses a name that another table, view, index or sequence has.
    pub(super) fn is_free(&self, table: &TableName, engine: Engine) -> Answer {
        let error = || DatabaseError::TableExists { table: table.clone() };
        let name = table.name.as_str().unwrap_or_default();
        let by_table = self.presence_of_table(table).absent(error());
        let answer = by_table
            .or(|| self.is_free_of_indexes(name, error(), engine))
            .or(|| self.is_free_of_sequences(name, error(), engine))
            .or(|| self.is_free_of_types(name, engine));
        about_table(answer, table, engine)
    }

    /// Indexes share the name space of tables in PostgreSQL and SQLite.
    fn is_free_of_indexes(&self, name: &str, error: DatabaseError, engine: Engine) -> Answer {
        let shared = matches!(engine.dialect, Dialect::PostgreSql | Dialect::Sqlite);
        let found =
            shared.then(|| self.tables().find(|table| table.index(name).is_some())).flatten();
        match found {
            Some(_) => self.presence_of_index(name, None).absent(error),
            None => Answer::Applied,
        }
    }

    fn is_free_of_sequences(&self, name: &str, error: DatabaseError, engine: Engine) -> Answer {
        match engine.dialect {
            Dialect::PostgreSql => match self.presence_of_object(ObjectKind::Sequence, name, &None)
            {
                Presence::Here => Refusal::proved(error).into(),
                _ => Answer::Applied,
            },
            _ => Answer::Applied,
        }
    }

    /// In PostgreSQL a table is a type as well.
    fn is_free_of_types(&self, name: &str, engine: Engine) -> Answer {
        match engine.dialect == Dialect::PostgreSql && self.enum_type(name).is_some() {
            true => self
                .presence_of_type(name)
                .absent(DatabaseError::TypeExists { name: name.to_owned() }),
            false => Answer::Applied,
        }
    }

    /// Tells whether a table or view of a name is known.
    fn is_relation(&self, table: &TableName) -> bool {
        self.table(table).is_some() || self.view(table).is_some()
    }

    fn parts_are_sound(&self, create: &CreateTable, engine: Engine) -> Answer {
        let itself = Table::of_declared(create);
        let columns = create.columns.iter().map(|column| {
            self.type_is_there(column.kind.as_ref(), engine)
                .or(|| self.default_fits(column, engine))
        });
        let keys = create.columns.iter().flat_map(|column| &column.foreign_keys);
        let inline = keys.map(|key| self.foreign_key_is_sound(&itself, key, engine));
        let of_table = create.constraints.iter().map(|constraint| match constraint {
            Constraint::ForeignKey(key) => self.foreign_key_is_sound(&itself, key, engine),
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => {
                self.key_is_sound(&itself, key, engine)
            }
            _ => Answer::Applied,
        });
        let names = create.constraints.iter().map(|constraint| match constraint {
            Constraint::Unique(Key { name: Some(Known::Is(name)), .. })
            | Constraint::PrimaryKey(Key { name: Some(Known::Is(name)), .. }) => {
                self.is_free_for_key(name, engine)
            }
            _ => Answer::Applied,
        });
        let answers = columns.chain(inline).chain(of_table).chain(names);
        Answer::first(answers.collect::<Vec<_>>())
    }

    pub(super) fn answer_drop_table(
        &self,
        table: &TableName,
        if_exists: bool,
        cascade: bool,
        engine: Engine,
    ) -> Answer {
        let there = match if_exists {
            true => Answer::Applied,
            false => self.needs_table(table, TableUse::Drop, engine),
        };
        there.or(|| match cascade && engine.dialect == Dialect::PostgreSql {
            true => Answer::Applied,
            false => self.table_is_unused(table, engine),
        })
    }

    fn table_is_unused(&self, table: &TableName, engine: Engine) -> Answer {
        let (mut by, mut names) = self.referrers_of(table, engine);
        if engine.dialect == Dialect::PostgreSql && self.table(table).is_some() {
            let views = self.views_over(table);
            by.extend(views.iter().map(|view| format!("view `{view}`")));
            names.extend(views);
        }
        in_use(Needed::Table(table.clone()), by, names, self)
    }

    pub(super) fn answer_rename_table(
        &self,
        table: &TableName,
        to: &Known<String>,
        engine: Engine,
    ) -> Answer {
        let renamed = TableName { schema: table.schema.clone(), name: to.clone() };
        self.needs_table(table, TableUse::Alter, engine).or(|| match renamed == *table {
            true => Answer::Applied,
            false => self.is_free(&renamed, engine),
        })
    }
}

/// Refuses what others need.
pub(super) fn in_use(
    what: Needed,
    by: Vec<String>,
    names: Vec<String>,
    database: &Database,
) -> Answer {
    if by.is_empty() {
        return Answer::Applied;
    }
    let _ = database;
    let refusal = Refusal::proved(DatabaseError::InUse { what, by });
    names.into_iter().fold(refusal, Refusal::about).into()
}

fn twice(columns: &[Column]) -> Answer {
    let names: Vec<&str> = columns.iter().filter_map(|column| column.name.as_str()).collect();
    let double = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    match double {
        Some((_, name)) => {
            Refusal::proved(DatabaseError::ColumnTwice { column: (*name).to_owned() }).into()
        }
        None => Answer::Applied,
    }
}
