//! The hooks that stand before a push: `pre-push` where one pushes, `pre-receive` on the server.
//!
//! Both read from standard input which branch moves from which commit to which. Each is judged like
//! a change of its own: what the other side has already is where it starts, and what upstream has
//! is not judged again.

use std::env;
use std::io::Read;
use std::rc::Rc;

use crate::change::overrides::{Overrides, Trusted};
use crate::change::trees::Change;
use crate::change::{concern, project_input, review};
use crate::cli::args::options::Judging;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::{check, gate};
use crate::git::references::Upstream;
use crate::git::repository::Repository;
use crate::report::telling::Occasion;
use crate::rule::after_merge::Step;
use crate::snapshot::ObjectId;

/// How much is read of what git hands over.
const INPUT: u64 = 1 << 24;

/// A branch that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Update {
    /// The name of the branch on the other side.
    name: String,
    /// Where it is there; nothing where it is new.
    old: Option<ObjectId>,
    /// Where it goes.
    new: ObjectId,
}

impl Update {
    fn is_branch(&self) -> bool {
        self.name.starts_with("refs/heads/")
    }

    /// What is tagged is deployed, and what is pushed for review (`refs/for/main`) is merged. Git's
    /// notes and a server's own settings are histories of other files.
    fn holds_a_project(&self) -> bool {
        !["refs/notes/", "refs/meta/"].iter().any(|prefix| self.name.starts_with(prefix))
    }
}

/// Judges what is about to be pushed.
pub fn before_push(
    repository: &Repository,
    judging: &Judging,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let updates = match gate::refs() {
        // A framework has read standard input itself and hands on the first branch only.
        Some((from, to)) => vec![Update {
            name: env::var("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_else(|_| to.clone()),
            old: Some(repository.resolve(&from)?),
            new: repository.resolve(&to)?,
        }],
        None => match updates(&standard_input()?, of_push)? {
            updates if updates.is_empty() && env::var_os("PRE_COMMIT").is_some() => {
                first_push(repository)?
            }
            updates => updates,
        },
    };
    let find = |settings: Option<&str>| repository.upstream(settings);
    judge(repository, &updates, &find, &judging.overrides_in(repository)?, judging, output)
}

/// Judges what a server is about to take, by the settings of its default branch: what is pushed
/// does not say how it is judged.
pub fn before_receive(
    repository: &Repository,
    judging: &Judging,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let updates = updates(&standard_input()?, |line| [line[2], line[0], line[1]])?;
    let branches: Vec<Update> = updates.into_iter().filter(Update::holds_a_project).collect();
    let released = released(repository)?;
    let find = |settings: Option<&str>| match settings {
        Some(_) => repository.upstream(settings),
        None => Ok(released.clone()),
    };
    let mut overrides = judging.overrides_in(repository)?;
    if let (None, None, Some(Upstream { name, commit })) =
        (&overrides.trusted, &overrides.config, &released)
    {
        let tree = Rc::new(repository.snapshot(Some(&repository.tree_of(commit)?)));
        overrides.trusted = Some(Trusted { name: name.clone(), tree });
    }
    judge(repository, &branches, &find, &overrides, judging, output)
}

/// What is released on a server: the branch that its HEAD names. Of a server whose HEAD names a
/// branch that nobody has pushed, a branch with a usual name; what is pushed first of all, to a
/// server that has neither, has nothing to be held against.
fn released(repository: &Repository) -> Result<Option<Upstream>, Error> {
    if let Some(commit) = repository.head()? {
        let name = repository.branch().unwrap_or_else(|| "HEAD".to_owned());
        return Ok(Some(Upstream { name, commit }));
    }
    let usual = ["main", "master", "trunk", "develop"].into_iter().find_map(|name| {
        let commit = repository.resolve(&format!("refs/heads/{name}")).ok()?;
        Some(Upstream { name: name.to_owned(), commit })
    });
    Ok(usual)
}

/// Before the first push to a remote, frameworks name no commits at all.
fn first_push(repository: &Repository) -> Result<Vec<Update>, Error> {
    let branch = env::var("PRE_COMMIT_LOCAL_BRANCH").ok().filter(|name| !name.is_empty());
    let name = branch.unwrap_or_else(|| "HEAD".to_owned());
    Ok(vec![Update { old: None, new: repository.resolve(&name)?, name }])
}

fn standard_input() -> Result<String, Error> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(INPUT).read_to_end(&mut bytes)?;
    // What is cut off would not be judged.
    if read as u64 == INPUT {
        return Err(unread("it is longer than what is read"));
    }
    // Names of branches are bytes; nothing is looked up by them.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What cannot be read is not judged, and no pass.
fn unread(why: &str) -> Error {
    Error::Refused {
        why: format!("what git hands to this hook on standard input cannot be read: {why}"),
        hint: "git writes a line for each branch: two commits and the names of the branch"
            .to_owned(),
    }
}

/// Reads the lines that git hands over; `places` picks name, old and new. Branches that are deleted
/// are left out.
fn updates(
    text: &str,
    places: impl for<'a> Fn(&[&'a str]) -> [&'a str; 3],
) -> Result<Vec<Update>, Error> {
    let update = |line: &str| {
        let mut words: Vec<&str> = line.split(' ').collect();
        words.resize(words.len().max(4), "");
        let [name, old, new] = places(&words);
        match (some(old), some(new)) {
            (Some(old), Some(new)) => Ok(new.map(|new| Update { name: name.to_owned(), old, new })),
            _ => Err(unread(&format!("`{line}`"))),
        }
    };
    text.lines()
        .filter(|line| !line.is_empty())
        .filter_map(|line| update(line).transpose())
        .collect()
}

/// The words of a line of `pre-push`. Its first name is what was typed, which may hold spaces:
/// `git push origin "HEAD^{/add email}:x"`.
fn of_push<'a>(words: &[&'a str]) -> [&'a str; 3] {
    let last = words.len() - 1;
    [words[last - 1], words[last], words[last - 2]]
}

/// Reads an id; zeros name nothing.
fn some(hex: &str) -> Option<Option<ObjectId>> {
    let id = ObjectId::from_hex(hex)?;
    Some(Some(id).filter(|id| id.as_bytes().iter().any(|byte| *byte != 0)))
}

/// Finds what is released, by the name that the settings give it or by what the repository says.
type FindUpstream<'a> =
    &'a dyn Fn(Option<&str>) -> Result<Option<Upstream>, crate::git::error::Error>;

/// Judges each branch for itself; the worst answer counts.
fn judge(
    repository: &Repository,
    updates: &[Update],
    upstream: FindUpstream<'_>,
    overrides: &Overrides,
    judging: &Judging,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let mut worst = ExitStatus::Clean;
    let mut seen = Vec::new();
    for update in updates {
        if seen.contains(&(update.old, update.new)) {
            continue;
        }
        seen.push((update.old, update.new));
        let status = judge_one(repository, update, upstream, overrides, judging, output)?;
        if status != ExitStatus::Clean && updates.len() > 1 {
            output.notice(&format!("that was `{}`", update.name));
        }
        worst = match (worst, status) {
            (ExitStatus::Broken, _) | (_, ExitStatus::Broken) => ExitStatus::Broken,
            (ExitStatus::Blocked, _) | (_, ExitStatus::Blocked) => ExitStatus::Blocked,
            _ => ExitStatus::Clean,
        };
    }
    Ok(worst)
}

fn judge_one(
    repository: &Repository,
    update: &Update,
    upstream: FindUpstream<'_>,
    overrides: &Overrides,
    judging: &Judging,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let new = match repository.resolve(&update.new.to_string()) {
        Ok(new) => new,
        // A tag may name something that is no commit.
        Err(_) if !update.is_branch() && repository.holds(&update.new) => {
            return Ok(ExitStatus::Clean);
        }
        Err(error) => return Err(error.into()),
    };
    let commit = repository.commit(&new)?;
    let known = update.old.filter(|old| repository.holds(old));
    let found = upstream(None)?;
    // What shares no commit with what is there is judged as what takes its place.
    let start = match known.or(found.as_ref().map(|found| found.commit)) {
        Some(there) => Some(repository.merge_base(&there, &new)?.unwrap_or(there)),
        None => None,
    };
    let mut change = match start {
        Some(start) if start == new => return Ok(ExitStatus::Clean),
        Some(start) => Change::since(repository, &start, &commit)?,
        // Nothing tells what of all this is new: what it comes to is judged, and not its past.
        None => Change::state_of(repository, &commit),
    };
    if let (None, Some(found)) = (known, found) {
        change.set_upstream(repository, found.name, &found.commit, &new)?;
    }
    let Some(concerned) = concern::concerned(&change, overrides)? else {
        return Ok(ExitStatus::Clean);
    };
    change.step = Step::Publication;
    if start.is_some() {
        let released = upstream(concerned.upstream())?;
        let (name, tip) = match (&released, known) {
            (Some(released), _) => (released.name.clone(), released.commit),
            (None, Some(old)) => (update.name.clone(), old),
            (None, None) => return Ok(ExitStatus::Clean),
        };
        change.set_upstream(repository, name, &tip, &new)?;
    }
    let inputs = project_input::inputs_of(repository, &mut change, concerned, overrides)?;
    let review = review::judge(repository, &inputs, &change, overrides);
    check::tell(repository, Some(review), Occasion::Push, judging, output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_hands_over_is_read_and_deletions_are_left_out() {
        let (a, b, zero) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let push = format!(
            "HEAD^{{/add x}} {a} refs/heads/y {b}\nrefs/heads/n {a} refs/heads/n {zero}\n\
             (delete) {zero} refs/heads/d {b}\n"
        );
        let read = updates(&push, of_push).unwrap();
        let reported: Vec<(&str, bool)> =
            read.iter().map(|update| (update.name.as_str(), update.old.is_some())).collect();
        assert_eq!(reported, [("refs/heads/y", true), ("refs/heads/n", false)]);
        let receive = format!("{zero} {a} refs/heads/x\n{b} {zero} refs/heads/d\n");
        let of_receive = |text: &str| updates(text, |line| [line[2], line[0], line[1]]);
        let read = of_receive(&receive).unwrap();
        assert_eq!(read.len(), 1);
        for nonsense in ["nonsense\n", "x y z\n", &format!("{zero}\n")] {
            assert!(of_receive(&format!("{receive}{nonsense}")).is_err(), "{nonsense}");
        }
        assert_eq!((read[0].name.as_str(), read[0].old), ("refs/heads/x", None));
    }
}
