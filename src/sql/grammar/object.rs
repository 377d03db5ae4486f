//! ALTER and DROP of everything that is neither a table nor an index.

use crate::sql::grammar::alter_table::behavior;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::index::drop_index;
use crate::sql::grammar::signature::signature;
use crate::sql::object_change::{EnumChange, ObjectAction, ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::{ConstraintKind, TableName};
use crate::sql::table_change::{IndexAction, TableAction, TableChange};
use crate::text::known::Known;

/// Reads what kind of object is named next.
pub(super) fn object_kind(cursor: &mut Cursor<'_>) -> Option<ObjectKind> {
    const KINDS: [(&str, ObjectKind); 44] = [
        ("MATERIALIZED VIEW", ObjectKind::MaterializedView),
        ("RECURSIVE VIEW", ObjectKind::View),
        ("VIEW", ObjectKind::View),
        ("FUNCTION", ObjectKind::Routine),
        ("PROCEDURE", ObjectKind::Routine),
        ("PROC", ObjectKind::Routine),
        ("ROUTINE", ObjectKind::Routine),
        ("AGGREGATE", ObjectKind::Routine),
        ("CONSTRAINT TRIGGER", ObjectKind::Trigger),
        ("EVENT TRIGGER", ObjectKind::Other),
        ("TRIGGER", ObjectKind::Trigger),
        ("SEQUENCE", ObjectKind::Sequence),
        ("EXTENSION", ObjectKind::Extension),
        ("SCHEMA", ObjectKind::Schema),
        ("POLICY", ObjectKind::Policy),
        ("RULE", ObjectKind::Rule),
        ("DOMAIN", ObjectKind::Domain),
        ("USER MAPPING", ObjectKind::Other),
        ("ROLE", ObjectKind::Role),
        ("USER", ObjectKind::Role),
        ("GROUP", ObjectKind::Role),
        ("LOGIN", ObjectKind::Role),
        ("DATABASE", ObjectKind::Database),
        ("STATISTICS", ObjectKind::Statistics),
        ("COLLATION", ObjectKind::Other),
        ("CAST", ObjectKind::Other),
        ("PUBLICATION", ObjectKind::Publication),
        ("SUBSCRIPTION", ObjectKind::Other),
        ("OPERATOR CLASS", ObjectKind::Other),
        ("OPERATOR FAMILY", ObjectKind::Other),
        ("OPERATOR", ObjectKind::Other),
        ("SERVER", ObjectKind::Other),
        ("FOREIGN DATA WRAPPER", ObjectKind::Other),
        ("TEXT SEARCH CONFIGURATION", ObjectKind::Other),
        ("TEXT SEARCH DICTIONARY", ObjectKind::Other),
        ("TEXT SEARCH PARSER", ObjectKind::Other),
        ("TEXT SEARCH TEMPLATE", ObjectKind::Other),
        ("LANGUAGE", ObjectKind::Other),
        ("TABLESPACE", ObjectKind::Other),
        ("CONVERSION", ObjectKind::Other),
        ("TRANSFORM", ObjectKind::Other),
        ("ACCESS METHOD", ObjectKind::Other),
        ("LARGE OBJECT", ObjectKind::Other),
        ("EVENT", ObjectKind::Other),
    ];
    KINDS.into_iter().find(|(words, _)| cursor.eat(words)).map(|(_, kind)| kind)
}

/// Reads the tables that a publication names: FOR, ADD, SET or DROP TABLE, and a list.
pub(super) fn published(mut cursor: Cursor<'_>) -> Vec<TableName> {
    cursor.eat_any(&["FOR", "ADD", "SET", "DROP"]);
    if !cursor.is_any(&["TABLE", "TABLES"]) {
        return Vec::new();
    }
    let list = cursor.until_words(&["WITH"]).list().into_iter();
    let mut of_schemas = false;
    let table = |mut item: Cursor<'_>| {
        of_schemas = (of_schemas || item.is("TABLES")) && !item.is("TABLE");
        item.eat("TABLE");
        item.eat("ONLY");
        (!of_schemas).then(|| item.table())
    };
    list.filter_map(table).collect()
}

/// Reads DROP of anything, from the word behind DROP.
pub fn drop_any(cursor: &mut Cursor<'_>) -> Option<Vec<Statement>> {
    cursor.eat("TEMPORARY");
    if cursor.are("FOREIGN TABLE") {
        cursor.skip(1);
    }
    if cursor.eat_any(&["TABLE", "TABLES"]) {
        let if_exists = cursor.eat("IF EXISTS");
        let (names, cascade) = names_and_behavior(cursor);
        let one = |mut item: Cursor<'_>| {
            Statement::Table(TableChange::DropTable { table: item.table(), if_exists, cascade })
        };
        return Some(names.list().into_iter().map(one).collect());
    }
    if cursor.eat("INDEX") {
        return Some(drop_index(cursor));
    }
    if cursor.eat("TYPE") {
        let if_exists = cursor.eat("IF EXISTS");
        let (names, cascade) = names_and_behavior(cursor);
        let one = |mut item: Cursor<'_>| {
            let TableName { schema, name } = item.table();
            Statement::Object(ObjectChange::DropType { name, schema, if_exists, cascade })
        };
        return Some(names.list().into_iter().map(one).collect());
    }
    if cursor.eat("OWNED BY") {
        let kind = ObjectKind::Other;
        let name = Known::Is(format!("OWNED BY {}", cursor.take_rest().shown()));
        return Some(vec![Statement::Object(ObjectChange::DropObject {
            kind,
            name,
            on: None,
            if_exists: false,
            cascade: true,
            signature: None,
        })]);
    }
    cursor.eat_any(&["PROCEDURAL", "TRUSTED"]);
    let kind = object_kind(cursor)?;
    let if_exists = cursor.eat("IF EXISTS");
    let (names, cascade) = names_and_behavior(cursor);
    let one = |mut item: Cursor<'_>| {
        let name = item.path();
        let on = if matches!(kind, ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule) {
            on_table(&mut item, ObjectKind::Policy)
        } else {
            None
        };
        let is_called = kind == ObjectKind::Routine;
        let said = is_called && item.is_mark(b'(');
        let signature = said.then(|| signature(item).into());
        Statement::Object(ObjectChange::DropObject {
            kind,
            name,
            on,
            if_exists,
            cascade,
            signature,
        })
    };
    Some(names.list().into_iter().map(one).collect())
}

fn names_and_behavior<'a>(cursor: &mut Cursor<'a>) -> (Cursor<'a>, bool) {
    // A hole before a name may hold IF EXISTS.
    if cursor.is_hole() && !cursor.word(1).is_empty() && !cursor.is_word_at(1, "CASCADE") {
        cursor.skip(1);
    }
    let names = cursor.until_words(&["CASCADE", "RESTRICT"]);
    (names, behavior(cursor))
}

/// Reads ALTER of anything but a table, from the word behind ALTER.
pub fn alter_object(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if cursor.eat("TYPE") {
        return Some(alter_type(cursor));
    }
    if cursor.eat("INDEX") {
        return Some(alter_index(cursor));
    }
    if cursor.are("DEFAULT PRIVILEGES") {
        cursor.take_rest();
        return Some(Statement::Object(ObjectChange::Grant));
    }
    if cursor.eat("SYSTEM") {
        let words = cursor.take_rest().shown();
        return Some(Statement::Object(ObjectChange::AlterObject {
            kind: ObjectKind::Other,
            name: "system".into(),
            on: None,
            if_exists: false,
            action: ObjectAction::Other,
            tables: Vec::new(),
            words,
        }));
    }
    cursor.eat("PROCEDURAL");
    let kind = object_kind(cursor)?;
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.path();
    if matches!(kind, ObjectKind::Routine | ObjectKind::Other) {
        cursor.group();
    }
    let on = if cursor.eat("ON") { Some(cursor.table()) } else { None };
    let action = object_action(cursor, kind);
    let of_publication = kind == ObjectKind::Publication;
    let tables = if of_publication { published(*cursor) } else { Vec::new() };
    let words = cursor.take_rest().shown();
    Some(Statement::Object(ObjectChange::AlterObject {
        kind,
        name,
        on,
        if_exists,
        action,
        tables,
        words,
    }))
}

fn object_action(cursor: &Cursor<'_>, kind: ObjectKind) -> ObjectAction {
    let of_domain = kind == ObjectKind::Domain;
    if cursor.are("RENAME TO") {
        ObjectAction::Rename
    } else if cursor.are("SET SCHEMA") {
        ObjectAction::SetSchema
    } else if of_domain && cursor.is("ADD") {
        let check = cursor.has_word("CHECK");
        let kind = if check { ConstraintKind::Check } else { ConstraintKind::NotNull };
        ObjectAction::AddConstraint { kind, not_valid: cursor.has_word("VALID") }
    } else if of_domain && cursor.is("VALIDATE") {
        ObjectAction::ValidateConstraint
    } else if of_domain && cursor.are("SET NOT NULL") {
        ObjectAction::SetNotNull
    } else {
        ObjectAction::Other
    }
}

fn alter_type(cursor: &mut Cursor<'_>) -> Statement {
    let name = cursor.path();
    let unknown = Known::Unreadable;
    let change = if cursor.eat("ADD VALUE") {
        let if_not_exists = cursor.eat("IF NOT EXISTS");
        EnumChange::AddValue { value: cursor.string().unwrap_or(unknown), if_not_exists }
    } else if cursor.eat("RENAME VALUE") {
        let from = cursor.string().unwrap_or(unknown.clone());
        cursor.eat("TO");
        EnumChange::RenameValue { from, to: cursor.string().unwrap_or(unknown) }
    } else if cursor.eat("RENAME TO") {
        EnumChange::Rename { to: cursor.name().unwrap_or(unknown) }
    } else {
        // No label is ever taken out.
        if cursor.are("DROP VALUE") || cursor.are("REMOVE VALUE") {
            cursor.skip(1);
            cursor.mark_foreign();
        }
        EnumChange::Other
    };
    cursor.take_rest();
    Statement::Object(ObjectChange::AlterType { name, change })
}

fn alter_index(cursor: &mut Cursor<'_>) -> Statement {
    cursor.eat("IF EXISTS");
    let index = cursor.table();
    if cursor.eat("RENAME TO") {
        let to = cursor.name().unwrap_or(Known::Unreadable);
        return Statement::Table(TableChange::RenameIndex { name: index.name, to });
    }
    // SQL Server: ALTER INDEX name ON table REBUILD.
    if cursor.eat("ON") {
        let table = cursor.table();
        let words = cursor.take_rest().shown();
        let action = TableAction::Rebuild;
        return Statement::Table(TableChange::AlterTable { table, action, words });
    }
    let words = cursor.take_rest();
    let mut cursor = words;
    let action = match () {
        () if cursor.are("SET TABLESPACE") => IndexAction::SetTablespace,
        () if cursor.eat("ATTACH PARTITION") => IndexAction::Attach(cursor.table().name),
        () => IndexAction::Other,
    };
    let words = words.shown();
    Statement::Table(TableChange::AlterIndex { name: index.name, action, words })
}

/// Reads the table behind ON; of a rule, the one behind TO.
pub(super) fn on_table(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Option<TableName> {
    cursor.until_words(&["ON"]);
    let found = cursor.eat("ON");
    if kind == ObjectKind::Rule
        && !cursor.is_done()
        && cursor.is_any(&["SELECT", "INSERT", "UPDATE", "DELETE"])
    {
        cursor.until_words(&["TO"]);
        cursor.eat("TO");
    }
    found.then(|| cursor.table())
}
