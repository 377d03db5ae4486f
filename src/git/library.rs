//! The reader that is libgit2.
//!
//! Only its object database, references, configuration and walks are used: its index is slow,
//! counts entries that are merely intended, and refuses split and sparse ones.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, Repository, Sort};

use crate::git::backend::{Backend, Layout, Object, ObjectKind};
use crate::git::error::Error;
use crate::snapshot::ObjectId;

/// A repository as libgit2 reads it.
pub struct Library {
    repository: Repository,
}

impl Library {
    /// Opens the repository that git's environment variables name, else the one around the current
    /// folder.
    pub fn open() -> Result<Self, git2::Error> {
        // Git does not verify either what it reads a thousand times a day; `git fsck` does.
        git2::opts::strict_hash_verification(false);
        // Trees are kept by whoever reads them; an audit comes by old objects no more.
        git2::opts::enable_caching(false);
        Repository::open_from_env().map(|repository| Library { repository })
    }

    /// Returns where the repository lies.
    pub fn layout(&self) -> Layout {
        let work_tree_is_named = std::env::var_os("GIT_WORK_TREE").is_some();
        Layout {
            git_dir: plain(self.repository.path()),
            common_dir: plain(self.repository.commondir()),
            bare: self.repository.is_bare() && !work_tree_is_named,
            width: 20,
        }
    }

    /// Returns the top of the work tree; nothing where git's environment variables may say
    /// otherwise.
    pub fn work_tree(&self) -> Option<PathBuf> {
        // A relative GIT_WORK_TREE is resolved against the git directory by libgit2, and a lone
        // GIT_DIR makes the current folder the work tree only for git.
        let named =
            ["GIT_DIR", "GIT_WORK_TREE"].iter().any(|name| std::env::var_os(name).is_some());
        if named { None } else { self.repository.workdir().map(plain) }
    }

    fn commit_named(&self, name: &str) -> Option<ObjectId> {
        let commit = self.repository.find_reference(name).ok()?.peel_to_commit().ok()?;
        Some(ours(commit.id()))
    }
}

impl Backend for Library {
    fn object(&self, id: &ObjectId) -> Result<Option<Object>, Error> {
        let Ok(id) = Oid::from_bytes(id.as_bytes()) else { return Ok(None) };
        let database = self.repository.odb()?;
        match database.read(id) {
            Ok(object) => {
                Ok(Some(Object { kind: kind(object.kind()), bytes: object.data().to_vec() }))
            }
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn head(&self) -> Result<Option<ObjectId>, Error> {
        let head = self.repository.head().and_then(|head| head.peel_to_commit());
        match head {
            Ok(commit) => Ok(Some(ours(commit.id()))),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(Error::Head { why: error.message().to_owned() }),
        }
    }

    fn symbolic(&self, name: &str) -> Option<String> {
        let reference = self.repository.find_reference(name).ok()?;
        reference.symbolic_target().ok()?.map(ToOwned::to_owned)
    }

    fn reference(&self, name: &str) -> Option<ObjectId> {
        self.commit_named(name)
    }

    fn references(&self) -> Vec<String> {
        let Ok(references) = self.repository.references() else { return Vec::new() };
        references
            .flatten()
            .filter_map(|reference| reference.name().ok().map(ToOwned::to_owned))
            .collect()
    }

    fn resolve(&self, revision: &str) -> Option<ObjectId> {
        let object = self.repository.revparse_single(revision).ok()?;
        Some(ours(object.peel_to_commit().ok()?.id()))
    }

    fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Error> {
        match self.repository.merge_base(theirs(one)?, theirs(other)?) {
            Ok(base) => Ok(Some(ours(base))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn walk(&self, hidden: &[ObjectId], to: &ObjectId) -> Result<Vec<ObjectId>, Error> {
        let mut walk = self.repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        walk.push(theirs(to)?)?;
        for id in hidden {
            walk.hide(theirs(id)?)?;
        }
        walk.map(|id| Ok(ours(id?))).collect()
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.repository.config().ok()?.get_string(key).ok()
    }

    fn promises(&self) -> bool {
        let Ok(config) = self.repository.config() else { return false };
        let Ok(mut entries) = config.entries(Some(
            r"^(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$",
        )) else {
            return false;
        };
        entries.next().is_some()
    }
}

/// Drops the slash that libgit2 puts behind the names of folders.
fn plain(folder: &Path) -> PathBuf {
    folder.components().collect()
}

fn ours(id: Oid) -> ObjectId {
    ObjectId::from_bytes(id.as_bytes())
}

fn theirs(id: &ObjectId) -> Result<Oid, Error> {
    Oid::from_bytes(id.as_bytes()).map_err(|_| Error::MissingObject { id: *id })
}

fn kind(kind: ObjectType) -> ObjectKind {
    match kind {
        ObjectType::Commit => ObjectKind::Commit,
        ObjectType::Tree => ObjectKind::Tree,
        ObjectType::Blob => ObjectKind::Blob,
        _ => ObjectKind::Other,
    }
}
