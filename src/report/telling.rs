//! To whom a report speaks, on what occasion, and how much of it.

/// How a report is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// Its form.
    pub format: Format,
    /// What it is reported for.
    pub occasion: Occasion,
    /// How much is reported.
    pub volume: Volume,
    /// Whether the lack of a lock timeout was said in full before.
    pub timeout_told: bool,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For a person at a terminal.
    #[default]
    Human,
    /// For a program: one JSON object.
    Json,
    /// For code scanners: SARIF 2.1.0.
    Sarif,
    /// One line for each finding.
    Concise,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// The JSON that reviewdog reads.
    Rdjson,
    /// For GitHub Actions: workflow commands that annotate lines.
    Github,
    /// For a comment on a pull request.
    Markdown,
}

/// What a report is reported for: it names what is let through or blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody asks about what is staged, or about files.
    #[default]
    Check,
    /// Somebody asks about a range of commits.
    Range,
    /// Somebody looks at a whole project: nothing is let through or blocked.
    Survey,
    /// A commit is being made.
    Commit,
    /// A merge is being committed.
    Merge,
    /// A patch is being applied.
    Patch,
    /// Commits are being pushed.
    Push,
}

/// How much is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volume {
    /// Only what blocks.
    Quiet,
    /// What a reviewer wants to read.
    #[default]
    Normal,
    /// Everything that was looked at besides.
    Verbose,
}

impl Occasion {
    /// Returns where nothing was found to judge, as it follows `0 migrations`.
    pub fn scope(self) -> &'static str {
        match self {
            Occasion::Check | Occasion::Commit | Occasion::Patch => "in what is staged",
            Occasion::Merge => "in this merge",
            Occasion::Range => "in this range",
            Occasion::Survey => "in this tree",
            Occasion::Push => "in this push",
        }
    }

    /// Returns the word that stands before `blocked` and `passed`, with a space, if there is one.
    pub fn subject(self) -> &'static str {
        match self {
            Occasion::Check | Occasion::Range | Occasion::Survey => "",
            Occasion::Commit => "commit ",
            Occasion::Merge => "merge ",
            Occasion::Patch => "patch ",
            Occasion::Push => "push ",
        }
    }
}
