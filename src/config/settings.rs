//! What a project may set. Rule words are kept as text; `review` checks them against the table of
//! rules.

use std::collections::BTreeMap;

use crate::config::verify::VerifySettings;
use crate::sql::dialect::Dialect;

/// What a project sets, with the defaults where it sets nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The file that the settings were read from.
    pub from: Option<String>,
    /// `dialect`.
    pub dialect: Option<Dialect>,
    /// `server-version`: major, minor.
    pub server_version: Option<(u16, u16)>,
    /// `deployment`.
    pub deployment: Deployment,
    /// `projects`: ini files or script locations.
    pub projects: Vec<String>,
    /// `version-locations`: the folders with revisions, from the root of the repository.
    pub version_locations: Vec<String>,
    /// `upstream`.
    pub upstream: Option<String>,
    /// `start-after`: revisions up to and including this one are never judged.
    pub start_after: Vec<String>,
    /// `testing`.
    pub testing: Testing,
    /// `downgrades`.
    pub downgrades: Downgrades,
    /// `lock-timeout`.
    pub lock_timeout: LockTimeout,
    /// `external-revisions`.
    pub external_revisions: Vec<String>,
    /// `[severity]`.
    pub severity: BTreeMap<String, Level>,
    /// The rules that are judged by, where the command line chooses some.
    pub chosen: Option<Vec<String>>,
    /// `[load-id]`.
    pub load_id: LoadId,
    /// `[[required-columns]]`.
    pub required_columns: Vec<RequiredColumn>,
    /// `[production] patterns`.
    pub production: Vec<String>,
    /// `[sizes]`: rows by table.
    pub sizes: BTreeMap<String, u64>,
    /// `models`: the folders in which a change of models is judged.
    pub models: Vec<String>,
    /// `[drift] ignore`: patterns of tables that no model is meant for.
    pub drift_ignore: Vec<String>,
    /// `[verify]`.
    pub verify: VerifySettings,
    /// `[project."path"]`: settings that differ by project, by its name.
    pub by_project: BTreeMap<String, Settings>,
}

/// Up to how many rows a table counts as small: PostgreSQL scans so many, or indexes them, in
/// tenths of a second.
const SMALL: u64 = 100_000;

impl Settings {
    /// Returns how many rows a table holds, `table` or `schema.table`, where `[sizes]` says that it
    /// is small.
    pub fn rows_if_small(&self, table: &str) -> Option<u64> {
        let unqualified = table.rsplit('.').next().unwrap_or(table);
        self.sizes
            .get(table)
            .or_else(|| self.sizes.get(unqualified))
            .copied()
            .filter(|rows| *rows <= SMALL)
    }

    /// Tells whether a rule is judged by: where the command line chooses some, by those.
    pub fn judges(&self, rule: &str) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.iter().any(|id| id == rule))
    }

    /// Tells whether they say where projects or their revisions stand.
    pub fn place_projects(&self) -> bool {
        let places = |settings: &Settings| !settings.version_locations.is_empty();
        !self.projects.is_empty() || places(self) || self.by_project.values().any(places)
    }

    /// Returns the settings of a project: its own, named by its name or a folder of it, laid over
    /// the others.
    pub fn for_project(&self, name: &str) -> &Settings {
        let ini = name.split_once(".ini:").map(|(ini, _)| format!("{ini}.ini"));
        let own = self.by_project.get(name).or_else(|| self.by_project.get(&ini?));
        own.unwrap_or(self)
    }
}

/// How code and database meet while migrations run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deployment {
    /// Old code runs while migrations do.
    #[default]
    Rolling,
    /// The application is down while migrations run.
    Stopped,
}

/// Whether evidence of `verify` is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Testing {
    /// Without evidence a migration is blocked.
    #[default]
    Required,
    /// Without evidence a migration is warned of.
    Warn,
    /// Evidence is not asked for.
    Off,
}

/// Whether a project writes downgrades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Downgrades {
    /// It does.
    #[default]
    Required,
    /// It goes forward only.
    None,
}

/// Where the lock timeout is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockTimeout {
    /// In env.py, the connection or the revision, where it can be read.
    #[default]
    Read,
    /// On the role or the database, out of sight.
    Role,
}

/// What a rule's severity is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It blocks.
    Critical,
    /// It is shown.
    Warning,
    /// It is off, and the report says so.
    Off,
}

/// `[load-id]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadId {
    /// `tables`: names or patterns with `*` of tables that loads write to.
    pub tables: Option<Vec<String>>,
    /// `column`: `load_id` by default.
    pub column: Option<String>,
    /// `references`: `load.id` by default.
    pub references: Option<String>,
}

/// One row of `[[required-columns]]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequiredColumn {
    /// Names or patterns with `*` of new tables that it is about.
    pub tables: Vec<String>,
    /// The column.
    pub column: String,
    /// The type it must have, if any.
    pub kind: Option<String>,
    /// What it must refer to, `table.column`, if anything.
    pub references: Option<String>,
    /// Why, reported in the message.
    pub reason: Option<String>,
}
