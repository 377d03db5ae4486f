//! What ORDER BY and GROUP BY name of the list of their query.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression};
use crate::sql::grammar::scopes::names::named;
use crate::sql::grammar::scopes::{Distinct, Parts, Reader};
use crate::sql::scope::{NamedColumn, QueryFault};
use crate::text::known::Known;

/// An item of the list.
struct Item {
    read: Expression,
    column: Option<NamedColumn>,
    given: Option<String>,
    sql: Option<String>,
}

impl Reader {
    /// Reads what a query is ordered by. What is not understood says nothing.
    pub(super) fn ordering(&mut self, at: usize, parts: &Parts<'_>) {
        for (clause, items) in [("GROUP BY", &parts.groups), ("ORDER BY", &parts.orders)] {
            let places = items.iter().filter_map(place);
            let beyond = |width: usize| places.clone().find(|place| !(1..=width).contains(place));
            if let Some((place, width)) =
                parts.width.and_then(|width| Some((beyond(width)?, width)))
            {
                self.found.faults.push(QueryFault::NoPlace(clause, place, width));
                return;
            }
        }
        let list: Option<Vec<Item>> = parts.list.iter().map(|text| item(at, text)).collect();
        let (Some(list), Some(_)) = (list, parts.width) else { return };
        match parts.distinct {
            Distinct::No => {}
            Distinct::Yes => {
                let is_fault = |order: &Cursor<'_>| !is_listed(at, &list, order);
                if parts.orders.iter().any(is_fault) {
                    self.found.faults.push(QueryFault::OrderUnlisted);
                }
            }
            Distinct::On(on) => {
                if begins_elsewhere(at, &list, on, &parts.orders) {
                    self.found.faults.push(QueryFault::OrderBesides);
                }
            }
        }
    }
}

impl Reader {
    /// Reads what an aggregate orders its DISTINCT arguments by: `string_agg(DISTINCT a, ',' ORDER
    /// BY b)` (`transformDistinctClause`; seen on PostgreSQL 15.18).
    pub(super) fn ordering_of_call(&mut self, at: usize, mut call: Cursor<'_>) {
        call.until(|cursor| cursor.is_mark(b'('));
        let Some(mut inside) = call.inside() else { return };
        if !inside.eat("DISTINCT") {
            return;
        }
        let arguments = inside.until_words(&["ORDER"]);
        if !inside.eat("ORDER BY") || arguments.has_hole() {
            return;
        }
        let list: Option<Vec<Item>> = arguments.list().iter().map(|text| item(at, text)).collect();
        let Some(list) = list else { return };
        let is_fault = |order: &Cursor<'_>| !is_listed(at, &list, order);
        if inside.list().iter().any(is_fault) {
            self.found.faults.push(QueryFault::OrderOfAggregate);
        }
    }
}

fn item(at: usize, text: &Cursor<'_>) -> Option<Item> {
    let mut rest = *text;
    let read = expression(&mut rest);
    rest.eat("AS");
    let given = rest.name().and_then(Known::into_option);
    let sql = squeezed(&read, text);
    rest.is_done().then(|| Item { column: named(at, &read), read, given, sql })
}

/// Returns the expression in lower case, without blanks.
fn squeezed(read: &Expression, text: &Cursor<'_>) -> Option<String> {
    let sql = read.sql(text).into_option()?;
    Some(sql.split_whitespace().collect::<String>().to_lowercase())
}

/// Returns the place in the list that an item names.
fn place(item: &Cursor<'_>) -> Option<usize> {
    let mut rest = *item;
    let read = expression(&mut rest);
    read.sql(item).into_option()?.trim().parse().ok()
}

fn is_same(one: &NamedColumn, other: &NamedColumn) -> bool {
    let is_of = one.of.is_none() || other.of.is_none() || one.of == other.of;
    is_of && one.name.eq_ignore_ascii_case(&other.name)
}

fn has_name(list: &[Item], column: &NamedColumn) -> bool {
    let is_it = |given: &String| given.eq_ignore_ascii_case(&column.name);
    column.of.is_none() && list.iter().any(|item| item.given.as_ref().is_some_and(is_it))
}

/// Tells whether an item of ORDER BY may be one of the list: two ways to write an expression are
/// not told apart, so that it certainly is none only where the list holds columns alone.
fn is_listed(at: usize, list: &[Item], order: &Cursor<'_>) -> bool {
    let mut rest = *order;
    let read = expression(&mut rest);
    if !rest.is_done() && !rest.is_any(&["ASC", "DESC", "NULLS"]) {
        return true;
    }
    if let Some(column) = named(at, &read) {
        let is_column = |item: &Item| item.column.as_ref().is_some_and(|own| is_same(own, &column));
        return has_name(list, &column) || list.iter().any(is_column);
    }
    let is_call = matches!(read.kind, Kind::Call { .. } | Kind::Chain { .. } | Kind::Cast(_));
    let is_plain = |item: &Item| matches!(item.read.kind, Kind::Column(_));
    let sql = squeezed(&read, order);
    !is_call
        || order.has_hole()
        || !list.iter().all(is_plain)
        || list.iter().any(|item| item.sql == sql)
}

/// Tells whether ORDER BY begins with a column that DISTINCT ON does not name.
fn begins_elsewhere(at: usize, list: &[Item], on: Cursor<'_>, orders: &[Cursor<'_>]) -> bool {
    let columns: Option<Vec<NamedColumn>> =
        on.list().into_iter().map(|text| item(at, &text).and_then(|item| item.column)).collect();
    let Some(columns) = columns else { return false };
    for order in orders.iter().take(columns.len()) {
        let mut rest = *order;
        let Some(column) = named(at, &expression(&mut rest)) else { return false };
        if has_name(list, &column) || has_name(list, &columns[0]) {
            return false;
        }
        if !columns.iter().any(|own| is_same(own, &column)) {
            return true;
        }
    }
    false
}
