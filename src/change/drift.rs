//! Models held against migrations, project by project.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::{Project, Search};
use crate::alembic::search;
use crate::change::overrides::Overrides;
use crate::change::project_input;
use crate::config::settings::Settings;
use crate::review::finding::{Finding, Review};
use crate::rule::application::Code;
use crate::rule::drift;
use crate::rule::severity::Severity;
use crate::rules::model_without_migration;
use crate::schema::drift::Drift;
use crate::snapshot::Snapshot;

/// What was found of one project.
pub struct ProjectDrift {
    /// The project's name.
    pub project: String,
    /// The code that was read.
    pub code: Code,
    /// Where models and migrations disagree.
    pub drift: Drift,
}

/// Compares the models of a tree with its migrations, for every project.
pub fn of_tree(
    snapshot: &Rc<Snapshot>,
    settings: &Settings,
    overrides: &Overrides,
) -> Vec<ProjectDrift> {
    let projects = search::find(snapshot, Search::Whole, settings);
    projects.into_iter().map(|project| of_project(snapshot, project, settings, overrides)).collect()
}

fn of_project(
    snapshot: &Rc<Snapshot>,
    project: Project,
    settings: &Settings,
    overrides: &Overrides,
) -> ProjectDrift {
    let project = Rc::new(project);
    let code = code(snapshot, &project, settings, overrides);
    let drift = drift::of(&code, settings.for_project(&project.name));
    ProjectDrift { project: project.name.clone(), code, drift }
}

/// Returns the code of a project in a tree, with the models that its settings name.
pub fn code(
    snapshot: &Rc<Snapshot>,
    project: &Rc<Project>,
    settings: &Settings,
    overrides: &Overrides,
) -> Code {
    let settings = settings.for_project(&project.name);
    let dialects = project_input::dialects(project, settings, overrides);
    let dialect = dialects.first().copied().unwrap_or_default();
    let dialect = History::read(snapshot, project).on(dialect).dialect();
    Code::new(snapshot, project, dialect, &settings.models)
}

/// Makes a review of what was found, so that it is reported as findings are.
pub fn review(drifts: &[ProjectDrift]) -> Review {
    let mut review = Review::default();
    for found in drifts {
        for difference in &found.drift.differences {
            let raw = drift::from_difference(difference, &found.code);
            let path = Rc::clone(&raw.site.path);
            if let Some(text) = found.code.snapshot().text(&path) {
                review.texts.insert(path, text);
            }
            review.findings.push(Finding {
                rule: &model_without_migration::RULE,
                severity: Severity::Critical,
                revision: raw.revision.clone(),
                raw,
                lowered: None,
                count: 1,
                notes: Vec::new(),
            });
        }
        let sentences = found.drift.uncompared.iter();
        review
            .notices
            .extend(sentences.map(|why| format!("not compared in {}: {why}", found.project)));
        let missing = found.code.snapshot().missing();
        review.unverifiable.extend(
            missing.iter().map(|it| format!("`{}` could not be read: {}", it.what, it.why)),
        );
    }
    review
}
