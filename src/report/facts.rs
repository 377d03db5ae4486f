//! What was inferred about a repository, and from what: the answer of `doctor`.

use std::fmt::Write;

use serde::Serialize;

use crate::report::json;
use crate::report::palette;
use crate::report::prose::shown;
use crate::report::telling::Format;

/// What was inferred about a repository.
#[derive(Debug, Serialize)]
pub struct Facts {
    /// The number of this form.
    pub schema: u8,
    /// The program's version.
    pub version: &'static str,
    /// The file that settings are read from.
    pub settings: Option<String>,
    /// The branch that counts as released.
    pub upstream: Option<String>,
    /// The projects.
    pub projects: Vec<ProjectFacts>,
    /// The hooks that can refuse a commit.
    pub hooks: Vec<HookFacts>,
}

/// What was inferred about a project.
#[derive(Debug, Serialize)]
pub struct ProjectFacts {
    /// Its name.
    pub project: String,
    /// The folder with `env.py`.
    pub script_location: String,
    /// The folders with revisions.
    pub version_locations: Vec<String>,
    /// How many revisions there are.
    pub revisions: usize,
    /// Its heads.
    pub heads: Vec<String>,
    /// The databases it is for, each with what says so.
    pub dialects: Vec<DialectFact>,
    /// Whether each revision has a transaction of its own, as far as `env.py` says.
    pub transaction_per_migration: &'static str,
    /// Whether a lock timeout is set.
    pub lock_timeout: &'static str,
}

/// A database that a project is for.
#[derive(Debug, Serialize)]
pub struct DialectFact {
    /// Its name.
    pub dialect: &'static str,
    /// What says so.
    pub because: String,
}

/// A hook.
#[derive(Debug, Serialize)]
pub struct HookFacts {
    /// Its name.
    pub hook: &'static str,
    /// Whether the gate stands there.
    pub gated: bool,
    /// What stands there, in words.
    pub standing: &'static str,
}

/// Tells the facts, as text or as JSON.
pub fn tell(facts: &Facts, format: Format) -> String {
    if format == Format::Json {
        return json::write(facts);
    }
    let mut told = format!("safe-migration {}\n", facts.version);
    line(&mut told, "settings", facts.settings.as_deref().unwrap_or("none: nothing is set"));
    line(&mut told, "upstream", facts.upstream.as_deref().unwrap_or("none is known here: nothing counts as released"));
    if facts.projects.is_empty() {
        line(&mut told, "projects", "none: no alembic.ini, no [tool.alembic], no env.py beside revisions");
    }
    for project in &facts.projects {
        told += &self::project(project);
    }
    told += &format!("\n{}\n", palette::strong("hooks"));
    for hook in &facts.hooks {
        let mark = if hook.gated { "✅" } else { "❌" };
        let _infallible = writeln!(told, "  {mark} {:16}  {}", hook.hook, hook.standing);
    }
    told
}

fn project(project: &ProjectFacts) -> String {
    let mut told = format!("\n{}\n", palette::strong(&format!("project {}", shown(&project.project))));
    line(&mut told, "scripts", &project.script_location);
    line(&mut told, "revisions", &format!("{} in {}", project.revisions, project.version_locations.join(", ")));
    line(&mut told, "heads", &project.heads.join(", "));
    for dialect in &project.dialects {
        line(&mut told, "database", &format!("{}: {}", dialect.dialect, dialect.because));
    }
    line(&mut told, "transactions", &format!("one per revision: {}", project.transaction_per_migration));
    line(&mut told, "lock timeout", project.lock_timeout);
    told
}

fn line(told: &mut String, label: &str, text: &str) {
    let _infallible = writeln!(told, "  {label:12}  {}", shown(text));
}
