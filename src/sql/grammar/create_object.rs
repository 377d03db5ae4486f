//! CREATE of everything that is neither a table nor an index.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::object::{object_kind, on_table, published};
use crate::sql::grammar::query::tables_read;
use crate::sql::grammar::scopes::scopes_of_policy;
use crate::sql::grammar::signature::signature;
use crate::sql::grammar::token::TokenKind;
use crate::sql::grammar::view;
use crate::sql::object_change::{ObjectChange, ObjectKind, Uses};
use crate::sql::row_change::Mentions;
use crate::sql::statement::Statement;
use crate::sql::table::{Checked, EnumType, TableName};
use crate::text::known::Known;

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
        checked: Checked::No,
    });
    Statement::Object(ObjectChange::CreateType { name, schema, labels, if_not_exists })
}

fn labels(group: Cursor<'_>) -> Known<Vec<String>> {
    let label = |mut item: Cursor<'_>| item.string()?.into_option();
    group.list().into_iter().map(label).collect::<Option<Vec<String>>>().into()
}
