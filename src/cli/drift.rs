//! `drift`: what `alembic check` says, without a database and without importing a model.

use crate::change::trees::Change;
use crate::change::{concern, drift};
use crate::cli::args::verbs::DriftArgs;
use crate::cli::check;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::report;
use crate::report::drift::ShownProject;
use crate::report::telling::{Format, Occasion, Telling};
use crate::schema::drift::Difference;
use crate::text::source::{Site, Span};

/// Compares the models of what is staged with its migrations.
pub fn run(args: &DriftArgs, output: &Output) -> Result<ExitStatus, Error> {
    if let Some(folder) = args.folders.first() {
        return Err(Error::DriftOfFolder { folder: folder.clone() });
    }
    if args.fix {
        return Err(Error::DriftToFix);
    }
    let repository = Repository::open()?;
    let change = Change::state(&repository)?;
    let overrides = args.reading.overrides_in(&repository)?;
    let settings = concern::settings(&change.new, &overrides)?;
    concern::usable(&change.new, &settings)?;
    let found = drift::of_tree(&change.new, &settings, &overrides);
    let is_blind = found.iter().all(|it| it.code.models().tables.is_empty());
    if is_blind {
        return Err(Error::NoModels);
    }
    let format = Format::from(args.format);
    let review = drift::review(&found);
    let line =
        |site: &Site| change.new.text(&site.path).map_or(1, |text| text.line_of(site.span.start));
    let report = match format {
        Format::Human => report::drift::tell(&rows(&found), &line),
        format => {
            let (occasion, volume) = (Occasion::Survey, output.volume);
            report::tell(&review, Telling { format, occasion, volume, timeout_told: true })
        }
    };
    output.write_with(&report, check::voice(format))?;
    match change.new.missing().first() {
        Some(it) => Err(Error::Missing { what: it.what.clone(), why: it.why.clone() }),
        None if review.findings.is_empty() => Ok(ExitStatus::Clean),
        None => Ok(ExitStatus::Blocked),
    }
}

fn rows(found: &[drift::ProjectDrift]) -> Vec<ShownProject<'_>> {
    found.iter().map(row).collect()
}

fn row(found: &drift::ProjectDrift) -> ShownProject<'_> {
    let drift::ProjectDrift { project, code, drift } = found;
    let tables = &code.models().tables;
    let site = |difference: &Difference| {
        let path = difference.revision.as_deref().and_then(|revision| code.path_of(revision));
        let made = path.map(|path| Site { path, span: Span::default() });
        difference.site.clone().or(made)
    };
    let mut differences: Vec<_> = drift
        .differences
        .iter()
        .map(|it| (it.table.as_str(), it.message.as_str(), it.label.as_str(), site(it)))
        .collect();
    differences.sort_by_key(|(table, ..)| *table);
    ShownProject {
        project,
        tables: tables.len(),
        columns: tables.iter().map(|table| table.columns.len()).sum(),
        differences,
        uncompared: &drift.uncompared,
    }
}
