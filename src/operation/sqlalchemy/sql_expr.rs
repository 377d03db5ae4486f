//! SQL that SQLAlchemy writes for an expression, bit by bit.
//!
//! An expression is kept as text, so that the one reader of SQL judges what
//! `sa.update(t).where(t.c.x == 1)` and `UPDATE t SET ... WHERE x = 1` do. Columns, values and
//! subqueries stay apart until a statement is written out.

use std::rc::Rc;

use crate::operation::sqlalchemy::query::Query;
use crate::python::value::Str;
use crate::sql::table::{ColumnType, TableName};
use crate::text::known::Known;
use crate::text::source::Site;

/// A run of bits.
#[derive(Clone, Debug, Default)]
pub struct SqlExpr {
    /// The bits, in order.
    pub bits: Vec<SqlToken>,
    /// Whether it must be put in parentheses when it becomes a part of another one.
    pub compound: bool,
    /// The column's or the label's name, where it has one.
    pub label: Option<String>,
}

/// A bit of SQL.
#[derive(Clone, Debug)]
pub enum SqlToken {
    /// SQL.
    Text(Rc<str>),
    /// SQL written by a person, as a Python string.
    Raw(Str),
    /// What `bindparams` binds of the text before it; nothing is written for it.
    Bound {
        /// The names.
        names: Rc<[String]>,
        /// Whether others are bound besides.
        open: bool,
    },
    /// SQL that cannot be known.
    Hole(Rc<str>),
    /// A value that cannot be known: a bind.
    Bind,
    /// A value that every run generates: a bind.
    Drawn,
    /// A value that is text.
    Literal {
        /// The text.
        text: Rc<str>,
        /// Where it is written.
        at: Option<Site>,
        /// How it reaches the driver.
        sent: Sent,
    },
    /// A column.
    Column {
        /// Where it belongs.
        source: Option<Source>,
        /// Its name.
        name: Known<String>,
        /// The type that `column()` declares.
        declared: Declared,
    },
    /// A subquery.
    Query(Rc<Query>),
}

/// How a value reaches the driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sent {
    /// Beside the SQL, as a parameter.
    #[default]
    Bound,
    /// In the SQL: `op.inline_literal("x")`.
    Inline,
}

/// The type that a column is declared with outside of a table.
#[derive(Clone, Debug, Default)]
pub enum Declared {
    /// Nothing is said here.
    #[default]
    Unsaid,
    /// It has none: `column("a")`.
    Untyped,
    /// It has one: `column("a", sa.Text)`.
    Type(Rc<ColumnType>),
}

/// What FROM can name.
#[derive(Clone, Debug)]
pub enum Source {
    /// A table.
    Table(TableName),
    /// An alias of a table.
    Alias {
        /// The table.
        table: TableName,
        /// The name.
        alias: Rc<str>,
    },
    /// A subquery with a name.
    Query {
        /// The query.
        query: Rc<Query>,
        /// The name.
        alias: Rc<str>,
    },
}

impl SqlExpr {
    /// Makes a fragment of SQL text.
    pub fn text(text: &str) -> Self {
        SqlExpr::of(vec![SqlToken::Text(text.into())])
    }

    /// Makes a fragment of bits.
    pub fn of(bits: Vec<SqlToken>) -> Self {
        SqlExpr { bits, compound: false, label: None }
    }

    /// Makes a fragment of a column.
    pub fn column(source: Option<Source>, name: Known<String>) -> Self {
        let label = name.as_str().map(str::to_owned);
        let declared = Declared::Unsaid;
        SqlExpr { bits: vec![SqlToken::Column { source, name, declared }], compound: false, label }
    }

    /// Makes a fragment that cannot be known.
    pub fn hole(why: &str) -> Self {
        SqlExpr::of(vec![SqlToken::Hole(why.into())])
    }

    /// Says that its values are written into the SQL.
    pub fn inline(mut self) -> Self {
        for bit in &mut self.bits {
            if let SqlToken::Literal { sent, .. } = bit {
                *sent = Sent::Inline;
            }
        }
        self
    }

    /// Puts fragments together with text between them: `left = right`.
    pub fn compound(left: SqlExpr, operator: &str, right: SqlExpr) -> Self {
        let mut bits = left.within();
        bits.push(SqlToken::Text(format!(" {operator} ").into()));
        bits.extend(right.within());
        SqlExpr { bits, compound: true, label: None }
    }

    /// Joins fragments with text between them.
    pub fn joined(parts: Vec<SqlExpr>, between: &str) -> Self {
        let mut bits = Vec::new();
        let compound = parts.len() > 1;
        for (number, part) in parts.into_iter().enumerate() {
            if number > 0 {
                bits.push(SqlToken::Text(between.into()));
            }
            bits.extend(if compound { part.within() } else { part.bits });
        }
        SqlExpr { bits, compound, label: None }
    }

    /// Puts text before and behind.
    pub fn wrapped(self, before: &str, behind: &str) -> Self {
        let mut bits = vec![SqlToken::Text(before.into())];
        bits.extend(self.bits);
        bits.push(SqlToken::Text(behind.into()));
        SqlExpr { bits, compound: false, label: None }
    }

    /// Returns the bits for use inside another fragment, in parentheses where it needs them.
    pub fn within(self) -> Vec<SqlToken> {
        if self.compound { self.wrapped("(", ")").bits } else { self.bits }
    }

    /// Returns the type that a column is declared with, if the fragment is nothing but a column.
    pub fn declared(&self) -> Option<&Declared> {
        match self.bits.as_slice() {
            [SqlToken::Column { declared, .. }] => Some(declared),
            _ => None,
        }
    }

    /// Returns the name of the column if the fragment is nothing but a column.
    pub fn as_column(&self) -> Option<&Known<String>> {
        match self.bits.as_slice() {
            [SqlToken::Column { name, .. }] => Some(name),
            _ => None,
        }
    }

    /// Returns every source that the fragment names, subqueries apart.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.bits.iter().filter_map(|bit| match bit {
            SqlToken::Column { source, .. } => source.as_ref(),
            _ => None,
        })
    }
}

impl Source {
    /// Returns the name that its columns are qualified with.
    pub fn label(&self) -> Option<&str> {
        match self {
            Source::Table(table) => table.name.as_str(),
            Source::Alias { alias, .. } | Source::Query { alias, .. } => Some(alias),
        }
    }

    /// Returns the table, if it is one or an alias of one.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Source::Table(table) | Source::Alias { table, .. } => Some(table),
            Source::Query { .. } => None,
        }
    }

    /// Tells whether two sources are the same one.
    pub fn same(&self, other: &Source) -> bool {
        match (self, other) {
            (Source::Table(left), Source::Table(right)) => left == right,
            (Source::Table(_), _) | (_, Source::Table(_)) => false,
            (left, right) => left.label() == right.label(),
        }
    }
}
