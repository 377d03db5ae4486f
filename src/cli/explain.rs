//! `explain`: why a rule exists, what it costs, what to write instead.

use crate::cli::args::ExplainArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::report::catalogue;
use crate::rules;

/// Shows the page of a rule, or the list of rules.
pub fn run(args: &ExplainArgs, output: &Output) -> Result<ExitStatus, Error> {
    let reported = match &args.rule {
        None => catalogue::list(rules::RULES),
        Some(id) => catalogue::page(rules::find(id).ok_or_else(|| unknown(id))?),
    };
    output.write(&reported)?;
    Ok(ExitStatus::Clean)
}

fn unknown(id: &str) -> Error {
    Error::UnknownRule { id: id.to_owned(), nearest: rules::nearest(id) }
}
