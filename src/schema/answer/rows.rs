//! INSERT, UPDATE, DELETE and TRUNCATE: the tables and columns that they name.

use crate::schema::answer::error::{ColumnPlace, DatabaseError, Needed, TableUse};
use crate::schema::answer::foreign_keys::has_key;
use crate::schema::answer::judge::about_table;
use crate::schema::answer::tables::in_use;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Table};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{Delete, Given, Insert, Mentions, Update};
use crate::sql::table::{Generated, ServerDefault, TableName};
use crate::text::known::Known;

impl Database {
    pub(super) fn answer_insert(&self, insert: &Insert, engine: Engine) -> Answer {
        let columns = insert.columns.as_ref().and_then(Known::get);
        let columns: Vec<Known<String>> =
            columns.into_iter().flatten().map(|name| Known::Is(name.clone())).collect();
        self.is_no_view_of_rows(&insert.table)
            .or(|| self.needs_table(&insert.table, TableUse::Rows, engine))
            .or(|| self.needs_tables(&insert.reads, engine))
            .or(|| self.needs_written(&insert.table, &columns, engine))
            .or(|| self.rows_are_whole(insert, engine))
            .or(|| self.takes(&insert.table, &insert.mentions, engine))
            .or(|| self.has_arbiter(insert, engine))
            .or(|| self.query_finds(insert, engine))
    }

    /// Asks for the columns that the query of an INSERT names.
    fn query_finds(&self, insert: &Insert, engine: Engine) -> Answer {
        let Some((table, columns)) = &insert.mentions.selected else { return Answer::Applied };
        let columns = columns.iter().map(|name| Known::Is(name.clone()));
        Answer::first(
            columns.map(|name| self.needs_column(table, &name, ColumnPlace::Read, engine)),
        )
    }

    /// Refuses rows of more or fewer values than columns.
    fn rows_are_whole(&self, insert: &Insert, engine: Engine) -> Answer {
        let named = insert.columns.as_ref().and_then(Known::get).map(Vec::len);
        let held = self.table(&insert.table).filter(|held| held.complete);
        let most = match (named, &insert.columns) {
            (Some(named), _) => Some(named),
            (None, None) => held.map(|held| held.columns.len()),
            (None, Some(_)) => None,
        };
        let Some(most) = most else { return Answer::Applied };
        let wrong = |width: &usize| match named.is_some() || engine.dialect != Dialect::PostgreSql {
            true => *width != most,
            false => *width > most,
        };
        let Some(width) = insert.mentions.widths.iter().find(|width| wrong(width)) else {
            return Answer::Applied;
        };
        let words = match engine.dialect {
            Dialect::PostgreSql if *width < most => {
                "INSERT has more target columns than expressions".to_owned()
            }
            Dialect::PostgreSql => "INSERT has more expressions than target columns".to_owned(),
            Dialect::Sqlite => format!("{width} values for {most} columns"),
            _ => "Column count doesn't match value count".to_owned(),
        };
        let error = DatabaseError::Contradiction { table: insert.table.clone(), words };
        about_table(Refusal::proved(error).into(), &insert.table, engine)
    }

    /// ON CONFLICT (...) asks for a unique index over exactly these columns.
    fn has_arbiter(&self, insert: &Insert, engine: Engine) -> Answer {
        let Some(columns) = &insert.conflict else { return Answer::Applied };
        let Some(held) = self.table(&insert.table) else { return Answer::Applied };
        if engine.dialect != Dialect::PostgreSql || has_key(held, columns, engine) {
            return Answer::Applied;
        }
        let error = DatabaseError::NoArbiter { table: insert.table.clone() };
        about_table(Refusal::proved(error).into(), &insert.table, engine)
    }

    /// Asks for the columns that a statement names, and whether its constants are values of theirs.
    fn takes(&self, table: &TableName, mentions: &Mentions, engine: Engine) -> Answer {
        let named = mentions.columns.iter().map(|name| Known::Is(name.clone()));
        let named = named.map(|name| self.needs_column(table, &name, ColumnPlace::Read, engine));
        let Some(held) = self.table(table) else { return Answer::Applied };
        let inserts = !mentions.widths.is_empty();
        let written =
            mentions.written.iter().map(|given| self.is_written(held, given, inserts, engine));
        let compared = mentions.compared.iter().map(|given| self.is_compared(held, given, engine));
        let answer = Answer::first(named.chain(written).chain(compared).collect::<Vec<_>>());
        about_table(answer, table, engine)
    }

    fn is_written(&self, held: &Table, given: &Given, inserts: bool, engine: Engine) -> Answer {
        let Some(column) = held.column(&given.column) else { return Answer::Applied };
        let makes_itself = matches!(column.generated, Some(Generated::Stored | Generated::Virtual));
        if makes_itself && engine.dialect == Dialect::PostgreSql {
            let name = column.name.clone();
            let words = match inserts {
                true => format!("cannot insert a non-DEFAULT value into column \"{name}\""),
                false => format!("column \"{name}\" can only be updated to DEFAULT"),
            };
            return Refusal::proved(DatabaseError::BadValue { column: name, words }).into();
        }
        self.is_value(column, &given.sql, engine)
    }

    /// A number is no boolean, and a text no label, to compare with either.
    fn is_compared(&self, held: &Table, given: &Given, engine: Engine) -> Answer {
        let Some(column) = held.column(&given.column) else { return Answer::Applied };
        self.is_value(column, &given.sql, engine)
    }

    fn is_value(&self, column: &Column, sql: &str, engine: Engine) -> Answer {
        let Some(kind) = column.kind.as_ref().filter(|_| engine.dialect == Dialect::PostgreSql)
        else {
            return Answer::Applied;
        };
        let default = ServerDefault { sql: Known::Is(sql.to_owned()) };
        match self.default_is_value(&column.name, kind, &default, engine) {
            Answer::Refused(Refusal {
                error: DatabaseError::BadDefault { column, words }, ..
            }) => {
                let words = words.replace("default expression", "expression");
                Refusal::proved(DatabaseError::BadValue { column, words }).into()
            }
            answer => answer,
        }
    }

    /// The columns of views are not replayed.
    fn is_no_view_of_rows(&self, table: &TableName) -> Answer {
        match self.table(table).is_none() && self.view(table).is_some() {
            true => Answer::Unknown("what the view reads is not known".to_owned()),
            false => Answer::Applied,
        }
    }

    pub(super) fn answer_update(&self, update: &Update, engine: Engine) -> Answer {
        let set = update.set.get().into_iter().flatten();
        let columns: Vec<Known<String>> = set.map(|assignment| assignment.column.clone()).collect();
        self.is_no_view_of_rows(&update.table)
            .or(|| self.needs_table(&update.table, TableUse::Rows, engine))
            .or(|| self.needs_tables(&update.reads, engine))
            .or(|| self.needs_written(&update.table, &columns, engine))
            .or(|| self.takes(&update.table, &update.mentions, engine))
    }

    pub(super) fn answer_delete(&self, delete: &Delete, engine: Engine) -> Answer {
        self.is_no_view_of_rows(&delete.table)
            .or(|| self.needs_table(&delete.table, TableUse::Rows, engine))
            .or(|| self.needs_tables(&delete.reads, engine))
            .or(|| self.takes(&delete.table, &delete.mentions, engine))
    }

    fn needs_written(
        &self,
        table: &TableName,
        columns: &[Known<String>],
        engine: Engine,
    ) -> Answer {
        let column = |column| self.needs_column(table, column, ColumnPlace::Written, engine);
        Answer::first(columns.iter().map(column))
    }

    pub(super) fn answer_truncate(
        &self,
        table: &TableName,
        cascade: bool,
        engine: Engine,
    ) -> Answer {
        self.needs_table(table, TableUse::Rows, engine).or(|| {
            if cascade || engine.dialect == Dialect::Sqlite {
                return Answer::Applied;
            }
            let (by, names) = self.referrers_of(table, engine);
            about_table(in_use(Needed::Truncated(table.clone()), by, names, self), table, engine)
        })
    }
}
