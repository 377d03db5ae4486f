//! What is known of a revision that was tried: kept as evidence, shown in reports, judged by the
//! gate.

use serde::{Deserialize, Serialize};

use crate::scratch::judgement::Judgement;

/// The form of the record.
pub const SCHEMA: u8 = 2;

/// What is known of a revision that was tried with exactly its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// The form of this record.
    pub schema: u8,
    /// The revision.
    pub revision: String,
    /// What it was tried on: `postgresql 15.18`.
    pub database: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Versions of Python, Alembic and SQLAlchemy.
    pub versions: Vec<String>,
    /// The reason of the waiver that covers its failure.
    #[serde(default)]
    pub waived: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl Proof {
    /// Tells whether the revision passed; a waiver makes no pass of a failure.
    pub fn passed(&self) -> bool {
        self.judgement.passed()
    }

    /// Tells whether nothing is to be done about it: it passed, or a waiver covers its failure.
    pub fn is_settled(&self) -> bool {
        self.passed() || self.waived.is_some()
    }
}
