//! `init`: what was found, what would be judged, and settings, hooks and a check in CI for it.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::{Project, Search};
use crate::alembic::search;
use crate::change::concern;
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::cli::args::verbs::InitArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::{doctor, install, outcome};
use crate::config::read::OWN_FILE;
use crate::git::repository::Repository;
use crate::report::facts::{Facts, ProjectFacts};
use crate::report::proposal;
use crate::report::proposal::{Proposal, ProposedFile, ProposedProject, Stage};
use crate::snapshot::Snapshot;

/// What runs hooks in the place of git, by the file that says so.
const FRAMEWORKS: [(&str, &str); 6] = [
    (".pre-commit-config.yaml", "pre-commit or prek"),
    (".pre-commit-config.yml", "pre-commit or prek"),
    ("prek.toml", "prek"),
    (".husky", "husky"),
    ("lefthook.yml", "lefthook"),
    (".lefthook.yml", "lefthook"),
];

/// The workflow for GitHub.
const WORKFLOW: &str = ".github/workflows/migrations.yml";

/// Proposes, and writes where that is asked for.
pub fn run(args: &InitArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let root = repository.work_tree()?;
    let facts = doctor::facts(&repository, &Overrides::default())?;
    if facts.projects.is_empty() {
        return Err(Error::NoProject);
    }
    let framework = FRAMEWORKS.iter().find(|(path, _)| root.join(path).exists());
    let mut proposal = propose(&repository, &root, &facts, framework)?;
    let stage = match (args.write, args.dry_run) {
        (true, _) => Stage::Written,
        (_, true) => Stage::Shown,
        _ => Stage::Proposed,
    };
    if stage == Stage::Written {
        for file in &proposal.files {
            write(&root.join(&file.path), &file.content)?;
        }
        if framework.is_none() {
            proposal.hooks = installed(&install::write_hooks(&repository)?);
        }
        let paths: Vec<&str> = proposal.files.iter().map(|file| file.path.as_str()).collect();
        proposal.next = match paths.as_slice() {
            [] => "safe-migration check --all --statistics".to_owned(),
            paths if paths.contains(&WORKFLOW) => format!(
                "git add {} and commit it; the workflow installs the wheel that the variable \
                 SAFE_MIGRATION_WHEEL names",
                paths.join(" ")
            ),
            paths => format!("git add {} and commit it", paths.join(" ")),
        };
    }
    output.write(&proposal::tell(&proposal, stage))?;
    Ok(ExitStatus::Clean)
}

/// What became of the hooks, in one line; what is not just installed is said after it.
fn installed(hooks: &[(&'static str, String)]) -> String {
    let names: Vec<&str> = hooks.iter().map(|(name, _)| *name).collect();
    let others = hooks.iter().filter(|(_, outcome)| outcome != "installed");
    let others = others.map(|(name, outcome)| format!("\n{:14}{name}: {outcome}", ""));
    format!("{} installed{}", names.join(", "), others.collect::<String>())
}

fn write(path: &Path, content: &str) -> Result<(), Error> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    outcome::write(path, content)
}

fn propose(
    repository: &Repository,
    root: &Path,
    facts: &Facts,
    framework: Option<&(&str, &str)>,
) -> Result<Proposal, Error> {
    let released = released(repository)?;
    let projects: Vec<ProposedProject> =
        facts.projects.iter().map(|facts| proposed(facts, &released)).collect();
    let mut files = Vec::new();
    if facts.settings.is_none() {
        let can_test = facts.projects.iter().all(can_test);
        files.push(ProposedFile {
            path: OWN_FILE.to_owned(),
            content: settings(&projects, can_test),
        });
    }
    if root.join(".github").is_dir() && !root.join(WORKFLOW).exists() {
        files.push(ProposedFile { path: WORKFLOW.to_owned(), content: GITHUB.to_owned() });
    }
    let (hooks, mut pasted) = hooks(framework);
    if root.join(".gitlab-ci.yml").is_file() {
        pasted.push((".gitlab-ci.yml".to_owned(), GITLAB.to_owned()));
    }
    let next = "safe-migration init --write".to_owned();
    Ok(Proposal { projects, settings: facts.settings.clone(), files, pasted, hooks, next })
}

fn can_test(facts: &ProjectFacts) -> bool {
    facts.verify.as_ref().is_some_and(|verify| verify.works)
}

/// The histories of the projects as they are released: upstream's, else those of HEAD.
fn released(repository: &Repository) -> Result<Vec<History>, Error> {
    let change = Change::state(repository)?;
    let settings = concern::settings(&change.new, &Overrides::default())?;
    let upstream = repository.upstream(settings.upstream.as_deref())?;
    let tip = match upstream {
        Some(upstream) => Some(upstream.commit),
        None => repository.head()?,
    };
    let Some(tip) = tip else { return Ok(Vec::new()) };
    let tree: Rc<Snapshot> = Rc::new(repository.snapshot(Some(&repository.tree_of(&tip)?)));
    let projects = search::find(&tree, Search::Whole, &settings);
    let read = |project: Project| History::read(&tree, &Rc::new(project));
    Ok(projects.into_iter().map(read).collect())
}

fn proposed(facts: &ProjectFacts, released: &[History]) -> ProposedProject {
    let history = released.iter().find(|history| history.project().name == facts.project);
    let heads = history.map(|history| history.graph().heads().to_vec()).unwrap_or_default();
    let number = history.map_or(0, |history| history.files().len());
    let dialect = |dialect: &crate::report::facts::DialectFact| {
        format!("{}, {}", dialect.dialect, dialect.because)
    };
    ProposedProject {
        name: facts.project.clone(),
        dialects: facts.dialects.iter().map(dialect).collect(),
        heads: facts.heads.clone(),
        released: heads.iter().map(ToString::to_string).collect(),
        counted: (number, facts.revisions.saturating_sub(number)),
        verify: facts.verify.as_ref().map(|fact| fact.sentence()).unwrap_or_default(),
    }
}

/// The settings that are proposed: what is released is judged no more, and what can be tried here
/// is asked for.
fn settings(projects: &[ProposedProject], can_test: bool) -> String {
    let testing = match can_test {
        true => {
            "testing = \"required\" # a migration is tried with `safe-migration verify` before it is committed\n"
        }
        false => {
            "testing = \"warn\" # `safe-migration verify` cannot work here yet; \"required\" once it can, or in CI\n"
        }
    };
    let after = |project: &ProposedProject| {
        let ids: Vec<String> = project.released.iter().map(|id| format!("\"{id}\"")).collect();
        format!("start-after = [{}] # released: judged no more\n", ids.join(", "))
    };
    let released: Vec<&ProposedProject> =
        projects.iter().filter(|project| !project.released.is_empty()).collect();
    match (projects.len(), released.as_slice()) {
        (1, [only]) => format!("{}{testing}", after(only)),
        _ => {
            let each = |project: &&ProposedProject| {
                format!("\n[project.\"{}\"]\n{}", project.name, after(project))
            };
            format!("{testing}{}", released.iter().map(each).collect::<String>())
        }
    }
}

/// What becomes of hooks: a framework's configuration is people's own to edit.
fn hooks(framework: Option<&(&str, &str)>) -> (String, Vec<(String, String)>) {
    match framework {
        None => ("safe-migration install".to_owned(), Vec::new()),
        Some((path, name))
            if path.ends_with("yaml") || path.ends_with("yml") && !name.contains("lefthook") =>
        {
            (format!("run by {name}"), vec![((*path).to_owned(), PRE_COMMIT.to_owned())])
        }
        Some((path, name)) => (
            format!(
                "run by {name}: let pre-commit and post-commit call `safe-migration hook NAME`"
            ),
            vec![((*path).to_owned(), "safe-migration hook pre-commit".to_owned())],
        ),
    }
}

const PRE_COMMIT: &str = "  - repo: local
    hooks:
      - id: safe-migration
        name: safe-migration
        language: system
        entry: safe-migration hook pre-commit
        always_run: true
        pass_filenames: false
        verbose: true
        stages: [pre-commit, pre-merge-commit]
";

const GITHUB: &str = "name: migrations
on: pull_request
permissions: {contents: read}
jobs:
  migrations:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      # A variable of the repository: the address of a wheel, from a release or built by `pip wheel .`.
      - run: pip install \"$SAFE_MIGRATION_WHEEL\"
        env: {SAFE_MIGRATION_WHEEL: \"${{ vars.SAFE_MIGRATION_WHEEL }}\"}
      - run: safe-migration check --from \"origin/$GITHUB_BASE_REF\" --format github
      - run: safe-migration audit \"origin/$GITHUB_BASE_REF..HEAD\" --fail
";

const GITLAB: &str = "migrations:
  image: python:3
  rules: [{if: $CI_PIPELINE_SOURCE == \"merge_request_event\"}]
  variables: {GIT_DEPTH: 0}
  script:
    # A CI/CD variable: the address of a wheel, from a release or built by `pip wheel .`.
    - pip install \"$SAFE_MIGRATION_WHEEL\"
    - git fetch origin \"$CI_MERGE_REQUEST_TARGET_BRANCH_NAME\"
    - safe-migration check --from FETCH_HEAD --format gitlab --output-file \
    gl-code-quality-report.json
  artifacts: {when: always, reports: {codequality: gl-code-quality-report.json}}
";
