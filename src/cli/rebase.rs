//! `rebase`: revisions that nobody else has follow upstream's head.

use std::rc::Rc;

use crate::change::repoint;
use crate::change::sides::{self, Sides};
use crate::cli::args::verbs::RebaseArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::writing::Writing;
use crate::git::repository::Repository;

/// Puts what this work adds behind upstream's head, project by project.
pub fn run(args: &RebaseArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let sides = sides::read(&repository, &args.reading.overrides_in(&repository)?)?;
    let mut report = String::new();
    for side in &sides {
        report += &one(&repository, side, Writing::of(args.dry_run), output)?;
    }
    if report.is_empty() {
        let upstream = sides.iter().find_map(|side| side.upstream.as_deref());
        report = match upstream {
            Some(name) => {
                format!("nothing to move: merged with `{name}`, this work has one head\n")
            }
            None => return Err(Error::NoUpstream),
        };
    }
    output.write(&report)?;
    Ok(ExitStatus::Clean)
}

fn one(
    repository: &Repository,
    side: &Sides,
    writing: Writing,
    output: &Output,
) -> Result<String, Error> {
    let (Some(theirs), Some(upstream)) = (&side.theirs, &side.upstream) else {
        return Ok(String::new());
    };
    let plan = repoint::plan(&side.ours, theirs, &|tree| side.reread(tree))
        .map_err(|refusal| Error::Refused { why: refusal.why, hint: refusal.hint })?;
    if plan.draft.is_empty() {
        return Ok(String::new());
    }
    writing.perform(repository, side.ours.snapshot(), &plan.draft, output)?;
    let mut report: String = plan.moves.iter().map(|line| format!("{line}\n")).collect();
    let is_absent = |id: &&Rc<str>| side.ours.graph().node(id).is_none();
    if let Some(id) = plan.onto.iter().find(is_absent) {
        report += &format!("`{id}` is not in this tree yet: git merge {upstream}\n");
    }
    report += match writing {
        Writing::DryRun => "nothing is written (--dry-run)\n",
        Writing::Real => "nothing is staged: look at it (git diff), then git add\n",
    };
    Ok(report)
}
