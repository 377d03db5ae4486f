//! Since which commit no released code names what a migration takes away: the proof of a drop in
//! stages.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::imports::Imports;
use crate::change::project_input::ProjectInput;
use crate::change::today::day;
use crate::change::trees::Change;
use crate::git::commit::Commit;
use crate::git::difference::Difference;
use crate::git::repository::Repository;
use crate::models::read::{self, Search};
use crate::models::uses::Asked;
use crate::review::finding::{Review, Unused, UnusedSince};
use crate::review::subject::Judged;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rules::column_still_referenced;
use crate::schema::memory::Memory;
use crate::snapshot::{Lent, ObjectId, Snapshot};

/// How many commits are looked at, the newest first, along the line of upstream.
const MOST: usize = 5_000;

/// Adds to a review since when nothing names what judged migrations drop or rename.
pub(crate) fn add(
    review: &mut Review,
    repository: &Repository,
    change: &Change,
    inputs: &[ProjectInput],
) {
    for input in inputs {
        let Some(application) = &input.release.application else { continue };
        let mut drops = drops(input, change);
        drops.retain(|drop| application.released.uses(&drop.asked).is_empty());
        if drops.is_empty() {
            continue;
        }
        let asked: Vec<&Asked> = drops.iter().map(|drop| &drop.asked).collect();
        let (texts, counts) = (RefCell::default(), RefCell::default());
        let walk = Walk { repository, input, asked, texts, counts };
        let found = base(repository, change).map(|base| walk.back(base));
        let (since, searched) = found.unwrap_or_else(|| (vec![None; drops.len()], 0));
        review.unused.extend(drops.into_iter().zip(since).map(|(drop, since)| Unused {
            path: drop.path,
            line: drop.line,
            revision: drop.revision,
            table: drop.asked.table.to_string(),
            column: drop.asked.column.clone(),
            upstream: input.release.upstream.clone(),
            since,
            searched,
        }));
    }
}

/// What a migration takes away.
struct Drop {
    path: Rc<str>,
    line: usize,
    revision: String,
    asked: Asked,
}

fn drops(input: &ProjectInput, change: &Change) -> Vec<Drop> {
    let memory = Memory::default();
    let judged = input.revised.iter().filter(|revised| revised.judged == Judged::Wholly);
    let mut found: Vec<Drop> = Vec::new();
    let mut known: HashSet<Asked> = HashSet::new();
    for revised in judged {
        let Some(migration) = input.history.migration(&revised.path) else { continue };
        let context = RuleContext::new(
            &input.history,
            &memory,
            &input.project,
            &migration,
            input.history.dialect(),
            &input.surroundings,
            &input.settings,
            &input.release,
            change.today,
        );
        for stmt in context.statements(Direction::Upgrade) {
            let Some(asked) = column_still_referenced::asked_about(&stmt, &context) else {
                continue;
            };
            if known.insert(asked.clone()) {
                found.push(Drop {
                    path: Rc::clone(&migration.path),
                    line: migration.text.line_of(stmt.emitted.site.span.start),
                    revision: migration.header.revision.clone(),
                    asked,
                });
            }
        }
    }
    found
}

/// The commit whose code runs while the migration is applied.
fn base(repository: &Repository, change: &Change) -> Option<ObjectId> {
    let of_upstream = change.upstream.as_ref().and_then(|upstream| upstream.commits);
    match of_upstream {
        Some(commits) => commits.base,
        None => repository.head().ok().flatten(),
    }
}

/// A walk for all that is asked about at once: what a commit changes is found out once.
struct Walk<'a> {
    repository: &'a Repository,
    input: &'a ProjectInput,
    asked: Vec<&'a Asked>,
    /// The texts that were read in the last tree: most stand in the next one as well.
    texts: RefCell<Lent>,
    /// How often files hold words: what a commit leaves is what a later one finds.
    counts: RefCell<HashMap<(ObjectId, &'a str), usize>>,
}

/// What a commit changes.
struct Step {
    old: Side,
    new: Side,
    differences: Vec<Difference>,
}

/// A tree on one side of a commit.
struct Side {
    tree: ObjectId,
    /// What models of some files map, of what is asked about: several columns are mostly those of
    /// one file, whose models are read once.
    mapped: RefCell<HashMap<Vec<Rc<str>>, HashSet<Asked>>>,
}

impl<'a> Walk<'a> {
    /// Walks back along first parents, which is how upstream came to be released, to the commits
    /// that took the last uses away; returns them, and how many commits were looked at.
    fn back(&self, base: ObjectId) -> (Vec<Option<UnusedSince>>, usize) {
        let mut found: Vec<Option<UnusedSince>> = vec![None; self.asked.len()];
        let mut at = self.repository.commit(&base).ok();
        for searched in 0..MOST {
            let Some(commit) = at else { return (found, searched) };
            let parent = commit.parents.first();
            let Some(parent) = parent.and_then(|id| self.repository.commit(id).ok()) else {
                return (found, searched + 1);
            };
            if let Some(step) = self.step(&parent, &commit) {
                for (asked, found) in self.asked.iter().zip(&mut found) {
                    if found.is_none() && self.took_away(&step, asked) {
                        *found = Some(since(&commit));
                    }
                }
            }
            if found.iter().all(Option::is_some) {
                return (found, searched + 1);
            }
            at = Some(parent);
        }
        (found, MOST)
    }

    fn step(&self, parent: &Commit, commit: &Commit) -> Option<Step> {
        let between = self.repository.differences(Some(&parent.tree), Some(&commit.tree)).ok()?;
        let side = |tree| Side { tree, mapped: RefCell::default() };
        let differences: Vec<Difference> =
            between.into_iter().filter(|it| it.path.ends_with(".py")).collect();
        let (old, new) = (side(parent.tree), side(commit.tree));
        (!differences.is_empty()).then_some(Step { old, new, differences })
    }

    fn took_away(&self, step: &Step, asked: &'a Asked) -> bool {
        let old = self.repository.snapshot(Some(&step.old.tree));
        let touched = step.differences.iter().filter(|it| self.lost_the_word(it, &old, asked));
        let paths: Vec<Rc<str>> = touched.map(|it| Rc::clone(&it.path)).collect();
        if paths.is_empty() || !self.maps(&step.old, paths, asked) {
            return false;
        }
        let left = step.differences.iter().filter(|it| it.new.is_some());
        let paths: Vec<Rc<str>> = left.map(|it| Rc::clone(&it.path)).collect();
        !self.maps(&step.new, paths, asked)
    }

    /// Tells whether a file held the word and holds fewer of it now.
    fn lost_the_word(&self, difference: &Difference, old: &Snapshot, asked: &'a Asked) -> bool {
        let word = asked.column.as_deref().or(asked.table.name.as_str());
        let (Some(word), Some(entry)) = (word, &difference.old) else { return false };
        let Some(held) = self.count(&entry.id, old, word).filter(|held| *held > 0) else {
            return false;
        };
        let after = difference.new.as_ref().and_then(|entry| self.count(&entry.id, old, word));
        after.is_none_or(|after| after < held)
    }

    /// Returns how often a file that is at hand holds a word.
    fn count(&self, id: &ObjectId, at_hand: &Snapshot, word: &'a str) -> Option<usize> {
        if let Some(known) = self.counts.borrow().get(&(*id, word)) {
            return Some(*known);
        }
        let bytes = at_hand.hint(id)?;
        let count = memchr::memmem::find_iter(&bytes, word.as_bytes()).count();
        self.counts.borrow_mut().insert((*id, word), count);
        Some(count)
    }

    /// Tells whether models of these files map what is asked about.
    fn maps(&self, side: &Side, paths: Vec<Rc<str>>, asked: &Asked) -> bool {
        let mut mapped = side.mapped.borrow_mut();
        mapped
            .entry(paths)
            .or_insert_with_key(|paths| self.mapped(&side.tree, paths))
            .contains(asked)
    }

    /// Returns what models of these files map, of all that is asked about. What was read for it is
    /// kept for the next tree alone: the models of a large application and all that they import are
    /// much.
    fn mapped(&self, tree: &ObjectId, paths: &[Rc<str>]) -> HashSet<Asked> {
        let snapshot = &Rc::new(self.repository.snapshot(Some(tree)));
        snapshot.borrow_texts(&self.texts.borrow());
        let search = Search {
            snapshot,
            folders: Vec::new(),
            except: Vec::new(),
            dialect: self.input.history.dialect(),
            sqlmodel: None,
            environment: None,
        };
        let imports = Imports::new(snapshot, &self.input.project);
        let models = read::read_paths(&search, paths, &imports);
        *self.texts.borrow_mut() = snapshot.forget();
        let is_mapped = |asked: &&&Asked| {
            let mut tables = models.tables_named(&asked.table);
            match &asked.column {
                Some(column) => tables.any(|table| table.column(column).is_some()),
                None => tables.next().is_some(),
            }
        };
        self.asked.iter().filter(is_mapped).map(|asked| (*asked).clone()).collect()
    }
}

fn since(commit: &Commit) -> UnusedSince {
    let date = day(commit.committer.seconds);
    UnusedSince {
        commit: commit.id.to_string(),
        author: commit.author.name.clone(),
        date: format!("{:04}-{:02}-{:02}", date.year, date.month, date.day),
        subject: commit.subject.clone(),
    }
}
