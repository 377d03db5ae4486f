//! ALTER TABLE, action by action.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::column::{column, default};
use crate::sql::grammar::constraint::{Element, element};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::type_name::type_name;
use crate::sql::statement::Statement;
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
    let table = cursor.table();
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
        "ALTER" | "MODIFY" | "CHANGE" => column_action(&mut cursor, table, &word),
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
        _ => table_action(&mut cursor, table, &word),
    };
    if !cursor.is_done() && !cursor.has_hole() {
        cursor.mark_unexpected();
    }
    vec![one]
}

fn unreadable(why: &str, table: &TableName) -> Statement {
    Statement::Unreadable {
        why: why.to_owned(),
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
        let what = cursor.take_rest().shown();
        let action = TableAction::Brief { what: format!("ADD {what}") };
        return vec![Statement::Table(TableChange::AlterTable { table: table.clone(), action })];
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
    if cursor.eat_any(&["INDEX", "KEY"]) {
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
        let what = format!("DROP {}", cursor.take_rest().shown());
        return vec![Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::Brief { what },
        })];
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

fn column_action(cursor: &mut Cursor<'_>, table: &TableName, word: &str) -> Statement {
    let table = table.clone();
    cursor.skip(1);
    if word == "ALTER" && cursor.is_any(&["CONSTRAINT", "INDEX", "CHECK"]) {
        let what = format!("ALTER {}", cursor.take_rest().shown());
        return Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::Brief { what },
        });
    }
    cursor.eat("COLUMN");
    cursor.eat("IF EXISTS");
    if word != "ALTER" {
        return restate(cursor, table, word == "CHANGE");
    }
    let column = cursor.name().unwrap_or(Known::Unreadable);
    if cursor.eat("SET NOT NULL") {
        Statement::Table(TableChange::SetNotNull { table, column })
    } else if cursor.eat("DROP NOT NULL") {
        Statement::Table(TableChange::DropNotNull { table, column })
    } else if cursor.eat("SET DEFAULT") {
        Statement::Table(TableChange::SetDefault { table, column, default: default(cursor) })
    } else if cursor.eat("DROP DEFAULT") {
        Statement::Table(TableChange::DropDefault { table, column })
    } else if cursor.eat_any(&["SET DATA TYPE", "TYPE"]) {
        alter_type(cursor, table, column)
    } else if cursor.is_any(&["SET", "DROP", "ADD", "RESET", "RESTART"]) {
        Statement::Table(TableChange::AlterColumn {
            table,
            column,
            what: cursor.take_rest().shown(),
        })
    } else if cursor.dialect() == Dialect::SqlServer {
        *cursor = cursor.over(&cursor.tokens[cursor.position() - 1..]);
        restate(cursor, table, false)
    } else {
        if !cursor.is_hole() {
            cursor.mark_unexpected();
        }
        Statement::Table(TableChange::AlterColumn {
            table,
            column,
            what: cursor.take_rest().shown(),
        })
    }
}

fn alter_type(cursor: &mut Cursor<'_>, table: TableName, column: Known<String>) -> Statement {
    let hole = cursor.is_hole();
    let to = type_name(cursor).filter(|_| !hole).into();
    if cursor.eat("COLLATE") {
        cursor.path();
    }
    let using = cursor.eat("USING").then(|| cursor.take_rest().sql());
    Statement::Table(TableChange::AlterColumnType { table, column, to, existing: None, using })
}

/// Reads MODIFY and CHANGE of MySQL, and ALTER COLUMN of SQL Server, which restate the column.
fn restate(cursor: &mut Cursor<'_>, table: TableName, change: bool) -> Statement {
    let name = if change { cursor.name() } else { None };
    let column = column(&mut cursor.take_rest());
    let to = name.is_some().then(|| column.name.clone());
    let name = name.unwrap_or_else(|| column.name.clone());
    Statement::Table(TableChange::ModifyColumn { table, name, to, column, existing: None })
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
        cursor.eat("IF EXISTS");
    }
    let name = cursor.name().unwrap_or(unknown.clone());
    if !cursor.eat("TO") {
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

/// Reads an action that is about the table as a whole.
fn table_action(cursor: &mut Cursor<'_>, table: &TableName, word: &str) -> Statement {
    let table = table.clone();
    if cursor.eat("SET SCHEMA") {
        return Statement::Table(TableChange::SetSchema {
            table,
            schema: cursor.name().unwrap_or(Known::Unreadable),
        });
    }
    let whole = *cursor;
    let what = || whole.over(whole.rest()).shown();
    let action = match word {
        "ATTACH" if cursor.eat("ATTACH PARTITION") => {
            let partition = cursor.table();
            TableAction::AttachPartition { partition, default: cursor.is("DEFAULT") }
        }
        "DETACH" if cursor.eat("DETACH PARTITION") => {
            let partition = cursor.table();
            TableAction::DetachPartition { partition, concurrently: cursor.eat("CONCURRENTLY") }
        }
        "ENABLE" | "FORCE" if ends_with_row_security(&what()) => {
            TableAction::RowSecurity { enable: true }
        }
        "DISABLE" | "NO" if ends_with_row_security(&what()) => {
            TableAction::RowSecurity { enable: false }
        }
        "ENABLE" | "DISABLE" if what().to_ascii_uppercase().contains("TRIGGER") => {
            TableAction::Trigger { enable: word == "ENABLE" }
        }
        "SET" => set(cursor, what()),
        "RESET" | "CLUSTER" => TableAction::Light { what: what() },
        "COMMENT" | "AUTO_INCREMENT" | "CHECK" | "NOCHECK" => TableAction::Light { what: what() },
        "ENGINE" | "CONVERT" | "ORDER" | "FORCE" | "ROW_FORMAT" | "COALESCE" | "REORGANIZE"
        | "REBUILD" => TableAction::Rewrite { what: what() },
        "ENABLE" | "DISABLE" | "OWNER" | "INHERIT" | "NO" | "OF" | "NOT" | "REPLICA"
        | "OPTIONS" | "SPLIT" | "MERGE" | "PARTITION" | "DEFAULT" | "CHARACTER" | "CHARSET"
        | "COLLATE" | "EXCHANGE" | "TRUNCATE" | "SWITCH" | "REMOVE" | "DISCARD" | "IMPORT"
        | "ANALYZE" | "OPTIMIZE" => TableAction::Brief { what: what() },
        _ if whole.dialect().is_mysql() && whole.token(1).is_some() => {
            TableAction::Brief { what: what() }
        }
        _ => {
            cursor.mark_unexpected();
            TableAction::Brief { what: what() }
        }
    };
    cursor.take_rest();
    Statement::Table(TableChange::AlterTable { table, action })
}

fn ends_with_row_security(what: &str) -> bool {
    what.to_ascii_uppercase().ends_with("ROW LEVEL SECURITY")
}

fn set(cursor: &mut Cursor<'_>, what: String) -> TableAction {
    cursor.eat("SET");
    if cursor.is_any(&["LOGGED", "UNLOGGED", "TABLESPACE", "ACCESS"]) {
        TableAction::Rewrite { what }
    } else if cursor.are("WITHOUT CLUSTER")
        || (cursor.is_mark(b'(') && !what.contains("user_catalog_table"))
    {
        TableAction::Light { what }
    } else {
        TableAction::Brief { what }
    }
}
