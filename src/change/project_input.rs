//! A change, put before the rules: its projects, what they are set to, what is released, and which
//! revisions are meant.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::alembic::chain;
use crate::alembic::history::History;
use crate::alembic::project::Project;
use crate::alembic::reads;
use crate::alembic::surroundings::Surroundings;
use crate::change::authors::name_authors;
use crate::change::concern::{Concerned, concerned};
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::revised;
use crate::change::trees::{Change, Scope};
use crate::config::settings::{Settings, Testing};
use crate::git::repository::Repository;
use crate::ledger::evidence;
use crate::ledger::evidence::EvidenceStore;
use crate::review::subject::{Judged, Revised, Subject};
use crate::rule::after_merge::AfterMerge;
use crate::rule::application::Application;
use crate::rule::release::Release;
use crate::schema::memory::Memory;
use crate::scratch::proof::Proof;
use crate::snapshot::Snapshot;
use crate::sql::dialect::Dialect;
use crate::text::map::Set;

/// One project with everything that is asked about it, owned.
pub struct ProjectInput {
    /// The project.
    pub project: Rc<Project>,
    /// Its revisions.
    pub history: History,
    /// Its settings.
    pub settings: Settings,
    /// The dialects it is judged for, the likeliest first.
    pub dialects: Vec<Dialect>,
    /// What files around the project say of the server and the packages.
    pub surroundings: Rc<Surroundings>,
    /// What is released.
    pub release: Release,
    /// What is released, as histories.
    pub bases: Vec<History>,
    /// What merging with upstream would make, where upstream has something of its own.
    pub after_merge: Option<AfterMerge>,
    /// The revisions that are meant.
    pub revised: Vec<Revised>,
    /// Changed files that look like revisions and lie where the project does not load them.
    pub overlooked: Vec<Rc<str>>,
}

/// Finds what a change concerns, project by project; nothing where it concerns no migration.
pub fn inputs(
    repository: &Repository,
    change: &mut Change,
    overrides: &Overrides,
) -> Result<Vec<ProjectInput>, Error> {
    let Some(concerned) = concerned(change, overrides)? else { return Ok(Vec::new()) };
    inputs_of(repository, change, concerned, overrides)
}

/// Reads the projects that a change concerns.
pub fn inputs_of(
    repository: &Repository,
    change: &mut Change,
    concerned: Concerned,
    overrides: &Overrides,
) -> Result<Vec<ProjectInput>, Error> {
    change.find_upstream(repository, concerned.upstream())?;
    let mut inputs = read_all(change, concerned, overrides);
    if let Some(commits) = change.upstream.as_ref().and_then(|upstream| upstream.commits) {
        for input in &mut inputs {
            if let Some(merge) = &mut input.after_merge {
                name_authors(repository, commits, &input.history, merge);
            }
        }
    }
    Ok(inputs)
}

/// Reads the projects that a change concerns, whose upstream is known or is not looked for.
pub fn read_all(change: &Change, concerned: Concerned, overrides: &Overrides) -> Vec<ProjectInput> {
    let Concerned { projects, settings } = concerned;
    let input = |project| input_of(change, Rc::new(project), &settings, overrides);
    projects.into_iter().map(input).collect()
}

fn input_of(
    change: &Change,
    project: Rc<Project>,
    settings: &Settings,
    overrides: &Overrides,
) -> ProjectInput {
    let settings = overrides.over(settings.for_project(&project.name));
    let dialects = dialects(&project, &settings, overrides);
    let known: Vec<&History> = change.known.iter().collect();
    let history = History::read_beside(&change.new, &project, &known)
        .on(dialects.first().copied().unwrap_or_default());
    let parents: Vec<History> =
        change.parents.iter().map(|parent| history_beside(parent, &history, &known)).collect();
    let known_parents: Vec<&History> = parents.iter().collect();
    let tip = change.upstream.as_ref();
    let tip = tip.map(|upstream| history_beside(&upstream.tip, &history, &known));
    let mut revised = match change.scope {
        Scope::Change => {
            let read = reads::candidates(&change.paths);
            revised::changed(&history, &known_parents, tip.as_ref(), &read)
        }
        Scope::Files => revised::named(&history, &known_parents, &change.paths),
        Scope::All if change.named.is_empty() => revised::all(&history),
        Scope::All => revised::among(&history, &change.paths),
        Scope::State => Vec::new(),
    };
    let before = tip.as_ref().into_iter().chain(known_parents.iter().copied());
    revised::leave_out(&mut revised, &history, &settings.start_after, before);
    let (release, bases) = release(change, &history, parents, &settings);
    let after_merge = after_merge(change, &history, &bases, tip);
    let surroundings = Rc::new(Surroundings::of(&change.new, &project));
    let overlooked = overlooked(change, &project);
    ProjectInput {
        project,
        history,
        settings,
        dialects,
        surroundings,
        release,
        bases,
        after_merge,
        revised,
        overlooked,
    }
}

/// The changed files that look like revisions and lie where the project does not load them.
fn overlooked(change: &Change, project: &Project) -> Vec<Rc<str>> {
    let is_revision = |path: &str| {
        change.new.text(path).is_some_and(|text| text.content().contains("down_revision"))
    };
    let paths = change.paths.iter().filter(|path| project.overlooks(path) && is_revision(path));
    paths.map(|path| path.as_str().into()).collect()
}

/// Reads the same project in another tree, where its folders or its configuration may lie
/// elsewhere.
pub fn history_in(snapshot: &Rc<Snapshot>, history: &History) -> History {
    history_beside(snapshot, history, &[])
}

/// The same, where more is known: an audit has judged the parent of most commits.
fn history_beside(snapshot: &Rc<Snapshot>, history: &History, known: &[&History]) -> History {
    let project = Rc::new(history.project().in_snapshot(snapshot));
    let others: Vec<&History> = known.iter().copied().chain([history]).collect();
    History::read_beside(snapshot, &project, &others)
}

/// The option, else the setting, else what the project says, else PostgreSQL.
pub fn dialects(project: &Project, settings: &Settings, overrides: &Overrides) -> Vec<Dialect> {
    if let Some(dialect) = overrides.dialect.or(settings.dialect) {
        return vec![dialect];
    }
    let said: Vec<Dialect> =
        project.environment.dialects.iter().map(|(dialect, _)| *dialect).collect();
    if said.is_empty() { vec![Dialect::PostgreSql] } else { said }
}

/// What is released: what upstream had where this work left it, else what the parents have.
fn release(
    change: &Change,
    history: &History,
    parents: Vec<History>,
    settings: &Settings,
) -> (Release, Vec<History>) {
    let known: Vec<&History> = change.known.iter().chain(&parents).collect();
    let base = change.upstream.as_ref();
    let base = base.map(|upstream| history_beside(&upstream.base, history, &known));
    // What a revision did is read as what it does now is: for the dialect that is judged.
    let read_alike = |base: History| match base.dialect() == history.dialect() {
        true => base,
        false => base.on(history.dialect()),
    };
    let bases = base.map_or(parents, |base| vec![base]);
    let bases: Vec<History> = bases.into_iter().map(read_alike).collect();
    let released: Set<Rc<str>> =
        bases.iter().flat_map(|base| base.graph().nodes()).map(|node| node.id.clone()).collect();
    let release = Release {
        together: history.graph().pending(&released),
        released: Rc::new(released),
        each_alone: change.scope == Scope::All,
        upstream: change.upstream.as_ref().map(|upstream| upstream.name.clone()),
        application: application(change, history, settings),
    };
    (release, bases)
}

/// The code of the application where a release is known; what is judged for itself (`--all`) has no
/// release of its own.
fn application(change: &Change, history: &History, settings: &Settings) -> Option<Rc<Application>> {
    if !matches!(change.scope, Scope::Change | Scope::Files) {
        return None;
    }
    let released = change.upstream.as_ref().map(|upstream| &upstream.base);
    let released = released.or(change.parents.first())?;
    let folders = &settings.models;
    Some(Rc::new(Application::new(released, &change.new, &change.parents, history, folders)))
}

/// What merging with upstream would make of a project; nothing where upstream has no revision that
/// this work lacks, or this work none that upstream lacks.
fn after_merge(
    change: &Change,
    history: &History,
    bases: &[History],
    tip: Option<History>,
) -> Option<AfterMerge> {
    let (Scope::Change, Some(upstream), Some(theirs)) = (change.scope, &change.upstream, tip)
    else {
        return None;
    };
    let lacks = |one: &History, other: &History| {
        one.files()
            .iter()
            .any(|file| other.file_at(&file.path).is_none_or(|twin| twin.entry != file.entry))
    };
    let is_news = bases.iter().all(|base| lacks(&theirs, base));
    if !is_news || !lacks(&theirs, history) || !lacks(history, &theirs) {
        return None;
    }
    let merged =
        Rc::new(Snapshot::merged(upstream.base.clone(), change.new.clone(), upstream.tip.clone()));
    let project = Rc::new(history.project().in_snapshot(&merged));
    Some(AfterMerge {
        upstream: upstream.name.clone(),
        merged: History::read_beside(&merged, &project, &[history, &theirs]).on(history.dialect()),
        theirs,
        step: change.step,
        authors: BTreeMap::new(),
        fetched_days_ago: upstream.fetched_days_ago,
    })
}

impl ProjectInput {
    /// The key of a revision's evidence: it belongs to the first of the project's dialects.
    pub fn evidence_key(
        &self,
        digests: &HashMap<Rc<str>, String>,
        revision: &str,
    ) -> Option<String> {
        evidence::key(&self.history, digests, revision, &self.settings, self.dialects[0])
    }

    /// What `verify` found of the revisions that are judged, by id.
    pub(crate) fn evidence(&self, shelf: &EvidenceStore) -> HashMap<String, Proof> {
        let judged: Vec<&Revised> =
            self.revised.iter().filter(|revised| revised.judged != Judged::Not).collect();
        if judged.is_empty() || self.settings.testing == Testing::Off || !shelf.holds_any() {
            return HashMap::new();
        }
        let digests = chain::digests(&self.history);
        let find = |revised: &&Revised| {
            let key = self.evidence_key(&digests, &revised.revision)?;
            Some((revised.revision.clone(), shelf.find(&key)?))
        };
        judged.iter().filter_map(find).collect()
    }

    pub(crate) fn subject(&self, evidence: HashMap<String, Proof>) -> Subject<'_> {
        Subject {
            project: &self.project,
            history: &self.history,
            memory: Memory::default(),
            settings: &self.settings,
            others: self.dialects.iter().skip(1).map(|dialect| self.history.on(*dialect)).collect(),
            dialects: self.dialects.clone(),
            surroundings: self.surroundings.clone(),
            release: self.release.clone(),
            bases: &self.bases,
            after_merge: self.after_merge.as_ref(),
            evidence,
            revised: self.revised.clone(),
            overlooked: self.overlooked.clone(),
        }
    }
}
