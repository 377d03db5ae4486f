//! The hooks that record: what came in without a receipt of the gate is judged now, and written
//! into the ledger.
//!
//! `--no-verify` skips the gate and not these. They never disturb: whatever happens, they end well.

use std::collections::{BTreeMap, HashSet};
use std::env;
use std::io::Read;

use jiff::{Timestamp, Unit};

use crate::change::digests::Digests;
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::change::{concern, digests, project_input, review};
use crate::cli::args::verbs::HookName;
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::git::commit::Commit;
use crate::git::repository::{Move, Repository};
use crate::ledger::ingress::{Circumstances, Ingress, stmt};
use crate::ledger::last_run;
use crate::ledger::last_run::{GateRun, LastRunFile};
use crate::ledger::ledger_file::{Contents, Entry, Ledger, Line, Place, Rewritten};
use crate::ledger::receipt::Receipts;
use crate::report::recorded::Recorded;
use crate::report::{place, recorded};
use crate::review::finding::{Decision, Finding, Review};
use crate::snapshot::ObjectId;

/// How many commits one hook looks at. What lies further back is left to `audit`.
const COMMITS: usize = 200;

/// Records what this hook follows.
pub fn record(
    repository: &Repository,
    name: HookName,
    argument: Option<&str>,
    overrides: &Overrides,
    output: &Output,
) -> Result<(), Error> {
    let Some(head) = repository.head()? else { return Ok(()) };
    let squashed = || env::var_os("PRE_COMMIT_IS_SQUASH_MERGE").is_some_and(|value| value == "1");
    if matches!(name, HookName::PostMerge | HookName::Post) && (argument == Some("1") || squashed())
    {
        return Ok(());
    }
    let moved = repository
        .last_move()
        .unwrap_or_else(|| Move { from: None, action: usual(name).to_owned() });
    let rewritten = if name == HookName::PostRewrite { rewritten() } else { Vec::new() };
    let mut commits = commits(repository, name, &head, &moved)?;
    commits.extend(rewritten.iter().filter_map(|(_, new)| ObjectId::from_hex(new)));
    let ledger = Ledger::of(&repository.state_dir());
    let last = LastRunFile::of(repository.git_dir()).last();
    let recorder = Recorder { repository, name, overrides, moved, head, last, ledger };
    let mut seen = HashSet::new();
    commits.retain(|commit| seen.insert(*commit));
    let mut reported = Vec::new();
    let mut failed = None;
    for commit in &commits {
        let (entry, error) = recorder.reconcile(commit)?;
        reported.extend(entry);
        failed = failed.or(error);
    }
    failed = failed.or(recorder.link(&rewritten).err());
    if !reported.is_empty() {
        let is_last = reported.iter().all(|entry| entry.commit == head.to_string());
        let reported: Vec<Recorded<'_>> = reported.iter().map(told_of).collect();
        output.notice(&recorded::tell(&reported, is_last));
    }
    // What went around the gate is said, whether or not it could be written down.
    failed.map_or(Ok(()), Err)
}

/// What git would have noted, where nothing is noted.
fn usual(name: HookName) -> &'static str {
    match name {
        HookName::PostMerge => "merge",
        HookName::PostApplypatch => "am",
        HookName::PostRewrite => "rebase",
        _ => "commit",
    }
}

/// Reads from standard input which commit became which; frameworks hand nothing on.
fn rewritten() -> Vec<(String, String)> {
    let mut text = String::new();
    let _nothing_is_handed_on = std::io::stdin().lock().take(1 << 22).read_to_string(&mut text);
    let pair = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

/// The commits that this hook may be the first to see, the oldest first.
fn commits(
    repository: &Repository,
    name: HookName,
    head: &ObjectId,
    moved: &Move,
) -> Result<Vec<ObjectId>, Error> {
    let rebased = name == HookName::Post && moved.action.contains("(finish)");
    if name == HookName::PostRewrite {
        return Ok(Vec::new());
    }
    let brings_others = || {
        repository.commit(head).is_ok_and(|commit| commit.parents.len() > 1)
            || moved.action.contains("Fast-forward")
    };
    if !rebased && !brings_others() {
        return Ok(vec![*head]);
    }
    let before = if rebased { repository.resolve("ORIG_HEAD").ok() } else { moved.from };
    let mut known = repository.remote_tips(None);
    known.extend(before);
    // A shallow clone hides where the new commits begin: then only what they come to is looked at.
    let new = repository
        .commits_beyond(&known, head)
        .map_or_else(|_| vec![*head], |commits| ids(&commits));
    Ok(new[new.len().saturating_sub(COMMITS)..].to_vec())
}

fn ids(commits: &[Commit]) -> Vec<ObjectId> {
    commits.iter().map(|commit| commit.id).collect()
}

struct Recorder<'a> {
    repository: &'a Repository,
    name: HookName,
    overrides: &'a Overrides,
    moved: Move,
    head: ObjectId,
    last: Option<GateRun>,
    ledger: Ledger,
}

impl Recorder<'_> {
    /// Records a commit that concerns migrations and that no receipt covers; returns what its
    /// author should know.
    fn reconcile(&self, id: &ObjectId) -> Result<(Option<Entry>, Option<Error>), Error> {
        let commit = self.repository.commit(id)?;
        let mut change = Change::committed(self.repository, &commit)?;
        let Some(concerned) = concern::concerned(&change, self.overrides)? else {
            return Ok((None, None));
        };
        let digests = digests::digests(&concerned.projects, &change);
        let receipts = Receipts::of(&self.repository.state_dir());
        if digests.iter().all(|digests| receipts.cover(&digests.now, &digests.before)) {
            return Ok((None, None));
        }
        let contents = self.ledger.read();
        if contents.entry(&id.to_string()).is_some() {
            return Ok((None, None));
        }
        let inputs =
            project_input::inputs_of(self.repository, &mut change, concerned, self.overrides)?;
        let review = review::judge(self.repository, &inputs, &change, self.overrides);
        if violates(&review) == Some(false) {
            let kept =
                digests.iter().try_for_each(|digests| receipts.keep(&digests.now, &digests.before));
            let failed =
                kept.map_err(|source| Error::File { path: self.repository.state_dir(), source });
            if self.was_let_through(&digests) {
                return Ok((None, failed.err()));
            }
        }
        let entry = self.entry(&commit, digests, &review, &contents);
        let known = contents.knows(&entry.digests, &entry.findings);
        let reported = (entry.violates != Some(false) && !known).then(|| entry.clone());
        let failed = self.add(&Line::Entry(Box::new(entry))).err();
        LastRunFile::of(self.repository.git_dir()).forget();
        Ok((reported, failed))
    }

    fn entry(
        &self,
        commit: &Commit,
        digests: Vec<Digests>,
        review: &Review,
        contents: &Contents,
    ) -> Entry {
        let digests: BTreeMap<String, String> =
            digests.into_iter().map(|digests| (digests.project, digests.now)).collect();
        Entry {
            schema: 1,
            at: now(),
            commit: commit.id.to_string(),
            parents: commit.parents.iter().map(ToString::to_string).collect(),
            who: format!("{} <{}>", commit.committer.name, commit.committer.email),
            action: stmt(&self.moved.action).to_owned(),
            class: self.passage(commit, &digests, contents),
            violates: violates(review),
            findings: review.blocking().map(|finding| place_of(finding, review)).collect(),
            digests,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Tells whether exactly this is what the gate let through last: an amended commit is judged by
    /// the gate against the one that it replaces, and here against the parents of both.
    fn was_let_through(&self, digests: &[Digests]) -> bool {
        let same = |last: &GateRun| {
            last.passed
                && digests
                    .iter()
                    .all(|digests| last.digests.get(&digests.project) == Some(&digests.now))
        };
        self.last.as_ref().is_some_and(same)
    }

    fn passage(
        &self,
        commit: &Commit,
        digests: &BTreeMap<String, String>,
        contents: &Contents,
    ) -> Ingress {
        let before = self.moved.from.map(|id| id.to_string());
        let circumstances = Circumstances {
            action: &self.moved.action,
            before: before.as_deref(),
            joins: commit.parents.len() > 1,
            after_patch: self.name == HookName::PostApplypatch,
            last: self.last.as_ref(),
            asked_by: last_run::asked_by(),
            in_framework: env::var_os("PRE_COMMIT").is_some(),
        };
        if commit.id != self.head {
            return Ingress::brought(&circumstances);
        }
        // An amended message asks the gate and gives it nothing to say, and what is bad in the rest
        // of an amended commit is none of what the gate is shown: how the content got in is what it
        // was.
        let replaced = before.as_deref().and_then(|before| contents.entry(before));
        let is_its_parent =
            |entry: &&Entry| commit.parents.iter().any(|parent| parent.to_string() == entry.commit);
        let let_through =
            self.last.as_ref().is_some_and(|last| last.passed && last.digests == *digests);
        match replaced
            .filter(|entry| !is_its_parent(entry) && (entry.digests == *digests || let_through))
        {
            Some(entry) => entry.class.clone(),
            None => Ingress::of(&circumstances),
        }
    }

    /// Notes which commits on record became which.
    fn link(&self, rewritten: &[(String, String)]) -> Result<(), Error> {
        if rewritten.is_empty() {
            return Ok(());
        }
        let contents = self.ledger.read();
        for (old, new) in rewritten.iter().filter(|(old, new)| old != new && contents.holds(old)) {
            let row = Rewritten { schema: 1, at: now(), rewritten: old.clone(), into: new.clone() };
            self.add(&Line::Rewritten(row))?;
        }
        Ok(())
    }

    fn add(&self, line: &Line) -> Result<(), Error> {
        self.ledger
            .add(line)
            .map_err(|source| Error::File { path: self.repository.state_dir(), source })
    }
}

fn violates(review: &Review) -> Option<bool> {
    review.unverifiable.is_empty().then(|| review.decision() == Decision::Block)
}

fn place_of(finding: &Finding, review: &Review) -> Place {
    Place {
        rule: finding.rule.id.to_owned(),
        path: finding.raw.site.path.to_string(),
        line: place::of(finding, review).map(|place| place.start.line),
        revision: finding.revision.clone(),
    }
}

fn told_of(entry: &Entry) -> Recorded<'_> {
    let places =
        entry.findings.iter().map(|place| (place.rule.as_str(), place.path.as_str(), place.line));
    Recorded { commit: &entry.commit, clause: entry.class.clause(), places: places.collect() }
}

fn now() -> String {
    Timestamp::now().round(Unit::Second).unwrap_or_default().to_string()
}
