//! Operations of plug-ins whose arguments are written out: they are the SQL that the plug-in sends.

use std::rc::Rc;

use crate::operation::migration_host::MigrationHost;
use crate::operation::op::entities::{ColumnReference, PgEntity};
use crate::operation::sa_value::{OP_LINK, SaValue};
use crate::python::host::{Arguments, At};
use crate::python::value::{Piece, Str, Value};
use crate::sql::dialect::Dialect;
use crate::text::cut;
use crate::text::known::Known;

impl MigrationHost {
    /// Reads a column: a `TableReference`, or table and column.
    fn reference(&self, value: &Value, schema: &str) -> Option<ColumnReference> {
        if let Some(SaValue::ColumnReference(reference)) = self.thing(value) {
            return Some((**reference).clone());
        }
        let items = value.items()?;
        let [table, column] = items.as_slice() else { return None };
        let (Known::Is(table), Known::Is(column)) = (self.text(table), self.text(column)) else {
            return None;
        };
        let table = match table.split_once('.') {
            Some((schema, table)) => format!("{}.{}", quoted(schema), quoted(table)),
            None => format!("{}.{}", quoted(schema), quoted(&table)),
        };
        // Of a pair of names the plug-in asks the server for the default, and restores it.
        Some(ColumnReference { table, column, default: Some(Known::Unreadable) })
    }
}

/// Returns the SQL of an operation on an entity.
fn entity_sql(entity: &PgEntity, operation: &str) -> String {
    let PgEntity { class, name, on, definition, .. } = entity;
    let on = on.as_ref().map(|on| format!(" ON {on}")).unwrap_or_default();
    let create = |replace: &str| match class.as_str() {
        "PGView" => format!("CREATE{replace} VIEW {name} AS {definition}"),
        "PGMaterializedView" => format!("CREATE MATERIALIZED VIEW {name} AS {definition}"),
        "PGFunction" => format!("CREATE{replace} FUNCTION {name} {definition}"),
        "PGPolicy" => format!("CREATE POLICY {name}{on} {definition}"),
        "PGTrigger" => create_trigger(entity),
        "PGExtension" => format!("CREATE EXTENSION IF NOT EXISTS {name}"),
        _ => definition.clone(),
    };
    let kind = match class.as_str() {
        "PGView" => "VIEW",
        "PGMaterializedView" => "MATERIALIZED VIEW",
        "PGFunction" => "FUNCTION",
        "PGPolicy" => "POLICY",
        "PGTrigger" => "TRIGGER",
        _ => "EXTENSION",
    };
    // A function is dropped by its arguments, without their defaults.
    let dropped =
        if class == "PGFunction" { name.replace(" default ", " DEFAULT ") } else { name.clone() };
    let on = if matches!(class.as_str(), "PGPolicy" | "PGTrigger") { on.as_str() } else { "" };
    match operation {
        "create_entity" => create(""),
        "drop_entity" => format!("DROP {kind} {dropped}{on}"),
        // A view whose columns change cannot be replaced: the plug-in drops and creates it then.
        _ if class == "PGView" => format!(
            "DO $alembic_utils$ BEGIN {}; EXCEPTION WHEN others THEN DROP VIEW IF EXISTS {name}; \
             {}; END; $alembic_utils$",
            create(" OR REPLACE"),
            create("")
        ),
        _ if class == "PGFunction" => create(" OR REPLACE"),
        _ => format!("DROP {kind} IF EXISTS {dropped}{on}; {}", create("")),
    }
}

/// Returns the CREATE TRIGGER of an entity. Its definition stands on both sides of the table
/// (`BEFORE INSERT ON t FOR EACH ROW ...`), and the plug-in writes the entity's schema before that
/// table whatever stands there (`PGTrigger.to_sql_statement_create`, 0.8.8).
fn create_trigger(entity: &PgEntity) -> String {
    let PgEntity { name, schema, definition, .. } = entity;
    let kind = if entity.is_constraint { "CONSTRAINT TRIGGER" } else { "TRIGGER" };
    let words = |text: &str| text.split_whitespace().map(str::len).next();
    let on =
        definition.char_indices().filter(|(_, letter)| letter.is_whitespace()).find(|(at, _)| {
            let next = cut::from(definition, *at).split_whitespace().next();
            next.is_some_and(|word| word.eq_ignore_ascii_case("on"))
        });
    let Some((at, _)) = on else {
        let on = entity.on.as_deref().unwrap_or_default();
        let upper = definition.to_uppercase();
        let split = upper.find("FOR EACH").or_else(|| upper.find("EXECUTE"));
        let split = split.unwrap_or(definition.len());
        let (event, action) = (cut::to(definition, split), cut::from(definition, split));
        return format!("CREATE {kind} {name} {} ON {on} {action}", event.trim_end());
    };
    let behind = cut::from(definition, at).trim_start();
    let behind = cut::from(behind, "on".len()).trim_start();
    let split = words(behind).unwrap_or_default();
    let (table, action) = (cut::to(behind, split), cut::from(behind, split));
    let table = table.split_once('.').map_or(table, |(_, table)| table);
    format!(
        "CREATE {kind} {name} {} ON {}.{table} {}",
        cut::to(definition, at),
        quoted(schema),
        action.trim_start()
    )
}

/// Returns a name as SQL has it.
fn quoted(name: &str) -> String {
    let plain =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    match plain {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// Makes an entity of alembic_utils; nothing where a part of it cannot be known.
pub(crate) fn pg_entity(host: &mut MigrationHost, class: &str, arguments: &Arguments) -> Value {
    let text = |position, name| {
        arguments.get(position, name).and_then(|value| host.text(value).into_option())
    };
    let on_entity = matches!(class, "PGTrigger" | "PGPolicy");
    let (on, definition) = match on_entity {
        true => (text(3, "on_entity"), text(2, "definition")),
        false => (None, text(2, "definition")),
    };
    let (schema, signature) = (text(0, "schema"), text(1, "signature"));
    let definition = definition.or_else(|| (class == "PGExtension").then(String::new));
    let (Some(schema), Some(signature), Some(definition)) = (schema, signature, definition) else {
        return Value::unknown(format!("a part of the `{class}` cannot be known"));
    };
    if on_entity && on.is_none() {
        return Value::unknown(format!("the table of the `{class}` cannot be known"));
    }
    let name = match class {
        "PGTrigger" => quoted(&signature),
        "PGPolicy" | "PGExtension" => signature,
        _ => format!("{}.{signature}", quoted(&schema)),
    };
    let definition = definition.trim().trim_end_matches(';').to_owned();
    host.value(SaValue::PgEntity(Rc::new(PgEntity {
        class: class.to_owned(),
        name,
        schema,
        is_constraint: matches!(arguments.get(4, "is_constraint"), Some(Value::Bool(true))),
        on,
        definition,
    })))
}

/// Makes a `TableReference`.
pub(crate) fn column_reference(host: &mut MigrationHost, arguments: &Arguments) -> Value {
    let text =
        |name: &str| arguments.keyword(name).and_then(|value| host.text(value).into_option());
    let (Some(table), Some(column)) = (text("table_name"), text("column_name")) else {
        return Value::unknown("a part of the `TableReference` cannot be known");
    };
    let table = match text("table_schema") {
        Some(schema) => format!("{}.{}", quoted(&schema), quoted(&table)),
        None => quoted(&table),
    };
    let default = text("existing_server_default").map(Known::Is);
    host.value(SaValue::ColumnReference(Rc::new(ColumnReference { table, column, default })))
}

/// Reads an operation of a plug-in; answers whether it was one whose arguments are known.
pub(crate) fn plug_in(
    host: &mut MigrationHost,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) -> bool {
    let sql = match name {
        "create_entity" | "drop_entity" | "replace_entity" => {
            let entity = arguments.get(0, "target").and_then(|entity| host.thing(entity));
            match entity {
                Some(SaValue::PgEntity(entity)) => {
                    Some(vec![Str::known(entity_sql(entity, name), None)])
                }
                _ => None,
            }
        }
        "sync_enum_values" if host.dialect == Dialect::PostgreSql => synced(host, arguments),
        _ => return false,
    };
    match sql {
        // Each statement is sent by itself, whatever the driver makes of several in one string.
        Some(statements) => {
            for sql in statements {
                host.execute_text(&sql, false, None, OP_LINK, at);
            }
        }
        None => host.unreadable(&format!("what `op.{name}` is given cannot be known"), at),
    }
    true
}

/// Returns what `sync_enum_values` sends: the type is made anew beside the old one, and each
/// column of it is moved over.
fn synced(host: &MigrationHost, arguments: &Arguments) -> Option<Vec<Str>> {
    let text = |position, names: [&str; 2]| {
        let value = names.iter().find_map(|name| arguments.get(position, name));
        value.and_then(|value| host.text(value).into_option())
    };
    let schema = text(0, ["enum_schema", "schema"])?;
    let name = text(1, ["enum_name", "name"])?;
    let list = |position, name: &str| {
        arguments.get(position, name).and_then(|list| host.items(list)).filter(|(_, all)| *all)
    };
    let (labels, _) = list(2, "new_values")?;
    let labels: Option<Vec<String>> =
        labels.iter().map(|label| host.text(label).into_option()).collect();
    let (columns, _) = list(3, "affected_columns")?;
    let columns: Option<Vec<ColumnReference>> =
        columns.iter().map(|column| host.reference(column, &schema)).collect();
    let (old, new) = (
        format!("{}.{}", quoted(&schema), quoted(&format!("{name}_old"))),
        format!("{}.{}", quoted(&schema), quoted(&name)),
    );
    let labels: Vec<String> =
        labels?.iter().map(|label| format!("'{}'", label.replace('\'', "''"))).collect();
    let known = |sql: String| Str::known(sql, None);
    let mut sql = vec![
        known(format!("ALTER TYPE {new} RENAME TO {}", quoted(&format!("{name}_old")))),
        known(format!("CREATE TYPE {new} AS ENUM ({})", labels.join(", "))),
    ];
    for ColumnReference { table, column, default } in columns? {
        let column = quoted(&column);
        if default.is_some() {
            sql.push(known(format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")));
        }
        // Labels that are renamed take a CASE here: more than a cast either way.
        sql.push(known(format!(
            "ALTER TABLE {table} ALTER COLUMN {column} TYPE {new} USING {column}::text::{new}"
        )));
        let set = |default: &str| {
            known(format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}"))
        };
        sql.extend(default.map(|default| match default {
            Known::Is(default) => set(&default),
            Known::Unreadable => set("").join(&Str::of(vec![Piece::Hole {
                why: "the default that the server has".into(),
                expression: "default".into(),
            }])),
        }));
    }
    sql.push(known(format!("DROP TYPE {old}")));
    Some(sql)
}
