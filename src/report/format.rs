//! Which teller speaks.

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
