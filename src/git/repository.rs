//! The repository: the one noun that other rooms ask.

use std::collections::{BTreeMap, HashSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use crate::git::backend::{Backend, Layout};
use crate::git::commit::Commit;
use crate::git::difference::{Difference, differences};
use crate::git::error::Error;
use crate::git::index::{Cached, cached_tree};
use crate::git::library::Library;
use crate::git::objects::Objects;
use crate::git::program::{Program, answer, as_configured, command, finish};
use crate::git::range::changing;
use crate::git::records::Records;
use crate::git::references::{Upstream, nearest, remote_tips, upstream};
use crate::git::source::TreeSource;
use crate::git::staged::written_tree;
use crate::snapshot::{Entry, ObjectId, Snapshot};

/// The repository that git's environment variables name, else the one around the current folder.
///
/// The current folder must not change between opening it and asking it: git hands relative paths to
/// its hooks.
pub struct Repository {
    objects: Rc<Objects>,
    layout: Layout,
    work_tree: Option<PathBuf>,
}

/// How HEAD moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where it was; nothing for a first commit.
    pub from: Option<ObjectId>,
    /// What git noted: `commit (amend): add email`.
    pub action: String,
}

/// Tells whether a revision is named by its place behind another one, or by its id.
fn is_behind(revision: &str) -> bool {
    let is_id = revision.len() >= 4 && revision.chars().all(|letter| letter.is_ascii_hexdigit());
    is_id || revision.contains(['~', '^'])
}

impl Repository {
    /// Opens it: with libgit2, or through the `git` executable where libgit2 refuses.
    pub fn open() -> Result<Self, Error> {
        match Library::open() {
            Ok(library) => {
                let (layout, work_tree) = (library.layout(), library.work_tree());
                let objects = objects(Box::new(library), &layout);
                Ok(Repository { objects, layout, work_tree })
            }
            Err(refused) => {
                let (program, layout) =
                    Program::open().map_err(|error| without_git(error, &refused))?;
                let objects = objects(Box::new(program), &layout);
                Ok(Repository { objects, layout, work_tree: None })
            }
        }
    }

    /// Returns the tree that a commit of the index would hold.
    ///
    /// It is what the index says of itself. Where it says nothing, `git write-tree` answers on a
    /// copy of the index, so that nothing of the user's is rewritten and no lock is taken.
    pub fn staged(&self) -> Result<ObjectId, Error> {
        if self.layout.bare {
            return Err(Error::Bare { path: self.layout.git_dir.clone() });
        }
        let path = self.index()?;
        match cached_tree(&path, self.layout.width) {
            Ok(Cached::Tree(tree)) => Ok(tree),
            Ok(Cached::NoIndex) => Ok(self.objects.empty_tree()),
            Ok(Cached::Unknown) => written_tree(&path, &self.layout.git_dir),
            Err(source) => Err(Error::Index { path, source }),
        }
    }

    /// Returns the commit that HEAD names; nothing where the branch is not born yet.
    pub fn head(&self) -> Result<Option<ObjectId>, Error> {
        self.objects.backend().head()
    }

    /// Returns the parents that the coming commit will have, HEAD first; none for the first commit.
    ///
    /// In the hook pre-merge-commit git has not written `MERGE_HEAD` yet: there the names of
    /// environment variables tell what is merged.
    pub fn coming_parents(&self, in_pre_merge: bool) -> Result<Vec<ObjectId>, Error> {
        let mut parents: Vec<ObjectId> = self.head()?.into_iter().collect();
        let mut merged = self.merge_heads()?;
        if in_pre_merge {
            let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
            merged.extend(
                names.filter_map(|name| ObjectId::from_hex(name.strip_prefix("GITHEAD_")?)),
            );
        }
        for id in merged {
            if !parents.contains(&id) {
                parents.push(id);
            }
        }
        Ok(parents)
    }

    fn merge_heads(&self) -> Result<Vec<ObjectId>, Error> {
        let path = self.layout.git_dir.join("MERGE_HEAD");
        match fs::read_to_string(&path) {
            Ok(text) => {
                Ok(text.lines().filter_map(|line| ObjectId::from_hex(line.trim())).collect())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(Error::File { path, source }),
        }
    }

    /// Returns a commit.
    pub fn commit(&self, id: &ObjectId) -> Result<Commit, Error> {
        self.objects.commit(id).map_err(|error| self.at_the_edge(error))
    }

    /// Returns the tree of a commit.
    pub fn tree_of(&self, commit: &ObjectId) -> Result<ObjectId, Error> {
        self.commit(commit).map(|commit| commit.tree)
    }

    /// Returns the commit that a revision names, as people write it.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, Error> {
        let backend = self.objects.backend();
        let id = backend.resolve(revision).or_else(|| Program::default().resolve(revision));
        id.ok_or_else(|| match is_behind(revision) && self.is_shallow() {
            true => Error::Shallow,
            false => Error::UnknownRevision {
                revision: revision.to_owned(),
                nearest: nearest(backend, revision),
            },
        })
    }

    /// Returns the best common ancestor of two commits, if they have any.
    pub fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Error> {
        [one, other].into_iter().try_for_each(|id| self.commit(id).map(drop))?;
        let base = self.objects.backend().merge_base(one, other)?;
        if base.is_none() && self.is_shallow() {
            return Err(Error::Shallow);
        }
        Ok(base)
    }

    /// Returns the branch that holds what is released: the configured one, else the remote's
    /// default branch, else a local `main` or `master` that is not checked out. Nothing is ever
    /// fetched.
    pub fn upstream(&self, configured: Option<&str>) -> Result<Option<Upstream>, Error> {
        if let Some(name) = configured {
            return self
                .resolve(name)
                .map(|commit| Some(Upstream { name: name.to_owned(), commit }));
        }
        Ok(upstream(self.objects.backend()))
    }

    /// Makes a snapshot of a tree, read as it is asked for; none is the empty tree.
    pub fn snapshot(&self, tree: Option<&ObjectId>) -> Snapshot {
        Snapshot::new(Rc::new(TreeSource::new(self.objects.clone(), tree)))
    }

    /// Lists, by path, where two trees differ; none is the empty tree. The executable bit is no
    /// difference.
    pub fn differences(
        &self,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
    ) -> Result<Vec<Difference>, Error> {
        differences(&self.objects, &[old.copied()], new.copied())
    }

    /// Lists, by path, where a tree differs from every one of several: what a commit with these
    /// parents' trees makes.
    pub fn made(&self, parents: &[ObjectId], new: &ObjectId) -> Result<Vec<Difference>, Error> {
        let parents: Vec<_> = parents.iter().copied().map(Some).collect();
        differences(&self.objects, &parents, Some(*new))
    }

    /// Finds what stands at a path of a tree, reading only the folders on the way.
    pub fn entry(&self, tree: &ObjectId, path: &str) -> Result<Option<Entry>, Error> {
        self.objects.entry(tree, path)
    }

    /// Lists the commits of `from..to`, or all that lead to `to`, parents before their children.
    ///
    /// Where a shallow clone cuts that list off, it is an error: its last commit would look like a
    /// first one.
    pub fn commits(&self, from: Option<&ObjectId>, to: &ObjectId) -> Result<Vec<Commit>, Error> {
        self.commits_beyond(from.map_or(&[], std::slice::from_ref), to)
    }

    /// Lists the commits that lead to `to` and to none of `known`, parents before their children.
    pub fn commits_beyond(&self, known: &[ObjectId], to: &ObjectId) -> Result<Vec<Commit>, Error> {
        known.iter().chain([to]).try_for_each(|id| self.commit(id).map(drop))?;
        let ids = self.objects.backend().walk(known, to)?;
        let edge = self.edge();
        let commits: Vec<Commit> =
            ids.iter().map(|id| self.commit(id)).collect::<Result<_, _>>()?;
        let is_cut_off = |commit: &Commit| !commit.parents.is_empty() && edge.contains(&commit.id);
        if commits.iter().any(is_cut_off) { Err(Error::Shallow) } else { Ok(commits) }
    }

    /// Lists, of the commits of `from..to`, those that make something of their own at one of these
    /// paths: what stands there differs from every parent. Only the ids of trees are compared.
    pub fn commits_changing(
        &self,
        from: Option<&ObjectId>,
        to: &ObjectId,
        paths: &[&str],
    ) -> Result<Vec<Commit>, Error> {
        changing(&self.objects, self.commits(from, to)?, paths)
            .map_err(|error| self.at_the_edge(error))
    }

    /// Returns the commits at the tips of what has been fetched from any remote, or from the one
    /// that is named.
    pub fn remote_tips(&self, remote: Option<&str>) -> Vec<ObjectId> {
        remote_tips(self.objects.backend(), remote)
    }

    /// Returns when a branch of a remote was fetched last, as far as files of git tell; nothing for
    /// a branch of this repository.
    pub fn fetched(&self, name: &str) -> Option<SystemTime> {
        self.objects.backend().reference(&format!("refs/remotes/{name}"))?;
        let places = [
            "FETCH_HEAD".to_owned(),
            format!("logs/refs/remotes/{name}"),
            format!("refs/remotes/{name}"),
        ];
        let times = places.iter().filter_map(|place| {
            fs::metadata(self.layout.common_dir.join(place)).ok()?.modified().ok()
        });
        times.max()
    }

    /// Tells whether an object is here, so that it can be asked for.
    pub fn holds(&self, id: &ObjectId) -> bool {
        matches!(self.objects.backend().object(id), Ok(Some(_)))
    }

    /// Returns what git noted when HEAD moved last, such as `commit (amend): add email`.
    pub fn last_action(&self) -> Option<String> {
        self.last_move().map(|moved| moved.action)
    }

    /// Returns how HEAD moved last, if that is on record.
    pub fn last_move(&self) -> Option<Move> {
        match fs::read(self.layout.git_dir.join("logs/HEAD")) {
            Ok(log) => {
                let line = log.trim_ascii_end().rsplit(|&byte| byte == b'\n').next()?;
                let line = String::from_utf8_lossy(line);
                let (moved, action) = line.split_once('\t').unwrap_or((&line, ""));
                let from = ObjectId::from_hex(moved.split(' ').next()?)?;
                let is_none = from.as_bytes().iter().all(|byte| *byte == 0);
                Some(Move { from: (!is_none).then_some(from), action: action.to_owned() })
            }
            // The references are in another format, or none were noted.
            Err(_) => {
                let action =
                    answer(command(&["log", "-1", "--walk-reflogs", "--format=%gs", "HEAD"]))
                        .ok()?;
                let from = answer(command(&["rev-parse", "--verify", "--quiet", "HEAD@{1}"])).ok();
                Some(Move { from: from.and_then(|id| ObjectId::from_hex(&id)), action })
            }
        }
    }

    /// Returns the git directory of this work tree.
    pub fn git_dir(&self) -> &Path {
        &self.layout.git_dir
    }

    /// Returns the git directory that all work trees share.
    pub fn common_dir(&self) -> &Path {
        &self.layout.common_dir
    }

    /// Returns the folder for what is kept about this repository and never committed; nobody has
    /// made it yet.
    pub fn state_dir(&self) -> PathBuf {
        state_dir(&self.layout)
    }

    /// Tells whether so many blobs of which no earlier run wrote anything down are worth that this
    /// one does.
    pub fn lacks_records(&self, edition: u64, blobs: usize) -> bool {
        self.objects.records(edition).is_outgrown_by(blobs)
    }

    /// Writes down what this run found out about blobs, for the next one. What is not `used` may be
    /// forgotten. Where nothing can be written, the next one reads the blobs again.
    pub fn write_records(
        &self,
        edition: u64,
        fresh: &BTreeMap<ObjectId, Vec<u8>>,
        used: &dyn Fn(&ObjectId) -> bool,
    ) {
        let path = self.objects.records_file();
        // Another run may have written in the meantime.
        let records = Records::read(path, edition, self.layout.width);
        let _only_a_convenience = records.write(path, fresh, used);
    }

    /// Returns the folder that git runs hooks from, for this work tree.
    pub fn hooks_dir(&self) -> Result<PathBuf, Error> {
        // Read by git itself, because conditional includes and `git -c` may set it.
        let setting = finish(as_configured(&["config", "--type=path", "--get", "core.hooksPath"]))?;
        let path = String::from_utf8_lossy(&setting.stdout).trim_end_matches('\n').to_owned();
        match (setting.status.success() && !path.is_empty(), self.layout.bare) {
            (false, _) => Ok(self.layout.common_dir.join("hooks")),
            (true, true) => Ok(self.layout.git_dir.join(path)),
            (true, false) => Ok(self.work_tree()?.join(path)),
        }
    }

    /// Returns the top of the work tree.
    pub fn work_tree(&self) -> Result<PathBuf, Error> {
        match &self.work_tree {
            Some(path) => Ok(path.clone()),
            None if self.layout.bare => Err(Error::Bare { path: self.layout.git_dir.clone() }),
            None => answer(command(&["rev-parse", "--show-toplevel"])).map(PathBuf::from),
        }
    }

    /// Returns the short name of the branch that is checked out.
    pub fn branch(&self) -> Option<String> {
        let name = self.objects.backend().symbolic("HEAD")?;
        name.strip_prefix("refs/heads/").map(ToOwned::to_owned)
    }

    /// Returns a setting of git's configuration.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.objects.backend().setting(key)
    }

    /// Tells whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.layout.bare
    }

    /// Tells whether the history is cut off somewhere.
    pub fn is_shallow(&self) -> bool {
        !self.edge().is_empty()
    }

    /// Returns the commits whose parents a shallow clone left out.
    fn edge(&self) -> HashSet<ObjectId> {
        let text = fs::read_to_string(self.layout.common_dir.join("shallow")).unwrap_or_default();
        text.lines().filter_map(|line| ObjectId::from_hex(line.trim())).collect()
    }

    /// What is missing from a shallow clone is missing because it is shallow.
    fn at_the_edge(&self, error: Error) -> Error {
        match error {
            Error::MissingObject { .. } if self.is_shallow() => Error::Shallow,
            error => error,
        }
    }

    /// Returns the index file: the one that git hands to its hooks, else that of this work tree.
    fn index(&self) -> Result<PathBuf, Error> {
        match env::var_os("GIT_INDEX_FILE").filter(|path| !path.is_empty()).map(PathBuf::from) {
            None => Ok(self.layout.git_dir.join("index")),
            Some(path) if path.is_absolute() => Ok(path),
            // Git has gone to the top of the work tree when it looks.
            Some(path) => Ok(self.work_tree()?.join(path)),
        }
    }
}

fn objects(backend: Box<dyn Backend>, layout: &Layout) -> Rc<Objects> {
    Rc::new(Objects::new(backend, layout.width, state_dir(layout).join("blobs")))
}

fn state_dir(layout: &Layout) -> PathBuf {
    layout.common_dir.join("safe-migration")
}

/// Chooses what to say where neither reader opens the repository.
fn without_git(error: Error, refused: &git2::Error) -> Error {
    match error {
        Error::NoExecutable { .. } if refused.code() == git2::ErrorCode::NotFound => {
            Error::NotARepository { folder: env::current_dir().unwrap_or_default() }
        }
        error => error,
    }
}
