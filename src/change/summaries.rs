//! What this run found out about revisions and the next one need not find out again.

use std::collections::{BTreeMap, HashSet};

use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;
use crate::alembic::summary;
use crate::git::repository::Repository;
use crate::snapshot::ObjectId;

/// Writes down what the blobs of some histories say, if many of them had to be read for that. The
/// histories must be of trees that git holds.
pub fn keep<'a>(repository: &Repository, histories: impl IntoIterator<Item = &'a History>) {
    let files: Vec<&RevisionFile> = histories.into_iter().flat_map(History::files).collect();
    let unknown = files.iter().filter(|file| file.is_unsummarized());
    let unknown: BTreeMap<ObjectId, &&RevisionFile> =
        unknown.map(|file| (file.entry.id, file)).collect();
    if !repository.lacks_records(summary::EDITION, unknown.len()) {
        return;
    }
    let used: HashSet<ObjectId> = files.iter().map(|file| file.entry.id).collect();
    let fresh = unknown.into_iter().map(|(id, file)| (id, file.summary())).collect();
    repository.write_records(summary::EDITION, &fresh, &|id| used.contains(id));
}
