//! A project that is ready to be tried, and the orders that its Python is given.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::scratch::answer::{Done, Event, Ready};
use crate::scratch::baseline::Baseline;
use crate::scratch::database::Engine;
use crate::scratch::error::Error;
use crate::scratch::interpreter::Interpreter;
use crate::scratch::job::{self, Job, Order, Scratch};
use crate::scratch::runner::Session;

/// A project, ready to be tried.
#[derive(Debug)]
pub struct Stage {
    /// The process that has loaded it, while there is one. It ends before its databases do.
    pub session: RefCell<Option<Session>>,
    /// The Python it runs on.
    pub interpreter: Interpreter,
    /// What makes its databases.
    pub engine: Engine,
    /// How many databases it has.
    pub databases: usize,
    /// A folder for the runner's files.
    pub place: PathBuf,
    /// The folder that its Alembic runs in.
    pub folder: PathBuf,
    /// The tree before the change, for a baseline of its models.
    pub before: Option<PathBuf>,
    /// What every job says: the ini, the paths, the environment.
    pub job: Job,
    /// Whether tables get made-up rows.
    pub seed: bool,
    /// Whether difficult rows are tried too.
    pub adversarial: bool,
    /// What a database starts from.
    pub baseline: Baseline,
    /// The digest of what else a template depends on: env.py, and what is said to it.
    pub circumstances: String,
    /// Whether the database of each revision is kept as its first pass leaves it.
    pub keep: bool,
    /// How long one job may take, in seconds.
    pub seconds: u64,
}

/// Starts the project's Python where there is none, so that it loads Alembic while the server makes
/// databases.
pub(super) fn set_off(stage: &Stage) -> Result<(), Error> {
    let is_there = stage.session.borrow().is_some();
    if let Some(scratch) = stage.engine.ahead(stage.databases).filter(|_| !is_there) {
        let session = open(stage, &scratch, stage.job.clone(), &stage.folder)?;
        stage.session.replace(Some(session));
    }
    Ok(())
}

/// Has an order done on the scratch databases; `elsewhere` is the tree to run it in instead of the
/// staged one.
pub(super) fn do_order<T: DeserializeOwned>(
    stage: &Stage,
    scratch: &Scratch,
    order: &Order,
    elsewhere: Option<&Path>,
    ready: &mut Ready,
    reported: &mut dyn FnMut(&str),
) -> Result<T, Error> {
    let mut heard = |event: &Event| {
        if let Event::Leg { direction, target } = event {
            reported(&format!("{direction} to {target}"));
        }
    };
    let mut session =
        match (elsewhere, stage.session.take().filter(|session| session.works_on(scratch))) {
            (None, Some(session)) => session,
            (None, None) => open(stage, scratch, stage.job.clone(), &stage.folder)?,
            (Some(tree), _) => {
                let folder = job::moved(&stage.folder, &stage.job.tree, tree);
                open(stage, scratch, stage.job.moved_to(tree), &folder)?
            }
        };
    let done: Done<T> = session.ask(order, stage.seconds, &mut heard)?;
    *ready = session.ready.clone();
    // What failed may have left anything behind in its process.
    if elsewhere.is_none() && done.clean {
        stage.session.replace(Some(session));
    }
    Ok(done.answer)
}

fn open(stage: &Stage, scratch: &Scratch, job: Job, folder: &Path) -> Result<Session, Error> {
    let job = Job { scratch: scratch.clone(), ..job };
    Session::open(&stage.interpreter, &job, &stage.place, folder)
}
