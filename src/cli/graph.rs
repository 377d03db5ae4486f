//! `graph`: the revisions of every project and how they follow one another.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::{self, Search};
use crate::change::project_input;
use crate::change::trees::Change;
use crate::cli::args::verbs::GraphArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::report::graph;
use crate::report::telling::Format;

/// Shows the graph of what is staged.
pub fn run(args: &GraphArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let change = Change::state(&repository)?;
    let overrides = args.reading.overrides_in(&repository)?;
    let settings = project_input::settings(&change.new, &overrides)?;
    let projects = project::find(&change.new, Search::Whole, &settings);
    project_input::usable(&change.new, &settings)?;
    let histories: Vec<History> = projects
        .into_iter()
        .map(|project| {
            let dialect =
                project_input::dialects(&project, settings.for_project(&project.name), &overrides)
                    .first()
                    .copied();
            History::read(&change.new, &Rc::new(project)).on(dialect.unwrap_or_default())
        })
        .collect();
    output.write(&graph::tell(&histories, Format::from(args.format), output.volume))?;
    match change.new.missing().first() {
        Some(missing) => {
            Err(Error::Missing { what: missing.what.clone(), why: missing.why.clone() })
        }
        None => Ok(ExitStatus::Clean),
    }
}
