//! Who made what upstream has of its own.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::change::today;
use crate::change::upstream::UpstreamCommits;
use crate::git::repository::Repository;
use crate::rule::after_merge::{AfterMerge, Authored};

/// Finds out who made the heads that would stand beside each other after the merge.
pub(super) fn name_authors(
    repository: &Repository,
    commits: UpstreamCommits,
    history: &History,
    merge: &mut AfterMerge,
) {
    let rivals = merge.rivals(history).into_iter().flatten();
    let files = rivals.filter_map(|head| merge.merged.file(&head.id));
    let twins = merge.merged.graph().duplicates().iter().flat_map(|twins| &twins.files);
    let twins = twins.map(|&at| &merge.merged.files()[at]);
    let paths: Vec<Rc<str>> = files.chain(twins).map(|file| file.path.clone()).collect();
    for path in paths {
        for tip in [commits.work, commits.tip] {
            // At the edge of a shallow clone nobody can be named.
            let made = repository
                .commits_changing(commits.base.as_ref(), &tip, &[&path])
                .unwrap_or_default();
            if let Some(commit) = made.last() {
                let (name, day) = (commit.author.name.clone(), today::day(commit.author.seconds));
                merge.authors.insert(path.clone(), Authored { name, day });
            }
        }
    }
}
