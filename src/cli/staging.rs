//! A project made ready to be tried: its tree on disk, its Python, its databases, and what every
//! job says.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::alembic::chain;
use crate::alembic::project::{Origin, Project};
use crate::change::project_input::ProjectInput;
use crate::cli::error::Error;
use crate::config::settings::Settings;
use crate::config::verify::{BaselineSetting, Network, VerifySettings};
use crate::git::repository::Repository;
use crate::ledger::evidence;
use crate::review::subject::Revised;
use crate::scratch;
use crate::scratch::baseline::Baseline;
use crate::scratch::cache::Cache;
use crate::scratch::checkout;
use crate::scratch::database::{self, Engine};
use crate::scratch::interpreter::Interpreter;
use crate::scratch::job::{Job, Scratch};
use crate::scratch::powers::Powers;
use crate::scratch::stage::Stage;
use crate::scratch::template::Trial;
use crate::snapshot::ObjectId;

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
    let verify = &settings.verify;
    let root = repository.work_tree()?;
    checkout::copy(&verify.copy, &root, &tree)?;
    let folder = folder_of(project, &tree);
    let interpreter = interpreter(repository, project, settings)?;
    let dialect = input.dialects[0];
    let bin = database::programs_folder(dialect, verify);
    let powers = match verify.superuser {
        Some(true) => Powers::Superuser,
        _ => Powers::Owner,
    };
    let engine = Engine::open(dialect, cache, bin, &interpreter.path, &verify.allow_hosts, powers)?;
    if keep && matches!(engine, Engine::Named(_)) {
        return Err(scratch::error::Error::NotKept.into());
    }
    let head = match repository.head()? {
        Some(head) => repository.tree_of(&head)?,
        None => *staged,
    };
    let baseline = baseline(input, &head.to_string())?;
    let before = match &baseline {
        Baseline::Models { .. } | Baseline::Command { .. } => {
            let before = checkout::write(&head, &cache.place("head"))?;
            checkout::copy(&verify.copy, &root, &before)?;
            Some(before)
        }
        Baseline::Replay | Baseline::Sql { .. } => None,
    };
    Ok(Stage {
        session: RefCell::default(),
        interpreter,
        engine,
        databases: databases(input),
        job: job(input, &tree, &root),
        seed: verify.seed.unwrap_or(true),
        adversarial: verify.adversarial.unwrap_or(true),
        place: cache.place("runner"),
        folder,
        before,
        baseline,
        circumstances: evidence::circumstances(&input.history, settings, dialect),
        keep,
        seconds: verify.timeout.unwrap_or(PATIENCE),
    })
}

/// Finds the Python that a project runs on.
pub fn interpreter(
    repository: &Repository,
    project: &Project,
    settings: &Settings,
) -> Result<Interpreter, Error> {
    Ok(Interpreter::find(settings.verify.python.as_deref(), &folders(repository, project)?)?)
}

/// The folders of the work tree beside which a project's Python may lie.
pub fn folders(repository: &Repository, project: &Project) -> Result<Vec<PathBuf>, Error> {
    let root = repository.work_tree()?;
    Ok(vec![folder_of(project, &root), root])
}

/// What databases start from. The models and a command are those of the tree before the change:
/// what is staged makes the tables that its migration is to make.
fn baseline(input: &ProjectInput, head: &str) -> Result<Baseline, Error> {
    let tree = head.to_owned();
    Ok(match input.settings.verify.baseline.clone() {
        None | Some(BaselineSetting::Replay) => Baseline::Replay,
        Some(BaselineSetting::Models) => Baseline::Models { tree },
        Some(BaselineSetting::Command { command, revision }) => {
            Baseline::Command { command, tree, revision }
        }
        Some(BaselineSetting::Sql { path, revision }) => {
            let entry = input.history.snapshot().entry(&path);
            let entry =
                entry.ok_or_else(|| scratch::error::Error::NoDump { path: path.clone() })?;
            Baseline::Sql { path, blob: entry.id.to_string(), revision }
        }
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
    }
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
fn databases(input: &ProjectInput) -> usize {
    let env = input.history.snapshot().text(&input.project.env_path());
    let several = env.is_some_and(|env| {
        env.content().contains("engine_name") || env.content().contains("databases")
    });
    input.settings.verify.databases.unwrap_or(if several { 4 } else { 1 })
}

/// What every job of a project says.
fn job(input: &ProjectInput, tree: &Path, root: &Path) -> Job {
    let (project, verify) = (&input.project, &input.settings.verify);
    let (mut ini, mut section, mut pyproject) = (None, None, None);
    match &project.origin {
        Origin::Ini { path, section: name } => {
            (ini, section) = (Some(tree.join(path)), Some(name.clone()))
        }
        Origin::Pyproject { path } => {
            pyproject = Some(tree.join(path));
            let beside = tree.join(path).with_file_name("alembic.ini");
            ini = beside.exists().then_some(beside);
        }
        Origin::Folder => {}
    }
    let env = input.history.snapshot().text(&project.env_path());
    let is_flask = env.is_some_and(|env| env.content().contains("current_app"));
    Job {
        tree: tree.to_owned(),
        repository: root.to_owned(),
        ini,
        section,
        pyproject,
        options: options(project, verify, tree),
        script_location: tree.join(&project.script_location),
        environment: verify.environment.iter().cloned().collect(),
        x: verify.x.clone(),
        sys_path: sys_path(project, tree),
        flask_app: is_flask.then(|| verify.flask_app.clone().unwrap_or("auto".to_owned())),
        network: match verify.network {
            Some(Network::Allow) => "allow",
            Some(Network::Deny) | None => "deny",
        },
        setup_sql: verify.setup_sql.clone(),
        seed_sql: verify.seed_sql.clone(),
        skip_tables: verify.skip_tables.clone(),
        scratch: Scratch::default(),
    }
}

/// Options of Alembic's configuration: where the scripts lie, and what is set.
fn options(project: &Project, verify: &VerifySettings, tree: &Path) -> BTreeMap<String, String> {
    let scripts = tree.join(&project.script_location);
    let folders = project.version_locations.iter().map(|folder| tree.join(folder));
    let locations: Vec<String> = folders.map(|folder| folder.display().to_string()).collect();
    let usual = [scripts.join("versions").display().to_string()];
    let mut options = vec![("script_location", scripts.display().to_string())];
    if locations != usual && project.outside.is_empty() {
        options.push(("version_locations", locations.join(":")));
        options.push(("path_separator", "os".to_owned()));
        options.push(("version_path_separator", "os".to_owned()));
    }
    let own = options.into_iter().map(|(name, value)| (name.to_owned(), value));
    own.chain(verify.options.iter().cloned()).collect()
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
