//! A revision, tried: brought to its parents, upgraded, downgraded, upgraded again, with rows in
//! the tables.

use crate::scratch::answer::{Failure, LegAnswer, Pass, Probed, Ready, Scouted, Seeded};
use crate::scratch::baseline::Baseline;
use crate::scratch::error::{Error, is_full};
use crate::scratch::job::{Order, RevisionOrder};
use crate::scratch::kept;
use crate::scratch::stage::{Stage, do_order, set_off};
use crate::scratch::template::{Trial, forward, template};

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
