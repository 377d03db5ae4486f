//! Whether `verify` can work on this machine, as `verify` and `install` found it last.
//!
//! `check` tells it to whoever is asked for evidence. It lies in the git directory, where no branch
//! writes.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ledger::file;

/// Whether the revisions of one project can be tried here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ability {
    /// Whether they can.
    pub works: bool,
    /// The interpreter and the database.
    pub with: Option<String>,
    /// What is missing.
    pub why: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct Abilities {
    path: PathBuf,
}

/// What the file holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    schema: u8,
    projects: BTreeMap<String, Ability>,
}

impl Abilities {
    /// Names the file in the folder that safe-migration has in the common directory.
    pub fn of(state_dir: &Path) -> Self {
        Abilities { path: state_dir.join("verify.json") }
    }

    /// Returns what is known of a project; whatever cannot be read is not known.
    pub fn find(&self, project: &str) -> Option<Ability> {
        self.read().projects.remove(project)
    }

    /// Keeps what was found of a project.
    pub fn remember(&self, project: &str, ability: Ability) -> io::Result<()> {
        let mut kept = self.read();
        kept.schema = 1;
        if kept.projects.insert(project.to_owned(), ability.clone()) == Some(ability) {
            return Ok(());
        }
        file::replace(&self.path, &serde_json::to_string_pretty(&kept)?)
    }

    fn read(&self) -> Kept {
        let content = file::read(&self.path).unwrap_or_default();
        let kept: Option<Kept> = serde_json::from_slice(&content).ok();
        kept.filter(|kept| kept.schema == 1).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_found_last_is_kept_by_project_and_a_torn_file_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let abilities = Abilities::of(folder.path());
        let lacking = Ability { works: false, with: None, why: Some("no".to_owned()), hint: None };
        abilities.remember("a", lacking.clone()).unwrap();
        abilities.remember("b", Ability { works: true, ..lacking.clone() }).unwrap();
        assert_eq!(abilities.find("a"), Some(lacking));
        assert_eq!(abilities.find("c"), None);
        fs::write(&abilities.path, "{\"schema\": 1, \"proj").unwrap();
        assert_eq!(abilities.find("a"), None);
    }
}
