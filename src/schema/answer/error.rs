//! Errors of database servers, in their own words (read off PostgreSQL 15, SQLite 3.40, MariaDB
//! 10.11 and the message catalogues of MySQL 8.0 and SQL Server 2022).

use crate::schema::answer::verdict::RefusalKind;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::TableName;

/// An error of a server, or what Alembic says in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseError {
    /// A table or view is not there.
    NoTable {
        /// The table.
        table: TableName,
        /// What is done to it.
        usage: TableUse,
    },
    /// A column is not there.
    NoColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// What it is named for.
        place: ColumnPlace,
    },
    /// An index is not there.
    NoIndex {
        /// The index.
        name: String,
    },
    /// A constraint is not there.
    NoConstraint {
        /// The table.
        table: TableName,
        /// The constraint.
        name: String,
    },
    /// A type is not there.
    NoType {
        /// The type.
        name: String,
    },
    /// A view, sequence, function or the like is not there.
    NoObject {
        /// What it is.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that it belongs to.
        on: Option<TableName>,
    },
    /// A schema is not there.
    NoSchema {
        /// The schema.
        name: String,
    },
    /// A foreign key refers to columns that no key is over.
    NoKey {
        /// The table referred to.
        referent: TableName,
        /// Whether no columns are named, and the primary key is meant.
        primary: bool,
    },
    /// Something of that name is there, and it is another kind of thing.
    OfAnotherKind {
        /// The name.
        name: String,
        /// The words of the error.
        words: String,
    },
    /// A type that no index sorts.
    NoOrder {
        /// The column.
        column: String,
        /// The type.
        kind: String,
    },
    /// The table would be left without columns.
    LastColumn {
        /// The column.
        column: String,
    },
    /// An enum has no such label.
    NoLabel {
        /// The label.
        label: String,
    },
    /// A table or another relation is there.
    TableExists {
        /// The table.
        table: TableName,
    },
    /// A column is there.
    ColumnExists {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A column is declared twice.
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// An index, or another relation of its name, is there.
    IndexExists {
        /// The index.
        name: String,
    },
    /// A constraint is there.
    ConstraintExists {
        /// The table.
        table: TableName,
        /// The constraint.
        name: String,
    },
    /// The table has a primary key.
    SecondKey {
        /// The table.
        table: TableName,
    },
    /// A type is there.
    TypeExists {
        /// The type.
        name: String,
    },
    /// A label is there.
    LabelExists {
        /// The label.
        label: String,
    },
    /// A view, sequence, trigger or the like is there.
    ObjectExists {
        /// What it is.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that it belongs to.
        on: Option<TableName>,
    },
    /// Something needs what is dropped or changed.
    InUse {
        /// What is dropped or changed.
        what: Needed,
        /// What needs it, for people.
        by: Vec<String>,
    },
    /// No cast leads from one type to the other.
    NoCast {
        /// The column.
        column: String,
        /// The type that it has.
        from: String,
        /// The type that it is to have.
        to: String,
    },
    /// No cast leads from what USING says to the type.
    NoUsingCast {
        /// The column.
        column: String,
        /// The type that it is to have.
        to: String,
    },
    /// No cast leads from the default that stays.
    NoDefaultCast {
        /// The column.
        column: String,
        /// The type that it is to have.
        to: String,
    },
    /// A foreign key between types that do not compare.
    NoComparison {
        /// The constraint.
        name: String,
        /// The two types.
        types: (String, String),
    },
    /// A constant that is written to a column, or compared with one, is no value of its type.
    BadValue {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
    /// No key is over the columns of ON CONFLICT.
    NoArbiter {
        /// The table.
        table: TableName,
    },
    /// A view is replaced by one of other columns.
    OtherColumns {
        /// The view.
        view: String,
        /// The words of the error.
        words: String,
    },
    /// A column that no index holds: it is too long, or of no fixed length.
    BadKey {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
    /// A statement contradicts itself.
    Contradiction {
        /// The table that it is about.
        table: TableName,
        /// The words of the error.
        words: String,
    },
    /// A default is no value of the type.
    BadDefault {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
}

/// What is done to a table that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableUse {
    /// DROP TABLE.
    Drop,
    /// ALTER, CREATE INDEX.
    Alter,
    /// Its rows are read or written.
    Rows,
    /// It is referred to.
    Refer,
    /// Batch mode reflects it.
    Reflect,
}

/// What a column that is not there is named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnPlace {
    /// ALTER, RENAME.
    Altered,
    /// DROP COLUMN.
    Dropped,
    /// A key or unique constraint.
    Key,
    /// A foreign key's own column.
    ForeignKey,
    /// A column that a foreign key refers to.
    Referred,
    /// An index.
    Index,
    /// INSERT, UPDATE.
    Written,
    /// A filter, or the value of an assignment.
    Read,
    /// A batch copies the table without it.
    Batch,
}

/// What cannot be dropped or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// A table.
    Table(TableName),
    /// A view, sequence, function or the like.
    Object(ObjectKind, String),
    /// A column that is dropped.
    Column(TableName, String),
    /// A column whose type is changed; the words of what uses it.
    ColumnType(&'static str),
    /// A column that loses NOT NULL.
    KeyColumn(String),
    /// A column under a foreign key, whose type is changed.
    ForeignColumn(String),
    /// The type of a table's rows.
    RowType(String),
    /// A constraint.
    Constraint(TableName, String),
    /// An index; the constraint that it carries.
    Index(String),
    /// A type.
    Type(String),
    /// A table that is truncated.
    Truncated(TableName),
}

impl DatabaseError {
    /// Returns the rule that speaks of it.
    pub fn kind(&self) -> RefusalKind {
        use DatabaseError as E;
        match self {
            E::NoTable { .. }
            | E::NoColumn { .. }
            | E::NoIndex { .. }
            | E::NoConstraint { .. }
            | E::NoType { .. }
            | E::NoObject { .. }
            | E::NoSchema { .. }
            | E::NoKey { .. }
            | E::OfAnotherKind { .. }
            | E::NoArbiter { .. }
            | E::NoLabel { .. } => RefusalKind::MissingObject,
            E::TableExists { .. }
            | E::ColumnExists { .. }
            | E::ColumnTwice { .. }
            | E::IndexExists { .. }
            | E::ConstraintExists { .. }
            | E::SecondKey { .. }
            | E::TypeExists { .. }
            | E::LabelExists { .. }
            | E::OtherColumns { .. }
            | E::ObjectExists { .. } => RefusalKind::ExistingObject,
            E::InUse { .. } | E::LastColumn { .. } => RefusalKind::ObjectInUse,
            E::NoCast { .. }
            | E::NoUsingCast { .. }
            | E::NoDefaultCast { .. }
            | E::NoComparison { .. }
            | E::BadValue { .. }
            | E::BadKey { .. }
            | E::NoOrder { .. } => RefusalKind::ImpossibleCast,
            E::Contradiction { .. } => RefusalKind::InvalidSql,
            E::BadDefault { .. } => RefusalKind::InvalidDefault,
        }
    }

    /// Returns what it is about: a name that findings carry.
    pub fn object(&self) -> Option<String> {
        use DatabaseError as E;
        Some(match self {
            E::NoTable { table, .. }
            | E::TableExists { table }
            | E::SecondKey { table }
            | E::NoArbiter { table }
            | E::Contradiction { table, .. } => table.to_string(),
            E::NoColumn { column, .. }
            | E::ColumnExists { column, .. }
            | E::ColumnTwice { column }
            | E::NoCast { column, .. }
            | E::NoUsingCast { column, .. }
            | E::NoDefaultCast { column, .. }
            | E::NoOrder { column, .. }
            | E::LastColumn { column }
            | E::BadValue { column, .. }
            | E::BadKey { column, .. }
            | E::BadDefault { column, .. } => column.clone(),
            E::NoIndex { name }
            | E::NoConstraint { name, .. }
            | E::NoType { name }
            | E::NoObject { name, .. }
            | E::NoSchema { name }
            | E::IndexExists { name }
            | E::ConstraintExists { name, .. }
            | E::TypeExists { name }
            | E::ObjectExists { name, .. }
            | E::NoComparison { name, .. } => name.clone(),
            E::NoLabel { label } | E::LabelExists { label } => label.clone(),
            E::NoKey { referent, .. } => referent.to_string(),
            E::OfAnotherKind { name, .. } => name.clone(),
            E::OtherColumns { view, .. } => view.clone(),
            E::InUse { what, .. } => return what.object(),
        })
    }

    /// Returns the error in the words of a server.
    pub fn words(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Sqlite => self.of_sqlite(),
            Dialect::MySql | Dialect::MariaDb => self.of_mysql(dialect),
            Dialect::SqlServer => self.of_sql_server(),
            Dialect::PostgreSql | Dialect::Oracle => self.of_postgresql(),
        }
    }

    fn of_postgresql(&self) -> String {
        use DatabaseError as E;
        match self {
            E::NoTable { table, usage: TableUse::Drop } => {
                format!("table \"{table}\" does not exist")
            }
            E::NoTable { table, usage: TableUse::Reflect } => format!("NoSuchTableError: {table}"),
            E::NoTable { table, .. } => format!("relation \"{table}\" does not exist"),
            E::NoColumn { table, column, place } => no_column(table, column, *place),
            E::NoIndex { name } => format!("index \"{name}\" does not exist"),
            E::NoConstraint { table, name } => {
                format!("constraint \"{name}\" of relation \"{table}\" does not exist")
            }
            E::NoType { name } => format!("type \"{name}\" does not exist"),
            E::NoObject { kind, name, on: Some(on) } => {
                format!("{} \"{name}\" for table \"{on}\" does not exist", word(*kind))
            }
            E::NoObject { kind: ObjectKind::Routine, name, .. } => {
                format!("function {name}() does not exist")
            }
            E::NoObject { kind, name, on: None } => {
                format!("{} \"{name}\" does not exist", word(*kind))
            }
            E::NoSchema { name } => format!("schema \"{name}\" does not exist"),
            E::NoKey { referent, primary: true } => {
                format!("there is no primary key for referenced table \"{referent}\"")
            }
            E::OfAnotherKind { words, .. } => words.clone(),
            E::NoOrder { kind, .. } => {
                format!(
                    "data type {kind} has no default operator class for access method \"btree\""
                )
            }
            E::LastColumn { column } => {
                format!("cannot drop column \"{column}\": no other columns exist")
            }
            E::NoKey { referent, .. } => format!(
                "there is no unique constraint matching given keys for referenced table \"{referent}\""
            ),
            E::NoLabel { label } => format!("\"{label}\" is not an existing enum label"),
            E::TableExists { table } => {
                format!("relation \"{}\" already exists", unqualified(&table.to_string()))
            }
            E::ColumnExists { table, column } => {
                format!(
                    "column \"{column}\" of relation \"{}\" already exists",
                    unqualified(&table.to_string())
                )
            }
            E::ColumnTwice { column } => format!("column \"{column}\" specified more than once"),
            E::IndexExists { name } => format!("relation \"{name}\" already exists"),
            E::ConstraintExists { table, name } => format!(
                "constraint \"{name}\" for relation \"{}\" already exists",
                unqualified(&table.to_string())
            ),
            E::SecondKey { table } => {
                format!("multiple primary keys for table \"{table}\" are not allowed")
            }
            E::TypeExists { name } => format!("type \"{name}\" already exists"),
            E::LabelExists { label } => format!("enum label \"{label}\" already exists"),
            E::ObjectExists { kind: ObjectKind::Trigger, name, on: Some(on) } => {
                format!("trigger \"{name}\" for relation \"{on}\" already exists")
            }
            E::ObjectExists { kind, name, on: Some(on) } => {
                format!("{} \"{name}\" for table \"{on}\" already exists", word(*kind))
            }
            E::ObjectExists { kind: ObjectKind::Routine, name, .. } => {
                format!("function \"{name}\" already exists with same argument types")
            }
            E::ObjectExists { kind, name, .. } => match kind {
                ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence => {
                    format!("relation \"{}\" already exists", unqualified(name))
                }
                ObjectKind::Domain => format!("type \"{name}\" already exists"),
                kind => format!("{} \"{name}\" already exists", word(*kind)),
            },
            E::InUse { what, by } => in_use(what, by),
            E::NoCast { column, to, .. } => {
                format!("column \"{column}\" cannot be cast automatically to type {to}")
            }
            E::NoUsingCast { column, to } => format!(
                "result of USING clause for column \"{column}\" cannot be cast automatically to type {to}"
            ),
            E::NoDefaultCast { column, to } => {
                format!("default for column \"{column}\" cannot be cast automatically to type {to}")
            }
            E::NoComparison { name, .. } => {
                format!("foreign key constraint \"{name}\" cannot be implemented")
            }
            E::NoArbiter { .. } => {
                "there is no unique or exclusion constraint matching the ON CONFLICT specification"
                    .to_owned()
            }
            E::BadDefault { words, .. }
            | E::BadValue { words, .. }
            | E::BadKey { words, .. }
            | E::OtherColumns { words, .. }
            | E::Contradiction { words, .. } => words.clone(),
        }
    }

    fn of_sqlite(&self) -> String {
        use DatabaseError as E;
        match self {
            E::NoTable { table, usage: TableUse::Reflect } => format!("NoSuchTableError: {table}"),
            E::NoTable { table, .. } => format!("no such table: {table}"),
            E::NoColumn { column, place: ColumnPlace::Batch, .. } => {
                format!("KeyError: '{column}'")
            }
            E::NoColumn { table, column, place } => match place {
                ColumnPlace::Index => format!("table {table} has no column named {column}"),
                ColumnPlace::Written => format!("table {table} has no column named {column}"),
                ColumnPlace::Key => format!("table {table} has no column named {column}"),
                ColumnPlace::ForeignKey => {
                    format!("unknown column \"{column}\" in foreign key definition")
                }
                _ => format!("no such column: \"{column}\""),
            },
            E::NoIndex { name } => format!("no such index: {name}"),
            E::NoConstraint { name, .. } => format!("No such constraint: '{name}'"),
            E::NoObject { kind, name, .. } => format!("no such {}: {name}", word(*kind)),
            E::TableExists { table } => format!("table \"{table}\" already exists"),
            E::ColumnExists { column, .. } | E::ColumnTwice { column } => {
                format!("duplicate column name: {column}")
            }
            E::IndexExists { name } => format!("index {name} already exists"),
            E::SecondKey { table } => format!("table \"{table}\" has more than one primary key"),
            E::ObjectExists { kind, name, .. } => format!("{} {name} already exists", word(*kind)),
            E::InUse { what: Needed::Column(_, column), by } => in_use_of_sqlite(column, by),
            _ => self.of_postgresql(),
        }
    }

    fn of_mysql(&self, dialect: Dialect) -> String {
        use DatabaseError as E;
        match self {
            E::NoTable { table, usage: TableUse::Drop } => format!("Unknown table '{table}'"),
            E::NoTable { table, usage: TableUse::Refer } => {
                format!("Failed to open the referenced table '{table}'")
            }
            E::NoTable { table, .. } => format!("Table '{table}' doesn't exist"),
            E::NoColumn { column, place: ColumnPlace::Dropped, .. } => {
                cannot_drop(dialect, "COLUMN", column)
            }
            E::NoColumn {
                column,
                place: ColumnPlace::Key | ColumnPlace::Index | ColumnPlace::ForeignKey,
                ..
            } => {
                format!("Key column '{column}' doesn't exist in table")
            }
            E::NoColumn { column, place: ColumnPlace::Read, .. } => {
                format!("Unknown column '{column}' in 'where clause'")
            }
            E::NoColumn { table, column, .. } => format!("Unknown column '{column}' in '{table}'"),
            E::NoIndex { name } => cannot_drop(dialect, "INDEX", name),
            E::NoConstraint { name, .. } => cannot_drop(dialect, "CONSTRAINT", name),
            E::LastColumn { .. } => {
                "You can't delete all columns with ALTER TABLE; use DROP TABLE instead".to_owned()
            }
            E::NoObject { kind: ObjectKind::View, name, .. } if dialect == Dialect::MariaDb => {
                format!("Unknown VIEW: '{name}'")
            }
            E::NoKey { .. } | E::NoComparison { .. } if dialect == Dialect::MariaDb => {
                "Can't create table (errno: 150 \"Foreign key constraint is incorrectly formed\")"
                    .to_owned()
            }
            E::NoKey { referent, .. } => {
                format!(
                    "Failed to add the foreign key constraint. Missing index for the constraint in the referenced table '{referent}'"
                )
            }
            E::TableExists { table } => format!("Table '{table}' already exists"),
            E::ColumnExists { column, .. } | E::ColumnTwice { column } => {
                format!("Duplicate column name '{column}'")
            }
            E::IndexExists { name } => format!("Duplicate key name '{name}'"),
            E::ConstraintExists { name, .. } => {
                format!("Duplicate foreign key constraint name '{name}'")
            }
            E::SecondKey { .. } => "Multiple primary key defined".to_owned(),
            E::ObjectExists { name, .. } => format!("Table '{name}' already exists"),
            E::NoObject { name, .. } => format!("Unknown table '{name}'"),
            E::InUse { what, by } => in_use_of_mysql(what, by),
            E::NoComparison { name, .. } => format!(
                "Referencing column and referenced column in foreign key constraint '{name}' are incompatible"
            ),
            _ => self.of_postgresql(),
        }
    }

    fn of_sql_server(&self) -> String {
        use DatabaseError as E;
        match self {
            E::NoTable { table, usage: TableUse::Drop } => format!(
                "Cannot drop the table '{table}', because it does not exist or you do not have permission."
            ),
            E::NoTable { table, usage: TableUse::Refer } => {
                format!("Foreign key references invalid table '{table}'.")
            }
            E::NoTable { table, .. } => {
                format!(
                    "Cannot find the object \"{table}\" because it does not exist or you do not have permissions."
                )
            }
            E::NoColumn { table, column, place: ColumnPlace::Dropped } => format!(
                "ALTER TABLE DROP COLUMN failed because column '{column}' does not exist in table '{table}'."
            ),
            E::NoColumn { column, place: ColumnPlace::Read | ColumnPlace::Written, .. } => {
                format!("Invalid column name '{column}'.")
            }
            E::NoColumn { column, .. } => {
                format!("Column name '{column}' does not exist in the target table or view.")
            }
            E::NoIndex { name } => {
                format!(
                    "Cannot drop the index '{name}', because it does not exist or you do not have permission."
                )
            }
            E::NoConstraint { name, .. } => format!("'{name}' is not a constraint."),
            E::TableExists { table } => {
                format!("There is already an object named '{table}' in the database.")
            }
            E::ColumnExists { table, column } => format!(
                "Column names in each table must be unique. Column name '{column}' in table '{table}' is specified more than once."
            ),
            E::IndexExists { name } => format!(
                "The operation failed because an index or statistics with name '{name}' already exists on the table."
            ),
            E::ConstraintExists { name, .. } | E::ObjectExists { name, .. } => {
                format!("There is already an object named '{name}' in the database.")
            }
            E::SecondKey { table } => {
                format!("Table '{table}' already has a primary key defined on it.")
            }
            E::InUse { what: Needed::Table(table), .. } => format!(
                "Could not drop object '{table}' because it is referenced by a FOREIGN KEY constraint."
            ),
            E::InUse { what: Needed::ForeignColumn(column), .. } => format!(
                "ALTER TABLE ALTER COLUMN {column} failed because one or more objects access this column."
            ),
            E::InUse { what: Needed::Column(_, column), .. } => format!(
                "ALTER TABLE DROP COLUMN {column} failed because one or more objects access this column."
            ),
            _ => self.of_postgresql(),
        }
    }
}

impl Needed {
    fn object(&self) -> Option<String> {
        Some(match self {
            Needed::Table(table) | Needed::Truncated(table) => table.to_string(),
            Needed::Column(_, name)
            | Needed::KeyColumn(name)
            | Needed::ForeignColumn(name)
            | Needed::RowType(name)
            | Needed::Constraint(_, name)
            | Needed::Object(_, name)
            | Needed::Index(name)
            | Needed::Type(name) => name.clone(),
            Needed::ColumnType(_) => return None,
        })
    }
}

fn no_column(table: &TableName, column: &str, place: ColumnPlace) -> String {
    match place {
        ColumnPlace::Key => format!("column \"{column}\" named in key does not exist"),
        ColumnPlace::ForeignKey | ColumnPlace::Referred => {
            format!("column \"{column}\" referenced in foreign key constraint does not exist")
        }
        ColumnPlace::Index | ColumnPlace::Read => format!("column \"{column}\" does not exist"),
        ColumnPlace::Batch => format!("KeyError: '{column}'"),
        ColumnPlace::Altered | ColumnPlace::Dropped | ColumnPlace::Written => format!(
            "column \"{column}\" of relation \"{}\" does not exist",
            unqualified(&table.to_string())
        ),
    }
}

fn in_use(what: &Needed, by: &[String]) -> String {
    let because = "because other objects depend on it";
    match what {
        Needed::Table(table) => format!("cannot drop table {table} {because}"),
        Needed::Column(table, column) => {
            format!("cannot drop column {column} of table {table} {because}")
        }
        Needed::ColumnType(words) => (*words).to_owned(),
        Needed::KeyColumn(column) => format!("column \"{column}\" is in a primary key"),
        Needed::ForeignColumn(column) => {
            let by = by.first().map(|by| by.replace('`', "'")).unwrap_or_default();
            format!("Cannot change column '{column}': used in a {by}")
        }
        Needed::RowType(name) => {
            format!("cannot drop type {name} because table {name} requires it")
        }
        Needed::Constraint(table, name) => {
            format!("cannot drop constraint {name} on table {table} {because}")
        }
        Needed::Index(name) => {
            let by = by.first().map_or("a constraint", String::as_str);
            format!("cannot drop index {name} because {by} requires it").replace('`', "")
        }
        Needed::Type(name) => format!("cannot drop type {name} {because}"),
        Needed::Truncated(_) => {
            "cannot truncate a table referenced in a foreign key constraint".to_owned()
        }
        Needed::Object(ObjectKind::Routine, name) => {
            format!("cannot drop function {name}() {because}")
        }
        Needed::Object(kind, name) => format!("cannot drop {} {name} {because}", word(*kind)),
    }
}

fn in_use_of_sqlite(column: &str, by: &[String]) -> String {
    match by.first().map(String::as_str) {
        Some("the primary key") => format!("cannot drop PRIMARY KEY column: \"{column}\""),
        Some("a unique constraint") => format!("cannot drop UNIQUE column: \"{column}\""),
        Some(other) if other.starts_with("table") => {
            let other = other.replace('`', "");
            format!(
                "error in {other} after drop column: unknown column \"{column}\" in foreign key definition"
            )
        }
        Some(other) => {
            let other = other.replace('`', "");
            format!("error in {other} after drop column: no such column: {column}")
        }
        None => format!("cannot drop column \"{column}\""),
    }
}

fn in_use_of_mysql(what: &Needed, by: &[String]) -> String {
    let by = by.first().map(|by| by.replace('`', "'")).unwrap_or_default();
    match what {
        Needed::Table(table) => format!("Cannot drop table '{table}' referenced by {by}"),
        Needed::Index(name) => {
            format!("Cannot drop index '{name}': needed in a foreign key constraint")
        }
        Needed::Column(_, column) => {
            format!("Cannot drop column '{column}': needed in a foreign key constraint")
        }
        Needed::Truncated(_) => {
            "Cannot truncate a table referenced in a foreign key constraint".to_owned()
        }
        other => in_use(other, &[by]),
    }
}

fn cannot_drop(dialect: Dialect, kind: &str, name: &str) -> String {
    match dialect {
        Dialect::MariaDb => format!("Can't DROP {kind} `{name}`; check that it exists"),
        _ => format!("Can't DROP '{name}'; check that column/key exists"),
    }
}

fn unqualified(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The word of SQL for a kind of object.
pub fn word(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::View => "view",
        ObjectKind::MaterializedView => "materialized view",
        ObjectKind::Routine => "function",
        ObjectKind::Trigger => "trigger",
        ObjectKind::Sequence => "sequence",
        ObjectKind::Extension => "extension",
        ObjectKind::Schema => "schema",
        ObjectKind::Policy => "policy",
        ObjectKind::Rule => "rule",
        ObjectKind::Domain => "domain",
        ObjectKind::Role => "role",
        ObjectKind::Database => "database",
        ObjectKind::Statistics => "statistics object",
        ObjectKind::Other => "object",
    }
}
