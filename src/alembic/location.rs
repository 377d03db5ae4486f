//! Where the paths in a configuration lead.

use crate::alembic::ini::HERE;
use crate::snapshot::{Kind, Snapshot};

/// What a path in a configuration leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder of the repository; it may not exist.
    Inside(String),
    /// Something outside of the tree, as written.
    Outside(String),
}

/// From where paths are read: the folder of the configuration, and the folders that packages are
/// imported from.
#[derive(Debug)]
pub(crate) struct Anchor<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) folder: &'a str,
    pub(crate) roots: Vec<String>,
}

impl Anchor<'_> {
    /// Resolves a path. One that is relative is relative to the working directory of whoever calls
    /// Alembic: the folder of the configuration or one above it, whichever holds what `wanted` asks
    /// for.
    pub(crate) fn resolve(&self, written: &str, wanted: impl Fn(&str) -> bool) -> Place {
        let written = written.trim();
        if let Some(rest) = written.strip_prefix(HERE) {
            return place(written, join(self.folder, rest.trim_start_matches('/')));
        }
        if written.starts_with('/') || written.as_bytes().get(1..3) == Some(b":\\") {
            return Place::Outside(written.to_owned());
        }
        if let Some((package, path)) = written.split_once(':') {
            return self.package(package, &path.replace(':', "/"));
        }
        let candidates: Vec<String> =
            ancestors(self.folder).filter_map(|base| join(base, written)).collect();
        let found = candidates.iter().find(|path| wanted(path));
        let found = found.or_else(|| candidates.iter().find(|path| self.is_folder(path)));
        place(written, found.or(candidates.first()).cloned())
    }

    fn package(&self, package: &str, path: &str) -> Place {
        let folder = package.replace('.', "/");
        let found = self
            .roots
            .iter()
            .filter_map(|root| join(root, &folder))
            .find(|folder| self.is_folder(folder));
        place(&format!("{package}:{path}"), found.and_then(|folder| join(&folder, path)))
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.snapshot.entry(path).is_some_and(|entry| entry.kind == Kind::Folder)
    }
}

fn place(written: &str, path: Option<String>) -> Place {
    path.map_or_else(|| Place::Outside(written.replace(HERE, "%(here)s")), Place::Inside)
}

/// Returns a folder and every folder above it, the root (`""`) last.
pub(crate) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder: &&str| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// Folders below that of a project from which a package is laid out; `src` is asked whether or not
/// it is there.
const LAID_OUT: [&str; 2] = ["python", "lib"];

/// Adds folders that modules may be imported from: some folders, each with its `src` and whatever
/// else a source tree is called there.
pub(crate) fn add_source_roots<'a>(
    roots: &mut Vec<String>,
    snapshot: &Snapshot,
    bases: impl Iterator<Item = &'a str>,
) {
    let is_there =
        |path: &String| snapshot.entry(path).is_some_and(|entry| entry.kind == Kind::Folder);
    for base in bases {
        let others = LAID_OUT.iter().filter_map(|name| join(base, name)).filter(is_there);
        for root in [Some(base.to_owned()), join(base, "src")].into_iter().flatten().chain(others) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }
}

/// Returns the folder that a path stands in.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Joins two paths and resolves `.` and `..`; nothing where that leads out of the tree.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Tells whether a folder stands below another one.
pub(crate) fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}
