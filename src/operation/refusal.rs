//! What refuses a call before anything reaches the server.

use std::fmt;

use crate::operation::packages::catalog::{Package, Versions};
use crate::python::host::Evaluated;
use crate::text::source::{Site, Span};

/// A call, or a name, that is answered with an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal it is: each has a rule.
    pub kind: RefusalKind,
    /// Who refuses it.
    pub by: Refuser,
    /// What is refused, as written: `op.execute`, `postgresql`.
    pub what: String,
    /// The error that comes: `TypeError: execute() takes 1 positional argument but 2 were given`.
    pub error: String,
    /// In which versions of a package, where that matters.
    pub versions: Option<(Package, Versions)>,
    /// In which versions of Python.
    pub evaluated: Evaluated,
    /// What to do, as a sentence.
    pub remedy: Option<String>,
    /// What to write instead.
    pub instead: Option<String>,
    /// Where it stands, in the innermost frame that lies in the migration file.
    pub site: Site,
    /// The Python statements around it in the migration file.
    pub within: Vec<Span>,
    /// Where it stands in a helper module, when one does it.
    pub helper: Option<Site>,
    /// Whether it stands under a condition that could not be decided, or in a loop whose turns
    /// could not be counted.
    pub conditional: bool,
}

/// The kinds of refusals of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// A name, attribute or import that nothing defines.
    UndefinedName,
    /// Arguments that a callable does not take.
    WrongArguments,
    /// A parameter in SQL that gets no value, or a value that finds no parameter.
    UnboundParameter,
    /// Several statements in one string.
    SeveralStatements {
        /// Whether values are sent with it.
        with_parameters: bool,
    },
    /// A percent sign in SQL that a driver formats.
    PercentSign,
    /// A string where an executable object is asked for.
    BareString,
}

/// Who refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refuser {
    /// CPython.
    Python,
    /// Alembic.
    Alembic,
    /// SQLAlchemy.
    SqlAlchemy,
    /// The driver.
    Driver,
    /// The server.
    Server,
    /// Nobody: it runs, and does something else than it says.
    Nobody,
}

/// What is refused and why, before it is known where it stands.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// See [`Refusal::kind`].
    pub kind: RefusalKind,
    /// See [`Refusal::by`].
    pub by: Refuser,
    /// See [`Refusal::what`].
    pub what: String,
    /// See [`Refusal::error`].
    pub error: String,
    /// See [`Refusal::versions`].
    pub versions: Option<(Package, Versions)>,
    /// See [`Refusal::evaluated`].
    pub evaluated: Evaluated,
    /// See [`Refusal::remedy`].
    pub remedy: Option<String>,
    /// See [`Refusal::instead`].
    pub instead: Option<String>,
}

impl Complaint {
    /// Makes one that holds in every version.
    pub fn new(
        kind: RefusalKind,
        by: Refuser,
        what: impl Into<String>,
        error: impl Into<String>,
    ) -> Self {
        Complaint {
            kind,
            by,
            what: what.into(),
            error: error.into(),
            versions: None,
            evaluated: Evaluated::AsItRuns,
            remedy: None,
            instead: None,
        }
    }

    /// Says in which versions.
    pub fn versions(mut self, package: Package, versions: Versions) -> Self {
        self.versions = Some((package, versions));
        self
    }

    /// Says what to do.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Says what to write instead.
    pub fn instead(mut self, code: impl Into<String>) -> Self {
        self.instead = Some(code.into());
        self
    }
}

impl fmt::Display for Refuser {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Refuser::Python => "Python",
            Refuser::Alembic => "Alembic",
            Refuser::SqlAlchemy => "SQLAlchemy",
            Refuser::Driver => "the driver",
            Refuser::Server => "the server",
            Refuser::Nobody => "nobody",
        })
    }
}

pub(super) fn wrong(what: impl Into<String>, error: impl Into<String>) -> Complaint {
    Complaint::new(RefusalKind::WrongArguments, Refuser::SqlAlchemy, what, error)
}
