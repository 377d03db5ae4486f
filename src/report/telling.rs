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
    /// For GitHub Actions: workflow commands that annotate lines.
    Github,
    /// For a comment on a pull request.
    Markdown,
}

/// What a report is reported for: it names what is let through or blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody asks.
    #[default]
    Check,
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
    /// Returns the word that stands before `blocked` and `passed`, with a space, if there is one.
    pub fn subject(self) -> &'static str {
        match self {
            Occasion::Check => "",
            Occasion::Commit => "commit ",
            Occasion::Merge => "merge ",
            Occasion::Patch => "patch ",
            Occasion::Push => "push ",
        }
    }
}
