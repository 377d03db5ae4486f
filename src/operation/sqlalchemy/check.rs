//! Calls of SQLAlchemy that are answered with an error (each seen on SQLAlchemy 1.3 to 2.1;
//! `tests/packages/calls.txt` holds them against the real ones).

use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::Via;
use crate::operation::packages::catalog::{Package, Versions};
use crate::operation::packages::signature;
use crate::operation::refusal::{Complaint, RefusalKind, Refuser, wrong};
use crate::operation::sa_value::{Connection, ConnectionKind, SaValue, TableValue};
use crate::operation::sqlalchemy::check_columns::{COLLECTION, item_type, without_type};
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::Declared;
use crate::python::host::{Arguments, At};
use crate::python::value::Value;
use crate::sql::table::{Constraint, IndexPart};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// The first version that takes only executable objects, and positional forms of `select` and
/// `case`.
const TWO: ServerVersion = ServerVersion::major(2);

fn since_two() -> Versions {
    Package::SqlAlchemy.since(TWO)
}

/// Checks a call of a function or class against the signature that SQLAlchemy has for it.
pub(crate) fn call(host: &mut MigrationHost, path: &str, arguments: &Arguments, at: At<'_>) {
    let Some(name) = path.strip_prefix("sqlalchemy.").and_then(|path| path.rsplit('.').next())
    else {
        return;
    };
    let is_inner =
        [".func.", ".Function.", ".flask.", ".ext."].iter().any(|part| path.contains(part));
    if is_inner {
        return;
    }
    let dialect = path.strip_prefix("sqlalchemy.dialects.").and_then(|path| path.split('.').next());
    let own = dialect.map(|dialect| format!("{dialect}.{name}"));
    let is_own = |own: &String| Package::SqlAlchemy.parameters(own).next().is_some();
    let callable = own.filter(is_own).unwrap_or_else(|| name.to_owned());
    if let Some((misfit, versions)) = signature::check(Package::SqlAlchemy, &callable, arguments) {
        let is_class = name.starts_with(|first: char| first.is_ascii_uppercase());
        let error = match is_class {
            true => format!("TypeError: {name}.__init__() {}", misfit.bound()),
            false => format!("TypeError: {name}() {misfit}"),
        };
        host.refuse(wrong(name, error).versions(Package::SqlAlchemy, versions), at);
        return;
    }
    given(host, name, arguments, at);
}

/// Checks what a call that fits its signature is given.
fn given(host: &mut MigrationHost, name: &str, arguments: &Arguments, at: At<'_>) {
    let is_list = |value: &&Value| matches!(value, Value::List(_) | Value::Tuple(_));
    let listed = arguments.positional.iter().find(is_list).filter(|_| !arguments.open);
    let complaint = match (name, listed) {
        ("select", Some(_)) => {
            let error = "ArgumentError: Column expression, FROM clause, or other columns clause \
                element expected, got a list";
            wrong(name, error)
                .versions(Package::SqlAlchemy, since_two())
                .remedy("Pass the columns one by one: `sa.select(a, b)`.")
        }
        ("case", Some(Value::List(_))) => {
            let error = "ArgumentError: The \"whens\" argument to case() is now passed as a series \
                of positional elements, rather than as a list";
            wrong(name, error)
                .versions(Package::SqlAlchemy, since_two())
                .remedy("Pass the pairs one by one: `sa.case((test, value), else_=...)`.")
        }
        ("UniqueConstraint" | "PrimaryKeyConstraint", Some(_)) => {
            let error = "ArgumentError: String column name or column expression for DDL constraint \
                expected, got a list";
            wrong(name, error)
                .remedy(format!("Pass the columns one by one: `sa.{name}(\"a\", \"b\")`."))
        }
        // A tuple can be hashed: it makes a type of one label, which nobody sends.
        ("Enum" | "ENUM", Some(Value::List(_))) => {
            wrong(name, "TypeError: unhashable type: 'list'").remedy(
                "Pass the labels one by one, or unpack the list: `sa.Enum(*labels, name=...)`.",
            )
        }
        ("ARRAY", _) => return item_type(host, name, arguments, at),
        ("ForeignKeyConstraint", _) => match unequal(host, arguments) {
            Some(complaint) => complaint,
            None => return,
        },
        _ => return,
    };
    host.refuse(complaint, at);
}

/// A foreign key has as many columns as it refers to.
fn unequal(host: &MigrationHost, arguments: &Arguments) -> Option<Complaint> {
    let length = |position, keyword| host.length(arguments.get(position, keyword)?);
    let (local, remote) = (length(0, "columns")?, length(1, "refcolumns")?);
    (local != remote).then(|| unequal_keys("ForeignKeyConstraint"))
}

/// Says that a foreign key has more or fewer columns than it refers to.
pub(crate) fn unequal_keys(what: &str) -> Complaint {
    let error = "ArgumentError: ForeignKeyConstraint number of constrained columns must match the \
        number of referenced columns.";
    wrong(what, error)
}

/// Checks a call of a method against the signature that SQLAlchemy has for it, and that there is
/// such a method.
pub(crate) fn method(
    host: &mut MigrationHost,
    class: &str,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) {
    let package = Package::SqlAlchemy;
    let what = format!("{class}.{name}");
    if let Some(lacking) = package.lacking(class, name).filter(|lacking| !lacking.is_empty()) {
        let error = format!("AttributeError: '{class}' object has no attribute '{name}'");
        let complaint = Complaint::new(RefusalKind::UndefinedName, Refuser::Python, &what, error);
        let complaint = match package.nearest(class, name) {
            Some(near) => complaint.remedy(format!("Write `{near}`, if that is what was meant.")),
            None => complaint,
        };
        return host.refuse(complaint.versions(package, lacking), at);
    }
    if let Some((misfit, versions)) = signature::check(package, &what, arguments) {
        let error = format!("TypeError: {what}() {}", misfit.bound());
        host.refuse(wrong(what, error).versions(package, versions), at);
    }
}

/// Checks a method that some version of SQLAlchemy has for engines: the others may be an
/// asynchronous one's.
pub(crate) fn engine(host: &mut MigrationHost, name: &str, arguments: &Arguments, at: At<'_>) {
    let package = Package::SqlAlchemy;
    if package.lacking("Engine", name).is_some_and(|lacking| lacking != package.all()) {
        method(host, "Engine", name, arguments, at);
    }
}

/// Checks what is executed over a connection or a session that is Alembic's own.
pub(crate) fn execution(
    host: &mut MigrationHost,
    link: Connection,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) {
    let class = match link.kind {
        ConnectionKind::Session => "Session",
        ConnectionKind::Engine => "Engine",
        ConnectionKind::Connection => "Connection",
        _ => return,
    };
    let is_text = matches!(arguments.positional.first(), Some(Value::Str(_)));
    if is_text && matches!(name, "execute" | "scalar" | "scalars" | "exec" | "stream") {
        let error = match link.kind {
            ConnectionKind::Session => {
                "ArgumentError: Textual SQL expression should be explicitly declared as text(...)"
            }
            _ => "ObjectNotExecutableError: Not an executable object: a string",
        };
        let complaint = Complaint::new(
            RefusalKind::BareString,
            Refuser::SqlAlchemy,
            format!("{class}.{name}"),
            error,
        );
        let complaint = complaint
            .versions(Package::SqlAlchemy, since_two())
            .remedy("Wrap the statement: `sa.text(\"...\")`, or run it with `op.execute`.");
        host.refuse(complaint, at);
    }
}

/// Checks what `values` gives to columns that are declared as booleans: SQLAlchemy hands the driver
/// `True`, `False`, 0, 1 and None (run on 2.1.9; `Boolean._strict_as_bool` since 1.2).
pub(crate) fn booleans(host: &mut MigrationHost, query: &Query, arguments: &Arguments, at: At<'_>) {
    let declared = |name: &str| {
        query.declared.iter().find(|(own, _)| own == name).map(|(_, declared)| declared)
    };
    let is_boolean =
        |name: &str| matches!(declared(name), Some(Declared::Type(kind)) if kind.name == "Boolean");
    let mut given: Vec<(String, Value)> = arguments.keywords.clone();
    for part in &arguments.positional {
        let Value::Dict(entries) = part else { continue };
        let named = |(name, value): &(Value, Value)| Some((name.as_str()?, value.clone()));
        given.extend(entries.borrow().iter().filter_map(named));
    }
    let is_untyped = |name: &str| matches!(declared(name), Some(Declared::Untyped));
    for (name, _) in given.iter().filter(|(_, value)| matches!(value, Value::Dict(_))) {
        if is_untyped(name) {
            let error = "ProgrammingError: can't adapt type 'dict'";
            let kind = RefusalKind::WrongArguments;
            let complaint =
                Complaint::new(kind, Refuser::Driver, format!("values({name}=...)"), error);
            let remedy = format!("Give the column its type: `sa.column(\"{name}\", sa.JSON())`.");
            host.refuse(complaint.remedy(remedy), at);
        }
    }
    for (name, value) in given.iter().filter(|(name, _)| is_boolean(name)) {
        let error = match value {
            Value::Int(number) if !matches!(number, 0 | 1) => {
                format!("StatementError: Value {number} is not None, True, or False")
            }
            Value::Str(_) => match value.as_str() {
                Some(text) => format!("StatementError: Not a boolean value: '{text}'"),
                None => continue,
            },
            _ => continue,
        };
        let complaint = wrong(format!("values({name}=...)"), error);
        host.refuse(complaint.remedy("Pass `True` or `False`."), at);
    }
}

/// Checks a row that is asked by a name, as SQLAlchemy 1 allowed.
pub(crate) fn row_by_name(host: &mut MigrationHost, key: &Value, at: At<'_>) {
    let error = "TypeError: tuple indices must be integers or slices, not str";
    let name = host.text(key).into_option().unwrap_or_else(|| "...".to_owned());
    let complaint = wrong(format!("row[\"{name}\"]"), error)
        .versions(Package::SqlAlchemy, since_two())
        .remedy(format!("Write `row.{name}`, or ask for `.mappings()` of the result."));
    host.refuse(complaint, at);
}

/// Checks an attribute of a module of SQLAlchemy or Alembic.
pub(crate) fn attribute(host: &mut MigrationHost, module: &str, name: &str, at: At<'_>) {
    let Some((package, lacking)) = lacking(module, name) else { return };
    let error = format!("AttributeError: module '{module}' has no attribute '{name}'");
    let what = format!("{module}.{name}");
    let complaint = Complaint::new(RefusalKind::UndefinedName, Refuser::Python, what, error);
    host.refuse_name(located(complaint, package, module, name).versions(package, lacking), at);
}

/// Alembic loads a revision file by itself, outside of any package.
pub(crate) fn relative_import(host: &mut MigrationHost, module: &str, at: At<'_>) {
    if at.frames.last().is_none_or(|site| site.path != host.path) {
        return;
    }
    let error = "ImportError: attempted relative import with no known parent package";
    let what = format!("from .{module}");
    let complaint = Complaint::new(RefusalKind::UndefinedName, Refuser::Python, what, error);
    let remedy =
        "Import it by its full name: Alembic loads a revision file outside of any package.";
    host.refuse_name(complaint.remedy(remedy), at);
}

/// Checks `from module import name`.
pub(crate) fn import(host: &mut MigrationHost, module: &str, name: &str, at: At<'_>) {
    let Some((package, lacking)) = lacking(module, name) else { return };
    let error = format!("ImportError: cannot import name '{name}' from '{module}'");
    let what = format!("{module}.{name}");
    let complaint = Complaint::new(RefusalKind::UndefinedName, Refuser::Python, what, error);
    host.refuse_name(located(complaint, package, module, name).versions(package, lacking), at);
}

/// Tells whether a module of SQLAlchemy or Alembic has a name, in some version at least.
pub(crate) fn has_name(module: &str, name: &str) -> Option<bool> {
    let package = match module.split('.').next() {
        Some("alembic") => Package::Alembic,
        Some("sqlalchemy") => Package::SqlAlchemy,
        _ => return None,
    };
    // No module has a name without letters, whichever versions have the module.
    Some(package.lacking(module, name)? != package.lacking(module, "")?)
}

fn lacking(module: &str, name: &str) -> Option<(Package, Versions)> {
    let package = match module.split('.').next() {
        Some("alembic") => Package::Alembic,
        Some("sqlalchemy") => Package::SqlAlchemy,
        _ => return None,
    };
    let lacking = package.lacking(module, name)?;
    (!lacking.is_empty() && !name.starts_with('_')).then_some((package, lacking))
}

/// Says where a name is that a module has not, or which one is near.
fn located(complaint: Complaint, package: Package, module: &str, name: &str) -> Complaint {
    const HOMES: [&str; 3] =
        ["sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.mysql", "sqlalchemy"];
    let has = |home: &&&str| package.lacking(home, name).is_some_and(|lacking| lacking.is_empty());
    let home = HOMES.iter().find(has).filter(|home| **home != module);
    match (home, package.nearest(module, name)) {
        (Some(home), _) => complaint.remedy(format!("`{name}` is a name of `{home}`.")),
        (None, Some(near)) => {
            complaint.remedy(format!("Write `{near}`, if that is what was meant."))
        }
        (None, None) => complaint,
    }
}

/// Checks a table that is created: its columns have types, and its constraints and indexes name
/// columns that it has.
pub(crate) fn table(host: &mut MigrationHost, table: &TableValue, at: At<'_>) {
    let untyped = table.columns.iter().find_map(|column| without_type(host, column));
    let names: Option<Vec<&str>> =
        table.columns.iter().map(|column| column.column.name.as_str()).collect();
    let stray = names.filter(|_| table.complete).and_then(|names| stray(table, &names));
    for complaint in untyped.into_iter().chain(stray) {
        host.refuse(complaint, at);
    }
}

fn stray(table: &TableValue, names: &[&str]) -> Option<Complaint> {
    let name = table.create.table.known().unwrap_or_default();
    let mut numbered = names.iter().enumerate();
    if let Some((_, twice)) = numbered.find(|(number, name)| names[..*number].contains(name)) {
        let error = format!(
            "DuplicateColumnError: A column with name '{twice}' is already present in table \
             '{name}'."
        );
        return Some(wrong("op.create_table", error));
    }
    let of_constraints = table.create.constraints.iter().flat_map(|constraint| {
        let (what, columns) = match constraint {
            Constraint::PrimaryKey(key) => ("PrimaryKeyConstraint", &key.columns),
            Constraint::Unique(key) => ("UniqueConstraint", &key.columns),
            Constraint::ForeignKey(key) => ("ForeignKeyConstraint", &key.columns),
            _ => return Vec::new(),
        };
        let columns = columns.get().map(Vec::as_slice).unwrap_or_default();
        columns.iter().filter_map(Known::as_str).map(|column| (what, column)).collect()
    });
    let of_indexes = table.create.indexes.iter().flat_map(|index| {
        let parts = index.columns.get().map(Vec::as_slice).unwrap_or_default();
        parts.iter().filter_map(|part| match part {
            IndexPart::Column(column) => Some(("Index", column.as_str())),
            _ => None,
        })
    });
    let (what, column) =
        of_constraints.chain(of_indexes).find(|(_, column)| !names.contains(column))?;
    let error = format!(
        "ConstraintColumnNotFoundError: Can't create {what} on table '{name}': no column named \
         '{column}' is present."
    );
    Some(wrong(what, error))
}

/// Checks that the columns that a statement sets are columns of its table in Python.
pub(crate) fn values(host: &mut MigrationHost, query: &Query, at: At<'_>) {
    let Some(exact) = &query.exact else { return };
    let is_stray = |column: &&str| exact.iter().all(|known| known != column);
    let names = query.values.iter().filter_map(|(column, _)| column.as_str());
    if let Some(column) = names.into_iter().find(is_stray) {
        let error = format!("CompileError: Unconsumed column names: {column}");
        let what = match query.verb {
            Verb::Insert => "insert",
            _ => "update",
        };
        let remedy =
            format!("Declare the column: `sa.table(\"...\", sa.column(\"{column}\"), ...)`.");
        host.refuse(wrong(what, error).remedy(remedy), at);
    }
}

/// Checks a column that is asked of a table that has only the ones that are declared.
pub(crate) fn column_of(host: &mut MigrationHost, table: &TableValue, name: &str, at: At<'_>) {
    let Some(names) = table.exact_names() else { return };
    let is_method = COLLECTION.contains(&name) || name.starts_with('_');
    if is_method || names.contains(&name) {
        return;
    }
    let what = format!("c.{name}");
    let error = format!("AttributeError: {name}");
    let complaint = Complaint::new(RefusalKind::UndefinedName, Refuser::SqlAlchemy, what, error)
        .remedy(format!("Declare the column: `sa.table(\"...\", sa.column(\"{name}\"), ...)`."));
    host.refuse_name(complaint, at);
}

/// Says that what is executed is nothing that can be.
pub(crate) fn not_executable(host: &mut MigrationHost, link: Connection, got: &str, at: At<'_>) {
    if matches!(link.kind, ConnectionKind::Driver) {
        return;
    }
    let what = match link.via {
        Via::Op => "op.execute",
        Via::Session => "Session.execute",
        _ => "Connection.execute",
    };
    let error = format!("ObjectNotExecutableError: Not an executable object: {got}");
    let complaint = Complaint::new(RefusalKind::BareString, Refuser::SqlAlchemy, what, error);
    host.refuse(
        complaint.remedy("Pass one statement: text for `op.execute`, `sa.text(...)` elsewhere."),
        at,
    );
}

/// Checks what a type is created with: a connection, not `op`.
pub(crate) fn bind(host: &mut MigrationHost, arguments: &Arguments, at: At<'_>) {
    let given = arguments.get(0, "bind").and_then(|bind| host.thing(bind));
    if let Some(SaValue::Op(_)) = given {
        let error = "AttributeError: module 'alembic.op' has no attribute 'dialect'";
        host.refuse(wrong("create", error).remedy("Pass the connection: `op.get_bind()`."), at);
    }
}
