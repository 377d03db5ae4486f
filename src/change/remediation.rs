//! How what an audit found was mended later within the range.
//!
//! A broken graph is mended when the graph at the end is sound again. Anything else is mended when
//! the file as it stands at the end, put in the place of the file that was committed then, is no
//! longer objected to: so only its own content counts, and not what has become of the rest.

use std::collections::HashMap;
use std::rc::Rc;

use crate::change::audited_commit::AuditedCommit;
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::project_input::ProjectInput;
use crate::change::replay::Replay;
use crate::change::trees::Change;
use crate::change::{project_input, review};
use crate::git::repository::Repository;
use crate::report::audit::Mended;
use crate::review::finding::{Finding, Review};
use crate::rule::definition::Check;
use crate::snapshot::{ObjectId, Snapshot};

/// What a finding is known by when lines move.
type Key = (&'static str, &'static str, Option<String>, Option<String>);

/// The end of a range, and the way to it.
pub struct Remediation<'a> {
    stops: &'a [AuditedCommit],
    /// The rules that the graph breaks at each stop; nothing where it was not judged.
    graphs: Vec<Option<Vec<&'static str>>>,
    end: Rc<Snapshot>,
    inputs: Vec<ProjectInput>,
    review: Review,
    remaining: HashMap<(ObjectId, Rc<str>), Vec<Key>>,
}

impl<'a> Remediation<'a> {
    /// Looks at the end of a range.
    pub fn new(
        repository: &Repository,
        head: &ObjectId,
        overrides: &Overrides,
        stops: &'a [AuditedCommit],
        graphs: Vec<Option<Vec<&'static str>>>,
    ) -> Result<Self, Error> {
        let mut change = Change::state_of(repository, &repository.commit(head)?);
        let inputs = project_input::inputs(repository, &mut change, overrides)?;
        let review = review::judge(repository, &inputs, &change, overrides);
        Ok(Remediation {
            stops,
            graphs,
            end: change.new,
            inputs,
            review,
            remaining: HashMap::new(),
        })
    }

    /// Returns the review of the graph at the end.
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// Tells how a finding of the commit at a stop was mended; nothing where it still stands.
    pub fn of(
        &mut self,
        replay: &mut Replay<'_>,
        at: usize,
        finding: &Finding,
    ) -> Result<Option<Mended>, Error> {
        let stop = &self.stops[at];
        if matches!(finding.rule.check, Check::Graph(_)) {
            let state = replay.state(&stop.commit.id, &stop.paths)?;
            if state.iter().any(|(rule, _)| *rule == finding.rule.id) {
                let stands = self.review.blocking().any(|other| self.is_same_fault(other, finding));
                let mended =
                    Mended { commit: self.sound_since(at, finding.rule.id), how: "changed" };
                return Ok((!stands).then_some(mended));
            }
        }
        self.in_its_file(replay, at, finding)
    }

    /// Tells whether a finding at the end is about the graph that an earlier one was about.
    fn is_same_fault(&self, now: &Finding, then: &Finding) -> bool {
        let loads =
            |input: &&ProjectInput, finding: &Finding| input.project.loads(&finding.raw.site.path);
        let project = self.inputs.iter().find(|input| loads(input, then));
        now.rule.id == then.rule.id && project.is_some_and(|project| loads(&project, now))
    }

    /// Returns the first commit after a stop from which on no judged commit breaks a rule of the
    /// graph.
    fn sound_since(&self, at: usize, rule: &str) -> Option<String> {
        let later = (at + 1..self.stops.len()).rev();
        let is_sound = |at: &usize| match &self.graphs[*at] {
            Some(broken) => !broken.contains(&rule),
            None => true,
        };
        let judged = |at: &usize| self.graphs[*at].is_some();
        later
            .take_while(is_sound)
            .filter(judged)
            .last()
            .map(|at| self.stops[at].commit.id.to_string())
    }

    /// Puts the file as it stands at the end in the place of the one that was committed.
    fn in_its_file(
        &mut self,
        replay: &mut Replay<'_>,
        at: usize,
        finding: &Finding,
    ) -> Result<Option<Mended>, Error> {
        let stop = &self.stops[at];
        let path = finding.raw.site.path.clone();
        let Some((now_at, id)) = self.at_the_end(finding) else {
            return Ok(Some(Mended { commit: self.last_touch(at, &[&path]), how: "removed" }));
        };
        let change = replay.change(stop)?;
        if change.new.entry(&path).is_some_and(|entry| entry.id == id) {
            return Ok(None);
        }
        let key = (stop.commit.id, path.clone());
        if !self.remaining.contains_key(&key) {
            let Some(bytes) = self.end.bytes_of(&id) else { return Ok(None) };
            let laid = Snapshot::laid_over(Some(change.new.clone()), [(path.to_string(), bytes)]);
            let Some(review) = replay.review(Change { new: Rc::new(laid), ..change })? else {
                return Ok(None);
            };
            let here = review.blocking().filter(|other| other.raw.site.path == path);
            self.remaining.insert(key.clone(), here.map(key_of).collect());
        }
        let stands = self.remaining[&key].contains(&key_of(finding));
        let mended = || Mended { commit: self.last_touch(at, &[&path, &now_at]), how: "changed" };
        Ok((!stands).then(mended))
    }

    /// Finds what stands at the end of the file that a finding is about: by revision, else by path.
    fn at_the_end(&self, finding: &Finding) -> Option<(String, ObjectId)> {
        let file = finding.revision.as_ref().and_then(|revision| {
            let histories = self.inputs.iter().map(|input| &input.history);
            histories.filter_map(|history| history.file(revision)).next()
        });
        let of_path = || {
            let path = &finding.raw.site.path;
            self.end.entry(path).map(|entry| (path.to_string(), entry.id))
        };
        file.map(|file| (file.path.to_string(), file.entry.id)).or_else(of_path)
    }

    /// Returns the last commit after a stop that changed one of some paths.
    fn last_touch(&self, at: usize, paths: &[&str]) -> Option<String> {
        let touches =
            |stop: &&AuditedCommit| stop.paths.iter().any(|path| paths.contains(&path.as_str()));
        self.stops[at + 1..].iter().rev().find(touches).map(|stop| stop.commit.id.to_string())
    }
}

fn key_of(finding: &Finding) -> Key {
    let raw = &finding.raw;
    (finding.rule.id, raw.direction.name(), raw.table.clone(), raw.object.clone())
}
