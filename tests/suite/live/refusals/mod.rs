//! The replayed schema against real servers: random statements, some right and some wrong, are
//! given to both, and they agree on what is refused, and on the kind of the error.
//!
//! `SAFE_MIGRATION_STATEMENTS=10000 cargo test --test suite refusals` asks for a longer run, and
//! `SAFE_MIGRATION_SEED` for another one.

mod generate;

mod servers;

use std::env;
use std::fmt::Write;

use safe_migration::schema::answer::refusal_kind::RefusalKind;
use safe_migration::schema::answer::verdict::{Answer, Engine, Proof};
use safe_migration::schema::answer::words::server;
use safe_migration::schema::database::{Database, GeneratedNames};
use safe_migration::schema::provenance::AppliedRevision;
use safe_migration::sql::dialect::Dialect;
use safe_migration::sql::read::{queries, statements};
use safe_migration::sql::script::SqlText;
use safe_migration::sql::statement::Statement;
use safe_migration::sql::version::ServerVersion;

use self::generate::{Random, statement};
use self::servers::{Asked, MariaDb, PostgreSql, Sqlite};

/// How many statements one schema lives through.
const LIFE: usize = 60;

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The kind of an error in a server's words.
fn kind_of(words: &str) -> Option<RefusalKind> {
    let words = words.to_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| words.contains(mark));
    Some(match () {
        () if has(&[
            "select list",
            "match initial order by",
            "is ambiguous",
            "must appear in the group by",
            "identity column",
            "must be marked immutable",
        ]) =>
        {
            RefusalKind::InvalidSql
        }
        () if has(&[
            "operator does not exist",
            "operator is not unique",
            "cannot be matched",
            "but expression is of type",
            "can only be updated to default",
            "cannot insert a non-default value",
            "cannot cast type",
            "cannot be cast",
            "cannot be implemented",
            "are incompatible",
            "no default operator class",
        ]) =>
        {
            RefusalKind::ImpossibleCast
        }
        () if has(&[
            "depend on it",
            "requires it",
            "needed in a foreign key",
            "is in a primary key",
            "cannot truncate a table referenced",
            "used by a view",
            "cannot drop primary key column",
            "cannot drop unique column",
            "after drop column",
            "cannot delete or update a parent row",
            "cannot drop table",
            "no other columns exist",
            "cannot change column",
            "can't delete all columns",
            "requires it",
            "cannot truncate",
            "part of foreign key",
        ]) =>
        {
            RefusalKind::ObjectInUse
        }
        () if has(&[
            "already exists",
            "specified more than once",
            "multiple primary key",
            "duplicate",
            "already another",
            "already a table named",
            "already an index named",
            "more than one primary key",
        ]) =>
        {
            RefusalKind::ExistingObject
        }
        () if has(&[
            "default expression is of type",
            "invalid input",
            "invalid default",
            "default value",
            "field value out of range",
            "malformed array",
        ]) =>
        {
            RefusalKind::InvalidDefault
        }
        () if has(&[
            "does not exist",
            "no such",
            "no unique constraint matching",
            "has no column named",
            "unknown column",
            "unknown table",
            "doesn't exist",
            "check that it exists",
            "cannot set comment on relation",
            "is not an existing enum label",
            " is an index",
            "is a view",
            "columns for foreign key disagree",
            "from view",
            "is not of type 'base table'",
            "error in view",
            "is not a",
            "is not an",
            "row type",
            "cannot be performed on relation",
            "of view",
            "to a view",
            "may not be indexed",
            "use drop table to",
            "use drop view to",
            "no primary key for",
            "unknown view",
            "cannot create index on",
            "not found",
            "is incorrectly formed",
            "can't find",
        ]) =>
        {
            RefusalKind::MissingObject
        }
        () => return None,
    })
}

/// What became of the statements of a run.
#[derive(Default)]
struct Tally {
    asked: usize,
    refused: usize,
    literally: usize,
    /// Refused by both, where the kinds differ and that is let pass.
    otherwise: usize,
    wrong: Vec<String>,
}

fn begun(dialect: Dialect) -> Database {
    let mut database = Database::default();
    if dialect == Dialect::PostgreSql {
        database.generated_names = GeneratedNames::AsPostgreSql;
    }
    database.dialect = dialect;
    database
}

fn read(sql: &str, dialect: Dialect) -> Statement {
    let text = SqlText::known(sql);
    if let Some((query, ..)) = queries(&text, dialect).into_iter().next() {
        return Statement::Rows(query);
    }
    let mut read = statements(&text, dialect);
    assert_eq!(read.len(), 1, "{sql} is {} statements", read.len());
    read.remove(0).statement
}

fn answer_is_refused(answer: &Answer) -> bool {
    matches!(answer, Answer::Refused(_))
}

/// Tells random statements to a server and to the replayed schema.
fn run(server: &mut dyn Asked, dialect: Dialect, count: usize, seed: u64) -> Tally {
    let mut tally = Tally::default();
    let mut random = Random::new(seed);
    let author = AppliedRevision { revision: "a".into(), released: true };
    while tally.asked < count {
        let mut database = begun(dialect);
        let engine = Engine::new(dialect, ServerVersion::major(15));
        server.clear();
        let mut script = String::new();
        for _ in 0..LIFE {
            let sql = statement(&mut random, &database, dialect);
            let statement = read(&sql, dialect);
            assert!(!matches!(statement, Statement::Unreadable { .. }), "{sql} is not read");
            let answer = database.answer(&statement, engine);
            if matches!(answer, Answer::Unknown(_)) {
                continue;
            }
            let said = server.ask(&sql);
            tally.asked += 1;
            let expected = match &answer {
                Answer::Refused(refusal) => Some(refusal.error.kind()),
                _ => None,
            };
            let seen = said.as_ref().err().map(|words| kind_of(words));
            // InnoDB says no more of a key that it refuses.
            let is_of_rows =
                ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|word| sql.starts_with(word));
            let is_vague = said.as_ref().is_err_and(|words| {
                words.contains("incorrectly formed")
                    || (is_of_rows || sql.contains("CHECK") || sql.contains("WHERE"))
                        && (words.contains("invalid input") || words.contains("out of range"))
                    || words.contains("error in view")
                    || (sql.contains("DEFAULT") && words.starts_with("Invalid default"))
                    || (sql.contains("FOREIGN KEY") && words.starts_with("Duplicate key name"))
                    || (sql.contains("DROP COLUMN") && words.starts_with("Key column"))
            });
            // Of two errors of one query the server says the one that it comes upon first.
            let has_two = is_of_rows
                || sql.contains("CHECK (")
                || sql.contains(" WHERE ")
                || sql.contains("UNIQUE (") && sql.contains(", ");
            let is_one_of_two = has_two && answer_is_refused(&answer) && said.is_err();
            let agrees = match (expected, &seen) {
                (Some(_), Some(_)) if is_vague || is_one_of_two => true,
                (None, None) => true,
                (Some(expected), Some(Some(seen))) => expected == *seen,
                _ => false,
            };
            if let (Answer::Refused(refusal), Err(words)) = (&answer, &said) {
                tally.refused += 1;
                tally.literally += usize::from(server::words(&refusal.error, dialect) == *words);
                let is_same = expected.zip(kind_of(words)).is_some_and(|(one, other)| one == other);
                tally.otherwise += usize::from(agrees && !is_same);
            }
            if !agrees {
                let ours = match &answer {
                    Answer::Refused(refusal) => {
                        let doubt = if refusal.proof == Proof::Proved { "" } else { " (unproved)" };
                        format!("{}{doubt}", server::words(&refusal.error, dialect))
                    }
                    answer => format!("{answer:?}"),
                };
                let mut row = format!("{sql}\n    ours:   {ours}\n    server: {said:?}");
                if env::var_os("SAFE_MIGRATION_SCRIPT").is_some() {
                    write!(row, "\n{script}").unwrap();
                }
                tally.wrong.push(row);
                break;
            }
            if said.is_ok() {
                writeln!(script, "      {sql};").unwrap();
                database.tell(&statement, false, &author);
            }
        }
    }
    tally
}

#[allow(clippy::print_stderr, reason = "the figures are what a long run is for")]
fn check(server: &mut dyn Asked, dialect: Dialect) {
    let count = number("SAFE_MIGRATION_STATEMENTS", 400) as usize;
    let tally = run(server, dialect, count, number("SAFE_MIGRATION_SEED", 7));
    eprintln!(
        "{dialect}: {} statements, {} refused, {} of them in these very words, {} for another \
         reason, {} disagreements",
        tally.asked,
        tally.refused,
        tally.literally,
        tally.otherwise,
        tally.wrong.len()
    );
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(tally.refused * 10 > tally.asked, "too little is refused to mean anything");
}

#[test]
fn postgresql_refuses_what_the_replayed_schema_refuses() {
    if let Some(mut server) = PostgreSql::start() {
        check(&mut server, Dialect::PostgreSql);
    }
}

#[test]
fn sqlite_refuses_what_the_replayed_schema_refuses() {
    if let Some(mut server) = Sqlite::start() {
        check(&mut server, Dialect::Sqlite);
    }
}

#[test]
fn mariadb_refuses_what_the_replayed_schema_refuses() {
    if let Some(mut server) = MariaDb::start() {
        check(&mut server, Dialect::MariaDb);
    }
}

/// What long runs found and the replayed schema does not know: what goes before, and what the
/// server refuses. No index is looked for that orders json; an index of a key that refers to its
/// own table; the second of two constraints of one name.
const LEFT: [(Dialect, &str, &str); 3] = [
    (Dialect::PostgreSql, "CREATE TABLE a (x json)", "SELECT x FROM a ORDER BY 1"),
    (
        Dialect::MariaDb,
        "CREATE TABLE b (x INTEGER, id INTEGER, PRIMARY KEY (x));CREATE INDEX i2 ON b (id);\
         ALTER TABLE b ADD FOREIGN KEY (x) REFERENCES b (id)",
        "DROP INDEX i2 ON b",
    ),
    (
        Dialect::MariaDb,
        "CREATE TABLE c (w INTEGER, id INTEGER, CONSTRAINT k3 PRIMARY KEY (w), \
         CONSTRAINT k3 UNIQUE (id))",
        "ALTER TABLE c ADD CONSTRAINT k3 UNIQUE (id)",
    ),
];

#[test]
fn what_is_left_of_the_differences_is_written_down() {
    let (Some(mut postgresql), Some(mut mariadb)) = (PostgreSql::start(), MariaDb::start()) else {
        return;
    };
    for (dialect, before, sql) in LEFT {
        let server: &mut dyn Asked = match dialect {
            Dialect::PostgreSql => &mut postgresql,
            _ => &mut mariadb,
        };
        server.clear();
        let mut database = begun(dialect);
        let author = AppliedRevision { revision: "a".into(), released: true };
        for statement in before.split(';') {
            server.ask(statement).unwrap();
            database.tell(&read(statement, dialect), false, &author);
        }
        let engine = Engine::new(dialect, ServerVersion::major(15));
        let ours = database.answer(&read(sql, dialect), engine);
        assert!(server.ask(sql).is_err(), "{sql} is taken");
        assert!(!answer_is_refused(&ours), "{sql} is refused now: take its row away");
    }
}
