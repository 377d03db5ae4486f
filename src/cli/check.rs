//! `check`: what is staged, a range, every migration, or some files.

use std::fs;
use std::path::Path;

use crate::change::overrides::Overrides;
use crate::change::review;
use crate::change::trees::Change;
use crate::cli::args::options::{Judging, ReviewFormat};
use crate::cli::args::verbs::CheckArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::fix;
use crate::cli::fix::Manner;
use crate::cli::outcome::{status, write};
use crate::cli::output::Output;
use crate::git;
use crate::git::repository::Repository;
use crate::report;
use crate::report::speech::Voice;
use crate::report::telling::{Format, Occasion, Telling};
use crate::report::{concise, human, palette, speech, statistics};
use crate::review::finding::Review;
use crate::rules;

/// Reviews what is asked about and tells what was found.
pub fn run(args: &CheckArgs, output: &Output) -> Result<ExitStatus, Error> {
    let counts = args.statistics;
    if counts && !matches!(args.judging.format, ReviewFormat::Text | ReviewFormat::Json) {
        return Err(Error::NoStatistics);
    }
    if args.lines.is_some() && (counts || args.judging.format != ReviewFormat::Concise) {
        return Err(Error::NoLines);
    }
    let overrides = Overrides {
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        ..args.judging.overrides()
    };
    if let Some(id) = overrides.unknown_rule() {
        return Err(Error::UnknownRule { id: id.to_owned(), nearest: rules::nearest(id) });
    }
    if args.fix || args.diff {
        let repository = Repository::open()?;
        let change = change(&repository, args)?;
        let manner = if args.fix { Manner::Write } else { Manner::Show };
        return fix::run(&repository, &change, &overrides, manner, output);
    }
    let review = review(args, &overrides, output)?.unwrap_or_default();
    let format = Format::from(args.judging.format);
    let telling =
        Telling { format, occasion: occasion(args), volume: output.volume, timeout_told: false };
    let report = match (counts, format) {
        (false, _) => report::tell(&review, telling),
        (true, Format::Json) => statistics::object(&review),
        (true, _) => statistics::table(&review) + "\n" + &human::closing(&review, telling),
    };
    let report = match args.lines {
        Some(lines) => concise::cut(&report, usize::from(lines)),
        None => report,
    };
    match &args.output_file {
        Some(path) => write_report(path, &report, voice(format))?,
        None => output.write_with(&report, voice(format))?,
    }
    Ok(match status(&review) {
        ExitStatus::Blocked if args.exit_zero => ExitStatus::Clean,
        status => status,
    })
}

/// Reviews what is asked about, also where there is no repository; nothing where it concerns no
/// migration.
pub(super) fn review(
    args: &CheckArgs,
    overrides: &Overrides,
    output: &Output,
) -> Result<Option<Review>, Error> {
    let repository = match Repository::open() {
        Err(git::error::Error::NotARepository { .. })
            if (args.all || !args.paths.is_empty())
                && args.judging.reading.trusted_config.is_none() =>
        {
            output.notice("this is no git repository: files are judged as they are on disk");
            let change = Change::on_disk(&args.paths)?;
            return Ok(review::review_on_disk(&change, overrides)?);
        }
        opened => opened?,
    };
    let change = change(&repository, args)?;
    let overrides = args.judging.reading.trusting(overrides.clone(), &repository)?;
    let review = review::review(&repository, change, &overrides)?;
    if review.is_none() && args.all {
        output.notice(
            "no file that git tracks here belongs to an Alembic project; `safe-migration \
            doctor` says what was looked for",
        );
    }
    Ok(review)
}

/// Reads what is asked about.
fn change(repository: &Repository, args: &CheckArgs) -> Result<Change, Error> {
    let mut change = match (&args.from, args.all, args.paths.as_slice()) {
        (Some(from), ..) => Change::range(repository, from, args.to.as_deref().unwrap_or("HEAD"))?,
        (None, true, _) => Change::all(repository)?,
        (None, false, []) => Change::staged(repository, false)?,
        (None, false, paths) => Change::files(repository, paths)?,
    };
    change.asks_for_evidence |= args.require_testing;
    Ok(change)
}

fn occasion(args: &CheckArgs) -> Occasion {
    match (&args.from, args.all) {
        (Some(_), _) => Occasion::Range,
        (None, true) => Occasion::Survey,
        (None, false) => Occasion::Check,
    }
}

/// Writes a report into a file, through a symbolic link too.
pub fn write_report(path: &Path, report: &str, voice: Voice) -> Result<(), Error> {
    write(path, &speech::written(report, palette::is_painted(), voice))
}

/// Tells the review of a hook, if there is one, and returns what it means for whoever waits. What
/// is reported in full once in a repository is noted there.
pub fn tell(
    repository: &Repository,
    review: Option<Review>,
    occasion: Occasion,
    judging: &Judging,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let format = Format::from(judging.format);
    let review = match review {
        None if format == Format::Human => return Ok(ExitStatus::Clean),
        found => found.unwrap_or_default(),
    };
    let note = repository.state_dir().join("told-lock-timeout");
    let timeout_told = note.exists();
    let report =
        report::tell(&review, Telling { format, occasion, volume: output.volume, timeout_told });
    output.write_with(&report, voice(format))?;
    if !timeout_told && review.findings.iter().any(|it| it.rule.id == human::LOCK_TIMEOUT) {
        // Where nothing can be noted, it is reported in full.
        let _only_a_note =
            fs::create_dir_all(repository.state_dir()).and_then(|()| fs::write(&note, ""));
    }
    Ok(status(&review))
}

/// Only one format speaks to a runner.
pub fn voice(format: Format) -> Voice {
    if format == Format::Github { Voice::Commands } else { Voice::Prose }
}
