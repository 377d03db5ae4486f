//! `hook NAME`: what a git hook runs.
//!
//! The name decides what is asked; the environment only refines it. Gates answer with an exit
//! status that git heeds; hooks that record never disturb.

use crate::cli::args::verbs::{HookArgs, HookName};
use crate::cli::defect;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::gate;
use crate::cli::output::Output;
use crate::cli::pushed;
use crate::cli::recorder;
use crate::git::repository::Repository;

/// Does what the hook is there for.
pub fn run(args: &HookArgs, output: &Output) -> Result<ExitStatus, Error> {
    let judging = &args.judging;
    match args.name {
        HookName::PrePush => pushed::before_push(&Repository::open()?, judging, output),
        HookName::PreReceive => pushed::before_receive(&Repository::open()?, judging, output),
        name if name.records() => {
            let record = || {
                let recorded = Repository::open().map_err(Error::from).and_then(|repository| {
                    let overrides = judging.overrides_in(&repository)?;
                    recorder::record(
                        &repository,
                        name,
                        args.arguments.first().map(String::as_str),
                        &overrides,
                        output,
                    )
                });
                if let Err(error) = recorded {
                    output.notice(&format!("what this made is not on record: {error}"));
                }
                ExitStatus::Clean
            };
            // A commit that is made stays made, whatever happens here.
            defect::guard(record);
            Ok(ExitStatus::Clean)
        }
        name => gate::run(&Repository::open()?, name, judging, output),
    }
}
