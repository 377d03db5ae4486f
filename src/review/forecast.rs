//! What was foreseen of the locks of an upgrade, beside what a scratch database was seen to take.
//! Pure: values in, values out.
//!
//! Only locks that somebody waits for are compared (SHARE UPDATE EXCLUSIVE and stronger), on tables
//! that stood there before. A statement that runs outside of a transaction has let go of its locks
//! when they are looked at.

use std::mem::discriminant;

use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::scratch::traced::Traced;
use crate::sql::dialect::Dialect;
use crate::sql::lock::{Lock, LockMode, Role};
use crate::sql::lock_table;
use crate::sql::read::statements;
use crate::sql::row_change::RowChange;
use crate::sql::script::SqlText;
use crate::sql::statement::{Placed, Statement};
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// What was foreseen of a statement, and where the database did otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// `table MODE`, with `rewritten` or `scanned` where that was foreseen.
    pub locks: Vec<String>,
    /// Each disagreement in one sentence.
    pub disagreements: Vec<String>,
}

/// A statement of the migration with the locks that were foreseen for it.
struct Foreseen {
    statement: Statement,
    locks: Vec<Lock>,
    may_not_run: bool,
    met: bool,
}

/// Compares what was foreseen with what was seen, statement by statement; `standing` are the tables
/// from before.
pub fn compare(
    context: &RuleContext<'_>,
    version: ServerVersion,
    traced: &[Traced],
    standing: &[String],
) -> Vec<Forecast> {
    let (mut foreseen, mut renamed) = (foreseen(context, version), Renamed::default());
    traced.iter().map(|traced| one(&mut foreseen, traced, standing, &mut renamed)).collect()
}

fn foreseen(context: &RuleContext<'_>, version: ServerVersion) -> Vec<Foreseen> {
    let stmts = context.statements(Direction::Upgrade);
    stmts
        .map(|stmt| Foreseen {
            statement: stmt.statement().clone(),
            locks: context.before(&stmt, |database| {
                lock_table::locks(stmt.statement(), Dialect::PostgreSql, &|| version, database)
            }),
            may_not_run: stmt.is_guarded() || matches!(stmt.statement(), Statement::Block { .. }),
            met: false,
        })
        .collect()
}

fn one(
    foreseen: &mut [Foreseen],
    traced: &Traced,
    standing: &[String],
    renamed: &mut Renamed,
) -> Forecast {
    let mut run = statements(&SqlText::known(traced.sql.as_str()), Dialect::PostgreSql);
    let inner: Vec<Placed> = run.iter().flat_map(inside).cloned().collect();
    run.extend(inner);
    let mut met: Vec<&Foreseen> = Vec::new();
    let mut places = Vec::new();
    for placed in &run {
        let next = foreseen
            .iter()
            .position(|foreseen| !foreseen.met && is_same(&foreseen.statement, &placed.statement));
        if let Some(at) = next {
            foreseen[at].met = true;
            places.push(at);
        }
    }
    met.extend(places.iter().map(|&at| &foreseen[at]));
    let all = || met.iter().flat_map(|foreseen| &foreseen.locks);
    let locks: Vec<String> =
        all().filter(|lock| lock.mode >= LockMode::ShareUpdateExclusive).map(said).collect();
    if traced.autocommit {
        return Forecast { locks, disagreements: Vec::new() };
    }
    let may_not_run = met.iter().any(|foreseen| foreseen.may_not_run);
    let rows_count = run.iter().all(|placed| tells_of_rows(&placed.statement));
    let disagreements = standing
        .iter()
        .filter_map(|table| disagreement(table, all(), traced, renamed, may_not_run, rows_count))
        .collect();
    run.iter().for_each(|placed| renamed.follow(&placed.statement));
    Forecast { locks, disagreements }
}

/// The statements inside a block: a migration is read as either.
fn inside(placed: &Placed) -> &[Placed] {
    match &placed.statement {
        Statement::Block { statements, .. } => statements,
        _ => &[],
    }
}

/// Tells whether two statements are the same thing done to the same table.
fn is_same(foreseen: &Statement, run: &Statement) -> bool {
    let name = |statement: &Statement| {
        statement.table().and_then(|table| table.name.as_str().map(str::to_lowercase))
    };
    discriminant(foreseen) == discriminant(run)
        && match (name(foreseen), name(run)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
}

fn said(lock: &Lock) -> String {
    let rows = match (lock.rewrites, lock.scans) {
        (true, _) => ", rewritten",
        (false, true) => ", scanned",
        (false, false) => "",
    };
    format!("{} {}{rows}", lock.table, lock.mode.title())
}

/// Tells whether a statement is one whose scans and rewrites are foreseen: the planner chooses how
/// rows are reached, and TRUNCATE and DROP give a table another file without rewriting it.
fn tells_of_rows(statement: &Statement) -> bool {
    use Statement as S;
    !matches!(
        statement,
        S::Rows(
            RowChange::Insert(_)
                | RowChange::Update(_)
                | RowChange::Delete(_)
                | RowChange::Merge { .. }
                | RowChange::Select { .. }
                | RowChange::CopyFrom { .. }
                | RowChange::Truncate { .. }
        ) | S::Table(TableChange::DropTable { .. })
            | S::Block { .. }
            | S::Other { .. }
            | S::Unreadable { .. }
            | S::Read
    )
}

/// Says how a table was treated otherwise than foreseen.
fn disagreement<'l>(
    table: &str,
    locks: impl Iterator<Item = &'l Lock>,
    traced: &Traced,
    renamed: &Renamed,
    may_not_run: bool,
    rows_count: bool,
) -> Option<String> {
    let strong = |mode: &LockMode| *mode >= LockMode::ShareUpdateExclusive;
    let (mut mode, mut rewrites, mut scans, mut looked_up) = (None, false, false, false);
    let locks: Vec<&Lock> = locks.collect();
    // A partitioned table holds no rows itself.
    let is_divided = locks.iter().any(|lock| lock.role == Role::Partition);
    for lock in locks.iter().filter(|lock| is_named(table, &renamed.before(&lock.table))) {
        mode = mode.max(Some(lock.mode).filter(strong));
        (rewrites, scans) = (rewrites || lock.rewrites, scans || lock.scans || lock.rewrites);
        looked_up |= lock.role == Role::Referenced || is_divided && lock.role == Role::Itself;
    }
    let of_table = |locks: &[(String, LockMode)]| {
        locks.iter().filter(|(name, _)| name == table).map(|(_, mode)| *mode).max()
    };
    let taken = of_table(&traced.taken).filter(strong);
    let held = of_table(&traced.held).filter(strong);
    let shown = table.strip_prefix("public.").unwrap_or(table);
    match (mode, taken) {
        // What the transaction holds already is not taken again.
        (Some(mode), Some(taken))
            if mode < taken || (taken < mode && held.is_none_or(|held| held < mode)) =>
        {
            return Some(format!("foreseen {} on `{shown}`, took {}", mode.title(), taken.title()));
        }
        (None, Some(taken)) if held.is_none_or(|held| held < taken) => {
            return Some(format!("foreseen no lock on `{shown}`, took {}", taken.title()));
        }
        (Some(mode), None) if held.is_none_or(|held| held < mode) && !may_not_run => {
            return Some(format!("foreseen {} on `{shown}`, took none", mode.title()));
        }
        _ => {}
    }
    let (rewritten, scanned) = (
        traced.rewritten.iter().any(|name| name == table || renamed.is_now(table, name)),
        traced.scanned.iter().any(|name| name == table),
    );
    let reported = |foreseen: bool, what: &str| match foreseen {
        true => format!("foreseen that `{shown}` is {what}, it was not"),
        false => format!("`{shown}` was {what}, which was not foreseen"),
    };
    match () {
        () if !rows_count || (may_not_run && taken.is_none()) => None,
        () if rewrites != rewritten => Some(reported(rewrites, "rewritten")),
        // The planner chooses how the rows that a foreign key refers to are reached.
        () if !rewrites && !looked_up && scans != scanned => Some(reported(scans, "scanned")),
        () => None,
    }
}

/// The tables that the migration has renamed: the name of each now, in lower case, and from before.
/// What is seen is said of the names that stood there before, rewrites of those of the moment.
#[derive(Default)]
struct Renamed(Vec<(String, TableName)>);

impl Renamed {
    fn follow(&mut self, statement: &Statement) {
        if let Statement::Table(TableChange::RenameTable { table, to: Known::Is(to) }) = statement {
            let before = self.before(table);
            self.0.push((to.to_lowercase(), before));
        }
    }

    /// Returns the name that a table had before the migration.
    fn before(&self, table: &TableName) -> TableName {
        let name = table.name.as_str().map(str::to_lowercase);
        let found = self.0.iter().rev().find(|(now, _)| Some(now) == name.as_ref());
        found.map_or_else(|| table.clone(), |(_, before)| before.clone())
    }

    /// Tells whether a table from before has a name (`schema.name`) now.
    fn is_now(&self, table: &str, now: &str) -> bool {
        let name = now.rsplit('.').next().unwrap_or(now);
        self.0.iter().any(|(known, before)| known == name && is_named(table, before))
    }
}

/// Tells whether a table as the catalog names it (`schema.name`) is meant.
fn is_named(full: &str, table: &TableName) -> bool {
    let (schema, name) = full.split_once('.').unwrap_or(("", full));
    let of = |known: &Known<String>, word: &str| {
        known.as_str().is_some_and(|known| known.eq_ignore_ascii_case(word))
    };
    of(&table.name, name) && table.schema.as_ref().is_none_or(|known| of(known, schema))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::lock;

    fn seen(sql: &str, taken: &[(&str, LockMode)], rewritten: &[&str], scanned: &[&str]) -> Traced {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Traced {
            sql: sql.to_owned(),
            autocommit: false,
            taken: taken.iter().map(|(table, mode)| ((*table).to_owned(), *mode)).collect(),
            rewritten: names(rewritten),
            scanned: names(scanned),
            held: Vec::new(),
            milliseconds: 1.0,
        }
    }

    fn renamed(before: &str) -> Renamed {
        let mut renamed = Renamed::default();
        let read = statements(&SqlText::known(before), Dialect::PostgreSql);
        read.iter().for_each(|placed| renamed.follow(&placed.statement));
        renamed
    }

    fn reported(foreseen: &str, seen: &Traced) -> Vec<String> {
        reported_after("", foreseen, seen)
    }

    fn reported_after(before: &str, foreseen: &str, seen: &Traced) -> Vec<String> {
        let read = |sql: &str| statements(&SqlText::known(sql), Dialect::PostgreSql);
        let mut foreseen: Vec<Foreseen> = read(foreseen)
            .into_iter()
            .map(|placed| Foreseen {
                locks: lock_table::locks(
                    &placed.statement,
                    Dialect::PostgreSql,
                    &|| ServerVersion::major(15),
                    &lock::NoCatalog,
                ),
                statement: placed.statement,
                may_not_run: false,
                met: false,
            })
            .collect();
        let standing = ["public.users".to_owned(), "public.posts".to_owned()];
        one(&mut foreseen, seen, &standing, &mut renamed(before)).disagreements
    }

    #[test]
    fn what_came_as_foreseen_is_not_told_and_what_did_not_is() {
        let index = "CREATE INDEX i ON users (a)";
        let share = ("public.users", LockMode::Share);
        assert!(reported(index, &seen(index, &[share], &[], &["public.users"])).is_empty());
        let other =
            seen(index, &[("public.users", LockMode::AccessExclusive)], &[], &["public.users"]);
        assert_eq!(reported(index, &other), ["foreseen SHARE on `users`, took ACCESS EXCLUSIVE"]);
        assert_eq!(
            reported(index, &seen(index, &[], &[], &[])),
            ["foreseen SHARE on `users`, took none"]
        );
        assert_eq!(
            reported("SELECT 1", &seen(index, &[share], &[], &[])),
            ["foreseen no lock on `users`, took SHARE"]
        );
        assert_eq!(
            reported(index, &seen(index, &[share], &[], &[])),
            ["foreseen that `users` is scanned, it was not"]
        );
        let add = "ALTER TABLE users ADD COLUMN x integer";
        let rewritten =
            seen(add, &[("public.users", LockMode::AccessExclusive)], &["public.users"], &[]);
        assert_eq!(reported(add, &rewritten), ["`users` was rewritten, which was not foreseen"]);
    }

    #[test]
    fn a_table_that_was_renamed_is_compared_by_the_name_from_before() {
        let before = "ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME TO persons";
        let index = "CREATE INDEX i ON persons (a)";
        let seen_index = seen(index, &[("public.users", LockMode::Share)], &[], &["public.users"]);
        assert!(reported_after(before, index, &seen_index).is_empty());
        let alter = "ALTER TABLE persons ALTER a TYPE bigint USING a::bigint";
        let lock = [("public.users", LockMode::AccessExclusive)];
        let seen_alter = seen(alter, &lock, &["public.persons"], &["public.users"]);
        assert!(reported_after(before, alter, &seen_alter).is_empty());
        assert_eq!(reported_after("", index, &seen_index).len(), 1);
    }

    #[test]
    fn how_the_planner_reaches_rows_and_weak_locks_are_no_disagreement() {
        let update = "UPDATE users SET a = 1 WHERE id = 2";
        let weak = [("public.users", LockMode::RowExclusive), ("public.posts", LockMode::RowShare)];
        assert!(
            reported(update, &seen(update, &weak, &[], &["public.users", "public.posts"]))
                .is_empty()
        );
    }
}
