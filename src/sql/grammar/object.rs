//! CREATE, ALTER and DROP of everything that is neither a table nor an index.

use crate::sql::grammar::alter_table::behavior;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::index::drop_index;
use crate::sql::grammar::query::tables_read;
use crate::sql::grammar::scopes::scopes_of_policy;
use crate::sql::grammar::signature::signature;
use crate::sql::grammar::token::TokenKind;
use crate::sql::grammar::view;
use crate::sql::object_change::{EnumChange, ObjectAction, ObjectChange, ObjectKind, Uses};
use crate::sql::row_change::Mentions;
use crate::sql::statement::Statement;
use crate::sql::table::{ConstraintKind, EnumType, TableName};
use crate::sql::table_change::{IndexAction, TableAction, TableChange};
use crate::text::known::Known;

/// Reads what kind of object is named next.
fn object_kind(cursor: &mut Cursor<'_>) -> Option<ObjectKind> {
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

/// What PostgreSQL has no CREATE OR REPLACE of (its manual, *SQL Commands*; seen on 15.18).
const NOT_REPLACED: [&str; 7] =
    ["MATERIALIZED", "SEQUENCE", "POLICY", "EXTENSION", "SCHEMA", "DOMAIN", "ROLE"];

/// Tells whether PostgreSQL has no CREATE ... IF NOT EXISTS of a kind (seen on 15.18).
fn is_never_guarded(kind: ObjectKind) -> bool {
    use ObjectKind as K;
    matches!(
        kind,
        K::View
            | K::Routine
            | K::Trigger
            | K::Policy
            | K::Rule
            | K::Domain
            | K::Role
            | K::Database
            | K::Publication
    )
}

/// Reads CREATE of an object, from the word behind CREATE and its modifiers.
pub fn create_object(cursor: &mut Cursor<'_>, replace: bool) -> Option<Statement> {
    if cursor.eat("TYPE") {
        return Some(create_type(cursor));
    }
    cursor.eat_any(&["TRUSTED PROCEDURAL", "PROCEDURAL", "TRUSTED", "DEFAULT"]);
    if replace && cursor.is_any(&NOT_REPLACED) {
        cursor.mark_foreign();
    }
    let kind = object_kind(cursor)?;
    if cursor.are("IF NOT EXISTS") && is_never_guarded(kind) {
        cursor.mark_foreign();
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    // CREATE SCHEMA AUTHORIZATION role names the schema after the role.
    cursor.eat("AUTHORIZATION");
    let name = cursor.path();
    let mut uses = uses({ *cursor }.take_rest());
    if matches!(kind, ObjectKind::View | ObjectKind::MaterializedView) {
        let definition = { *cursor }.take_rest();
        uses.gives = view::columns(definition);
        uses.mentions = Mentions::of_query(definition, &uses.tables);
        uses.unfilled = { definition }.until(|cursor| cursor.are("WITH NO DATA")).tokens.len()
            < definition.tokens.len();
    }
    if kind == ObjectKind::Publication {
        uses.tables = published(*cursor);
    }
    if kind == ObjectKind::Routine {
        uses.signature = signature(*cursor);
    }
    if kind == ObjectKind::Trigger {
        uses.mentions.calls.extend(executed(*cursor));
        uses.mentions.columns = watched(*cursor);
        uses.tables.extend(written(*cursor));
    }
    let definition = { *cursor }.take_rest();
    let on = match kind {
        ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule => on_table(cursor, kind),
        ObjectKind::Statistics => {
            cursor.until_words(&["FROM"]);
            cursor.eat("FROM").then(|| cursor.table())
        }
        _ => None,
    };
    if let (ObjectKind::Policy, Some(table)) = (kind, &on) {
        uses.mentions.scopes = Box::new(scopes_of_policy(definition, table));
    }
    cursor.take_rest();
    Some(Statement::Object(ObjectChange::CreateObject {
        kind,
        name,
        on,
        replace,
        if_not_exists,
        concurrently: false,
        uses,
    }))
}

/// Reads the function behind EXECUTE of a trigger.
fn executed(mut definition: Cursor<'_>) -> Option<String> {
    definition.until_words(&["EXECUTE"]);
    let found = definition.eat_any(&["EXECUTE FUNCTION", "EXECUTE PROCEDURE"]);
    found.then(|| definition.path().into_option()).flatten()
}

/// Reads the columns of `BEFORE UPDATE OF a, b ON`.
fn watched(mut definition: Cursor<'_>) -> Vec<String> {
    let mut before = definition.until_words(&["ON"]);
    before.until_words(&["OF"]);
    if !before.eat("OF") {
        return Vec::new();
    }
    let names = before.until_words(&["OR"]).list();
    names.into_iter().filter_map(|mut item| item.name()?.into_option()).collect()
}

/// Reads the tables that the statements of a trigger write to, as SQLite has them.
fn written(mut definition: Cursor<'_>) -> Vec<TableName> {
    let mut found = Vec::new();
    definition.until_words(&["BEGIN"]);
    while !definition.is_done() {
        let writes = definition.eat("INTO") || definition.eat("UPDATE");
        match writes && !definition.is_any(&["OR", "OF"]) {
            true => found.push(definition.table()),
            false => definition.skip(usize::from(!writes)),
        }
    }
    found
}

/// Reads the tables that a publication names: FOR, ADD, SET or DROP TABLE, and a list.
fn published(mut cursor: Cursor<'_>) -> Vec<TableName> {
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

fn uses(definition: Cursor<'_>) -> Uses {
    let mut names: Vec<String> = Vec::new();
    let mut reads_all = false;
    let mut before = "";
    for token in definition.tokens {
        let text = definition.text(token);
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
            || (text == "*" && before != "(");
        let is_behind = |word: &&str| before.eq_ignore_ascii_case(word);
        reads_all |= text == "*" && ["select", "all", "distinct", ",", "."].iter().any(is_behind);
        let name = text.trim_matches(['"', '`', '[', ']']).to_lowercase();
        // What stands behind AS is a name that the definition gives.
        let is_given = before.eq_ignore_ascii_case("as");
        if is_name && !is_given && !token.hole && !names.contains(&name) {
            names.push(name);
        }
        before = text;
    }
    Uses { tables: tables_read(definition), names, reads_all, ..Uses::default() }
}

/// Reads the table behind ON; of a rule, the one behind TO.
fn on_table(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Option<TableName> {
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

fn create_type(cursor: &mut Cursor<'_>) -> Statement {
    if cursor.are("IF NOT EXISTS") {
        cursor.mark_foreign();
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let TableName { schema, name } = cursor.table();
    let labels =
        cursor.eat("AS ENUM").then(|| cursor.group().map(labels).unwrap_or(Known::Unreadable));
    cursor.take_rest();
    let labels = labels.map(|labels| EnumType {
        name: Some(name.clone()),
        schema: schema.clone(),
        labels,
        native: true,
        created_with_table: false,
        disowned: false,
        checked: false,
    });
    Statement::Object(ObjectChange::CreateType { name, schema, labels, if_not_exists })
}

fn labels(group: Cursor<'_>) -> Known<Vec<String>> {
    let label = |mut item: Cursor<'_>| item.string()?.into_option();
    group.list().into_iter().map(label).collect::<Option<Vec<String>>>().into()
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
