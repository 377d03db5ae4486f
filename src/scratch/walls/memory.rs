//! The folders of a file system put together for a program that are there in memory alone.
//!
//! An application that makes files when it is loaded makes them there. Landlock allows by list, and
//! what it allows for a folder it allows for all that is shown below: so a folder is on the list where
//! nothing of the machine is shown below it that a read-only mount does not keep.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders whose names of the machine are there too, without what is in them: applications keep
/// files in such as `/data` and `/var/log`.
const MIRRORED: [&str; 2] = ["/", "/var"];

/// More than these are not looked through: then there may be a pipe.
const LOOKED_THROUGH: usize = 100_000;

/// The folders in memory below `root`, where `readable` of the machine is shown read-only, as a
/// program will name them.
pub fn folders(root: &Path, readable: &[PathBuf]) -> Vec<PathBuf> {
    let shown: Vec<&PathBuf> = readable.iter().filter(|path| needs_wall(path)).collect();
    let mut found = Vec::new();
    for folder in MIRRORED.map(Path::new) {
        let own = below(root, folder);
        let is_above = |at: &PathBuf| shown.iter().any(|path| path.starts_with(at));
        if !own.is_dir() || !is_above(&folder.to_owned()) {
            continue;
        }
        let names = names(folder);
        for name in &names {
            // What is there already stays: a folder that is shown, or one that leads to it.
            let _ = fs::create_dir(own.join(name));
        }
        let places = names.iter().map(|name| (folder.join(name), own.join(name)));
        let in_memory = places.filter(|(_, at)| at.is_dir() && !at.is_symlink());
        found.extend(in_memory.map(|(place, _)| place).filter(|place| !is_above(place)));
    }
    found.retain(|place| !["/dev", "/proc", "/sys"].map(Path::new).contains(&place.as_path()));
    found
}

/// The folders in a folder of the machine, links left out.
fn names(folder: &Path) -> Vec<std::ffi::OsString> {
    let rows = fs::read_dir(folder).into_iter().flatten().flatten();
    rows.filter(|row| row.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|row| row.file_name())
        .collect()
}

/// Tells whether what is shown may hold a pipe. Only what lies in a folder for everybody's temporary
/// files is looked through, since that folder must stay of use: the system's folders are large.
fn needs_wall(shown: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;

    let is_plain = fs::metadata(shown).is_ok_and(|at| at.is_dir() || at.is_file());
    if !is_plain || !shown.starts_with("/tmp") {
        return true;
    }
    let mut waiting = vec![shown.to_owned()];
    let mut seen = 0;
    while let Some(folder) = waiting.pop() {
        for row in fs::read_dir(folder).into_iter().flatten().flatten() {
            seen += 1;
            let kind = row.file_type();
            if seen > LOOKED_THROUGH || !kind.as_ref().is_ok_and(|kind| !kind.is_fifo()) {
                return true;
            }
            waiting.extend(kind.is_ok_and(|kind| kind.is_dir()).then(|| row.path()));
        }
    }
    false
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_where_nothing_of_the_machine_is_shown_below_it() {
        let made = tempfile::tempdir().unwrap();
        let root = made.path();
        for folder in ["usr/lib", "tmp", "dev", "var/lib/packages", "home/u/venv"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        let shown = ["/usr", "/var/lib/packages", "/home/u/venv"].map(PathBuf::from);
        let found = folders(root, &shown);
        let has = |name: &str| found.contains(&PathBuf::from(name));
        assert!(has("/tmp") && has("/var/log") && has("/root"), "{found:?}");
        for above in ["/", "/usr", "/var", "/var/lib", "/home", "/dev", "/proc"] {
            assert!(!has(above), "{above}: {found:?}");
        }
    }

    #[test]
    fn what_is_shown_below_the_temporary_folder_is_looked_through_for_pipes() {
        let made = tempfile::tempdir_in("/tmp").unwrap();
        let packages = made.path().join("packages");
        fs::create_dir_all(packages.join("deep")).unwrap();
        let listed = || {
            folders(&made.path().join("root"), std::slice::from_ref(&packages));
            !needs_wall(&packages)
        };
        assert!(listed());
        nix::unistd::mkfifo(&packages.join("deep/pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(!listed());
    }
}
