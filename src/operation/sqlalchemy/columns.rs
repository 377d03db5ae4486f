//! `Column(...)` and what stands in it.

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::operation::sqlalchemy::sql_builder::{SqlBuilder, quoted};
use crate::operation::sqlalchemy::{check_columns, parameters};
use crate::operation::step::{Role, SentText};
use crate::python::host::{Arguments, At};
use crate::python::value::{Piece, Value};
use crate::sql::dialect::Dialect;
use crate::sql::read::count;
use crate::sql::statement::Statement;
use crate::sql::table::{
    Column, Constraint, Generated, Index, IndexPart, ServerDefault, TableName,
};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// The keywords of `Column` and `mapped_column`.
const COLUMN_KEYWORDS: &[&str] = &[
    "name",
    "type_",
    "nullable",
    "server_default",
    "primary_key",
    "unique",
    "index",
    "default",
    "onupdate",
    "server_onupdate",
    "autoincrement",
    "comment",
    "key",
    "doc",
    "info",
    "quote",
    "system",
    "insert_default",
    "sort_order",
    "init",
    "repr",
    "default_factory",
    "kw_only",
    "compare",
    "hash",
    "use_existing_column",
    "deferred",
    "deferred_group",
    "deferred_raiseload",
    "active_history",
    "_proxies",
    "_constraints",
    "__name_pos",
    "postgresql_identity_always",
];

impl ColumnValue {
    /// Makes a column of a name without anything else.
    pub fn named(name: Known<String>) -> Self {
        ColumnValue {
            column: Column::new(name, None),
            named: true,
            nullable_given: false,
            autoincrement: false,
            untyped: false,
            spatial: false,
            keyed: false,
            source: None,
            swallowed: Vec::new(),
            strings: Vec::new(),
            checks: Vec::new(),
        }
    }
}

impl MigrationHost {
    /// Reads a server default: what it is in SQL, and the strings that reach the database with it.
    pub fn server_default(
        &mut self,
        value: &Value,
        at: At<'_>,
    ) -> (Option<ServerDefault>, Vec<SentText>) {
        let sql = |sql: Known<String>| Some(ServerDefault { sql });
        check_columns::default(self, value, at);
        if matches!(value, Value::Host(_)) {
            parameters::check_ddl(self, Some(value), at);
        }
        match value {
            Value::None => (None, Vec::new()),
            Value::Str(text) => {
                let site = text.pieces.iter().find_map(|piece| match piece {
                    Piece::Known { at, .. } => at.clone(),
                    Piece::Hole { .. } => None,
                });
                let whole = text.whole();
                let sent = whole.iter().map(|text| SentText {
                    text: text.clone(),
                    site: site.clone().unwrap_or_else(|| self.site(at)),
                    role: Role::Value,
                });
                let sent = sent.collect();
                (sql(Known::from(whole.map(|text| quoted(&text)))), sent)
            }
            Value::Bool(flag) => (sql(Known::Is(flag.to_string())), Vec::new()),
            Value::Int(number) => (sql(Known::Is(number.to_string())), Vec::new()),
            Value::Float(number) => (sql(Known::Is(number.to_string())), Vec::new()),
            Value::Host(_) => match self.thing(value).cloned() {
                Some(SaValue::Default(default)) => (default, Vec::new()),
                Some(SaValue::Clause(clause)) => {
                    let mut passage = SqlBuilder::new(self.dialect);
                    passage.push_fragment(&clause, &[], false);
                    let strings = passage.strings(&self.site(at));
                    let known = passage.sql.holes().is_empty();
                    if count(&passage.sql, self.dialect) > 1 {
                        self.unreadable("the default holds several statements", at);
                    }
                    let text = known.then(|| passage.sql.text().to_owned());
                    (sql(text.into()), strings)
                }
                Some(SaValue::Name(path)) if path.rsplit('.').next() == Some("FetchedValue") => {
                    (None, Vec::new())
                }
                Some(SaValue::Sequence(name)) => {
                    (sql(name.map(|name| format!("nextval('{name}')"))), Vec::new())
                }
                _ => (sql(Known::Unreadable), Vec::new()),
            },
            Value::Object(_) => (sql(self.text(value).map(|text| quoted(&text))), Vec::new()),
            _ => (sql(Known::Unreadable), Vec::new()),
        }
    }

    /// Returns the columns, table constraints and indexes among the arguments of a table.
    pub fn column_of(&self, value: &Value) -> Option<ColumnValue> {
        match self.thing(value) {
            Some(SaValue::Column(column)) => Some((**column).clone()),
            _ => None,
        }
    }
}

/// Tells whether a dotted name is a spatial type of geoalchemy2.
pub(crate) fn is_spatial_type(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    path.starts_with("geoalchemy2.") && matches!(name, "Geometry" | "Geography" | "Raster")
}

/// Reads the arguments of `Column(...)`.
pub fn make_column(host: &mut MigrationHost, arguments: &Arguments, at: At<'_>) -> ColumnValue {
    let mut positional = arguments.positional.iter().peekable();
    let bound = Bound::new(&Arguments { positional: Vec::new(), ..arguments.clone() }, &[]);
    let mut thing = ColumnValue::named(Known::Unreadable);
    thing.named = false;
    if let Some(name) = bound.some("name").cloned() {
        thing.column.name = host.text(&name);
        thing.named = true;
    } else if let Some(first) =
        positional.peek().filter(|first| !is_column_part(host, first) && !host.is_type(first))
    {
        if !first.is_none() {
            thing.column.name = host.text(first);
            thing.named = true;
        }
        positional.next();
    } else if let Some(Value::Unknown(_)) = positional.peek()
        && arguments.positional.get(1).is_some_and(|second| host.is_type(second))
    {
        thing.named = true;
        positional.next();
    }
    let mut kind = bound.get("type_").cloned();
    if kind.is_none() && positional.peek().is_some_and(|next| next.is_none() || host.is_type(next))
    {
        kind = positional.next().cloned();
    }
    let parts: Vec<Value> = positional.cloned().collect();
    check_once(host, &bound, arguments, &thing, at);
    thing.keyed = bound.some("key").is_some();
    // A type may come from `*args`, and a part that is not known may be one.
    thing.untyped = kind.is_none()
        && !arguments.open
        && parts.iter().all(|part| is_column_part(host, part) || part.is_none());
    if let Some(kind) = kind {
        thing.spatial = is_spatial(host, &kind);
        thing.column.kind = host.column_type(&kind);
        thing.column.checks.extend(host.check_of(&kind, &thing.column));
    }
    read_settings(host, &mut thing, &bound, at);
    for part in &parts {
        add_part(host, &mut thing, part, at);
    }
    thing.swallowed = bound.swallowed(COLUMN_KEYWORDS);
    thing
}

fn check_once(
    host: &mut MigrationHost,
    bound: &Bound,
    arguments: &Arguments,
    made: &ColumnValue,
    at: At<'_>,
) {
    let first = arguments.positional.first();
    if bound.some("name").is_some() && matches!(first, Some(Value::Str(_))) {
        check_columns::twice(host, "name", at);
    }
    let second = arguments.positional.get(usize::from(made.named));
    let is_type =
        second.is_some_and(|second| matches!(second, Value::Host(_)) && host.is_type(second));
    if bound.some("type_").is_some() && is_type {
        check_columns::twice(host, "type_", at);
    }
}

/// Tells whether a type of geoalchemy2 brings an index: `spatial_index` is true unless it says
/// otherwise (geoalchemy2 0.17).
fn is_spatial(host: &MigrationHost, kind: &Value) -> bool {
    match (kind, host.thing(kind)) {
        (Value::Host(id), Some(SaValue::Type(_))) => host.spatial_types.contains(id),
        (_, Some(SaValue::Name(path))) => is_spatial_type(path),
        _ => false,
    }
}

/// Returns the index that geoalchemy2 makes for a spatial column.
pub fn spatial_index(
    host: &MigrationHost,
    table: &TableName,
    column: &ColumnValue,
) -> Option<Statement> {
    if !column.spatial || host.dialect != Dialect::PostgreSql {
        return None;
    }
    let name = table.name.as_str().zip(column.column.name.as_str());
    let index = Index {
        name: Some(name.map(|(table, column)| format!("idx_{table}_{column}")).into()),
        columns: match column.column.name.as_str() {
            Some(name) => Known::Is(vec![IndexPart::Column(name.to_owned())]),
            None => Known::Unreadable,
        },
        unique: Known::Is(false),
        concurrently: Known::Is(false),
        if_not_exists: false,
        method: Some(Known::Is("gist".to_owned())),
        predicate: None,
        only: false,
        prefixed: false,
        classed: Vec::new(),
        parent: None,
    };
    let table = table.clone();
    Some(Statement::Table(TableChange::CreateIndex { table, index }))
}

fn is_column_part(host: &MigrationHost, value: &Value) -> bool {
    matches!(
        host.thing(value),
        Some(
            SaValue::ForeignKey(_)
                | SaValue::Constraint(_)
                | SaValue::Default(_)
                | SaValue::Generated(..)
                | SaValue::Sequence(_)
        )
    )
}

fn read_settings(host: &mut MigrationHost, thing: &mut ColumnValue, bound: &Bound, at: At<'_>) {
    let column = &mut thing.column;
    column.primary_key = host.flag(bound.get("primary_key"), false);
    column.unique = host.flag(bound.get("unique"), false);
    column.index = host.flag(bound.get("index"), false);
    thing.nullable_given = bound.some("nullable").is_some();
    column.nullable = if thing.nullable_given {
        host.flag(bound.get("nullable"), true)
    } else {
        column.primary_key.clone().map(|key| !key)
    };
    if bound.open && !thing.nullable_given {
        column.nullable = Known::Unreadable;
    }
    column.python_default = bound.some("default").or(bound.some("insert_default")).is_some();
    column.comment = host.text_or_none(bound.get("comment"));
    thing.autoincrement = bound.is_true("autoincrement");
    if let Some(default) = bound.some("server_default").cloned() {
        set_default(host, thing, &default, at);
    }
}

fn set_default(host: &mut MigrationHost, thing: &mut ColumnValue, default: &Value, at: At<'_>) {
    if let Some(SaValue::Generated(generated, computed)) = host.thing(default).cloned() {
        thing.column.generated = Some(generated);
        thing.column.computed = computed;
        return;
    }
    let (default, strings) = host.server_default(default, at);
    thing.column.server_default = default;
    thing.strings.extend(strings);
}

fn add_part(host: &mut MigrationHost, thing: &mut ColumnValue, part: &Value, at: At<'_>) {
    match host.thing(part).cloned() {
        Some(SaValue::ForeignKey(mut key)) => {
            key.columns = Known::Is(vec![thing.column.name.clone()]);
            thing.column.foreign_keys.push(key);
        }
        Some(SaValue::Constraint(Constraint::Check(check))) => thing.column.checks.push(check),
        Some(SaValue::Constraint(Constraint::Unique(_))) => thing.column.unique = Known::Is(true),
        Some(SaValue::Default(default)) => {
            thing.column.server_default = default;
        }
        Some(SaValue::Generated(generated, computed)) => {
            let is_identity = matches!(generated, Generated::Identity | Generated::IdentityAlways);
            if is_identity && !thing.nullable_given {
                thing.column.nullable = Known::Is(false);
            }
            thing.column.generated = Some(generated);
            thing.column.computed = computed;
        }
        Some(SaValue::Sequence(_)) => {}
        Some(SaValue::Column(inner)) => {
            // `db.Column(sa.Column(...))` is nobody's; what is known of the inner one stays.
            thing.column.kind = thing.column.kind.take().or(inner.column.kind);
        }
        _ => check_columns::column_part(host, part, at),
    }
}
