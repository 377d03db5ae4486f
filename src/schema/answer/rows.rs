//! INSERT, UPDATE, DELETE and TRUNCATE: the tables and columns that they name.

use crate::schema::answer::error::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::judge::about_table;
use crate::schema::answer::tables::in_use;
use crate::schema::answer::verdict::{Answer, Engine};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{Delete, Insert, Update};
use crate::sql::table::TableName;
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
    }

    pub(super) fn answer_delete(&self, delete: &Delete, engine: Engine) -> Answer {
        self.is_no_view_of_rows(&delete.table)
            .or(|| self.needs_table(&delete.table, TableUse::Rows, engine))
            .or(|| self.needs_tables(&delete.reads, engine))
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
