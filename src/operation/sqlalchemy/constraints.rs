//! `ForeignKey`, `Index` and the constraints of tables.

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::sql_builder::SqlBuilder;
use crate::operation::sqlalchemy::sql_expr::SqlToken;
use crate::python::host::Arguments;
use crate::python::value::Value;
use crate::sql::table::{Check, Constraint, ForeignKey, Index, IndexPart, Key, TableName};
use crate::text::known::Known;

impl MigrationHost {
    /// Reads what a foreign key refers to: `table.column`, `schema.table.column`, or a column.
    fn target(&self, value: Option<&Value>) -> (TableName, Option<Known<String>>) {
        if let Some(SaValue::Column(column)) = value.and_then(|value| self.thing(value)) {
            let table = column.source.as_ref().and_then(|source| source.table()).cloned();
            return (table.unwrap_or_else(TableName::unreadable), Some(column.column.name.clone()));
        }
        if let Some(SaValue::Clause(clause)) = value.and_then(|value| self.thing(value))
            && let [SqlToken::Column { source, name, .. }] = clause.bits.as_slice()
        {
            let table = source.as_ref().and_then(|source| source.table()).cloned();
            return (table.unwrap_or_else(TableName::unreadable), Some(name.clone()));
        }
        match value.map(|value| self.text(value)) {
            Some(Known::Is(text)) => split_target(&text),
            _ => (TableName::unreadable(), Some(Known::Unreadable)),
        }
    }

    /// Returns the SQL of a condition or another expression: text, or an expression of SQLAlchemy.
    pub fn sql_of(&mut self, value: Option<&Value>) -> Known<String> {
        let mut passage = SqlBuilder::new(self.dialect);
        match value {
            Some(Value::Str(text)) => passage.push_str(text, true),
            Some(value) => match self.clause_of(value) {
                Some(clause) => passage.push_fragment(&clause, &[], false),
                None => return Known::Unreadable,
            },
            None => return Known::Unreadable,
        }
        match passage.sql.holes().is_empty() {
            true => Known::Is(passage.sql.text().to_owned()),
            false => Known::Unreadable,
        }
    }
}

/// Splits `schema.table.column`.
fn split_target(text: &str) -> (TableName, Option<Known<String>>) {
    let mut parts: Vec<&str> = text.split('.').collect();
    let column = (parts.len() > 1).then(|| parts.pop()).flatten().map(Known::from);
    let table = parts.pop().unwrap_or_default();
    let schema = (!parts.is_empty()).then(|| Known::Is(parts.join(".")));
    (TableName { schema, name: Known::from(table) }, column)
}

/// Reads `ForeignKey("table.column", ...)`.
pub fn make_foreign_key(host: &mut MigrationHost, arguments: &Arguments) -> ForeignKey {
    let bound = Bound::new(
        arguments,
        &["column", "_constraint", "use_alter", "name", "onupdate", "ondelete"],
    );
    let (referent, column) = host.target(bound.get("column"));
    ForeignKey {
        name: host.text_or_none(bound.get("name")),
        columns: Known::Is(Vec::new()),
        referent,
        referent_columns: Known::Is(column.into_iter().collect()),
        on_delete: action(host, bound.get("ondelete")),
        on_update: action(host, bound.get("onupdate")),
        not_valid: host.flag(bound.get("postgresql_not_valid"), false),
        use_alter: bound.is_true("use_alter"),
        deferred: is_deferred(host, bound.get("initially")),
    }
}

fn is_deferred(host: &MigrationHost, initially: Option<&Value>) -> bool {
    let said = host.text_or_none(initially).and_then(Known::into_option);
    said.is_some_and(|said| said.eq_ignore_ascii_case("DEFERRED"))
}

fn action(host: &MigrationHost, value: Option<&Value>) -> Option<Known<String>> {
    host.text_or_none(value).map(|action| action.map(|action| action.to_uppercase()))
}

/// Reads `ForeignKeyConstraint(columns, refcolumns, ...)`.
pub fn make_foreign_key_constraint(host: &mut MigrationHost, arguments: &Arguments) -> Constraint {
    let bound = Bound::new(arguments, &["columns", "refcolumns", "name", "onupdate", "ondelete"]);
    let targets = bound.get("refcolumns").and_then(|value| host.items(value));
    let (referent, referent_columns) = match targets {
        Some((targets, true)) => {
            let targets: Vec<_> = targets.iter().map(|target| host.target(Some(target))).collect();
            let referent = targets.first().map(|(table, _)| table.clone());
            let columns = targets.into_iter().filter_map(|(_, column)| column).collect();
            (referent.unwrap_or_else(TableName::unreadable), Known::Is(columns))
        }
        _ => (TableName::unreadable(), Known::Unreadable),
    };
    Constraint::ForeignKey(ForeignKey {
        name: host.text_or_none(bound.get("name")),
        columns: host.names(bound.get("columns")),
        referent,
        referent_columns,
        on_delete: action(host, bound.get("ondelete")),
        on_update: action(host, bound.get("onupdate")),
        not_valid: host.flag(bound.get("postgresql_not_valid"), false),
        use_alter: bound.is_true("use_alter"),
        deferred: is_deferred(host, bound.get("initially")),
    })
}

/// Reads `op.create_foreign_key(name, source, referent, local_cols, remote_cols, ...)`, the
/// source apart.
pub fn foreign_key_of(host: &mut MigrationHost, bound: &Bound) -> ForeignKey {
    ForeignKey {
        name: host.text_or_none(bound.get("constraint_name")),
        columns: host.names(bound.get("local_cols")),
        referent: host.table_name(bound.get("referent_table"), bound.get("referent_schema")),
        referent_columns: host.names(bound.get("remote_cols")),
        on_delete: action(host, bound.get("ondelete")),
        on_update: action(host, bound.get("onupdate")),
        not_valid: host.flag(bound.get("postgresql_not_valid"), false),
        use_alter: bound.is_true("use_alter"),
        deferred: is_deferred(host, bound.get("initially")),
    }
}

/// Reads `PrimaryKeyConstraint(*columns, name=...)` and `UniqueConstraint(*columns, name=...)`.
pub fn make_key(host: &mut MigrationHost, arguments: &Arguments) -> Key {
    let bound = Bound::new(arguments, &[]);
    let columns = match arguments.open {
        true => Known::Unreadable,
        false => host.names(Some(&Value::list(bound.rest.clone()))),
    };
    Key { name: host.text_or_none(bound.get("name")), columns, using_index: None }
}

/// Reads `CheckConstraint(condition, name=...)`.
pub fn make_check(host: &mut MigrationHost, arguments: &Arguments) -> Check {
    let bound = Bound::new(arguments, &["sqltext", "name"]);
    Check {
        name: host.text_or_none(bound.get("name")),
        condition: host.sql_of(bound.get("sqltext")),
        not_valid: host.flag(bound.get("postgresql_not_valid"), false),
    }
}

/// Reads `Index(name, *expressions, ...)`.
pub fn make_index(host: &mut MigrationHost, arguments: &Arguments) -> (Index, Option<TableName>) {
    let bound = Bound::new(arguments, &["name"]);
    let table = bound.rest.iter().find_map(|part| match host.thing(part) {
        Some(SaValue::Column(column)) => {
            column.source.as_ref().and_then(|source| source.table()).cloned()
        }
        _ => None,
    });
    let columns = match bound.open {
        true => Known::Unreadable,
        false => Known::Is(bound.rest.iter().map(|part| index_part(host, part)).collect()),
    };
    (index_of(host, &bound, "name", columns), table)
}

/// Reads what `Index(...)` and `op.create_index(...)` have in common.
pub fn index_of(
    host: &mut MigrationHost,
    bound: &Bound,
    name: &str,
    columns: Known<Vec<IndexPart>>,
) -> Index {
    let dialect = if host.dialect.is_mysql() { "mysql" } else { host.dialect.name() };
    let method = host
        .text_or_none(bound.get(&format!("{dialect}_using")))
        .or_else(|| host.text_or_none(bound.get(&format!("{dialect}_prefix"))));
    let predicate = bound
        .some(&format!("{dialect}_where"))
        .cloned()
        .map(|condition| host.sql_of(Some(&condition)));
    let plain = columns.get().into_iter().flatten().filter_map(|part| match part {
        IndexPart::Column(name) => Some(name.clone()),
        IndexPart::Expression(_) | IndexPart::Unreadable => None,
    });
    let classed = match bound.some(&format!("{dialect}_ops")) {
        Some(classes) => match host.keys_of(classes) {
            Some(named) => plain.filter(|name| named.contains(name)).collect(),
            None => plain.collect(),
        },
        None => Vec::new(),
    };
    Index {
        name: host.text_or_none(bound.get(name)),
        classed,
        columns,
        unique: host.flag(bound.get("unique"), false),
        concurrently: match dialect {
            "postgresql" => host.flag(bound.get("postgresql_concurrently"), false),
            _ => Known::Is(false),
        },
        if_not_exists: bound.is_true("if_not_exists"),
        method: method.map(|method| method.map(|method| method.to_lowercase())),
        predicate,
        only: false,
        prefixed: bound.some("mysql_length").or_else(|| bound.some("mariadb_length")).is_some(),
        parent: None,
    }
}

/// Reads one part of an index.
pub fn index_part(host: &mut MigrationHost, value: &Value) -> IndexPart {
    let column = match (value, host.thing(value)) {
        (Value::Str(_), _) => Some(host.text(value)),
        (_, Some(SaValue::Column(column))) => Some(column.column.name.clone()),
        (_, Some(SaValue::Clause(clause))) => clause.as_column().cloned(),
        (Value::Object(_), _) => Some(host.text(value)),
        _ => None,
    };
    match column {
        Some(Known::Is(name)) => IndexPart::Column(name),
        Some(Known::Unreadable) => IndexPart::Unreadable,
        None => match host.sql_of(Some(value)) {
            Known::Is(sql) => IndexPart::Expression(sql),
            Known::Unreadable => IndexPart::Unreadable,
        },
    }
}
