//! Names of branches, and the one that holds what is released.

use crate::git::backend::Backend;
use crate::snapshot::ObjectId;

/// The branch that others have already, by its short name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The name, as people write it.
    pub name: String,
    /// The commit at its tip.
    pub commit: ObjectId,
}

/// Finds the upstream branch where nobody configured one: the remote's default branch, else a local
/// `main` or `master` while another branch is checked out.
pub fn upstream(backend: &dyn Backend) -> Option<Upstream> {
    let head = backend.symbolic("HEAD");
    let local = ["refs/heads/main", "refs/heads/master"];
    let elsewhere = head.is_none_or(|head| !local.contains(&head.as_str()));
    let remote = ["refs/remotes/origin/main", "refs/remotes/origin/master"];
    let default = backend.symbolic("refs/remotes/origin/HEAD");
    let fixed =
        remote.into_iter().chain(local.into_iter().filter(|_| elsewhere)).map(ToOwned::to_owned);
    default.into_iter().chain(fixed).find_map(|name| {
        let commit = backend.reference(&name)?;
        Some(Upstream { name: short(&name).to_owned(), commit })
    })
}

/// Finds a reference that somebody may have meant: one whose name ends like that, behind a remote
/// or a folder.
pub fn nearest(backend: &dyn Backend, revision: &str) -> Option<String> {
    let wanted = format!("/{revision}");
    let names = backend.references();
    names.iter().map(|name| short(name)).find(|name| name.ends_with(&wanted)).map(ToOwned::to_owned)
}

/// Returns the commits at the tips of what has been fetched from any remote, or from the one that
/// is named.
pub fn remote_tips(backend: &dyn Backend, remote: Option<&str>) -> Vec<ObjectId> {
    let folder =
        remote.map_or("refs/remotes/".to_owned(), |remote| format!("refs/remotes/{remote}/"));
    let names = backend.references().into_iter().filter(|name| name.starts_with(&folder));
    names.filter_map(|name| backend.reference(&name)).collect()
}

/// Returns the name of a reference as people write it.
fn short(name: &str) -> &str {
    let rest = ["refs/heads/", "refs/remotes/", "refs/tags/", "refs/"];
    rest.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}
