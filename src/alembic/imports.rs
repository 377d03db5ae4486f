//! Where the modules that a migration imports lie in the snapshot.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::location::{ancestors, folder_of, join};
use crate::alembic::project::Project;
use crate::alembic::requirements::{is_lock, is_requirements, packages};
use crate::python::interpreter::Loader;
use crate::python::standard::is_standard;
use crate::snapshot::{Kind, ObjectId, Snapshot};
use crate::text::source::Text;

/// Finds modules for the files of one project.
#[derive(Debug)]
pub struct Imports {
    snapshot: Rc<Snapshot>,
    project: Rc<Project>,
    /// What the repository has that a module may be, once somebody asked.
    modules: OnceCell<HashSet<Box<str>>>,
    /// The modules of the packages that are required, once somebody asked.
    required: OnceCell<HashSet<Box<str>>>,
    /// The files that were asked for as data, whether or not there are such; a folder whose names
    /// were asked for ends in a slash.
    reads: RefCell<BTreeSet<Rc<str>>>,
}

/// The stem that stands for an archive of modules.
const ARCHIVE: &str = ".zip";

impl Imports {
    /// Makes a finder for the files of a project.
    pub fn new(snapshot: &Rc<Snapshot>, project: &Rc<Project>) -> Self {
        Imports {
            snapshot: snapshot.clone(),
            project: project.clone(),
            modules: OnceCell::new(),
            required: OnceCell::new(),
            reads: RefCell::default(),
        }
    }

    /// Returns what was asked for as data since this was asked last.
    pub(super) fn take_reads(&self) -> BTreeSet<Rc<str>> {
        self.reads.take()
    }

    /// Returns what a dotted name may be a path to, without suffix, the likeliest first.
    fn candidates(&self, from: &str, module: &str, level: usize) -> Vec<String> {
        let path = module.replace('.', "/");
        if level > 0 {
            let package = ancestors(folder_of(from)).nth(level - 1);
            return package.and_then(|package| join(package, &path)).into_iter().collect();
        }
        let mut roots = self.project.import_roots.clone();
        roots.extend(self.package_root(from));
        roots.iter().filter_map(|root| join(root, &path)).collect()
    }

    /// Returns the files that a dotted name may mean, the likeliest first.
    fn files(&self, from: &str, module: &str, level: usize) -> impl Iterator<Item = String> {
        self.candidates(from, module, level).into_iter().flat_map(|base| {
            let own = (!base.is_empty()).then(|| format!("{base}.py"));
            [own, join(&base, "__init__.py")].into_iter().flatten()
        })
    }

    /// Returns path and blob of the file that a dotted name means, which is not read.
    pub(super) fn place(
        &self,
        from: &str,
        module: &str,
        level: usize,
    ) -> Option<(Rc<str>, ObjectId)> {
        let mut paths = self.files(from, module, level);
        paths.find_map(|path| Some((Rc::from(&*path), self.file(&path)?)))
    }

    /// Returns the blob of the file at a path from the root.
    pub(super) fn file_at(&self, path: &str) -> Option<ObjectId> {
        self.file(&join("", path)?)
    }

    fn file(&self, path: &str) -> Option<ObjectId> {
        let entry = self.snapshot.entry(path);
        entry.filter(|entry| entry.kind == Kind::File).map(|entry| entry.id)
    }

    /// Returns the folder around the outermost package that a file belongs to.
    fn package_root(&self, from: &str) -> Option<String> {
        let is_package = |folder: &&str| {
            join(folder, "__init__.py").is_some_and(|path| self.is(&path, Kind::File))
        };
        ancestors(folder_of(from)).find(|folder| !is_package(folder)).map(str::to_owned)
    }

    /// Returns the names of all folders and Python files of the repository, without suffix.
    fn all_modules(&self) -> HashSet<Box<str>> {
        let mut stems = HashSet::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in self.snapshot.search(&folder, |_| true) {
                stems.extend(stem(&entry.name).map(Box::from));
                if entry.kind == Kind::Folder {
                    folders.extend(join(&folder, &entry.name));
                }
            }
        }
        stems
    }

    /// Returns the names of modules that the packages may bring which are required, in the folders
    /// from the scripts up.
    fn all_required(&self) -> HashSet<Box<str>> {
        let mut modules = HashSet::new();
        for folder in ancestors(&self.project.script_location) {
            for entry in self.snapshot.list(folder).iter() {
                let lists = is_requirements(&entry.name) || is_lock(&entry.name);
                let path = join(folder, &entry.name)
                    .filter(|_| entry.kind == Kind::File && lists)
                    .unwrap_or_default();
                let Some(text) = self.snapshot.text(&path) else { continue };
                let packages = text.content().lines().flat_map(|line| packages(&entry.name, line));
                packages.for_each(|package| modules.extend(modules_of(&package)));
            }
        }
        modules
    }

    fn is(&self, path: &str, kind: Kind) -> bool {
        self.snapshot.entry(path).is_some_and(|entry| entry.kind == kind)
    }
}

/// Returns how the module of a package may be called: `python-dotenv` brings `dotenv`,
/// `Flask-Security-Too` `flask_security`, `oslo.config` `oslo_config`, `google-re2` `re2`.
fn modules_of(package: &str) -> impl Iterator<Item = Box<str>> {
    let whole = package.replace(['-', '.'], "_");
    let (first, last) = whole.rsplit_once('_').unwrap_or_default();
    let (first, last) = (first.to_owned(), last.to_owned());
    let bare = whole.strip_prefix("python_").or_else(|| whole.strip_prefix("py"));
    let bare = bare.unwrap_or_default().to_owned();
    [whole, first, last, bare].into_iter().filter(|name| name.len() > 2).map(String::into)
}

/// Returns what an entry is called as a module: the name of a folder or link, or of a file that
/// Python loads.
fn stem(name: &str) -> Option<&str> {
    match name.split_once('.') {
        None => Some(name),
        Some((stem, suffix)) => match suffix.rsplit('.').next().unwrap_or(suffix) {
            "py" | "pyc" | "so" | "pyd" => Some(stem),
            "zip" | "whl" | "egg" | "pyz" => Some(ARCHIVE),
            _ => None,
        },
    }
}

impl Loader for Imports {
    fn find(&self, from: &str, module: &str, level: usize) -> Option<(Rc<str>, Rc<Text>)> {
        let mut paths = self.files(from, module, level);
        paths.find_map(|path| self.snapshot.text(&path).map(|text| (Rc::from(path), text)))
    }

    fn is_somewhere(&self, module: &str) -> bool {
        let root = module.split('.').next().unwrap_or(module);
        let required = || self.required.get_or_init(|| self.all_required());
        // Another module may lie where the program looks and the repository does not reach.
        if !is_standard(module) && !required().contains(&*root.to_lowercase()) {
            return true;
        }
        let modules = self.modules.get_or_init(|| self.all_modules());
        modules.contains(root) || modules.contains(ARCHIVE)
    }

    fn text_at(&self, path: &str) -> Option<Rc<Text>> {
        let path = join("", path)?;
        let text = self.snapshot.text(&path);
        self.reads.borrow_mut().insert(path.into());
        text
    }

    fn names_in(&self, folder: &str) -> Option<Vec<String>> {
        let folder = join("", folder)?;
        let entries = self.snapshot.list(&folder);
        self.reads.borrow_mut().insert(format!("{folder}/").into());
        let mut names: Vec<String> = entries.iter().map(|entry| entry.name.to_string()).collect();
        names.sort();
        (!names.is_empty()).then_some(names)
    }

    fn is_package(&self, from: &str, module: &str, level: usize) -> bool {
        self.candidates(from, module, level).iter().any(|path| self.is(path, Kind::Folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;

    #[test]
    fn modules_are_found_from_the_package_and_from_the_roots() {
        let snapshot = Rc::new(Snapshot::of([
            ("back/alembic.ini", "[alembic]\nscript_location = app/alembic\n"),
            ("back/app/alembic/env.py", "from alembic import context"),
            ("back/app/alembic/helpers.py", "h"),
            ("back/app/alembic/versions/a.py", "a"),
            ("back/app/models/__init__.py", "m"),
            ("back/src/lib/names.py", "n"),
        ]));
        let project = Rc::new(find(&snapshot, Search::Whole, &Settings::default()).remove(0));
        let imports = Imports::new(&snapshot, &project);
        let from = "back/app/alembic/versions/a.py";
        let found = |module: &str, level| {
            imports.find(from, module, level).map(|(path, _)| path.to_string())
        };
        assert_eq!(found("app.models", 0).as_deref(), Some("back/app/models/__init__.py"));
        assert_eq!(found("lib.names", 0).as_deref(), Some("back/src/lib/names.py"));
        assert_eq!(found("helpers", 2).as_deref(), Some("back/app/alembic/helpers.py"));
        assert_eq!(found("sqlalchemy", 0), None);
        assert!(imports.is_somewhere("names") && imports.is_somewhere("sqlalchemy.orm"));
        assert!(!imports.is_somewhere("fnmatch") && !imports.is_somewhere("os.path"));
        assert!(imports.is_package(from, "app.models", 0) && !imports.is_package(from, "json", 0));
    }
}
