//! The order of operations in a batch that copies a table: Alembic gathers all of them and makes
//! one new table, in which a column keeps the key that it had (`ApplyBatchImpl`; each seen on
//! Alembic 1.20 over SQLite 3.40).

use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::{ColumnPlace, Needed};
use crate::schema::answer::presence::{Presence, presence_of_column};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

impl<'a> RuleContext<'a> {
    /// Returns what a copying batch answers to one of its operations: `answer` is that of the
    /// database in which those before it are carried out, one by one.
    pub(crate) fn in_copy(
        &self,
        stmt: &StatementRef<'a>,
        answer: Answer,
        engine: Engine,
    ) -> Answer {
        let Statement::Table(change) = stmt.statement() else { return answer };
        let renames = self.renames_before(stmt);
        if let Some(refusal) = self.names_a_new_name(stmt, change, &renames) {
            return refusal.into();
        }
        match (change, &answer) {
            _ if names_any(change, renames.iter().map(|(from, _)| *from)) => {
                let renamed = Statement::Table(renamed(change.clone(), &renames));
                self.before(stmt, |database| database.answer(&renamed, engine))
            }
            (T::DropIndex { .. } | T::DropConstraint { .. }, Answer::Refused(_)) => {
                match self.of_batch(stmt).next() {
                    Some(first) => {
                        self.before(&first, |database| database.answer(stmt.statement(), engine))
                    }
                    None => answer,
                }
            }
            (T::AddConstraint { .. }, Answer::Refused(refusal)) => match &refusal.error {
                DatabaseError::NoColumn { column, .. } if self.adds_column(stmt, column) => {
                    Answer::Applied
                }
                _ => answer,
            },
            (T::DropColumn { table, column, .. }, Answer::Applied) => {
                self.nothing_stays_over(stmt, table, column)
            }
            (T::RenameColumn { table, to: Known::Is(to), .. }, Answer::Applied) => {
                self.is_free_in_copy(stmt, table, to)
            }
            (T::CreateIndex { table, index }, Answer::Applied) if index.if_not_exists => {
                takes_no_guard(table)
            }
            _ => answer,
        }
    }

    /// A copy of a table has one column of a name.
    fn is_free_in_copy(&self, stmt: &StatementRef<'a>, table: &TableName, to: &str) -> Answer {
        let Some(first) = self.of_batch(stmt).next() else { return Answer::Applied };
        let goes = self.of_batch(stmt).any(|other| match other.statement() {
            Statement::Table(T::DropColumn { column, .. } | T::RenameColumn { column, .. }) => {
                column.as_str() == Some(to)
            }
            _ => false,
        });
        let stands = self.before(&first, |database| {
            database.table(table).is_some_and(|held| held.complete && held.column(to).is_some())
                && presence_of_column(database, table, to) == Presence::Here
        });
        if goes || !stands {
            return Answer::Applied;
        }
        let error = DatabaseError::ColumnExists { table: table.clone(), column: to.to_owned() };
        let known = table.name.as_str().unwrap_or_default();
        Refusal::proved(error).by_alembic().about(known).into()
    }

    fn of_batch(&self, stmt: &StatementRef<'a>) -> impl Iterator<Item = StatementRef<'a>> {
        let number = stmt.step.batch.map(|batch| batch.number);
        self.statements(stmt.direction)
            .filter(move |other| other.step.batch.map(|batch| batch.number) == number)
    }

    fn renames_before(&self, stmt: &StatementRef<'a>) -> Vec<(&'a str, &'a str)> {
        let place = (stmt.number, stmt.part);
        let before = self.of_batch(stmt).filter(|other| (other.number, other.part) < place);
        let rename = |other: StatementRef<'a>| match &other.emitted.statement {
            Statement::Table(T::RenameColumn { column, to, .. }) => {
                column.as_str().zip(to.as_str())
            }
            _ => None,
        };
        before.filter_map(rename).collect()
    }

    fn adds_column(&self, stmt: &StatementRef<'a>, name: &str) -> bool {
        self.of_batch(stmt).any(|other| {
            matches!(other.statement(),
                Statement::Table(T::AddColumn { column, .. }) if column.name.as_str() == Some(name))
        })
    }

    /// Refuses the name that a column gets in the same batch.
    fn names_a_new_name(
        &self,
        stmt: &StatementRef<'a>,
        change: &TableChange,
        renames: &[(&str, &str)],
    ) -> Option<Refusal> {
        // A constraint over it is left out without a word.
        if matches!(change, T::AddConstraint { .. } | T::AddColumn { .. }) {
            return None;
        }
        let table = change.table()?;
        let first = self.of_batch(stmt).next()?;
        let stood = |name: &str| {
            self.before(&first, |database| {
                database.table(table).is_none_or(|held| held.column(name).is_some())
            })
        };
        let is_new = |name: &&str| {
            names_any(change, [*name].into_iter()) && !stood(name) && !self.adds_column(stmt, name)
        };
        let name = renames.iter().map(|(_, to)| *to).find(is_new)?;
        let error = DatabaseError::NoColumn {
            table: table.clone(),
            column: name.to_owned(),
            place: ColumnPlace::Batch,
        };
        let known = table.name.as_str().unwrap_or_default();
        Some(Refusal::proved(error).by_alembic().about(known))
    }

    /// An index or a named CHECK over a column that is dropped is made again over nothing.
    fn nothing_stays_over(
        &self,
        stmt: &StatementRef<'a>,
        table: &TableName,
        column: &Known<String>,
    ) -> Answer {
        let Some(column) = column.as_str() else { return Answer::Applied };
        let dropped: Vec<&str> = self.of_batch(stmt).filter_map(dropped).collect();
        let over = self.before(stmt, |database| left_over(database, table, column, &dropped));
        let Some(by) = over else { return Answer::Applied };
        let what = Needed::CopiedColumn(table.clone(), column.to_owned());
        let error = DatabaseError::InUse { what, by: vec![by] };
        let known = table.name.as_str().unwrap_or_default();
        Refusal::proved(error).about(known).into()
    }
}

use TableChange as T;

/// A copy makes its indexes without guards (`ApplyBatchImpl.create_index` of Alembic 1.12 to 1.20).
fn takes_no_guard(table: &TableName) -> Answer {
    let words = "TypeError: ApplyBatchImpl.create_index() got an unexpected keyword argument \
        'if_not_exists'"
        .to_owned();
    let remedy = "Leave `if_not_exists` out in a batch that copies the table, or make the index \
        behind it with `op.create_index`.";
    let error = DatabaseError::Contradiction { table: table.clone(), words, remedy };
    Refusal::proved(error).by_alembic().into()
}

/// Returns the index or constraint that a statement drops.
fn dropped<'a>(stmt: StatementRef<'a>) -> Option<&'a str> {
    match &stmt.emitted.statement {
        Statement::Table(
            T::DropIndex { name: Some(name), .. } | T::DropConstraint { name: Some(name), .. },
        ) => name.as_str(),
        _ => None,
    }
}

/// Returns the index over a column that nothing drops.
fn left_over(
    database: &Database,
    table: &TableName,
    column: &str,
    dropped: &[&str],
) -> Option<String> {
    let held = database.table(table).filter(|held| held.complete)?;
    let is_over = |index: &&Index| {
        let mut parts = index.columns.get().into_iter().flatten();
        parts.any(|part| matches!(part, IndexPart::Column(name) if name == column))
    };
    let mut names = held.indexes.iter().filter(is_over).filter_map(|index| index.name.as_ref());
    let stays = |name: &&str| !dropped.contains(name);
    if let Some(name) = names.find_map(|name| name.as_str().filter(stays)) {
        return Some(format!("index `{name}`"));
    }
    let mut checks =
        held.constraints.iter().filter(|own| !own.unnamed).filter_map(|own| {
            match &own.constraint {
                Constraint::Check(check) => {
                    let reads = check.condition.as_str().is_some_and(|text| has_word(text, column));
                    check.name.as_ref()?.as_str().filter(|_| reads)
                }
                _ => None,
            }
        });
    checks.find(stays).map(|name| format!("check `{name}`"))
}

/// Tells whether a change names one of some columns.
fn names_any<'n>(change: &TableChange, mut names: impl Iterator<Item = &'n str>) -> bool {
    let mut change = change.clone();
    let own: Vec<String> = columns(&mut change).into_iter().map(|name| name.clone()).collect();
    names.any(|name| own.iter().any(|own| own == name))
}

/// Returns the change with the names that its columns have got since.
fn renamed(mut change: TableChange, renames: &[(&str, &str)]) -> TableChange {
    for name in columns(&mut change) {
        if let Some((_, to)) = renames.iter().find(|(from, _)| *from == name.as_str()) {
            (*to).clone_into(name);
        }
    }
    change
}

/// Returns the columns of its own table that a change names.
fn columns(change: &mut TableChange) -> Vec<&mut String> {
    fn plain(name: &mut Known<String>) -> Vec<&mut String> {
        match name {
            Known::Is(name) => vec![name],
            Known::Unreadable => Vec::new(),
        }
    }
    match change {
        T::DropColumn { column, .. }
        | T::RenameColumn { column, .. }
        | T::AlterColumnType { column, .. }
        | T::SetNotNull { column, .. }
        | T::DropNotNull { column, .. }
        | T::SetDefault { column, .. }
        | T::DropDefault { column, .. }
        | T::AlterColumn { column, .. } => plain(column),
        T::ModifyColumn { name, .. } => plain(name),
        T::AddConstraint { constraint, .. } => {
            let listed = match constraint {
                Constraint::PrimaryKey(key) | Constraint::Unique(key) => &mut key.columns,
                Constraint::ForeignKey(key) => &mut key.columns,
                _ => return Vec::new(),
            };
            match listed {
                Known::Is(columns) => columns.iter_mut().flat_map(plain).collect(),
                Known::Unreadable => Vec::new(),
            }
        }
        T::CreateIndex { index, .. } => match &mut index.columns {
            Known::Is(parts) => {
                let named = parts.iter_mut().filter_map(|part| match part {
                    IndexPart::Column(name) => Some(name),
                    IndexPart::Expression(_) | IndexPart::Unreadable => None,
                });
                named.collect()
            }
            Known::Unreadable => Vec::new(),
        },
        _ => Vec::new(),
    }
}
