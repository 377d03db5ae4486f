//! A statement of SQL, built piece by piece.

use crate::advice::{ident, literal};
use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;

/// A statement in the making.
#[derive(Clone, Debug)]
pub struct Sql {
    dialect: Dialect,
    text: String,
}

impl Sql {
    /// Begins a statement with words of SQL.
    pub fn new(dialect: Dialect, words: &str) -> Self {
        Sql { dialect, text: words.to_owned() }
    }

    /// Goes on with words of SQL, or with a piece that the migration writes.
    pub fn words(mut self, words: &str) -> Self {
        if !words.starts_with([',', ')']) && !self.text.ends_with('(') {
            self.text.push(' ');
        }
        self.text.push_str(words);
        self
    }

    /// Goes on with a name.
    pub fn name(self, name: &str) -> Self {
        let name = ident::ident(name, self.dialect);
        self.words(&name)
    }

    /// Goes on with a table.
    pub fn table(self, table: &TableName) -> Self {
        let table = ident::table(table, self.dialect);
        self.words(&table)
    }

    /// Goes on with names in parentheses.
    pub fn names<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = ident::list(names, self.dialect);
        self.words(&format!("({names})"))
    }

    /// Returns it as SQL.
    pub fn text(self) -> String {
        self.text
    }

    /// Returns the call that runs it: `op.execute("...")`.
    pub fn execute(self) -> String {
        format!("op.execute({})", literal::quoted(&self.text))
    }

    /// ALTER TABLE ... VALIDATE CONSTRAINT.
    pub fn validate(dialect: Dialect, table: &TableName, constraint: &str) -> Self {
        Sql::new(dialect, "ALTER TABLE").table(table).words("VALIDATE CONSTRAINT").name(constraint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_quoted_for_sql_and_for_python() {
        let events = TableName { schema: Some("app".into()), name: "Events".into() };
        assert_eq!(
            Sql::validate(Dialect::PostgreSql, &events, "Events_2024_bounds").execute(),
            "op.execute('ALTER TABLE app.\"Events\" VALIDATE CONSTRAINT \"Events_2024_bounds\"')"
        );
        let count =
            Sql::new(Dialect::MySql, "SELECT max(").name("order").words(")").words("FROM t");
        assert_eq!(count.text(), "SELECT max(`order`) FROM t");
    }
}
