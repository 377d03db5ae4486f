//! What queries with GROUP BY and aggregates name: each column is grouped by, or in an aggregate.

use crate::sql::functions::PLAIN_CALLS;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression};
use crate::sql::grammar::scopes::names::{is_special, named};
use crate::sql::grammar::scopes::{AGGREGATES, Parts, Reader};
use crate::sql::scope::{Grouped, NamedColumn, QueryFault};
use crate::text::known::Known;

impl Reader {
    /// Reads what a query groups, and what it gives besides. What is not understood says nothing.
    pub(super) fn grouping(&mut self, at: usize, parts: &Parts<'_>) {
        let read = |piece: &Cursor<'_>| {
            let mut rest = *piece;
            let read = expression(&mut rest);
            rest.eat("AS");
            let given = rest.name().and_then(Known::into_option);
            rest.is_done().then_some((read, given))
        };
        let list: Option<Vec<_>> = parts.list.iter().map(read).collect();
        let Some(list) = list else { return };
        let having = parts.having.as_ref().and_then(|text| Some((read(text)?.0, *text)));
        let aggregates = parts.list.iter().zip(&list).map(|(text, (read, _))| (read, text));
        let aggregates = aggregates.chain(having.as_ref().map(|(read, text)| (read, text)));
        if parts.groups.is_empty() && !aggregates.clone().any(|(read, text)| gathers(read, text)) {
            return;
        }
        if aggregates.clone().any(|(read, text)| is_nested(read, text, false)) {
            self.found.faults.push(QueryFault::NestedAggregate);
        }
        let mut by = Vec::new();
        let mut covered = vec![false; list.len()];
        for group in &parts.groups {
            let mut rest = *group;
            let read = expression(&mut rest);
            let number = group.sql().as_str().and_then(|sql| sql.trim().parse::<usize>().ok());
            let column = named(at, &read).filter(|_| rest.is_done());
            let is_it = |(text, (_, given)): (&Cursor<'_>, &(Expression, Option<String>))| {
                let same = column.as_ref().filter(|column| column.of.is_none());
                same.zip(given.as_ref()).is_some_and(|(column, given)| column.name == *given)
                    || item_sql(text) == group.sql().into_option().map(|sql| sql.trim().to_owned())
            };
            let item = match number {
                Some(number) => number.checked_sub(1).filter(|number| *number < list.len()),
                None => parts.list.iter().zip(&list).position(is_it),
            };
            if let Some(item) = item {
                covered[item] = true;
                by.extend(named(at, &list[item].0));
            } else if column.is_none() {
                return;
            }
            by.extend(column);
        }
        let mut loose = Vec::new();
        for (number, (text, (read, _))) in parts.list.iter().zip(&list).enumerate() {
            if !covered[number] {
                collect(at, read, text, &mut loose);
            }
        }
        if let Some((read, text)) = &having {
            collect(at, read, text, &mut loose);
        }
        loose.retain(|column| !by.iter().any(|own| own.name.eq_ignore_ascii_case(&column.name)));
        if !loose.is_empty() {
            self.found.grouped.push(Grouped { by, loose });
        }
    }
}

/// Returns an item of a list as SQL, without the name that it is given.
fn item_sql(text: &Cursor<'_>) -> Option<String> {
    let mut rest = *text;
    let read = expression(&mut rest);
    read.sql(text).into_option().map(|sql| sql.trim().to_owned())
}

fn is_aggregate(read: &Expression, text: &Cursor<'_>) -> bool {
    matches!(&read.kind, Kind::Call { name, .. } if AGGREGATES.contains(&name.as_str()))
        && !read.tokens(text).has_word("OVER")
}

/// Tells whether a known aggregate stands in an expression.
fn gathers(read: &Expression, text: &Cursor<'_>) -> bool {
    is_aggregate(read, text) || read.children().into_iter().any(|child| gathers(child, text))
}

fn is_nested(read: &Expression, text: &Cursor<'_>, inside: bool) -> bool {
    let own = is_aggregate(read, text);
    own && inside || read.children().into_iter().any(|child| is_nested(child, text, inside || own))
}

/// Adds the columns that stand outside of every call but those of plain functions: any other
/// function may be an aggregate.
fn collect(at: usize, read: &Expression, text: &Cursor<'_>, loose: &mut Vec<NamedColumn>) {
    match &read.kind {
        Kind::Column(_) => {
            loose.extend(named(at, read));
            return;
        }
        Kind::Call { name, .. }
            if !PLAIN_CALLS.contains(&name.as_str())
                || is_special(name, read.tokens(text))
                || read.tokens(text).has_word("OVER") =>
        {
            return;
        }
        Kind::Other | Kind::Hole | Kind::Query { .. } => return,
        _ => {}
    }
    read.children().into_iter().for_each(|child| collect(at, child, text, loose));
}
