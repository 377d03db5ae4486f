//! What an expression of a definition says: of a CHECK, a default, a generated column, an index.

use crate::sql::bounded::bounded_tokens;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::expression::{Expression, Kind, is_query, whole};
use crate::sql::grammar::meaning::Target;
use crate::sql::grammar::scopes::scopes_of_condition;
use crate::sql::row_change::{Given, Mentions};
use crate::sql::scope::Scopes;
use crate::sql::script::SqlText;
use crate::sql::table::TableName;
use crate::text::known::Known;

/// What an expression says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The columns that it names, as far as nothing else can be meant.
    pub columns: Vec<String>,
    /// The functions that it calls.
    pub calls: Vec<Call>,
    /// Constants that it compares columns with.
    pub compared: Vec<Given>,
    /// What its operators compute.
    pub scopes: Scopes,
    /// Whether it holds a query.
    pub queries: bool,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name, in lower case, without its schema.
    pub name: String,
    /// How many arguments it is given.
    pub arguments: usize,
    /// The last argument, where that is a plain column.
    pub column: Option<String>,
}

/// Reads an expression over the columns of a table; nothing where it is past the bounds or not
/// wholly understood.
pub fn said(sql: &str, table: &TableName, dialect: Dialect) -> Option<Said> {
    // What stands in double quotes is a column to SQLite, or a text, as it happens.
    let dialect = match dialect {
        Dialect::Sqlite if sql.contains('"') => return None,
        Dialect::Sqlite => Dialect::PostgreSql,
        dialect => dialect,
    };
    let text = SqlText::known(sql);
    let tokens = bounded_tokens(&text, dialect)?;
    let context = Context::new(&text, dialect);
    let cursor = Cursor::new(&context, &tokens);
    if is_query(&cursor) {
        return Some(Said { queries: true, ..Said::default() });
    }
    let expression = whole(cursor);
    if expression.any(&|part| matches!(part.kind, Kind::Other | Kind::Hole)) {
        return None;
    }
    let mut mentions = Mentions::default();
    mentions.read(&Target { table: table.clone(), alias: None, alone: true }, cursor);
    let mut said =
        Said { columns: mentions.columns, compared: mentions.compared, ..Said::default() };
    said.scopes = scopes_of_condition(cursor, table);
    gather(&expression, &mut said);
    Some(said)
}

fn gather(expression: &Expression, said: &mut Said) {
    match &expression.kind {
        Kind::Query { .. } | Kind::In { items: None, .. } => said.queries = true,
        Kind::Call { name, arguments } if name != "[]" => {
            let column = match arguments.last().map(|last| &last.unparenthesized().kind) {
                Some(Kind::Column(parts)) => parts.last().and_then(Known::as_str),
                _ => None,
            };
            let column = column.map(str::to_owned);
            let call = Call { name: name.clone(), arguments: arguments.len(), column };
            said.calls.push(call);
        }
        _ => {}
    }
    expression.children().into_iter().for_each(|child| gather(child, said));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_names_columns_and_functions() {
        let read = |sql: &str| said(sql, &TableName::plain("t"), Dialect::PostgreSql);
        let found =
            read("price > 0 AND t.kind IN ('a') AND lower(name) <> ''").expect("it is read");
        assert_eq!(found.columns, ["price", "kind", "name"]);
        assert_eq!(found.calls[0].name, "lower");
        assert!(!found.queries);
        assert!(read("id IN (SELECT id FROM u)").expect("it is read").queries);
        assert!(read("(SELECT 1)").expect("it is read").queries);
        assert_eq!(
            read("date(seen)").expect("it is read").calls[0].column.as_deref(),
            Some("seen")
        );
    }
}
