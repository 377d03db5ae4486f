//! A revision, tried: brought to its parents, upgraded, downgraded, upgraded again, with rows in
//! the tables.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::git::digest;
use crate::scratch::baseline::{self, Baseline};
use crate::scratch::database::Engine;
use crate::scratch::error::{Error, is_full};
use crate::scratch::interpreter::Interpreter;
use crate::scratch::kept;
use crate::scratch::runner;
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
    pub job: Value,
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
    /// Whether it writes rows and changes no schema.
    pub data_only: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the plain pass did, as the runner tells it.
    pub plain: Value,
    /// What the pass with difficult rows did.
    pub adversarial: Option<Value>,
    /// Versions and layers of the guard.
    pub ready: Value,
}

/// What the tables are given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SeedKind {
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

/// Tells whether a statement failed for JSON that is an object where it wants a list: nothing in a
/// schema says which it is.
fn expects_lists(leg: &Value) -> bool {
    let error = leg["error"].as_str().unwrap_or_default();
    ["cannot extract elements from an object", "cannot get array length of a non-array"]
        .iter()
        .any(|words| error.contains(words))
}

/// Tries a revision; `on_progress` hears of each leg.
pub fn rehearse(
    stage: &Stage,
    trial: &Trial,
    reported: &mut dyn FnMut(&str),
) -> Result<Outcome, Error> {
    let template = template(stage, &trial.chain);
    if !stage.engine.has(&template)? {
        forward(stage, trial, &template, reported)?;
    }
    let mut ready = Value::Null;
    let mut plain = pass(stage, trial, &template, SeedKind::Plain, &mut ready, reported)?;
    let lists = expects_lists(&plain["upgrade"]);
    if lists {
        plain = pass(stage, trial, &template, SeedKind::Lists, &mut ready, reported)?;
    }
    if stage.keep {
        stage.session.take();
        stage.engine.keep(stage.databases, &kept::name(&trial.revision))?;
    }
    let went_well = plain["upgrade"]["status"] == "passed";
    let adversarial = match went_well && stage.job["adversarial_pass"] != false {
        true => Some(pass(
            stage,
            trial,
            &template,
            SeedKind::Adversarial { lists },
            &mut Value::Null,
            reported,
        )?),
        false => None,
    };
    Ok(Outcome { plain, adversarial, ready })
}

/// The name of a template: everything that it depends on is in it.
fn template(stage: &Stage, chain: &str) -> String {
    let words = [
        runner::PROTOCOL,
        &runner::digest(),
        &stage.engine.title(),
        &stage.databases.to_string(),
        &stage.circumstances,
        &format!("{:?}", stage.baseline),
        chain,
    ];
    format!("t_{}", &digest::of(words.join("\n").as_bytes()).to_string()[..24])
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
    let order = json!({"mode": "forward", "targets": trial.needs, "revision": trial.revision});
    let answer = job(stage, &scratch, order, None, &mut Value::Null, reported)?;
    if answer["failed"]["error"].is_string() {
        return Err(no_replay(stage, &answer));
    }
    if let Some(why) = answer["beyond"].as_str() {
        return Err(Error::Beyond { revision: trial.revision.clone(), why: why.to_owned() });
    }
    stage.engine.keep(stage.databases, template_name)
}

/// Fills an empty database with what a history expects to be there.
fn begin(stage: &Stage, scratch: &Value, reported: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let baseline = stage.baseline.order(Path::new(stage.job["tree"].as_str().unwrap_or_default()));
    if baseline.is_null() && stage.job["setup_sql"].as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    if let Some(title) = stage.baseline.title() {
        reported(&title);
    }
    let order = json!({"mode": "begin", "baseline": baseline});
    let answer = job(stage, scratch, order, stage.before.as_deref(), &mut Value::Null, reported)?;
    match answer["failed"]["error"].as_str() {
        Some(why) if is_full(why) => Err(Error::NoRoom(why.to_owned())),
        Some(why) => Err(Error::NoBaseline { why: why.lines().next().unwrap_or(why).to_owned() }),
        None => Ok(()),
    }
}

/// Why a history does not lead to where a revision can be tried.
fn no_replay(stage: &Stage, answer: &Value) -> Error {
    let (why, at) =
        (answer["failed"]["error"].as_str().unwrap_or_default(), &answer["failed"]["at"]);
    let place =
        at["path"].as_str().map(|path| format!(", at {path}:{}", at["line"])).unwrap_or_default();
    let why = format!("{}{place}", why.lines().next().unwrap_or(why));
    match () {
        () if is_full(&why) => Error::NoRoom(why),
        () if why.starts_with("a network connection") => {
            Error::NotLoaded { python: stage.interpreter.path.clone(), why, at: None }
        }
        () => {
            let tree = Path::new(stage.job["tree"].as_str().unwrap_or_default());
            Error::NoReplay {
                from: Box::new(stage.baseline.clone()),
                why,
                advice: baseline::advice(answer, tree),
            }
        }
    }
}

fn pass(
    stage: &Stage,
    trial: &Trial,
    template: &str,
    rows: SeedKind,
    ready: &mut Value,
    reported: &mut dyn FnMut(&str),
) -> Result<Value, Error> {
    let scratch = stage.engine.make(stage.databases, Some(template))?;
    let revision = json!({"revision": trial.revision, "parents": trial.parents, "merge": trial.parents.len() > 1, "data_only": trial.data_only});
    let hard = matches!(rows, SeedKind::Adversarial { .. });
    let lists = matches!(rows, SeedKind::Lists | SeedKind::Adversarial { lists: true });
    let order = json!({"mode": "rehearse", "revisions": [revision], "adversarial": hard, "first_attempt": u8::from(lists)});
    let answer = job(stage, &scratch, order, None, ready, reported).map_err(|error| match error {
        Error::NotLoaded { why, .. } if !stage.engine.is_alive() => {
            Error::ServerLost { revision: trial.revision.clone(), why }
        }
        other => other,
    });
    let reported = answer?["revisions"][0].take();
    is_the_migrations_own(stage, trial, &reported)?;
    Ok(reported)
}

/// A full disk and a server that went away say nothing of a migration.
fn is_the_migrations_own(stage: &Stage, trial: &Trial, reported: &Value) -> Result<(), Error> {
    let legs = ["upgrade", "downgrade", "reupgrade", "again"].map(|leg| &reported[leg]);
    let Some(why) = legs.iter().find_map(|leg| leg["error"].as_str()) else { return Ok(()) };
    let why = why.lines().next().unwrap_or(why).to_owned();
    match () {
        () if is_full(&why) => Err(Error::NoRoom(why)),
        () if !stage.engine.is_alive() => {
            Err(Error::ServerLost { revision: trial.revision.clone(), why })
        }
        () => Ok(()),
    }
}

/// Has an order done on the scratch databases; `elsewhere` is the tree to run it in instead of the
/// staged one.
fn job(
    stage: &Stage,
    scratch: &Value,
    order: Value,
    elsewhere: Option<&Path>,
    ready: &mut Value,
    reported: &mut dyn FnMut(&str),
) -> Result<Value, Error> {
    let mut heard = |event: &Value| {
        if event["event"] == "leg" {
            let word = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            reported(&format!("{} to {}", word("direction"), word("target")));
        }
    };
    let mut session =
        match (elsewhere, stage.session.take().filter(|session| session.works_on(scratch))) {
            (None, Some(session)) => session,
            (None, None) => open(stage, scratch, stage.job.clone(), &stage.folder)?,
            (Some(tree), _) => {
                let (whole, folder) = moved(stage, tree);
                open(stage, scratch, whole, &folder)?
            }
        };
    let answer = session.ask(&order, stage.seconds, &mut heard)?;
    *ready = session.ready.clone();
    // What failed may have left anything behind in its process.
    if elsewhere.is_none() && answer["clean"] == true {
        stage.session.replace(Some(session));
    }
    Ok(answer)
}

fn open(stage: &Stage, scratch: &Value, mut whole: Value, folder: &Path) -> Result<Session, Error> {
    whole["scratch"] = scratch.clone();
    Session::open(&stage.interpreter, &whole, &stage.place, folder)
}

/// What a stage always says, and its folder, for another tree than the staged one.
fn moved(stage: &Stage, tree: &Path) -> (Value, PathBuf) {
    let staged = stage.job["tree"].as_str().unwrap_or_default();
    let beyond =
        stage.folder.strip_prefix(staged).map_or_else(|_| tree.to_owned(), |rest| tree.join(rest));
    (with_prefix(&stage.job, staged, &tree.to_string_lossy()), beyond)
}

/// Replaces the beginning of every path in a value.
fn with_prefix(value: &Value, old: &str, new: &str) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix(old) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                Value::String(format!("{new}{rest}"))
            }
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| with_prefix(item, old, new)).collect(),
        Value::Object(rows) => {
            rows.iter().map(|(key, row)| (key.clone(), with_prefix(row, old, new))).collect()
        }
        _ => value.clone(),
    }
}
