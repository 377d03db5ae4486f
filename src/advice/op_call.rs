//! A call of one of Alembic's operations.

use crate::advice::literal;
use crate::sql::table::TableName;

/// A call in the making.
#[derive(Clone, Debug)]
pub struct OpCall {
    name: &'static str,
    positional: Vec<String>,
    keywords: Vec<String>,
}

impl OpCall {
    /// Begins a call: `op.NAME(`.
    pub fn new(name: &'static str) -> Self {
        OpCall { name, positional: Vec::new(), keywords: Vec::new() }
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
    pub fn table(self, table: &TableName) -> Self {
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
}
