//! `merge`: one revision brings several heads together.

use std::rc::Rc;

use crate::change::joining;
use crate::change::sides::{self, Sides};
use crate::cli::args::verbs::MergeArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::writing::Writing;
use crate::git::repository::Repository;

/// Writes a merge revision for the heads that are named, else for those that nothing tells apart.
pub fn run(args: &MergeArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let sides = sides::read(&repository, &args.reading.overrides_in(&repository)?)?;
    let mut report = String::new();
    for side in &sides {
        for heads in heads(side, &args.revisions) {
            report += &one(&repository, side, &heads, args, output)?;
        }
    }
    if report.is_empty() {
        match args.revisions.first() {
            Some(id) => return Err(Error::UnknownRevision { id: id.clone() }),
            None => report = "nothing to merge: every project has one head\n".to_owned(),
        }
    }
    output.write(&report)?;
    Ok(ExitStatus::Clean)
}

/// Returns the heads to merge: those that are named, those of what is staged, else those that
/// merging with upstream would make.
fn heads(side: &Sides, named: &[String]) -> Vec<Vec<Rc<str>>> {
    let (_, merged) = side.reread(side.ours.snapshot());
    if !named.is_empty() {
        let found: Vec<Rc<str>> = named
            .iter()
            .filter_map(|id| {
                let nodes = merged.graph().nodes().iter();
                nodes.map(|node| node.id.clone()).find(|other| other.starts_with(id.as_str()))
            })
            .collect();
        return if found.len() == named.len() { vec![found] } else { Vec::new() };
    }
    match joining::rival_heads(&side.ours) {
        groups if groups.is_empty() => joining::rival_heads(&merged),
        groups => groups,
    }
}

fn one(
    repository: &Repository,
    side: &Sides,
    heads: &[Rc<str>],
    args: &MergeArgs,
    output: &Output,
) -> Result<String, Error> {
    let (draft, revision) = joining::plan(&side.ours, heads, args.message.as_deref())
        .map_err(|refusal| Error::Refused { why: refusal.why, hint: refusal.hint })?;
    let writing = Writing::of(args.dry_run);
    writing.perform(repository, side.ours.snapshot(), &draft, output)?;
    let paths: Vec<&str> = draft.files().map(|(path, _)| path).collect();
    let mut report = format!(
        "`{}` merges {}: {}\n",
        revision.id,
        heads.iter().map(|head| format!("`{head}`")).collect::<Vec<_>>().join(" and "),
        paths.join(", ")
    );
    let is_absent = |id: &&Rc<str>| side.ours.graph().node(id).is_none();
    if let (Some(id), Some(upstream)) = (heads.iter().find(is_absent), &side.upstream) {
        report += &format!("`{id}` is not in this tree yet: git merge {upstream}\n");
    }
    report += match writing {
        Writing::DryRun => "nothing is written (--dry-run)\n",
        Writing::Real => "nothing is staged: look at it, then git add\n",
    };
    Ok(report)
}
