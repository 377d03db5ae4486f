//! Tokens of a piece of SQL that is within the bounds.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::bounds::{statement_past, text_past};
use crate::sql::grammar::token::{Token, tokens};
use crate::sql::script::SqlText;

/// Cuts a text into tokens, unless it is past a bound.
pub fn bounded_tokens(text: &SqlText, dialect: Dialect) -> Option<Vec<Token>> {
    if text_past(text.text().len()).is_some() {
        return None;
    }
    let tokens = tokens(text, dialect);
    statement_past(text.text(), &tokens).is_none().then_some(tokens)
}
