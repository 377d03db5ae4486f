//! Which commits of a range concern some paths.

use std::collections::HashMap;
use std::rc::Rc;

use crate::git::commit::Commit;
use crate::git::error::Error;
use crate::git::objects::Objects;
use crate::snapshot::ObjectId;

/// What stands at several paths of one commit.
type Ids = Rc<[Option<ObjectId>]>;

/// Keeps the commits that make something of their own at one of the paths: what stands there
/// differs from every parent. Only ids are compared. The empty path is the whole tree.
pub fn changing(
    objects: &Objects,
    commits: Vec<Commit>,
    paths: &[&str],
) -> Result<Vec<Commit>, Error> {
    let mut known: HashMap<ObjectId, Ids> = HashMap::new();
    for commit in &commits {
        let ids = ids_at(objects, &commit.tree, paths)?;
        known.insert(commit.id, ids);
    }
    let mut changing = Vec::new();
    for commit in commits {
        for parent in &commit.parents {
            if !known.contains_key(parent) {
                let tree = objects.commit(parent)?.tree;
                known.insert(*parent, ids_at(objects, &tree, paths)?);
            }
        }
        if makes(&commit, &known) {
            changing.push(commit);
        }
    }
    Ok(changing)
}

fn ids_at(objects: &Objects, tree: &ObjectId, paths: &[&str]) -> Result<Ids, Error> {
    let id = |path: &&str| match path.is_empty() {
        true => Ok(Some(*tree)),
        false => objects.entry(tree, path).map(|entry| entry.map(|entry| entry.id)),
    };
    paths.iter().map(id).collect()
}

/// Tells whether a commit differs from all of its parents somewhere. Without parents all that
/// stands there is new.
fn makes(commit: &Commit, known: &HashMap<ObjectId, Ids>) -> bool {
    let Some(own) = known.get(&commit.id) else { return false };
    own.iter().enumerate().any(|(at, id)| {
        let mut parents = commit.parents.iter().filter_map(|parent| known.get(parent)?.get(at));
        if commit.parents.is_empty() { id.is_some() } else { parents.all(|parent| parent != id) }
    })
}
