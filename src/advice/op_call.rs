//! A call of one of Alembic's operations.

use crate::advice::literal;
use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;

/// What SQLite does to a table only by copying it (Alembic 1.20: NotImplementedError, or a syntax
/// error for ALTER COLUMN).
const BY_COPY: [&str; 6] = [
    "alter_column",
    "create_check_constraint",
    "create_foreign_key",
    "create_primary_key",
    "create_unique_constraint",
    "drop_constraint",
];

/// A call in the making.
#[derive(Clone, Debug)]
pub struct OpCall {
    name: &'static str,
    positional: Vec<String>,
    keywords: Vec<String>,
    table: Option<(usize, TableName)>,
}

impl OpCall {
    /// Begins a call: `op.NAME(`.
    pub fn new(name: &'static str) -> Self {
        OpCall { name, positional: Vec::new(), keywords: Vec::new(), table: None }
    }

    /// Adds a text.
    pub fn text(self, text: &str) -> Self {
        let text = if text == "..." { text.to_owned() } else { literal::quoted(text) };
        self.code(text)
    }

    /// Adds an argument as Python.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.positional.push(code.into());
        self
    }

    /// Adds a table: its name, and its schema as a keyword.
    pub fn table(mut self, table: &TableName) -> Self {
        self.table.get_or_insert_with(|| (self.positional.len(), table.clone()));
        self.code(literal::quoted_name(&table.name)).schema(table)
    }

    /// Adds the schema of a table as a keyword, where it has one.
    pub fn schema(self, table: &TableName) -> Self {
        match &table.schema {
            Some(schema) => self.keyword("schema", literal::quoted_name(schema)),
            None => self,
        }
    }

    /// Adds a keyword argument, whose value is Python.
    pub fn keyword(mut self, name: &str, code: impl AsRef<str>) -> Self {
        self.keywords.push(format!("{name}={}", code.as_ref()));
        self
    }

    /// Returns the call as a dialect takes it: in a batch where SQLite copies the table for it.
    pub fn call_on(mut self, dialect: Dialect) -> String {
        let table = self.table.take().filter(|_| BY_COPY.contains(&self.name));
        let (Dialect::Sqlite, Some((at, table))) = (dialect, table) else { return self.call() };
        let batch = OpCall::new("batch_alter_table").table(&table).call();
        let schema = format!(
            "schema={}",
            literal::quoted_name(table.schema.as_ref().unwrap_or(&table.name))
        );
        self.positional.remove(at);
        self.keywords.retain(|keyword| *keyword != schema);
        let arguments = [self.positional, self.keywords].concat().join(", ");
        format!("with {batch} as batch_op:\n    batch_op.{}({arguments})", self.name)
    }

    /// Returns the call.
    pub fn call(self) -> String {
        format!("op.{}({})", self.name, [self.positional, self.keywords].concat().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_stands_among_the_keywords() {
        let events = TableName { schema: Some("app".into()), name: "Events".into() };
        let call = OpCall::new("alter_column").table(&events).text("userId");
        assert_eq!(
            call.keyword("nullable", "False").call(),
            "op.alter_column(\"Events\", \"userId\", schema=\"app\", nullable=False)"
        );
    }

    #[test]
    fn sqlite_copies_the_table_for_what_it_cannot_alter() {
        let users = TableName { schema: None, name: "users".into() };
        let drop = || OpCall::new("drop_constraint").text("uq").table(&users);
        assert_eq!(
            drop().keyword("type_", "\"unique\"").call_on(Dialect::Sqlite),
            "with op.batch_alter_table(\"users\") as batch_op:\n    \
             batch_op.drop_constraint(\"uq\", type_=\"unique\")"
        );
        assert_eq!(drop().call_on(Dialect::MySql), drop().call());
        let add = || OpCall::new("add_column").table(&users);
        assert_eq!(add().call_on(Dialect::Sqlite), add().call());
    }
}
