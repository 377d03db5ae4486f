//! `verify`: upgrade, downgrade and upgrade again on a scratch database, with rows in the tables.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::alembic::chain;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Origin, Project};
use crate::cli::args::{Common, FormatChoice, VerifyArgs};
use crate::cli::change::Change;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::inquiry::{self, Inquiry};
use crate::cli::output::Output;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::ledger::evidence::{self, Evidence, Shelf};
use crate::report::rehearsed::{self, Proof, Rehearsed};
use crate::review::finding::Change as Fate;
use crate::review::plan;
use crate::review::subject::{Judged, Revised};
use crate::rule::card::Plan;
use crate::scratch::cache::Cache;
use crate::scratch::checkout;
use crate::scratch::database::Engine;
use crate::scratch::interpreter::Interpreter;
use crate::scratch::judgement::{Acknowledged, Gravity, Judgement};
use crate::scratch::rehearsal::{self, Baseline, Outcome, Stage, Trial};
use crate::snapshot::ObjectId;
use crate::sql::statement::Statement;

/// How long one job may take where nothing says otherwise, in seconds.
const PATIENCE: u64 = 120;

/// How far up the history a template is looked for.
const FAR: usize = 500;

/// What a run works with.
struct Run<'a> {
    repository: &'a Repository,
    cache: &'a Cache,
    tree: PathBuf,
    shelf: Shelf,
    args: &'a VerifyArgs,
    output: &'a Output,
}

/// Tries each revision that is meant and tells what came of it.
pub fn run(args: &VerifyArgs, common: &Common, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let (mut change, tree) = match (&args.from, args.revisions.is_empty()) {
        (Some(from), _) => {
            let to = args.to.as_deref().unwrap_or("HEAD");
            (Change::range(&repository, from, to)?, repository.tree_of(&repository.resolve(to)?)?)
        }
        (None, true) => (Change::staged(&repository, false)?, repository.staged()?),
        (None, false) => (Change::all(&repository)?, repository.staged()?),
    };
    let inquiries = inquiry::inquiries(&repository, &mut change, common)?;
    let wanted: Vec<(&Inquiry, Vec<&Revised>)> = inquiries
        .iter()
        .map(|inquiry| (inquiry, meant(inquiry, args)))
        .filter(|(_, revised)| !revised.is_empty())
        .collect();
    if let Some(unknown) = args
        .revisions
        .iter()
        .find(|id| !wanted.iter().any(|(_, revised)| revised.iter().any(|revised| names(revised, id))))
    {
        return Err(Error::UnknownRevision { id: unknown.clone() });
    }
    if wanted.is_empty() {
        if common.format == FormatChoice::Json {
            output.write(&rehearsed::as_json(&[]))?;
        } else {
            output.notice("no revision to verify is staged");
        }
        return Ok(ExitStatus::Clean);
    }
    let told = if common.format == FormatChoice::Json { None } else { Some(output) };
    let revisions = try_all(&repository, args, output, told, &tree, &wanted)?;
    if common.format == FormatChoice::Json {
        output.write(&rehearsed::as_json(&revisions))?;
    } else {
        let failed = revisions.iter().filter(|rehearsed| !rehearsed.passed()).count();
        let line = match failed {
            0 => format!("verified: {} passed\n", counted(revisions.len())),
            _ => format!("not verified: {failed} of {} failed\n", counted(revisions.len())),
        };
        output.write(&line)?;
    }
    Ok(if revisions.iter().all(Rehearsed::passed) { ExitStatus::Clean } else { ExitStatus::Blocked })
}

fn counted(number: usize) -> String {
    if number == 1 { "1 revision".to_owned() } else { format!("{number} revisions") }
}

/// The revisions of a project that are to be tried, in the order in which they are applied.
fn meant<'a>(inquiry: &'a Inquiry, args: &VerifyArgs) -> Vec<&'a Revised> {
    let tried = |revised: &&Revised| {
        revised.change != Fate::Deleted && !revised.revision.is_empty() && revised.judged != Judged::Not
    };
    let named = |revised: &&Revised| args.revisions.is_empty() || args.revisions.iter().any(|id| names(revised, id));
    inquiry.revised.iter().filter(tried).filter(named).collect()
}

fn names(revised: &Revised, id: &str) -> bool {
    revised.revision.starts_with(id)
}

fn try_all(
    repository: &Repository,
    args: &VerifyArgs,
    output: &Output,
    told: Option<&Output>,
    tree: &ObjectId,
    wanted: &[(&Inquiry, Vec<&Revised>)],
) -> Result<Vec<Rehearsed>, Error> {
    let cache = Cache::open(repository.common_dir(), || {
        output.notice("another `verify` of this repository is running; waiting for it")
    })?;
    if args.no_cache {
        cache.clear()?;
    }
    let shelf = Shelf::of(&repository.state_dir());
    let mut run = Run { repository, cache: &cache, tree: PathBuf::new(), shelf, args, output };
    let mut revisions = Vec::new();
    for (inquiry, revised) in wanted {
        revisions.extend(try_project(&mut run, inquiry, revised, tree, told)?);
    }
    Ok(revisions)
}

fn try_project(
    run: &mut Run<'_>,
    inquiry: &Inquiry,
    revised: &[&Revised],
    tree: &ObjectId,
    told: Option<&Output>,
) -> Result<Vec<Rehearsed>, Error> {
    let mut revisions = Vec::new();
    let mut left = Vec::new();
    for revised in revised {
        match run.kept(inquiry, revised) {
            Some(kept) => {
                tell(told, &kept)?;
                revisions.push(kept);
            }
            None => left.push(*revised),
        }
    }
    if left.is_empty() {
        return Ok(revisions);
    }
    run.tree = checkout::write(tree, &run.cache.place("staged"))?;
    let (project, settings) = (&inquiry.project, &inquiry.settings);
    let verify = Verify(settings);
    let root = run.repository.work_tree()?;
    checkout::copy(&verify.list("copy"), &root, &run.tree)?;
    let folder = folder_of(project, &run.tree);
    let beside = folder.strip_prefix(&run.tree).map(|folder| root.join(folder)).unwrap_or_else(|_| root.clone());
    let interpreter = Interpreter::find(verify.text("python"), &[beside, root.clone()])?;
    let engine = Engine::open(inquiry.dialects[0], run.cache, verify.text("pg-bin"), &interpreter.path)?;
    let baseline = match verify.text("baseline") {
        None | Some("replay") => Baseline::Replay,
        Some("models") => Baseline::Models,
        Some(other) => {
            return Err(crate::scratch::error::Error::Setting { key: "baseline", value: other.to_owned() }.into());
        }
    };
    let before = match (&baseline, run.repository.head()?) {
        (Baseline::Models, Some(head)) => {
            Some(checkout::write(&run.repository.tree_of(&head)?, &run.cache.place("head"))?)
        }
        _ => None,
    };
    let stage = Stage {
        interpreter: &interpreter,
        engine: &engine,
        databases: databases(inquiry, &verify),
        job: job(project, inquiry, &verify, &run.tree, &root),
        folder,
        before,
        baseline,
        seconds: verify.text("timeout").and_then(|seconds| seconds.parse().ok()).unwrap_or(PATIENCE),
    };
    for revised in left {
        let tried = run.try_one(&stage, inquiry, revised)?;
        tell(told, &tried)?;
        revisions.push(tried);
    }
    Ok(revisions)
}

fn tell(told: Option<&Output>, rehearsed: &Rehearsed) -> Result<(), Error> {
    match told {
        Some(output) => Ok(output.write(&rehearsed::tell(rehearsed, output.volume))?),
        None => Ok(()),
    }
}

impl Run<'_> {
    /// What an earlier run found of exactly this content.
    fn kept(&self, inquiry: &Inquiry, revised: &Revised) -> Option<Rehearsed> {
        if self.args.no_cache {
            return None;
        }
        let key =
            evidence::key(&inquiry.history, &chain::digests(&inquiry.history), &revised.revision, &inquiry.settings)?;
        let kept = self.shelf.find(&key)?;
        let problems =
            kept.problems.iter().filter(|problem| problem.fails).map(|problem| problem.message.clone()).collect();
        let proof = Proof::Kept { passed: kept.passed, at: kept.at, problems };
        Some(row(revised, kept.database, proof))
    }

    fn try_one(&self, stage: &Stage<'_>, inquiry: &Inquiry, revised: &Revised) -> Result<Rehearsed, Error> {
        let trial = trial(inquiry, revised);
        let watched = std::io::stderr().is_terminal();
        let mut told = |leg: &str| {
            if watched {
                self.output.notice(&format!("{}: {leg} …", revised.revision));
            }
        };
        let outcome = rehearsal::rehearse(stage, &trial, &mut told)?;
        let acknowledged =
            inquiry.history.migration(&revised.path).map(|migration| acknowledged(&migration)).unwrap_or_default();
        let judgement = Judgement::of(&outcome, acknowledged);
        let database = stage.engine.title();
        if let Some(key) =
            evidence::key(&inquiry.history, &chain::digests(&inquiry.history), &revised.revision, &inquiry.settings)
        {
            let evidence = evidence_of(revised, &judgement, &outcome, &database);
            let kept = self.shelf.keep(&key, &evidence);
            kept.map_err(|source| Error::File { path: self.repository.state_dir(), source })?;
        }
        Ok(row(revised, database, Proof::Now(judgement)))
    }
}

fn row(revised: &Revised, database: String, proof: Proof) -> Rehearsed {
    Rehearsed {
        revision: revised.revision.clone(),
        message: revised.message.clone(),
        path: revised.path.to_string(),
        database,
        proof,
    }
}

fn evidence_of(revised: &Revised, judgement: &Judgement, outcome: &Outcome, database: &str) -> Evidence {
    let word = |at: usize| judgement.legs[at].map(|leg| if leg.passed { "passed" } else { "failed" }.to_owned());
    let problems = judgement.problems.iter().map(|problem| evidence::Problem {
        fails: problem.gravity == Gravity::Fails,
        message: problem.message.clone(),
        hint: problem.hint.clone(),
    });
    let versions = ["python", "alembic", "sqlalchemy"]
        .iter()
        .filter_map(|name| Some(format!("{name} {}", outcome.ready[*name].as_str()?)));
    Evidence {
        schema: 1,
        revision: revised.revision.clone(),
        passed: judgement.passed(),
        upgrade: word(0),
        downgrade: word(1),
        reupgrade: word(2),
        database: database.to_owned(),
        at: Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string(),
        problems: problems.collect(),
        versions: versions.collect(),
    }
}

/// What a migration says of itself in its comments.
fn acknowledged(migration: &Migration) -> Acknowledged {
    let plans: Vec<Plan> = migration.remarks.iter().filter_map(plan::stated).map(|(plan, _)| plan).collect();
    let irreversible = plans.contains(&Plan::Irreversible);
    Acknowledged { loss: irreversible || plans.contains(&Plan::Backup), irreversible }
}

fn trial(inquiry: &Inquiry, revised: &Revised) -> Trial {
    let history = &inquiry.history;
    let digests = chain::digests(history);
    let needs = chain::needs(history, &revised.revision);
    let mut earlier = Vec::new();
    let mut at = needs.clone();
    while let ([only], true) = (at.as_slice(), earlier.len() < FAR) {
        at = chain::needs(history, only);
        earlier.push(chain::standing_on(&digests, &at));
    }
    Trial {
        revision: revised.revision.clone(),
        parents: revised.down_revisions.clone(),
        chain: chain::standing_on(&digests, &needs),
        needs,
        earlier,
        data_only: history.migration(&revised.path).is_some_and(|migration| writes_rows_only(&migration)),
    }
}

fn writes_rows_only(migration: &Migration) -> bool {
    use Statement as S;
    let told = || migration.upgrade.steps.iter().flat_map(|step| &step.told);
    let writes = |statement: &S| {
        matches!(statement, S::Insert(_) | S::Update(_) | S::Delete(_) | S::Merge { .. } | S::Select { .. })
    };
    told().next().is_some() && told().all(|told| writes(&told.statement))
}

/// The folder that Alembic is run in: the ini's; beside the script location for Flask-Migrate and where there is no ini.
fn folder_of(project: &Project, tree: &Path) -> PathBuf {
    let parent =
        |path: &str| Path::new(path).parent().map(|parent| tree.join(parent)).unwrap_or_else(|| tree.to_owned());
    match &project.origin {
        Origin::Ini { path, .. } if parent(path) != tree.join(&project.script_location) => parent(path),
        Origin::Pyproject { path } => parent(path),
        Origin::Ini { .. } | Origin::Folder => parent(&project.script_location),
    }
}

/// How many databases the project has: as many as said, several where env.py names engines (the `multidb` template).
fn databases(inquiry: &Inquiry, verify: &Verify<'_>) -> usize {
    let said = verify.text("databases").and_then(|number| number.parse().ok());
    let env = inquiry.history.snapshot().text(&inquiry.project.env_path());
    let several = env.is_some_and(|env| env.content().contains("engine_name") || env.content().contains("databases"));
    said.unwrap_or(if several { 4 } else { 1 })
}

/// What every job of a project says.
fn job(project: &Project, inquiry: &Inquiry, verify: &Verify<'_>, tree: &Path, root: &Path) -> Value {
    let (mut ini, mut section, mut toml) = (None, None, None);
    match &project.origin {
        Origin::Ini { path, section: name } => (ini, section) = (Some(tree.join(path)), Some(name.clone())),
        Origin::Pyproject { path } => {
            toml = Some(tree.join(path));
            let beside = tree.join(path).with_file_name("alembic.ini");
            ini = beside.exists().then_some(beside);
        }
        Origin::Folder => {}
    }
    let scripts = tree.join(&project.script_location);
    let locations: Vec<String> =
        project.version_locations.iter().map(|folder| tree.join(folder).display().to_string()).collect();
    let usual = [scripts.join("versions").display().to_string()];
    let mut options = json!({"script_location": scripts.display().to_string()});
    if locations != usual && project.outside.is_empty() {
        options["version_locations"] = json!(locations.join(":"));
        options["path_separator"] = json!("os");
        options["version_path_separator"] = json!("os");
    }
    let pairs = verify.list("environment");
    let environment: serde_json::Map<String, Value> = pairs
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let env = inquiry.history.snapshot().text(&project.env_path());
    let flask = env.is_some_and(|env| env.content().contains("current_app"));
    json!({
        "tree": tree, "repository": root, "ini": ini, "section": section, "toml": toml, "options": options,
        "script_location": scripts, "environment": environment, "x": verify.list("x"), "sys_path": sys_path(project, tree),
        "flask_app": flask.then(|| verify.text("flask-app").unwrap_or("auto")),
        "network": verify.text("network").unwrap_or("deny"), "setup_sql": verify.list("setup-sql"), "seed_sql": verify.list("seed-sql"),
        "seed": verify.text("seed") != Some("false"), "adversarial_pass": verify.text("adversarial") != Some("false"),
        "skip_tables": verify.list("skip-tables"),
    })
}

fn sys_path(project: &Project, tree: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder_of(project, tree)];
    for root in &project.import_roots {
        let folder = tree.join(root);
        if !folders.contains(&folder) && folder != tree.join(&project.script_location) {
            folders.push(folder);
        }
    }
    folders
}

/// `[verify]`.
struct Verify<'a>(&'a Settings);

impl Verify<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.0.verify.get(key).map(String::as_str)
    }

    fn list(&self, key: &str) -> Vec<&str> {
        self.text(key).map(|text| text.lines().collect()).unwrap_or_default()
    }
}
