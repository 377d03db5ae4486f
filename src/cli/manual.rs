//! `completions` and `man`: what is generated from the arguments.

use clap::CommandFactory;

use crate::cli::args::Cli;
use crate::cli::args::verbs::CompletionsArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// Writes the completions of a shell.
pub fn completions(args: &CompletionsArgs, output: &Output) -> Result<ExitStatus, Error> {
    let mut written = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "safe-migration", &mut written);
    output.write(&String::from_utf8_lossy(&written))?;
    Ok(ExitStatus::Clean)
}

/// Writes the manual page: the program, then each verb.
pub fn page(output: &Output) -> Result<ExitStatus, Error> {
    let mut command = Cli::command();
    command.build();
    let mut written = Vec::new();
    let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
    let pages = std::iter::once(&command).chain(verbs);
    for page in pages {
        clap_mangen::Man::new(page.clone()).render(&mut written)?;
    }
    output.write(&String::from_utf8_lossy(&written))?;
    Ok(ExitStatus::Clean)
}
