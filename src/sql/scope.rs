//! Which columns a statement names in its queries, and the tables that may have them.

use crate::sql::table::TableName;

/// What a statement says of columns, query by query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes {
    /// The queries, each after the one that it stands in.
    pub queries: Vec<QueryScope>,
    /// The columns that they name.
    pub columns: Vec<NamedColumn>,
    /// Columns that get a value of the query.
    pub moved: Vec<Moved>,
    /// Values that operators compute.
    pub computed: Vec<Value>,
    /// Columns that a function is called with first.
    pub calls: Vec<CalledWith>,
    /// Sequences that are named in a text: `setval('ids', 1)`.
    pub sequences: Vec<String>,
    /// Aggregates that stand in the filter itself, in lower case.
    pub filtered: Vec<String>,
    /// What contradicts itself whatever the tables hold.
    pub faults: Vec<QueryFault>,
    /// What queries with GROUP BY or aggregates name besides.
    pub grouped: Vec<Grouped>,
    /// Values of which one is chosen.
    pub matched: Vec<Matched>,
    /// Columns that stand before an operator.
    pub operated: Vec<Operated>,
    /// Columns whose values DISTINCT and GROUP BY compare.
    pub distinct: Vec<NamedColumn>,
}

impl Scopes {
    /// Takes constants away from what operators compute and from what is moved: a type of SQLAlchemy
    /// makes another value of them.
    pub fn forget_constants(&mut self) {
        self.moved.retain(|moved| !matches!(moved.from, Value::Constant(_)));
        let mut pending: Vec<&mut Value> = self.computed.iter_mut().collect();
        while let Some(value) = pending.pop() {
            match value {
                Value::Constant(_) => *value = Value::Other,
                Value::Chain { operands: values, .. } | Value::Chosen(values) => {
                    pending.extend(values);
                }
                _ => {}
            }
        }
    }
}

/// What of a query contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QueryFault {
    /// One value is asked for, and a query gives that many columns.
    Wide(usize),
    /// The branches of UNION and its like give different numbers of columns.
    Uneven(&'static str),
    /// A window function stands in the filter itself.
    WindowInFilter(String),
    /// An aggregate stands in an aggregate.
    NestedAggregate,
    /// SELECT DISTINCT is ordered by what it does not give.
    OrderUnlisted,
    /// SELECT DISTINCT ON is ordered by something else first.
    OrderBesides,
    /// An aggregate of DISTINCT values is ordered by what it is not given.
    OrderOfAggregate,
    /// ORDER BY or GROUP BY names a place that the list does not have: the clause, the place, and how
    /// many there are.
    NoPlace(&'static str, usize, usize),
}

/// What a query with GROUP BY, or with aggregates, names besides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grouped {
    /// The columns that it groups by.
    pub by: Vec<NamedColumn>,
    /// The columns that it gives without an aggregate around them, those that it groups by apart.
    pub loose: Vec<NamedColumn>,
}

/// Values of which one is chosen: those of COALESCE, CASE and their like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Matched {
    /// The word of SQL for the choice.
    pub choice: &'static str,
    /// The values whose form tells something of their types.
    pub values: Vec<Value>,
    /// Whether these are all but NULL.
    pub whole: bool,
}

/// A value, as far as its form tells its type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A column.
    Column(NamedColumn),
    /// A constant, as SQL.
    Constant(String),
    /// What is cast to a type.
    Cast(String),
    /// What a function returns, by its name in lower case.
    Call(String),
    /// What operators make of their operands, from left to right.
    Chain {
        /// The operators.
        operators: Vec<String>,
        /// One operand more.
        operands: Vec<Value>,
    },
    /// One of several values.
    Chosen(Vec<Value>),
    /// Anything else.
    Other,
}

impl Value {
    /// Returns the column that it plainly is.
    pub fn column(&self) -> Option<&NamedColumn> {
        match self {
            Value::Column(named) => Some(named),
            _ => None,
        }
    }
}

/// A column before an operator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operated {
    /// The column.
    pub column: NamedColumn,
    /// The operator, as PostgreSQL names it.
    pub operator: &'static str,
}

/// One query, or the UPDATE or DELETE itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QueryScope {
    /// What it reads, in order.
    pub sources: Vec<QuerySource>,
    /// Names that it gives to what it selects, lower case.
    pub given: Vec<String>,
    /// Whether USING or NATURAL makes one of columns of several sources.
    pub merges: bool,
    /// Whether something in FROM could not be read: any name may be one of its columns.
    pub open: bool,
    /// The query around it.
    pub outer: Option<usize>,
}

/// A source of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuerySource {
    /// The name that it goes by, lower case.
    pub name: String,
    /// The table; nothing where it is a query, a call or a common table.
    pub table: Option<TableName>,
}

/// A column that a query names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedColumn {
    /// The query that names it.
    pub query: usize,
    /// The source that it is said to be of, lower case.
    pub of: Option<String>,
    /// Its name.
    pub name: String,
}

/// A call with a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CalledWith {
    /// The function, in lower case.
    pub function: String,
    /// Its first argument.
    pub column: NamedColumn,
}

/// A column that gets a value of the query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moved {
    /// The column of the table that is written.
    pub to: String,
    /// The value.
    pub from: Value,
}
