//! What a rule may ask: the migration, the statement, and the database as it stands before it.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::alembic::project::Project;
use crate::alembic::surroundings::Surroundings;
use crate::alembic::words::Finder;
use crate::config::settings::Settings;
use crate::operation::step::{Emitted, Script, Step};
use crate::rule::holds::Transactions;
use crate::rule::looks::{Looks, REPLAYED};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::release::Release;
use crate::rule::server::Server;
use crate::rule::statement_ref::StatementRef;
use crate::rule::timeline::Timeline;
use crate::rule::today::Today;
use crate::rule::wider::Wider;
use crate::schema::answer::verdict::Answer;
use crate::schema::database::Database;
use crate::schema::memory::Memory;
use crate::schema::names::Names;
use crate::schema::provenance::AppliedRevision;
use crate::schema::slice::{Released, Slice};
use crate::schema::{names, slice};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;
use crate::text::map::Map;
use crate::text::source::{Site, Span};

/// Where a statement stands: its direction, its step, and its part of that.
type Place = (Direction, usize, usize);

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
    pub(crate) server: OnceCell<Server>,
    names: OnceCell<Names>,
    /// Where columns are renamed.
    renames: OnceCell<Vec<Place>>,
    /// Where statements stand that rows may wait behind, or that end the waiting.
    pub(in crate::rule) waiting: OnceCell<Vec<Place>>,
    /// Where the revision stands among those that are deployed together.
    pub(in crate::rule) deployed_at: OnceCell<usize>,
    before: OnceCell<Database>,
    upgraded: OnceCell<Database>,
    downgraded: OnceCell<Database>,
    upgrade: RefCell<Timeline>,
    downgrade: RefCell<Timeline>,
    pub(crate) upward: OnceCell<Transactions>,
    pub(crate) downward: OnceCell<Transactions>,
    looks: Looks,
    /// The answers that were asked for, by where: queries stand where statements do.
    pub(in crate::rule) answered: RefCell<Map<*const Emitted, Answer>>,
    pub(in crate::rule) begins_before: OnceCell<bool>,
    /// The database over more names than those the migration mentions, as far as it was asked.
    pub(in crate::rule) wider: RefCell<Option<Wider>>,
    /// What is not as it was when the upgrade has been taken back.
    pub(in crate::rule) differences: OnceCell<Vec<String>>,
}

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
            names: OnceCell::new(),
            renames: OnceCell::new(),
            waiting: OnceCell::new(),
            deployed_at: OnceCell::new(),
            before: OnceCell::new(),
            upgraded: OnceCell::new(),
            downgraded: OnceCell::new(),
            upgrade: RefCell::default(),
            downgrade: RefCell::default(),
            upward: OnceCell::new(),
            downward: OnceCell::new(),
            looks: Looks::default(),
            answered: RefCell::default(),
            begins_before: OnceCell::new(),
            wider: RefCell::default(),
            differences: OnceCell::new(),
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

    /// Counts looks, and tells whether more may follow.
    pub fn look(&self, looks: u64) -> bool {
        self.looks.take(looks)
    }

    /// Counts names that are gone through, or columns of a table that is copied.
    pub(crate) fn look_at_names(&self, names: usize) {
        self.looks.take_of_names(names);
    }

    /// Returns what was found out about the history for other revisions.
    pub(in crate::rule) fn memory(&self) -> &Memory {
        self.memory
    }

    /// Counts statements of other revisions that are read for this one.
    pub(in crate::rule) fn read_of_others(&self, statements: usize) {
        self.memory.replay(statements);
    }

    /// Tells whether too much was looked at: what is found from then on is not to be relied on.
    pub fn is_exhausted(&self) -> bool {
        self.looks.are_exhausted()
    }

    /// Returns the statements of a direction, in order; none any more once the context is exhausted.
    pub fn statements(&self, direction: Direction) -> impl Iterator<Item = StatementRef<'a>> {
        let steps = self.script(direction).steps.iter().enumerate();
        let statements = steps.flat_map(move |(number, step)| {
            let emitted = step.emitted.iter().enumerate();
            emitted.map(move |(part, emitted)| StatementRef {
                direction,
                step,
                number,
                emitted,
                part,
            })
        });
        statements.take_while(|_| self.look(1))
    }

    /// Returns the queries of a direction that change nothing, each where the statement stands that
    /// comes next.
    pub fn queries(&self, direction: Direction) -> impl Iterator<Item = StatementRef<'a>> {
        let queries = self.script(direction).queries.iter();
        let statements = queries.flat_map(move |query| {
            let (step, number) = (&query.step, query.behind);
            step.emitted.iter().map(move |emitted| StatementRef {
                direction,
                step,
                number,
                emitted,
                part: 0,
            })
        });
        statements.take_while(|_| self.look(1))
    }

    /// Returns the steps of both directions, each with its direction and number.
    pub fn steps(&self) -> impl Iterator<Item = (Direction, usize, &'a Step)> {
        Direction::RUNS.into_iter().flat_map(|direction| {
            let steps = self.script(direction).steps.iter().enumerate();
            steps.map(move |(number, step)| (direction, number, step)).take_while(|_| self.look(1))
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

    /// Returns the statements of the same direction that come after this one and rename a column.
    /// They are few where statements are many.
    pub fn renames_after(&self, stmt: &StatementRef<'a>) -> impl Iterator<Item = StatementRef<'a>> {
        let is_rename = |statement: &Statement| {
            matches!(statement, Statement::Table(TableChange::RenameColumn { .. }))
        };
        let renames = self.renames.get_or_init(|| self.places(is_rename));
        let (own, end) = (stmt.direction, (stmt.number, stmt.part));
        let later = renames
            .iter()
            .filter(move |(direction, number, part)| *direction == own && (*number, *part) > end);
        later.filter_map(|place| self.at(*place))
    }

    /// Finds where statements stand, in both directions.
    pub(in crate::rule) fn places(&self, wanted: impl Fn(&Statement) -> bool) -> Vec<Place> {
        let all = Direction::RUNS.into_iter().flat_map(|direction| self.statements(direction));
        let found = all.filter(|stmt| wanted(stmt.statement()));
        found.map(|stmt| (stmt.direction, stmt.number, stmt.part)).collect()
    }

    /// Returns the statement that stands at a place.
    pub(in crate::rule) fn at(&self, place: Place) -> Option<StatementRef<'a>> {
        let (direction, number, part) = place;
        let step = self.script(direction).steps.get(number)?;
        Some(StatementRef { direction, step, number, emitted: step.emitted.get(part)?, part })
    }

    /// Tells whether a revision is in upstream already. In `--all`, all but the judged one are.
    pub fn is_released(&self, revision: &str) -> bool {
        self.released().holds(revision) && !(self.release.each_alone && revision == self.revision())
    }

    pub(in crate::rule) fn released(&self) -> Released<'a> {
        match self.release.each_alone {
            true => Released::AllOthers,
            false => Released::These(&self.release.released),
        }
    }

    /// Asks the database as it stands before the judged migration runs.
    pub fn before_migration(&self) -> &Database {
        self.before.get_or_init(|| {
            let names = self.names().clone();
            slice::before(self.history, self.memory, self.revision(), names, self.released())
        })
    }

    /// Returns the database as it stands before the judged migration, over other names than those
    /// it mentions.
    pub fn search<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Database {
        let names = names.into_iter().map(str::to_lowercase).collect();
        self.look(self.history.files().len() as u64);
        slice::before(self.history, self.memory, self.revision(), names, self.released())
    }

    /// Returns the revisions from which that database follows; nothing once too much was replayed.
    pub(in crate::rule) fn slice(&self, names: Names) -> Option<Slice<'a>> {
        self.look(self.history.files().len() as u64);
        Slice::of(self.history, self.memory, self.revision(), names, self.released())
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
            self.look(REPLAYED);
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
            true => self.after_upgrade().clone(),
            false => self.before_migration().clone(),
        };
        let steps = &self.script(stmt.direction).steps;
        let (database, applied) = timeline.at(steps, place, &self.author(), begin);
        self.looks.take_of_database(stmt.number, applied);
        ask(database)
    }

    /// Returns the database as the upgrade leaves it.
    pub fn after_upgrade(&self) -> &Database {
        self.upgraded
            .get_or_init(|| self.replay(self.before_migration().clone(), Direction::Upgrade))
    }

    /// Returns the database as a direction leaves it: the upgrade, or the upgrade and then the
    /// downgrade.
    pub fn after(&self, direction: Direction) -> &Database {
        let downgraded = || self.replay(self.after_upgrade().clone(), direction);
        match direction {
            Direction::Downgrade => self.downgraded.get_or_init(downgraded),
            Direction::Upgrade | Direction::File => self.after_upgrade(),
        }
    }

    /// Returns the database as the last revision that is deployed together leaves it, over tables of
    /// these names, in lower case: of later revisions those are read that name one, or may touch what
    /// they do not name.
    pub fn after_all(&self, names: &Names) -> Database {
        let mut database = self.after_upgrade().clone();
        let listed: Vec<&String> = names.iter().collect();
        let holders = self.memory.holders(self.history, &listed);
        let finder = Finder::new(listed);
        let may_touch = |revision: &&Rc<str>| {
            let node = self.history.graph().index(revision);
            node.is_none_or(|node| {
                let number = self.history.graph().nodes()[node].file;
                let file = &self.history.files()[number];
                let holds = match &holders {
                    Some(holders) => holders.binary_search(&node).is_ok(),
                    None => file.holds(&finder),
                };
                holds || self.memory.is_wide(number, || self.history.is_wide(file))
            })
        };
        for revision in self.deployed_after().iter().filter(may_touch) {
            let Some(migration) = self.history.migration(revision) else { continue };
            let author = AppliedRevision { revision: revision.clone(), released: false };
            for step in &migration.upgrade.steps {
                step.emitted.iter().for_each(|emitted| database.apply(step, emitted, &author));
                self.read_of_others(step.emitted.len());
            }
            if self.is_spent() {
                break;
            }
        }
        database
    }

    /// Tells whether this run has replayed as much as it may: what follows is not relied on.
    pub(in crate::rule) fn is_spent(&self) -> bool {
        self.memory.is_exhausted()
    }

    fn replay(&self, mut database: Database, direction: Direction) -> Database {
        let author = self.author();
        for stmt in self.statements(direction) {
            database.apply(stmt.step, stmt.emitted, &author);
        }
        database
    }

    /// Makes a finding on a statement.
    pub fn finding(&self, stmt: &StatementRef<'_>, message: impl Into<String>) -> RawFinding {
        let mut finding = RawFinding::on(stmt.step, stmt.number, stmt.direction, message);
        finding.site = stmt.emitted.site.clone();
        // A query stands before the step that comes next, and is none.
        if matches!(stmt.statement(), Statement::Rows(RowChange::Select { functions, .. })
            if functions.is_empty())
        {
            finding.step = None;
        }
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
    pub(in crate::rule) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::new();
            for direction in Direction::RUNS {
                let statements = self.statements(direction).chain(self.queries(direction));
                statements.for_each(|stmt| names::mention(stmt.statement(), &mut names));
            }
            names
        })
    }
}
