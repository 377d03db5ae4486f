//! A revision, tried: brought to its parents, upgraded, downgraded, upgraded again, with rows in
//! the tables.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::git::digest;
use crate::scratch::answer::{
    Done, Event, Failure, LegAnswer, Pass, Probed, Reached, Ready, Scouted, Seeded,
};
use crate::scratch::baseline::{self, Baseline};
use crate::scratch::database::Engine;
use crate::scratch::error::{Error, is_full};
use crate::scratch::interpreter::Interpreter;
use crate::scratch::job::{self, Job, Order, RevisionOrder, Scratch};
use crate::scratch::runner::Session;
use crate::scratch::{kept, runner};
use crate::text::canonical::Canonical;
use crate::text::cut;

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

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What the pass did that counts: with rows, or without where it fails for what they hold.
    pub plain: Pass,
    /// A leg that fails on made-up rows, breaks no constraint, and passes on empty tables.
    pub made_up: Option<MadeUp>,
    /// What the pass with difficult rows did.
    pub adversarial: Option<Pass>,
    /// Whether the upgrade fails without rows too.
    pub fails_empty: bool,
    /// What the tables were given.
    pub seeded: Seeded,
    /// Versions and layers of the guard.
    pub ready: Ready,
    /// Whether the models made the tables that it begins with.
    pub of_models: bool,
}

/// A failure that may rest on what was made up.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeUp {
    /// The leg, as sentences name it.
    pub leg: &'static str,
    /// What it says.
    pub failure: Failure,
}

/// What the tables are given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SeedKind {
    /// Nothing.
    Empty,
    /// What any table of this shape could hold.
    Plain,
    /// The same with lists in columns of JSON.
    Lists,
    /// NULLs and duplicates wherever they may be.
    Adversarial {
        /// With lists in columns of JSON.
        lists: bool,
    },
}

impl SeedKind {
    /// Says what a pass with such rows is for.
    fn title(self) -> &'static str {
        match self {
            SeedKind::Empty => "on empty tables",
            SeedKind::Plain | SeedKind::Lists => "with rows",
            SeedKind::Adversarial { .. } => "with NULLs, duplicates and long values",
        }
    }
}

/// Tells whether a statement failed for JSON that is an object where it wants a list: nothing in a
/// schema says which it is.
fn expects_lists(pass: &Pass) -> bool {
    let wants =
        ["cannot extract elements from an object", "cannot get array length of a non-array"];
    let error = pass.upgrade.as_ref().map(|leg| leg.failure.error.as_str()).unwrap_or_default();
    wants.iter().any(|words| error.contains(words))
}

/// Tries a revision; `on_progress` hears of each leg.
pub fn rehearse(
    stage: &Stage,
    trial: &Trial,
    on_progress: &mut dyn FnMut(&str),
) -> Result<Outcome, Error> {
    set_off(stage)?;
    let template = template(stage, &trial.chain);
    if !stage.engine.has(&template)? {
        forward(stage, trial, &template, on_progress)?;
    }
    let mut run = Run { stage, trial, template, ready: Ready::default(), on_progress };
    let scouted = run.scout()?;
    let fails_empty = scouted.upgrade.failed();
    let filled = stage.seed && !fails_empty;
    let kind = if filled { SeedKind::Plain } else { SeedKind::Empty };
    let mut plain = run.pass(&scouted, kind)?;
    let lists = expects_lists(&plain);
    if lists {
        plain = run.pass(&scouted, SeedKind::Lists)?;
    }
    let seeded = plain.seeded.clone().unwrap_or_default();
    let made_up = match suspicious(&plain).filter(|_| filled) {
        Some(suspicion) => run.without_rows(&scouted, suspicion, &mut plain)?,
        None => None,
    };
    if stage.keep {
        stage.session.take();
        stage.engine.keep(stage.databases, &kept::name(&trial.revision))?;
    }
    let went_well = plain.upgrade.as_ref().is_some_and(|leg| !leg.failed());
    let adversarial = match went_well && stage.adversarial && filled && seeded.tables > 0 {
        true => Some(run.pass(&scouted, SeedKind::Adversarial { lists })?),
        false => None,
    };
    let of_models = matches!(stage.baseline, Baseline::Models { .. });
    Ok(Outcome { plain, made_up, adversarial, fails_empty, seeded, ready: run.ready, of_models })
}

/// Loads the project on an empty scratch database, and runs none of its migrations.
///
/// # Errors
///
/// Whatever keeps it from being loaded.
pub fn load(stage: &Stage) -> Result<Ready, Error> {
    let scratch = stage.engine.make(stage.databases, None)?;
    let (mut ready, mut on_progress) = (Ready::default(), |_: &str| ());
    do_order::<Probed>(stage, &scratch, &Order::Probe, None, &mut ready, &mut on_progress)?;
    Ok(ready)
}

/// A leg that fails for another reason than a constraint.
fn suspicious(pass: &Pass) -> Option<MadeUp> {
    let legs = [
        ("upgrade", &pass.upgrade),
        ("downgrade", &pass.downgrade),
        ("the second upgrade", &pass.reupgrade),
    ];
    legs.into_iter().find_map(|(name, leg)| {
        let leg = leg.as_ref().filter(|leg| leg.failed() && !leg.violation)?;
        Some(MadeUp { leg: name, failure: leg.failure.clone() })
    })
}

/// A rehearsal while it runs.
struct Run<'a, 'b> {
    stage: &'a Stage,
    trial: &'a Trial,
    template: String,
    ready: Ready,
    on_progress: &'b mut dyn FnMut(&str),
}

impl Run<'_, '_> {
    /// Upgrades and downgrades without rows, to see what is touched.
    fn scout(&mut self) -> Result<Scouted, Error> {
        let scratch = self.stage.engine.make(self.stage.databases, Some(&self.template))?;
        let order = Order::Scout { revision: self.revision() };
        let mut on_progress = |leg: &str| (self.on_progress)(&format!("{leg}, on empty tables"));
        let answer =
            do_order(self.stage, &scratch, &order, None, &mut self.ready, &mut on_progress);
        let scouted: Scouted = answer.map_err(|error| self.lost(error))?;
        let legs = [Some(&scouted.upgrade), scouted.downgrade.as_ref()];
        is_the_migrations_own(self.stage, self.trial, legs.into_iter().flatten())?;
        Ok(scouted)
    }

    fn revision(&self) -> RevisionOrder {
        RevisionOrder { revision: self.trial.revision.clone(), parents: self.trial.parents.clone() }
    }

    fn pass(&mut self, scouted: &Scouted, kind: SeedKind) -> Result<Pass, Error> {
        let scratch = self.stage.engine.make(self.stage.databases, Some(&self.template))?;
        let lists = matches!(kind, SeedKind::Lists | SeedKind::Adversarial { lists: true });
        let order = Order::Rehearse {
            revision: self.revision(),
            rows: kind != SeedKind::Empty,
            adversarial: matches!(kind, SeedKind::Adversarial { .. }),
            first_attempt: u8::from(lists),
            touched: scouted.touched.clone(),
            asked: scouted.asked.clone(),
            spoken: scouted.spoken.clone(),
            wanted: scouted.wanted.clone(),
        };
        let mut on_progress = |leg: &str| (self.on_progress)(&format!("{leg}, {}", kind.title()));
        let answer =
            do_order(self.stage, &scratch, &order, None, &mut self.ready, &mut on_progress);
        let pass: Pass = answer.map_err(|error| self.lost(error))?;
        let legs = [&pass.upgrade, &pass.downgrade, &pass.reupgrade];
        is_the_migrations_own(self.stage, self.trial, legs.into_iter().flatten())?;
        Ok(pass)
    }

    /// Tries without rows what fails with them; where that passes, it is what counts.
    fn without_rows(
        &mut self,
        scouted: &Scouted,
        suspicion: MadeUp,
        plain: &mut Pass,
    ) -> Result<Option<MadeUp>, Error> {
        let empty = self.pass(scouted, SeedKind::Empty)?;
        let leg = match suspicion.leg {
            "upgrade" => &empty.upgrade,
            "downgrade" => &empty.downgrade,
            _ => &empty.reupgrade,
        };
        if leg.as_ref().is_none_or(|leg| leg.failed()) {
            return Ok(None);
        }
        *plain = Pass { seeded: plain.seeded.clone(), ..empty };
        Ok(Some(suspicion))
    }

    /// A server that went away is why the project's Python says anything at all.
    fn lost(&self, error: Error) -> Error {
        match error {
            Error::NotLoaded { why, .. } if !self.stage.engine.is_alive() => {
                Error::ServerLost { revision: self.trial.revision.clone(), why }
            }
            other => other,
        }
    }
}

/// The name of a template: everything that it depends on is in it.
fn template(stage: &Stage, chain: &str) -> String {
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
fn forward(
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

/// A full disk and a server that went away say nothing of a migration.
fn is_the_migrations_own<'a>(
    stage: &Stage,
    trial: &Trial,
    mut legs: impl Iterator<Item = &'a LegAnswer>,
) -> Result<(), Error> {
    let failed = legs.find(|leg| leg.failed());
    let Some(failure) = failed.map(|leg| &leg.failure) else { return Ok(()) };
    let why = failure.error.lines().next().unwrap_or_default().to_owned();
    match () {
        () if is_full(&why) => Err(Error::NoRoom(why)),
        () if stage.engine.wants_superuser(failure) => {
            Err(Error::WantsSuperuser { revision: trial.revision.clone(), why })
        }
        () if !stage.engine.is_alive() => {
            Err(Error::ServerLost { revision: trial.revision.clone(), why })
        }
        () => Ok(()),
    }
}

/// Has an order done on the scratch databases; `elsewhere` is the tree to run it in instead of the
/// staged one.
fn do_order<T: DeserializeOwned>(
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

/// Starts the project's Python where there is none, so that it loads Alembic while the server makes
/// databases.
fn set_off(stage: &Stage) -> Result<(), Error> {
    let is_there = stage.session.borrow().is_some();
    if let Some(scratch) = stage.engine.ahead(stage.databases).filter(|_| !is_there) {
        let session = open(stage, &scratch, stage.job.clone(), &stage.folder)?;
        stage.session.replace(Some(session));
    }
    Ok(())
}

fn open(stage: &Stage, scratch: &Scratch, job: Job, folder: &Path) -> Result<Session, Error> {
    let job = Job { scratch: scratch.clone(), ..job };
    Session::open(&stage.interpreter, &job, &stage.place, folder)
}
