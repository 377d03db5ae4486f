//! What a table is partitioned by.

use crate::sql::bounded::bounded_tokens;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::create_table;
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::script::SqlText;
use crate::sql::table::IndexPart;

/// Reads the text behind PARTITION BY on PostgreSQL: `RANGE (created_at)`.
pub fn partition_key(text: &str) -> Vec<IndexPart> {
    let text = SqlText::known(text);
    let Some(tokens) = bounded_tokens(&text, Dialect::PostgreSql) else { return Vec::new() };
    let context = Context::new(&text, Dialect::PostgreSql);
    create_table::partition_key(&mut Cursor::new(&context, &tokens))
}
