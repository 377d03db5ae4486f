//! What a scratch database starts from, and which of it would fit a history that does not replay
//! from an empty one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch::job::BaselineOrder;
use crate::scratch::problem;

/// What a database starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// An empty database and the history.
    Replay,
    /// The tables of the models of a tree, taken to be at its heads.
    Models {
        /// The tree.
        tree: String,
    },
    /// A dump.
    Sql {
        /// Its path in the staged tree.
        path: String,
        /// The id of its content.
        blob: String,
        /// The revision at which it stands, where the dump itself does not say it.
        revision: Option<String>,
    },
    /// A command of the project, run in a tree.
    Command {
        /// The command.
        command: String,
        /// The tree.
        tree: String,
        /// The revision at which it leaves the database, where it does not say it.
        revision: Option<String>,
    },
}

impl Baseline {
    /// Returns what the runner is to begin with, for a staged tree on disk; nothing for an empty
    /// database.
    pub fn order(&self, tree: &Path) -> Option<BaselineOrder> {
        match self {
            Baseline::Replay => None,
            Baseline::Models { .. } => Some(BaselineOrder::Models),
            Baseline::Sql { path, revision, .. } => {
                Some(BaselineOrder::Sql { path: tree.join(path), revision: revision.clone() })
            }
            Baseline::Command { command, revision, .. } => Some(BaselineOrder::Command {
                command: command.clone(),
                revision: revision.clone(),
            }),
        }
    }

    /// Returns everything that it depends on, as words.
    pub fn words(&self) -> Vec<&str> {
        let (words, revision) = match self {
            Baseline::Replay => (vec!["replay"], &None),
            Baseline::Models { tree } => (vec!["models", tree], &None),
            Baseline::Sql { path, blob, revision } => (vec!["sql", path, blob], revision),
            Baseline::Command { command, tree, revision } => {
                (vec!["command", command, tree], revision)
            }
        };
        words.into_iter().chain(revision.as_deref()).collect()
    }

    /// Says what is done with it.
    pub fn title(&self) -> Option<String> {
        match self {
            Baseline::Replay => None,
            Baseline::Models { .. } => Some("the models make their tables".to_owned()),
            Baseline::Sql { path, .. } => Some(format!("`{path}` is read")),
            Baseline::Command { command, .. } => Some(format!("`{command}` runs")),
        }
    }
}

/// Says what to set where a history fails on an empty database with an error, while the models of
/// env.py have so many tables.
pub fn advice(error: &str, tables: u64, tree: &Path) -> String {
    if let Some(hint) = problem::hint(error, "") {
        let models = "; or let the models of env.py make what the first revisions expect: baseline \
            = \"models\"";
        let is_missing = error.contains("does not exist") || error.contains("no such");
        return if tables > 0 && is_missing { format!("{hint}{models}") } else { hint };
    }
    let mut ways = Vec::new();
    if tables > 0 {
        ways.push("baseline = \"models\" lets the models of env.py make their tables".to_owned());
    }
    match dump(tree, tree, &mut 2000) {
        Some(path) => ways.push(format!(
            "baseline = {{ sql = \"{}\", revision = \"...\" }} starts from that dump, at the \
             revision it stands at",
            path.display()
        )),
        None => ways.push(
            "baseline = { sql = \"FILE\", revision = \"ID\" } starts later, from a dump of a \
             database that stands at a revision (pg_dump --schema-only --no-owner --no-privileges)"
                .to_owned(),
        ),
    }
    ways.push(
        "baseline = { command = \"...\" } from what a command of the project makes".to_owned(),
    );
    format!(
        "if the first revisions expect tables that something else makes, set under \
         [tool.safe-migration.verify]: {}",
        ways.join("; or ")
    )
}

/// Finds a file of SQL that makes tables, looking into `left` folders at most.
fn dump(folder: &Path, tree: &Path, left: &mut usize) -> Option<PathBuf> {
    let mut rows: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.flatten().map(|row| row.path()).collect();
    rows.sort();
    let makes_tables = |path: &&PathBuf| {
        fs::read(path)
            .is_ok_and(|content| memchr::memmem::find(&content, b"CREATE TABLE").is_some())
    };
    let is_sql =
        |path: &&PathBuf| path.extension().is_some_and(|end| end == "sql") && path.is_file();
    if let Some(found) = rows.iter().filter(is_sql).find(makes_tables) {
        return found.strip_prefix(tree).ok().map(Path::to_owned);
    }
    let folders = rows.iter().filter(|path| path.is_dir() && !path.is_symlink());
    folders.into_iter().find_map(|inner| {
        *left = left.checked_sub(1)?;
        dump(inner, tree, left)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baseline_that_fits_is_proposed() {
        let tree = tempfile::tempdir().unwrap();
        let reported = advice("no such table: users", 3, tree.path());
        assert!(
            reported.contains("baseline = \"models\"") && reported.contains("pg_dump"),
            "{reported}"
        );
        fs::create_dir(tree.path().join("db")).unwrap();
        fs::write(tree.path().join("db/queries.sql"), "SELECT 1").unwrap();
        fs::write(tree.path().join("db/structure.sql"), "CREATE TABLE users ()").unwrap();
        let reported = advice("no such table: users", 0, tree.path());
        assert!(
            reported.contains("sql = \"db/structure.sql\"") && !reported.contains("models"),
            "{reported}"
        );
        let reported = advice("role \"app\" does not exist", 0, tree.path());
        assert!(reported.contains("CREATE ROLE"), "{reported}");
    }
}
