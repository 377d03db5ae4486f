//! Which databases a project runs on, and what gave it away.

use std::collections::BTreeMap;

use crate::alembic::dialect_words::{Spoken, WORDS, words_in};
use crate::alembic::env::Env;
use crate::alembic::location::{ancestors, folder_of, join};
use crate::alembic::project::{Origin, Project, is_revision_name};
use crate::alembic::requirements::{asked_for, is_lock, is_requirements, packages};
use crate::alembic::summary::{self, Summary};
use crate::alembic::surroundings::Surroundings;
use crate::snapshot::{Kind, ObjectId, Snapshot};
use crate::sql::dialect::Dialect;
use crate::text::source::Text;

/// A database and the words that name it.
type Hint = (Dialect, String);

/// A sign that a project runs on a database, and how much it says.
struct Sign {
    dialect: Dialect,
    weight: u8,
    why: String,
}

/// What a sign says by itself: a URL, a folder of revisions called after the database.
const PLAIN: u8 = 4;

/// What a driver that is required says, or the types of most revisions.
const STRONG: u8 = 3;

/// What a driver for tests, an image of CI or a keyword of a table says.
const FAIR: u8 = 2;

/// What a branch on a name says: `if engine.name in ("sqlite", "mysql")` stands in programs that
/// run elsewhere as well.
const WEAK: u8 = 1;

/// How many revisions are asked, from the first and from the last on.
const SAMPLE: usize = 24;

/// Returns the dialects that the files of a project speak of, the likeliest first; nothing where
/// none does.
///
/// A folder of revisions that is called after a database, or the URL of an ini that nothing
/// overrides, says it alone. Else what env.py, revisions, drivers and images say is weighed: one
/// database is the likeliest, and others stand beside it where two signs agree.
pub(crate) fn read(
    snapshot: &Snapshot,
    project: &Project,
    env: Option<&Env>,
    surroundings: &Surroundings,
) -> Vec<Hint> {
    if let Some(hint) = in_folders(snapshot, project) {
        return vec![hint];
    }
    let overridden = env.is_some_and(|env| env.text.content().contains("set_main_option"));
    let mut urls = Vec::new();
    let first = project.url.as_ref().map(|url| (url, url_place(snapshot, project)));
    let others = project.other_urls.iter().map(|(url, name)| (url, name.clone()));
    for (url, place) in first.into_iter().chain(others) {
        urls.extend(scheme(url).map(|dialect| {
            let why = format!("sqlalchemy.url in {place}");
            let weight = if overridden { WEAK } else { PLAIN };
            Sign { dialect, weight, why }
        }));
    }
    if !overridden && urls.iter().any(|sign| sign.dialect != Dialect::Sqlite) {
        return weighed(urls);
    }
    let mut signs = urls;
    signs.extend(env.map(in_env).unwrap_or_default());
    signs.extend(in_revisions(snapshot, project));
    let required = in_requirements(snapshot, project);
    // Without a driver for it, a server in an image is that of another program.
    let is_file = !required.is_empty()
        && required.iter().all(|sign| sign.dialect == Dialect::Sqlite && sign.weight >= STRONG);
    signs.extend(required);
    let images = surroundings.dialects();
    let runs = |dialect| images.iter().any(|(image, _)| *image == dialect);
    let is_mariadb = runs(Dialect::MariaDb) && !runs(Dialect::MySql);
    let images = images.into_iter().filter(|_| !is_file);
    signs.extend(images.map(|(dialect, why)| Sign { dialect, weight: FAIR, why }));
    if signs.is_empty() {
        signs = in_package(snapshot, project);
    }
    // MariaDB is reached by the drivers and the names of MySQL: which of them runs, images say.
    for sign in signs.iter_mut().filter(|sign| is_mariadb && sign.dialect == Dialect::MySql) {
        sign.dialect = Dialect::MariaDb;
    }
    weighed(signs)
}

/// Sums up what signs say: the likeliest database, and those of which two signs speak. SQLite,
/// which people try things on, comes last, and only where something says it plainly; it comes first
/// where a URL names it and of each server no more than one image of CI speaks, as in libraries that
/// run on whatever their users have.
fn weighed(signs: Vec<Sign>) -> Vec<Hint> {
    let mut sums: Vec<(Dialect, u8, Sign)> = Vec::new();
    for sign in signs {
        match sums.iter_mut().find(|(dialect, ..)| *dialect == sign.dialect) {
            Some((_, sum, heaviest)) => {
                *sum = sum.saturating_add(sign.weight);
                if sign.weight > heaviest.weight {
                    *heaviest = sign;
                }
            }
            None => sums.push((sign.dialect, sign.weight, sign)),
        }
    }
    // MariaDB is reached by the drivers and the URLs of MySQL.
    if sums.iter().any(|(dialect, ..)| *dialect == Dialect::MySql) {
        sums.retain(|(dialect, ..)| *dialect != Dialect::MariaDb);
    }
    let is_server = |dialect: Dialect| dialect != Dialect::Sqlite;
    let is_file = sums.iter().all(|(dialect, sum, heaviest)| match is_server(*dialect) {
        true => *sum <= FAIR,
        false => heaviest.weight >= PLAIN,
    });
    sums.sort_by_key(|(dialect, sum, _)| (is_server(*dialect) == is_file, std::cmp::Reverse(*sum)));
    let most = sums.first().map_or(0, |(_, sum, _)| *sum);
    let mut said: Vec<Hint> = Vec::new();
    for (dialect, sum, heaviest) in sums {
        let first = said.is_empty();
        let beside = match is_server(dialect) {
            true => sum >= PLAIN || sum == most || is_file,
            false => heaviest.weight >= STRONG,
        };
        if first || beside {
            said.push((dialect, heaviest.why));
        }
    }
    said
}

/// Reads the name of a database in the folders of revisions below `env.py`
/// (`versions/postgresql`), or in the folder around the scripts where another stands beside it that
/// is called after another database (`storage/sqlite/migrations`).
fn in_folders(snapshot: &Snapshot, project: &Project) -> Option<Hint> {
    let below = |folder: &String| {
        let below = folder.strip_prefix(&project.script_location).unwrap_or(folder);
        below.rsplit('/').find_map(called_after)
    };
    let mut named = project.version_locations.iter().map(below);
    let first = named.next()?;
    if let Some(dialect) = first.filter(|dialect| named.all(|other| other == Some(*dialect))) {
        let folder = project.version_locations.first()?;
        return Some((dialect, format!("the name of `{folder}`")));
    }
    let around = folder_of(&project.script_location);
    let dialect = called_after(around.rsplit('/').next()?)?;
    let beside = snapshot.list(folder_of(around));
    let others = beside.iter().filter(|entry| entry.kind == Kind::Folder);
    let differs = |name: &str| called_after(name).is_some_and(|other| other != dialect);
    others
        .into_iter()
        .any(|entry| differs(&entry.name))
        .then(|| (dialect, format!("the name of `{around}`")))
}

/// Returns the database that a folder is called after.
fn called_after(name: &str) -> Option<Dialect> {
    name.split(['_', '-', '.']).find_map(|word| match word.to_lowercase().as_str() {
        "pg" | "pgsql" | "psql" => Some(Dialect::PostgreSql),
        word => Dialect::from_name(word),
    })
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

/// Reads the URLs and the imports of `env.py`, and the names that it branches on.
fn in_env(env: &Env) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::new();
    let tested = env.tested();
    for (text, span) in env.strings() {
        let is_tested = tested.contains(&span);
        let named = || Dialect::from_name(&text).filter(|_| is_tested);
        if let Some(dialect) = scheme(&text).or_else(|| driver(&text)).or_else(named) {
            let weight = if is_tested { WEAK } else { PLAIN };
            let why = format!("\"{}\" in {}", brief(&text), env.place(span));
            let known = |sign: &Sign| sign.dialect == dialect && sign.weight >= weight;
            if !signs.iter().any(known) {
                signs.push(Sign { dialect, weight, why });
            }
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
            let why = format!("{word} in {}:{}", env.path, number + 1);
            signs.push(Sign { dialect, weight: STRONG, why });
        }
    }
    signs
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

/// Returns which words of a dialect a blob holds; it need not be read where an earlier run wrote it down.
fn words_of(snapshot: &Snapshot, id: &ObjectId) -> u8 {
    let summary = snapshot.recall(summary::EDITION, id).and_then(Summary::read);
    let read = || snapshot.bytes_of(id).map_or(0, |bytes| words_in(&bytes));
    summary.map_or_else(read, |(_, summary)| summary.dialect_words())
}

/// Asks some revisions for words of a dialect.
fn in_revisions(snapshot: &Snapshot, project: &Project) -> Vec<Sign> {
    let mut counts: BTreeMap<Dialect, (usize, Sign)> = BTreeMap::new();
    for location in &project.version_locations {
        let entries = snapshot.list(location);
        let files: Vec<_> = entries
            .iter()
            .filter(|entry| entry.kind == Kind::File && is_revision_name(&entry.name))
            .collect();
        let (head, tail) = files.split_at(SAMPLE.min(files.len()));
        for file in head.iter().chain(&tail[tail.len().saturating_sub(SAMPLE)..]) {
            let held = words_of(snapshot, &file.id);
            let held = WORDS.iter().enumerate().filter(|(at, _)| held & (1 << at) != 0);
            for (_, (word, dialect, spoken)) in held {
                let weight = if *spoken == Spoken::Import { STRONG } else { FAIR };
                let why = || {
                    let line = line_of(snapshot, &file.id, word);
                    let word = String::from_utf8_lossy(word);
                    format!("{word} in {location}/{}:{line}", file.name)
                };
                let sign = || Sign { dialect: *dialect, weight, why: why() };
                let known = counts.entry(*dialect).or_insert_with(|| (0, sign()));
                known.0 += 1;
                if known.1.weight < weight {
                    known.1 = sign();
                }
            }
        }
    }
    let most = counts.values().map(|(count, _)| *count).max().unwrap_or_default();
    // One stray keyword of another database, in a project that mostly speaks of one, says nothing.
    let counted = counts.into_values().filter(|(count, _)| count * 4 >= most);
    counted.map(|(_, sign)| sign).collect()
}

/// Returns the line on which a word stands first in a blob.
fn line_of(snapshot: &Snapshot, id: &ObjectId, word: &[u8]) -> usize {
    let bytes = snapshot.bytes_of(id).unwrap_or_default();
    let at = memchr::memmem::find(&bytes, word).unwrap_or_default();
    1 + memchr::memchr_iter(b'\n', &bytes[..at]).count()
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

/// Looks for drivers among what is required, in the folders from the scripts up; lock files, which
/// hold what others require as well, are asked where no other file names one.
fn in_requirements(snapshot: &Snapshot, project: &Project) -> Vec<Sign> {
    for folder in ancestors(&project.script_location) {
        for kind in [is_requirements, is_lock] {
            let signs = drivers(snapshot, folder, kind);
            if !signs.is_empty() {
                return signs;
            }
        }
    }
    Vec::new()
}

/// Reads the drivers that the files of one kind in a folder require: each database once, by what
/// says most.
fn drivers(snapshot: &Snapshot, folder: &str, is_kind: fn(&str) -> bool) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::new();
    let entries = snapshot.list(folder);
    for entry in entries.iter().filter(|entry| entry.kind == Kind::File && is_kind(&entry.name)) {
        let path = join(folder, &entry.name).unwrap_or_default();
        let Some(text) = snapshot.text(&path) else { continue };
        let mut optional = is_optional(&entry.name);
        let is_list = entry.name.ends_with(".txt") || entry.name.ends_with(".in");
        for (number, line) in text.content().lines().enumerate() {
            if line.starts_with('[') {
                optional = is_optional(&entry.name) || is_optional(line);
            } else if line.starts_with('#') && is_list {
                optional = is_optional(&entry.name) || is_for_tests(line);
            }
            let weight = if optional { FAIR } else { STRONG };
            let driver = packages(&entry.name, line)
                .into_iter()
                .find_map(|name| DRIVERS.iter().find(|(driver, _)| *driver == name));
            if let Some((driver, dialect)) = driver {
                let why = format!("{driver} in {path}:{}", number + 1);
                heavier(&mut signs, Sign { dialect: *dialect, weight, why });
            }
            let asked = if is_lock(&entry.name) { Vec::new() } else { asked_for(line) };
            // What asks for several at a time runs on each.
            let weight = if asked.len() > 1 { PLAIN } else { weight };
            for dialect in asked {
                let why = format!("an extra of a package in {path}:{}", number + 1);
                heavier(&mut signs, Sign { dialect, weight, why });
            }
        }
    }
    signs
}

/// Keeps the sign of each database that says most.
fn heavier(signs: &mut Vec<Sign>, new: Sign) {
    match signs.iter_mut().find(|sign| sign.dialect == new.dialect) {
        Some(sign) if sign.weight >= new.weight => {}
        Some(sign) => *sign = new,
        None => signs.push(new),
    }
}

/// Reads the URLs that stand as texts in the modules beside the scripts, where nothing else says
/// anything: an application that brings its migrations along has a database of its own there.
fn in_package(snapshot: &Snapshot, project: &Project) -> Vec<Sign> {
    const STARTS: [(&str, Dialect); 4] = [
        ("sqlite:///", Dialect::Sqlite),
        ("postgresql", Dialect::PostgreSql),
        ("mysql", Dialect::MySql),
        ("mariadb", Dialect::MariaDb),
    ];
    let folder = folder_of(&project.script_location);
    let mut signs: Vec<Sign> = Vec::new();
    let entries = snapshot.list(folder);
    let modules = entries.iter().filter(|entry| {
        entry.kind == Kind::File
            && entry.name.ends_with(".py")
            && !entry.name.contains("test")
            && &*entry.name != "conftest.py"
    });
    for entry in modules.take(SAMPLE) {
        let path = join(folder, &entry.name).unwrap_or_default();
        // A file that cannot be had is a hint less.
        let Some(bytes) = snapshot.hint(&entry.id) else { continue };
        for (number, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
            let begins = |start: &str| {
                ['"', '\''].iter().any(|quote| {
                    line.split(*quote).skip(1).step_by(2).any(|text| {
                        text.starts_with(start) && text.contains("://") && !text.contains(' ')
                    })
                })
            };
            let named = STARTS.iter().find(|(start, _)| begins(start)).map(|(_, dialect)| *dialect);
            let Some(dialect) = named.filter(|_| !line.trim_start().starts_with('#')) else {
                continue;
            };
            if !signs.iter().any(|sign| sign.dialect == dialect) {
                let why = format!("a URL in {path}:{}", number + 1);
                signs.push(Sign { dialect, weight: PLAIN, why });
            }
        }
    }
    signs
}

/// Tells whether a comment in a list of packages heads those for tests and development.
fn is_for_tests(comment: &str) -> bool {
    comment.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "test" | "tests" | "testing" | "dev" | "development" | "lint" | "linting" | "optional"
        )
    })
}

/// Tells whether a file, or a table of one, lists what only some need.
fn is_optional(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["test", "dev", "doc", "lint", "optional", "group", "extras", "lock"]
        .iter()
        .any(|word| lower.contains(word))
}
