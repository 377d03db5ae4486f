//! What one direction of a migration does, step by step.

use std::rc::Rc;

use crate::operation::operation::Operation;
use crate::operation::refusal::Refusal;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::source::{Site, Span};

/// What one direction of a migration does.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// What reaches the database, in order.
    pub steps: Vec<Step>,
    /// Queries that change nothing, in order.
    pub queries: Vec<RecordedQuery>,
    /// What rules must know of a program besides.
    pub remarks: Vec<Remark>,
    /// What is refused before anything reaches the server, in order.
    pub refusals: Vec<Refusal>,
    /// What its function looks like.
    pub body: Body,
}

/// A query that changes nothing: what it names must be there all the same.
#[derive(Clone, Debug)]
pub struct RecordedQuery {
    /// How many steps of its direction come before it.
    pub behind: usize,
    /// The query.
    pub step: Step,
}

/// One operation, where it stands, and what is sent to the database because of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is said.
    pub operation: Operation,
    /// What is sent to the database, on the project's dialect, in order.
    pub emitted: Vec<Emitted>,
    /// The call, in the innermost frame that lies in the migration file.
    pub site: Site,
    /// The Python statements around the call that lie in the migration file, the outermost frame's
    /// first: a waiver or a plan on any of them covers the step.
    pub within: Vec<Span>,
    /// The call in a helper module, when a helper issued it.
    pub helper: Option<Site>,
    /// How it runs.
    pub mode: Mode,
    /// Whether it stands under a condition that could not be decided.
    pub conditional: bool,
    /// The arms of such conditions that it stands in, the outermost first.
    pub path: Vec<Arm>,
    /// Whether it stands in a loop whose turns could not be counted.
    pub repeated: bool,
    /// Whether it stands in a `try` whose `except` goes on.
    pub guarded: bool,
    /// Whether it makes a table that the application's code writes out: which columns that were when
    /// it ran, the code of that day said.
    pub of_application: bool,
    /// `batch_alter_table(recreate=...)`, where it is inside one.
    pub batch: Option<Batch>,
    /// Keywords that Alembic swallows without a word, with what was probably meant.
    pub swallowed: Vec<Swallowed>,
    /// Strings that reach the database: values, defaults, and the text of SQL.
    pub strings: Vec<SentText>,
}

/// An arm of a decision that depends on what is not known before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arm {
    /// Which decision, by its number in the direction.
    pub decision: u32,
    /// Which of its arms.
    pub arm: u32,
}

/// A statement that is sent to the database.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The statement.
    pub statement: Statement,
    /// Where it is written: the call, or the statement inside the SQL string.
    pub site: Site,
    /// Whether it runs under a condition inside the SQL (IF in a DO block).
    pub conditional: bool,
}

/// How a step runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// In Alembic's transaction.
    #[default]
    Transaction,
    /// In `autocommit_block()`, or on a connection in AUTOCOMMIT.
    Autocommit,
    /// In a transaction that the migration opened by itself.
    Own,
}

/// `batch_alter_table` around a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Batch {
    /// `recreate="always"`: the table is copied on every dialect.
    pub recreate_always: bool,
    /// The table is reflected as it is: no `copy_from`, no naming convention for its constraints.
    pub plain_reflection: bool,
    /// The number of the `with`, to tell one batch from the next.
    pub number: usize,
}

/// A keyword that Alembic swallows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swallowed {
    /// The keyword.
    pub keyword: String,
    /// The known keyword nearest to it, within two edits or of the right prefix.
    pub meant: Option<String>,
}

/// A string that reaches the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentText {
    /// The text.
    pub text: String,
    /// Where it is written.
    pub site: Site,
    /// Whether it is a whole value (a cell of a row, a bind, a literal in SQL) or SQL text.
    pub role: Role,
}

/// What a string that reaches the database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A whole value that is written.
    Value,
    /// A value that rows are compared with.
    Compared,
    /// A URL or address that a connection is made to.
    Connection,
}

/// Something that rules must know of a program besides its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is.
    pub kind: RemarkKind,
    /// The name as written (`requests.get`, `app.models.User`).
    pub what: String,
    /// Where it stands.
    pub site: Site,
    /// The Python statements around it in the migration file.
    pub within: Vec<Span>,
    /// Where it stands in a helper module, when one does it.
    pub helper: Option<Site>,
    /// Whether it stands in a loop whose turns could not be counted.
    pub repeated: bool,
    /// The table of a mapped class that is used.
    pub table: Option<TableName>,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemarkKind {
    /// HTTP, cloud clients, sockets.
    Network,
    /// A subprocess.
    Process,
    /// A file that is read or written.
    File,
    /// The environment or settings decide a branch.
    Environment,
    /// The environment or settings say what a statement makes or changes.
    EnvironmentValue,
    /// A mapped class, a session or settings of the application are used.
    Application,
    /// `session.commit()`, `connection.commit()`, `BEGIN` and the like on a bind.
    Transaction,
    /// `session.commit()` of a session that is not bound to Alembic's connection.
    OwnSession,
    /// `raise` that ends every path, with its message as `what`.
    Raise,
}

/// What a direction's function looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    #[default]
    Absent,
    /// Nothing but a docstring, `pass`, `...` or `return`.
    Empty {
        /// The function.
        site: Site,
    },
    /// Every path raises and nothing was reported before; the message where it is known.
    Raises {
        /// The function.
        site: Site,
        /// The exception's message.
        message: Option<String>,
    },
    /// It does something.
    Code {
        /// The function.
        site: Site,
    },
}

/// Tells whether two paths lead into different arms of one decision.
pub fn are_apart(one: &[Arm], other: &[Arm]) -> bool {
    let parted = |arm: &Arm| {
        other.iter().any(|other| other.decision == arm.decision && other.arm != arm.arm)
    };
    !other.is_empty() && one.iter().any(parted)
}

impl Step {
    /// Tells whether this ran where a later step on a path runs: the path leads through every arm
    /// that this stands in.
    pub fn is_certain_on(&self, path: &[Arm]) -> bool {
        self.path.iter().all(|arm| path.contains(arm))
    }

    /// Tells whether this never runs where a step on a path runs.
    pub fn is_apart_from(&self, path: &[Arm]) -> bool {
        are_apart(&self.path, path)
    }

    /// Returns the file that the step stands in.
    pub fn path(&self) -> &Rc<str> {
        &self.site.path
    }
}
