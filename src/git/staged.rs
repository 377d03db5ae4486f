//! The tree that a commit of an index would hold.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::git::error::Error;
use crate::git::program::{answer, command, finish};
use crate::git::uninterrupted::Uninterrupted;
use crate::snapshot::ObjectId;

/// Asks git for the tree of an index under another name, so that nothing of the user's is rewritten
/// and no lock is taken.
pub fn written_tree(index: &Path, git_dir: &Path) -> Result<ObjectId, Error> {
    let _until_it_is_taken_away = Uninterrupted::begin();
    let (folder, copy) = other_name(index)?;
    // Whatever git would do besides (a shared index, an untracked cache, a checksum) is for
    // the user's index.
    let plain = ["core.splitIndex=false", "core.untrackedCache=false", "index.skipHash=true"];
    let settings = plain.iter().flat_map(|setting| ["-c", setting]);
    let arguments: Vec<&str> = settings.chain(["write-tree", "--missing-ok"]).collect();
    let mut write = command(&arguments);
    // Where git writes an index, it looks again at the files that are as old as that, through the
    // filters that attributes name: here it finds none.
    write.current_dir(folder.path()).env("GIT_WORK_TREE", folder.path());
    write.env("GIT_DIR", git_dir).env("GIT_INDEX_FILE", &copy);
    match answer(write) {
        Ok(id) => ObjectId::from_hex(&id).ok_or_else(|| Error::Refused {
            command: "write-tree".into(),
            message: format!("`{id}`"),
        }),
        Err(error) => Err(first_conflict(&copy)?.map_or(error, |path| Error::Conflict { path })),
    }
}

/// Gives an index another name in a folder of its own. Git never changes an index in place, but
/// writes another and renames that, so a hard link is as good as a copy where the file system
/// allows one.
fn other_name(index: &Path) -> Result<(TempDir, PathBuf), Error> {
    if let Some(folder) = index.parent().and_then(|beside| named().tempdir_in(beside).ok()) {
        let copy = folder.path().join("index");
        if fs::hard_link(index, &copy).is_ok() {
            return Ok((folder, copy));
        }
    }
    let folder =
        named().tempdir().map_err(|source| Error::File { path: env::temp_dir(), source })?;
    let copy = folder.path().join("index");
    fs::copy(index, &copy).map_err(|source| Error::Index { path: index.to_owned(), source })?;
    Ok((folder, copy))
}

fn named() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("safe-migration-");
    builder
}

/// Returns the first path of an index that is in conflict.
fn first_conflict(index: &Path) -> Result<Option<String>, Error> {
    let mut list = command(&["ls-files", "--unmerged", "--full-name", "-z", ":/"]);
    list.env("GIT_INDEX_FILE", index);
    let listed = finish(list)?.stdout;
    let row = listed.split(|&byte| byte == 0).next().unwrap_or_default();
    let path = row.splitn(2, |&byte| byte == b'\t').nth(1);
    Ok(path.map(|path| String::from_utf8_lossy(path).into_owned()))
}
