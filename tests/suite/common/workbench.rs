//! Judges migrations in memory: no repository, no process.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use safe_migration::alembic::history::History;
use safe_migration::alembic::project::{self, Project, Search};
use safe_migration::alembic::surroundings::Surroundings;
use safe_migration::config::read;
use safe_migration::config::settings::{Settings, Testing};
use safe_migration::review::evidence::Proof;
use safe_migration::review::finding::{Change, Review};
use safe_migration::review::subject::{Judged, Occasion, Revised, Subject};
use safe_migration::review::verdict;
use safe_migration::rule::context::{Release, Today};
use safe_migration::rule::definition::Severity;
use safe_migration::schema::memory::Memory;
use safe_migration::snapshot::Snapshot;
use safe_migration::sql::dialect::Dialect;

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
/// line.
#[derive(Debug)]
pub(crate) struct Files {
    /// Path and text, in order, with the number of the first line of each in the example.
    pub(crate) files: Vec<(String, String, usize)>,
    /// Paths that stand above `# upstream`.
    released: HashSet<String>,
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
        let mut released = HashSet::new();
        let (mut name, mut content, mut first) = ("0001_example.py".to_owned(), String::new(), 1);
        for (number, line) in text.lines().enumerate() {
            if let Some(next) = line.strip_prefix("# file: ") {
                if !content.trim().is_empty() {
                    parts.push((std::mem::take(&mut name), std::mem::take(&mut content), first));
                }
                content.clear();
                (name, first) = (next.trim().to_owned(), number + 2);
            } else if line.trim() == "# upstream" {
                parts.push((std::mem::take(&mut name), std::mem::take(&mut content), first));
                released.extend(parts.iter().map(|(name, _, _)| path_of(name)));
                (name, first) = ("0002_example.py".to_owned(), number + 2);
            } else {
                content.push_str(line);
                content.push('\n');
            }
        }
        if !content.trim().is_empty() {
            parts.push((name, content, first));
        }
        let files = parts
            .into_iter()
            .map(|(name, content, first)| (path_of(&name), content, first))
            .collect();
        Files { files, released }
    }

    /// Tells whether a file stands above `# upstream`.
    pub(crate) fn is_released(&self, path: &str) -> bool {
        self.released.contains(path)
    }

    /// Judges what is not released, under Alembic's own env.py unless the files hold another.
    pub(crate) fn review(&self) -> Review {
        let mut all: BTreeMap<&str, &str> = [("alembic.ini", INI), ("alembic/env.py", ENV)].into();
        all.extend(self.files.iter().map(|(path, content, _)| (path.as_str(), content.as_str())));
        let testing = self.files.iter().any(|(_, content, _)| evidence_line(content).is_some());
        let mut settings = settings(all.get("safe-migration.toml").copied());
        settings.testing = if testing { Testing::Required } else { Testing::Off };
        let snapshot = Rc::new(Snapshot::of(all));
        let projects: Vec<Rc<Project>> =
            project::find(&snapshot, Search::Whole, &[]).into_iter().map(Rc::new).collect();
        let histories: Vec<(Vec<Dialect>, History)> = projects
            .iter()
            .map(|project| {
                let said = project.environment.dialects.iter().map(|(dialect, _)| *dialect);
                let dialects: Vec<Dialect> = settings.dialect.into_iter().chain(said).collect();
                let dialects =
                    if dialects.is_empty() { vec![Dialect::PostgreSql] } else { dialects };
                (dialects.clone(), History::read(&snapshot, project).on(dialects[0]))
            })
            .collect();
        let subjects: Vec<Subject<'_>> = projects
            .iter()
            .zip(&histories)
            .map(|(project, (dialects, history))| {
                self.subject(project, history, dialects.clone(), &settings)
            })
            .collect();
        let occasion =
            Occasion { today: Today { year: 2026, month: 6, day: 1 }, strict: false, testing };
        verdict::review(&subjects, &occasion)
    }

    fn subject<'a>(
        &self,
        project: &'a Project,
        history: &'a History,
        dialects: Vec<Dialect>,
        settings: &'a Settings,
    ) -> Subject<'a> {
        let released: HashSet<Rc<str>> = history
            .files()
            .iter()
            .filter(|file| self.released.contains(&*file.path))
            .filter_map(|file| file.header.header().map(|header| header.revision.as_str().into()))
            .collect();
        let release = Release {
            together: history.graph().pending(&released).iter().map(ToString::to_string).collect(),
            released: released.iter().map(ToString::to_string).collect(),
            each_alone: false,
            upstream: None,
        };
        let evidence = self.files.iter().filter_map(|(path, content, _)| {
            let revision = history.file_at(path)?.header.header()?.revision.clone();
            Some((revision, proof(evidence_line(content)?)?))
        });
        let evidence = evidence.collect();
        let new = history.files().iter().filter(|file| !self.released.contains(&*file.path));
        let revised = new.map(|file| {
            let header = file.header.header();
            Revised {
                path: file.path.clone(),
                previous_path: None,
                revision: header.map(|header| header.revision.clone()).unwrap_or_default(),
                down_revisions: header
                    .map(|header| header.down_revisions.clone())
                    .unwrap_or_default(),
                message: header.and_then(|header| header.message.clone()),
                change: Change::Added,
                judged: Judged::Wholly,
            }
        });
        Subject {
            project,
            history,
            memory: Memory::default(),
            settings,
            dialects,
            surroundings: Rc::new(Surroundings::of(history.snapshot(), project)),
            release,
            evidence,
            revised: revised.collect(),
            overlooked: Vec::new(),
        }
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
        self.files.iter().find(|(other, _, _)| other == path).map_or(0, |(_, content, first)| {
            first
                + content.as_bytes()[..offset.min(content.len())]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count()
        })
    }
}

fn settings(text: Option<&str>) -> Settings {
    read::read(None, text).expect("the settings of an example are right")
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
    let passed = words == "passed";
    let legs = [Some("passed"), Some("passed"), Some(if passed { "passed" } else { "failed" })];
    let why = if passed { Vec::new() } else { vec![words.to_owned()] };
    let (database, at) = ("postgresql 18.4".to_owned(), "2026-05-31T12:00:00Z".to_owned());
    (words != "none").then_some(Proof { passed, legs, database, at, why })
}
