//! Types of columns as migrations write them.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::sql_builder::quoted;
use crate::operation::sqlalchemy::type_sql::TypeArguments;
use crate::operation::sqlalchemy::{names, type_sql};
use crate::python::host::Arguments;
use crate::python::object::{Class, ClassKind, Instance, Object};
use crate::python::syntax::{Block, Expression, ExpressionKind, StatementKind};
use crate::python::value::Value;
use crate::sql::table::{Check, Checked, Column as SqlColumn, ColumnType, EnumType};
use crate::text::known::Known;

impl MigrationHost {
    /// Reads a value as a type; nothing where there is none (`None`, `NullType`).
    pub fn column_type(&mut self, value: &Value) -> Option<ColumnType> {
        match value {
            Value::None => None,
            Value::Host(_) => match self.thing(value).cloned() {
                Some(SaValue::Type(kind)) => Some(kind).filter(|kind| kind.name != "NullType"),
                Some(SaValue::Name(path)) => Some(self.make_type(&path, &Arguments::default()))
                    .filter(|kind| kind.name != "NullType"),
                Some(SaValue::Column(column)) => column.column.kind.clone(),
                _ => Some(unknown_type("")),
            },
            Value::Object(object) => Some(user_type(self, object)),
            Value::Unknown(unknown) => Some(unknown_type(&unknown.why)),
            _ => Some(unknown_type("")),
        }
    }

    /// Tells whether a value is a type rather than a name or a part of a column.
    pub fn is_type(&self, value: &Value) -> bool {
        match value {
            Value::Host(_) => match self.thing(value) {
                Some(SaValue::Type(_)) => true,
                Some(SaValue::Name(path)) => names::is_type(path),
                _ => false,
            },
            Value::Object(object) => {
                let class = object.as_class().or_else(|| object.class_of_instance());
                class.is_some_and(|class| class.kind != ClassKind::Enum)
            }
            Value::Unknown(_) => true,
            _ => false,
        }
    }

    /// Makes a type of its dotted name and its arguments.
    pub fn make_type(&mut self, path: &str, arguments: &Arguments) -> ColumnType {
        let name = path.rsplit('.').next().unwrap_or(path).to_owned();
        if matches!(name.as_str(), "Enum" | "ENUM") {
            return self.enum_type(&name, arguments);
        }
        let bound = Bound::new(arguments, names::parameters(path));
        if matches!(name.as_str(), "ARRAY" | "Array") {
            return array_type(self, &name, &bound);
        }
        let numbers = TypeArguments {
            open: bound.open,
            read: Box::new(|parameter| match bound.some(parameter) {
                None => None,
                Some(Value::Int(number)) => Some(Known::Is(number.to_string())),
                Some(Value::Bool(flag)) => Some(Known::Is(flag.to_string())),
                Some(value) => Some(self.text(value)),
            }),
        };
        let sql = type_sql::sql(path, &name, &numbers, self.dialect);
        ColumnType { name, sql, labels: None }
    }

    fn enum_type(&mut self, name: &str, arguments: &Arguments) -> ColumnType {
        let bound = Bound::new(arguments, &[]);
        let (class, labels) = enum_labels(self, &bound);
        let named = self
            .text_or_none(bound.get("name"))
            .or(class.map(|class| Known::Is(class.to_lowercase())));
        let native = !matches!(bound.get("native_enum"), Some(Value::Bool(false)));
        // Before SQLAlchemy 2.1 `sa.Enum` takes any keyword and heeds none that it does not know.
        let denied = matches!(bound.get("create_type"), Some(Value::Bool(false)));
        let disowned = denied && name == "Enum";
        let own = !denied || disowned;
        let metadata = bound.some("metadata").is_some();
        let kind = EnumType {
            name: named,
            schema: self.text_or_none(bound.get("schema")),
            labels,
            native,
            created_with_table: own && !metadata,
            disowned,
            checked: match bound.get("create_constraint") {
                Some(Value::Bool(true)) => Checked::Yes,
                Some(_) => Checked::No,
                None => Checked::Unsaid,
            },
        };
        let length = self.text_or_none(bound.get("length"));
        let sql = type_sql::enum_sql(&kind, length, self.dialect);
        ColumnType { name: name.to_owned(), sql, labels: Some(kind) }
    }

    /// Returns the CHECK that a type brings into each column of it: a type that PostgreSQL does not
    /// have, set to keep its labels, or a type of the project's own that is a `SchemaType` over a
    /// plain one, which has no other reason to be; over an enum it makes the type.
    pub fn check_of(&self, value: &Value, column: &SqlColumn) -> Option<Check> {
        let labels = column.kind.as_ref().and_then(|kind| kind.labels.as_ref());
        if let Some(labels) =
            labels.filter(|labels| labels.checked == Checked::Yes && !labels.native)
        {
            let listed = labels.labels.get().zip(column.name.as_str()).map(|(labels, column)| {
                let quoted: Vec<String> = labels.iter().map(|label| quoted(label)).collect();
                format!("{column} IN ({})", quoted.join(", "))
            });
            return Some(Check {
                name: labels.name.clone(),
                condition: listed.into(),
                not_valid: Known::Is(false),
            });
        }
        let is_plain = column
            .kind
            .as_ref()
            .is_some_and(|kind| kind.labels.is_none() && kind.sql.get().is_some());
        let Value::Object(object) = value else { return None };
        let class = object.as_class().or_else(|| object.class_of_instance())?;
        let is_schema_type = |base: &Value| match self.thing(base) {
            Some(SaValue::Name(path)) => path.rsplit('.').next() == Some("SchemaType"),
            _ => false,
        };
        let name = Some(Known::Unreadable);
        let check = Check { name, condition: Known::Unreadable, not_valid: Known::Is(false) };
        let is_enum = |implementation: Value| match self.thing(&implementation) {
            Some(SaValue::Name(path)) => matches!(path.rsplit('.').next(), Some("Enum" | "ENUM")),
            _ => false,
        };
        let over_enum = object.attribute("impl").is_some_and(is_enum);
        (is_plain && !over_enum && class.has_host_base(&is_schema_type)).then_some(check)
    }

    /// Returns what `kind.with_variant(other, dialects...)` is on the project's dialect.
    pub fn with_variant(&mut self, kind: ColumnType, arguments: &Arguments) -> ColumnType {
        let bound = Bound::new(arguments, &["type_"]);
        let named = bound.rest.iter().chain(bound.get("dialect_name"));
        let ours = named.map(|name| self.text(name)).any(|name| {
            name.as_str().is_some_and(|name| {
                name == self.dialect.name() || (name == "mysql" && self.dialect.name() == "mariadb")
            })
        });
        let other = bound.get("type_").cloned().filter(|_| ours);
        match other.and_then(|other| self.column_type(&other)) {
            Some(other) => ColumnType { name: kind.name, ..other },
            None => kind,
        }
    }
}

/// Returns the labels that the members of an enumeration give: their names, or their values.
pub fn members(class: &Class, by_value: bool) -> Known<Vec<String>> {
    let mut labels = Vec::new();
    for (name, value) in class.attributes.all() {
        // What is set on the class later is no member.
        if !class.body.is_empty() && !assigns(&class.body, &name) {
            continue;
        }
        let member = match &value {
            Value::Object(object) => match &**object {
                Object::Instance(_) => {
                    object.attribute("value").or_else(|| object.attribute("_value_"))
                }
                _ => continue,
            },
            _ if name.starts_with('_') => continue,
            value => Some(value.clone()),
        };
        match (by_value, member.as_ref().and_then(Value::as_str)) {
            (false, _) => labels.push(name.to_string()),
            (true, Some(text)) => labels.push(text),
            (true, None) => return Known::Unreadable,
        }
    }
    if labels.is_empty() { Known::Unreadable } else { Known::Is(labels) }
}

/// Tells whether the body of a class assigns to a name.
fn assigns(body: &Block, name: &str) -> bool {
    let is_it = |target: &Expression| match &target.kind {
        ExpressionKind::Name(own) => **own == *name,
        ExpressionKind::Tuple(targets) => {
            targets.iter().any(|it| matches!(&it.kind, ExpressionKind::Name(own) if **own == *name))
        }
        _ => false,
    };
    body.iter().any(|statement| match &statement.kind {
        StatementKind::Assign { targets, .. } => targets.iter().any(is_it),
        StatementKind::Annotated { target, value, .. } => value.is_some() && is_it(target),
        // A loop or a branch may make members.
        StatementKind::Function { definition, .. } => *definition.name == *name,
        StatementKind::Expression(_) | StatementKind::Class { .. } => false,
        _ => true,
    })
}

/// Makes a type of which nothing is known but what its reason names: "`app.types.GUID` is not in
/// the repository".
fn unknown_type(why: &str) -> ColumnType {
    let named = why.split('`').nth(1).unwrap_or(why);
    let named = named.split('(').next().unwrap_or(named);
    let name = named.rsplit('.').next().unwrap_or(named).trim();
    let name = if name.is_empty() || name.contains(' ') { "<unreadable>" } else { name };
    ColumnType { name: name.to_owned(), sql: Known::Unreadable, labels: None }
}

fn array_type(host: &mut MigrationHost, name: &str, bound: &Bound) -> ColumnType {
    let item = bound.get("item_type").cloned().and_then(|item| host.column_type(&item));
    let dimensions = match bound.some("dimensions") {
        Some(Value::Int(number)) => usize::try_from(*number).unwrap_or(1).clamp(1, 6),
        _ => 1,
    };
    let sql = match item.as_ref().map(|item| item.sql.clone()) {
        Some(Known::Is(item)) => Known::Is(format!("{item}{}", "[]".repeat(dimensions))),
        _ => Known::Unreadable,
    };
    ColumnType { name: name.to_owned(), sql, labels: item.and_then(|item| item.labels) }
}

/// Returns the labels of an enum, and the name of the class that they come from.
fn enum_labels(host: &mut MigrationHost, bound: &Bound) -> (Option<String>, Known<Vec<String>>) {
    let first = match (bound.rest.as_slice(), bound.open) {
        ([Value::Object(object)], false) => object.clone(),
        (labels, false) => {
            let labels: Option<Vec<String>> =
                labels.iter().map(|label| host.text(label).into_option()).collect();
            return (None, labels.into());
        }
        (_, true) => return (None, Known::Unreadable),
    };
    let by_value = bound.some("values_callable").is_some();
    match first.as_class() {
        Some(class) => {
            let labels = members(class, by_value);
            (Some(class.name.to_string()), labels)
        }
        None => (None, Known::Unreadable),
    }
}

/// Returns what an instance of a `TypeDecorator` hands to its `impl`: what it is made with, or what
/// its own `__init__` calls that of its base with.
fn handed(host: &MigrationHost, object: &Object) -> Option<Arguments> {
    let Object::Instance(Instance { attributes, .. }) = object else { return None };
    if object.attribute("__init__").is_some() {
        let kept = host.type_arguments.get(&std::ptr::from_ref(object).addr());
        return kept.map(|(_, arguments)| arguments.clone());
    }
    let mut arguments = Arguments::default();
    for (name, value) in attributes.all() {
        match (&*name, value.items()) {
            ("args", Some(items)) => arguments.positional = items,
            _ => arguments.keywords.push((name.to_string(), value)),
        }
    }
    Some(arguments)
}

fn user_type(host: &mut MigrationHost, object: &Object) -> ColumnType {
    let Some(class) = object.as_class().or_else(|| object.class_of_instance()) else {
        return unknown_type(object.name().unwrap_or_default());
    };
    let name = class.name.to_string();
    let decides = object.attribute("load_dialect_impl").is_some()
        || object.attribute("get_col_spec").is_some();
    let implementation = object.attribute("impl").filter(|_| !decides);
    let handed = handed(host, object);
    let path = match implementation.as_ref().and_then(|it| host.thing(it)) {
        Some(SaValue::Name(path)) => Some(Rc::clone(path)),
        _ => None,
    };
    if let (Some(path), Some(arguments)) = (path, &handed)
        && names::takes_arguments(&path)
    {
        return ColumnType { name, ..host.make_type(&path, arguments) };
    }
    let inner = match implementation {
        Some(value) if !matches!(value, Value::Object(_)) => host.column_type(&value),
        _ => None,
    };
    let inner = inner.or_else(|| {
        let base = class.host_base().map(Value::Host).filter(|_| !decides)?;
        match host.thing(&base).cloned() {
            Some(SaValue::Name(path))
                if names::is_type(&path) && !names::takes_arguments(&path) =>
            {
                host.column_type(&base)
            }
            _ => None,
        }
    });
    let sql = inner.as_ref().map_or(Known::Unreadable, |inner| inner.sql.clone());
    // What a constructor of the project's own hands to the type that this is made of is said in
    // its own code.
    let own = object.attribute("__init__").is_some_and(|init| matches!(init, Value::Object(_)));
    let labels = inner.and_then(|inner| inner.labels).map(|labels| match own {
        true => EnumType { name: Some(Known::Unreadable), labels: Known::Unreadable, ..labels },
        false => labels,
    });
    ColumnType { name, sql, labels }
}
