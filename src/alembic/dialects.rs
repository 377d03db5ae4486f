//! Which databases a project runs on, and what gave it away.

use std::collections::BTreeMap;

use crate::alembic::environment::Env;
use crate::alembic::location::{ancestors, join};
use crate::alembic::project::{Origin, Project, is_revision_name};
use crate::snapshot::{Kind, Snapshot};
use crate::sql::dialect::Dialect;
use crate::text::source::Text;

/// A database and the words that name it.
type Hint = (Dialect, String);

/// How many revisions are asked, from the first and from the last on.
const SAMPLE: usize = 24;

/// Returns the dialects that the files of a project speak of, the likeliest first; nothing where
/// none does.
///
/// Whoever says it plainly counts: the URL of the ini, then `env.py`, then what revisions import,
/// then the drivers that are required. SQLite alone is asked again, since it is what people try
/// things on.
pub(crate) fn read(snapshot: &Snapshot, project: &Project, env: Option<&Env>) -> Vec<Hint> {
    let overridden = env.is_some_and(|env| env.text.content().contains("set_main_option"));
    let url = || {
        project.url.as_deref().and_then(|url| {
            Some((scheme(url)?, format!("sqlalchemy.url in {}", url_place(snapshot, project))))
        })
    };
    let written = || env.map(in_env).unwrap_or_default();
    let tiers: [&dyn Fn() -> Vec<Hint>; 4] = [
        &|| url().filter(|_| !overridden).into_iter().collect(),
        &written,
        &|| in_revisions(snapshot, project),
        &|| in_requirements(snapshot, project),
    ];
    let mut found: Vec<Hint> = Vec::new();
    for tier in tiers {
        for hint in tier() {
            if !found.iter().any(|(dialect, _)| *dialect == hint.0) {
                found.push(hint);
            }
        }
        if found.iter().any(|(dialect, _)| *dialect != Dialect::Sqlite) {
            break;
        }
    }
    if found.is_empty() {
        found.extend(url());
    }
    found.sort_by_key(|(dialect, _)| *dialect == Dialect::Sqlite);
    found
}

/// Returns the database that the ini or env.py names by its URL, where it speaks PostgreSQL's language
/// and is another one.
pub(crate) fn relative(project: &Project, env: Option<&Env>) -> Option<&'static str> {
    const RELATIVES: [(&str, &str); 4] = [
        ("cockroachdb", "CockroachDB"),
        ("redshift", "Redshift"),
        ("yugabytedb", "YugabyteDB"),
        ("crate", "CrateDB"),
    ];
    let is_it = |scheme: &str, text: &str| {
        let dialect = text.split(['+', ':']).next().unwrap_or_default();
        dialect.eq_ignore_ascii_case(scheme) && text.contains("://")
    };
    let in_env: Vec<String> = env
        .map(|env| env.strings().into_iter().map(|(text, _)| text).collect())
        .unwrap_or_default();
    let texts = || project.url.iter().chain(&in_env);
    RELATIVES
        .into_iter()
        .find(|(scheme, _)| texts().any(|text| is_it(scheme, text)))
        .map(|(_, title)| title)
}

/// Returns the file and the line of the URL.
fn url_place(snapshot: &Snapshot, project: &Project) -> String {
    let Origin::Ini { path, .. } = &project.origin else { return project.name.clone() };
    let of_line = |text: &Text| {
        text.content().lines().position(|line| line.trim_start().starts_with("sqlalchemy.url"))
    };
    match snapshot.text(path).and_then(|text| of_line(&text)) {
        Some(number) => format!("{path}:{}", number + 1),
        None => path.clone(),
    }
}

/// Reads the dialect of a URL.
fn scheme(url: &str) -> Option<Dialect> {
    let (scheme, _) = url.split_once("://")?;
    Dialect::from_name(scheme)
}

/// Reads the URLs and the imports of `env.py`.
fn in_env(env: &Env) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (text, span) in env.strings() {
        if let Some(dialect) = scheme(&text).or_else(|| driver(&text)) {
            hints.push((dialect, format!("\"{}\" in {}", brief(&text), env.place(span))));
        }
    }
    let content = env.text.content();
    for (word, dialect) in [
        ("sqlalchemy.dialects.postgresql", Dialect::PostgreSql),
        ("asyncpg", Dialect::PostgreSql),
        ("psycopg", Dialect::PostgreSql),
    ] {
        let imports = |line: &str| {
            line.contains("import") && !line.trim_start().starts_with('#') && line.contains(word)
        };
        if let Some(number) = content.lines().position(imports) {
            hints.push((dialect, format!("{word} in {}:{}", env.path, number + 1)));
        }
    }
    hints
}

/// Reads `postgresql+asyncpg`, as `URL.create` takes it.
fn driver(text: &str) -> Option<Dialect> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+');
    let named = plain
        && (text.contains('+')
            || matches!(text, "postgresql" | "mysql" | "mariadb" | "mssql" | "oracle"));
    named.then(|| Dialect::from_name(text))?
}

fn brief(text: &str) -> String {
    // Whatever stands behind the scheme may be a password.
    text.split_once("://").map_or_else(|| text.to_owned(), |(scheme, _)| format!("{scheme}://…"))
}

/// Asks some revisions what they import from SQLAlchemy's dialects, and which keywords they write.
fn in_revisions(snapshot: &Snapshot, project: &Project) -> Vec<Hint> {
    let words: [(&[u8], Dialect); 8] = [
        (b"dialects.postgresql", Dialect::PostgreSql),
        (b"dialects import postgresql", Dialect::PostgreSql),
        (b"postgresql_", Dialect::PostgreSql),
        (b"dialects.mysql", Dialect::MySql),
        (b"dialects import mysql", Dialect::MySql),
        (b"mysql_", Dialect::MySql),
        (b"dialects.mssql", Dialect::SqlServer),
        (b"dialects import mssql", Dialect::SqlServer),
    ];
    let mut counts: BTreeMap<Dialect, (usize, String)> = BTreeMap::new();
    for location in &project.version_locations {
        let entries = snapshot.list(location);
        let files: Vec<_> = entries
            .iter()
            .filter(|entry| entry.kind == Kind::File && is_revision_name(&entry.name))
            .collect();
        let (head, tail) = files.split_at(SAMPLE.min(files.len()));
        for file in head.iter().chain(&tail[tail.len().saturating_sub(SAMPLE)..]) {
            let Some(bytes) = snapshot.bytes_of(&file.id) else { continue };
            for (word, dialect) in words {
                if let Some(at) = memchr::memmem::find(&bytes, word) {
                    let line = 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count();
                    let why = || {
                        format!(
                            "{} in {location}/{}:{line}",
                            String::from_utf8_lossy(word),
                            file.name
                        )
                    };
                    counts.entry(dialect).or_insert_with(|| (0, why())).0 += 1;
                }
            }
        }
    }
    let mut hints: Vec<(usize, Hint)> =
        counts.into_iter().map(|(dialect, (count, why))| (count, (dialect, why))).collect();
    hints.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    // One stray keyword of another database, in a project that mostly speaks of one, says nothing.
    let most = hints.first().map_or(0, |(count, _)| *count);
    hints.into_iter().filter(|(count, _)| count * 4 >= most).map(|(_, hint)| hint).collect()
}

/// Packages that talk to a database.
pub const DRIVERS: [(&str, Dialect); 14] = [
    ("psycopg", Dialect::PostgreSql),
    ("psycopg2", Dialect::PostgreSql),
    ("psycopg2-binary", Dialect::PostgreSql),
    ("psycopg-binary", Dialect::PostgreSql),
    ("asyncpg", Dialect::PostgreSql),
    ("pg8000", Dialect::PostgreSql),
    ("pymysql", Dialect::MySql),
    ("mysqlclient", Dialect::MySql),
    ("aiomysql", Dialect::MySql),
    ("asyncmy", Dialect::MySql),
    ("mysql-connector-python", Dialect::MySql),
    ("mariadb", Dialect::MariaDb),
    ("pymssql", Dialect::SqlServer),
    ("aiosqlite", Dialect::Sqlite),
];

/// Looks for drivers among what is required, in the folders from the scripts up.
fn in_requirements(snapshot: &Snapshot, project: &Project) -> Vec<Hint> {
    let mut hints: Vec<Hint> = Vec::new();
    for folder in ancestors(&project.script_location) {
        for entry in snapshot
            .list(folder)
            .iter()
            .filter(|entry| entry.kind == Kind::File && is_requirements(&entry.name))
        {
            let path = join(folder, &entry.name).unwrap_or_default();
            let Some(text) = snapshot.text(&path) else { continue };
            let lines = text.content().lines().enumerate();
            for (number, name) in
                lines.flat_map(|(number, line)| required(line).map(move |name| (number, name)))
            {
                let known = DRIVERS.iter().find(|(driver, _)| *driver == name);
                if let Some((driver, dialect)) =
                    known.filter(|(_, dialect)| !hints.iter().any(|(said, _)| said == dialect))
                {
                    hints.push((*dialect, format!("{driver} in {path}:{}", number + 1)));
                }
            }
        }
        if !hints.is_empty() {
            break;
        }
    }
    hints
}

fn is_requirements(name: &str) -> bool {
    matches!(
        name,
        "pyproject.toml"
            | "Pipfile"
            | "setup.py"
            | "setup.cfg"
            | "poetry.lock"
            | "uv.lock"
            | "Pipfile.lock"
    ) || name.contains("requirements") && (name.ends_with(".txt") || name.ends_with(".in"))
}

/// Returns the words of a line that may name a package.
fn required(line: &str) -> impl Iterator<Item = String> {
    let line = line.split('#').next().unwrap_or_default();
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    line.split(move |letter| !is_name(letter))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().replace('_', "-"))
}
