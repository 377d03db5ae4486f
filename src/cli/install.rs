//! `install` and `uninstall`: the gate on the paths that git offers, without losing what stands
//! there.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::change::overrides::Overrides;
use crate::cli::args::verbs::InstallArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::probe;
use crate::cli::trial;
use crate::cli::wrapper::{Done, HOOKS, Hook, Place, SERVER_HOOKS};
use crate::git::repository::Repository;

/// Writes the hooks, and notes where this program lies for callers whose PATH does not lead here.
pub fn install(args: &InstallArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let mut reported = String::new();
    for (hook, outcome) in write_hooks(&repository)? {
        let _infallible = writeln!(reported, "{hook:16}  {outcome}");
    }
    if args.verify {
        trial::ask_for(&repository)?;
        let _infallible =
            writeln!(reported, "{:16}  in the gate, for what was not tried yet", "verify");
    }
    // Whoever gets the gate wants to know whether its demand can be met here; settings that are
    // broken are reported by `check`.
    if !repository.is_bare() {
        let overrides = Overrides { config: args.config.clone(), ..Overrides::default() };
        for (project, fact) in probe::all(&repository, &overrides).unwrap_or_default() {
            let _infallible =
                writeln!(reported, "{:16}  {} ({project})", "verify", fact.sentence());
        }
    }
    reported += "next: commit a migration; `safe-migration verify` tries it first, and `safe-migration \
                 check --all --statistics` looks at those that are there\n";
    output.write(&reported)?;
    Ok(ExitStatus::Clean)
}

/// Writes the hooks; returns their names, and what became of each.
pub fn write_hooks(repository: &Repository) -> Result<Vec<(&'static str, String)>, Error> {
    let folder = hooks_folder(repository)?;
    let mut written = Vec::new();
    for hook in hooks(repository) {
        let place = Place::new(&folder, *hook);
        written.push((hook.name, outcome(place.install()?, &place)));
    }
    note_executable(repository)?;
    Ok(written)
}

/// Takes the hooks away and puts back what stood there before.
pub fn uninstall(output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let folder = hooks_folder(&repository)?;
    let mut reported = String::new();
    for hook in HOOKS.iter().chain(&SERVER_HOOKS) {
        let place = Place::new(&folder, *hook);
        let done = place.uninstall()?;
        if done != Done::NothingToRemove || hooks(&repository).contains(hook) {
            let _infallible = writeln!(reported, "{:16}  {}", hook.name, outcome(done, &place));
        }
    }
    trial::forget(&repository);
    forget_executable(&repository)?;
    output.write(&reported)?;
    Ok(ExitStatus::Clean)
}

/// The hooks that a repository needs: one that is only pushed to has another than one that people
/// work in.
fn hooks(repository: &Repository) -> &'static [Hook] {
    if repository.is_bare() { &SERVER_HOOKS } else { &HOOKS }
}

fn outcome(done: Done, place: &Place) -> String {
    match done {
        Done::AlreadyThere => "already installed".to_owned(),
        Done::Installed => "installed".to_owned(),
        Done::Renewed => "renewed".to_owned(),
        Done::Chained => {
            format!("installed; the hook that was there runs first ({})", place.before().display())
        }
        Done::Removed => "removed".to_owned(),
        Done::Restored => "removed; the hook that was there before is back".to_owned(),
        Done::NothingToRemove => "was not installed".to_owned(),
    }
}

/// Returns the folder that git runs hooks from, where it is this repository's own.
///
/// A folder outside of it serves other repositories too, and husky rewrites its own each time.
fn hooks_folder(repository: &Repository) -> Result<PathBuf, Error> {
    let folder = repository.hooks_dir()?;
    if folder.components().any(|part| part.as_os_str() == ".husky") {
        return Err(Error::HuskyFolder { folder });
    }
    let own = lies_in(&folder, repository.common_dir())
        || repository.work_tree().is_ok_and(|work_tree| lies_in(&folder, &work_tree));
    if own { Ok(folder) } else { Err(Error::SharedHooks { folder }) }
}

/// Tells whether a folder, which need not exist yet, lies in another.
fn lies_in(folder: &Path, other: &Path) -> bool {
    let other = fs::canonicalize(other).unwrap_or_else(|_| other.to_owned());
    let existing = folder.ancestors().find_map(|ancestor| fs::canonicalize(ancestor).ok());
    existing.is_some_and(|existing| existing.starts_with(&other))
}

fn note(repository: &Repository) -> PathBuf {
    repository.common_dir().join("safe-migration").join("executable")
}

fn note_executable(repository: &Repository) -> Result<(), Error> {
    let note = note(repository);
    let Ok(executable) = std::env::current_exe() else {
        return Ok(());
    };
    let written = match note.parent() {
        Some(folder) => fs::create_dir_all(folder),
        None => Ok(()),
    };
    written
        .and_then(|()| fs::write(&note, format!("{}\n", executable.display())))
        .map_err(|source| Error::File { path: note, source })
}

fn forget_executable(repository: &Repository) -> Result<(), Error> {
    let note = note(repository);
    match fs::remove_file(&note) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::File { path: note, source })
        }
        _ => {
            // Receipts and evidence may lie beside it: then the folder stays.
            let _stays_if_not_empty = note.parent().map(fs::remove_dir);
            Ok(())
        }
    }
}
