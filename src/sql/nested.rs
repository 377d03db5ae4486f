//! Statements that stand inside of another: common table expressions, EXPLAIN, a condition's branch.

use crate::sql::grammar::alter_table::Read;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::query::used;
use crate::sql::grammar::select::select_of;
use crate::sql::grammar::{insert, write};
use crate::sql::read::{Reader, named};
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;

impl Reader<'_> {
    /// Reads WITH: what its parts write, and the statement behind them.
    pub(crate) fn with(&self, mut cursor: Cursor<'_>, body: bool) -> Vec<Read> {
        let (start, end) = cursor.range();
        let mut reads = Vec::new();
        let main = cursor;
        let mut names = Vec::new();
        cursor.eat("WITH");
        cursor.eat("RECURSIVE");
        while let Some(name) = cursor.name() {
            names.extend(name.into_option());
            cursor.group();
            cursor.eat("AS");
            cursor.eat_any(&["MATERIALIZED", "NOT MATERIALIZED"]);
            let Some(part) = cursor.group() else { break };
            match part.is_any(&["INSERT", "UPDATE", "DELETE", "MERGE"]) {
                true => reads.extend(self.read(part, body)),
                false => reads.extend(self.writes_within(part, body)),
            }
            if !cursor.eat_mark(b',') {
                break;
            }
        }
        reads.extend(self.writes_within(cursor, body));
        if !cursor.is_any(&["INSERT", "UPDATE", "DELETE", "MERGE"]) {
            let statement = select_of(&main);
            if statement != Statement::Read || reads.is_empty() {
                reads.push((statement, start, end));
            }
            return reads;
        }
        let common = used(main.over(&main.tokens[..cursor.position()])).tables;
        let mut statement = match cursor.word(0).to_ascii_uppercase().as_str() {
            "INSERT" => insert::insert(&mut cursor),
            "UPDATE" => named(write::update(&mut cursor), body),
            "DELETE" => named(write::delete(&mut cursor), body),
            _ => {
                reads.extend(write::merge(&mut cursor).into_iter().map(|read| (read, start, end)));
                return reads;
            }
        };
        resolve_common(&mut statement, &names, common);
        reads.push((statement, start, end));
        reads
    }

    /// Reads what common tables inside of a query write.
    pub(crate) fn writes_within(&self, mut cursor: Cursor<'_>, body: bool) -> Vec<Read> {
        let mut reads = Vec::new();
        while !cursor.is_done() {
            match cursor.inside() {
                Some(inside) if writes(&inside) => {
                    reads.extend(self.read(inside.over(inside.rest()), body));
                }
                Some(inside) => reads.extend(self.writes_within(inside, body)),
                None => cursor.skip(1),
            }
        }
        reads
    }

    /// Returns what common tables write and the statement they stand in, unless that only reads.
    pub(crate) fn beside(&self, mut within: Vec<Read>, whole: Read) -> Vec<Read> {
        if whole.0 != Statement::Read || within.is_empty() {
            within.push(whole);
        }
        within
    }

    pub(crate) fn explain(&self, mut cursor: Cursor<'_>) -> Vec<Read> {
        let (start, end) = cursor.range();
        cursor.skip(1);
        let options =
            cursor.group().map(|group| group.shown().to_ascii_uppercase()).unwrap_or_default();
        let runs = cursor.eat_any(&["ANALYZE", "ANALYSE"]) || options.contains("ANALYZE");
        cursor.eat("VERBOSE");
        if runs {
            self.read(cursor.over(cursor.rest()), false)
        } else {
            vec![(Statement::Read, start, end)]
        }
    }
}

/// Tells whether what stands in parentheses writes rows.
fn writes(inside: &Cursor<'_>) -> bool {
    ["INSERT INTO", "DELETE FROM", "MERGE INTO"].iter().any(|words| inside.are(words))
        || (inside.is("UPDATE") && inside.has_word("SET"))
}

/// Replaces the names that WITH gives by the tables that stand behind them.
fn resolve_common(statement: &mut Statement, names: &[String], common: Vec<TableName>) {
    let reads = match statement {
        Statement::Rows(RowChange::Insert(insert)) => &mut insert.reads,
        Statement::Rows(RowChange::Update(update)) => &mut update.reads,
        Statement::Rows(RowChange::Delete(delete)) => &mut delete.reads,
        _ => return,
    };
    reads.retain(|table| !table.known().is_some_and(|table| names.contains(&table)));
    for table in common {
        if !reads.contains(&table) {
            reads.push(table);
        }
    }
}
