//! What a rule may ask: the migration, the statement, and the database as it stands before it.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::alembic::project::Project;
use crate::config::settings::Settings;
use crate::operation::step::{Script, Step, Told};
use crate::rule::hit::{Direction, Hit};
use crate::schema::database::Database;
use crate::schema::names;
use crate::schema::names::Names;
use crate::schema::replay::Author;
use crate::schema::slice;
use crate::schema::table::{Column, Table};
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;
use crate::text::source::{Site, Span};

/// One judged migration, with everything that a rule may ask about it.
pub struct Case<'a> {
    /// The revisions of the project.
    pub history: &'a History,
    /// The project.
    pub project: &'a Project,
    /// The migration.
    pub migration: &'a Migration,
    /// The dialect that it is judged for.
    pub dialect: Dialect,
    /// The server's version, major and minor.
    pub server: Server,
    /// The settings of the project.
    pub settings: &'a Settings,
    /// Which revisions are in upstream already, and what is deployed together.
    pub release: &'a Release,
    /// Operations that something in the repository registers.
    pub today: Today,
    before: OnceCell<Database>,
    upgrade: RefCell<Timeline>,
    downgrade: RefCell<Timeline>,
}

/// The server's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Major and minor.
    pub version: (u16, u16),
    /// Whether a setting or a file of the repository says so; otherwise it is assumed.
    pub said: bool,
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
    /// Revisions of the resulting tree that are not released, in the order in which they are applied.
    pub together: Vec<String>,
    /// Whether each judged migration is taken as if it alone were unreleased (`--all`).
    pub each_alone: bool,
    /// The upstream's name, where there is one.
    pub upstream: Option<String>,
}

/// One statement of a direction, with where it stands in it.
#[derive(Clone, Copy)]
pub struct Deed<'a> {
    /// The direction.
    pub direction: Direction,
    /// The step.
    pub step: &'a Step,
    /// The step's number in its direction.
    pub number: usize,
    /// The statement.
    pub told: &'a Told,
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
    /// Paths of revisions that this change adds or alters.
    pub changed: &'a BTreeSet<Rc<str>>,
    /// Which revisions are in upstream already.
    pub release: &'a Release,
}

/// How far a direction was replayed.
#[derive(Default)]
struct Timeline {
    database: Option<Database>,
    reached: (usize, usize),
}

impl<'a> Case<'a> {
    /// Makes a case of what is asked about.
    #[allow(clippy::too_many_arguments, reason = "a case is its parts")]
    pub fn new(
        history: &'a History,
        project: &'a Project,
        migration: &'a Migration,
        dialect: Dialect,
        server: Server,
        settings: &'a Settings,
        release: &'a Release,
        today: Today,
    ) -> Self {
        Case {
            history,
            project,
            migration,
            dialect,
            server,
            settings,
            release,
            today,
            before: OnceCell::new(),
            upgrade: RefCell::default(),
            downgrade: RefCell::default(),
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
    pub fn deeds(&self, direction: Direction) -> impl Iterator<Item = Deed<'a>> {
        let steps = self.script(direction).steps.iter().enumerate();
        steps.flat_map(move |(number, step)| {
            let told = step.told.iter().enumerate();
            told.map(move |(part, told)| Deed { direction, step, number, told, part })
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
    pub fn earlier(&self, deed: &Deed<'a>) -> impl Iterator<Item = Deed<'a>> {
        let end = (deed.number, deed.part);
        self.deeds(deed.direction).take_while(move |other| (other.number, other.part) < end)
    }

    /// Returns the statements of the same direction that come after this one.
    pub fn later(&self, deed: &Deed<'a>) -> impl Iterator<Item = Deed<'a>> {
        let end = (deed.number, deed.part);
        self.deeds(deed.direction).skip_while(move |other| (other.number, other.part) <= end)
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
            slice::before(self.history, self.revision(), names, &|revision| self.is_released(revision))
        })
    }

    /// Asks the database as it stands before a statement runs.
    ///
    /// Replays what comes before it in its direction; asking in the order of the statements costs one replay in all.
    pub fn before<T>(&self, deed: &Deed<'_>, ask: impl FnOnce(&Database) -> T) -> T {
        let downward = deed.direction == Direction::Downgrade;
        let timeline = if downward { &self.downgrade } else { &self.upgrade };
        let mut timeline = timeline.borrow_mut();
        if timeline.database.is_none() || timeline.reached > (deed.number, deed.part) {
            timeline.database = Some(if downward { self.after_upgrade() } else { self.before_migration().clone() });
            timeline.reached = (0, 0);
        }
        let reached = timeline.reached;
        timeline.reached = (deed.number, deed.part);
        let database = timeline.database.get_or_insert_default();
        let author = self.author();
        for other in self.deeds(deed.direction) {
            let at = (other.number, other.part);
            if at >= reached && at < (deed.number, deed.part) {
                database.apply(other.step, other.told, &author);
            }
        }
        ask(database)
    }

    /// Returns the database as the upgrade leaves it.
    pub fn after_upgrade(&self) -> Database {
        self.replay(self.before_migration().clone(), Direction::Upgrade)
    }

    /// Returns the database as a direction leaves it: the upgrade, or the upgrade and then the downgrade.
    pub fn after(&self, direction: Direction) -> Database {
        match direction {
            Direction::Downgrade => self.replay(self.after_upgrade(), direction),
            Direction::Upgrade | Direction::File => self.after_upgrade(),
        }
    }

    fn replay(&self, mut database: Database, direction: Direction) -> Database {
        let author = self.author();
        for deed in self.deeds(direction) {
            database.apply(deed.step, deed.told, &author);
        }
        database
    }

    /// Returns what is known of a table before a statement.
    pub fn table(&self, deed: &Deed<'_>, table: &TableName) -> Option<Table> {
        self.before(deed, |database| database.table(table).cloned())
    }

    /// Returns what is known of a column before a statement.
    pub fn column(&self, deed: &Deed<'_>, table: &TableName, column: &Known<String>) -> Option<Column> {
        let column = column.as_str()?;
        self.before(deed, |database| database.table(table).and_then(|table| table.column(column)).cloned())
    }

    /// Tells whether a table is made, without a guard, by what is deployed together: no row of production is in it.
    pub fn is_new(&self, deed: &Deed<'_>, table: &TableName) -> bool {
        is_scaffold(table) || self.before(deed, |database| database.table(table).is_some_and(Table::is_new))
    }

    /// Makes a hit on a statement.
    pub fn hit(&self, deed: &Deed<'_>, message: impl Into<String>) -> Hit {
        let mut hit = Hit::on(deed.step, deed.number, deed.direction, message);
        hit.site = deed.told.site.clone();
        if let Some(table) = deed.told.statement.table() {
            hit = hit.table(table);
        }
        hit
    }

    /// Makes a hit on the file as a whole.
    pub fn hit_file(&self, message: impl Into<String>) -> Hit {
        self.hit_span(Span::default(), message)
    }

    /// Makes a hit on a place in the file that is no step.
    pub fn hit_span(&self, span: Span, message: impl Into<String>) -> Hit {
        let site = Site { path: self.migration.path.clone(), span };
        Hit { within: vec![span], ..Hit::at(site, Direction::File, message) }
    }

    fn author(&self) -> Author {
        Author { revision: self.revision().into(), released: false }
    }

    /// The names that this migration mentions, from which the slice of the history grows.
    fn names(&self) -> Names {
        let mut names = Names::new();
        for deed in self.deeds(Direction::Upgrade).chain(self.deeds(Direction::Downgrade)) {
            names::mention(&deed.told.statement, &mut names);
        }
        names
    }
}

impl Deed<'_> {
    /// Tells whether the statement runs outside of Alembic's transaction.
    pub fn is_autocommit(&self) -> bool {
        matches!(self.step.mode, crate::operation::step::Mode::Autocommit)
    }

    /// Tells whether the statement may not run, or is told under a condition.
    pub fn is_conditional(&self) -> bool {
        self.step.conditional || self.told.conditional
    }

    /// Returns the statement.
    pub fn statement(&self) -> &Statement {
        &self.told.statement
    }
}

/// Tells whether a table is never judged: copies of batch mode, Alembic's own.
pub fn is_scaffold(table: &TableName) -> bool {
    let name = table.name.as_str().unwrap_or_default();
    name.starts_with("_alembic_tmp_") || name == "alembic_version"
}
