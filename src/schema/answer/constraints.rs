//! ADD, DROP and RENAME of constraints.

use crate::schema::answer::error::{ColumnPlace, DatabaseError, Needed, TableUse};
use crate::schema::answer::judge::about_table;
use crate::schema::answer::presence::Presence;
use crate::schema::answer::tables::in_use;
use crate::schema::answer::verdict::{Answer, Batched, Engine, Proof, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{ConstraintState, Table};
use crate::sql::casts::CastType;
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, ConstraintKind, ForeignKey, Key, TableName};
use crate::sql::types::SqlType;
use crate::text::known::Known;

impl Database {
    pub(super) fn answer_add_constraint(
        &self,
        table: &TableName,
        constraint: &Constraint,
        engine: Engine,
    ) -> Answer {
        self.needs_table(table, TableUse::Alter, engine)
            .or(|| match (self.table(table), constraint) {
                (Some(held), Constraint::PrimaryKey(key)) => {
                    self.columns_are_there(held, key, ColumnPlace::Altered, engine)
                }
                (Some(held), Constraint::Unique(key)) => {
                    self.columns_are_there(held, key, ColumnPlace::Key, engine)
                }
                (Some(held), Constraint::ForeignKey(key)) if engine.dialect.is_mysql() => {
                    own_columns_are_there(held, key, engine)
                }
                _ => Answer::Applied,
            })
            .or(|| self.is_free_constraint(table, constraint, engine))
            .or(|| {
                let Some(held) = self.table(table) else { return Answer::Applied };
                match constraint {
                    Constraint::PrimaryKey(key) => self
                        .is_first_key(held, engine)
                        .or(|| self.index_is_there(held, key))
                        .or(|| self.key_sorts(held, key, engine)),
                    Constraint::Unique(key) => {
                        self.index_is_there(held, key).or(|| self.key_sorts(held, key, engine))
                    }
                    Constraint::ForeignKey(key) => self.foreign_key_is_sound(held, key, engine),
                    Constraint::NotNull { column, .. } => {
                        self.needs_column(table, column, ColumnPlace::Altered, engine)
                    }
                    Constraint::Check(_) | Constraint::Exclude { .. } => Answer::Applied,
                }
            })
    }

    fn is_first_key(&self, table: &Table, engine: Engine) -> Answer {
        if table.primary_key().is_none() || engine.copies() || !table.complete {
            return Answer::Applied;
        }
        let name = table.table_name();
        let error = DatabaseError::SecondKey { table: name.clone() };
        about_table(Refusal::proved(error).into(), &name, engine)
    }

    /// Refuses the name of a constraint that is there. A copy takes the new one in place of the old.
    fn is_free_constraint(
        &self,
        table: &TableName,
        constraint: &Constraint,
        engine: Engine,
    ) -> Answer {
        let Some(name) = constraint.name().and_then(Known::as_str) else { return Answer::Applied };
        if engine.copies() || matches!(constraint, Constraint::NotNull { .. }) {
            return Answer::Applied;
        }
        let Some(held) = self.table(table) else { return Answer::Applied };
        let shares = |kind: ConstraintKind| match engine.dialect {
            // A CHECK and a key have name spaces of their own there.
            Dialect::MySql | Dialect::MariaDb => kind == constraint.kind(),
            _ => true,
        };
        let twin = held.constraint(name).filter(|held| shares(held.constraint.kind()));
        if twin.is_some() {
            let error =
                DatabaseError::ConstraintExists { table: table.clone(), name: name.to_owned() };
            let answer = self.presence_of_constraint(table, name).absent(error);
            return about_table(answer, table, engine);
        }
        let shares_indexes = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb)
            && matches!(constraint, Constraint::Unique(_));
        if shares_indexes && held.index(name).is_some() {
            let error = DatabaseError::IndexExists { name: name.to_owned() };
            let answer = self.presence_of_index(name, Some(table)).absent(error);
            return about_table(answer, table, engine);
        }
        match constraint {
            Constraint::ForeignKey(_) => self.is_free_foreign_key(name, engine),
            Constraint::PrimaryKey(key) | Constraint::Unique(key) if key.using_index.is_none() => {
                about_table(self.is_free_for_key(name, engine), table, engine)
            }
            _ => Answer::Applied,
        }
    }

    /// The index of a key has a name among the relations of PostgreSQL.
    pub(super) fn is_free_for_key(&self, name: &str, engine: Engine) -> Answer {
        match engine.dialect {
            Dialect::PostgreSql => self.is_free_index(name, None, engine),
            _ => Answer::Applied,
        }
    }

    /// USING INDEX asks for an index.
    fn index_is_there(&self, table: &Table, key: &Key) -> Answer {
        match key.using_index.as_ref().and_then(Known::as_str) {
            Some(index) => {
                let error = DatabaseError::NoIndex { name: index.to_owned() };
                self.presence_of_index(index, Some(&table.table_name())).needed(error)
            }
            None => Answer::Applied,
        }
    }

    /// Asks for the columns of a key.
    pub(super) fn columns_are_there(
        &self,
        table: &Table,
        key: &Key,
        place: ColumnPlace,
        engine: Engine,
    ) -> Answer {
        let columns = key.columns.get().into_iter().flatten();
        Answer::first(columns.map(|column| has_column(table, column, place, engine)))
    }

    /// PostgreSQL sorts no JSON, and no XML.
    pub(super) fn key_sorts(&self, table: &Table, key: &Key, engine: Engine) -> Answer {
        let columns = key.columns.get().into_iter().flatten().filter_map(Known::as_str);
        self.columns_sort(table, columns, engine)
    }

    pub(super) fn columns_sort<'n>(
        &self,
        table: &Table,
        columns: impl IntoIterator<Item = &'n str>,
        engine: Engine,
    ) -> Answer {
        if engine.dialect == Dialect::MySql {
            return fits_in_key(table, columns);
        }
        if engine.dialect != Dialect::PostgreSql {
            return Answer::Applied;
        }
        for name in columns {
            let kind = table.column(name).and_then(|column| column.kind.as_ref());
            let kind = kind.and_then(|kind| self.cast_name(kind, engine));
            if let Some(CastType::Builtin(kind @ ("json" | "xml" | "point" | "polygon"))) = kind {
                let error =
                    DatabaseError::NoOrder { column: name.to_owned(), kind: kind.to_owned() };
                return about_table(Refusal::proved(error).into(), &table.table_name(), engine);
            }
        }
        Answer::Applied
    }

    /// MySQL keeps the names of foreign keys in one name space.
    pub(super) fn is_free_foreign_key(&self, name: &str, engine: Engine) -> Answer {
        if !matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb) {
            return Answer::Applied;
        }
        let is_it = |held: &ConstraintState| {
            matches!(held.constraint, Constraint::ForeignKey(_)) && held.is_named(name)
        };
        let owner = self.tables().find(|table| table.constraints.iter().any(is_it));
        let Some(owner) = owner.map(Table::table_name) else { return Answer::Applied };
        let error = DatabaseError::ConstraintExists { table: owner.clone(), name: name.to_owned() };
        self.presence_of_constraint(&owner, name).absent(error)
    }

    pub(super) fn answer_drop_constraint(
        &self,
        table: &TableName,
        name: Option<&str>,
        kind: Option<ConstraintKind>,
        (if_exists, cascade): (bool, bool),
        engine: Engine,
    ) -> Answer {
        let there = self.needs_table(table, TableUse::Alter, engine);
        let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
        if is_mysql && kind == Some(ConstraintKind::PrimaryKey) {
            return there.or(|| self.primary_key_is_unused(table, engine));
        }
        let Some(name) = name else { return there };
        there
            .or(|| match if_exists || self.table(table).is_none() {
                true => Answer::Applied,
                false => self.needs_constraint(table, name, kind, engine),
            })
            .or(|| match cascade || engine.dialect == Dialect::Sqlite {
                true => Answer::Applied,
                false => self.key_is_unused(table, name, engine),
            })
    }

    fn needs_constraint(
        &self,
        table: &TableName,
        name: &str,
        kind: Option<ConstraintKind>,
        engine: Engine,
    ) -> Answer {
        // MySQL drops a primary key whatever its name, and an index that is called a constraint.
        let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
        let by_kind = match kind {
            Some(ConstraintKind::PrimaryKey) if is_mysql => return Answer::Applied,
            Some(ConstraintKind::Unique) if is_mysql => {
                self.table(table).is_some_and(|held| held.index(name).is_some())
            }
            _ => false,
        };
        if by_kind {
            return Answer::Applied;
        }
        // DROP FOREIGN KEY finds foreign keys alone.
        if let (true, Some(kind), Some(held)) = (is_mysql, kind, self.table(table))
            && held.complete
            && held.constraint(name).is_some()
            && !held
                .constraints
                .iter()
                .any(|held| held.is_named(name) && held.constraint.kind() == kind)
        {
            let error = DatabaseError::NoConstraint { table: table.clone(), name: name.to_owned() };
            return about_table(Refusal::proved(error).into(), table, engine);
        }
        let error = DatabaseError::NoConstraint { table: table.clone(), name: name.to_owned() };
        if self.table(table).is_some_and(|held| is_nameless(held, kind, engine)) {
            return about_table(Refusal::proved(error).into(), table, engine);
        }
        about_table(self.presence_of_constraint(table, name).needed_in_full(error), table, engine)
    }

    /// A key that a foreign key refers to cannot be dropped.
    fn key_is_unused(&self, table: &TableName, name: &str, engine: Engine) -> Answer {
        if engine.dialect != Dialect::PostgreSql && engine.dialect != Dialect::SqlServer {
            return Answer::Applied;
        }
        let Some(held) = self.table(table) else { return Answer::Applied };
        let Some(found) = held.constraint(name) else { return Answer::Applied };
        if self.has_twin(held, &found.constraint) {
            return Answer::Unknown("which of two keys carries it cannot be known".to_owned());
        }
        let (by, names) = self.referrers_of_key(held, &found.constraint);
        let what = Needed::Constraint(table.clone(), name.to_owned());
        about_table(in_use(what, by, names, self), table, engine)
    }

    /// MySQL keeps the primary key that a foreign key rests on.
    fn primary_key_is_unused(&self, table: &TableName, engine: Engine) -> Answer {
        let Some(held) = self.table(table) else { return Answer::Applied };
        let key = held
            .constraints
            .iter()
            .find(|held| held.constraint.kind() == ConstraintKind::PrimaryKey);
        let Some(key) = key.filter(|key| !self.has_twin(held, &key.constraint)) else {
            return Answer::Applied;
        };
        let (by, names) = self.referrers_of_key(held, &key.constraint);
        let what = Needed::Index("PRIMARY".to_owned());
        about_table(in_use(what, by, names, self), table, engine)
    }

    /// A name that the server may have given otherwise says nothing about another one.
    fn name_is_certain(&self, table: &TableName, name: &str) -> Answer {
        match self.presence_of_constraint(table, name) {
            Presence::Unknown(why) => Answer::Unknown(why),
            _ => Answer::Applied,
        }
    }

    pub(super) fn answer_rename_constraint(
        &self,
        table: &TableName,
        name: &Known<String>,
        to: Option<&Known<String>>,
        engine: Engine,
    ) -> Answer {
        let there = self.needs_table(table, TableUse::Alter, engine);
        let Some(name) = name.as_str() else { return there };
        there
            .or(|| match self.table(table) {
                Some(_) => self.needs_constraint(table, name, None, engine),
                None => Answer::Applied,
            })
            .or(|| self.name_is_certain(table, name))
            .and_then_known(|| {
                let held = self.table(table).and_then(|held| held.constraint(name));
                let is_index = held.is_some_and(|held| {
                    matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
                });
                let Some(to) = to.and_then(Known::as_str) else { return Answer::Applied };
                let free = match is_index {
                    true => self.is_free_for_key(to, engine),
                    false => Answer::Applied,
                };
                free.or(|| self.is_no_constraint(table, to))
            })
    }

    fn is_no_constraint(&self, table: &TableName, name: &str) -> Answer {
        match self.table(table).is_some_and(|held| held.constraint(name).is_some()) {
            true => {
                let error =
                    DatabaseError::ConstraintExists { table: table.clone(), name: name.to_owned() };
                self.presence_of_constraint(table, name).absent(error)
            }
            false => Answer::Applied,
        }
    }
}

/// Asks for the columns that a foreign key is of.
pub(super) fn own_columns_are_there(table: &Table, key: &ForeignKey, engine: Engine) -> Answer {
    let own = key.columns.get().into_iter().flatten();
    Answer::first(own.map(|column| has_column(table, column, ColumnPlace::ForeignKey, engine)))
}

/// SQLite gives no names: a constraint that was made without one is reflected without one, and
/// Alembic finds it by none.
fn is_nameless(table: &Table, kind: Option<ConstraintKind>, engine: Engine) -> bool {
    let of_kind = |held: &&ConstraintState| Some(held.constraint.kind()) == kind;
    let mut held = table.constraints.iter().filter(of_kind).peekable();
    engine.batch == Batched::CopiesAsReflected
        && table.complete
        && held.peek().is_some()
        && held.all(|held| held.unnamed)
}

/// InnoDB holds 3,072 bytes in a key, and no text of any length (errors 1071 and 1170 of MySQL 8.0).
fn fits_in_key<'n>(table: &Table, columns: impl IntoIterator<Item = &'n str>) -> Answer {
    const LONGEST: u32 = 3072;
    let mut letters = 0;
    for name in columns {
        let kind = table.column(name).and_then(|column| column.kind.as_ref());
        let Some(sql) = kind.and_then(|kind| kind.sql.as_str()) else { continue };
        let kind = SqlType::parse_for(sql, Dialect::MySql);
        let words = match kind.base.as_str() {
            "text" | "tinytext" | "mediumtext" | "longtext" | "blob" | "tinyblob"
            | "mediumblob" | "longblob" => {
                format!("BLOB/TEXT column '{name}' used in key specification without a key length")
            }
            "json" => format!(
                "JSON column '{name}' supports indexing only via generated columns on a specified \
                 JSON path."
            ),
            "varchar" | "char" => {
                letters += kind.number(0).unwrap_or(1);
                if letters <= LONGEST / 4 {
                    continue;
                }
                format!("Specified key was too long; max key length is {LONGEST} bytes")
            }
            _ => continue,
        };
        let fits_narrow = letters > 0 && letters <= LONGEST;
        let refusal = Refusal::proved(DatabaseError::BadKey { column: name.to_owned(), words });
        let doubt =
            "a letter of utf8mb4, the character set that MySQL 8 begins with, takes four bytes"
                .to_owned();
        let refusal = match fits_narrow && !matches!(kind.base.as_str(), "json") {
            true if letters > LONGEST / 4 => refusal.with(Proof::Unproved(doubt)),
            _ => refusal,
        };
        return refusal.about(table.name.clone()).into();
    }
    Answer::Applied
}

/// Asks a table that may not be part of the database yet for a column.
pub(super) fn has_column(
    table: &Table,
    column: &Known<String>,
    place: ColumnPlace,
    engine: Engine,
) -> Answer {
    let Some(name) = column.as_str() else { return Answer::Applied };
    if table.column(name).is_some() || !table.complete {
        return Answer::Applied;
    }
    let place = if engine.copies() { ColumnPlace::Batch } else { place };
    let error =
        DatabaseError::NoColumn { table: table.table_name(), column: name.to_owned(), place };
    about_table(Refusal::proved(error).into(), &table.table_name(), engine)
}
