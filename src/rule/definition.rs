//! What a rule is: its facts, and a judgement.

use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;

/// A rule. Its name is its file, its folder of examples, its waiver word and its `explain`
/// argument.
#[derive(Debug)]
pub struct Rule {
    /// The hazard, in words that read as "allow X": `drop-column`.
    pub id: &'static str,
    /// The heading it stands under.
    pub theme: Theme,
    /// How bad it is, where nothing makes it worse or better.
    pub severity: Severity,
    /// How it ranks among the rules that one statement breaks.
    pub weight: Weight,
    /// The plan that lowers it to a warning, if one does.
    pub plan: Option<Plan>,
    /// Whether a waiver may let it pass.
    pub waivable: bool,
    /// Completes "A migration that …".
    pub summary: &'static str,
    /// One to three sentences: what happens, and to whom; the lock, what waits behind it, the
    /// server versions.
    pub harm: &'static str,
    /// One to three sentences, imperative: what to write instead.
    pub remedy: &'static str,
    /// The two examples.
    pub example: Example,
    /// The judgement.
    pub check: Check,
}

/// The heading a rule stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Theme {
    /// The revision graph.
    History,
    /// What cannot be brought back.
    DataLoss,
    /// What waits while a migration runs.
    Locks,
    /// Foreign keys.
    ForeignKeys,
    /// Rows that a migration writes.
    DataMigrations,
    /// Tables that loads write to.
    Etl,
    /// What commits when.
    Transactions,
    /// The way back.
    Downgrade,
    /// Values that should not stand in a migration.
    Values,
    /// What Alembic does not do, or swallows.
    AlembicTraps,
    /// What can never run: Python, Alembic or the server says no.
    Refusals,
    /// What could not be read, and what was waived.
    Reading,
}

/// The two migrations that show a rule: its test, its documentation and its `explain` page.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The smallest migration that the rule objects to. `# file: name` lines divide several files.
    pub bad: &'static str,
    /// The same wish, done safely.
    pub good: &'static str,
}

/// A rule's judgement.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Judges each statement that an `upgrade` tells the database.
    Upgrade(fn(&StatementRef<'_>, &RuleContext<'_>) -> Vec<RawFinding>),
    /// Judges each statement of both directions.
    Both(fn(&StatementRef<'_>, &RuleContext<'_>) -> Vec<RawFinding>),
    /// Judges each operation of both directions, with its direction and number.
    Step(fn(&RuleContext<'_>, Direction, usize, &Step) -> Option<RawFinding>),
    /// Judges a migration as a whole.
    Migration(fn(&RuleContext<'_>) -> Vec<RawFinding>),
    /// Judges a migration as a whole, and the graph.
    MigrationAndGraph(fn(&RuleContext<'_>) -> Vec<RawFinding>, fn(&Graph<'_>) -> Vec<RawFinding>),
    /// Judges the revision graph of a project.
    Graph(fn(&Graph<'_>) -> Vec<RawFinding>),
    /// Is found by the review itself (waivers, evidence).
    Review,
}

impl Theme {
    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Theme::History => "History",
            Theme::DataLoss => "Data loss",
            Theme::Locks => "Locks",
            Theme::ForeignKeys => "Foreign keys",
            Theme::DataMigrations => "Data migrations",
            Theme::Etl => "ETL",
            Theme::Transactions => "Transactions",
            Theme::Downgrade => "Downgrade",
            Theme::Values => "Values",
            Theme::AlembicTraps => "Alembic's own traps",
            Theme::Refusals => "Refusals",
            Theme::Reading => "Reading",
        }
    }
}

/// Embeds the two examples of a rule.
#[macro_export]
macro_rules! example {
    ($id:literal) => {
        $crate::rule::definition::Example {
            bad: include_str!(concat!("../../examples/", $id, "/bad.py")),
            good: include_str!(concat!("../../examples/", $id, "/good.py")),
        }
    };
}
