//! Where a tree differs from every one of several others.
//!
//! Trees are read side by side and only folders whose ids differ are entered, so the cost is that
//! of the change and not of the repository. With one other tree this is the plain difference of two
//! trees; with the parents of a merge it is what the merge itself makes.

use std::rc::Rc;

use crate::git::error::Error;
use crate::git::objects::Objects;
use crate::git::tree::{Row, TreeRows, readable};
use crate::snapshot::{Entry, Kind, ObjectId};

/// A path at which a tree differs from every one of the others. Folders are never named, only what
/// stands in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path from the root. Bytes that are not UTF-8 are written `\xNN`.
    pub path: Rc<str>,
    /// What stands there in the first of the others.
    pub old: Option<Entry>,
    /// What stands there now.
    pub new: Option<Entry>,
}

/// How many rows of differing folders are looked at before giving up: trees can be built that
/// unfold without end.
const ROWS: usize = 2_000_000;

/// A folder that differs from all its counterparts; the last of `trees` is the new one.
struct Folder {
    path: String,
    trees: Vec<Option<ObjectId>>,
}

/// Lists, by path, where `new` differs from every one of `olds`. No other tree is like an empty
/// one.
pub fn differences(
    objects: &Objects,
    olds: &[Option<ObjectId>],
    new: Option<ObjectId>,
) -> Result<Vec<Difference>, Error> {
    let empty = Some(objects.empty_tree());
    let mut trees: Vec<Option<ObjectId>> = if olds.is_empty() { vec![None] } else { olds.to_vec() };
    trees.push(new);
    trees.iter_mut().filter(|tree| **tree == empty).for_each(|tree| *tree = None);
    let mut pending: Vec<Folder> =
        if differs(&trees) { vec![Folder { path: String::new(), trees }] } else { Vec::new() };
    let mut found = Vec::new();
    let mut budget = ROWS;
    while let Some(folder) = pending.pop() {
        enter(objects, &folder, &mut budget, &mut pending, &mut found)?;
    }
    found.sort_by(|one: &Difference, other| one.path.cmp(&other.path));
    Ok(found)
}

/// Tells whether the last item equals none of the others.
fn differs<T: PartialEq>(items: &[T]) -> bool {
    items.split_last().is_some_and(|(new, olds)| olds.iter().all(|old| old != new))
}

/// Reads the counterparts of a folder side by side.
fn enter(
    objects: &Objects,
    folder: &Folder,
    budget: &mut usize,
    pending: &mut Vec<Folder>,
    found: &mut Vec<Difference>,
) -> Result<(), Error> {
    let raw: Result<Vec<_>, _> =
        folder.trees.iter().map(|tree| objects.tree(tree.as_ref())).collect();
    let raw = raw?;
    let mut sides: Vec<TreeRows<'_>> =
        raw.iter().map(|raw| TreeRows::new(raw, objects.width())).collect();
    let mut fronts: Vec<Option<Row<'_>>> = vec![None; sides.len()];
    let mut slots: Vec<Option<Row<'_>>> = vec![None; sides.len()];
    loop {
        let mut looked_at = 1;
        if let ([one, other], [None, None]) = (sides.as_mut_slice(), fronts.as_slice()) {
            looked_at += one.skip_common(other);
        }
        for side in 0..sides.len() {
            if fronts[side].is_none() {
                fronts[side] = advance(&mut sides[side], folder.trees[side])?;
            }
        }
        *budget = budget.checked_sub(looked_at).ok_or(Error::TooLarge { limit: ROWS })?;
        let Some(first) = fronts.iter().flatten().copied().min_by(Row::order) else {
            return Ok(());
        };
        for side in 0..sides.len() {
            slots[side] = fronts[side].take_if(|front| front.order(&first).is_eq());
        }
        if differs(&slots) {
            report(folder, &first, &slots, pending, found);
        }
    }
}

fn advance<'a>(rows: &mut TreeRows<'a>, tree: Option<ObjectId>) -> Result<Option<Row<'a>>, Error> {
    let id = tree.unwrap_or(ObjectId::from_bytes(&[]));
    rows.next().transpose().map_err(|_| Error::Malformed { id, expected: "tree" })
}

/// Notes what differs at one name: a folder is entered later, anything else is a difference.
fn report(
    folder: &Folder,
    first: &Row<'_>,
    slots: &[Option<Row<'_>>],
    pending: &mut Vec<Folder>,
    found: &mut Vec<Difference>,
) {
    let name = readable(first.name);
    let path =
        if folder.path.is_empty() { name.into_owned() } else { format!("{}/{name}", folder.path) };
    if first.kind == Kind::Folder {
        let trees = slots.iter().map(|slot| slot.map(|row| row.id)).collect();
        pending.push(Folder { path, trees });
        return;
    }
    let entry =
        |slot: Option<&Option<Row<'_>>>| slot.and_then(|slot| slot.as_ref().map(Row::entry));
    found.push(Difference {
        path: path.into(),
        old: entry(slots.first()),
        new: entry(slots.last()),
    });
}
