//! What a statement changes inside one table: its columns and indexes.

use std::rc::Rc;

use crate::schema::default_name;
use crate::schema::table::{Column, ConstraintState, Origin, Partition, Population, Table, said};
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, ForeignKey, Index, IndexPart, Key, TableName};
use crate::sql::table_change::CreateTable;
use crate::text::cut;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

impl Table {
    /// Makes a table of CREATE TABLE; `named` has its name.
    pub fn of(create: &CreateTable, named: &Table, origin: Origin, by: &Rc<str>) -> Self {
        let rows = match (origin.is_new(), create.filled) {
            (false, _) => Population::Existing,
            (true, false) => Population::NewAndEmpty,
            (true, true) => Population::NewAndFilled,
        };
        let mut table = Table {
            dialect: named.dialect,
            origin: origin.clone(),
            rows,
            complete: create.complete && !create.filled && create.parent.is_none(),
            partitioned: create.partitioned,
            partition_key: create.partition_key.clone(),
            partition: partition_of(create),
            temporary: create.temporary,
            comment: said(create.comment.as_ref()),
            ..Table::met(named.schema.clone(), named.name.clone())
        };
        for column in &create.columns {
            match column.name.as_str() {
                Some(name) => table.columns.push(Column::of(name, column, origin.clone())),
                None => table.complete = false,
            }
        }
        // Columns of a primary key are marked as such, wherever it stands.
        let is_key = |constraint: &&Constraint| matches!(constraint, Constraint::PrimaryKey(_));
        let (keys, others): (Vec<_>, Vec<_>) = create.constraints.iter().partition(is_key);
        keys.into_iter().for_each(|key| table.hold(key.clone(), by));
        create.columns.iter().for_each(|column| table.hold_inline(column, by));
        for constraint in others {
            match constraint {
                // One in a column and one beside the columns are two.
                Constraint::ForeignKey(_) => table.hold_beside(constraint.clone(), by),
                _ => table.hold(constraint.clone(), by),
            }
        }
        create.indexes.iter().for_each(|index| table.add_index(index));
        table
    }

    /// Stands for another table as well, whose name differs in case alone: of neither it is certain
    /// that it stands, or what it has.
    pub fn share_name(&mut self, twin: Table) {
        self.origin = Origin::Met;
        self.complete = false;
        if !twin.is_new() {
            self.rows = twin.rows;
        }
        for column in twin.columns {
            if self.column(&column.name).is_none() {
                self.columns.push(column);
            }
        }
    }

    /// Makes a table as CREATE TABLE declares it, before it is part of a database.
    pub fn of_declared(create: &CreateTable) -> Self {
        let by: Rc<str> = Rc::from("");
        let origin = Origin::Revision { revision: by.clone(), released: false, guarded: false };
        let mut table = Table::of(create, &Table::of_name(&create.table), origin, &by);
        table.complete &= create.like.is_none();
        table
    }

    /// Adds an index.
    pub fn add_index(&mut self, index: &Index) {
        let known = index.name.as_ref().and_then(Known::as_str);
        if let Some(name) = known {
            if index.if_not_exists && self.index(name).is_some() {
                return;
            }
            // A key of that name stays: SQLite has another name space for it.
            self.indexes.retain(|held| held.name.as_ref().and_then(Known::as_str) != Some(name));
        }
        let mut index = index.clone();
        if index.name.is_none()
            && let Some(first) = default_name::index_name(&self.name, &index)
        {
            let numbered = (1..).map(|number| format!("{first}{number}"));
            let mut names = std::iter::once(first.clone()).chain(numbered);
            index.name = names.find(|name| self.index(name).is_none()).map(Known::Is);
        }
        self.indexes.push(index);
    }

    /// Forgets an index, or the key that it carries.
    pub fn forget_index(&mut self, name: &str) {
        let is_it = |held: Option<&Known<String>>| {
            held.and_then(Known::as_str).is_some_and(|held| held.eq_ignore_ascii_case(name))
        };
        let before = self.indexes.len();
        self.indexes.retain(|index| !is_it(index.name.as_ref()));
        // A constraint of SQLite is no index that has a name.
        if self.dialect == Dialect::Sqlite && self.indexes.len() < before {
            return;
        }
        self.constraints.retain(|held| {
            !(matches!(held.constraint, Constraint::Unique(_)) && held.is_named(name))
        });
    }

    /// Gives an index, or the key that it carries, another name.
    pub fn rename_index(&mut self, name: &Known<String>, to: &Known<String>) {
        for index in &mut self.indexes {
            if index.name.as_ref() == Some(name) {
                index.name = Some(to.clone());
            }
        }
        self.rename_constraint(name, to);
    }

    /// Forgets a column, and the indexes and constraints over it, which go with it.
    pub fn forget_column(&mut self, column: &Known<String>) {
        let Some(name) = column.as_str() else {
            return self.doubt();
        };
        self.columns.retain(|held| !held.name.eq_ignore_ascii_case(name));
        self.constraints.retain(|held| !goes_with(held, name));
        if self.dialect.is_mysql() {
            self.indexes.iter_mut().for_each(|index| narrow(index, name));
        }
        self.indexes.retain(|index| !index_goes_with(index, name));
    }

    /// Gives a column another name, in its constraints and indexes too.
    pub fn rename_column(&mut self, from: &str, to: &str) {
        to.clone_into(&mut self.column_or_met(from).name);
        for column in &mut self.columns {
            let renamed = column.computed.take();
            column.computed = renamed.map(|known| known.map(|text| replace_word(&text, from, to)));
        }
        let rename = |name: &mut Known<String>| {
            if name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(from)) {
                *name = Known::Is(to.to_owned());
            }
        };
        for held in &mut self.constraints {
            match &mut held.constraint {
                Constraint::PrimaryKey(Key { columns: Known::Is(columns), .. })
                | Constraint::Unique(Key { columns: Known::Is(columns), .. })
                | Constraint::ForeignKey(ForeignKey { columns: Known::Is(columns), .. }) => {
                    columns.iter_mut().for_each(rename);
                }
                Constraint::NotNull { column, .. } => rename(column),
                Constraint::Check(check) => {
                    check.condition =
                        check.condition.clone().map(|text| replace_word(&text, from, to));
                }
                _ => {}
            }
        }
        for index in &mut self.indexes {
            if let Known::Is(parts) = &mut index.columns {
                for part in parts {
                    if matches!(part, IndexPart::Column(name) if name.eq_ignore_ascii_case(from)) {
                        *part = IndexPart::Column(to.to_owned());
                    }
                }
            }
        }
    }

    /// Renames a column that foreign keys of this table refer to.
    pub fn rename_referred(&mut self, table: &TableName, from: &str, to: &str) {
        for held in &mut self.constraints {
            let Constraint::ForeignKey(key) = &mut held.constraint else { continue };
            let (true, Known::Is(columns)) = (key.referent == *table, &mut key.referent_columns)
            else {
                continue;
            };
            let is_it = |name: &&mut Known<String>| {
                name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(from))
            };
            columns.iter_mut().filter(is_it).for_each(|name| *name = Known::Is(to.to_owned()));
        }
    }

    /// Forgets what something unread may have changed: everything but that the table exists.
    pub fn doubt(&mut self) {
        self.complete = false;
        self.columns.iter_mut().for_each(Column::doubt);
    }
}

/// Tells whether a constraint goes with a column of its table.
pub(in crate::schema) fn goes_with(held: &ConstraintState, column: &str) -> bool {
    held.covers(column) || is_check_of(held, column)
}

/// Tells whether an index goes with a column of its table: one over an expression of the column, or
/// of some of its rows, does too.
pub(in crate::schema) fn index_goes_with(index: &Index, column: &str) -> bool {
    let parts = index.columns.get().into_iter().flatten();
    let mut expressions = parts.filter_map(|part| match part {
        IndexPart::Expression(sql) => Some(sql.as_str()),
        IndexPart::Column(_) | IndexPart::Unreadable => None,
    });
    let predicate = index.predicate.as_ref().and_then(Known::as_str);
    index_parts(index).any(|part| part.eq_ignore_ascii_case(column))
        || expressions.any(|sql| has_word(sql, column))
        || predicate.is_some_and(|sql| has_word(sql, column))
}

/// MySQL takes a dropped column out of an index over several (manual of 8.0, ALTER TABLE; seen on
/// MariaDB 10.11).
fn narrow(index: &mut Index, column: &str) {
    let is_it = |part: &IndexPart| matches!(part, IndexPart::Column(name) if name.eq_ignore_ascii_case(column));
    if let Known::Is(parts) = &mut index.columns
        && !parts.iter().all(is_it)
    {
        parts.retain(|part| !is_it(part));
    }
}

fn index_parts(index: &Index) -> impl Iterator<Item = &str> {
    index.columns.get().into_iter().flatten().filter_map(|part| match part {
        IndexPart::Column(name) => Some(name.as_str()),
        IndexPart::Expression(_) | IndexPart::Unreadable => None,
    })
}

fn is_check_of(held: &ConstraintState, column: &str) -> bool {
    match &held.constraint {
        Constraint::Check(check) => {
            check.condition.as_str().is_some_and(|text| has_word(text, column))
        }
        _ => false,
    }
}

fn replace_word(text: &str, from: &str, to: &str) -> String {
    let pieces = text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
    pieces
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
            match word.eq_ignore_ascii_case(from) {
                true => format!("{to}{}", cut::from(piece, word.len())),
                false => piece.to_owned(),
            }
        })
        .collect()
}

fn partition_of(create: &CreateTable) -> Option<Partition> {
    let of = create.parent.clone().filter(|_| create.like.is_none())?;
    Some(Partition { of, is_default: create.is_default_partition })
}
