//! Folders of revisions that somebody has put away.

use crate::alembic::location::is_below;
use crate::alembic::project::{Origin, Project};
use crate::snapshot::Snapshot;

/// What such folders are called.
const WORDS: [&str; 12] = [
    "archive",
    "archived",
    "archives",
    "deprecated",
    "old",
    "legacy",
    "backup",
    "backups",
    "bak",
    "disabled",
    "obsolete",
    "unused",
];

/// Tells whether a folder stands below one that a configured project loads and is called after what
/// is put away: `versions/.archive`, `versions/Deprecated`. Alembic does not load it, unless
/// `env.py` says more folders while it runs.
pub(super) fn is_put_away(snapshot: &Snapshot, projects: &[Project], folder: &str) -> bool {
    let below = |project: &Project| {
        let mut locations = project.version_locations.iter();
        locations.any(|location| {
            is_below(folder, location)
                && folder.strip_prefix(location.as_str()).unwrap_or(folder).split('/').any(is_said)
        })
    };
    let is_configured =
        |project: &Project| matches!(project.origin, Origin::Ini { .. } | Origin::Pyproject { .. });
    projects
        .iter()
        .any(|project| is_configured(project) && below(project) && !says_folders(snapshot, project))
}

fn is_said(name: &str) -> bool {
    let mut words = name.split(['_', '-', '.', ' ']).map(str::to_lowercase);
    words.any(|word| WORDS.contains(&word.as_str()))
}

/// Tells whether `env.py` speaks of `version_locations`.
fn says_folders(snapshot: &Snapshot, project: &Project) -> bool {
    let env = snapshot.text(&project.env_path());
    env.is_some_and(|env| env.content().contains("version_locations"))
}
