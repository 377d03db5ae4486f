//! Judges migrations in memory: no repository, no process.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use safe_migration::change::overrides::Overrides;
use safe_migration::change::project_input::ProjectInput;
use safe_migration::change::trees::{Change, Scope};
use safe_migration::change::upstream::{Kinship, Upstream};
use safe_migration::change::{concern, project_input, review};
use safe_migration::config::settings::Testing;
use safe_migration::review::finding::Review;
use safe_migration::rule::after_merge::Step;
use safe_migration::rule::severity::Severity;
use safe_migration::rule::today::Today;
use safe_migration::scratch::answer::LegStatus;
use safe_migration::scratch::judgement::{Judgement, Leg, Legs};
use safe_migration::scratch::problem::{Gravity, Problem};
use safe_migration::scratch::proof::{Proof, SCHEMA};
use safe_migration::snapshot::Snapshot;
use safe_migration::text::source::Site;

/// Where revisions stand.
const VERSIONS: &str = "alembic/versions";

/// `alembic init` of Alembic 1.20.1, but for the database.
const INI: &str =
    "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql+psycopg://localhost/app\n";

/// The env.py of Alembic's generic template (1.20.1), without its comments.
pub(crate) const ENV: &str = r#"from logging.config import fileConfig

from sqlalchemy import engine_from_config
from sqlalchemy import pool

from alembic import context

config = context.config

if config.config_file_name is not None:
    fileConfig(config.config_file_name)

target_metadata = None


def run_migrations_offline() -> None:
    url = config.get_main_option("sqlalchemy.url")
    context.configure(
        url=url,
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )

    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    connectable = engine_from_config(
        config.get_section(config.config_ini_section, {}),
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )

    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)

        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
"#;

/// Files of an example or a case: divided by `# file: name` lines, released up to a `# upstream`
/// line, others' from a `# theirs` line on. A released file that is written again is edited.
#[derive(Debug)]
pub(crate) struct Files {
    /// Path and text, in order, with the number of the first line of each in the example.
    pub(crate) files: Vec<(String, String, usize)>,
    /// Whose each of them is.
    sections: Vec<Section>,
}

/// Whose a file of an example is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    /// It is released.
    Released,
    /// The change makes it.
    Own,
    /// Upstream has it since this work left it.
    Theirs,
}

/// A finding, as tests compare it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    /// The line in the example, from 1; 0 for a file that the example does not hold.
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    pub(crate) critical: bool,
    /// The rules that say more of the same statement.
    pub(crate) notes: Vec<&'static str>,
}

impl Files {
    pub(crate) fn of(text: &str) -> Self {
        let mut parts: Vec<(String, String, usize)> = Vec::new();
        let (mut sections, mut section): (Vec<Section>, _) = (Vec::new(), Section::Own);
        let (mut name, mut content, mut first) = ("0001_example.py".to_owned(), String::new(), 1);
        for (number, line) in text.lines().enumerate() {
            if let Some(next) = line.strip_prefix("# file: ") {
                if !content.trim().is_empty() {
                    parts.push((std::mem::take(&mut name), std::mem::take(&mut content), first));
                    sections.push(section);
                }
                content.clear();
                (name, first) = (next.trim().to_owned(), number + 2);
            } else if line.trim() == "# upstream" {
                parts.push((std::mem::take(&mut name), std::mem::take(&mut content), first));
                sections = vec![Section::Released; parts.len()];
                (name, first) = ("0002_example.py".to_owned(), number + 2);
            } else if line.trim() == "# theirs" {
                parts.push((std::mem::take(&mut name), std::mem::take(&mut content), first));
                sections.push(section);
                section = Section::Theirs;
            } else {
                content.push_str(line);
                content.push('\n');
            }
        }
        if !content.trim().is_empty() {
            parts.push((name, content, first));
            sections.push(section);
        }
        let files = parts
            .into_iter()
            .map(|(name, content, first)| (path_of(&name), content, first))
            .collect();
        Files { files, sections }
    }

    /// Tells whether a file stands above `# upstream`, and not below it once more.
    pub(crate) fn is_released(&self, path: &str) -> bool {
        let is = |section| self.in_section(section).any(|(other, _)| other == path);
        is(Section::Released) && !is(Section::Own)
    }

    /// Returns the files that are released.
    pub(crate) fn released(&self) -> Vec<(&str, &str)> {
        self.in_section(Section::Released).collect()
    }

    /// Returns the files that the change makes.
    pub(crate) fn own(&self) -> Vec<(&str, &str)> {
        self.in_section(Section::Own).collect()
    }

    /// Returns the files of a section.
    fn in_section(&self, section: Section) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter().zip(&self.sections);
        let files = files.filter(move |(_, other)| **other == section);
        files.map(|((path, content, _), _)| (path.as_str(), content.as_str()))
    }

    /// Judges what is not released, under Alembic's own env.py unless the files hold another.
    pub(crate) fn review(&self) -> Review {
        let (change, inputs) = self.inputs();
        let overrides = Overrides::default();
        review::review_with(&inputs, &change, &overrides, |input| self.proofs(input))
    }

    /// Reads what is not released as a change, and the projects that it concerns.
    pub(crate) fn inputs(&self) -> (Change, Vec<ProjectInput>) {
        let change = self.change();
        let overrides = Overrides::default();
        let concerned = concern::concerned(&change, &overrides);
        let Some(mut concerned) = concerned.expect("the settings of an example are right") else {
            return (change, Vec::new());
        };
        let asked = change.asks_for_evidence;
        concerned.settings.testing = if asked { Testing::Required } else { Testing::Off };
        let inputs = project_input::read_all(&change, concerned, &overrides);
        (change, inputs)
    }

    /// Returns where a site stands: the file, and the line in the example.
    pub(crate) fn place(&self, site: &Site) -> (String, usize) {
        (site.path.to_string(), self.line(&site.path, site.span.start))
    }

    /// What is not released, as the change of a tree that holds the rest.
    fn change(&self) -> Change {
        let tree = |more: Option<Section>| {
            let stock = [("alembic.ini", INI), ("alembic/env.py", ENV)];
            let own = more.into_iter().flat_map(|section| self.in_section(section));
            let files = stock.into_iter().chain(self.in_section(Section::Released)).chain(own);
            Rc::new(Snapshot::of(files.collect::<BTreeMap<&str, &str>>()))
        };
        let upstream = Upstream {
            name: "main".to_owned(),
            tip: tree(Some(Section::Theirs)),
            base: tree(None),
            kinship: Kinship::Related,
            commits: None,
            fetched_days_ago: None,
        };
        Change {
            new: tree(Some(Section::Own)),
            parents: vec![tree(None)],
            paths: self.in_section(Section::Own).map(|(path, _)| path.to_owned()).collect(),
            scope: Scope::Change,
            upstream: Some(upstream),
            today: Today { year: 2026, month: 6, day: 1 },
            asks_for_evidence: self.files.iter().any(|(_, text, _)| evidence_line(text).is_some()),
            step: Step::default(),
            known: Vec::new(),
            named: Vec::new(),
        }
    }

    /// What `# evidence: ...` says of the files of a project, by revision.
    fn proofs(&self, input: &ProjectInput) -> HashMap<String, Proof> {
        let proof_of = |(path, content, _): &(String, String, usize)| {
            let revision = input.history.file_at(path)?.header.header()?.revision.clone();
            Some((revision, proof(evidence_line(content)?)?))
        };
        self.files.iter().filter_map(proof_of).collect()
    }

    /// Returns what is found, in order of lines.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let review = self.review();
        assert!(review.unverifiable.is_empty(), "{:?}", review.unverifiable);
        let mut seen: Vec<Seen> = review
            .findings
            .iter()
            .map(|finding| Seen {
                line: self.line(&finding.raw.site.path, finding.raw.site.span.start),
                rule: finding.rule.id,
                critical: finding.severity == Severity::Critical,
                notes: finding.notes.iter().map(|note| note.rule.id).collect(),
            })
            .collect();
        seen.sort();
        seen
    }

    fn line(&self, path: &str, offset: usize) -> usize {
        self.files.iter().rev().find(|(other, _, _)| other == path).map_or(
            0,
            |(_, content, first)| {
                first
                    + content.as_bytes()[..offset.min(content.len())]
                        .iter()
                        .filter(|byte| **byte == b'\n')
                        .count()
            },
        )
    }
}

/// Makes a path of a name that is relative to the versions folder.
fn path_of(name: &str) -> String {
    let mut parts: Vec<&str> = VERSIONS.split('/').collect();
    for part in name.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// What `# evidence: ...` says that `verify` found of a file: `none`, `passed`, or why it failed. A
/// file that says so asks for evidence.
fn evidence_line(content: &str) -> Option<&str> {
    content.lines().find_map(|line| line.strip_prefix("# evidence: "))
}

fn proof(words: &str) -> Option<Proof> {
    let leg = |status| Some(Leg { status, seconds: 0.1 });
    let (reupgrade, problems) = match words {
        "passed" => (LegStatus::Passed, Vec::new()),
        why => (LegStatus::Failed, vec![Problem::new(Gravity::Fails, why)]),
    };
    let legs = Legs {
        upgrade: leg(LegStatus::Passed),
        downgrade: leg(LegStatus::Passed),
        reupgrade: leg(reupgrade),
    };
    (words != "none").then(|| Proof {
        schema: SCHEMA,
        revision: String::new(),
        database: "postgresql 18.4".to_owned(),
        at: "2026-05-31T12:00:00Z".to_owned(),
        versions: Vec::new(),
        waived: None,
        judgement: Judgement { legs, problems, ..Judgement::default() },
    })
}
