//! `check`: what is staged, a range, every migration, or some files.

use crate::change::project_input;
use crate::change::trees::Change;
use crate::cli::args::{CheckArgs, Common};
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::report;
use crate::report::telling::{Format, Occasion, Telling};
use crate::review::finding::{Decision, Review};

/// Reviews what is asked about and tells what was found.
pub fn run(args: &CheckArgs, common: &Common, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let mut change = match (&args.from, args.all, args.paths.as_slice()) {
        (Some(from), ..) => Change::range(&repository, from, args.to.as_deref().unwrap_or("HEAD"))?,
        (None, true, _) => Change::all(&repository)?,
        (None, false, []) => Change::staged(&repository, false)?,
        (None, false, paths) => Change::files(&repository, paths)?,
    };
    change.asks_for_evidence |= args.require_testing;
    let review = project_input::review(&repository, change, &common.overrides())?;
    if review.is_none() && args.all {
        output.notice("no Alembic project is among what is staged; `safe-migration doctor` says what was looked for");
    }
    tell(review, Occasion::Check, common, output)
}

/// Reviews a change, tells what was found, and returns what that means for whoever waits.
pub fn judge(
    repository: &Repository,
    change: Change,
    occasion: Occasion,
    common: &Common,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let review = project_input::review(repository, change, &common.overrides())?;
    tell(review, occasion, common, output)
}

/// Tells a review, if there is one, and returns what it means for whoever waits.
pub fn tell(
    review: Option<Review>,
    occasion: Occasion,
    common: &Common,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let format = Format::from(common.format);
    let review = match review {
        None if format == Format::Human => return Ok(ExitStatus::Clean),
        found => found.unwrap_or_default(),
    };
    output.write(&report::tell(&review, Telling { format, occasion, volume: output.volume }))?;
    Ok(status(&review))
}

/// Returns what a review means for whoever waits.
pub fn status(review: &Review) -> ExitStatus {
    match review.decision() {
        _ if !review.unverifiable.is_empty() => ExitStatus::Broken,
        Decision::Block => ExitStatus::Blocked,
        Decision::Pass | Decision::Warn => ExitStatus::Clean,
    }
}
