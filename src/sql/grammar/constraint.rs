//! Constraints of tables.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::index::{is_prefix, parts};
use crate::sql::table::{Check, Constraint, ForeignKey, Index, Key};
use crate::text::known::Known;

/// What stands among the columns of a table and is none.
pub enum Element {
    /// A constraint.
    Constraint(Constraint),
    /// An index (MySQL).
    Index(Index),
}

/// Reads a constraint or an index of a table if one is next.
pub fn element(cursor: &mut Cursor<'_>) -> Option<Element> {
    let start = *cursor;
    let name = if cursor.eat("CONSTRAINT") { constraint_name(cursor) } else { None };
    let word = cursor.word(0).to_ascii_uppercase();
    let read = match word.as_str() {
        "PRIMARY" if cursor.eat("PRIMARY KEY") => Constraint::PrimaryKey(key(cursor, name)),
        "UNIQUE" => {
            cursor.skip(1);
            cursor.eat_any(&["KEY", "INDEX", "NULLS NOT DISTINCT", "NULLS DISTINCT"]);
            Constraint::Unique(key(cursor, name))
        }
        "FOREIGN" if cursor.eat("FOREIGN KEY") => {
            cursor.eat("IF NOT EXISTS");
            let own = if cursor.is_mark(b'(') { None } else { cursor.name() };
            let columns = cursor.names().unwrap_or(Known::Unreadable);
            Constraint::ForeignKey(references(cursor, name.or(own), columns))
        }
        "CHECK" => {
            cursor.skip(1);
            let condition = cursor.group().map_or(Known::Unreadable, |group| group.sql());
            let not_valid = Known::Is(deferral(cursor));
            Constraint::Check(Check { name, condition, not_valid })
        }
        "EXCLUDE" => {
            let gist = excluded({ *cursor }.take_rest());
            cursor.take_rest();
            Constraint::Exclude { name, gist }
        }
        "NOT" if cursor.eat("NOT NULL") => {
            let column = cursor.name().unwrap_or(Known::Unreadable);
            let not_valid = deferral(cursor);
            Constraint::NotNull { name, column, not_valid }
        }
        "INDEX" | "KEY" | "FULLTEXT" | "SPATIAL" if cursor.dialect().is_mysql() => {
            return Some(Element::Index(inline_index(cursor)));
        }
        _ => {
            *cursor = start;
            return None;
        }
    };
    Some(Element::Constraint(read))
}

/// Reads the name behind CONSTRAINT; MySQL may leave it out.
fn constraint_name(cursor: &mut Cursor<'_>) -> Option<Known<String>> {
    if cursor.is_any(&["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) {
        return None;
    }
    let name = cursor.name();
    cursor.eat_mark(b'.');
    name
}

fn key(cursor: &mut Cursor<'_>, name: Option<Known<String>>) -> Key {
    cursor.eat_any(&["CLUSTERED", "NONCLUSTERED"]);
    if cursor.eat("USING INDEX") && !cursor.is("TABLESPACE") {
        let index = cursor.name().unwrap_or(Known::Unreadable);
        deferral(cursor);
        return Key { name, columns: Known::Is(Vec::new()), using_index: Some(index) };
    }
    let own = if cursor.is_mark(b'(') || cursor.is("USING") { None } else { cursor.name() };
    if cursor.eat("USING") {
        cursor.name();
    }
    let columns = cursor.names().unwrap_or(Known::Unreadable);
    deferral(cursor);
    Key { name: name.or(own), columns, using_index: None }
}

fn inline_index(cursor: &mut Cursor<'_>) -> Index {
    let method = if cursor.eat("FULLTEXT") {
        Some("fulltext".into())
    } else if cursor.eat("SPATIAL") {
        Some("spatial".into())
    } else {
        None
    };
    cursor.eat_any(&["INDEX", "KEY"]);
    cursor.eat("IF NOT EXISTS");
    let name = if cursor.is_mark(b'(') || cursor.is("USING") { None } else { cursor.name() };
    if cursor.eat("USING") {
        cursor.name();
    }
    let group = cursor.group();
    let prefixed = group.is_some_and(|group| group.list().iter().any(is_prefix));
    let columns = group.map_or(Known::Unreadable, parts);
    cursor.take_rest();
    Index {
        name,
        columns,
        unique: Known::Is(false),
        concurrently: Known::Is(false),
        if_not_exists: false,
        method,
        predicate: None,
        only: false,
        prefixed,
        classed: Vec::new(),
        parent: None,
    }
}

/// Reads REFERENCES with everything that belongs to it.
pub fn references(
    cursor: &mut Cursor<'_>,
    name: Option<Known<String>>,
    columns: Known<Vec<Known<String>>>,
) -> ForeignKey {
    cursor.eat("REFERENCES");
    cursor.eat("ONLY");
    let referent = cursor.table();
    let referent_columns = cursor.names().unwrap_or(Known::Is(Vec::new()));
    let mut key = ForeignKey {
        name,
        columns,
        referent,
        referent_columns,
        on_delete: None,
        on_update: None,
        not_valid: Known::Is(false),
        use_alter: false,
        deferred: false,
    };
    loop {
        if cursor.eat("MATCH") {
            cursor.skip(1);
        } else if cursor.eat("ON DELETE") {
            key.on_delete = Some(action(cursor));
        } else if cursor.eat("ON UPDATE") {
            key.on_update = Some(action(cursor));
        } else {
            break;
        }
    }
    let before = *cursor;
    key.not_valid = Known::Is(deferral(cursor));
    let behind = before.over(&before.tokens[before.position()..cursor.position()]);
    key.deferred = behind.has_word("DEFERRED");
    key
}

fn action(cursor: &mut Cursor<'_>) -> Known<String> {
    const ACTIONS: [&str; 5] = ["NO ACTION", "SET NULL", "SET DEFAULT", "CASCADE", "RESTRICT"];
    let found = ACTIONS.into_iter().find(|action| cursor.eat(action));
    if found.is_none() {
        cursor.skip(1);
    } else if cursor.is_mark(b'(') {
        cursor.pass();
    }
    found.map(str::to_owned).into()
}

/// Reads what may stand behind a constraint, and tells whether NOT VALID was there, or NOT
/// ENFORCED, which reads as few rows.
pub fn deferral(cursor: &mut Cursor<'_>) -> bool {
    let mut not_valid = false;
    loop {
        if cursor.eat_any(&["NOT VALID", "NOT ENFORCED"]) {
            not_valid = true;
        } else if cursor.eat("INCLUDE") || cursor.eat("WITH") {
            cursor.pass();
        } else if cursor.eat("USING INDEX TABLESPACE")
            || cursor.eat("USING")
            || cursor.eat("COMMENT")
        {
            cursor.skip(1);
        } else if !cursor.eat_any(&[
            "DEFERRABLE",
            "NOT DEFERRABLE",
            "INITIALLY DEFERRED",
            "INITIALLY IMMEDIATE",
            "NO INHERIT",
            "ENFORCED",
        ]) {
            return not_valid;
        }
    }
}

/// Reads the columns of `EXCLUDE USING gist (a WITH =, b WITH &&)`, without what has an operator
/// class or is an expression.
fn excluded(mut cursor: Cursor<'_>) -> Vec<String> {
    let is_gist = cursor.eat("EXCLUDE USING gist");
    let items = cursor.group().filter(|_| is_gist).map(Cursor::list).unwrap_or_default();
    let plain = |mut item: Cursor<'_>| {
        let name = item.name()?.into_option()?;
        item.is("WITH").then_some(name)
    };
    items.into_iter().filter_map(plain).collect()
}
