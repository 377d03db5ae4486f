//! CREATE and ALTER: what is made or changed, and what runs when it is.

use crate::sql::grammar::alter_table::{Read, alter_table};
use crate::sql::grammar::create_object::create_object;
use crate::sql::grammar::create_table::create_table;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::index::create_index;
use crate::sql::grammar::object::alter_object;
use crate::sql::grammar::select::select_of;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::read::{Reader, called};
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

/// With what a statement begins that makes an index.
const INDEX: [&str; 8] = [
    "UNIQUE",
    "INDEX",
    "FULLTEXT",
    "SPATIAL",
    "BITMAP",
    "CLUSTERED",
    "NONCLUSTERED",
    "COLUMNSTORE",
];

impl Reader<'_> {
    /// Reads ALTER.
    pub(super) fn alter(&self, mut cursor: Cursor<'_>) -> Vec<Read> {
        let (start, end) = cursor.range();
        cursor.skip(1);
        cursor.eat_any(&["ONLINE", "IGNORE"]);
        if cursor.eat_any(&["TABLE", "FOREIGN TABLE"]) {
            if cursor.are("ALL IN TABLESPACE") {
                return vec![(
                    Statement::Other { keyword: "ALTER TABLE ALL".to_owned() },
                    start,
                    end,
                )];
            }
            return alter_table(&mut cursor);
        }
        let statement = alter_object(&mut cursor).unwrap_or_else(|| self.unknown(&cursor));
        vec![(statement, start, end)]
    }

    /// Reads CREATE: what it makes, behind what runs while it is made.
    pub(super) fn create(&self, cursor: Cursor<'_>, body: bool) -> Vec<Read> {
        let (start, end) = cursor.range();
        let created = self.definition(&mut cursor.clone());
        let mut reads = self.runs_while_made(&created, cursor, body);
        reads.push((created, start, end));
        reads
    }

    /// Returns what runs while something is made: its query, its event, the drop of what it replaces.
    fn runs_while_made(
        &self,
        created: &Statement,
        definition: Cursor<'_>,
        body: bool,
    ) -> Vec<Read> {
        let (start, end) = definition.range();
        let whole = |statement| (statement, start, end);
        match created {
            Statement::Table(TableChange::CreateTable(create)) => {
                let mut within = self.writes_within(definition, body);
                // MariaDB's manual, CREATE TABLE: the table is dropped first.
                if self.dialect.is_mysql() && definition.are("CREATE OR REPLACE") {
                    let (table, if_exists) = (create.table.clone(), true);
                    let dropped = TableChange::DropTable { table, if_exists, cascade: false };
                    within.push(whole(Statement::Table(dropped)));
                }
                within
            }
            // It is filled when it is made, with whatever its query calls.
            Statement::Object(ObjectChange::CreateObject {
                kind: ObjectKind::MaterializedView,
                ..
            }) => called(whole(select_of(&definition))),
            Statement::Object(_) if self.dialect.is_mysql() && is_event(&definition) => {
                self.event(definition).into_iter().map(whole).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Reads what CREATE makes.
    fn definition(&self, cursor: &mut Cursor<'_>) -> Statement {
        cursor.skip(1);
        let replace = cursor.eat_any(&["OR REPLACE", "OR ALTER"]);
        if cursor.is_any(&["DEFINER", "ALGORITHM", "SQL"]) {
            cursor.until_words(&["VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"]);
        }
        cursor.eat_any(&["GLOBAL", "LOCAL"]);
        let temporary = cursor.eat_any(&["TEMPORARY", "TEMP"]);
        cursor.eat_any(&["UNLOGGED", "VIRTUAL", "EXTERNAL"]);
        if cursor.are("FOREIGN TABLE") {
            cursor.skip(1);
        }
        if cursor.eat("TABLE") || cursor.is_word_at(0, "TABLE") {
            return Statement::Table(TableChange::CreateTable(create_table(cursor, temporary)));
        }
        if cursor.is_any(&INDEX) {
            return create_index(cursor);
        }
        let definition = *cursor;
        let mut created = create_object(cursor, replace).unwrap_or_else(|| self.unknown(cursor));
        if let Statement::Object(ObjectChange::CreateObject { kind, uses, .. }) = &mut created {
            uses.runs = match kind {
                ObjectKind::Routine => self.routine(definition),
                ObjectKind::Trigger | ObjectKind::Rule => self.reaction(*kind, definition),
                _ => None,
            };
        }
        created
    }
}

fn is_event(definition: &Cursor<'_>) -> bool {
    let mut head = *definition;
    head.until_words(&["EVENT", "ON", "AS"]).tokens.len() < 6 && head.is("EVENT")
}
