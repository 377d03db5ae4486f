//! What files around a project say of its server and its packages, looked up when somebody asks.
//!
//! Only well-known names are looked at: in the folders from the scripts up to the root, and in the
//! folders of CI there.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::alembic::driver::Driver;
use crate::alembic::location::{ancestors, folder_of, join};
use crate::alembic::pins::LockFile;
use crate::alembic::project::{Origin, Project};
use crate::alembic::{bounds, drivers, images};
use crate::snapshot::{Entry, Kind, Snapshot};
use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;

/// The longest file that is read, in bytes.
const LONGEST: usize = 4 << 20;

/// How many files are read for one question.
const FILES: usize = 64;

/// Folders below those of the project in which every YAML file describes CI.
const OF_CI: [&str; 4] = [".github/workflows", ".circleci", ".devcontainer", ".woodpecker"];

/// Folders below those of the project in which compose files and machines are described.
const OF_MACHINES: [&str; 8] =
    ["docker", ".docker", ".ci", "ci", "deploy", "deployment", "infra", "terraform"];

/// What files around a project say.
pub struct Surroundings {
    snapshot: Rc<Snapshot>,
    /// The nearest first, the root last.
    folders: Vec<String>,
    servers: OnceCell<Vec<(Dialect, Said)>>,
    packages: RefCell<BTreeMap<String, Option<Said>>>,
}

/// A version, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The version.
    pub version: ServerVersion,
    /// The file and the line: `compose.yaml:5`.
    pub place: String,
}

impl Surroundings {
    /// Makes the surroundings of a project; nothing is read yet.
    pub fn of(snapshot: &Rc<Snapshot>, project: &Project) -> Self {
        let configured = match &project.origin {
            Origin::Ini { path, .. } | Origin::Pyproject { path } => folder_of(path),
            Origin::Folder => "",
        };
        let mut folders: Vec<String> = Vec::new();
        for folder in ancestors(&project.script_location).chain(ancestors(configured)) {
            if !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
        folders.sort_by_key(|folder| {
            std::cmp::Reverse(folder.split('/').filter(|part| !part.is_empty()).count())
        });
        let (servers, packages) = (OnceCell::new(), RefCell::default());
        Surroundings { snapshot: snapshot.clone(), folders, servers, packages }
    }

    /// Returns the oldest version of a server that a file names.
    pub fn server(&self, dialect: Dialect) -> Option<&Said> {
        let said = self.servers_of(dialect).filter(|said| said.version != images::NEWEST);
        said.min_by_key(|said| said.version)
    }

    /// Returns the newest version of a server that a file names, `latest` among them.
    pub fn newest_server(&self, dialect: Dialect) -> Option<&Said> {
        self.servers_of(dialect).max_by_key(|said| said.version)
    }

    fn servers_of(&self, dialect: Dialect) -> impl Iterator<Item = &Said> {
        let servers = self.servers.get_or_init(|| self.find_servers()).iter();
        servers.filter(move |(of, _)| *of == dialect).map(|(_, said)| said)
    }

    /// Returns the servers that files name, each once, with the place that names the oldest.
    pub fn dialects(&self) -> Vec<(Dialect, String)> {
        let servers = [Dialect::PostgreSql, Dialect::MySql, Dialect::MariaDb].into_iter();
        servers
            .filter_map(|dialect| {
                Some((dialect, format!("an image in {}", self.server(dialect)?.place)))
            })
            .collect()
    }

    /// Returns the drivers among the packages that are required.
    pub(crate) fn drivers(&self, is_async: bool) -> Vec<Driver> {
        drivers::in_requirements(&self.snapshot, &self.folders, is_async)
    }

    /// Returns the oldest version that the nearest lock files pin a package to, or the only one that
    /// the nearest declaration admits.
    pub fn package(&self, name: &str) -> Option<Said> {
        if let Some(known) = self.packages.borrow().get(name) {
            return known.clone();
        }
        let pinned = self.folders.iter().find_map(|folder| self.pinned(folder, name));
        let found = pinned.or_else(|| self.declared(name, bounds::only));
        self.packages.borrow_mut().insert(name.to_owned(), found.clone());
        found
    }

    /// Returns the oldest version of a package that the nearest declaration admits.
    pub fn least(&self, name: &str) -> Option<Said> {
        self.declared(name, bounds::least)
    }

    fn declared(
        &self,
        name: &str,
        says: for<'c> fn(&'c str, &str) -> Option<(&'c str, usize)>,
    ) -> Option<Said> {
        let found = |folder: &String| {
            let files =
                self.files(folder, |_, name| bounds::declares(name)).into_iter().take(FILES);
            let said = files.filter_map(|(path, entry)| {
                let content = self.read(&entry)?;
                let (version, line) = says(&content, name)?;
                let version = ServerVersion::parse(version)?;
                Some(Said { version, place: format!("{path}:{line}") })
            });
            said.min_by_key(|said| said.version)
        };
        self.folders.iter().find_map(found)
    }

    /// Returns the oldest Python that the nearest declaration admits: `requires-python`, the table of
    /// Poetry, `.python-version`.
    pub fn python(&self) -> Option<Said> {
        let names = ["requires-python", "python_requires", "python"];
        let declared = names.into_iter().find_map(|name| self.least(name));
        declared.or_else(|| self.folders.iter().find_map(|folder| self.chosen_python(folder)))
    }

    fn chosen_python(&self, folder: &str) -> Option<Said> {
        let files = self.files(folder, |_, name| name == ".python-version");
        files.into_iter().find_map(|(path, entry)| {
            let version = ServerVersion::parse(self.read(&entry)?.trim())?;
            (version.major == 3).then_some(Said { version, place: path })
        })
    }

    fn find_servers(&self) -> Vec<(Dialect, Said)> {
        let names = || OF_CI.into_iter().chain(OF_MACHINES);
        let below = self
            .folders
            .iter()
            .flat_map(|folder| names().filter_map(move |below| join(folder, below)));
        let folders: Vec<String> = self.folders.iter().cloned().chain(below).collect();
        let files = folders.iter().flat_map(|folder| self.files(folder, names_servers)).take(FILES);
        let mut found = Vec::new();
        for (path, entry) in files {
            let Some(content) = self.read(&entry) else { continue };
            let named = if path.ends_with(".tf") {
                images::in_terraform(&content)
            } else {
                images::in_yaml(&content)
            };
            found.extend(named.into_iter().map(|named| {
                (
                    named.dialect,
                    Said { version: named.version, place: format!("{path}:{}", named.line) },
                )
            }));
        }
        found
    }

    /// Looks into the lock files of a folder, and into those of `requirements/` in it.
    fn pinned(&self, folder: &str, package: &str) -> Option<Said> {
        let below = join(folder, "requirements").unwrap_or_default();
        let is_lock = |_: &str, name: &str| LockFile::of(name).is_some();
        let is_list = |_: &str, name: &str| name.ends_with(".txt");
        let files =
            self.files(folder, is_lock).into_iter().chain(self.files(&below, is_list)).take(FILES);
        let pins = files.flat_map(|(path, entry)| {
            let content = self.read(&entry).unwrap_or_default();
            let kind = LockFile::of(&entry.name).unwrap_or(LockFile::Requirements);
            let said = |(version, line): (&str, usize)| {
                Some(Said {
                    version: ServerVersion::parse(version)?,
                    place: format!("{path}:{line}"),
                })
            };
            kind.versions(&content, package).into_iter().filter_map(said).collect::<Vec<Said>>()
        });
        pins.min_by_key(|said| said.version)
    }

    fn files(&self, folder: &str, wanted: impl Fn(&str, &str) -> bool) -> Vec<(String, Entry)> {
        let entries = self.snapshot.list(folder);
        let files =
            entries.iter().filter(|entry| entry.kind == Kind::File && wanted(folder, &entry.name));
        files.filter_map(|entry| Some((join(folder, &entry.name)?, entry.clone()))).collect()
    }

    /// Reads a file. One that cannot be had is a hint less, and no reason to call the review
    /// unverifiable.
    fn read(&self, entry: &Entry) -> Option<String> {
        let bytes = self.snapshot.hint(&entry.id).filter(|bytes| bytes.len() <= LONGEST)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Tells whether a file may name a server's image or version.
fn names_servers(folder: &str, name: &str) -> bool {
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let of_ci = OF_CI.iter().any(|below| folder.ends_with(below));
    let usual = [
        "docker-compose",
        "compose",
        ".gitlab-ci",
        ".drone",
        ".woodpecker",
        "bitbucket-pipelines",
        "azure-pipelines",
    ];
    name.ends_with(".tf") || name == "devcontainer.json" || is_yaml && (of_ci || starts(&usual))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;

    fn surroundings(files: &[(&'static str, &'static str)]) -> Surroundings {
        let base = [
            ("api/alembic.ini", "[alembic]\nscript_location = migrations\n"),
            ("api/migrations/env.py", ""),
        ];
        let snapshot = Rc::new(Snapshot::of(base.into_iter().chain(files.iter().copied())));
        Surroundings::of(&snapshot, &find(&snapshot, Search::Whole, &Settings::default()).remove(0))
    }

    #[test]
    fn the_oldest_server_that_a_file_names_counts() {
        let said = surroundings(&[
            ("docker-compose.yml", "services:\n  db:\n    image: postgres:16\n"),
            (".github/workflows/tests.yml", "    image: postgres:13-alpine\n    image: mysql:8\n"),
            ("api/compose.dev.yaml", "image: postgres:15\n"),
            ("elsewhere/docker-compose.yml", "image: postgres:9.6\n"),
            ("docker/compose.yml", "image: postgres:14\n"),
            ("docker/other.yml", "image: postgres:9.6\n"),
            ("docs/tests.yml", "image: postgres:9.6\n"),
        ]);
        let place = |dialect| {
            said.server(dialect).map(|said| (said.version.to_string(), said.place.clone()))
        };
        let expected = ("13".to_owned(), ".github/workflows/tests.yml:1".to_owned());
        assert_eq!(place(Dialect::PostgreSql), Some(expected));
        assert_eq!(place(Dialect::MySql).map(|(version, _)| version).as_deref(), Some("8"));
        assert_eq!(place(Dialect::MariaDb), None);
    }

    #[test]
    fn the_nearest_lock_files_say_what_is_installed() {
        let said = surroundings(&[
            ("uv.lock", "[[package]]\nname = \"alembic\"\nversion = \"1.9.0\"\n"),
            ("api/requirements.txt", "alembic==1.13.1\n"),
            ("api/requirements/dev.txt", "Alembic==1.12.0\n"),
            ("poetry.lock", "[[package]]\nname = \"SQLAlchemy\"\nversion = \"2.0.30\"\n"),
        ]);
        let place = |name| said.package(name).map(|said| (said.version.to_string(), said.place));
        let pair = |version: &str, place: &str| Some((version.to_owned(), place.to_owned()));
        assert_eq!(place("alembic"), pair("1.12", "api/requirements/dev.txt:1"));
        assert_eq!(place("sqlalchemy"), pair("2.0.30", "poetry.lock:3"));
        assert_eq!(place("asyncpg"), None);
    }
}
