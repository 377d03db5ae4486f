//! A change, put before the rules: its projects, what they are set to, what is released, and which
//! revisions are meant.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::rc::Rc;

use crate::alembic::chain;
use crate::alembic::history::History;
use crate::alembic::project::{self, Origin, Project, Search};
use crate::alembic::surroundings::Surroundings;
use crate::change::error::Error;
use crate::change::notices;
use crate::change::overrides::Overrides;
use crate::change::revised;
use crate::change::settings_change;
use crate::change::trees::{self, Change, Kinship, Scope};
use crate::config::read;
use crate::config::settings::{Settings, Testing};
use crate::git::repository::Repository;
use crate::ledger::ability::{Abilities, Ability};
use crate::ledger::evidence::{self, EvidenceStore};
use crate::review::finding::{Finding, Review};
use crate::review::subject::{Judged, Occasion, Revised, Subject};
use crate::review::verdict;
use crate::rule::after_merge::{AfterMerge, Authored};
use crate::rule::context::Release;
use crate::schema::memory::Memory;
use crate::scratch::proof::Proof;
use crate::snapshot::{Kind, Snapshot};
use crate::sql::dialect::Dialect;

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

/// Reviews a change; nothing where it concerns no migration.
pub fn review(
    repository: &Repository,
    mut change: Change,
    overrides: &Overrides,
) -> Result<Option<Review>, Error> {
    let inputs = inputs(repository, &mut change, overrides)?;
    if inputs.is_empty() {
        // Where a file that may name a project could not be had, nobody knows whether a migration
        // is concerned.
        return Ok(nothing_judged(&change));
    }
    Ok(Some(judge(repository, &inputs, &change, overrides)))
}

/// Reviews a change of files that lie in no repository; nothing where it concerns no migration.
pub fn review_on_disk(change: &Change, overrides: &Overrides) -> Result<Option<Review>, Error> {
    let inputs = match concerned(change, overrides)? {
        Some(concerned) => read_all(change, concerned, overrides),
        None => return Ok(nothing_judged(change)),
    };
    Ok(Some(review_with(&inputs, change, overrides, |_| HashMap::new())))
}

/// What is told where no project is concerned: nothing, unless that cannot be known or something
/// was named.
fn nothing_judged(change: &Change) -> Option<Review> {
    let unverifiable: Vec<String> =
        missing(change).into_iter().chain(unjudged(&[], change)).collect();
    (!unverifiable.is_empty()).then(|| Review { unverifiable, ..Review::default() })
}

/// Why paths that the command line names are not judged.
fn unjudged(inputs: &[ProjectInput], change: &Change) -> Vec<String> {
    change.named.iter().filter_map(|named| named.unjudged(inputs, &change.new)).collect()
}

/// Puts what a change concerns before the rules.
pub fn judge(
    repository: &Repository,
    inputs: &[ProjectInput],
    change: &Change,
    overrides: &Overrides,
) -> Review {
    let shelf = EvidenceStore::of(&repository.state_dir());
    let mut review = review_with(inputs, change, overrides, |input| input.evidence(&shelf));
    say_what_verify_lacks(&mut review, repository, inputs);
    review
}

/// Puts projects before the rules, with what is known of tests of their revisions.
pub fn review_with(
    inputs: &[ProjectInput],
    change: &Change,
    overrides: &Overrides,
    evidence: impl Fn(&ProjectInput) -> HashMap<String, Proof>,
) -> Review {
    let subjects: Vec<Subject<'_>> =
        inputs.iter().map(|input| input.subject(evidence(input))).collect();
    let occasion = Occasion {
        today: change.today,
        strict: overrides.strict,
        testing: change.asks_for_evidence,
    };
    let mut review = verdict::review(&subjects, &occasion);
    review.settings_changes = settings_change::sentences(change, inputs, overrides);
    review.notices.extend(notices::of(change, inputs, overrides));
    review.unverifiable.extend(missing(change).into_iter().chain(unjudged(inputs, change)));
    review.unverifiable.extend(inputs.iter().filter_map(|input| lost(change, input)));
    add_texts(&mut review, change);
    review
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

/// The projects that a change concerns, and what is set.
pub struct Concerned {
    /// The projects.
    pub projects: Vec<Project>,
    /// What is set.
    pub settings: Settings,
}

impl Concerned {
    /// Returns the branch that settings name as released.
    pub fn upstream(&self) -> Option<&str> {
        self.settings.upstream.as_deref()
    }
}

/// Finds the projects that a change concerns, and what is set; nothing where it concerns no
/// migration.
pub fn concerned(change: &Change, overrides: &Overrides) -> Result<Option<Concerned>, Error> {
    let found = projects(change, &Settings::default());
    let settings = settings(&change.new, overrides);
    // Broken settings matter only where a migration is concerned; sound ones may name what nobody
    // would find.
    let projects = match &settings {
        Ok(settings) if settings.place_projects() => projects(change, settings),
        _ => found,
    };
    if let Ok(settings) = &settings
        && (change.scope == Scope::All || !projects.is_empty() || names_change(change, settings))
    {
        usable(&change.new, settings)?;
    }
    if projects.is_empty() {
        return Ok(None);
    }
    Ok(Some(Concerned { projects, settings: settings? }))
}

/// Tells whether a change is one of the settings, or lies where they say that a project is.
fn names_change(change: &Change, settings: &Settings) -> bool {
    let is_named = |path: &String| {
        Some(path) == settings.from.as_ref()
            || settings.projects.iter().any(|named| path.starts_with(named.trim_end_matches('/')))
    };
    change.paths.iter().any(is_named)
}

/// Refuses settings that name a project where there is none.
pub fn usable(snapshot: &Rc<Snapshot>, settings: &Settings) -> Result<(), Error> {
    if settings.projects.is_empty() {
        return Ok(());
    }
    let projects = project::named(snapshot, settings);
    let lies_in = |path: &str, folder: &str| {
        path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    for named in &settings.projects {
        let name = named.trim_end_matches('/');
        let is_it = |project: &Project| {
            let written = match &project.origin {
                Origin::Ini { path, .. } | Origin::Pyproject { path } => path == name,
                Origin::Folder => false,
            };
            let mut folders = project.version_locations.iter().chain([&project.script_location]);
            written || folders.any(|folder| lies_in(folder, name))
        };
        if !projects.iter().any(is_it) {
            let why = match snapshot.entry(name) {
                None => "nothing of this name is in the tree",
                Some(entry) if entry.kind == Kind::Folder => {
                    "no `env.py` of Alembic's and no file with the header of a revision is in it"
                }
                Some(_) => "it says no `script_location` that is in the tree",
            };
            return Err(Error::UnusableProject { named: named.clone(), why });
        }
    }
    Ok(())
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
    for input in &mut inputs {
        name_authors(repository, change, input)?;
    }
    Ok(inputs)
}

/// Reads the projects that a change concerns, whose upstream is known or is not looked for.
pub fn read_all(change: &Change, concerned: Concerned, overrides: &Overrides) -> Vec<ProjectInput> {
    let Concerned { projects, settings } = concerned;
    let input = |project| input_of(change, Rc::new(project), &settings, overrides);
    projects.into_iter().map(input).collect()
}

/// Finds the projects that a change concerns, in what would be and in what was.
fn projects(change: &Change, settings: &Settings) -> Vec<Project> {
    let paths = relevant(change);
    let scope = match change.scope {
        Scope::Change | Scope::Files => Search::Around(&paths),
        Scope::State if !paths.is_empty() => Search::Around(&paths),
        Scope::All | Scope::State => Search::Whole,
    };
    let mut projects = project::find(&change.new, scope, settings);
    // What a file was is asked only where none is left to be asked.
    let is_gone = |path: &String| path.ends_with(".py") && change.new.entry(path).is_none();
    let before = match scope {
        Search::Around(paths) if !paths.iter().any(is_gone) => Search::Declared(paths),
        scope => scope,
    };
    // A branch of its own, such as one of web pages, takes no project away by having none.
    let is_beside = change.upstream.as_ref().is_some_and(|it| it.kinship == Kinship::Unrelated);
    for parent in change.parents.iter().filter(|_| !is_beside) {
        for old in project::locate(parent, before, settings) {
            if old.counterpart(&projects).is_none() {
                projects.push(old.with_environment(parent));
            }
        }
    }
    projects
}

/// The paths of a change, without those of a `pyproject.toml` in which nothing about migrations
/// differs.
fn relevant(change: &Change) -> Vec<String> {
    let text =
        |snapshot: &Snapshot, path: &str| snapshot.text(path).map(|text| text.content().to_owned());
    let matters = |path: &&String| {
        let is_pyproject = path.rsplit('/').next() == Some(read::PYPROJECT);
        !is_pyproject || {
            let new = text(&change.new, path);
            let differs = |old: Option<String>| read::concerns(old.as_deref(), new.as_deref());
            match change.parents.as_slice() {
                [] => differs(None),
                parents => parents.iter().all(|parent| differs(text(parent, path))),
            }
        }
    };
    change.paths.iter().filter(matters).cloned().collect()
}

/// Reads the settings that a tree holds, or those of the file that the command line names.
pub fn settings(snapshot: &Snapshot, overrides: &Overrides) -> Result<Settings, Error> {
    let settings = match &overrides.config {
        Some(path) => {
            let content = fs::read_to_string(path)
                .map_err(|source| Error::File { path: path.clone(), source })?;
            read::read_file(&path.to_string_lossy(), &content)?
        }
        None => {
            let snapshot = overrides.trusted.as_ref().map_or(snapshot, |trusted| &trusted.tree);
            let text = |path: &str| snapshot.text(path).map(|text| text.content().to_owned());
            read::read(text(read::PYPROJECT).as_deref(), text(read::OWN_FILE).as_deref())?
        }
    };
    let of_projects = settings.by_project.values();
    let unknown =
        std::iter::once(&settings).chain(of_projects).flat_map(verdict::unknown_rules).next();
    match unknown {
        Some((id, nearest)) => Err(Error::UnknownRule { id, nearest }),
        None => Ok(settings),
    }
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
        change.parents.iter().map(|parent| history_in(parent, &history)).collect();
    let known_parents: Vec<&History> = parents.iter().collect();
    let tip = change.upstream.as_ref().map(|upstream| history_in(&upstream.tip, &history));
    let mut revised = match change.scope {
        Scope::Change => revised::changed(&history, &known_parents, tip.as_ref()),
        Scope::Files => revised::named(&history, &known_parents, &change.paths),
        Scope::All if change.named.is_empty() => revised::all(&history),
        Scope::All => revised::among(&history, &change.paths),
        Scope::State => Vec::new(),
    };
    let before = tip.as_ref().into_iter().chain(known_parents.iter().copied());
    revised::leave_out(&mut revised, &history, &settings.start_after, before);
    let (release, bases) = release(change, &history, parents);
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
    let project = Rc::new(history.project().in_snapshot(snapshot));
    History::read_beside(snapshot, &project, &[history])
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
fn release(change: &Change, history: &History, parents: Vec<History>) -> (Release, Vec<History>) {
    let base = change.upstream.as_ref().map(|upstream| history_in(&upstream.base, history));
    let bases: Vec<History> = base.map_or(parents, |base| vec![base]);
    let released: HashSet<Rc<str>> =
        bases.iter().flat_map(|base| base.graph().nodes()).map(|node| node.id.clone()).collect();
    let release = Release {
        together: history.graph().pending(&released).iter().map(|id| id.to_string()).collect(),
        released: released.iter().map(|id| id.to_string()).collect(),
        each_alone: change.scope == Scope::All,
        upstream: change.upstream.as_ref().map(|upstream| upstream.name.clone()),
    };
    (release, bases)
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

/// Finds out who made the heads that would stand beside each other after the merge.
fn name_authors(
    repository: &Repository,
    change: &Change,
    input: &mut ProjectInput,
) -> Result<(), Error> {
    let commits = change.upstream.as_ref().and_then(|upstream| upstream.commits);
    let (Some(merge), Some(commits)) = (&mut input.after_merge, commits) else { return Ok(()) };
    let rivals = merge.rivals(&input.history).into_iter().flatten();
    let files = rivals.filter_map(|head| merge.merged.file(&head.id));
    let twins = merge.merged.graph().duplicates().iter().flat_map(|twins| &twins.files);
    let twins = twins.map(|&at| &merge.merged.files()[at]);
    let paths: Vec<Rc<str>> = files.chain(twins).map(|file| file.path.clone()).collect();
    for path in paths {
        for tip in [commits.work, commits.tip] {
            // At the edge of a shallow clone nobody can be named.
            let made = repository
                .commits_changing(commits.base.as_ref(), &tip, &[&path])
                .unwrap_or_default();
            if let Some(commit) = made.last() {
                let (name, day) = (commit.author.name.clone(), trees::day(commit.author.seconds));
                merge.authors.insert(path.clone(), Authored { name, day });
            }
        }
    }
    Ok(())
}

/// Where `verify` or `install` found that nothing can be tried here, says that before anything else.
/// Nothing is started to find out: the change itself names the interpreter.
fn say_what_verify_lacks(review: &mut Review, repository: &Repository, inquiries: &[ProjectInput]) {
    let is_untested = |finding: &&mut Finding| finding.rule.id == "downgrade-untested";
    let mut untested = review.findings.iter_mut().filter(is_untested).peekable();
    let (Some(inquiry), true) = (inquiries.first(), untested.peek().is_some()) else { return };
    let known = Abilities::of(&repository.state_dir()).find(&inquiry.project.name);
    let Some(Ability { works: false, why: Some(why), hint, .. }) = known else { return };
    for finding in untested {
        let hint = hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
        finding.raw.notes.insert(0, format!("{why}{hint}"));
    }
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
    fn evidence(&self, shelf: &EvidenceStore) -> HashMap<String, Proof> {
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

    fn subject(&self, evidence: HashMap<String, Proof>) -> Subject<'_> {
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

/// Where work shares no commit with upstream and lacks a revision that upstream has, nothing tells
/// what it does to the database that upstream leaves.
fn lost(change: &Change, input: &ProjectInput) -> Option<String> {
    let upstream = change.upstream.as_ref();
    let upstream = upstream.filter(|upstream| upstream.kinship == Kinship::Unrelated)?;
    let own: HashSet<&str> = input.history.graph().nodes().iter().map(|node| &*node.id).collect();
    let lost = input.release.released.iter().filter(|id| !own.contains(id.as_str())).min()?;
    Some(format!(
        "`{lost}` of `{}` is not among the revisions of this work, and no commit joins the two: what this work does to \
         a database that `{}` made cannot be judged; merge `{}`, or take its files over",
        upstream.name, upstream.name, upstream.name
    ))
}

/// Adds the texts of files that are no judged migration and have findings: env.py, a head that was
/// there before.
fn add_texts(review: &mut Review, change: &Change) {
    let waived = review.waived.iter().map(|waived| &waived.finding);
    let paths: Vec<Rc<str>> =
        review.findings.iter().chain(waived).map(|finding| finding.raw.site.path.clone()).collect();
    for path in paths {
        if let (false, Some(text)) = (review.texts.contains_key(&path), change.new.text(&path)) {
            review.texts.insert(path, text);
        }
    }
}

/// Whatever was asked for while judging and could not be had.
fn missing(change: &Change) -> Vec<String> {
    let upstream = change.upstream.iter().flat_map(|upstream| [&upstream.tip, &upstream.base]);
    let snapshots = std::iter::once(&change.new).chain(&change.parents).chain(upstream);
    let missing = snapshots.flat_map(|snapshot| snapshot.missing());
    missing
        .map(|missing| format!("`{}` could not be read: {}", missing.what, missing.why))
        .collect()
}
