//! How much a finding weighs, and what lowers it.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It is shown, and lets the commit through.
    Warning,
    /// It blocks the commit.
    Critical,
}

/// How a rule ranks among those that one statement breaks; the greatest leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// Practice.
    Practice,
    /// A brief lock.
    BriefLock,
    /// A scan under a lock that lets reads or writes through.
    WeakScan,
    /// A scan while nobody reads or writes.
    Scan,
    /// A table is rewritten.
    Rewrite,
    /// Running code breaks.
    BreaksCode,
    /// Data is lost.
    LosesData,
    /// It fails when it is deployed: critical in every mode, and no plan lowers it.
    Fails,
}

/// A plan that lowers a finding when a comment states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    /// `Backup plan: …`.
    Backup,
    /// `Deploy window: …`.
    DeployWindow,
    /// `Irreversible: …`.
    Irreversible,
}

impl Severity {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        }
    }
}
