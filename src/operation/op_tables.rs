//! Operations on tables and columns.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::migration_host::Details;
use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::AlterColumn;
use crate::operation::operation::Operation;
use crate::operation::query::Query;
use crate::operation::query::Verb;
use crate::operation::sa_value::ColumnValue;
use crate::operation::sa_value::SaValue;
use crate::operation::sql_expr::SqlExpr;
use crate::operation::sql_expr::SqlToken;
use crate::operation::step::Role;
use crate::operation::step::SentText;
use crate::python::host::Arguments;
use crate::python::host::At;
use crate::python::value::Value;
use crate::sql::table::ServerDefault;
use crate::text::known::Known;

impl MigrationHost {
    /// Reads `op.add_column`.
    pub(crate) fn add_column(&mut self, bound: &Bound, details: &mut Details) -> Operation {
        let table = self.table_name(bound.get("table_name"), bound.get("schema"));
        let mut column = match bound.get("column").and_then(|column| self.column_of(column)) {
            Some(column) => column,
            None => unknown_column(),
        };
        details.strings.append(&mut column.strings);
        details.swallowed.append(&mut column.swallowed);
        for key in &mut column.column.foreign_keys {
            key.columns = Known::Is(vec![column.column.name.clone()]);
        }
        Operation::AddColumn {
            table,
            column: column.column,
            if_not_exists: bound.is_true("if_not_exists"),
            inline_references: bound.is_true("inline_references"),
            inline_primary_key: bound.is_true("inline_primary_key"),
        }
    }

    /// Reads `op.drop_column`.
    pub(crate) fn drop_column(&mut self, bound: &Bound) -> Operation {
        Operation::DropColumn {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            column: bound.get("column_name").map_or(Known::Unreadable, |name| self.text(name)),
            if_exists: bound.is_true("if_exists"),
        }
    }

    /// Reads `op.alter_column`.
    pub(crate) fn alter_column(
        &mut self,
        bound: &Bound,
        details: &mut Details,
        at: At<'_>,
    ) -> Operation {
        let server_default =
            self.changed_default(bound.get("server_default"), &mut details.strings, at);
        let existing_server_default =
            self.changed_default(bound.get("existing_server_default"), &mut Vec::new(), at);
        let kind = |world: &mut Self, name: &str| {
            let value = bound.some(name).cloned()?;
            Some(Known::from(world.column_type(&value)))
        };
        let to = kind(self, "type_");
        let existing_type = kind(self, "existing_type");
        Operation::AlterColumn(Box::new(AlterColumn {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            column: bound.get("column_name").map_or(Known::Unreadable, |name| self.text(name)),
            nullable: bound.some("nullable").map(|flag| self.flag(Some(flag), true)),
            kind: to,
            server_default,
            new_name: self.text_or_none(bound.get("new_column_name")),
            comment: match bound.get("comment") {
                None | Some(Value::Bool(false)) => None,
                Some(Value::None) => Some(Known::Is(String::new())),
                Some(comment) => Some(self.text(comment)),
            },
            autoincrement: bound.some("autoincrement").map(|flag| self.flag(Some(flag), true)),
            existing_type,
            existing_nullable: bound
                .some("existing_nullable")
                .map(|flag| self.flag(Some(flag), true)),
            existing_server_default,
            using: bound.some("postgresql_using").cloned().map(|using| self.sql_of(Some(&using))),
        }))
    }

    /// Reads a default that may be left as it is (`False`), dropped (`None`) or set.
    fn changed_default(
        &mut self,
        value: Option<&Value>,
        strings: &mut Vec<SentText>,
        at: At<'_>,
    ) -> Option<Option<ServerDefault>> {
        let value = match value {
            None | Some(Value::Bool(false)) => return None,
            Some(Value::None) => return Some(None),
            Some(value) => value.clone(),
        };
        if let Some(SaValue::Generated(_)) = self.thing(&value) {
            return None;
        }
        let (default, mut sent) = self.server_default(&value, at);
        strings.append(&mut sent);
        Some(default)
    }

    /// Reads `op.create_table`.
    pub(crate) fn create_table(
        &mut self,
        bound: &Bound,
        details: &mut Details,
        at: At<'_>,
    ) -> Operation {
        let table = self.table_name(bound.get("table_name"), bound.get("schema"));
        let mut thing = self.table_of_parts(table, &bound.rest, bound.open, at);
        self.table_settings(&mut thing.create, bound);
        let (strings, swallowed) = self.extras(&thing);
        details.strings.extend(strings);
        details.swallowed.extend(swallowed);
        let create = thing.create.clone();
        details.returned = Some(Rc::new(thing));
        Operation::CreateTable(create)
    }

    /// Reads `op.drop_table`.
    pub(crate) fn drop_table(&mut self, bound: &Bound) -> Operation {
        Operation::DropTable {
            table: self.table_name(bound.get("table_name"), bound.get("schema")),
            if_exists: bound.is_true("if_exists"),
        }
    }

    /// Reads `op.rename_table`.
    pub(crate) fn rename_table(&mut self, bound: &Bound) -> Operation {
        Operation::RenameTable {
            table: self.table_name(bound.get("old_table_name"), bound.get("schema")),
            to: bound.get("new_table_name").map_or(Known::Unreadable, |name| self.text(name)),
        }
    }

    /// Reads `op.create_table_comment` and `op.drop_table_comment`.
    pub(crate) fn table_comment(&mut self, bound: &Bound, name: &str) -> Operation {
        let table = self.table_name(bound.get("table_name"), bound.get("schema"));
        match name {
            "create_table_comment" => Operation::CreateTableComment { table },
            _ => Operation::DropTableComment { table },
        }
    }

    /// Reads `op.bulk_insert`.
    pub(crate) fn bulk_insert(
        &mut self,
        bound: &Bound,
        details: &mut Details,
        at: At<'_>,
    ) -> Operation {
        let source = bound.get("table").cloned().and_then(|table| self.source_of(&table));
        let table = source.as_ref().and_then(|source| source.table()).cloned();
        let mut query = Query::new(Verb::Insert, source);
        let rows = bound.get("rows").cloned();
        let rows_known = rows.as_ref().is_some_and(|rows| self.items(rows).is_some());
        match rows {
            Some(rows) if rows_known => {
                self.add_values(&mut query, &Arguments::positional(vec![rows]))
            }
            _ => query.rows = Known::Unreadable,
        }
        let mut columns: Vec<String> = Vec::new();
        let mut complete = rows_known;
        for (column, value) in &query.values {
            match column {
                Known::Is(column) if !columns.contains(column) => columns.push(column.clone()),
                Known::Is(_) => {}
                Known::Unreadable => complete = false,
            }
            details.strings.extend(self.cell(value, at));
        }
        let empty = bound
            .get("rows")
            .and_then(|rows| self.items(rows))
            .is_some_and(|(rows, all)| all && rows.is_empty());
        let generated = query.generated();
        Operation::BulkInsert {
            table: table.unwrap_or_else(crate::sql::table::TableName::unreadable),
            rows: if empty { Known::Is(0) } else { query.rows },
            columns: if complete { Known::Is(columns) } else { Known::Unreadable },
            generated,
        }
    }

    /// Returns the string in a cell of a row.
    fn cell(&self, value: &SqlExpr, at: At<'_>) -> Option<SentText> {
        match value.bits.as_slice() {
            [SqlToken::Literal { text, at: site }] => Some(SentText {
                text: text.to_string(),
                site: site.clone().unwrap_or_else(|| self.site(at)),
                role: Role::Value,
            }),
            _ => None,
        }
    }
}

/// A column of which nothing is known.
fn unknown_column() -> ColumnValue {
    let mut column = ColumnValue::named(Known::Unreadable);
    column.column.nullable = Known::Unreadable;
    column.column.unique = Known::Unreadable;
    column.column.index = Known::Unreadable;
    column.column.primary_key = Known::Unreadable;
    column.column.kind = None;
    column
}
