//! What the database would answer to a statement of the migration under judgement.

use crate::alembic::driver::Driver;
use crate::config::verify::BaselineSetting;
use crate::operation::operation::Operation;
use crate::operation::step::{Emitted, Mode, Step};
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::in_use::copy_is_not_read;
use crate::schema::answer::verdict::{Answer, Batched, Engine, Proof, Refuser};
use crate::schema::database::Database;
use crate::schema::names;
use crate::schema::names::Names;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::Generated;
use crate::sql::table_change::TableChange;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;
use std::rc::Rc;

/// Drivers of PostgreSQL that SQLAlchemy tells the types of values (`render_bind_cast`, since 2.0).
const TYPED: [&str; 5] = ["asyncpg", "psycopg", "psycopg_async", "psycopgasync", "pg8000"];

/// The version of SQLAlchemy from which on `sa.Enum` heeds `create_type`.
const DISOWNS: ServerVersion = ServerVersion { major: 2, minor: 1, patch: 0 };

impl<'a> RuleContext<'a> {
    /// Returns what the database would answer to a statement, from what the history says of it.
    ///
    /// What stands under a condition or in a `try` is not judged: the condition may be about this
    /// very thing.
    pub fn answer(&self, stmt: &StatementRef<'a>) -> Answer {
        let place = std::ptr::from_ref(stmt.emitted);
        if let Some(answer) = self.answered.borrow().get(&place) {
            return answer.clone();
        }
        let answer = self.asked(stmt);
        self.answered.borrow_mut().insert(place, answer.clone());
        answer
    }

    /// Tells whether a statement certainly runs, on a database whose refusals are known.
    pub fn is_judged(&self, stmt: &StatementRef<'a>) -> bool {
        // CockroachDB and its like refuse other things.
        let is_itself = self.project.environment.relative.is_none();
        is_itself
            && (!stmt.is_conditional() || self.is_second_try(stmt))
            && (!stmt.step.guarded || self.aborts_all_the_same(stmt))
            && self.dialect != Dialect::Oracle
            && self.dialect == self.history.dialect()
    }

    /// Tells whether an error that `except` takes ends the run all the same: PostgreSQL refuses
    /// whatever follows in the transaction, the number of the version too, unless a savepoint or
    /// ROLLBACK comes between (seen on 15.18).
    fn aborts_all_the_same(&self, stmt: &StatementRef<'a>) -> bool {
        const WORDS: [&str; 3] = ["rollback", "savepoint", "begin_nested"];
        let written = || self.migration.text.content().to_lowercase();
        self.dialect == Dialect::PostgreSql
            && stmt.step.mode == Mode::Transaction
            && stmt.step.helper.is_none()
            && self.is_in_one_transaction()
            && !WORDS.iter().any(|word| written().contains(word))
    }

    /// Tells whether a view is dropped because it could not be replaced: in the handler of an
    /// exception block whose CREATE OR REPLACE is refused, as alembic_utils writes it.
    fn is_second_try(&self, stmt: &StatementRef<'a>) -> bool {
        let Statement::Object(ObjectChange::DropObject { kind: ObjectKind::View, name, .. }) =
            stmt.statement()
        else {
            return false;
        };
        let replaces = |statement: &Statement| {
            matches!(statement, Statement::Object(ObjectChange::CreateObject {
                kind: ObjectKind::View, name: other, replace: true, ..
            }) if other == name)
        };
        let first = self
            .earlier(stmt)
            .find(|earlier| earlier.number == stmt.number && replaces(earlier.statement()));
        let Some(first) = first.filter(|_| !stmt.step.conditional) else { return false };
        let engine = self.engine(&first);
        let ask = |database: &Database| database.answer(first.statement(), engine);
        matches!(self.before_over(&first, Names::new(), ask), Answer::Refused(_))
    }

    fn asked(&self, stmt: &StatementRef<'a>) -> Answer {
        if self.dialect == Dialect::Oracle {
            return Answer::Unknown("what Oracle refuses is not known here".to_owned());
        }
        if !self.is_judged(stmt) || self.is_refused_by_alembic(stmt) {
            return Answer::Applied;
        }
        let engine = self.engine(stmt);
        let ask = |database: &Database| database.answer(stmt.statement(), engine);
        let answer = self.before(stmt, ask);
        let answer = match engine.copies() {
            true => self.in_copy(stmt, answer, engine).or(|| self.is_copied_alone(stmt)),
            false => answer,
        };
        let first = match answer {
            // What Alembic or SQLAlchemy raises reaches no transaction.
            Answer::Refused(refusal) if stmt.step.guarded && refusal.refuser != Refuser::Server => {
                return Answer::Applied;
            }
            Answer::Refused(refusal) => refusal,
            answer => return answer.or(|| self.is_waited_for(stmt)),
        };
        if self.is_made_in_this_run(stmt) {
            return Answer::Applied;
        }
        if is_disowned(stmt) {
            match self.package("sqlalchemy").map(|said| said.version) {
                Some(version) if version >= DISOWNS => return Answer::Applied,
                Some(_) => {}
                None => {
                    let why = "SQLAlchemy 2.1 heeds `create_type=False` of `sa.Enum`; before that \
                        only `postgresql.ENUM` does";
                    return first.with(Proof::Unproved(why.to_owned())).into();
                }
            }
        }
        let first = match self.is_check_of_type(stmt, &first, engine) {
            Some(answer) => return answer,
            None => first,
        };
        // What else touched the names of the refusal may stand in revisions that name nothing else.
        let mut names = Names::new();
        names::mention(stmt.statement(), &mut names);
        names.extend(first.names.iter().map(|name| name.to_lowercase()));
        names.extend(
            first
                .error
                .object()
                .map(|name| name.rsplit('.').next().unwrap_or(&name).to_lowercase()),
        );
        match engine.copies() {
            true => first.into(),
            false => self.before_over(stmt, names, ask),
        }
    }

    /// The table that a batch copies is dropped before the copy takes its name: SQLite reads views
    /// and triggers over it in between, unless it is told not to.
    fn is_copied_alone(&self, stmt: &StatementRef<'a>) -> Answer {
        let Some(table) = stmt.statement().table().filter(|_| self.begins_copy(stmt)) else {
            return Answer::Applied;
        };
        let env = self.history.snapshot().text(&self.project.env_path());
        let own = self.history.snapshot().text(&self.migration.path);
        let is_told =
            env.iter().chain(&own).any(|text| text.content().contains("legacy_alter_table"));
        match is_told {
            true => Answer::Applied,
            false => self.before(stmt, |database| copy_is_not_read(database, table)),
        }
    }

    /// What Alembic cannot send to the dialect is `operation-not-supported`'s.
    fn is_refused_by_alembic(&self, stmt: &StatementRef<'a>) -> bool {
        match (&stmt.step.operation, self.dialect) {
            (Operation::DropConstraint { kind: None, .. }, Dialect::MySql | Dialect::MariaDb) => {
                true
            }
            (
                Operation::DropConstraint { .. }
                | Operation::CreateConstraint { .. }
                | Operation::AlterColumn(_),
                Dialect::Sqlite,
            ) => stmt.step.batch.is_none(),
            // One statement empties or drops several tables, children and parents together.
            _ => is_one_of_several(stmt) || is_numbered_with_its_key(stmt),
        }
    }

    fn engine(&self, stmt: &StatementRef<'a>) -> Engine {
        let mut engine = Engine::new(self.dialect, self.server_version());
        if self.dialect == Dialect::Sqlite && self.is_copied(stmt) {
            let plain = stmt.step.batch.is_some_and(|batch| batch.plain_reflection);
            engine.batch = if plain { Batched::CopiesAsReflected } else { Batched::Copies };
        }
        // What SQLAlchemy writes out: a text of SQL says its types by itself.
        let is_built = matches!(
            stmt.step.operation,
            Operation::BulkInsert { .. } | Operation::Execute { sql: None, .. }
        );
        if is_built && self.dialect == Dialect::PostgreSql {
            let drivers = self.drivers();
            let is_told = |driver: &Driver| TYPED.contains(&driver.name.as_str());
            let is_old =
                self.package("sqlalchemy").is_some_and(|said| !said.version.is_at_least(2));
            engine.encodes =
                !drivers.is_empty() && drivers.iter().all(|driver| driver.name == "asyncpg");
            engine.typed = !drivers.is_empty() && drivers.iter().all(is_told) && !is_old;
        }
        engine
    }

    /// CREATE TABLE makes the enum types of its columns once in a run of Alembic: `memo` of its
    /// implementation remembers them (SQLAlchemy 1.4 to 2.1, Alembic 1.20).
    fn is_made_in_this_run(&self, stmt: &StatementRef<'a>) -> bool {
        let Statement::Object(ObjectChange::CreateType { name: Known::Is(name), .. }) =
            stmt.statement()
        else {
            return false;
        };
        let by_table = |step: &Step| matches!(step.operation, Operation::CreateTable(_));
        let makes = |step: &Step, statement: &Statement| {
            by_table(step)
                && matches!(statement,
                    Statement::Object(ObjectChange::CreateType { name: Known::Is(other), .. })
                        if other == name)
        };
        if !by_table(stmt.step) {
            return false;
        }
        self.earlier(stmt).any(|earlier| makes(earlier.step, earlier.statement()))
            || (stmt.direction != Direction::Downgrade
                && self.deployed_before().iter().any(|revision| {
                    let Some(migration) = self.history.migration(revision) else { return false };
                    let steps = &migration.upgrade.steps;
                    steps.iter().any(|step| {
                        step.emitted.iter().any(|emitted| makes(step, &emitted.statement))
                    })
                }))
    }

    /// Tells whether the database is older than its history: `baseline` or `start-after` is set, or
    /// the first revision makes no table.
    pub fn begins_before_history(&self) -> bool {
        *self.begins_before.get_or_init(|| {
            let is_set = self
                .settings
                .verify
                .baseline
                .as_ref()
                .is_some_and(|set| *set != BaselineSetting::Replay)
                || !self.settings.start_after.is_empty();
            is_set
                || self
                    .first_revisions()
                    .any(|revision| *revision == *self.revision() || !self.makes_tables(&revision))
        })
    }

    fn first_revisions(&self) -> impl Iterator<Item = Rc<str>> {
        let graph = self.history.graph();
        let first = match self.memory().below(self.history, self.revision()) {
            Some(below) => below.bases(graph),
            None => {
                let mut all = graph.ancestor_numbers(self.revision());
                all.extend(graph.index(self.revision()));
                all.retain(|&at| graph.nodes()[at].down_revisions.is_empty());
                all
            }
        };
        first.into_iter().map(|at| graph.nodes()[at].id.clone())
    }

    fn makes_tables(&self, revision: &str) -> bool {
        let Some(migration) = self.history.migration(revision) else { return false };
        let steps = &migration.upgrade.steps;
        let emitted = steps.iter().flat_map(|step| &step.emitted);
        emitted.into_iter().any(|emitted| {
            matches!(emitted.statement, Statement::Table(TableChange::CreateTable(_)))
        })
    }
}

/// Tells whether a table makes a type that the migration says it should not make.
fn is_disowned(stmt: &StatementRef<'_>) -> bool {
    let (
        Operation::CreateTable(create),
        Statement::Object(ObjectChange::CreateType { name: Known::Is(name), .. }),
    ) = (&stmt.step.operation, stmt.statement())
    else {
        return false;
    };
    let labels = create.columns.iter().filter_map(|column| column.kind.as_ref()?.labels.as_ref());
    labels.filter(|labels| labels.disowned).any(|labels| {
        labels.name.as_ref().and_then(Known::as_str).is_some_and(|other| other == name)
    })
}

/// Tells whether one ALTER of MySQL adds a numbered column and a key besides, in whichever order.
fn is_numbered_with_its_key(stmt: &StatementRef<'_>) -> bool {
    let is_numbered = matches!(stmt.statement(),
        Statement::Table(TableChange::AddColumn { column, .. })
            if column.generated == Some(Generated::Serial));
    let makes_key = |other: &Emitted| {
        matches!(
            other.statement,
            Statement::Table(TableChange::AddConstraint { .. } | TableChange::CreateIndex { .. })
        )
    };
    is_numbered && stmt.step.emitted.iter().any(makes_key)
}

/// Tells whether a statement is one table of a TRUNCATE or a DROP that lists several.
fn is_one_of_several(stmt: &StatementRef<'_>) -> bool {
    let lists = |statement: &Statement| match statement {
        Statement::Rows(RowChange::Truncate { .. }) => Some(false),
        Statement::Table(TableChange::DropTable { .. }) => Some(true),
        _ => None,
    };
    let Some(own) = lists(stmt.statement()) else { return false };
    let of_one =
        |other: &&Emitted| other.site == stmt.emitted.site && lists(&other.statement) == Some(own);
    stmt.step.emitted.iter().filter(of_one).count() > 1
}
