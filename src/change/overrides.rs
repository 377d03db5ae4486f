//! What the command line says over the settings.

use std::path::PathBuf;
use std::rc::Rc;

use crate::snapshot::Snapshot;

use crate::config::settings::Settings;
use crate::rules;
use crate::sql::dialect::Dialect;

/// What the command line says over the settings.
#[derive(Clone, Default)]
pub struct Overrides {
    /// The database to judge for, instead of what the project says.
    pub dialect: Option<Dialect>,
    /// The file that settings are read from, instead of those that the tree holds.
    pub config: Option<PathBuf>,
    /// The rules that are judged by; all where none is named.
    pub select: Vec<String>,
    /// The rules that are not judged by.
    pub ignore: Vec<String>,
    /// The tree whose settings count, instead of those of the tree that is judged.
    pub trusted: Option<Trusted>,
    /// Whether warnings block.
    pub strict: bool,
}

/// What is found before any rule can judge: no choice of rules makes it a pass.
const ALWAYS: [&str; 2] = ["syntax-error", "unreadable-revision"];

impl Overrides {
    /// Returns the first rule that is named and that there is not.
    pub fn unknown_rule(&self) -> Option<&str> {
        let words = self.select.iter().chain(&self.ignore);
        words.map(String::as_str).find(|word| rules::find(word).is_none())
    }

    /// Lays the choice of rules over settings.
    pub fn over(&self, settings: &Settings) -> Settings {
        let is_chosen = |id: &str| {
            let named = |list: &[String]| list.iter().any(|word| word == id);
            (self.select.is_empty() || named(&self.select) || ALWAYS.contains(&id))
                && !named(&self.ignore)
        };
        let chosen = || {
            let ids = rules::RULES.iter().map(|rule| rule.id);
            ids.filter(|id| is_chosen(id)).map(str::to_owned).collect()
        };
        let chooses = !self.select.is_empty() || !self.ignore.is_empty();
        Settings { chosen: chooses.then(chosen), ..settings.clone() }
    }

    /// Returns how the choice of rules was typed.
    pub fn words(&self) -> String {
        let words = |name: &str, list: &[String]| match list.is_empty() {
            true => None,
            false => Some(format!("--{name} {}", list.join(","))),
        };
        let both = [words("select", &self.select), words("ignore", &self.ignore)];
        both.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A commit whose settings count, whatever a change makes of them.
#[derive(Clone)]
pub struct Trusted {
    /// How it was named.
    pub name: String,
    /// What it holds.
    pub tree: Rc<Snapshot>,
}
