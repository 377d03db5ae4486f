//! The nouns: an answer, a refusal, its proof.

use crate::schema::answer::error::DatabaseError;
use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;

/// What a database answers to a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It does what it says, as far as names, types and dependants can tell; rows may still
    /// object.
    Applied,
    /// It refuses.
    Refused(Refusal),
    /// It cannot be known.
    Unknown(String),
}

/// Why a statement is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The error that comes.
    pub error: DatabaseError,
    /// Who raises it.
    pub refuser: Refuser,
    /// Whether it is certain.
    pub proof: Proof,
    /// Names without which the proof is not whole: what else touched them must have been read.
    pub names: Vec<String>,
    /// The revision that took away what is missing.
    pub taken_by: Option<String>,
    /// The name of what differs in case alone from what is missing.
    pub spelt: Option<String>,
}

/// Who raises an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refuser {
    /// The server.
    Server,
    /// SQLAlchemy or Alembic, before anything is sent.
    Alembic,
}

/// Whether a refusal is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The history made the objects concerned, and everything that touched them since was read.
    Proved,
    /// It hangs on something that is not known: a sentence.
    Unproved(String),
    /// No revision makes what is named: it may have been there before the history begins.
    NothingMakes(String),
    /// What is named without a schema stands in one: a search path may name it.
    Elsewhere(String),
}

/// The database that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Its dialect.
    pub dialect: Dialect,
    /// Its version.
    pub version: ServerVersion,
    /// Whether the statement stands in `batch_alter_table` on a database that copies the table.
    pub batch: Batched,
    /// Whether the driver is given the types of what it sends, as SQLAlchemy tells asyncpg and
    /// psycopg: `$1::VARCHAR`.
    pub typed: bool,
    /// Whether the driver is asyncpg, which encodes values by the types of parameters.
    pub encodes: bool,
}

/// How `batch_alter_table` sends a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Batched {
    /// Not at all, or as an ALTER of its own.
    #[default]
    No,
    /// The table is reflected, and copied with the change.
    Copies,
    /// The same, and a constraint without a name has none in the copy either.
    CopiesAsReflected,
}

impl Engine {
    /// A database of a dialect outside of batch mode.
    pub fn new(dialect: Dialect, version: ServerVersion) -> Self {
        Engine { dialect, version, batch: Batched::No, typed: false, encodes: false }
    }

    /// Tells whether the table is copied by Alembic.
    pub fn copies(self) -> bool {
        self.batch != Batched::No
    }
}

impl Refusal {
    /// A proved refusal by the server.
    pub fn proved(error: DatabaseError) -> Self {
        Refusal {
            error,
            refuser: Refuser::Server,
            proof: Proof::Proved,
            names: Vec::new(),
            taken_by: None,
            spelt: None,
        }
    }

    /// Says how certain it is.
    pub fn with(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// Adds a name that the proof must have looked at.
    pub fn about(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// Says that Alembic or SQLAlchemy raises the error.
    pub fn by_alembic(mut self) -> Self {
        self.refuser = Refuser::Alembic;
        self
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Answer::Refused(refusal)
    }
}

impl Answer {
    /// Returns this answer if it is not plain consent, else asks on.
    pub fn or(self, other: impl FnOnce() -> Answer) -> Answer {
        match self {
            Answer::Applied => other(),
            Answer::Unknown(why) => match other() {
                Answer::Refused(refusal) => Answer::Refused(refusal),
                Answer::Applied | Answer::Unknown(_) => Answer::Unknown(why),
            },
            Answer::Refused(_) => self,
        }
    }

    /// Returns this answer, unless it is a refusal that is not proved and the other one is: one
    /// error comes, whichever it is.
    pub fn unless_proved(self, other: impl FnOnce() -> Answer) -> Answer {
        match self {
            Answer::Refused(doubtful) if doubtful.proof != Proof::Proved => match other() {
                Answer::Refused(proved) if proved.proof == Proof::Proved => proved.into(),
                _ => doubtful.into(),
            },
            answer => answer,
        }
    }

    /// Returns this answer if it is not plain consent, doubt included.
    pub fn and_then_known(self, other: impl FnOnce() -> Answer) -> Answer {
        match self {
            Answer::Applied => other(),
            answer => answer,
        }
    }

    /// The first refusal among several answers, else the first doubt.
    pub fn first(answers: impl IntoIterator<Item = Answer>) -> Answer {
        answers.into_iter().fold(Answer::Applied, |answer, next| answer.or(|| next))
    }
}
