//! What of a tree a judgement of its migrations rests on, as one digest per project.
//!
//! It covers the revision files, `env.py`, the configuration and the settings, and nothing else: a
//! formatter that adds its changes after the gate, an amended message or a rebase over unrelated
//! work leave it as it was.

use std::fmt::Write;

use crate::alembic::project::{Origin, Project};
use crate::config::read;
use crate::git::digest;
use crate::snapshot::{Kind, Snapshot};

/// How deep a recursive version location is followed, as when it is read.
const DEPTH: usize = 400;

/// Returns the digest of what a project is in a tree.
pub fn digest(snapshot: &Snapshot, project: &Project) -> String {
    let mut words = format!("safe-migration {}\n{}\n", env!("CARGO_PKG_VERSION"), project.name);
    match &project.origin {
        Origin::Ini { path, section } => line(&mut words, section, &id(snapshot, path)),
        Origin::Pyproject { .. } | Origin::Folder => {}
    }
    line(&mut words, "env", &id(snapshot, &project.env_path()));
    line(&mut words, "settings", &id(snapshot, read::OWN_FILE));
    line(&mut words, "pyproject", &pyproject(snapshot, read::PYPROJECT));
    if let Origin::Pyproject { path } = &project.origin {
        line(&mut words, "project", &pyproject(snapshot, path));
    }
    for location in &project.version_locations {
        files(snapshot, location, project.recursive, 0, &mut words);
    }
    digest::of(words.as_bytes()).to_string()
}

fn line(words: &mut String, label: &str, text: &str) {
    let _infallible = writeln!(words, "{label} {text}");
}

fn id(snapshot: &Snapshot, path: &str) -> String {
    snapshot.entry(path).map(|entry| entry.id.to_string()).unwrap_or_default()
}

fn pyproject(snapshot: &Snapshot, path: &str) -> String {
    snapshot.text(path).and_then(|text| read::essence(text.content())).unwrap_or_default()
}

/// Notes every file that Alembic may load, by name and content.
fn files(snapshot: &Snapshot, folder: &str, recursive: bool, depth: usize, words: &mut String) {
    for entry in snapshot.list(folder).iter() {
        match entry.kind {
            Kind::Folder if recursive && depth < DEPTH => {
                files(snapshot, &format!("{folder}/{}", entry.name), recursive, depth + 1, words);
            }
            Kind::Folder => {}
            _ if entry.name.ends_with(".py") => {
                let path = format!("{} {folder}/{}", entry.id, entry.name);
                line(words, entry.kind.word(), &path);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::locate;
    use crate::config::settings::Settings;

    const INI: (&str, &str) = ("alembic.ini", "[alembic]\nscript_location = alembic\n");
    const ENV: (&str, &str) = ("alembic/env.py", "from alembic import context\n");

    fn of(files: &[(&str, &str)]) -> String {
        let snapshot = Rc::new(Snapshot::of([INI, ENV].into_iter().chain(files.iter().copied())));
        let projects = locate(&snapshot, Search::Whole, &Settings::default());
        digest(&snapshot, &projects[0])
    }

    #[test]
    fn only_what_a_judgement_rests_on_changes_the_digest() {
        let one = ("alembic/versions/a.py", "revision = 'a'\n");
        let base = of(&[one]);
        let same = [
            vec![one, ("README.md", "words")],
            vec![one, ("alembic/versions/notes.txt", "words")],
            vec![one, ("pyproject.toml", "[tool.ruff]\n")],
        ];
        let other = [
            vec![],
            vec![("alembic/versions/a.py", "revision = 'b'\n")],
            vec![("alembic/versions/b.py", "revision = 'a'\n")],
            vec![one, ("safe-migration.toml", "testing = 'off'\n")],
            vec![one, ("pyproject.toml", "[tool.safe-migration]\ntesting = 'off'\n")],
            vec![one, ("alembic/env.py", "")],
        ];
        for files in same {
            assert_eq!(of(&files), base, "{files:?}");
        }
        for files in other {
            assert_ne!(of(&files), base, "{files:?}");
        }
    }
}
