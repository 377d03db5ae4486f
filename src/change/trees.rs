//! What is asked about, as trees: the one that would be, those it grows from, and the one that is
//! released.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs};

use crate::alembic::history::History;
use crate::change::audited_commit::{AuditedCommit, Released};
use crate::change::error::Error;
use crate::change::named::Named;
use crate::change::today::{day, today};
use crate::change::upstream::{Kinship, Upstream, upstream};
use crate::change::{disk, named};
use crate::git::commit::Commit;
use crate::git::repository::Repository;
use crate::rule::after_merge::Step;
use crate::rule::today::Today;
use crate::snapshot::{ObjectId, Snapshot};

/// A change, or a state that is asked about as a whole.
pub struct Change {
    /// What would be.
    pub new: Rc<Snapshot>,
    /// What it grows from; none for a first commit.
    pub parents: Vec<Rc<Snapshot>>,
    /// The paths that the change makes.
    pub paths: Vec<String>,
    /// How its revisions are judged.
    pub scope: Scope,
    /// The branch that others have already.
    pub upstream: Option<Upstream>,
    /// The day that waivers are held against.
    pub today: Today,
    /// Whether evidence of `verify` is asked for: this machine's gate does, for what is about to be
    /// committed here.
    pub asks_for_evidence: bool,
    /// What it is about to become.
    pub step: Step,
    /// Histories that were read before: what stands in them unchanged is not read again.
    pub known: Vec<History>,
    /// The paths that the command line names.
    pub named: Vec<Named>,
}

/// How the revisions of a change are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those that it makes.
    Change,
    /// Those of the named files, whether or not they differ.
    Files,
    /// Every one for itself.
    All,
    /// None: only what they are together; where paths are named, in the projects around them.
    State,
}

impl Change {
    /// What the next commit makes. In pre-merge-commit git has not noted yet what is merged.
    pub fn staged(repository: &Repository, in_pre_merge: bool) -> Result<Self, Error> {
        let new = repository.staged()?;
        let commits = repository.coming_parents(in_pre_merge)?;
        let change = Change::between(repository, &commits, &new, today())?;
        Ok(Change { asks_for_evidence: true, ..change })
    }

    /// What a commit adds to where it left another; to all of it, where it shares nothing with it.
    pub fn range(repository: &Repository, from: &str, to: &str) -> Result<Self, Error> {
        let (tip, head) = (repository.resolve(from)?, repository.resolve(to)?);
        let base = repository.merge_base(&tip, &head)?;
        let commit = repository.commit(&head)?;
        let bases = [base.unwrap_or(tip)];
        let mut change =
            Change::between(repository, &bases, &commit.tree, day(commit.committer.seconds))?;
        change.upstream = Some(upstream(repository, from.to_owned(), &tip, base, &head)?);
        change.step = Step::Publication;
        Ok(change)
    }

    /// What a commit that was made makes, held against the day on which it was committed.
    pub fn committed(repository: &Repository, commit: &Commit) -> Result<Self, Error> {
        Change::between(repository, &commit.parents, &commit.tree, day(commit.committer.seconds))
    }

    /// What a commit that was made makes, where the paths that it changes are known already.
    pub fn replayed(repository: &Repository, stop: &AuditedCommit) -> Result<Self, Error> {
        let snapshot = |tree: Option<&ObjectId>| Rc::new(repository.snapshot(tree));
        let ids = &stop.commit.parents;
        let trees =
            ids.iter().map(|parent| repository.tree_of(parent)).collect::<Result<Vec<_>, _>>()?;
        let parents: Vec<Rc<Snapshot>> = trees.iter().map(|tree| snapshot(Some(tree))).collect();
        let upstream = match stop.released {
            Released::Unknown => None,
            Released::Nothing => Some((String::new(), snapshot(None))),
            Released::UpTo(id) => {
                let base = match ids.iter().position(|parent| *parent == id) {
                    Some(at) => parents[at].clone(),
                    None => snapshot(Some(&repository.tree_of(&id)?)),
                };
                Some((id.to_string().chars().take(10).collect(), base))
            }
        };
        let upstream = upstream.map(|(name, base)| Upstream {
            name,
            tip: base.clone(),
            base,
            kinship: Kinship::Related,
            commits: None,
            fetched_days_ago: None,
        });
        let paths = stop.paths.clone();
        Ok(Change {
            parents,
            paths,
            upstream,
            scope: Scope::Change,
            ..Change::state_of(repository, &stop.commit)
        })
    }

    /// What a commit would add to another, with everything in between.
    pub fn since(repository: &Repository, base: &ObjectId, commit: &Commit) -> Result<Self, Error> {
        Change::between(
            repository,
            std::slice::from_ref(base),
            &commit.tree,
            day(commit.committer.seconds),
        )
    }

    /// What a commit holds as a whole: its graph, and no revision of its own.
    pub fn state_of(repository: &Repository, commit: &Commit) -> Self {
        Change {
            new: Rc::new(repository.snapshot(Some(&commit.tree))),
            parents: Vec::new(),
            paths: Vec::new(),
            scope: Scope::State,
            upstream: None,
            today: day(commit.committer.seconds),
            asks_for_evidence: false,
            step: Step::default(),
            known: Vec::new(),
            named: Vec::new(),
        }
    }

    /// Every revision of what is staged.
    pub fn all(repository: &Repository) -> Result<Self, Error> {
        Change::whole(repository, Scope::All)
    }

    /// What is staged as a whole: its graph, and no revision of its own.
    pub fn state(repository: &Repository) -> Result<Self, Error> {
        Change::whole(repository, Scope::State)
    }

    /// Files as they are on disk, with what lies beside them, over what is staged; of a folder, the
    /// migrations in it.
    pub fn files(repository: &Repository, paths: &[PathBuf]) -> Result<Self, Error> {
        let mut change = Change::staged(repository, false)?;
        let root = repository.work_tree()?;
        change.named = Named::read(&root, paths)?;
        change.paths = change.named.iter().flat_map(|named| named.files.clone()).collect();
        let laid = beside(&root, &change.paths)?;
        change.new = Rc::new(Snapshot::laid_over(Some(change.new), laid));
        change.scope = Scope::Files;
        change.asks_for_evidence = false;
        Ok(change)
    }

    /// The same change with other texts of some files.
    pub fn with(&self, files: &BTreeMap<String, String>) -> Self {
        let laid = files.iter().map(|(path, text)| (path.clone(), text.as_bytes().to_vec()));
        let new = files.keys().filter(|path| !self.paths.contains(path)).cloned();
        Change {
            new: Rc::new(Snapshot::laid_over(Some(self.new.clone()), laid)),
            parents: self.parents.clone(),
            paths: self.paths.iter().cloned().chain(new).collect(),
            upstream: self.upstream.clone(),
            known: Vec::new(),
            named: Vec::new(),
            ..*self
        }
    }

    /// A file as it stands in an editor, with what lies beside it on disk, over what is staged.
    pub fn buffer(repository: Option<&Repository>, file: &Path, text: &str) -> Result<Self, Error> {
        let laid = |path: &str| (path.to_owned(), text.as_bytes().to_vec());
        let Some(repository) = repository else {
            let mut change = Change::on_disk(&[file.to_owned()])?;
            let files: Vec<_> = change.paths.iter().map(|path| laid(path)).collect();
            change.new = Rc::new(Snapshot::laid_over(Some(change.new), files));
            return Ok(change);
        };
        let mut change = Change::staged(repository, false)?;
        let root = repository.work_tree()?;
        let path = named::path_in(&root, file)?;
        let mut files = beside(&root, std::slice::from_ref(&path)).unwrap_or_default();
        files.push(laid(&path));
        change.new = Rc::new(Snapshot::laid_over(Some(change.new), files));
        change.paths = vec![path];
        change.scope = Scope::Files;
        change.asks_for_evidence = false;
        Ok(change)
    }

    /// Files as they are on disk where there is no repository; without any, every migration below
    /// the current folder.
    pub fn on_disk(paths: &[PathBuf]) -> Result<Self, Error> {
        let here = PathBuf::from(".");
        let root = root_of(paths.first().unwrap_or(&here))?;
        let named = Named::read(&root, paths)?;
        Ok(Change {
            new: Rc::new(disk::snapshot(&root)),
            parents: Vec::new(),
            paths: named.iter().flat_map(|named| named.files.clone()).collect(),
            // Nobody knows what is released.
            scope: Scope::All,
            upstream: None,
            today: today(),
            asks_for_evidence: false,
            step: Step::default(),
            known: Vec::new(),
            named,
        })
    }

    fn whole(repository: &Repository, scope: Scope) -> Result<Self, Error> {
        let new = repository.snapshot(Some(&repository.staged()?));
        let parents = Vec::new();
        Ok(Change {
            new: Rc::new(new),
            parents,
            paths: Vec::new(),
            scope,
            upstream: None,
            today: today(),
            asks_for_evidence: false,
            step: Step::default(),
            known: Vec::new(),
            named: Vec::new(),
        })
    }

    fn between(
        repository: &Repository,
        parents: &[ObjectId],
        new: &ObjectId,
        today: Today,
    ) -> Result<Self, Error> {
        let trees = parents
            .iter()
            .map(|parent| repository.tree_of(parent))
            .collect::<Result<Vec<_>, _>>()?;
        // Two branches can each be sound and their merge not: whatever differs from HEAD is looked
        // at.
        let differences = repository.differences(trees.first(), Some(new))?;
        Ok(Change {
            new: Rc::new(repository.snapshot(Some(new))),
            parents: trees.iter().map(|tree| Rc::new(repository.snapshot(Some(tree)))).collect(),
            paths: differences.into_iter().map(|difference| difference.path.to_string()).collect(),
            scope: Scope::Change,
            upstream: None,
            today,
            asks_for_evidence: false,
            step: Step::default(),
            known: Vec::new(),
            named: Vec::new(),
        })
    }

    /// Finds the upstream branch, when a change concerns a migration, unless a range has named it.
    pub fn find_upstream(
        &mut self,
        repository: &Repository,
        configured: Option<&str>,
    ) -> Result<(), Error> {
        if self.upstream.is_some() || matches!(self.scope, Scope::All) {
            return Ok(());
        }
        let Some(found) = repository.upstream(configured)? else { return Ok(()) };
        match repository.head()? {
            Some(head) => self.set_upstream(repository, found.name, &found.commit, &head),
            // A first commit that is made beside a branch that others have.
            None => {
                self.upstream =
                    Some(upstream(repository, found.name, &found.commit, None, &found.commit)?);
                Ok(())
            }
        }
    }

    /// Names the upstream branch of a change that leads to a commit.
    pub fn set_upstream(
        &mut self,
        repository: &Repository,
        name: String,
        tip: &ObjectId,
        commit: &ObjectId,
    ) -> Result<(), Error> {
        let base = repository.merge_base(tip, commit)?;
        self.upstream = Some(upstream(repository, name, tip, base, commit)?);
        Ok(())
    }
}

/// Finds the folder that paths are counted from where there is no repository: the nearest one above
/// that holds a project's configuration, else the current one where that lies above.
fn root_of(path: &Path) -> Result<PathBuf, Error> {
    let whole = fs::canonicalize(path)
        .map_err(|source| Error::NamedPath { path: path.to_owned(), source })?;
    let marks = ["alembic.ini", "pyproject.toml", "safe-migration.toml"];
    let holds = |folder: &&Path| marks.iter().any(|mark| folder.join(mark).is_file());
    let marked = whole.ancestors().find(holds).map(ToOwned::to_owned);
    let here = env::current_dir().ok().and_then(|here| fs::canonicalize(here).ok());
    let here = here.filter(|here| whole.starts_with(here));
    let folder = || whole.ancestors().find(|folder| folder.is_dir()).map(ToOwned::to_owned);
    Ok(marked.or(here).or_else(folder).unwrap_or_default())
}

/// Reads the Python files in the folders of some files.
fn beside(root: &Path, paths: &[String]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let folders: BTreeSet<&str> =
        paths.iter().map(|path| path.rsplit_once('/').map_or("", |(head, _)| head)).collect();
    let mut files = Vec::new();
    for folder in folders {
        let place = root.join(folder);
        let unreadable = |source| Error::File { path: place.clone(), source };
        for entry in fs::read_dir(&place).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && name.ends_with(".py") {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                let read = fs::read(entry.path())
                    .map_err(|source| Error::File { path: entry.path(), source })?;
                files.push((path, read));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_in_utc() {
        assert_eq!(day(0), Today { year: 1970, month: 1, day: 1 });
        assert_eq!(day(1_709_164_800), Today { year: 2024, month: 2, day: 29 });
    }
}
