//! What a rule says of one place.

use crate::operation::step::Step;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::sql::table::TableName;
use crate::text::source::{Site, Span};

/// What a rule says of one place.
#[derive(Clone, Debug, PartialEq)]
pub struct RawFinding {
    /// Where; a span of zero bytes at the beginning is the file as a whole.
    pub site: Site,
    /// The Python statements around it in the migration file: where a waiver or a plan may stand.
    pub within: Vec<Span>,
    /// The step of the direction that it is about, if it is about one: hits on one step have one
    /// lead.
    pub step: Option<usize>,
    /// The direction.
    pub direction: Direction,
    /// The revision, where it is about one other than the judged one.
    pub revision: Option<String>,
    /// The table, as `table` or `schema.table`.
    pub table: Option<String>,
    /// The column, constraint, index or other object.
    pub object: Option<String>,
    /// The sentence: object first, in backticks, present tense, without a full stop.
    pub message: String,
    /// What stands under the caret: what happens to whom.
    pub label: Option<String>,
    /// What to do, imperative; empty takes the rule's.
    pub remedy: String,
    /// What to write instead, as code that can be pasted.
    pub safe_form: Option<String>,
    /// The severity, where it is not the rule's.
    pub severity: Option<Severity>,
    /// The weight, where it is not the rule's.
    pub weight: Option<Weight>,
    /// The plan that lowers it, where it is not the rule's; the inner `None`: no plan does.
    pub plan: Option<Option<Plan>>,
    /// What it depends on that is not known, and what would settle it: `also:` lines of the report.
    pub notes: Vec<String>,
}

/// Which way a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// `upgrade()`.
    Upgrade,
    /// `downgrade()`.
    Downgrade,
    /// The file itself.
    File,
}

impl Direction {
    /// The two that run.
    pub const RUNS: [Direction; 2] = [Direction::Upgrade, Direction::Downgrade];

    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Upgrade => "upgrade",
            Direction::Downgrade => "downgrade",
            Direction::File => "file",
        }
    }
}

impl RawFinding {
    /// Makes a finding on a place in a file.
    pub fn at(site: Site, direction: Direction, message: impl Into<String>) -> Self {
        RawFinding {
            site,
            within: Vec::new(),
            step: None,
            direction,
            revision: None,
            table: None,
            object: None,
            message: message.into(),
            label: None,
            remedy: String::new(),
            safe_form: None,
            severity: None,
            weight: None,
            plan: None,
            notes: Vec::new(),
        }
    }

    /// Makes a finding on a step.
    pub fn on(
        step: &Step,
        number: usize,
        direction: Direction,
        message: impl Into<String>,
    ) -> Self {
        RawFinding {
            within: step.within.clone(),
            step: Some(number),
            ..RawFinding::at(step.site.clone(), direction, message)
        }
    }

    /// Says which table it is about.
    pub fn table(mut self, table: &TableName) -> Self {
        self.table = Some(table.to_string());
        self
    }

    /// Says which column, constraint or index it is about.
    pub fn object(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// Says what happens to whom, under the caret.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Says what to do.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Shows what to write instead.
    pub fn safe_form(mut self, code: impl Into<String>) -> Self {
        self.safe_form = Some(code.into());
        self
    }

    /// Sets the severity where it is not the rule's.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Sets the weight where it is not the rule's.
    pub fn weight(mut self, weight: Weight) -> Self {
        self.weight = Some(weight);
        self
    }

    /// Sets which plan lowers it where it is not the rule's.
    pub fn plan(mut self, plan: Option<Plan>) -> Self {
        self.plan = Some(plan);
        self
    }

    /// Adds a line that says what else is so, or what would settle a doubt.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }
}
