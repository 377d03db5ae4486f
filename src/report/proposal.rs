//! What `init` proposes: what was found, what would be judged, and what to write. One screen.

use std::fmt::Write;

use crate::report::palette;
use crate::report::prose::{count, indent};
use crate::report::speech::shown;

/// What is proposed for a repository.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The projects.
    pub projects: Vec<ProposedProject>,
    /// Where settings are already.
    pub settings: Option<String>,
    /// Files to be written.
    pub files: Vec<ProposedFile>,
    /// What people paste themselves: where, and what.
    pub pasted: Vec<(String, String)>,
    /// What becomes of hooks, in one line.
    pub hooks: String,
    /// What to do next.
    pub next: String,
}

/// A project, as far as a proposal needs it.
#[derive(Clone, Debug)]
pub struct ProposedProject {
    /// Its name.
    pub name: String,
    /// The databases, each with what says so.
    pub dialects: Vec<String>,
    /// Its heads.
    pub heads: Vec<String>,
    /// The newest revisions that are released, and where.
    pub released: Vec<String>,
    /// How many revisions are released, and how many are not.
    pub counted: (usize, usize),
    /// Whether `verify` can work here, in one line.
    pub verify: String,
}

/// A file to be written.
#[derive(Clone, Debug)]
pub struct ProposedFile {
    /// Its path from the top of the work tree.
    pub path: String,
    /// What it will hold.
    pub content: String,
}

/// Whether a proposal is shown in full, or was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is proposed.
    Proposed,
    /// It is shown line by line.
    Shown,
    /// It was written.
    Written,
}

/// Tells a proposal.
pub fn tell(proposal: &Proposal, stage: Stage) -> String {
    let mut out = String::new();
    for project in &proposal.projects {
        out += &self::project(project);
    }
    if let Some(path) = &proposal.settings {
        line(&mut out, "settings", &format!("are in {path} already"));
    }
    let done = if stage == Stage::Written { "written" } else { "to be written" };
    for file in &proposal.files {
        line(&mut out, "file", &format!("{} {done}", file.path));
        if stage == Stage::Shown || file.content.lines().count() <= 8 {
            let _infallible = writeln!(out, "{}", indent(&shown(&file.content), "    | "));
        }
    }
    line(&mut out, "hooks", &proposal.hooks);
    for (place, snippet) in &proposal.pasted {
        line(&mut out, "paste into", place);
        let _infallible = writeln!(out, "{}", indent(&shown(snippet), "    | "));
    }
    let _infallible = writeln!(out, "\nnext: {}", palette::strong(&proposal.next));
    palette::signs(out)
}

fn project(project: &ProposedProject) -> String {
    let mut out = format!("{}\n", palette::strong(&format!("project {}", shown(&project.name))));
    line(&mut out, "database", &project.dialects.join("; "));
    line(&mut out, "heads", &project.heads.join(", "));
    let (released, open) = project.counted;
    let judged = match project.released.is_empty() {
        true => format!("every one of {}: none is released yet", count(open, "revision")),
        false => format!(
            "what comes after {}; {} up to there, released, {} left out",
            project.released.join(", "),
            count(released, "revision"),
            if released == 1 { "is" } else { "are" },
        ),
    };
    line(&mut out, "judged", &judged);
    line(&mut out, "verify", &project.verify);
    out
}

fn line(out: &mut String, label: &str, text: &str) {
    let _infallible = writeln!(out, "  {label:11} {}", shown(text));
}
