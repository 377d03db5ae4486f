//! What a rule may ask: the migration, the statement, and the database as it stands before it.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::drivers::Driver;
use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Project, Setting};
use crate::alembic::surroundings::{Said, Surroundings};
use crate::config::settings::{LockTimeout, Settings};
use crate::operation::step::{Emitted, Mode, Script, Step};
use crate::rule::after_merge::AfterMerge;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::server::Server;
use crate::rule::timeline::Timeline;
use crate::rule::transaction::{Hold, Transactions};
use crate::schema::answer::verdict::Answer;
use crate::schema::database::Database;
use crate::schema::memory::Memory;
use crate::schema::names;
use crate::schema::names::Names;
use crate::schema::replay::AppliedRevision;
use crate::schema::slice;
use crate::schema::table::{Column, ConstraintState, Population, Table};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;
use crate::sql::table::{ColumnType, Index, TableName};
use crate::sql::table_change::TableChange;
use crate::sql::timeout;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;
use crate::text::source::{Site, Span};

/// One judged migration, with everything that a rule may ask about it.
pub struct RuleContext<'a> {
    /// The revisions of the project.
    pub history: &'a History,
    /// What was found out about the bytes of the history.
    memory: &'a Memory,
    /// The project.
    pub project: &'a Project,
    /// The migration.
    pub migration: &'a Migration,
    /// The dialect that it is judged for.
    pub dialect: Dialect,
    /// What files around the project say.
    pub surroundings: &'a Surroundings,
    /// The settings of the project.
    pub settings: &'a Settings,
    /// Which revisions are in upstream already, and what is deployed together.
    pub release: &'a Release,
    /// Operations that something in the repository registers.
    pub today: Today,
    server: OnceCell<Server>,
    before: OnceCell<Database>,
    upgrade: RefCell<Timeline>,
    downgrade: RefCell<Timeline>,
    upward: OnceCell<Transactions>,
    downward: OnceCell<Transactions>,
    /// The last answer that was asked for, and where.
    pub(in crate::rule) answered: RefCell<Option<Answered>>,
    pub(in crate::rule) begins_before: OnceCell<bool>,
}

/// A day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Today {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The day, from 1.
    pub day: i8,
}

/// Which revisions are in upstream already, and what is deployed together.
#[derive(Clone, Debug, Default)]
pub struct Release {
    /// Revisions in the upstream tree at its merge-base with HEAD.
    pub released: HashSet<String>,
    /// Revisions of the resulting tree that are not released, in the order in which they are
    /// applied.
    pub together: Vec<String>,
    /// Whether each judged migration is taken as if it alone were unreleased (`--all`).
    pub each_alone: bool,
    /// The upstream's name, where there is one.
    pub upstream: Option<String>,
}

/// One statement of a direction, with where it stands in it.
#[derive(Clone, Copy)]
pub struct StatementRef<'a> {
    /// The direction.
    pub direction: Direction,
    /// The step.
    pub step: &'a Step,
    /// The step's number in its direction.
    pub number: usize,
    /// The statement.
    pub emitted: &'a Emitted,
    /// The statement's number in its step.
    pub part: usize,
}

/// The revision graph of a project, for rules that judge it.
pub struct Graph<'a> {
    /// The revisions of the project.
    pub history: &'a History,
    /// The project.
    pub project: &'a Project,
    /// The settings of the project.
    pub settings: &'a Settings,
    /// What is released, as histories; several where a commit has several parents and no upstream.
    pub bases: &'a [History],
    /// What merging with upstream would make, where upstream has something of its own.
    pub after_merge: Option<&'a AfterMerge>,
    /// Paths of revisions that this change adds or alters.
    pub changed: &'a BTreeSet<Rc<str>>,
    /// Which revisions are in upstream already.
    pub release: &'a Release,
}

/// What the database answers to a statement, by direction, step and part.
pub(in crate::rule) type Answered = ((Direction, usize, usize), Answer);

impl<'a> RuleContext<'a> {
    /// Makes a case of what is asked about.
    #[allow(clippy::too_many_arguments, reason = "a case is its parts")]
    pub fn new(
        history: &'a History,
        memory: &'a Memory,
        project: &'a Project,
        migration: &'a Migration,
        dialect: Dialect,
        surroundings: &'a Surroundings,
        settings: &'a Settings,
        release: &'a Release,
        today: Today,
    ) -> Self {
        RuleContext {
            history,
            memory,
            project,
            migration,
            dialect,
            surroundings,
            settings,
            release,
            today,
            server: OnceCell::new(),
            before: OnceCell::new(),
            upgrade: RefCell::default(),
            downgrade: RefCell::default(),
            upward: OnceCell::new(),
            downward: OnceCell::new(),
            answered: RefCell::default(),
            begins_before: OnceCell::new(),
        }
    }

    /// Returns the revision id.
    pub fn revision(&self) -> &str {
        &self.migration.header.revision
    }

    /// Returns what a direction does.
    pub fn script(&self, direction: Direction) -> &'a Script {
        match direction {
            Direction::Downgrade => &self.migration.downgrade,
            Direction::Upgrade | Direction::File => &self.migration.upgrade,
        }
    }

    /// Returns the statements of a direction, in order.
    pub fn statements(&self, direction: Direction) -> impl Iterator<Item = StatementRef<'a>> {
        let steps = self.script(direction).steps.iter().enumerate();
        steps.flat_map(move |(number, step)| {
            let emitted = step.emitted.iter().enumerate();
            emitted.map(move |(part, emitted)| StatementRef {
                direction,
                step,
                number,
                emitted,
                part,
            })
        })
    }

    /// Returns the steps of both directions, each with its direction and number.
    pub fn steps(&self) -> impl Iterator<Item = (Direction, usize, &'a Step)> {
        Direction::RUNS.into_iter().flat_map(|direction| {
            let steps = self.script(direction).steps.iter().enumerate();
            steps.map(move |(number, step)| (direction, number, step))
        })
    }

    /// Returns the statements of the same direction that come before this one.
    pub fn earlier(&self, stmt: &StatementRef<'a>) -> impl Iterator<Item = StatementRef<'a>> {
        let end = (stmt.number, stmt.part);
        self.statements(stmt.direction).take_while(move |other| (other.number, other.part) < end)
    }

    /// Returns the statements of the same direction that come after this one.
    pub fn later(&self, stmt: &StatementRef<'a>) -> impl Iterator<Item = StatementRef<'a>> {
        let end = (stmt.number, stmt.part);
        self.statements(stmt.direction).skip_while(move |other| (other.number, other.part) <= end)
    }

    /// Tells whether a revision is in upstream already. In `--all`, all but the judged one are.
    pub fn is_released(&self, revision: &str) -> bool {
        match self.release.each_alone {
            true => revision != self.revision(),
            false => self.release.released.contains(revision),
        }
    }

    /// Asks the database as it stands before the judged migration runs.
    pub fn before_migration(&self) -> &Database {
        self.before.get_or_init(|| {
            let names = self.names();
            slice::before(self.history, self.memory, self.revision(), names, &|revision| {
                self.is_released(revision)
            })
        })
    }

    /// Returns the database as it stands before the judged migration, over other names than those
    /// it mentions.
    pub fn search<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Database {
        let names = names.into_iter().map(str::to_lowercase).collect();
        slice::before(self.history, self.memory, self.revision(), names, &|revision| {
            self.is_released(revision)
        })
    }

    /// Returns the database as it stands before a statement of the upgrade, over other names than
    /// those it mentions.
    pub fn search_at<'n>(
        &self,
        stmt: &StatementRef<'a>,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Database {
        let mut database = self.search(names);
        let author = self.author();
        for earlier in
            self.earlier(stmt).filter(|earlier| !earlier.step.is_apart_from(&stmt.step.path))
        {
            let guarded =
                !earlier.step.is_certain_on(&stmt.step.path) || earlier.emitted.conditional;
            database.tell(earlier.statement(), guarded, &author);
        }
        database
    }

    /// Asks the database as it stands before a statement runs.
    ///
    /// Replays what comes before it in its direction; asking in the order of the statements costs
    /// one replay in all. What asks may not ask the case again.
    pub fn before<T>(&self, stmt: &StatementRef<'_>, ask: impl FnOnce(&Database) -> T) -> T {
        let downward = stmt.direction == Direction::Downgrade;
        let timeline = if downward { &self.downgrade } else { &self.upgrade };
        let mut timeline = timeline.borrow_mut();
        let place = (stmt.number, stmt.part);
        let begin = || match downward {
            true => self.after_upgrade(),
            false => self.before_migration().clone(),
        };
        let steps = &self.script(stmt.direction).steps;
        ask(timeline.at(steps, place, &self.author(), begin))
    }

    /// Returns the database as the upgrade leaves it.
    pub fn after_upgrade(&self) -> Database {
        self.replay(self.before_migration().clone(), Direction::Upgrade)
    }

    /// Returns the database as a direction leaves it: the upgrade, or the upgrade and then the
    /// downgrade.
    pub fn after(&self, direction: Direction) -> Database {
        match direction {
            Direction::Downgrade => self.replay(self.after_upgrade(), direction),
            Direction::Upgrade | Direction::File => self.after_upgrade(),
        }
    }

    /// Returns the database as the last revision that is deployed together leaves it.
    pub fn after_all(&self) -> Database {
        let mut database = self.after_upgrade();
        for revision in self.deployed_after() {
            let Some(migration) = self.history.migration(&revision) else { continue };
            let author = AppliedRevision { revision, released: false };
            for step in &migration.upgrade.steps {
                step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
            }
        }
        database
    }

    fn replay(&self, mut database: Database, direction: Direction) -> Database {
        let author = self.author();
        for stmt in self.statements(direction) {
            database.apply(stmt.step, stmt.emitted, &author);
        }
        database
    }

    /// Returns what is known of a table before a statement.
    pub fn table(&self, stmt: &StatementRef<'_>, table: &TableName) -> Option<Table> {
        self.before(stmt, |database| database.table(table).cloned())
    }

    /// Returns what is known of a column before a statement.
    pub fn column(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> Option<Column> {
        let column = column.as_str()?;
        self.before(stmt, |database| {
            database.table(table).and_then(|table| table.column(column)).cloned()
        })
    }

    /// Tells whether a table is made, without a guard, by what is deployed together: no row of
    /// production is in it. Copies of batch mode and Alembic's own table count as new, for nobody
    /// waits for them.
    pub fn is_new(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        is_scaffold(table) || self.before(stmt, |database| database.is_new(table))
    }

    /// Tells whether settings say that a table holds few rows.
    pub fn is_small(&self, table: &TableName) -> bool {
        self.settings.rows_if_small(&table.to_string()).is_some()
    }

    /// Tells whether a table is new and nothing was written to it yet.
    pub fn is_empty(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        let is_empty = |table: &Table| table.rows == Population::NewAndEmpty || table.temporary;
        is_scaffold(table)
            || self.before(stmt, |database| database.table(table).is_some_and(is_empty))
    }

    /// Tells whether a column is added, without a guard, earlier in what is deployed together.
    pub fn is_new_column(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> bool {
        self.column(stmt, table, column).is_some_and(|column| column.origin.is_new())
    }

    /// Tells whether columns are new, nullable and without default: no row holds a value in them.
    pub fn are_blank(&self, stmt: &StatementRef<'_>, table: &TableName, columns: &[&str]) -> bool {
        let is_blank = |column: &Column| {
            column.origin.is_new()
                && column.nullable == Known::Is(true)
                && column.default == Known::Is(None)
                && column.generated.is_none()
                && column.filled.is_none()
        };
        let all =
            |table: &Table| columns.iter().all(|name| table.column(name).is_some_and(is_blank));
        !columns.is_empty() && self.before(stmt, |database| database.table(table).is_some_and(all))
    }

    /// Returns the type that a column has before a statement, as far as the history says it.
    pub fn old_type(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> Option<ColumnType> {
        self.column(stmt, table, column)?.kind
    }

    /// Tells whether a validated constraint proves that a column holds no NULL, or it is NOT NULL
    /// already.
    pub fn is_proven_not_null(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> bool {
        column.as_str().is_some_and(|column| {
            self.before(stmt, |database| database.proves_not_null(table, column))
        })
    }

    /// Returns the revision that filled a column since it was added, if one did.
    pub fn filled_by(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        column: &Known<String>,
    ) -> Option<Rc<str>> {
        self.column(stmt, table, column)?.filled
    }

    /// Tells whether a table is known to be partitioned.
    pub fn is_partitioned(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        self.before(stmt, |database| database.table(table).is_some_and(|table| table.partitioned))
    }

    /// Returns the constraint of a name, as far as the history says it.
    pub fn constraint(
        &self,
        stmt: &StatementRef<'_>,
        table: &TableName,
        name: &str,
    ) -> Option<ConstraintState> {
        self.before(stmt, |database| database.table(table)?.constraint_or_unnamed(name).cloned())
    }

    /// Returns the table that an index belongs to, and the index where the history says it.
    pub fn index(
        &self,
        stmt: &StatementRef<'_>,
        name: &str,
        said: Option<&TableName>,
    ) -> Option<(TableName, Option<Index>)> {
        self.before(stmt, |database| {
            let owner = database.owner_of_index(name, said)?;
            Some((owner.table_name(), owner.index(name).cloned()))
        })
    }

    /// Tells whether a table is dropped here and another one takes its name, rows copied: it is
    /// rewritten, not lost.
    pub fn is_recreated(&self, stmt: &StatementRef<'a>, table: &TableName) -> bool {
        let successor = self.later(stmt).find_map(|later| match later.statement() {
            Statement::Table(TableChange::RenameTable { table: from, to }) if *to == table.name => {
                Some(from.clone())
            }
            Statement::Table(TableChange::CreateTable(create)) if create.table == *table => {
                Some(table.clone())
            }
            _ => None,
        });
        let Some(successor) = successor.or_else(|| self.heir_of_name(stmt, table)) else {
            return false;
        };
        self.statements(stmt.direction).any(|other| match other.statement() {
            Statement::Rows(RowChange::Insert(insert)) if insert.table == successor => {
                insert.reads.contains(table)
            }
            Statement::Table(TableChange::CreateTable(create)) if create.table == successor => {
                create.filled && create.like.as_ref().is_none_or(|like| like == table)
            }
            Statement::Rows(RowChange::Insert(insert)) => {
                insert.reads.contains(table) && successor == *table
            }
            _ => false,
        })
    }

    /// Returns the table that was made under the name that a dropped one had before it was renamed
    /// away for that: RENAME, CREATE, INSERT ... SELECT, DROP.
    fn heir_of_name(&self, stmt: &StatementRef<'a>, table: &TableName) -> Option<TableName> {
        let name = self.earlier(stmt).find_map(|earlier| match earlier.statement() {
            Statement::Table(TableChange::RenameTable { table: from, to }) if *to == table.name => {
                Some(from.clone())
            }
            _ => None,
        })?;
        let is_made = self.earlier(stmt).any(|earlier| {
            matches!(earlier.statement(),
                Statement::Table(TableChange::CreateTable(create)) if create.table == name)
        });
        is_made.then_some(name)
    }

    /// Tells whether a statement runs in Alembic's transaction.
    pub fn is_in_transaction(&self, stmt: &StatementRef<'a>) -> bool {
        let environment = &self.project.environment;
        stmt.step.mode == Mode::Transaction
            && environment.autocommit != Setting::Yes
            && !self.is_after_commit(stmt)
    }

    /// Tells whether a COMMIT in SQL stands before a statement, unconditionally.
    pub fn is_after_commit(&self, stmt: &StatementRef<'a>) -> bool {
        let word = |other: &StatementRef<'_>| {
            matches!(
                other.statement(),
                Statement::Session(SessionCommand::Transaction(TransactionWord::Commit))
            )
        };
        self.earlier(stmt).any(|other| word(&other) && other.dominates(stmt))
    }

    /// Returns the locks that earlier statements of the same transaction hold when a statement
    /// runs, those of earlier revisions that are deployed together included.
    pub fn held_at(&self, stmt: &StatementRef<'_>) -> impl Iterator<Item = &Hold> {
        self.transactions(stmt.direction).held_at(stmt)
    }

    /// Returns the locks on tables in use which a statement itself takes.
    pub fn taken_at(&self, stmt: &StatementRef<'_>) -> impl Iterator<Item = &Hold> {
        self.transactions(stmt.direction).taken_at(stmt)
    }

    /// Tells whether an earlier statement of the same transaction keeps readers and writers from a
    /// table.
    pub fn is_locked_already(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        self.held_at(stmt).any(|hold| hold.blocks_reads() && hold.table == *table)
    }

    /// Tells whether two statements of one direction share a transaction.
    pub fn share_transaction(&self, one: &StatementRef<'_>, other: &StatementRef<'_>) -> bool {
        self.is_in_one_transaction() && self.transactions(one.direction).shares(one, other)
    }

    fn transactions(&self, direction: Direction) -> &Transactions {
        let cell = match direction {
            Direction::Downgrade => &self.downward,
            Direction::Upgrade | Direction::File => &self.upward,
        };
        cell.get_or_init(|| Transactions::of(self, direction))
    }

    /// Tells whether something limits how long a statement waits for a lock: env.py, the role, or
    /// the revision itself.
    pub fn has_lock_timeout(&self, stmt: &StatementRef<'a>) -> bool {
        self.has_general_timeout() || self.sets_lock_timeout(stmt)
    }

    /// Tells whether the revision itself limits how long a statement waits for a lock.
    pub fn sets_lock_timeout(&self, stmt: &StatementRef<'a>) -> bool {
        let mut limits = BTreeSet::new();
        for other in self.earlier(stmt) {
            match other.statement() {
                Statement::Session(SessionCommand::Set { name, value, .. })
                    if timeout::is_timeout(name) =>
                {
                    match value.as_str().is_none_or(timeout::is_limit) {
                        true => limits.insert(name.to_ascii_lowercase()),
                        false => limits.remove(&name.to_ascii_lowercase()),
                    }
                }
                _ => continue,
            };
        }
        !limits.is_empty()
    }

    /// Tells whether env.py, the connection or the role limits how long every statement waits for a
    /// lock.
    pub fn has_general_timeout(&self) -> bool {
        self.project.environment.lock_timeout != Setting::No
            || self.settings.lock_timeout == LockTimeout::Role
    }

    /// Tells whether the server is of this major version or newer.
    pub fn is_at_least(&self, major: u16) -> bool {
        self.server().version.is_at_least(major)
    }

    /// Returns the server that it is judged for. Files are read for that: ask only where a verdict
    /// depends on it.
    pub fn server(&self) -> &Server {
        self.server.get_or_init(|| Server::of(self.settings, self.surroundings, self.dialect))
    }

    /// Returns the version of a package that lock files pin, and where.
    pub fn package(&self, name: &str) -> Option<Said> {
        self.surroundings.package(name)
    }

    /// Returns the oldest version of a package that the project's declarations admit, and where.
    pub fn least_package(&self, name: &str) -> Option<Said> {
        self.surroundings.least(name)
    }

    /// Returns the drivers that may run the migrations on the dialect: those of URLs; where no URL
    /// names one, those of packages.
    pub fn drivers(&self) -> Vec<Driver> {
        let environment = &self.project.environment;
        let mysql = self.dialect.is_mysql();
        let is_ours =
            |driver: &Driver| driver.dialect == self.dialect || mysql && driver.dialect.is_mysql();
        let named: Vec<Driver> =
            environment.drivers.iter().filter(|driver| is_ours(driver)).cloned().collect();
        match named.is_empty() {
            true => self
                .surroundings
                .drivers(environment.asynchronous)
                .into_iter()
                .filter(is_ours)
                .collect(),
            false => named,
        }
    }

    /// Returns the server's version in the words of `sql`.
    pub fn server_version(&self) -> ServerVersion {
        self.server().version
    }

    /// Tells whether it is judged for PostgreSQL.
    pub fn is_postgresql(&self) -> bool {
        self.dialect == Dialect::PostgreSql
    }

    /// Makes a finding on a statement.
    pub fn finding(&self, stmt: &StatementRef<'_>, message: impl Into<String>) -> RawFinding {
        let mut finding = RawFinding::on(stmt.step, stmt.number, stmt.direction, message);
        finding.site = stmt.emitted.site.clone();
        if let Some(table) = stmt.emitted.statement.table() {
            finding = finding.table(table);
        }
        finding
    }

    /// Makes a finding on the file as a whole.
    pub fn hit_file(&self, message: impl Into<String>) -> RawFinding {
        self.hit_span(Span::default(), message)
    }

    /// Makes a finding on a place in the file that is no step.
    pub fn hit_span(&self, span: Span, message: impl Into<String>) -> RawFinding {
        let site = Site { path: self.migration.path.clone(), span };
        RawFinding { within: vec![span], ..RawFinding::at(site, Direction::File, message) }
    }

    pub(in crate::rule) fn author(&self) -> AppliedRevision {
        AppliedRevision { revision: self.revision().into(), released: false }
    }

    /// The names that this migration mentions, from which the slice of the history grows.
    pub(in crate::rule) fn names(&self) -> Names {
        let mut names = Names::new();
        for stmt in self.statements(Direction::Upgrade).chain(self.statements(Direction::Downgrade))
        {
            names::mention(&stmt.emitted.statement, &mut names);
        }
        names
    }
}

impl StatementRef<'_> {
    /// Tells whether the statement runs outside of Alembic's transaction.
    pub fn is_autocommit(&self) -> bool {
        matches!(self.step.mode, Mode::Autocommit)
    }

    /// Tells whether this ran wherever a later statement runs.
    pub fn dominates(&self, later: &StatementRef<'_>) -> bool {
        self.step.is_certain_on(&later.step.path) && !self.emitted.conditional
    }

    /// Tells whether the statement may not run, or is reported under a condition.
    pub fn is_conditional(&self) -> bool {
        self.step.conditional || self.emitted.conditional
    }

    /// Returns the statement.
    pub fn statement(&self) -> &Statement {
        &self.emitted.statement
    }
}

/// Tells whether a table is never judged: copies of batch mode, Alembic's own.
pub fn is_scaffold(table: &TableName) -> bool {
    let name = table.name.as_str().unwrap_or_default();
    name.starts_with("_alembic_tmp_") || name == "alembic_version"
}
