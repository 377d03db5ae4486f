//! All tables, types and other objects at one point of the history.

use crate::schema::table::Table;
use crate::sql::table::{EnumType, TableName};
use crate::text::known::Known;

/// All tables, types and other objects at one point of the history, over the names in question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Database {
    tables: Vec<Table>,
    /// Enum types, by name.
    pub types: Vec<EnumType>,
    /// Whether everything that could touch a name in question was read.
    pub complete: bool,
}

impl Database {
    /// Finds a table; nothing where it is not there or its name cannot be known.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        let wanted = name.name.as_str()?;
        let schema = match &name.schema {
            Some(Known::Is(schema)) => Some(schema.as_str()),
            Some(Known::Unreadable) => return None,
            None => None,
        };
        self.tables.iter().find(|table| table.name == wanted && table.schema.as_deref() == schema)
    }

    /// Returns all tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }
}
