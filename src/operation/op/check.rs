//! Calls of `op` that are answered with an error (each seen on Alembic 1.8 to 1.20 over SQLAlchemy
//! 1.3 to 2.1; `tests/packages/calls.txt` holds them against the real ones).

use crate::operation::migration_host::MigrationHost;
use crate::operation::op::call::OpCall;
use crate::operation::op::table::Row;
use crate::operation::packages::catalog::Package;
use crate::operation::packages::signature;
use crate::operation::packages::signature::Misfit;
use crate::operation::refusal::{Complaint, RefusalKind, Refuser};
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::operation::sqlalchemy::sql_expr::SqlToken;
use crate::operation::sqlalchemy::{check as sqlalchemy, check_columns, parameters};
use crate::python::host::{Arguments, At};
use crate::python::value::Value;
use crate::sql::dialect::Dialect;
use crate::sql::index_text::refused_at;
use crate::sql::table::Generated;

/// Parameters that ask for a list of columns.
const LISTS: [&str; 3] = ["columns", "local_cols", "remote_cols"];

/// What `type_` of `drop_constraint` may be.
const CONSTRAINT_TYPES: [&str; 4] = ["check", "foreignkey", "primary", "unique"];

/// Checks a call against the signature that Alembic has for it.
pub(crate) fn signature(
    host: &mut MigrationHost,
    in_batch: bool,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) {
    let (wing, written) = if in_batch { ("batch", "batch_op") } else { ("op", "op") };
    let what = format!("{written}.{name}");
    if in_batch {
        absent(host, name, &what, at);
    }
    let callable = format!("{wing}.{name}");
    let Some((misfit, versions)) = signature::check(Package::Alembic, &callable, arguments) else {
        return;
    };
    let error = format!("TypeError: {name}() {}", misfit.bound());
    let mut complaint = Complaint::new(RefusalKind::WrongArguments, Refuser::Alembic, what, error);
    // Before Alembic 1.11 a type that stands third is taken for `nullable`, in silence.
    let third = arguments.positional.get(if in_batch { 1 } else { 2 });
    let is_type = third.is_some_and(|third| matches!(third, Value::Host(_)) && host.is_type(third));
    complaint = match name == "alter_column" && is_type {
        true => complaint.remedy("Pass the new type by name: `type_=...`."),
        false => complaint.versions(Package::Alembic, versions),
    };
    if let (None, Some(remedy)) = (&complaint.remedy, remedy(&misfit)) {
        complaint = complaint.remedy(remedy);
    }
    host.refuse(complaint, at);
}

fn remedy(misfit: &Misfit) -> Option<String> {
    match misfit {
        Misfit::Missing(names) => Some(format!("Pass `{}`.", names.join("` and `"))),
        Misfit::TooMany { keywords, .. } if !keywords.is_empty() => {
            let mut named: Vec<String> =
                keywords.iter().take(4).map(|name| format!("`{name}=`")).collect();
            named.sort();
            Some(format!("Pass what stands behind by name: {}.", named.join(", ")))
        }
        _ => None,
    }
}

/// `batch_op` has not all operations of `op`.
fn absent(host: &mut MigrationHost, name: &str, what: &str, at: At<'_>) {
    let is_of_op = Package::Alembic.lacking("alembic.op", name).is_some_and(|lack| lack.is_empty());
    let Some(lacking) = Package::Alembic.lacking("batch", name).filter(|_| is_of_op) else {
        return;
    };
    if lacking.is_empty() {
        return;
    }
    let error = format!("AttributeError: 'BatchOperations' object has no attribute '{name}'");
    let complaint = Complaint::new(RefusalKind::UndefinedName, Refuser::Python, what, error)
        .versions(Package::Alembic, lacking)
        .remedy(format!("Call `op.{name}`, outside of the batch."));
    host.refuse(complaint, at);
}

/// Checks what a call that fits its signature is given.
pub(crate) fn arguments(host: &mut MigrationHost, row: &Row, call: &OpCall<'_>) {
    let wrong = lists(row, call)
        .or_else(|| constraint_type(host, row, call))
        .or_else(|| rows(host, row, call))
        .or_else(|| uneven(host, row, call))
        .or_else(|| column(host, row, call))
        .or_else(|| kind(row, call))
        .or_else(|| keys(host, row, call))
        .or_else(|| list_of_columns(row, call))
        .or_else(|| parts(row, call))
        .or_else(|| settings(row, call))
        .or_else(|| condition(row, call))
        .or_else(|| table_name(row, call))
        .or_else(|| computed(host, row, call))
        .or_else(|| index_text(host, row, call))
        .or_else(|| values(host, row, call));
    if let Some(complaint) = wrong {
        host.refuse(complaint, call.at);
    }
}

fn complaint(row: &Row, by: Refuser, error: impl Into<String>) -> Complaint {
    Complaint::new(RefusalKind::WrongArguments, by, format!("op.{}", row.name), error)
}

/// A text where a list of columns is asked for is read letter by letter.
fn lists(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    let named = LISTS.iter().filter(|name| row.positional.contains(name));
    let (parameter, text) = named
        .filter_map(|name| Some((*name, call.bound.get(name)?.as_str()?)))
        .find(|(_, text)| text.chars().count() > 1)?;
    let first = text.chars().next()?;
    let error = format!(
        "`{parameter}` is a text, which is read letter by letter: column \"{first}\" does not exist"
    );
    Some(complaint(row, Refuser::Server, error).remedy(format!("Pass a list: `[\"{text}\"]`.")))
}

fn constraint_type(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "drop_constraint" {
        return None;
    }
    let kind = host.text_or_none(call.bound.get("type_"))?.into_option()?;
    (!CONSTRAINT_TYPES.contains(&kind.as_str())).then(|| {
        let error =
            "TypeError: 'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None";
        complaint(row, Refuser::Alembic, error)
    })
}

/// `bulk_insert` takes a table, not its name, and a list of dicts.
fn rows(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "bulk_insert" {
        return None;
    }
    if let Some(Value::Str(_)) = call.bound.get("table") {
        let error = "AttributeError: 'str' object has no attribute 'insert'";
        return Some(
            complaint(row, Refuser::Alembic, error)
                .remedy("Pass the table: `sa.table(\"name\", sa.column(\"a\"), ...)`."),
        );
    }
    let error = match call.bound.get("rows")? {
        Value::Dict(_) | Value::Str(_) => "TypeError: List expected",
        rows => {
            let (items, _) = host.items(rows)?;
            let is_row = |item: &Value| {
                !matches!(item, Value::Str(_) | Value::Int(_) | Value::Tuple(_) | Value::List(_))
            };
            if items.iter().all(is_row) {
                return None;
            }
            "TypeError: List of dictionaries expected"
        }
    };
    Some(complaint(row, Refuser::Alembic, error).remedy("Pass a list of dicts: `[{\"a\": 1}]`."))
}

/// `add_column` takes a `Column`, with a type.
fn column(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "add_column" {
        return None;
    }
    match call.bound.get("column")? {
        Value::Str(_) => no_column(row, "str"),
        Value::None => no_column(row, "NoneType"),
        Value::List(_) => no_column(row, "list"),
        value => match host.thing(value) {
            Some(SaValue::Type(kind)) => no_column(row, &kind.name),
            Some(SaValue::Clause(clause)) if clause.as_column().is_some() => {
                no_column(row, "ColumnClause")
            }
            Some(SaValue::Column(column)) => check_columns::without_type(host, column),
            _ => None,
        },
    }
}

/// `type_` is a type, not its name.
fn kind(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "alter_column" {
        return None;
    }
    let text = call.bound.get("type_")?.as_str()?;
    let error = "AttributeError: 'str' object has no attribute '_variant_mapping'";
    Some(
        complaint(row, Refuser::SqlAlchemy, error)
            .remedy(format!("Pass a type of SQLAlchemy, as `sa.Text()`, not the text \"{text}\".")),
    )
}

/// A foreign key has as many columns as it refers to.
fn keys(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "create_foreign_key" {
        return None;
    }
    let length = |name| host.length(call.bound.get(name)?);
    (length("local_cols")? != length("remote_cols")?)
        .then(|| sqlalchemy::unequal_keys("op.create_foreign_key"))
}

/// `create_table` passes over whatever is no column, constraint or index.
fn list_of_columns(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    let is_list = |value: &Value| matches!(value, Value::List(_) | Value::Tuple(_));
    (row.name == "create_table" && call.bound.rest.iter().any(is_list)).then(|| {
        let error = "Alembic passes over the list: the table is created without its columns";
        complaint(row, Refuser::Nobody, error).remedy(
            "Pass the columns one by one, or unpack the list: `op.create_table(name, *columns)`.",
        )
    })
}

/// A table is named by a text.
fn table_name(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    let names = ["table_name", "source_table", "referent_table", "old_table_name"];
    let is_list = |value: &Value| matches!(value, Value::List(_) | Value::Set(_));
    names.iter().find(|name| call.bound.get(name).is_some_and(is_list)).map(|name| {
        complaint(row, Refuser::SqlAlchemy, "TypeError: unhashable type: 'list'")
            .remedy(format!("Pass the name of the table as `{name}`, and the columns behind it."))
    })
}

fn no_column(row: &Row, got: &str) -> Option<Complaint> {
    let error = format!("AttributeError: '{got}' object has no attribute 'table'");
    Some(complaint(row, Refuser::Alembic, error).remedy("Pass a `sa.Column(name, type)`."))
}

/// An index is of names and of expressions.
fn parts(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "create_index" {
        return None;
    }
    let error = match call.bound.get("columns")? {
        Value::None => "TypeError: 'NoneType' object is not iterable",
        columns => {
            let is_part =
                |part: &Value| !matches!(part, Value::Int(_) | Value::List(_) | Value::None);
            if columns.items()?.iter().all(is_part) {
                return None;
            }
            "ValueError: String or text() construct expected"
        }
    };
    Some(complaint(row, Refuser::Alembic, error).remedy("Pass a list of names: `[\"a\", \"b\"]`."))
}

/// A table takes settings of dialects and those of `Table`.
fn settings(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "create_table" {
        return None;
    }
    if call.bound.get("columns").is_some() {
        let error =
            "TypeError: CreateTableOp.__init__() got multiple values for argument 'columns'";
        return Some(
            complaint(row, Refuser::Alembic, error)
                .remedy("Pass the columns behind the name: `op.create_table(name, *columns)`."),
        );
    }
    let of_table = |name: &str| {
        let wanted = [format!("*{name}="), format!("{name}=")];
        let mut forms = Package::SqlAlchemy.parameters("Table");
        forms
            .any(|(_, words)| words.split(' ').any(|word| wanted.iter().any(|known| known == word)))
    };
    let stray = call
        .bound
        .names()
        .find(|name| !name.contains('_') && !row.parameters().contains(name) && !of_table(name))?;
    let error = format!(
        "TypeError: Additional arguments should be named <dialectname>_<argument>, got '{stray}'"
    );
    Some(complaint(row, Refuser::SqlAlchemy, error))
}

/// A condition is text or an expression.
fn condition(row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "create_check_constraint" {
        return None;
    }
    let got = match call.bound.get("condition")? {
        Value::Int(number) => number.to_string(),
        Value::List(_) => "a list".to_owned(),
        _ => return None,
    };
    let error =
        format!("ArgumentError: SQL expression element for DDL constraint expected, got {got}.");
    Some(complaint(row, Refuser::SqlAlchemy, error))
}

/// Each row of a bulk insert has what the first one has.
fn uneven(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    let by_row = matches!(call.bound.get("multiinsert"), Some(Value::Bool(false)));
    if row.name != "bulk_insert" || by_row {
        return None;
    }
    let (rows, _) = host.items(call.bound.get("rows")?)?;
    let keys: Vec<Vec<String>> =
        rows.iter().map(|row| parameters::given(host, Some(row))).collect::<Option<_>>()?;
    let (first, others) = keys.split_first()?;
    let (number, missing) = others.iter().enumerate().find_map(|(number, keys)| {
        Some((number + 1, first.iter().find(|key| !keys.contains(key))?))
    })?;
    let error = format!(
        "StatementError: A value is required for bind parameter '{missing}', in parameter group \
         {number}"
    );
    Some(complaint(row, Refuser::SqlAlchemy, error).remedy("Give all rows the same keys."))
}

/// What a server computes is said when the column is made.
fn computed(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "alter_column" {
        return None;
    }
    match host.thing(call.bound.get("server_default")?)? {
        SaValue::Generated(Generated::Stored | Generated::Virtual, _) => {
            let error = "CompileError: Adding or removing a \"computed\" construct, e.g. GENERATED \
                ALWAYS AS, to or from an existing column is not supported.";
            let remedy = "Add a column with `sa.Computed(...)`, and drop the one that was there.";
            Some(complaint(row, Refuser::Alembic, error).remedy(remedy))
        }
        _ => None,
    }
}

/// An expression in an index stands in parentheses of its own.
fn index_text(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "create_index" {
        return None;
    }
    let parts = call.bound.get("columns")?.items()?;
    let refused = parts.iter().find_map(|part| match host.thing(part)? {
        SaValue::Clause(clause) => match clause.bits.as_slice() {
            [SqlToken::Raw(text)] => {
                let text = text.whole()?;
                Some((refused_at(&text, host.dialect)?, text))
            }
            _ => None,
        },
        _ => None,
    });
    let (near, text) = refused?;
    let error = match host.dialect {
        Dialect::PostgreSql => format!("syntax error at or near \"{near}\""),
        _ => format!("You have an error in your SQL syntax near '{near}'"),
    };
    let remedy = format!("Put it into parentheses: `sa.text(\"({text})\")`.");
    Some(complaint(row, Refuser::Server, error).remedy(remedy))
}

/// A value without a type is handed to the driver as it is.
fn values(host: &MigrationHost, row: &Row, call: &OpCall<'_>) -> Option<Complaint> {
    if row.name != "bulk_insert" {
        return None;
    }
    let Some(SaValue::Table(table)) = call.bound.get("table").and_then(|table| host.thing(table))
    else {
        return None;
    };
    let (rows, _) = host.items(call.bound.get("rows")?)?;
    let wrong = |row: &Value| {
        let Value::Dict(entries) = row else { return None };
        let entries = entries.borrow();
        entries.iter().find_map(|(name, value)| {
            let name = host.text(name).into_option()?;
            let column =
                table.columns.iter().find(|column| column.column.name.as_str() == Some(&name))?;
            Some((unadapted(host.dialect, column, value)?, name))
        })
    };
    let (error, name) = rows.iter().find_map(wrong)?;
    let remedy =
        format!("Give the column its type in the table: `sa.column(\"{name}\", sa.JSON())`.");
    let remedy = match error {
        UNTYPED => remedy,
        NO_BOOLEAN => "Pass `True` or `False`.".to_owned(),
        _ => "Pass `datetime` objects of Python.".to_owned(),
    };
    Some(complaint(row, Refuser::Driver, error).remedy(remedy))
}

const NO_BOOLEAN: &str = "TypeError: Not a boolean value";

const UNTYPED: &str = "ProgrammingError: can't adapt type 'dict'";

/// Returns the error for a value that SQLAlchemy and the driver do not know how to send.
fn unadapted(dialect: Dialect, column: &ColumnValue, value: &Value) -> Option<&'static str> {
    let kind = column.column.kind.as_ref().map(|kind| kind.name.as_str());
    match (kind, value) {
        (None, Value::Dict(_)) if column.untyped => Some(UNTYPED),
        (Some("String" | "Text" | "Unicode" | "UnicodeText"), Value::Dict(_)) => Some(UNTYPED),
        (Some("Boolean" | "BOOLEAN"), Value::Str(_)) => Some(NO_BOOLEAN),
        (Some("DateTime" | "DATETIME" | "TIMESTAMP"), Value::Str(_))
            if dialect == Dialect::Sqlite =>
        {
            Some(
                "StatementError: SQLite DateTime type only accepts Python datetime and date \
                 objects as input.",
            )
        }
        (Some("Date" | "DATE"), Value::Str(_)) if dialect == Dialect::Sqlite => {
            Some("StatementError: SQLite Date type only accepts Python date objects as input.")
        }
        _ => None,
    }
}
