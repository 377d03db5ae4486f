//! `verify`: upgrade, downgrade and upgrade again on a scratch database, with rows in the tables.

use jiff::Timestamp;

use crate::alembic::chain;
use crate::alembic::migration::Migration;
use crate::change::project_input::ProjectInput;
use crate::change::trees::Change;
use crate::change::{project_input, today};
use crate::cli::args::options::PlainFormat;
use crate::cli::args::verbs::VerifyArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::{probe, staging, unstaged};
use crate::config::settings::Testing;
use crate::git::repository::Repository;
use crate::ledger::evidence::EvidenceStore;
use crate::report::rehearsed;
use crate::report::rehearsed::{ProofSource, Rehearsed, Untried};
use crate::report::telling::Volume;
use crate::review::finding::Change as Fate;
use crate::review::forecast::Forecast;
use crate::review::subject::{Judged, Revised};
use crate::review::{acknowledged, evidence, forecast};
use crate::rule::context::RuleContext;
use crate::schema::memory::Memory;
use crate::scratch::acknowledged::Acknowledged;
use crate::scratch::answer::Ready;
use crate::scratch::cache::Cache;
use crate::scratch::judgement::Judgement;
use crate::scratch::proof::{Proof, SCHEMA};
use crate::scratch::stage::Stage;
use crate::scratch::{kept, rehearsal};
use crate::snapshot::ObjectId;
use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;

/// What a run works with.
struct Run<'a> {
    repository: &'a Repository,
    cache: &'a Cache,
    shelf: EvidenceStore,
    args: &'a VerifyArgs,
    output: &'a Output,
}

/// Tries each revision that is meant and tells what came of it.
pub fn run(args: &VerifyArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let (mut change, tree) = match (&args.from, args.revisions.is_empty()) {
        (Some(from), _) => {
            let to = args.to.as_deref().unwrap_or("HEAD");
            (Change::range(&repository, from, to)?, repository.tree_of(&repository.resolve(to)?)?)
        }
        (None, true) => (Change::staged(&repository, false)?, repository.staged()?),
        (None, false) => (Change::all(&repository)?, repository.staged()?),
    };
    let inputs =
        project_input::inputs(&repository, &mut change, &args.reading.overrides_in(&repository)?)?;
    let wanted: Vec<(&ProjectInput, Vec<&Revised>)> = inputs
        .iter()
        .map(|input| (input, meant(input, args)))
        .filter(|(_, revised)| !revised.is_empty())
        .collect();
    if let Some(unknown) = args.revisions.iter().find(|id| {
        !wanted.iter().any(|(_, revised)| revised.iter().any(|revised| names(revised, id)))
    }) {
        return Err(Error::UnknownRevision { id: unknown.clone() });
    }
    if wanted.is_empty() {
        if args.format == PlainFormat::Json {
            output.write(&rehearsed::as_json(&[], &[]))?;
        } else {
            output.notice(match &args.from {
                Some(_) => "this range adds no revision to verify",
                None => {
                    "no revision to verify is staged; `safe-migration verify REVISION` tries one \
                     that is there"
                }
            });
        }
        if args.from.is_none() && output.volume != Volume::Quiet {
            unstaged::hint(&repository, &change.new, &args.reading.overrides(), output)?;
        }
        return Ok(ExitStatus::Clean);
    }
    let reported = if args.format == PlainFormat::Json { None } else { Some(output) };
    let tried = try_all(&repository, args, output, reported, &tree, &wanted)?;
    if args.format == PlainFormat::Json {
        output.write(&rehearsed::as_json(&tried.revisions, &tried.untried))?;
    } else if output.volume != Volume::Quiet || tried.exit() != ExitStatus::Clean {
        output.write(&tried.closing())?;
    }
    Ok(tried.exit())
}

/// What came of the revisions that were meant.
#[derive(Default)]
struct Tried {
    revisions: Vec<Rehearsed>,
    untried: Vec<Untried>,
}

impl Tried {
    fn failed(&self) -> usize {
        self.revisions.iter().filter(|rehearsed| !rehearsed.is_settled()).count()
    }

    fn exit(&self) -> ExitStatus {
        match (self.failed(), self.untried.is_empty()) {
            (0, true) => ExitStatus::Clean,
            (0, false) => ExitStatus::Broken,
            _ => ExitStatus::Blocked,
        }
    }

    fn closing(&self) -> String {
        let tried = counted(self.revisions.len());
        let waived = self.revisions.iter().filter(|row| !row.passed() && row.is_settled()).count();
        let waived =
            if waived == 0 { String::new() } else { format!(" ({waived} failed and waived)") };
        let untried = match self.untried.len() {
            0 => String::new(),
            number => format!("; {} not tried", counted(number)),
        };
        match self.failed() {
            0 if self.untried.is_empty() => format!("verified: {tried} passed{waived}\n"),
            0 => format!("not verified: {tried} passed{waived}{untried}\n"),
            failed => format!("not verified: {failed} of {tried} failed{waived}{untried}\n"),
        }
    }
}

fn counted(number: usize) -> String {
    if number == 1 { "1 revision".to_owned() } else { format!("{number} revisions") }
}

/// The revisions of a project that are to be tried, in the order in which they are applied.
fn meant<'a>(input: &'a ProjectInput, args: &VerifyArgs) -> Vec<&'a Revised> {
    let is_there = |revised: &&Revised| {
        revised.change != Fate::Deleted
            && !revised.revision.is_empty()
            && revised.judged != Judged::Not
    };
    // The gate asks for no evidence of what is empty or only reformatted.
    let is_asked = |revised: &&Revised| {
        let migration = input.history.migration(&revised.path);
        let asked = |migration: &Migration| evidence::is_asked(&input.settings, revised, migration);
        !args.revisions.is_empty()
            || input.settings.testing == Testing::Off
            || migration.as_deref().is_none_or(asked)
    };
    let named = |revised: &&Revised| {
        args.revisions.is_empty() || args.revisions.iter().any(|id| names(revised, id))
    };
    input.revised.iter().filter(is_there).filter(is_asked).filter(named).collect()
}

fn names(revised: &Revised, id: &str) -> bool {
    revised.revision.starts_with(id)
}

fn try_all(
    repository: &Repository,
    args: &VerifyArgs,
    output: &Output,
    reported: Option<&Output>,
    tree: &ObjectId,
    wanted: &[(&ProjectInput, Vec<&Revised>)],
) -> Result<Tried, Error> {
    let cache = Cache::open(repository.common_dir(), || {
        output.notice("another `verify` of this repository is running; waiting for it")
    })?;
    if args.no_cache {
        cache.clear()?;
    }
    let shelf = EvidenceStore::of(&repository.state_dir());
    shelf.tidy();
    let run = Run { repository, cache: &cache, shelf, args, output };
    let mut tried = Tried::default();
    for (input, revised) in wanted {
        try_project(&run, input, revised, tree, reported, &mut tried)?;
        if let [first, others @ ..] = input.dialects.as_slice()
            && !others.is_empty()
        {
            let also = others.iter().map(|dialect| dialect.name()).collect::<Vec<_>>().join(", ");
            output.notice(&format!(
                "`{}` is for {also} too; the gate asks for {}, and `safe-migration verify \
                 --dialect {}` tries another",
                input.project.name,
                first.name(),
                others[0].name()
            ));
        }
    }
    Ok(tried)
}

fn try_project(
    run: &Run<'_>,
    input: &ProjectInput,
    revised: &[&Revised],
    tree: &ObjectId,
    reported: Option<&Output>,
    tried: &mut Tried,
) -> Result<(), Error> {
    let mut left = Vec::new();
    for revised in revised {
        match run.kept(input, revised) {
            Some(kept) => {
                tell(reported, &kept)?;
                tried.revisions.push(kept);
            }
            None => left.push(*revised),
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let stage = staging::stage(run.repository, run.cache, input, tree, run.args.keep);
    let works = stage
        .as_ref()
        .map(|stage| format!("{}, {}", stage.interpreter.path.display(), stage.engine.title()));
    probe::remember(run.repository, &input.project.name, works);
    let mut stage = stage?;
    let said = run.args.limit.or(input.settings.verify.timeout);
    stage.seconds = said.or(run.args.patience).unwrap_or(stage.seconds);
    let mut ids = Vec::new();
    let alone = revised.len() == 1;
    for revised in left {
        match run.try_one(&stage, input, revised) {
            Ok(rehearsed) => {
                tell(reported, &rehearsed)?;
                ids.push(revised.revision.as_str());
                tried.revisions.push(rehearsed);
            }
            // What cannot be tried ends nothing for the others.
            Err(Error::Scratch(error)) if !alone && error.is_of_one_revision() => {
                let untried = Untried {
                    revision: revised.revision.clone(),
                    path: revised.path.to_string(),
                    why: error.to_string(),
                    hint: error.hint(),
                };
                let same = tried.untried.iter().any(|other| other.why == untried.why);
                let line = rehearsed::tell_untried(&untried, same);
                reported.map(|out| out.write(&line)).transpose()?;
                tried.untried.push(untried);
            }
            Err(error) => return Err(error),
        }
    }
    if run.args.keep {
        let tree = stage.job.tree.display().to_string();
        drop(stage.session);
        let kept = kept::leave(stage.engine, run.cache, &ids)?;
        for (id, line) in ids.iter().zip(&kept.connect) {
            run.output.notice(&format!("the database of `{id}` stays: {line}"));
        }
        run.output.notice(&format!(
            "what was tried lies in {tree}; remove the databases: {}",
            kept.remove
        ));
    }
    Ok(())
}

fn tell(reported: Option<&Output>, rehearsed: &Rehearsed) -> Result<(), Error> {
    match reported {
        Some(output) if output.volume == Volume::Quiet && rehearsed.passed() => Ok(()),
        Some(output) => Ok(output.write(&rehearsed::tell(rehearsed, output.volume))?),
        None => Ok(()),
    }
}

impl Run<'_> {
    /// What an earlier run found of exactly this content.
    fn kept(&self, input: &ProjectInput, revised: &Revised) -> Option<Rehearsed> {
        if self.args.no_cache || self.args.keep {
            return None;
        }
        let digests = chain::digests(&input.history);
        let key = input.evidence_key(&digests, &revised.revision)?;
        Some(row(revised, self.shelf.find(&key)?, ProofSource::Kept))
    }

    fn try_one(
        &self,
        stage: &Stage,
        input: &ProjectInput,
        revised: &Revised,
    ) -> Result<Rehearsed, Error> {
        let trial = staging::trial(input, revised);
        let mut reported = |leg: &str| self.output.step(&format!("{}: {leg} …", revised.revision));
        let outcome = rehearsal::rehearse(stage, &trial, &mut reported);
        self.output.progress("");
        let outcome = outcome?;
        let migration = input.history.migration(&revised.path);
        let said = migration.as_deref().map(|read| acknowledged(input, read));
        let judgement = Judgement::of(&outcome, &said.unwrap_or_default());
        let waived = migration.as_deref().and_then(|migration| waived(migration, &judgement));
        let forecasts =
            migration.as_deref().map(|migration| forecasts(input, migration, &judgement, stage));
        let proof = Proof { waived, ..proof(revised, judgement, &outcome.ready, stage) };
        let digests = chain::digests(&input.history);
        if let Some(key) = input.evidence_key(&digests, &revised.revision) {
            let kept = self.shelf.keep(&key, &proof);
            kept.map_err(|source| Error::File { path: self.repository.state_dir(), source })?;
        }
        Ok(row(revised, proof, ProofSource::Now { forecasts: forecasts.unwrap_or_default() }))
    }
}

fn row(revised: &Revised, proof: Proof, source: ProofSource) -> Rehearsed {
    Rehearsed {
        revision: revised.revision.clone(),
        message: revised.message.clone(),
        path: revised.path.to_string(),
        proof,
        source,
    }
}

fn proof(revised: &Revised, judgement: Judgement, ready: &Ready, stage: &Stage) -> Proof {
    let versions =
        [("python", &ready.python), ("alembic", &ready.alembic), ("sqlalchemy", &ready.sqlalchemy)];
    Proof {
        schema: SCHEMA,
        revision: revised.revision.clone(),
        database: stage.engine.title(),
        at: Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string(),
        versions: versions.map(|(name, version)| format!("{name} {version}")).to_vec(),
        waived: None,
        judgement,
    }
}

/// What a migration, and the settings and habits of its project, say of its way back.
fn acknowledged(input: &ProjectInput, migration: &Migration) -> Acknowledged {
    let memory = Memory::default();
    let context = context(input, migration, &memory, input.dialects[0]);
    acknowledged::of(&context, today::today())
}

fn context<'i>(
    input: &'i ProjectInput,
    migration: &'i Migration,
    memory: &'i Memory,
    dialect: Dialect,
) -> RuleContext<'i> {
    RuleContext::new(
        &input.history,
        memory,
        &input.project,
        migration,
        dialect,
        &input.surroundings,
        &input.settings,
        &input.release,
        today::today(),
    )
}

/// The reason of the waiver that covers a failure.
fn waived(migration: &Migration, judgement: &Judgement) -> Option<String> {
    let waiver = evidence::waiver(migration, today::today())?;
    waiver.reason.filter(|_| !judgement.passed())
}

/// What was foreseen of the statements that the server was seen to run.
fn forecasts(
    input: &ProjectInput,
    migration: &Migration,
    judgement: &Judgement,
    stage: &Stage,
) -> Vec<Forecast> {
    let title = stage.engine.title();
    let version = title.strip_prefix("postgresql ").and_then(ServerVersion::parse);
    let (Some(version), memory) = (version, Memory::default()) else { return Vec::new() };
    let case = context(input, migration, &memory, Dialect::PostgreSql);
    forecast::compare(&case, version, &judgement.trace, &judgement.standing)
}
