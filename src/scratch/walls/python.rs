//! What an interpreter must be able to read: its installation, the one that its environment was
//! made from, and the folders that its packages point to.
//!
//! Nothing is run for that: links, `pyvenv.cfg` and `.pth` files say it (site.py, PEP 405).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch::walls::is_too_wide;

/// How many links may follow each other.
const LINKS: usize = 16;

/// Returns the folders that an interpreter reads, without what is too wide to be read whole. Packages
/// that point into `repository` are left out: the copy that is verified stands for it.
pub fn readable(interpreter: &Path, repository: Option<&Path>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for program in links(&located(interpreter)) {
        let Some(prefix) = prefix(&program) else { continue };
        folders.extend(base(&prefix));
        folders.push(prefix);
    }
    let installed: Vec<PathBuf> = folders.iter().flat_map(|prefix| site_packages(prefix)).collect();
    let named = env::var_os("PYTHONPATH").unwrap_or_default();
    let pointed =
        installed.iter().flat_map(|folder| pointed(folder)).chain(env::split_paths(&named));
    let foreign = |folder: &PathBuf| repository.is_none_or(|root| !folder.starts_with(root));
    folders.extend(pointed.filter(foreign));
    folders.retain(|folder| folder.is_absolute() && folder.exists() && !is_too_wide(folder));
    folders.sort();
    folders.dedup();
    folders
}

/// Returns where a program lies, found as a shell finds it.
pub fn located(program: &Path) -> PathBuf {
    if program.components().count() > 1 {
        return program.to_owned();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let found =
        env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.exists());
    found.unwrap_or_else(|| program.to_owned())
}

/// Returns a program and what its links lead to, one after the other.
fn links(program: &Path) -> Vec<PathBuf> {
    let mut places = vec![program.to_owned()];
    while let Some(next) = places.last().and_then(|place| Some((place, fs::read_link(place).ok()?)))
        && places.len() < LINKS
    {
        let (place, target) = next;
        let target = place.parent().map_or(target.clone(), |folder| folder.join(&target));
        places.push(target);
    }
    places.extend(program.canonicalize().ok());
    places
}

/// The folder of an installation: the one above `bin`, else the program's own.
fn prefix(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    let is_bin = folder
        .file_name()
        .is_some_and(|name| ["bin", "Scripts", "shims"].iter().any(|bin| name == *bin));
    Some(if is_bin { folder.parent()?.to_owned() } else { folder.to_owned() })
}

/// The installation that a virtual environment was made from.
fn base(prefix: &Path) -> Vec<PathBuf> {
    let Ok(text) = fs::read_to_string(prefix.join("pyvenv.cfg")) else { return Vec::new() };
    let value = |line: &str| {
        let (key, value) = line.split_once('=')?;
        ["home", "executable", "base-prefix"]
            .contains(&key.trim())
            .then(|| PathBuf::from(value.trim()))
    };
    let named = text.lines().filter_map(value);
    named.flat_map(|path| links(&path)).filter_map(|path| of_installation(&path)).collect()
}

/// The installation that a folder `bin` or a program in it belongs to.
fn of_installation(path: &Path) -> Option<PathBuf> {
    match path.file_name()? {
        name if name == "bin" => path.parent().map(Path::to_owned),
        _ if path.is_dir() => Some(path.to_owned()),
        _ => prefix(path),
    }
}

fn site_packages(prefix: &Path) -> Vec<PathBuf> {
    let Ok(rows) = fs::read_dir(prefix.join("lib")) else { return Vec::new() };
    rows.flatten()
        .map(|row| row.path().join("site-packages"))
        .filter(|path| path.is_dir())
        .collect()
}

/// The absolute folders that `.pth` files and finders of editable installs name.
fn pointed(site_packages: &Path) -> Vec<PathBuf> {
    let Ok(rows) = fs::read_dir(site_packages) else { return Vec::new() };
    let mut folders = Vec::new();
    for path in rows.flatten().map(|row| row.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_finder = name.starts_with("__editable__") && name.ends_with(".py");
        if !name.ends_with(".pth") && !is_finder {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        match is_finder {
            true => folders.extend(quoted(&text)),
            false => folders.extend(
                text.lines().map(str::trim).filter(|line| line.starts_with('/')).map(PathBuf::from),
            ),
        }
    }
    folders
}

/// The absolute paths that stand in quotes.
fn quoted(text: &str) -> impl Iterator<Item = PathBuf> {
    text.split(['\'', '"'])
        .filter(|part| part.starts_with('/') && !part.contains('\n'))
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_needs_itself_its_base_and_what_its_packages_point_to() {
        let made = tempfile::tempdir().unwrap();
        let root = made.path().canonicalize().unwrap();
        let (base, elsewhere, own) = (root.join("base"), root.join("elsewhere"), root.join("own"));
        let packages = root.join("venv/lib/python3.11/site-packages");
        for folder in [&base.join("bin"), &elsewhere, &own, &packages, &root.join("venv/bin")] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(base.join("bin/python3.11"), "").unwrap();
        fs::write(root.join("venv/pyvenv.cfg"), format!("home = {}\n", base.join("bin").display()))
            .unwrap();
        fs::write(
            packages.join("a.pth"),
            format!("{}\nimport x\n{}\n", elsewhere.display(), own.display()),
        )
        .unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(base.join("bin/python3.11"), root.join("venv/bin/python"))
            .unwrap();
        let found = readable(&root.join("venv/bin/python"), Some(&own));
        assert!(
            found.contains(&base)
                && found.contains(&elsewhere)
                && found.contains(&root.join("venv")),
            "{found:?}"
        );
        assert!(!found.contains(&own) && !found.contains(&PathBuf::from("/")));
    }
}
