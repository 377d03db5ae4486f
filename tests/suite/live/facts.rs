//! What happens to tables: as the lock table tells it, and as a server shows it.

use std::collections::{BTreeMap, BTreeSet};

use safe_migration::scratch::wire::Connection;
use safe_migration::sql::dialect::Dialect;
use safe_migration::sql::lock::{Blocks, Catalog, LockMode};
use safe_migration::sql::lock_table::locks;
use safe_migration::sql::read::statements;
use safe_migration::sql::script::SqlText;
use safe_migration::sql::version::ServerVersion;

/// What happens to one table: the strongest lock, whether it is read from end to end, whether it is
/// rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) mode: LockMode,
    pub(crate) scanned: bool,
    pub(crate) rewritten: bool,
}

/// The facts of a row, by table.
pub(crate) type Facts = BTreeMap<String, Fact>;

/// Tables and indexes as they stand before a row, by their ids: names change, ids do not.
pub(crate) struct RelationFiles {
    relations: BTreeMap<String, Relation>,
}

struct Relation {
    name: String,
    kind: String,
    file: String,
    /// The table, where it is an index.
    table: String,
}

const RELATIONS: &str = "
    SELECT c.oid, c.relname, c.relkind, c.relfilenode, coalesce(i.indrelid::text, '') FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm', 'i')";

impl Fact {
    fn new(mode: LockMode) -> Self {
        Fact { mode, scanned: false, rewritten: false }
    }

    fn add(facts: &mut Facts, table: &str, more: Fact) {
        let fact = facts.entry(table.to_owned()).or_insert(more);
        fact.mode = fact.mode.max(more.mode);
        fact.scanned |= more.scanned;
        fact.rewritten |= more.rewritten;
    }
}

/// Adds what the lock table tells of SQL.
pub(crate) fn tell(facts: &mut Facts, sql: &str, version: ServerVersion, catalog: &dyn Catalog) {
    for placed in statements(&SqlText::known(sql), Dialect::PostgreSql) {
        for lock in locks(&placed.statement, Dialect::PostgreSql, &|| version, catalog) {
            let fact = Fact { mode: lock.mode, scanned: lock.scans, rewritten: lock.rewrites };
            Fact::add(facts, &lock.table.to_string(), fact);
        }
    }
}

impl RelationFiles {
    /// Reads what stands.
    pub(crate) fn read(session: &mut Connection) -> Self {
        let rows = session.ask(RELATIONS).unwrap().into_iter().map(|row| {
            let [id, name, kind, file, table] = row.try_into().unwrap();
            (id, Relation { name, kind, file, table })
        });
        RelationFiles { relations: rows.collect() }
    }

    fn table(&self, id: &str) -> Option<&Relation> {
        self.relations.get(id).filter(|relation| relation.kind != "i")
    }

    /// Adds the locks on tables that a session holds or waits for.
    pub(crate) fn add_locks(&self, facts: &mut Facts, watch: &mut Connection, pid: &str) {
        let sql = format!(
            "SELECT relation, mode FROM pg_locks WHERE locktype = 'relation' AND pid = {pid}"
        );
        for row in watch.ask(&sql).unwrap() {
            if let Some(table) = self.table(&row[0]) {
                Fact::add(facts, &table.name, Fact::new(mode(&row[1])));
            }
        }
    }

    /// Marks the tables that were read from end to end, by the counts of a view of statistics.
    pub(crate) fn add_scans(&self, facts: &mut Facts, watch: &mut Connection, view: &str) {
        let sql = format!("SELECT relid FROM {view} WHERE seq_scan > 0 AND seq_tup_read > 0");
        for row in watch.ask(&sql).unwrap() {
            if let Some(fact) = self.table(&row[0]).and_then(|table| facts.get_mut(&table.name)) {
                fact.scanned = true;
            }
        }
    }

    /// Marks the tables whose file is another one now. Each index of such a table must have a new
    /// file too.
    pub(crate) fn add_rewrites(&self, facts: &mut Facts, watch: &mut Connection) {
        let now = RelationFiles::read(watch);
        let is_moved = |id: &String| {
            let (was, is) = (&self.relations[id], now.relations.get(id));
            is.is_some_and(|is| is.file != was.file)
        };
        let moved: BTreeSet<&String> = self.relations.keys().filter(|id| is_moved(id)).collect();
        for (id, relation) in &self.relations {
            if relation.kind == "i" {
                let kept = now.relations.contains_key(id) && !moved.contains(id);
                assert!(
                    !kept || !moved.contains(&relation.table),
                    "`{}` outlives its table's file",
                    relation.name
                );
            } else if let Some(fact) = facts.get_mut(&relation.name).filter(|_| moved.contains(id))
            {
                fact.rewritten = true;
            }
        }
    }

    /// Leaves out what says nothing: reads, locks nobody waits for on tables that only the server
    /// thought of, and work on partitioned tables, which hold no rows themselves.
    pub(crate) fn comparable(&self, reported: &mut Facts, seen: &mut Facts) {
        let exists = |name: &str| self.relations.values().any(|relation| relation.name == name);
        reported.retain(|table, fact| fact.mode > LockMode::AccessShare && exists(table));
        let is_told = |table: &String| reported.contains_key(table);
        seen.retain(|table, fact| {
            fact.mode > LockMode::AccessShare
                && (fact.mode.blocks() != Blocks::Nothing || is_told(table))
        });
        let partitioned = self.relations.values().filter(|relation| relation.kind == "p");
        for relation in partitioned {
            if let Some(fact) = reported.get_mut(&relation.name) {
                *fact = Fact::new(fact.mode);
            }
        }
    }
}

/// Reads a mode as `pg_locks` writes it: `ShareUpdateExclusiveLock`.
fn mode(written: &str) -> LockMode {
    let mut title = String::new();
    for letter in written.trim_end_matches("Lock").chars() {
        if letter.is_uppercase() && !title.is_empty() {
            title.push(' ');
        }
        title.push(letter);
    }
    LockMode::from_title(&title).unwrap()
}
