//! Short titles of statements, for people.

use crate::sql::statement::Statement;

/// Returns what a statement does in one line: `ADD COLUMN users.email VARCHAR(255) NOT NULL`.
pub fn statement_title(statement: &Statement) -> String {
    format!("{statement:?}")
}
