//! A change, read and put before the rules.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::change::concern::concerned;
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::project_input::{ProjectInput, inputs, read_all};
use crate::change::trees::{Change, Scope};
use crate::change::unjudged::unjudged;
use crate::change::upstream::Kinship;
use crate::change::{notices, settings_change, summaries, unused};
use crate::git::repository::Repository;
use crate::ledger::ability::{Abilities, Ability};
use crate::ledger::evidence::EvidenceStore;
use crate::review::finding::{Finding, Review};
use crate::review::subject::{Occasion, Subject};
use crate::review::verdict;
use crate::scratch::proof::Proof;
use crate::snapshot::Missing;

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
    let review = judge_for_people(repository, &inputs, &change, overrides);
    // The program is about to end, and the histories of a large project take as long to be taken
    // apart as to be searched.
    std::mem::forget((inputs, change));
    Ok(Some(review))
}

/// Reviews a change of files that lie in no repository; nothing where it concerns no migration.
pub fn review_on_disk(change: &Change, overrides: &Overrides) -> Result<Option<Review>, Error> {
    let inputs = match concerned(change, overrides)? {
        Some(concerned) => read_all(change, concerned, overrides),
        None => return Ok(nothing_judged(change)),
    };
    Ok(Some(review_with(&inputs, change, overrides, |_| HashMap::new())))
}

/// What is reported where no project is concerned: nothing, unless that cannot be known or something
/// was named.
fn nothing_judged(change: &Change) -> Option<Review> {
    let unverifiable: Vec<String> =
        missing(change).into_iter().chain(why_unjudged(&[], change)).collect();
    (!unverifiable.is_empty()).then(|| Review { unverifiable, ..Review::default() })
}

/// Why paths that the command line names are not judged.
fn why_unjudged(inputs: &[ProjectInput], change: &Change) -> Vec<String> {
    change.named.iter().filter_map(|named| unjudged(named, inputs, &change.new)).collect()
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

/// Does the same, says since when nothing names what is taken away, which history is walked for,
/// and writes down for later runs what revisions say.
pub fn judge_for_people(
    repository: &Repository,
    inputs: &[ProjectInput],
    change: &Change,
    overrides: &Overrides,
) -> Review {
    let mut review = judge(repository, inputs, change, overrides);
    unused::add(&mut review, repository, change, inputs);
    // Files of the disk are laid over those of git.
    if change.scope != Scope::Files {
        summaries::keep(repository, inputs.iter().map(|input| &input.history));
    }
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
    let merged = inputs.iter().filter_map(|input| input.after_merge.as_ref());
    let merged = merged.flat_map(|merge| merge.merged.snapshot().missing()).map(unread);
    review.unverifiable.extend(missing(change).into_iter().chain(merged));
    review.unverifiable.extend(why_unjudged(inputs, change));
    review.unverifiable.extend(inputs.iter().filter_map(|input| lost(change, input)));
    add_texts(&mut review, change);
    review
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

/// Where work shares no commit with upstream and lacks a revision that upstream has, nothing tells
/// what it does to the database that upstream leaves.
fn lost(change: &Change, input: &ProjectInput) -> Option<String> {
    let upstream = change.upstream.as_ref();
    let upstream = upstream.filter(|upstream| upstream.kinship == Kinship::Unrelated)?;
    let own: HashSet<&str> = input.history.graph().nodes().iter().map(|node| &*node.id).collect();
    let lost = input.release.released.iter().filter(|id| !own.contains(id.as_ref())).min()?;
    Some(format!(
        "`{lost}` of `{}` is not among the revisions of this work, and no commit joins the two: \
         what this work does to a database that `{}` made cannot be judged; merge `{}`, or take \
         its files over",
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
    snapshots.flat_map(|snapshot| snapshot.missing()).map(unread).collect()
}

fn unread(missing: Missing) -> String {
    format!("`{}` could not be read: {}", missing.what, missing.why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::after_merge::Step;
    use crate::rule::today::Today;
    use crate::snapshot::Snapshot;

    const MADE: &str = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a'\n\
        down_revision = None\n\n\ndef upgrade():\n    op.create_table('t', sa.Column('id', sa.Integer))\n\n\n\
        def downgrade():\n    op.drop_table('t')\n";
    const ALTERED: &str = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'b'\n\
        down_revision = 'a'\n\n\ndef upgrade():\n    op.alter_column('t', 'id', nullable=False)\n\n\n\
        def downgrade():\n    op.alter_column('t', 'id', nullable=True)\n";

    #[test]
    fn a_history_whose_replay_is_beyond_the_bound_is_never_passed() {
        let new = Snapshot::of([
            ("alembic.ini", "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://h/d\n"),
            ("m/env.py", "from alembic import context\n"),
            ("m/versions/a.py", MADE),
            ("m/versions/b.py", ALTERED),
        ]);
        let today = Today { year: 2026, month: 1, day: 1 };
        let change = Change {
            new: Rc::new(new),
            parents: Vec::new(),
            paths: Vec::new(),
            scope: Scope::All,
            upstream: None,
            today,
            asks_for_evidence: false,
            step: Step::default(),
            known: Vec::new(),
            named: Vec::new(),
        };
        let overrides = Overrides::default();
        let found = concerned(&change, &overrides).unwrap().unwrap();
        let inputs = read_all(&change, found, &overrides);
        let occasion = Occasion { today, strict: false, testing: false };
        // The second revision asks for what the first one made: one statement more.
        for (replayed, told) in [(0, 0), (9_999_000, 0), (10_000_000, 1), (10_000_001, 1)] {
            let subject = inputs[0].subject(HashMap::new());
            subject.memory.replay(replayed);
            let review = verdict::review(&[subject], &occasion);
            assert_eq!(review.unverifiable.len(), told, "{replayed}: {:?}", review.unverifiable);
            assert_eq!(review.findings.is_empty(), replayed > 10_000_000, "{replayed}");
        }
    }
}
