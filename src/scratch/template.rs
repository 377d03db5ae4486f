//! A database that stands where a revision begins, kept for the next run.

use crate::git::digest;
use crate::scratch::answer::{Reached, Ready};
use crate::scratch::baseline;
use crate::scratch::error::{Error, is_full};
use crate::scratch::job::{Order, Scratch};
use crate::scratch::runner;
use crate::scratch::stage::{Stage, do_order};
use crate::text::canonical::Canonical;
use crate::text::cut;

/// A revision to be tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its id.
    pub revision: String,
    /// `down_revision`.
    pub parents: Vec<String>,
    /// What must be applied before it: its parents and what it depends on.
    pub needs: Vec<String>,
    /// The digest of the history up to there.
    pub chain: String,
    /// Earlier points of the history with their digests, the nearest first.
    pub earlier: Vec<String>,
}

/// The name of a template: everything that it depends on is in it.
pub(super) fn template(stage: &Stage, chain: &str) -> String {
    let form = Canonical::of("template", runner::PROTOCOL)
        .word("runner", &runner::digest())
        .word("server", &stage.engine.title())
        .word("databases", &stage.databases.to_string())
        .word("circumstances", &stage.circumstances)
        .list("baseline", stage.baseline.words())
        .word("chain", chain);
    format!("t_{}", cut::to(&digest::of(form.form().as_bytes()).to_string(), 24))
}

/// Brings a database to what a revision needs and keeps it as a template.
pub(super) fn forward(
    stage: &Stage,
    trial: &Trial,
    template_name: &str,
    reported: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    let mut from = None;
    for chain in &trial.earlier {
        let name = template(stage, chain);
        if stage.engine.has(&name)? {
            from = Some(name);
            break;
        }
    }
    let scratch = stage.engine.make(stage.databases, from.as_deref())?;
    if from.is_none() {
        begin(stage, &scratch, reported)?;
    }
    let up_to = if trial.needs.is_empty() { "the base".to_owned() } else { trial.needs.join(", ") };
    reported(&format!("the history up to {up_to}"));
    let order = Order::Forward { targets: trial.needs.clone(), revision: trial.revision.clone() };
    let answer: Reached = do_order(stage, &scratch, &order, None, &mut Ready::default(), reported)?;
    if let Some(failed) = &answer.failed {
        let why = failed.error.lines().next().unwrap_or_default().to_owned();
        return Err(match stage.engine.wants_superuser(failed) {
            true => Error::WantsSuperuser { revision: up_to, why },
            false => no_replay(stage, &answer),
        });
    }
    if let Some(why) = answer.beyond {
        return Err(Error::Beyond { revision: trial.revision.clone(), why });
    }
    stage.engine.keep(stage.databases, template_name)
}

/// Fills an empty database with what a history expects to be there.
fn begin(stage: &Stage, scratch: &Scratch, reported: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let baseline = stage.baseline.order(&stage.job.tree);
    if baseline.is_none() && stage.job.setup_sql.is_empty() {
        return Ok(());
    }
    if let Some(title) = stage.baseline.title() {
        reported(&title);
    }
    let order = Order::Begin { baseline };
    let before = stage.before.as_deref();
    let answer: Reached =
        do_order(stage, scratch, &order, before, &mut Ready::default(), reported)?;
    let Some(failed) = answer.failed else { return Ok(()) };
    let why = failed.error.lines().next().unwrap_or_default().to_owned();
    Err(match () {
        () if is_full(&failed.error) => Error::NoRoom(failed.error),
        () if stage.engine.wants_superuser(&failed) => {
            Error::WantsSuperuser { revision: "the baseline".to_owned(), why }
        }
        () => Error::NoBaseline { why },
    })
}

/// Why a history does not lead to where a revision can be tried.
fn no_replay(stage: &Stage, answer: &Reached) -> Error {
    let failed = answer.failed.clone().unwrap_or_default();
    let place = failed.at.map(|at| format!(", at {}:{}", at.path, at.line)).unwrap_or_default();
    let why = format!("{}{place}", failed.error.lines().next().unwrap_or_default());
    match () {
        () if is_full(&why) => Error::NoRoom(why),
        () if why.starts_with("a network connection") => Error::NotLoaded {
            python: stage.interpreter.path.clone(),
            why,
            at: None,
            proposal: None,
        },
        () => Error::NoReplay {
            from: Box::new(stage.baseline.clone()),
            why,
            advice: baseline::advice(&failed.error, answer.tables, &stage.job.tree),
        },
    }
}
