//! The reader: from text to statements.

use crate::sql::dialect::Dialect;
use crate::sql::script::SqlText;
use crate::sql::statement::Placed;
use crate::sql::statement::Statement;

/// Reads every statement of a text, in order.
///
/// What is known of a statement with holes is kept; what cannot be read is [`Statement::Unreadable`]. Nothing is
/// dropped but comments and empty statements.
pub fn statements(text: &SqlText, _dialect: Dialect) -> Vec<Placed> {
    let statement = Statement::Unreadable { why: "SQL is not read yet".to_owned(), keyword: None, table: None };
    vec![Placed { statement, start: 0, end: text.text().len(), conditional: false }]
}
