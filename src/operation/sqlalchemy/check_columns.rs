//! Refusals about columns and their types.

use crate::operation::migration_host::MigrationHost;
use crate::operation::refusal::{Complaint, wrong};
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::operation::sqlalchemy::names;
use crate::python::host::{Arguments, At};
use crate::python::object::{Instance, Object};
use crate::python::value::{Unknown, Value};
use crate::sql::dialect::Dialect;
use crate::sql::table::ColumnType;

/// Checks a server default: text, an expression, or what the server computes.
pub(crate) fn default(host: &mut MigrationHost, value: &Value, at: At<'_>) {
    let (kind, instead) = match value {
        Value::Bool(flag) => {
            ("bool", if *flag { "sa.true()".to_owned() } else { "sa.false()".to_owned() })
        }
        Value::Int(number) => ("int", format!("sa.text(\"{number}\")")),
        Value::Float(number) => ("float", format!("sa.text(\"{number}\")")),
        Value::Dict(_) => ("dict", "\"{}\"".to_owned()),
        Value::List(_) => ("list", "\"{}\"".to_owned()),
        Value::Tuple(_) => ("tuple", "\"...\"".to_owned()),
        Value::Object(object) => match uncalled(object) {
            Some(kind) => (kind, "sa.text(\"...\")".to_owned()),
            None => return,
        },
        Value::Unknown(Unknown { class: Some(class), .. }) => {
            (*class, "sa.text(\"...\")".to_owned())
        }
        value => match host.thing(value) {
            Some(SaValue::Name(path)) if path.contains(".func.") => (
                "_FunctionGenerator",
                format!("sa.func.{}()", path.rsplit('.').next().unwrap_or("now")),
            ),
            Some(SaValue::Sequence(_)) => ("Sequence", "the_sequence.next_value()".to_owned()),
            _ => return,
        },
    };
    let error = format!(
        "ArgumentError: Argument 'arg' is expected to be one of type 'str', 'ClauseElement' or \
         'TextClause', got '{kind}'"
    );
    let complaint = wrong("server_default", error).instead(format!("server_default={instead}"));
    host.refuse(complaint.remedy("Pass text or an expression of SQL."), at);
}

/// What a function or a class is to Python: SQLAlchemy takes neither for a default of the server.
fn uncalled(object: &Object) -> Option<&'static str> {
    const MODULES: [&str; 6] = ["datetime", "decimal", "random", "secrets", "time", "uuid"];
    match object {
        Object::Function(_) | Object::Method { .. } => Some("function"),
        Object::Instance(instance) if is_plain_enum(instance) => Some("enum"),
        Object::Class(_) => Some("type"),
        Object::Builtin(name) => match name.split_once('.') {
            None => Some("type"),
            // A constant of a module is written in capitals, or unknown.
            Some((module, _)) if MODULES.contains(&module) => Some("builtin_function_or_method"),
            Some(_) => None,
        },
        _ => None,
    }
}

/// Tells whether an instance is a member of an enum whose members are no texts.
fn is_plain_enum(instance: &Instance) -> bool {
    let Some(Object::Class(class)) = instance.class.as_deref() else { return false };
    let is_enum = |base: &Value| match base {
        Value::Object(object) => {
            matches!(&**object, Object::Builtin(name) if &**name == "enum.Enum")
        }
        _ => false,
    };
    matches!(class.bases.as_slice(), [base] if is_enum(base))
}

/// Checks what stands in a column besides its name and its type.
pub(crate) fn column_part(host: &mut MigrationHost, part: &Value, at: At<'_>) {
    let got = match part {
        Value::Str(text) => format!("'{}'", text.whole().unwrap_or_default()),
        Value::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::List(_) => "a list".to_owned(),
        Value::Dict(_) => "a dict".to_owned(),
        Value::Object(object) => match &**object {
            Object::Builtin(name) if matches!(&**name, "int" | "str" | "bool" | "float") => {
                format!("<class '{name}'>")
            }
            _ => return,
        },
        value => match host.thing(value) {
            Some(SaValue::Type(kind)) => format!("{}()", kind.name),
            Some(SaValue::Name(path)) if names::is_type(path) => path.to_string(),
            _ => return,
        },
    };
    let error = format!(
        "ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got \
         {got}"
    );
    let remedy =
        "Pass a name, a type, and then keys, constraints or `Computed`; the rest by keyword.";
    host.refuse(wrong("Column", error).remedy(remedy), at);
}

/// Checks that a name or a type of a column is not given twice.
pub(crate) fn twice(host: &mut MigrationHost, name: &str, at: At<'_>) {
    let error = format!("ArgumentError: May not pass {name} positionally and as a keyword.");
    host.refuse(wrong("Column", error), at);
}

/// A column that is sent to the database has a type.
pub(crate) fn without_type(host: &MigrationHost, column: &ColumnValue) -> Option<Complaint> {
    if !column.named || column.column.name.as_str() == Some("") {
        let error = "ArgumentError: Column must be constructed with a non-blank name or assign a \
            non-blank .name before adding to a Table.";
        return Some(wrong("Column", error).remedy("Give the column its name first."));
    }
    let to_table = column.column.foreign_keys.iter().find_map(|key| {
        let names = key.referent_columns.get().filter(|columns| columns.is_empty());
        names.and_then(|_| key.referent.known())
    });
    if let Some(table) = to_table {
        let name = column.column.name.as_str().unwrap_or("...");
        let error = format!(
            "NoReferencedColumnError: Could not initialize target column for ForeignKey '{table}': \
             table '{table}' has no column named '{name}'"
        );
        return Some(
            wrong("ForeignKey", error)
                .remedy(format!("Name the column too: `sa.ForeignKey(\"{table}.id\")`.")),
        );
    }
    if column.untyped {
        let error = "CompileError: Can't generate DDL for NullType(); did you forget to specify a \
            type on this Column?";
        return Some(wrong("Column", error).remedy("Give the column a type."));
    }
    nameless(host, column.column.kind.as_ref()?)
}

/// An enum type of PostgreSQL has a name.
fn nameless(host: &MigrationHost, kind: &ColumnType) -> Option<Complaint> {
    let labels = kind.labels.as_ref()?;
    let is_native = labels.native && host.dialect == Dialect::PostgreSql;
    (is_native && labels.name.is_none() && kind.name != "ARRAY").then(|| {
        let error = "CompileError: PostgreSQL ENUM type requires a name.";
        wrong(kind.name.clone(), error).remedy("Name the type: `name=\"...\"`.")
    })
}

/// An enum type of PostgreSQL has a name before it is created by itself.
pub(crate) fn created_type(host: &mut MigrationHost, kind: &ColumnType, at: At<'_>) {
    if let Some(complaint) = nameless(host, kind) {
        host.refuse(complaint, at);
    }
}

/// What a collection of columns has besides its columns.
pub(super) const COLLECTION: [&str; 14] = [
    "keys",
    "values",
    "items",
    "get",
    "add",
    "remove",
    "update",
    "extend",
    "clear",
    "compare",
    "contains_column",
    "corresponding_column",
    "as_immutable",
    "as_readonly",
];

/// An array is of a type, and of one that is no array.
pub(super) fn item_type(host: &mut MigrationHost, name: &str, arguments: &Arguments, at: At<'_>) {
    let error = match arguments.get(0, "item_type") {
        Some(Value::Str(_)) => "AttributeError: 'str' object has no attribute '_variant_mapping'",
        Some(item) => match host.thing(item) {
            Some(SaValue::Type(kind)) if kind.name == "ARRAY" => {
                "ValueError: Do not nest ARRAY types; ARRAY(basetype) handles multi-dimensional \
                 arrays of basetype"
            }
            _ => return,
        },
        None => return,
    };
    host.refuse(
        wrong(name, error).remedy("Pass the type of the items: `sa.ARRAY(sa.Text())`."),
        at,
    );
}
