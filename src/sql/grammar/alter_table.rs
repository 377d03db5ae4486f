//! ALTER TABLE, action by action.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::alter_column::column_action;
use crate::sql::grammar::column::column;
use crate::sql::grammar::constraint::{Element, element};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::table_action::table_action;
use crate::sql::row_change::{Delete, Filter, Mentions, Reach, RowChange};
use crate::sql::statement::{Statement, Unread};
use crate::sql::table::{ConstraintKind, TableName};
use crate::sql::table_change::{TableAction, TableChange};
use crate::text::known::Known;

/// A statement with the bytes it was read from.
pub type Read = (Statement, usize, usize);

/// Reads ALTER TABLE, from the word behind TABLE. The first action begins where the statement does.
pub fn alter_table(cursor: &mut Cursor<'_>) -> Vec<Read> {
    let begin = cursor.range().0;
    cursor.eat("IF EXISTS");
    cursor.eat("ONLY");
    let table = cursor.target_table();
    cursor.eat_operator("*");
    cursor.eat_any(&["WITH CHECK", "WITH NOCHECK"]);
    let mut reads = Vec::new();
    let rest = cursor.take_rest();
    let mut goes_on = None;
    for action in rest.list() {
        let (start, end) = action.range();
        let start = if reads.is_empty() { begin } else { start };
        let place = |statement| (statement, start, end);
        // SQL Server says ADD and DROP once: `ADD a int, b int`.
        if rest.dialect() == Dialect::SqlServer {
            goes_on = Verb::of(&action).or(goes_on);
        }
        let read = match goes_on.filter(|_| Verb::of(&action).is_none()) {
            Some(Verb::Add) => add(&mut { action }, &table),
            Some(Verb::Drop) => drop(&mut { action }, &table),
            Some(Verb::Other) | None => actions(action, &table),
        };
        reads.extend(read.into_iter().map(place));
    }
    reads
}

/// What begins an action of SQL Server.
#[derive(Clone, Copy)]
enum Verb {
    Add,
    Drop,
    Other,
}

impl Verb {
    fn of(action: &Cursor<'_>) -> Option<Verb> {
        match action.word(0).to_ascii_uppercase().as_str() {
            "ADD" => Some(Verb::Add),
            "DROP" => Some(Verb::Drop),
            "ALTER" | "CHECK" | "NOCHECK" | "ENABLE" | "DISABLE" | "SWITCH" | "SET" | "REBUILD" => {
                Some(Verb::Other)
            }
            _ => None,
        }
    }
}

/// Reads one action; ADD with several columns in parentheses is several.
fn actions(mut cursor: Cursor<'_>, table: &TableName) -> Vec<Statement> {
    if cursor.is_hole() {
        return vec![unreadable("the action of ALTER TABLE is not known", table)];
    }
    let word = cursor.word(0).to_ascii_uppercase();
    let one = match word.as_str() {
        "ADD" => return add(&mut cursor, table),
        "DROP" => return drop(&mut cursor, table),
        "ALTER" => column_action(&mut cursor, table, &word),
        "MODIFY" | "CHANGE" => {
            cursor.mark_foreign();
            column_action(&mut cursor, table, &word)
        }
        "RENAME" => rename(&mut cursor, table),
        "VALIDATE" => {
            cursor.eat("VALIDATE CONSTRAINT");
            let name = cursor.name().unwrap_or(Known::Unreadable);
            Statement::Table(TableChange::ValidateConstraint { table: table.clone(), name })
        }
        // MySQL's hints change nothing.
        "ALGORITHM" | "LOCK" | "WITHOUT" | "WAIT" | "NOWAIT" if cursor.dialect().is_mysql() => {
            return Vec::new();
        }
        "TRUNCATE" if cursor.is_word_at(1, "PARTITION") => {
            let all = cursor.is_word_at(2, "ALL");
            let words = cursor.over(cursor.rest()).shown();
            let alter = table_action(&mut cursor, table, &word);
            let rows = match all {
                true => {
                    Statement::Rows(RowChange::Truncate { table: table.clone(), cascade: false })
                }
                false => rows_of_partitions(table, &words),
            };
            return vec![alter, rows];
        }
        _ => table_action(&mut cursor, table, &word),
    };
    if !cursor.is_done() && !cursor.has_hole() {
        cursor.mark_unexpected();
    }
    vec![one]
}

/// The rows that go with partitions of MySQL (its manual, *Management of RANGE and LIST
/// Partitions*).
fn rows_of_partitions(table: &TableName, words: &str) -> Statement {
    let filter = Filter { reach: Reach::Some, terms: vec![words.to_owned()], tests: Vec::new() };
    Statement::Rows(RowChange::Delete(Delete {
        table: table.clone(),
        filter,
        reads: Vec::new(),
        mentions: Mentions::default(),
    }))
}

fn unreadable(why: &str, table: &TableName) -> Statement {
    Statement::Unreadable {
        why: Unread::because(why),
        keyword: Some("ALTER TABLE".to_owned()),
        table: Some(table.clone()),
    }
}

fn add(cursor: &mut Cursor<'_>, table: &TableName) -> Vec<Statement> {
    cursor.eat("ADD");
    if let Some(element) = element(cursor) {
        if !cursor.is_done() && !cursor.has_hole() {
            cursor.mark_unexpected();
        }
        let table = table.clone();
        return vec![match element {
            Element::Constraint(constraint) => {
                Statement::Table(TableChange::AddConstraint { table, constraint })
            }
            Element::Index(index) => Statement::Table(TableChange::CreateIndex { table, index }),
        }];
    }
    if cursor.is("PARTITION") || cursor.are("SYSTEM VERSIONING") {
        let action = match cursor.is("PARTITION") {
            true => TableAction::Partitions,
            false => TableAction::Other,
        };
        let words = format!("ADD {}", cursor.take_rest().shown());
        return vec![Statement::Table(TableChange::AlterTable {
            table: table.clone(),
            action,
            words,
        })];
    }
    cursor.eat("COLUMN");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let of = |mut item: Cursor<'_>| match element(&mut item) {
        Some(Element::Constraint(constraint)) => {
            Statement::Table(TableChange::AddConstraint { table: table.clone(), constraint })
        }
        Some(Element::Index(index)) => {
            Statement::Table(TableChange::CreateIndex { table: table.clone(), index })
        }
        None => Statement::Table(TableChange::AddColumn {
            table: table.clone(),
            column: column(&mut item),
            if_not_exists,
        }),
    };
    match cursor.group() {
        Some(group) => group.list().into_iter().map(of).collect(),
        None => vec![of(cursor.take_rest())],
    }
}

fn drop(cursor: &mut Cursor<'_>, table: &TableName) -> Vec<Statement> {
    cursor.eat("DROP");
    let table = table.clone();
    if cursor.is_any(&["INDEX", "KEY"]) && !cursor.over(cursor.rest()).is_alone() {
        cursor.skip(1);
        cursor.mark_foreign();
        let if_exists = cursor.eat("IF EXISTS");
        let name = cursor.name();
        let table = Some(table);
        let concurrently = Known::Is(false);
        return vec![Statement::Table(TableChange::DropIndex {
            name,
            schema: None,
            table,
            concurrently,
            if_exists,
            cascade: false,
        })];
    }
    if cursor.is_any(&["PARTITION", "PERIOD", "SYSTEM"]) {
        let action = match cursor.is("PARTITION") {
            true => TableAction::Partitions,
            false => TableAction::Other,
        };
        let words = format!("DROP {}", cursor.take_rest().shown());
        let rows = (action == TableAction::Partitions).then(|| rows_of_partitions(&table, &words));
        let alter = Statement::Table(TableChange::AlterTable { table, action, words });
        return std::iter::once(alter).chain(rows).collect();
    }
    if cursor.is_any(&["PRIMARY", "FOREIGN", "CHECK"]) {
        cursor.mark_foreign();
    }
    let kind = if cursor.eat("PRIMARY KEY") {
        Some(ConstraintKind::PrimaryKey)
    } else if cursor.eat("FOREIGN KEY") {
        Some(ConstraintKind::ForeignKey)
    } else if cursor.eat("CHECK") {
        Some(ConstraintKind::Check)
    } else {
        None
    };
    if kind.is_some() || cursor.eat("CONSTRAINT") {
        let if_exists = cursor.eat("IF EXISTS");
        let name = cursor.name();
        let cascade = behavior(cursor);
        return vec![Statement::Table(TableChange::DropConstraint {
            table,
            name,
            kind,
            if_exists,
            cascade,
        })];
    }
    cursor.eat("COLUMN");
    let if_exists = cursor.eat("IF EXISTS");
    let columns = match cursor.names() {
        Some(Known::Is(names)) => names,
        Some(Known::Unreadable) => vec![Known::Unreadable],
        None => vec![cursor.name().unwrap_or(Known::Unreadable)],
    };
    let cascade = behavior(cursor);
    if !cursor.is_done() && !cursor.has_hole() {
        cursor.mark_unexpected();
    }
    let one = |column| {
        Statement::Table(TableChange::DropColumn {
            table: table.clone(),
            column,
            if_exists,
            cascade,
        })
    };
    columns.into_iter().map(one).collect()
}

/// Reads CASCADE or RESTRICT, and tells whether it was CASCADE.
pub fn behavior(cursor: &mut Cursor<'_>) -> bool {
    let cascade = cursor.eat("CASCADE");
    cursor.eat_any(&["CONSTRAINTS", "RESTRICT"]);
    cascade
}

fn rename(cursor: &mut Cursor<'_>, table: &TableName) -> Statement {
    let table = table.clone();
    cursor.eat("RENAME");
    let unknown = Known::Unreadable;
    if cursor.eat_any(&["TO", "AS"]) {
        let to = cursor.table();
        return match to.schema {
            Some(schema)
                if table.schema.as_ref().is_none_or(|own| *own != schema)
                    && table.schema.is_some() =>
            {
                Statement::Table(TableChange::SetSchema { table, schema })
            }
            _ => Statement::Table(TableChange::RenameTable { table, to: to.name }),
        };
    }
    let constraint = cursor.eat("CONSTRAINT");
    let index = !constraint && cursor.eat_any(&["INDEX", "KEY"]);
    if !constraint && !index {
        cursor.eat("COLUMN");
        if cursor.are("IF EXISTS") {
            cursor.mark_foreign();
            cursor.skip(2);
        }
    }
    let name = cursor.name().unwrap_or(unknown.clone());
    if !cursor.eat("TO") {
        cursor.mark_foreign();
        // `RENAME other` of MySQL.
        return Statement::Table(TableChange::RenameTable { table, to: name });
    }
    let to = cursor.name().unwrap_or(unknown);
    if constraint {
        Statement::Table(TableChange::RenameConstraint { table, name, to })
    } else if index {
        Statement::Table(TableChange::RenameIndex { name, to })
    } else {
        Statement::Table(TableChange::RenameColumn { table, column: name, to })
    }
}
