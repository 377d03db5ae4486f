//! Safe forms put in place one after another, each only where it settles its finding and brings no
//! other that blocks.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::change::error::Error;
use crate::change::fix::Fix;
use crate::change::overrides::Overrides;
use crate::change::project_input::ProjectInput;
use crate::change::today::today;
use crate::change::trees::Change;
use crate::change::{fix, project_input, review};
use crate::git::repository::Repository;
use crate::review::finding::{Finding, Review};
use crate::rule::definition::Theme;
use crate::rule::severity::Severity;

/// How many forms are tried in one run.
const MOST: usize = 200;

/// What came of a run.
pub struct Fixed {
    /// The files that were changed or made, with their texts.
    pub files: BTreeMap<String, String>,
    /// What was fixed: rule and sentence.
    pub settled: Vec<(&'static str, String)>,
    /// Steps that belong into a revision that is deployed later.
    pub later: Vec<String>,
    /// What is found with all of it in place.
    pub review: Review,
}

/// What a finding is known by when lines move.
type Key = (&'static str, Rc<str>, Option<String>, Option<String>);

/// Puts forms in place until none is left that helps.
pub fn fix_all(
    repository: &Repository,
    change: &Change,
    overrides: &Overrides,
) -> Result<Fixed, Error> {
    let mut fixer = Fixer { repository, change, overrides };
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let (mut settled, mut later) = (Vec::new(), Vec::new());
    let mut tried: HashSet<(Key, usize)> = HashSet::new();
    let (mut inputs, mut review) = fixer.judge(&files)?;
    for _ in 0..MOST {
        let next = review.findings.iter().find_map(|finding| {
            let key = (key(finding), count(&review, &key(finding)));
            let text = review.texts.get(&finding.raw.site.path)?;
            let fix = (!tried.contains(&key)).then(|| fix::fix(finding, text.content()))??;
            tried.insert(key);
            Some((finding, fix))
        });
        let Some((finding, fix)) = next else { break };
        let Some(step) = fixer.step(&inputs, &review, finding, &fix, &files)? else { continue };
        settled.push((finding.rule.id, finding.raw.message.clone()));
        later.extend(step.later);
        (files, inputs, review) = (step.files, step.inputs, step.review);
    }
    Ok(Fixed { files, settled, later, review })
}

struct Fixer<'a> {
    repository: &'a Repository,
    change: &'a Change,
    overrides: &'a Overrides,
}

/// A form in place.
struct Step {
    files: BTreeMap<String, String>,
    inputs: Vec<ProjectInput>,
    review: Review,
    later: Vec<String>,
}

impl Fixer<'_> {
    fn judge(
        &mut self,
        files: &BTreeMap<String, String>,
    ) -> Result<(Vec<ProjectInput>, Review), Error> {
        let mut change = self.change.with(files);
        let inputs = project_input::inputs(self.repository, &mut change, self.overrides)?;
        let review = match inputs.is_empty() {
            true => Review::default(),
            false => review::judge(self.repository, &inputs, &change, self.overrides),
        };
        Ok((inputs, review))
    }

    /// Tries a form with its further revisions, and where those cannot be deployed together,
    /// without them.
    fn step(
        &mut self,
        inputs: &[ProjectInput],
        review: &Review,
        finding: &Finding,
        fix: &Fix,
        files: &BTreeMap<String, String>,
    ) -> Result<Option<Step>, Error> {
        let path = finding.raw.site.path.to_string();
        let mut alone = files.clone();
        alone.insert(path.clone(), fix.text.clone());
        let mut attempts = Vec::new();
        if !fix.further.is_empty()
            && let Some(with) = further(inputs, finding, fix, &alone)
        {
            attempts.push((with, Vec::new()));
        }
        attempts.push((alone, fix.further.clone()));
        for (files, later) in attempts {
            let (inputs, after) = self.judge(&files)?;
            if helps(review, &after, finding) {
                return Ok(Some(Step { files, inputs, review: after, later }));
            }
        }
        Ok(None)
    }
}

/// Adds the revisions that a form asks for, where the fixed one is a head: nothing has to be
/// re-pointed.
fn further(
    inputs: &[ProjectInput],
    finding: &Finding,
    fix: &Fix,
    files: &BTreeMap<String, String>,
) -> Option<BTreeMap<String, String>> {
    let revision = finding.revision.as_deref()?;
    let input = inputs.iter().find(|input| input.project.loads(&finding.raw.site.path))?;
    input.history.graph().children(revision).is_empty().then_some(())?;
    let migration = input.history.migration(&finding.raw.site.path)?;
    let message = migration.header.message.clone().unwrap_or_else(|| revision.to_owned());
    let folder = finding.raw.site.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let day = today();
    let date = format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
    let mut files = files.clone();
    let mut parent = revision.to_owned();
    for (number, step) in fix.further.iter().enumerate() {
        let message = format!("{message}, step {}", number + 2);
        let next = fix::further(&parent, &message, step, &date);
        files.insert(format!("{folder}/{}", next.name), next.text);
        parent = next.id;
    }
    Some(files)
}

fn key(finding: &Finding) -> Key {
    let raw = &finding.raw;
    (finding.rule.id, raw.site.path.clone(), raw.table.clone(), raw.object.clone())
}

fn count(review: &Review, wanted: &Key) -> usize {
    review.findings.iter().filter(|finding| key(finding) == *wanted).count()
}

/// Tells whether a finding is gone and no other has come that blocks; what is said of the way back
/// is another matter.
fn helps(before: &Review, after: &Review, finding: &Finding) -> bool {
    let is_critical = |finding: &&Finding| {
        finding.severity == Severity::Critical && finding.rule.theme != Theme::Downgrade
    };
    let number = |review: &Review| review.findings.iter().filter(is_critical).count();
    let own = usize::from(is_critical(&finding));
    after.unverifiable.len() <= before.unverifiable.len()
        && count(after, &key(finding)) < count(before, &key(finding))
        && number(after) + own <= number(before)
}
