//! A project made ready to be tried: its tree on disk, its Python, its databases, and what every
//! job says.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::alembic::chain;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Origin, Project};
use crate::change::project_input::ProjectInput;
use crate::cli::error::Error;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::ledger::evidence;
use crate::review::subject::Revised;
use crate::scratch;
use crate::scratch::baseline::Baseline;
use crate::scratch::cache::Cache;
use crate::scratch::checkout;
use crate::scratch::database::{self, Engine};
use crate::scratch::interpreter::Interpreter;
use crate::scratch::rehearsal::{Stage, Trial};
use crate::snapshot::ObjectId;
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;

/// How long one job may take where nothing says otherwise, in seconds.
const PATIENCE: u64 = 120;

/// How far up the history a template is looked for.
const FAR: usize = 500;

/// Makes a project ready to be tried as a tree holds it.
pub fn stage(
    repository: &Repository,
    cache: &Cache,
    input: &ProjectInput,
    staged: &ObjectId,
    keep: bool,
) -> Result<Stage, Error> {
    let tree = checkout::write(staged, &cache.place("staged"))?;
    let (project, settings) = (&input.project, &input.settings);
    let verify = Verify(settings);
    let root = repository.work_tree()?;
    checkout::copy(&verify.list("copy"), &root, &tree)?;
    let folder = folder_of(project, &tree);
    let interpreter = interpreter(repository, project, settings)?;
    let dialect = input.dialects[0];
    let bin = verify.text(database::folder_setting(dialect));
    let engine = Engine::open(dialect, cache, bin, &interpreter.path, &verify.list("allow-hosts"))?;
    if keep && matches!(engine, Engine::Named(_)) {
        return Err(scratch::error::Error::NotKept.into());
    }
    let head = match repository.head()? {
        Some(head) => repository.tree_of(&head)?,
        None => *staged,
    };
    let baseline = baseline(input, &verify, &head.to_string())?;
    let before = match &baseline {
        Baseline::Models { .. } | Baseline::Command { .. } => {
            Some(checkout::write(&head, &cache.place("head"))?)
        }
        Baseline::Replay | Baseline::Sql { .. } => None,
    };
    Ok(Stage {
        session: RefCell::default(),
        interpreter,
        engine,
        databases: databases(input, &verify),
        job: job(project, input, &verify, &tree, &root),
        place: cache.place("runner"),
        folder,
        before,
        baseline,
        circumstances: evidence::circumstances(&input.history, settings),
        keep,
        seconds: verify
            .text("timeout")
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or(PATIENCE),
    })
}

/// Finds the Python that a project runs on.
pub fn interpreter(
    repository: &Repository,
    project: &Project,
    settings: &Settings,
) -> Result<Interpreter, Error> {
    Ok(Interpreter::find(Verify(settings).text("python"), &folders(repository, project)?)?)
}

/// The folders of the work tree beside which a project's Python may lie.
pub fn folders(repository: &Repository, project: &Project) -> Result<Vec<PathBuf>, Error> {
    let root = repository.work_tree()?;
    Ok(vec![folder_of(project, &root), root])
}

/// What databases start from. The models and a command are those of the tree before the change:
/// what is staged makes the tables that its migration is to make.
fn baseline(input: &ProjectInput, verify: &Verify<'_>, head: &str) -> Result<Baseline, Error> {
    let revision = verify.text("baseline.revision").map(str::to_owned);
    if let Some(path) = verify.text("baseline.sql") {
        let entry = input.history.snapshot().entry(path);
        let entry = entry.ok_or_else(|| scratch::error::Error::NoDump { path: path.to_owned() })?;
        return Ok(Baseline::Sql { path: path.to_owned(), blob: entry.id.to_string(), revision });
    }
    if let Some(command) = verify.text("baseline.command") {
        return Ok(Baseline::Command {
            command: command.to_owned(),
            tree: head.to_owned(),
            revision,
        });
    }
    Ok(match verify.text("baseline") {
        Some("models") => Baseline::Models { tree: head.to_owned() },
        _ => Baseline::Replay,
    })
}

/// Says what is to be tried of a revision.
pub fn trial(input: &ProjectInput, revised: &Revised) -> Trial {
    let history = &input.history;
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
        data_only: history
            .migration(&revised.path)
            .is_some_and(|migration| writes_rows_only(&migration)),
    }
}

fn writes_rows_only(migration: &Migration) -> bool {
    use Statement as S;
    let emitted = || migration.upgrade.steps.iter().flat_map(|step| &step.emitted);
    let writes = |statement: &S| {
        matches!(
            statement,
            S::Rows(
                RowChange::Insert(_)
                    | RowChange::Update(_)
                    | RowChange::Delete(_)
                    | RowChange::Merge { .. }
                    | RowChange::Select { .. }
            )
        )
    };
    emitted().next().is_some() && emitted().all(|emitted| writes(&emitted.statement))
}

/// The folder that Alembic is run in: the ini's; beside the script location for Flask-Migrate and
/// where there is no ini.
fn folder_of(project: &Project, tree: &Path) -> PathBuf {
    let parent = |path: &str| {
        Path::new(path).parent().map(|parent| tree.join(parent)).unwrap_or_else(|| tree.to_owned())
    };
    match &project.origin {
        Origin::Ini { path, .. } if parent(path) != tree.join(&project.script_location) => {
            parent(path)
        }
        Origin::Pyproject { path } => parent(path),
        Origin::Ini { .. } | Origin::Folder => {
            outside_of_packages(parent(&project.script_location), tree)
        }
    }
}

/// The nearest folder that is no package: on a package's own folder, its modules would pass for
/// others of the same name.
fn outside_of_packages(folder: PathBuf, tree: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|folder| *folder == tree || !is_package(folder))
        .unwrap_or(tree)
        .to_owned()
}

fn is_package(folder: &Path) -> bool {
    folder.join("__init__.py").exists()
}

/// How many databases the project has: as many as said, several where env.py names engines (the
/// `multidb` template).
fn databases(input: &ProjectInput, verify: &Verify<'_>) -> usize {
    let said = verify.text("databases").and_then(|number| number.parse().ok());
    let env = input.history.snapshot().text(&input.project.env_path());
    let several = env.is_some_and(|env| {
        env.content().contains("engine_name") || env.content().contains("databases")
    });
    said.unwrap_or(if several { 4 } else { 1 })
}

/// What every job of a project says.
fn job(
    project: &Project,
    input: &ProjectInput,
    verify: &Verify<'_>,
    tree: &Path,
    root: &Path,
) -> Value {
    let (mut ini, mut section, mut toml) = (None, None, None);
    match &project.origin {
        Origin::Ini { path, section: name } => {
            (ini, section) = (Some(tree.join(path)), Some(name.clone()))
        }
        Origin::Pyproject { path } => {
            toml = Some(tree.join(path));
            let beside = tree.join(path).with_file_name("alembic.ini");
            ini = beside.exists().then_some(beside);
        }
        Origin::Folder => {}
    }
    let scripts = tree.join(&project.script_location);
    let locations: Vec<String> = project
        .version_locations
        .iter()
        .map(|folder| tree.join(folder).display().to_string())
        .collect();
    let usual = [scripts.join("versions").display().to_string()];
    let mut options = json!({"script_location": scripts.display().to_string()});
    if locations != usual && project.outside.is_empty() {
        options["version_locations"] = json!(locations.join(":"));
        options["path_separator"] = json!("os");
        options["version_path_separator"] = json!("os");
    }
    for (name, value) in verify.pairs("options") {
        options[name] = json!(value);
    }
    let environment: serde_json::Map<String, Value> = verify
        .pairs("environment")
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let env = input.history.snapshot().text(&project.env_path());
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
        let scripts = folder == tree.join(&project.script_location);
        if folder.is_dir() && !scripts && !is_package(&folder) && !folders.contains(&folder) {
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

    fn pairs(&self, key: &str) -> Vec<(&str, &str)> {
        self.list(key).into_iter().filter_map(|pair| pair.split_once('=')).collect()
    }
}
