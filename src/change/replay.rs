//! One commit, judged again as the hook would have judged it.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::change::audited_commit::AuditedCommit;
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::change::{project_input, review};
use crate::git::repository::Repository;
use crate::review::finding::{Finding, Review};
use crate::rule::definition::Check;
use crate::snapshot::{Lent, ObjectId, Snapshot};

/// Judges commits one after another; what stands unchanged in the next one is not read again.
pub struct Replay<'a> {
    repository: &'a Repository,
    overrides: &'a Overrides,
    require_testing: bool,
    known: Vec<History>,
    /// The texts that the last commit asked for.
    texts: Lent,
}

/// What one commit holds that the hook would have refused.
pub struct Judged {
    /// The review as a whole: texts, and why it cannot be relied on.
    pub review: Review,
    /// What it is to blame for, as places in the review's findings.
    pub blamed: Vec<usize>,
    /// The rules of the revision graph that what it comes to breaks, whoever caused it, each as
    /// often as it does.
    pub graph: Vec<&'static str>,
}

impl Judged {
    /// Forgets everything but the rules that the graph breaks.
    pub fn without_review(self) -> Self {
        Judged { review: Review::default(), blamed: Vec::new(), graph: self.graph }
    }
}

impl<'a> Replay<'a> {
    /// Begins with nothing read.
    pub fn new(
        repository: &'a Repository,
        overrides: &'a Overrides,
        require_testing: bool,
    ) -> Self {
        let texts = Lent::default();
        Replay { repository, overrides, require_testing, known: Vec::new(), texts }
    }

    /// Judges a commit; nothing where it concerns no migration after all.
    pub fn judge(&mut self, stop: &AuditedCommit) -> Result<Option<Judged>, Error> {
        let change = self.change(stop)?;
        let Some(review) = self.review(change)? else { return Ok(None) };
        let graph: Vec<&'static str> = of_graph(&review).map(|finding| finding.rule.id).collect();
        let inherited = if graph.is_empty() { Vec::new() } else { self.inherited(stop)? };
        let blamed = blamed(&review, &inherited);
        Ok(Some(Judged { review, blamed, graph }))
    }

    /// Reads what a commit changes.
    pub fn change(&self, stop: &AuditedCommit) -> Result<Change, Error> {
        let mut change = Change::replayed(self.repository, stop)?;
        change.asks_for_evidence = self.require_testing;
        Ok(change)
    }

    /// Reviews a change, with what is known already.
    pub fn review(&mut self, mut change: Change) -> Result<Option<Review>, Error> {
        change.known = std::mem::take(&mut self.known);
        trees(&change).for_each(|tree| tree.borrow_texts(&self.texts));
        let inputs = project_input::inputs(self.repository, &mut change, self.overrides);
        self.known = std::mem::take(&mut change.known);
        let inputs = inputs?;
        if inputs.is_empty() {
            return Ok(None);
        }
        let review = review::judge(self.repository, &inputs, &change, self.overrides);
        self.known = inputs.into_iter().map(|input| input.history).collect();
        // Files that were read in this tree keep it, in case that they are asked for more.
        let texts = change.new.forget();
        trees(&change).for_each(|tree| drop(tree.forget()));
        self.texts = texts;
        Ok(Some(review))
    }

    /// What the revision graphs of the parents break already, rule by rule.
    fn inherited(&mut self, stop: &AuditedCommit) -> Result<Vec<(&'static str, String)>, Error> {
        let mut inherited: Vec<(&'static str, String)> = Vec::new();
        for parent in &stop.commit.parents {
            let own = self.state(parent, &stop.paths)?;
            let of = |all: &[(&'static str, String)], rule| {
                all.iter().filter(|(id, _)| *id == rule).count()
            };
            for (rule, message) in own {
                if of(&inherited, rule) == 0 || !inherited.contains(&(rule, message.clone())) {
                    inherited.push((rule, message));
                }
            }
        }
        Ok(inherited)
    }

    /// Returns what the revision graph of a commit breaks, in the projects around some paths: rules
    /// with what they say.
    pub fn state(
        &mut self,
        commit: &ObjectId,
        paths: &[String],
    ) -> Result<Vec<(&'static str, String)>, Error> {
        let commit = self.repository.commit(commit)?;
        let mut change = Change::state_of(self.repository, &commit);
        change.paths = paths.to_vec();
        let review = self.review(change)?.unwrap_or_default();
        Ok(of_graph(&review)
            .map(|finding| (finding.rule.id, finding.raw.message.clone()))
            .collect())
    }
}

/// The trees of a change.
fn trees(change: &Change) -> impl Iterator<Item = &Rc<Snapshot>> {
    let upstream = change.upstream.iter().flat_map(|upstream| [&upstream.base, &upstream.tip]);
    std::iter::once(&change.new).chain(&change.parents).chain(upstream)
}

/// The findings about the revision graph that block.
fn of_graph(review: &Review) -> impl Iterator<Item = &Finding> {
    review.blocking().filter(|finding| matches!(finding.rule.check, Check::Graph(_)))
}

/// Leaves out what the parents' graphs break already: of each rule, only as many are new as there
/// are more.
fn blamed(review: &Review, inherited: &[(&'static str, String)]) -> Vec<usize> {
    let mut left: Vec<(&'static str, usize)> = Vec::new();
    for (rule, _) in inherited {
        match left.iter_mut().find(|(id, _)| id == rule) {
            Some((_, count)) => *count += 1,
            None => left.push((rule, 1)),
        }
    }
    let known = |finding: &Finding| {
        inherited
            .iter()
            .any(|(rule, message)| *rule == finding.rule.id && *message == finding.raw.message)
    };
    let mut places: Vec<usize> = (0..review.findings.len())
        .filter(|place| review.blocks(&review.findings[*place]))
        .collect();
    // Those that read as they did are taken for the old ones first.
    places.sort_by_key(|place| !known(&review.findings[*place]));
    places.retain(|place| {
        match left.iter_mut().find(|(id, _)| *id == review.findings[*place].rule.id) {
            Some((_, count)) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        }
    });
    places.sort_unstable();
    places
}
