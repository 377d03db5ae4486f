//! The commits that an audit judges: those that concern migrations, each with what was released
//! when it was made.
//!
//! A commit that the upstream branch has was released by itself, or with the branch that brought
//! it; one that upstream does not have yet is deployed with all that comes after where it left
//! upstream.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::project::{Project, Search};
use crate::alembic::{reads, search};
use crate::change::audited_commit::{AuditedCommit, Released};
use crate::change::concern;
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::upstream::Kinship;
use crate::config::read;
use crate::config::settings::Settings;
use crate::git::commit::Commit;
use crate::git::repository::Repository;
use crate::snapshot::{ObjectId, Snapshot};

/// A range of commits.
#[derive(Clone, Debug)]
pub struct Range {
    /// What is left out, with all that leads to it.
    pub base: Option<ObjectId>,
    /// How it was written.
    pub base_name: Option<String>,
    /// The last commit.
    pub head: ObjectId,
    /// The range as people write it.
    pub name: String,
}

impl Range {
    /// Reads `BASE..HEAD`, `BASE...HEAD` or `HEAD`.
    pub fn read(repository: &Repository, words: Option<&str>) -> Result<Self, Error> {
        let words = words.unwrap_or("HEAD");
        let (base, head) = match words.split_once("...").or_else(|| words.split_once("..")) {
            Some((base, head)) => (Some(base), head),
            None => (None, words),
        };
        let or_head =
            |word: &str| if word.is_empty() { "HEAD".to_owned() } else { word.to_owned() };
        let head = repository.resolve(&or_head(head))?;
        let base_name = base.map(or_head);
        let base = base_name.as_deref().map(|base| repository.resolve(base)).transpose()?;
        Ok(Range { base, base_name, head, name: words.to_owned() })
    }
}

/// The commits of a range.
#[derive(Debug)]
pub struct AuditRange {
    /// How many there are.
    pub commits: usize,
    /// Those that concern migrations, parents before their children.
    pub stops: Vec<AuditedCommit>,
}

/// Follows a range from its first commit to its last; `on_progress` hears how far it has come.
pub fn follow(
    repository: &Repository,
    range: &Range,
    overrides: &Overrides,
    mut reported: impl FnMut(usize, usize),
) -> Result<AuditRange, Error> {
    let commits = repository.commits(range.base.as_ref(), &range.head)?;
    let releases = Releases::of(repository, range, &commits, overrides)?;
    let mut signs = ScopePaths::of(repository, range, overrides)?;
    let trees: HashMap<ObjectId, ObjectId> =
        commits.iter().map(|commit| (commit.id, commit.tree)).collect();
    let total = commits.len();
    let mut stops = Vec::new();
    for (number, commit) in commits.into_iter().enumerate() {
        reported(number, total);
        let parent = match commit.parents.first() {
            Some(parent) => Some(
                trees.get(parent).map_or_else(|| repository.tree_of(parent), |tree| Ok(*tree))?,
            ),
            None => None,
        };
        let differences = repository.differences(parent.as_ref(), Some(&commit.tree))?;
        let paths: Vec<String> =
            differences.into_iter().map(|difference| difference.path.to_string()).collect();
        if signs.concern(repository, &commit.tree, parent.as_ref(), &paths) {
            let released = releases.before(&commit);
            stops.push(AuditedCommit { commit, paths, released });
        }
    }
    Ok(AuditRange { commits: total, stops })
}

/// The projects that are known so far: a change concerns migrations where it concerns one of them.
struct ScopePaths {
    settings: Settings,
    projects: Vec<Project>,
}

impl ScopePaths {
    /// Begins with the projects at either end of the range. Every other one comes or goes with
    /// files that tell of it.
    fn of(repository: &Repository, range: &Range, overrides: &Overrides) -> Result<Self, Error> {
        let mut signs = ScopePaths { settings: Settings::default(), projects: Vec::new() };
        for end in [Some(range.head), range.base].into_iter().flatten() {
            let snapshot = Rc::new(repository.snapshot(Some(&repository.tree_of(&end)?)));
            let settings = concern::settings(&snapshot, overrides).unwrap_or_default();
            let named = std::mem::take(&mut signs.settings.projects);
            signs.settings = settings;
            signs.settings.projects.extend(named);
            signs.learn(&snapshot, Search::Whole);
        }
        Ok(signs)
    }

    fn learn(&mut self, snapshot: &Rc<Snapshot>, scope: Search<'_>) {
        for project in search::locate(snapshot, scope, &self.settings) {
            let same = |known: &Project| {
                (&known.origin, &known.script_location)
                    == (&project.origin, &project.script_location)
                    && known.version_locations == project.version_locations
            };
            if !self.projects.iter().any(same) {
                self.projects.push(project);
            }
        }
    }

    fn concern(
        &mut self,
        repository: &Repository,
        tree: &ObjectId,
        parent: Option<&ObjectId>,
        paths: &[String],
    ) -> bool {
        let known = |path: &String| self.projects.iter().any(|project| project.concerns(path));
        let tells = |path: &&String| tells_of_projects(path) || is_called_so(path) && !known(path);
        let telling: Vec<String> = paths.iter().filter(tells).cloned().collect();
        if !telling.is_empty() {
            for tree in [Some(tree), parent].into_iter().flatten() {
                let snapshot = Rc::new(repository.snapshot(Some(tree)));
                let tells = |path: &&String| {
                    tells_of_projects(path) || search::is_revision(&snapshot, path)
                };
                let telling: Vec<String> = telling.iter().filter(tells).cloned().collect();
                self.learn(&snapshot, Search::Around(&telling));
            }
        }
        let concerns = |path: &String| {
            let is_settings = path == read::OWN_FILE || path == read::PYPROJECT;
            is_settings
                || reads::may_be_read(path)
                || self.projects.iter().any(|project| project.concerns(path))
        };
        paths.iter().any(concerns)
    }
}

/// Tells whether a file of this name may say where a project is.
fn tells_of_projects(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "env.py" | "pyproject.toml" | "script.py.mako")
        || name.ends_with(".ini")
        || name.ends_with(".cfg")
}

/// Tells whether a file is called and lies as a revision may: a folder of revisions that no
/// configuration names comes with the first of them, and goes with the last.
fn is_called_so(path: &str) -> bool {
    path.ends_with(".py") && reads::lies_among_migrations(path)
}

/// What was released when each commit of a range was made.
struct Releases {
    before: HashMap<ObjectId, Option<ObjectId>>,
    unknown: HashSet<ObjectId>,
}

impl Releases {
    fn of(
        repository: &Repository,
        range: &Range,
        commits: &[Commit],
        overrides: &Overrides,
    ) -> Result<Self, Error> {
        let (upstream, is_known, kinship) = released_tip(repository, range, overrides)?;
        // What grows beside upstream is judged on all that upstream has.
        let beside = (kinship == Kinship::Unrelated).then_some(upstream);
        let known: Vec<ObjectId> = [Some(upstream), range.base].into_iter().flatten().collect();
        let beyond: HashSet<ObjectId> = repository
            .commits_beyond(&known, &range.head)?
            .iter()
            .map(|commit| commit.id)
            .collect();
        let line = first_parents(repository, upstream, commits, &beyond)?;
        let mut before: HashMap<ObjectId, Option<ObjectId>> = HashMap::new();
        for commit in commits {
            let at = match () {
                () if line.contains_key(&commit.id) => commit.parents.first().copied(),
                () if beyond.contains(&commit.id) => {
                    let bases = commit.parents.iter().map(|parent| match beyond.contains(parent) {
                        true => before.get(parent).copied().flatten(),
                        false => Some(*parent),
                    });
                    let bases: Vec<Option<ObjectId>> = bases.collect();
                    match bases.as_slice() {
                        [] => beside,
                        [first, others @ ..] if others.iter().all(|other| other == first) => *first,
                        _ => repository.merge_base(&upstream, &commit.id)?,
                    }
                }
                // On a branch that was merged later: what the line had where the branch began, or
                // was brought up to.
                () => {
                    let bases =
                        commit.parents.iter().map(|parent| match line.contains_key(parent) {
                            true => Some(*parent),
                            false => before.get(parent).copied().unwrap_or(Some(*parent)),
                        });
                    bases.flatten().max_by_key(|base| line.get(base).copied())
                }
            };
            before.insert(commit.id, at);
        }
        let unknown = if is_known { HashSet::new() } else { line.into_keys().collect() };
        Ok(Releases { before, unknown })
    }

    fn before(&self, commit: &Commit) -> Released {
        match self.before.get(&commit.id).copied().flatten() {
            _ if self.unknown.contains(&commit.id) => Released::Unknown,
            Some(id) => Released::UpTo(id),
            None => Released::Nothing,
        }
    }
}

/// Returns the tip of what is released, whether that is known, and whether the range grows from it:
/// the upstream branch, else where the range begins, else where it ends.
fn released_tip(
    repository: &Repository,
    range: &Range,
    overrides: &Overrides,
) -> Result<(ObjectId, bool, Kinship), Error> {
    let snapshot = repository.snapshot(Some(&repository.tree_of(&range.head)?));
    let settings = concern::settings(&snapshot, overrides).unwrap_or_default();
    let found = repository.upstream(settings.upstream.as_deref()).unwrap_or_default();
    let kinship = |tip: &ObjectId| {
        repository.merge_base(tip, &range.head).map(|base| match base {
            Some(_) => Kinship::Related,
            None => Kinship::Unrelated,
        })
    };
    if let Some(found) = found {
        return Ok((found.commit, true, kinship(&found.commit)?));
    }
    let is_main = repository.branch().is_some_and(|branch| branch == "main" || branch == "master");
    match range.base.filter(|_| !is_main) {
        Some(base) => Ok((base, true, kinship(&base)?)),
        None => Ok((range.head, false, Kinship::Related)),
    }
}

/// Returns the commits of a range on the line of first parents that ends at `tip`, the later the
/// higher numbered.
fn first_parents(
    repository: &Repository,
    tip: ObjectId,
    commits: &[Commit],
    beyond: &HashSet<ObjectId>,
) -> Result<HashMap<ObjectId, usize>, Error> {
    let parents: HashMap<ObjectId, Option<ObjectId>> =
        commits.iter().map(|commit| (commit.id, commit.parents.first().copied())).collect();
    let mut line = Vec::new();
    let mut left = commits.len() - beyond.len();
    let mut at = Some(tip);
    while let (Some(id), true) = (at, left > 0) {
        at = match parents.get(&id) {
            Some(parent) => {
                line.push(id);
                left -= 1;
                *parent
            }
            // Above the range the line is only followed down to it; below there is nothing to find.
            None if line.is_empty() => repository.commit(&id)?.parents.first().copied(),
            None => None,
        };
    }
    Ok(line.into_iter().rev().zip(0..).collect())
}
