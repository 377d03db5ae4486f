//! What is said of a refusal, and what to write instead.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::Needed;
use crate::schema::answer::refusal_kind::RefusalKind;
use crate::schema::answer::verdict::Refusal;
use crate::sql::dialect::Dialect;

/// The sentence of a refusal: the object first.
pub fn message(refusal: &Refusal, dialect: Dialect) -> String {
    use DatabaseError as E;
    let since = match &refusal.taken_by {
        Some(revision) => format!("does not exist any more: `{revision}` takes it away"),
        None => "does not exist when this runs".to_owned(),
    };
    match &refusal.error {
        E::NoTable { table, .. } => format!("`{table}` {since}"),
        E::NoColumn { table, column, .. } => format!("`{table}.{column}` {since}"),
        E::NoIndex { name } => format!("`{name}`, an index, {since}"),
        E::NoConstraint { table, name } => format!("`{name}`, a constraint of `{table}`, {since}"),
        E::NoType { name } => format!("`{name}`, a type, {since}"),
        E::NoObject { kind, name, .. } => format!("`{name}`, a {}, {since}", kind.title()),
        E::NoSchema { name } => format!("`{name}`, a schema, {since}"),
        E::OfAnotherKind { words, .. } => format!(
            "`{}` is another kind of thing: {words}",
            refusal.error.object().unwrap_or_default()
        ),
        E::NoOrder { column, kind } => format!("`{column}` is {kind}, which no index sorts"),
        E::LastColumn { column } => format!("`{column}` is the last column of its table"),
        E::NoKey { referent, .. } => {
            format!(
                "`{referent}` has no primary key or unique constraint over the columns that are \
                 referred to"
            )
        }
        E::NoLabel { label } => format!("`{label}` is no label of the enum"),
        E::TableExists { table } => format!("`{table}` exists already"),
        E::ColumnExists { table, column } => format!("`{table}.{column}` exists already"),
        E::ColumnTwice { column } => format!("`{column}` is declared twice"),
        E::IndexExists { name } => format!("`{name}` exists already"),
        E::ConstraintExists { table, name } => {
            format!("`{name}` exists already as a constraint of `{table}`")
        }
        E::SecondKey { table } => format!("`{table}` has a primary key already"),
        E::TypeExists { name } => format!("`{name}` exists already as a type"),
        E::LabelExists { label } => format!("`{label}` is a label of the enum already"),
        E::ObjectExists { kind, name, .. } => {
            format!("`{name}` exists already as a {}", kind.title())
        }
        E::InUse { what, by } => in_use(what, by),
        E::NoCast { column, from, to } => {
            format!(
                "`{column}` is {from}, which {} does not cast to {to} by itself",
                dialect.title()
            )
        }
        E::NoUsingCast { column, to } => {
            format!("`{column}` gets from USING what cannot be cast to {to}")
        }
        E::NoDefaultCast { column, to } => {
            format!("`{column}` keeps its default, which cannot be cast to {to}")
        }
        E::NoComparison { name, types: (one, other) } => {
            format!("`{name}` refers from {one} to {other}, which do not compare")
        }
        E::BadDefault { column, .. } => {
            format!("`{column}` gets a default that is no value of its type")
        }
        E::BadValue { column, words } => format!("`{column}` takes no such value: {words}"),
        E::NoNullAction { column, words } => {
            format!("`{column}` is NOT NULL, and the foreign key sets NULL: {words}")
        }
        E::BadKey { column, words } => format!("`{column}` cannot be a key: {words}"),
        E::NoArbiter { table } => {
            format!("`{table}` has no key or unique index over the columns of ON CONFLICT")
        }
        E::OtherColumns { view, words } => {
            format!("`{view}` cannot be replaced by a view of other columns: {words}")
        }
        E::OtherRoutine { name, words } => {
            format!("`{name}` cannot be replaced by a routine that differs so: {words}")
        }
        E::NoOperator { words, .. } if computes(words) => {
            format!("PostgreSQL does not compute the expression: {words}")
        }
        E::NoOperator { column, words } => {
            format!("`{column}` is compared with what PostgreSQL does not compare it with: {words}")
        }
        E::Contradiction { table, words, .. } => {
            format!("`{table}` does not take the statement: {words}")
        }
    }
}

/// Tells whether the words of an error name an operator of arithmetic, or `||`.
fn computes(words: &str) -> bool {
    [" + ", " - ", " * ", " / ", " % ", " || "].iter().any(|operator| words.contains(operator))
}

fn in_use(what: &Needed, by: &[String]) -> String {
    let by = by.join(", ");
    match what {
        Needed::Table(table) => format!("`{table}` cannot be dropped while {by} needs it"),
        Needed::Waited(table) => format!(
            "`{table}` cannot be altered while {by}, which is deferred, has not looked at the rows \
             that this transaction wrote"
        ),
        Needed::Copied(table) => format!(
            "`{table}` cannot be copied while {by} reads it: the batch drops the old table, and \
             SQLite reads what is over it before the copy has its name"
        ),
        Needed::Truncated(table) => format!("`{table}` cannot be truncated while {by} needs it"),
        Needed::Object(kind, name) => {
            format!("`{name}`, a {}, cannot be dropped while {by} needs it", kind.title())
        }
        Needed::Column(table, column) | Needed::CopiedColumn(table, column) => {
            format!("`{table}.{column}` cannot be dropped while {by} needs it")
        }
        Needed::ColumnType(_) => format!("the column cannot change its type while {by} reads it"),
        Needed::ForeignColumn(column) => format!("`{column}` keeps its type while {by} needs it"),
        Needed::RowType(name) => format!("`{name}` is the type of the rows of {by}"),
        Needed::CheckedColumn { column, .. } => {
            format!("`{column}` keeps its name and its place while {by} reads it")
        }
        Needed::KeyColumn(column) => format!("`{column}` stays NOT NULL while {by} holds it"),
        Needed::Constraint(_, name) => {
            format!("`{name}`, a constraint, cannot be dropped while {by} needs it")
        }
        Needed::Index(name) => format!("`{name}`, an index, cannot be dropped while {by} needs it"),
        Needed::Type(name) => format!("`{name}`, a type, cannot be dropped while {by} needs it"),
    }
}

/// What to do about a refusal.
pub fn remedy(refusal: &Refusal, dialect: Dialect) -> String {
    use DatabaseError as E;
    if let Some(spelt) = &refusal.spelt {
        return format!(
            "Write the name as it is spelt, in quotes: `\"{spelt}\"`. PostgreSQL folds what has \
             none to lower case."
        );
    }
    match &refusal.error {
        E::InUse { what: Needed::Waited(_), .. } => {
            "Run `SET CONSTRAINTS ALL IMMEDIATE` before it, or alter the table in a revision of its \
             own that runs in a transaction of its own."
                .to_owned()
        }
        E::InUse { what: Needed::CopiedColumn(..), .. } => {
            "Drop what is over the column first: `batch_op.drop_index(...)` in the same batch."
                .to_owned()
        }
        E::InUse { what: Needed::Copied(_), .. } => {
            "Drop the view or trigger before the batch, and create it again behind it.".to_owned()
        }
        E::InUse { what: Needed::ColumnType(_), .. } => {
            "Drop the view before, and make it again behind the change, in the same revision."
                .to_owned()
        }
        E::InUse { what: Needed::Table(_) | Needed::Truncated(_), .. } => {
            "Drop tables in reverse order of their making, or the foreign keys and views first."
                .to_owned()
        }
        E::InUse { what: Needed::ForeignColumn(_), .. } if dialect == Dialect::SqlServer => {
            "Drop the default in a call before (`server_default=None`), change the type, then set \
             the default again."
                .to_owned()
        }
        E::InUse { what: Needed::Column(..), .. } if dialect == Dialect::SqlServer => {
            "Say `mssql_drop_default=True`, `mssql_drop_check=True` or \
             `mssql_drop_foreign_key=True`, and drop indexes first."
                .to_owned()
        }
        E::InUse { what: Needed::Column(..), .. } if dialect == Dialect::Sqlite => {
            "Put it into `with op.batch_alter_table(...)`, and drop what needs the column \
             first."
                .to_owned()
        }
        E::InUse { .. } => "Drop what needs it first, in the same revision.".to_owned(),
        E::NoCast { column, to, .. } | E::NoUsingCast { column, to } => {
            format!(
                "Say how values become {to}: `postgresql_using=\"{column}::{to}\"`, or another \
                expression."
            )
        }
        E::NoDefaultCast { .. } => {
            "Drop the default in a call before, change the type, then set the new \
             default."
                .to_owned()
        }
        E::NoComparison { .. } => "Give the column the type of the key that it refers \
            to."
        .to_owned(),
        E::BadDefault { .. } => {
            "Write the default as a value of the column's type: `sa.text(\"...\")` is SQL, a plain \
             string is a quoted one."
                .to_owned()
        }
        E::TypeExists { name } => format!(
            "Use the type that is there: `postgresql.ENUM(..., name=\"{name}\", \
             create_type=False)`."
        ),
        E::BadValue { .. } => {
            "Write a value of the column's type, or cast it; a label of an enum is added before it \
             is used."
                .to_owned()
        }
        E::NoNullAction { .. } => {
            "Make the column nullable, or delete the rows with those they refer to: \
             `ondelete=\"CASCADE\"`."
                .to_owned()
        }
        E::BadKey { .. } if dialect == Dialect::PostgreSql => {
            "Make the column jsonb, or index an expression of it.".to_owned()
        }
        E::BadKey { .. } => "Give the column a shorter type, or the index a length: \
             `mysql_length={\"...\": 100}`."
            .to_owned(),
        E::NoArbiter { .. } => "Name the columns of a unique constraint, or add one \
            first."
            .to_owned(),
        E::OtherColumns { .. } => {
            "CREATE OR REPLACE adds columns at the end and nothing else: drop the view and create \
             it, in the same revision."
                .to_owned()
        }
        E::OtherRoutine { .. } => {
            "Drop the function first, and create it in the same revision, with what depends on it."
                .to_owned()
        }
        E::NoOperator { words, .. } if computes(words) => {
            "Cast a side to a type that the operator takes. A time span is an interval: \
                `now() - interval '30 days'`; texts are joined by `||`."
                .to_owned()
        }
        E::NoOperator { .. } => {
            "Cast one side to the type of the other: `CAST(column AS text) = ...`, or compare with \
             a value of the column's own type."
                .to_owned()
        }
        E::Contradiction { remedy, .. } => (*remedy).to_owned(),
        E::NoKey { .. } => "Add a unique constraint over the columns first.".to_owned(),
        _ if refusal.error.kind() == RefusalKind::ExistingObject => {
            "Remove the statement, or drop what is there first.".to_owned()
        }
        _ => "Correct the name, or the order in which revisions make and drop it.".to_owned(),
    }
}
