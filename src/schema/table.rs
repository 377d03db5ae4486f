//! What is known of one table at one point of the history.

use std::rc::Rc;

use crate::sql::dialect::Dialect;
use crate::sql::table;
use crate::sql::table::{
    ColumnType, Constraint, ForeignKey, Generated, Index, IndexPart, Key, ServerDefault, TableName,
};
use crate::text::known::Known;
use crate::text::whole_word::has_word;

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The schema, where one is given and it is not the default one.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// Whose server names its constraints.
    pub dialect: Dialect,
    /// Where it came from.
    pub origin: Origin,
    /// Whether rows may stand in it.
    pub rows: Population,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The constraints, those of columns included.
    pub constraints: Vec<ConstraintState>,
    /// The indexes.
    pub indexes: Vec<Index>,
    /// Whether every column is known: the table was created by something that was read, and nothing
    /// unread touched it.
    pub complete: bool,
    /// PARTITION BY.
    pub partitioned: bool,
    /// The columns and expressions behind it, where they can be read.
    pub partition_key: Vec<IndexPart>,
    /// The table that it is a partition of.
    pub partition: Option<Partition>,
    /// TEMPORARY.
    pub temporary: bool,
    /// Row level security is enabled.
    pub row_security: bool,
    /// Its comment; the outer level is whether that is known.
    pub comment: Known<Option<String>>,
}

/// What a partition belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    /// The partitioned table.
    pub of: TableName,
    /// Whether it takes the rows that no other partition takes.
    pub is_default: bool,
}

/// Where a table or a column came from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A revision made it.
    Revision {
        /// The revision's id.
        revision: Rc<str>,
        /// Whether it is in upstream already.
        released: bool,
        /// Whether it was made under a guard (`if not has_table`), or IF NOT EXISTS.
        guarded: bool,
    },
    /// It was first met in an ALTER or a query: it exists, and nothing more is known.
    Met,
}

/// Whether rows may stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// Made by what is deployed together, and nothing was written to it.
    NewAndEmpty,
    /// Made by what is deployed together, and filled since.
    NewAndFilled,
    /// It exists in production.
    Existing,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type; `None` where it was never read.
    pub kind: Option<ColumnType>,
    /// Nullability.
    pub nullable: Known<bool>,
    /// The default that the server applies; the outer level is whether that is known.
    pub default: Known<Option<ServerDefault>>,
    /// What makes its values.
    pub generated: Option<Generated>,
    /// The expression that makes them, as SQL.
    pub computed: Option<Known<String>>,
    /// The sequence that SERIAL or IDENTITY made with it, on PostgreSQL.
    pub sequence: Option<String>,
    /// The type that its default is of, where the column is of another one since: PostgreSQL keeps
    /// the default as it was written, and it needs its type (seen on 15.18).
    pub default_type: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// Whether something wrote to it since it was added, and which revision that was.
    pub filled: Option<Rc<str>>,
    /// Its comment; the outer level is whether that is known.
    pub comment: Known<Option<String>>,
}

/// A constraint with its state.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintState {
    /// The constraint, with its effective name where that can be known.
    pub constraint: Constraint,
    /// Whether the migration left the name to the database or to a naming convention.
    pub unnamed: bool,
    /// Whether it stands in a column.
    pub inline: bool,
    /// Whether the rows that stood there when it was made are known to satisfy it.
    pub validated: bool,
    /// The revision that made it.
    pub by: Rc<str>,
}

impl Table {
    /// Leaves the name alone known of it.
    pub fn forget_parts(&mut self) {
        self.columns.clear();
        self.constraints.clear();
        self.indexes.clear();
        self.complete = false;
    }

    /// Makes a table of a name that nothing is known of but that it exists.
    pub fn met(schema: Option<String>, name: String) -> Self {
        Table {
            schema,
            name,
            dialect: Dialect::default(),
            origin: Origin::Met,
            rows: Population::Existing,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            complete: false,
            partitioned: false,
            partition_key: Vec::new(),
            partition: None,
            temporary: false,
            row_security: false,
            comment: Known::Unreadable,
        }
    }

    /// Makes a table that nothing is known of but its name.
    pub fn of_name(name: &TableName) -> Self {
        let known = |name: &Known<String>| name.as_str().map(str::to_owned);
        Table::met(name.schema.as_ref().and_then(known), known(&name.name).unwrap_or_default())
    }

    /// Finds a column.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Finds a column to change it.
    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Finds a column to change it; one that was never read is met here.
    pub fn column_or_met(&mut self, name: &str) -> &mut Column {
        let at = self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
        let at = at.unwrap_or_else(|| {
            self.columns.push(Column::met(name));
            self.columns.len() - 1
        });
        &mut self.columns[at]
    }

    /// Finds a constraint by its name.
    pub fn constraint(&self, name: &str) -> Option<&ConstraintState> {
        self.constraints.iter().find(|held| held.is_named(name))
    }

    /// Finds an index by its name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| is_named(index.name.as_ref(), name))
    }

    /// Tells whether an index or key holds a column, as far as they are known.
    pub fn is_indexed(&self, column: &str) -> bool {
        let is_it = |part: &IndexPart| matches!(part, IndexPart::Column(name) if name.eq_ignore_ascii_case(column));
        let is_key = |held: &ConstraintState| {
            matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
        };
        self.indexes
            .iter()
            .any(|index| index.columns.get().is_none_or(|parts| parts.iter().any(is_it)))
            || self.constraints.iter().any(|held| is_key(held) && held.covers(column))
    }

    /// Returns the foreign keys.
    pub fn foreign_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.constraints.iter().filter_map(|held| match &held.constraint {
            Constraint::ForeignKey(key) => Some(key),
            _ => None,
        })
    }

    /// Returns a validated CHECK whose condition names a column.
    pub fn check_of(&self, column: &str) -> Option<&ConstraintState> {
        self.constraints.iter().filter(|held| held.validated).find(|held| match &held.constraint {
            Constraint::Check(check) => {
                check.condition.as_str().is_some_and(|text| has_word(text, column))
            }
            _ => false,
        })
    }

    /// Tells whether the expression or the predicate of an index names a column.
    pub fn computes_index_of(&self, column: &str) -> bool {
        let computes =
            |part: &IndexPart| matches!(part, IndexPart::Expression(sql) if has_word(sql, column));
        self.indexes.iter().any(|index| {
            let predicate = index.predicate.as_ref().and_then(Known::as_str);
            index.columns.get().is_some_and(|parts| parts.iter().any(computes))
                || predicate.is_some_and(|predicate| has_word(predicate, column))
        })
    }

    /// Returns the generated columns whose expression names a column.
    pub fn computed_of(&self, column: &str) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |other| {
            let expression = other.computed.as_ref().and_then(Known::as_str);
            other.generated.is_some() && expression.is_some_and(|text| has_word(text, column))
        })
    }

    /// Returns the primary key, where one is known.
    pub fn primary_key(&self) -> Option<&Key> {
        self.constraints.iter().find_map(|held| match &held.constraint {
            Constraint::PrimaryKey(key) => Some(key),
            _ => None,
        })
    }

    /// Tells whether the table is made by what is deployed together, without a guard: no row of
    /// production is in it.
    pub fn is_new(&self) -> bool {
        self.temporary || !matches!(self.rows, Population::Existing)
    }

    /// Returns the name with the schema, if it has one.
    pub fn table_name(&self) -> TableName {
        TableName { schema: self.schema.clone().map(Known::Is), name: Known::Is(self.name.clone()) }
    }

    /// Tells whether a name is spelt as that of the table, letter by letter.
    pub fn is_spelt(&self, name: &TableName) -> bool {
        name.name.as_str().is_some_and(|name| name == self.name)
    }

    /// Returns the key by which a database finds it.
    pub fn key(&self) -> String {
        self.title().to_ascii_lowercase()
    }

    /// Returns `schema.table`, or `table`.
    pub fn title(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

impl Origin {
    /// Tells whether it is made, without a guard, by what is deployed together.
    pub fn is_new(&self) -> bool {
        matches!(self, Origin::Revision { released: false, guarded: false, .. })
    }

    /// Returns the revision that made it, where one did.
    pub fn revision(&self) -> Option<&str> {
        match self {
            Origin::Revision { revision, .. } => Some(revision),
            Origin::Met => None,
        }
    }
}

impl Column {
    /// Makes a column of a declaration.
    pub fn of(name: &str, declared: &table::Column, origin: Origin) -> Self {
        let has_value = declared.server_default.is_some() || declared.generated.is_some();
        Column {
            name: name.to_owned(),
            kind: declared.kind.clone(),
            nullable: declared.nullable.clone(),
            default: Known::Is(declared.server_default.clone()),
            generated: declared.generated.clone(),
            computed: declared.computed.clone(),
            sequence: None,
            default_type: None,
            filled: has_value.then(|| origin.revision().map(Rc::from)).flatten(),
            origin,
            comment: said(declared.comment.as_ref()),
        }
    }

    /// Makes a column that nothing is known of but that it exists.
    pub fn met(name: &str) -> Self {
        Column {
            name: name.to_owned(),
            kind: None,
            nullable: Known::Unreadable,
            default: Known::Unreadable,
            generated: None,
            computed: None,
            sequence: None,
            default_type: None,
            origin: Origin::Met,
            filled: None,
            comment: Known::Unreadable,
        }
    }

    /// Forgets what something unread may have changed.
    pub fn doubt(&mut self) {
        self.kind = None;
        self.nullable = Known::Unreadable;
        self.default = Known::Unreadable;
        self.comment = Known::Unreadable;
    }
}

/// Returns a comment as a database keeps it: none is the empty one.
pub(crate) fn said(comment: Option<&Known<String>>) -> Known<Option<String>> {
    match comment {
        None => Known::Is(None),
        Some(text) => text.clone().map(|text| Some(text).filter(|text| !text.is_empty())),
    }
}

impl ConstraintState {
    /// Tells whether the constraint has a name.
    pub fn is_named(&self, name: &str) -> bool {
        is_named(self.constraint.name(), name)
    }

    /// Tells whether the constraint stands on a column, as far as its columns are known.
    pub fn covers(&self, column: &str) -> bool {
        columns_of(&self.constraint).iter().any(|name| name.eq_ignore_ascii_case(column))
    }
}

/// Returns the columns of a constraint of the table itself, as far as they are known. Those of a
/// CHECK are words of its condition and not among them.
pub fn columns_of(constraint: &Constraint) -> Vec<&str> {
    let listed = match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => &key.columns,
        Constraint::ForeignKey(key) => &key.columns,
        Constraint::NotNull { column, .. } => return column.as_str().into_iter().collect(),
        Constraint::Check(_) | Constraint::Exclude { .. } => return Vec::new(),
    };
    listed.get().into_iter().flatten().filter_map(Known::as_str).collect()
}

/// Tells whether a name is that of an index of a table, the indexes of its keys included.
pub fn is_index(table: &Table, name: &str) -> bool {
    let is_key = |held: &ConstraintState| {
        matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
    };
    table.index(name).is_some()
        || table.constraints.iter().any(|held| is_key(held) && held.is_named(name))
}

fn is_named(held: Option<&Known<String>>, name: &str) -> bool {
    held.and_then(Known::as_str).is_some_and(|held| held.eq_ignore_ascii_case(name))
}
