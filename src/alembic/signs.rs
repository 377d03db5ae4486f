//! The files that may say where projects are.

use std::collections::BTreeSet;

use crate::alembic::location::{ancestors, folder_of, join};
use crate::snapshot::{Entry, Kind, Snapshot};

/// How deep the whole tree is searched.
const DEPTH: usize = 400;

/// Files that may say where projects are.
#[derive(Debug, Default)]
pub(crate) struct ProjectSigns {
    pub(crate) inis: BTreeSet<String>,
    pub(crate) pyprojects: BTreeSet<String>,
    pub(crate) scripts: BTreeSet<String>,
}

/// Returns the ini files above a folder, and those in folders there that are called after what they
/// hold: a project may be started with `-c conf/alembic.ini` or keep its options in a
/// `development.ini`.
pub(crate) fn inis_near(snapshot: &Snapshot, folder: &str) -> BTreeSet<String> {
    let mut inis = BTreeSet::new();
    let mut collect = |folder: &str| {
        let entries = snapshot.list(folder);
        let files = entries.iter().filter(|entry| entry.kind == Kind::File && is_ini(&entry.name));
        inis.extend(files.filter_map(|entry| join(folder, &entry.name)));
    };
    for above in ancestors(folder) {
        collect(above);
        let is_config = |name: &str| {
            matches!(name, "conf" | "config" | "configs" | "configuration" | "etc" | "ini")
        };
        for entry in snapshot.list(above).iter() {
            if entry.kind == Kind::Folder && is_config(&entry.name) {
                collect(&join(above, &entry.name).unwrap_or_default());
            }
        }
    }
    inis
}

/// Returns ini files in the order in which they count: what is called as Alembic expects comes
/// first.
pub(crate) fn in_order(paths: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    let is_usual = |path: &&String| path.rsplit('/').next() == Some("alembic.ini");
    paths.iter().filter(is_usual).chain(paths.iter().filter(move |path| !is_usual(path)))
}

/// How deep a folder may lie to be looked into because something changes in it: longer paths are in
/// no work tree (`PATH_MAX` is 4096), and each is a walk from the root.
const DEEPEST_CHANGE: usize = 400;

/// Looks into the folders of changed paths and those above.
pub(crate) fn around(snapshot: &Snapshot, paths: &[String]) -> ProjectSigns {
    let is_looked_into = |folder: &&str| folder.matches('/').count() < DEEPEST_CHANGE;
    let folders: BTreeSet<&str> =
        paths.iter().flat_map(|path| ancestors(folder_of(path))).filter(is_looked_into).collect();
    let mut signs = ProjectSigns::default();
    for folder in folders {
        for entry in snapshot
            .list(folder)
            .iter()
            .filter(|entry| matches!(entry.kind, Kind::File | Kind::Link))
        {
            let path = || join(folder, &entry.name).unwrap_or_default();
            match &*entry.name {
                "alembic.ini" => signs.inis.insert(path()),
                "pyproject.toml" => signs.pyprojects.insert(path()),
                "env.py" => signs.scripts.insert(folder.to_owned()),
                _ => continue,
            };
        }
    }
    signs
}

/// Looks into the whole tree.
pub(crate) fn whole(snapshot: &Snapshot) -> ProjectSigns {
    let mut signs = ProjectSigns::default();
    let is_sign = |name: &str| matches!(name, "env.py" | "pyproject.toml") || is_ini(name);
    anywhere(snapshot, is_sign, |folder, entry| {
        let path = || path_of(folder, entry);
        match (entry.kind, &*entry.name) {
            (Kind::File, "env.py") => drop(signs.scripts.insert(folder.to_owned())),
            (Kind::File, "pyproject.toml") => drop(signs.pyprojects.insert(path())),
            (Kind::File, _) | (Kind::Link, "alembic.ini") => drop(signs.inis.insert(path())),
            _ => {}
        }
    });
    signs
}

/// Hands over every file and link of the tree that has a wanted name, with its folder. Folders of
/// installed packages, and those in which nothing tells of migrations, are passed by.
pub(crate) fn anywhere(
    snapshot: &Snapshot,
    wanted: impl Fn(&str) -> bool,
    mut see: impl FnMut(&str, &Entry),
) {
    let mut todo = vec![(String::new(), 0)];
    while let Some((folder, depth)) = todo.pop() {
        for entry in snapshot.search(&folder, &wanted) {
            match (entry.kind, &*entry.name) {
                (Kind::Folder, "node_modules" | "site-packages") => {}
                (Kind::Folder, _) if depth < DEPTH && !snapshot.is_barren(&entry) => {
                    todo.push((path_of(&folder, &entry), depth + 1))
                }
                (Kind::Folder, _) => {}
                _ => see(&folder, &entry),
            }
        }
    }
}

/// Returns the path of what a folder lists.
pub(crate) fn path_of(folder: &str, entry: &Entry) -> String {
    match folder.is_empty() {
        true => entry.name.to_string(),
        false => format!("{folder}/{}", entry.name),
    }
}

fn is_ini(name: &str) -> bool {
    name.ends_with(".ini") || name.ends_with(".cfg")
}
