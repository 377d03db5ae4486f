//! What was inferred about a repository, and from what: the answer of `doctor`.

use std::fmt::Write;

use serde::Serialize;

use crate::report::json;
use crate::report::palette;
use crate::report::program;
use crate::report::prose::count;
use crate::report::speech::shown;
use crate::report::telling::Format;
use crate::report::walls;

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
    /// What says so.
    pub upstream_because: &'static str,
    /// The projects.
    pub projects: Vec<ProjectFacts>,
    /// The work trees, each with its hooks.
    pub work_trees: Vec<WorkTreeFacts>,
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
    /// What says where the revisions stand, where Alembic's configuration does not.
    pub version_locations_because: Option<String>,
    /// How many revisions there are.
    pub revisions: usize,
    /// Its heads.
    pub heads: Vec<String>,
    /// The databases it is for, each with what says so.
    pub dialects: Vec<DialectFact>,
    /// The versions of its servers.
    pub servers: Vec<VersionFact>,
    /// The versions of Alembic, SQLAlchemy and drivers, as far as lock files pin them.
    pub packages: Vec<VersionFact>,
    /// Whether each revision has a transaction of its own, as far as `env.py` says.
    pub transaction_per_migration: &'static str,
    /// The file and the line that say so.
    pub transaction_per_migration_because: Option<String>,
    /// Whether a lock timeout is set.
    pub lock_timeout: &'static str,
    /// What says so: the file and the line, or the settings.
    pub lock_timeout_because: Option<String>,
    /// The models of SQLAlchemy that are read.
    pub models: ModelFacts,
    /// Whether `verify` can work here; nothing in a bare repository.
    pub verify: Option<VerifyFact>,
}

/// The models of SQLAlchemy that are read.
#[derive(Debug, Serialize)]
pub struct ModelFacts {
    /// How many tables they are.
    pub tables: usize,
    /// How many columns those have.
    pub columns: usize,
    /// The folders that they lie in.
    pub folders: Vec<String>,
    /// How many may be tables and cannot be read.
    pub unread: usize,
}

impl ModelFacts {
    /// Says it in one line.
    fn sentence(&self) -> String {
        let unread = match self.unread {
            0 => String::new(),
            unread => {
                format!("; {unread} more cannot be read: `safe-migration operations --models`")
            }
        };
        match self.tables {
            0 => format!("none of SQLAlchemy is found{unread}"),
            tables => format!(
                "{}, {} in {}{unread}",
                count(tables, "table"),
                count(self.columns, "column"),
                self.folders.join(", ")
            ),
        }
    }
}

/// Whether `verify` can work here.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyFact {
    /// Whether it can, as far as is known.
    pub works: bool,
    /// Whether the project was loaded as `verify` loads it, or only looked at.
    pub loaded: bool,
    /// The interpreter and the database that it would use.
    pub with: Option<String>,
    /// What is missing.
    pub why: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The walls that stood around the project's code, where it was loaded.
    pub walls: Option<String>,
}

impl VerifyFact {
    /// Says it in one line.
    pub fn sentence(&self) -> String {
        match (&self.with, &self.why, &self.hint) {
            (Some(with), ..) if self.loaded => format!("can work here: {with}"),
            (Some(with), ..) => format!(
                "has what it needs here (`{} doctor --load` tries more): {with}",
                program::name()
            ),
            (None, why, hint) => {
                let hint = hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                format!("cannot work here: {}{hint}", why.as_deref().unwrap_or_default())
            }
        }
    }
}

/// A version of a server or a package.
#[derive(Debug, Serialize)]
pub struct VersionFact {
    /// Its name.
    pub name: String,
    /// The version.
    pub version: String,
    /// What says so: the file and the line, or the settings.
    pub because: String,
}

/// A database that a project is for.
#[derive(Debug, Serialize)]
pub struct DialectFact {
    /// Its name.
    pub dialect: &'static str,
    /// What says so.
    pub because: String,
}

/// A work tree with its hooks.
#[derive(Debug, Serialize)]
pub struct WorkTreeFacts {
    /// Its top, or the repository where it has none.
    pub path: String,
    /// The folder that git runs hooks from there.
    pub folder: String,
    /// The hooks.
    pub hooks: Vec<HookFacts>,
}

/// A hook.
#[derive(Debug, Serialize)]
pub struct HookFacts {
    /// Its name.
    pub hook: &'static str,
    /// What git runs it for.
    pub paths: &'static str,
    /// What becomes of those paths: `gated`, `recorded` or `open`.
    pub state: &'static str,
    /// What stands there, and where that leaves the path open how to close it.
    pub standing: String,
}

/// Tells the facts, as text or as JSON.
pub fn tell(facts: &Facts, format: Format) -> String {
    if format == Format::Json {
        return json::write(facts);
    }
    let mut out = format!("safe-migration {}\n", facts.version);
    line(&mut out, "settings", facts.settings.as_deref().unwrap_or("none: nothing is set"));
    let upstream =
        facts.upstream.as_ref().map(|name| format!("{name}: {}", facts.upstream_because));
    line(
        &mut out,
        "upstream",
        upstream.as_deref().unwrap_or("none is known here: nothing counts as released"),
    );
    if facts.projects.is_empty() {
        line(
            &mut out,
            "projects",
            "none: no alembic.ini, no [tool.alembic], no env.py, no file with the header of a \
             revision",
        );
    }
    for project in &facts.projects {
        out += &self::project(project);
    }
    for work_tree in &facts.work_trees {
        out += &hooks(work_tree);
    }
    out + UNSEEN
}

fn project(project: &ProjectFacts) -> String {
    let mut out =
        format!("\n{}\n", palette::strong(&format!("project {}", shown(&project.project))));
    line(&mut out, "scripts", &project.script_location);
    line(
        &mut out,
        "revisions",
        &format!("{} in {}", project.revisions, project.version_locations.join(", ")),
    );
    if let Some(why) = &project.version_locations_because {
        line(&mut out, "inferred", why);
    }
    line(&mut out, "heads", &project.heads.join(", "));
    line(&mut out, "models", &project.models.sentence());
    for dialect in &project.dialects {
        line(&mut out, "database", &format!("{}: {}", dialect.dialect, dialect.because));
    }
    for server in &project.servers {
        line(
            &mut out,
            "server",
            &format!("{} {}: {}", server.name, server.version, server.because),
        );
    }
    for package in &project.packages {
        line(
            &mut out,
            "package",
            &format!("{} {}: {}", package.name, package.version, package.because),
        );
    }
    if project.packages.is_empty() {
        line(&mut out, "package", "no lock file pins Alembic or SQLAlchemy");
    }
    let because = |place: &Option<String>| {
        place.as_ref().map(|place| format!(", {place}")).unwrap_or_default()
    };
    let each = because(&project.transaction_per_migration_because);
    line(
        &mut out,
        "transactions",
        &format!("one per revision: {}{each}", project.transaction_per_migration),
    );
    let limit = because(&project.lock_timeout_because);
    line(&mut out, "lock timeout", &format!("{}{limit}", project.lock_timeout));
    if let Some(verify) = &project.verify {
        line(&mut out, "verify", &verify.sentence());
        line(&mut out, "walls", &walls::sentence(verify.walls.as_deref()));
    }
    out
}

/// What no hook sees.
const UNSEEN: &str = "\n  No hook sees: SKIP=, HUSKY=0, LEFTHOOK=0, `git -c core.hooksPath=`, commit-tree and update-ref, programs \
that\n  commit without git, edits on the web, clones without hooks. `safe-migration audit` in CI does.\n";

fn hooks(work_tree: &WorkTreeFacts) -> String {
    let head = format!("hooks of {}", shown(&work_tree.path));
    let mut out =
        format!("\n{}\n  run from {}\n", palette::strong(&head), shown(&work_tree.folder));
    for hook in &work_tree.hooks {
        let mark = if hook.state == "open" { "❌" } else { "✅" };
        let standing = shown(&hook.standing);
        let _infallible = writeln!(
            out,
            "  {mark} {:16}  {:8}  {}: {standing}",
            hook.hook, hook.state, hook.paths
        );
    }
    out
}

fn line(out: &mut String, label: &str, text: &str) {
    let _infallible = writeln!(out, "  {label:12}  {}", shown(text));
}
