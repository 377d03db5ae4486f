//! `rebase`: revisions that nobody else has follow upstream's head.

use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::graph::Node;
use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;
use crate::alembic::rewrite;
use crate::change::draft::Draft;
use crate::rule::code;
use crate::snapshot::Snapshot;

/// What a rebase would write, and what it comes to.
#[derive(Debug, Default)]
pub struct Repointing {
    /// The files.
    pub draft: Draft,
    /// One sentence for each revision that moves.
    pub moves: Vec<String>,
    /// The heads of upstream that the work follows then.
    pub onto: Vec<Rc<str>>,
}

/// Why revisions cannot be put behind upstream's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub why: String,
    /// What to do instead.
    pub hint: String,
}

/// How a history would be read from another tree.
pub type Reread<'a> = &'a dyn Fn(&Rc<Snapshot>) -> (History, History);

/// Plans how what `ours` has and `theirs` lacks follows the head of `theirs`. `reread` reads our
/// history and the merged one of an edited tree.
pub fn plan(ours: &History, theirs: &History, reread: Reread<'_>) -> Result<Repointing, Refusal> {
    let mut plan = Repointing::default();
    let tree = ours.snapshot();
    new_ids(ours, theirs, &mut plan)?;
    let (mine, merged) = reread(&plan.draft.over(tree));
    let rivals = rivals(&merged, theirs);
    for heads in rivals {
        repoint(&mine, &merged, theirs, &heads, &mut plan)?;
    }
    Ok(plan)
}

/// Returns the heads that nothing tells apart, where upstream has one of them and lacks another.
fn rivals(merged: &History, theirs: &History) -> Vec<Vec<Rc<str>>> {
    let is_theirs = |head: &&Node| theirs.graph().node(&head.id).is_some();
    let meet = |group: &Vec<&Node>| group.iter().any(is_theirs) && !group.iter().all(is_theirs);
    let ids = |group: Vec<&Node>| group.into_iter().map(|head| head.id.clone()).collect();
    merged.graph().rival_tips().into_iter().filter(meet).map(ids).collect()
}

fn repoint(
    mine: &History,
    merged: &History,
    theirs: &History,
    heads: &[Rc<str>],
    plan: &mut Repointing,
) -> Result<(), Refusal> {
    let is_theirs = |id: &str| theirs.graph().node(id).is_some();
    let upstream: Vec<&Rc<str>> = heads.iter().filter(|head| is_theirs(head)).collect();
    let [onto] = upstream.as_slice() else {
        let names: Vec<&str> = upstream.iter().map(|head| &***head).collect();
        return Err(Refusal {
            why: format!("upstream itself has several heads: {}", code::listed(&names)),
            hint: "let them be merged there first, and take that in".to_owned(),
        });
    };
    let mut own: HashSet<Rc<str>> = HashSet::new();
    for head in heads.iter().filter(|head| !is_theirs(head)) {
        own.extend(merged.graph().ancestor_set(head).into_iter().filter(|id| !is_theirs(id)));
        own.insert(head.clone());
    }
    let order: Vec<Rc<str>> =
        merged.graph().pending(&HashSet::new()).into_iter().filter(|id| own.contains(id)).collect();
    let mut tail: Rc<str> = (*onto).clone();
    let mut number = merged.file(onto).and_then(|file| Numbered::of(file.name()));
    for root in order.iter().filter(|id| is_root(merged, id, &own)) {
        let chain: Vec<Rc<str>> =
            order.iter().filter(|id| *id == root || leads_to(merged, root, id)).cloned().collect();
        tail = one_chain(mine, &chain, root, &tail, &mut number, plan)?;
    }
    plan.onto.push((*onto).clone());
    Ok(())
}

/// Tells whether none of a revision's parents is among some.
fn is_root(merged: &History, id: &str, own: &HashSet<Rc<str>>) -> bool {
    let node = merged.graph().node(id);
    node.is_some_and(|node| !node.down_revisions.iter().any(|parent| own.contains(parent)))
}

fn leads_to(merged: &History, root: &str, id: &str) -> bool {
    merged.graph().ancestor_set(id).contains(root)
}

/// Puts a chain behind a revision, and returns the head that it ends in.
fn one_chain(
    mine: &History,
    chain: &[Rc<str>],
    root: &str,
    behind: &Rc<str>,
    number: &mut Option<Numbered>,
    plan: &mut Repointing,
) -> Result<Rc<str>, Refusal> {
    let unknown = |id: &str| Refusal {
        why: format!("`{id}` stands in no file of what is staged"),
        hint: "stage what the branch holds (git add), and try once more".to_owned(),
    };
    let file = mine.file(root).ok_or_else(|| unknown(root))?;
    let header = file.header.header().ok_or_else(|| unknown(root))?;
    if header.down_revisions.len() > 1 {
        return Err(Refusal {
            why: format!(
                "`{root}` is a merge revision, which has no one parent to be put elsewhere"
            ),
            hint: "merge its head with upstream's: safe-migration merge".to_owned(),
        });
    }
    let heads: Vec<&Rc<str>> = chain
        .iter()
        .filter(|id| !chain.iter().any(|other| parents(mine, other).contains(&id.to_string())))
        .collect();
    let [head] = heads.as_slice() else {
        return Err(Refusal {
            why: format!("what follows `{root}` has several heads of its own"),
            hint: "merge those first: safe-migration merge".to_owned(),
        });
    };
    let old = header.down_revisions.first().map(String::as_str);
    let text = text_of(mine, file, plan);
    let text = rewrite::follow(&text, file.name(), old, behind).ok_or_else(|| unwritten(file))?;
    plan.draft.change(&file.path, file.path.to_string(), text);
    plan.moves.push(format!(
        "`{root}` follows `{behind}` instead of {}",
        old.map_or_else(|| "nothing".to_owned(), |old| format!("`{old}`"))
    ));
    let renamed = renumber(mine, chain, number, plan);
    Ok(renamed.unwrap_or_else(|| (*head).clone()))
}

fn unwritten(file: &RevisionFile) -> Refusal {
    Refusal {
        why: format!("the header of `{}` is not written as plain strings", file.path),
        hint: "change it by hand".to_owned(),
    }
}

fn parents(history: &History, id: &str) -> Vec<String> {
    let header = history.file(id).and_then(|file| file.header.header());
    header.map(|header| header.down_revisions.clone()).unwrap_or_default()
}

/// Returns the text that a file would have so far.
fn text_of(mine: &History, file: &RevisionFile, plan: &Repointing) -> String {
    let drafted = plan.draft.files().find(|(path, _)| *path == &*file.path);
    let now = || mine.snapshot().text(&file.path).map(|text| text.content().to_owned());
    drafted.map(|(_, drafted)| drafted.text.clone()).or_else(now).unwrap_or_default()
}

/// A file name that begins with a number: `0007_add_email.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbered {
    number: u64,
    width: usize,
}

/// The longest number that counts files; what is longer is a date.
const DIGITS: usize = 6;

impl Numbered {
    fn of(name: &str) -> Option<Self> {
        let width = name.bytes().take_while(u8::is_ascii_digit).count();
        let ends = name.get(width..)?.starts_with(['_', '-', '.']);
        let number = name.get(..width)?.parse().ok()?;
        (ends && width <= DIGITS && !is_date(name)).then_some(Numbered { number, width })
    }

    fn written(self) -> String {
        format!("{:0width$}", self.number, width = self.width)
    }
}

/// Tells whether a name begins with a day: `2024-03-27-10.15.00_ab12_add_email.py`.
fn is_date(name: &str) -> bool {
    let mut parts = name.split(['-', '_', '.']);
    let mut of_width = |width: usize| {
        parts.next().is_some_and(|part| {
            part.len() == width && part.bytes().all(|letter| letter.is_ascii_digit())
        })
    };
    of_width(4) && of_width(2) && of_width(2)
}

/// Numbers the files of a chain behind the last one of upstream, where all of them are numbered;
/// an id that begins with the number changes with it.
fn renumber(
    mine: &History,
    chain: &[Rc<str>],
    last: &mut Option<Numbered>,
    plan: &mut Repointing,
) -> Option<Rc<str>> {
    let start = (*last)?;
    let files: Vec<&RevisionFile> = chain.iter().filter_map(|id| mine.file(id)).collect();
    let numbers: Vec<Numbered> =
        files.iter().filter_map(|file| Numbered::of(file.name())).collect();
    if numbers.len() != chain.len() || numbers.first()?.number > start.number {
        *last = numbers.last().copied().or(*last);
        return None;
    }
    let mut head = None;
    let mut renamed: Vec<(String, String)> = Vec::new();
    for (at, (file, old)) in files.iter().zip(&numbers).enumerate() {
        let new = Numbered { number: start.number + 1 + at as u64, width: old.width };
        let id = file.header.revision().unwrap_or_default();
        let new_id = id.strip_prefix(&old.written()).map(|rest| new.written() + rest);
        renumber_one(mine, file, (*old, new), new_id.as_deref(), &renamed, plan);
        if let Some(new_id) = new_id {
            renamed.push((id.to_owned(), new_id.clone()));
            head = Some(Rc::from(new_id));
        } else {
            head = Some(Rc::from(id));
        }
        *last = Some(new);
    }
    head
}

fn renumber_one(
    mine: &History,
    file: &RevisionFile,
    (old, new): (Numbered, Numbered),
    id: Option<&str>,
    renamed: &[(String, String)],
    plan: &mut Repointing,
) {
    let mut text = text_of(mine, file, plan);
    for parent in parents(mine, file.header.revision().unwrap_or_default()) {
        let called = renamed.iter().find(|(was, _)| *was == parent);
        if let Some((was, now)) = called
            && let Some(followed) = rewrite::follow(&text, file.name(), Some(was), now)
        {
            text = followed;
        }
    }
    if let Some(called) = id.and_then(|id| rewrite::call(&text, file.name(), id)) {
        text = called;
    }
    let folder = file.path.strip_suffix(file.name()).unwrap_or_default();
    let name = format!("{}{}", new.written(), rest(file.name(), old.width));
    plan.moves.push(format!("{} becomes {name}", file.name()));
    plan.draft.change(&file.path, format!("{folder}{name}"), text);
}

/// Returns a name behind the number that it begins with.
fn rest(name: &str, width: usize) -> &str {
    name.get(width..).unwrap_or_default()
}

/// Gives another id to what upstream has under another path: Alembic would load one of the two.
fn new_ids(ours: &History, theirs: &History, plan: &mut Repointing) -> Result<(), Refusal> {
    let highest = |history: &History| {
        let numbers = history.files().iter().filter_map(|file| Numbered::of(file.name()));
        numbers.map(|number| number.number).max().unwrap_or_default()
    };
    let mut next = highest(ours).max(highest(theirs));
    let is_twin = |file: &&RevisionFile| {
        let twin = file.header.revision().and_then(|id| theirs.file(id));
        twin.is_some_and(|twin| twin.path != file.path && twin.entry.id != file.entry.id)
            && theirs.file_at(&file.path).is_none()
    };
    let mut called: Vec<(String, String)> = Vec::new();
    for file in ours.files().iter().filter(is_twin) {
        let old = file.header.revision().unwrap_or_default();
        let number = Numbered::of(file.name());
        let written =
            number.map(Numbered::written).filter(|number| old.starts_with(number.as_str()));
        let (id, name) = match (number, written) {
            (Some(number), Some(written)) => {
                next += 1;
                let new = Numbered { number: next, ..number }.written();
                (new.clone() + rest(old, written.len()), new + rest(file.name(), written.len()))
            }
            _ => {
                let id = code::new_id(&file.path);
                let name = file.name().replace(old, &id);
                (id, name)
            }
        };
        let text = text_of(ours, file, plan);
        let text = rewrite::call(&text, file.name(), &id).ok_or_else(|| unwritten(file))?;
        let folder = file.path.strip_suffix(file.name()).unwrap_or_default();
        plan.draft.change(&file.path, format!("{folder}{name}"), text);
        plan.moves
            .push(format!("`{old}` of {} is called `{id}`: upstream has the id", file.name()));
        called.push((old.to_owned(), id));
    }
    follow_new_ids(ours, theirs, &called, plan)
}

/// Lets what follows a revision that has another id now name it so.
fn follow_new_ids(
    ours: &History,
    theirs: &History,
    called: &[(String, String)],
    plan: &mut Repointing,
) -> Result<(), Refusal> {
    for file in ours.files().iter().filter(|file| theirs.file_at(&file.path).is_none()) {
        let Some(header) = file.header.header() else { continue };
        for (old, new) in called.iter().filter(|(old, _)| header.down_revisions.contains(old)) {
            let place =
                plan.draft.files().find(|(_, drafted)| drafted.was.as_deref() == Some(&file.path));
            let place = place.map_or_else(|| file.path.to_string(), |(path, _)| path.to_owned());
            let text = plan
                .draft
                .files()
                .find(|(path, _)| *path == place)
                .map(|(_, file)| file.text.clone());
            let text = text.unwrap_or_else(|| text_of(ours, file, plan));
            let text = rewrite::follow(&text, file.name(), Some(old), new)
                .ok_or_else(|| unwritten(file))?;
            plan.draft.change(&place, place.clone(), text);
        }
    }
    Ok(())
}
