//! Which drivers run the migrations of a project, and what gave it away.

use crate::alembic::driver::Driver;
use crate::alembic::env::Env;
use crate::alembic::location::join;
use crate::alembic::project::Project;
use crate::alembic::requirements;
use crate::snapshot::{Kind, Snapshot};
use crate::sql::dialect::Dialect;

/// The drivers of packages that are required, with the database of each.
const PACKAGES: [(&str, &str, Dialect); 9] = [
    ("asyncpg", "asyncpg", Dialect::PostgreSql),
    ("psycopg2", "psycopg2", Dialect::PostgreSql),
    ("psycopg2-binary", "psycopg2", Dialect::PostgreSql),
    ("psycopg", "psycopg", Dialect::PostgreSql),
    ("pg8000", "pg8000", Dialect::PostgreSql),
    ("pymysql", "pymysql", Dialect::MySql),
    ("mysqlclient", "mysqlclient", Dialect::MySql),
    ("asyncmy", "asyncmy", Dialect::MySql),
    ("aiomysql", "aiomysql", Dialect::MySql),
];

/// What says of drivers where no URL does.
const ASYNC: [&str; 3] = ["async_engine_from_config", "create_async_engine", "AsyncEngine"];

/// Returns the drivers that URLs of a project name.
pub(crate) fn in_urls(project: &Project, env: Option<&Env>) -> Vec<Driver> {
    let mut found: Vec<Driver> = Vec::new();
    let overridden = env.is_some_and(|env| env.text.content().contains("set_main_option"));
    let configured = project.url.as_deref().filter(|_| !overridden);
    found.extend(configured.and_then(|url| of_url(url, &project.name)));
    for (text, span) in env.map(Env::strings).unwrap_or_default() {
        let named =
            env.filter(|_| text.contains('+')).and_then(|env| of_url(&text, &env.place(span)));
        let is_new = |driver: &Driver| found.iter().all(|known| known.name != driver.name);
        found.extend(named.filter(is_new));
    }
    found
}

/// Tells whether an env.py makes an asynchronous engine.
pub(crate) fn is_async(env: &Env) -> bool {
    ASYNC.iter().any(|word| env.text.content().contains(word))
}

/// Returns the drivers among the packages that are required, in the folders from the scripts up.
pub(crate) fn in_requirements(
    snapshot: &Snapshot,
    folders: &[String],
    is_async: bool,
) -> Vec<Driver> {
    let mut found: Vec<Driver> = Vec::new();
    for folder in folders {
        let entries = snapshot.list(folder);
        let files = entries.iter().filter(|entry| {
            entry.kind == Kind::File
                && (requirements::is_requirements(&entry.name)
                    || requirements::is_lock(&entry.name))
        });
        for file in files {
            let path = join(folder, &file.name).unwrap_or_default();
            let Some(text) = snapshot.text(&path) else { continue };
            for (number, line) in text.content().lines().enumerate() {
                for word in requirements::packages(&file.name, line) {
                    let known = PACKAGES.iter().find(|(package, ..)| *package == word);
                    let Some((_, name, dialect)) = known else { continue };
                    let waits = BLOCKING.contains(name) && is_async;
                    if !waits && found.iter().all(|driver| driver.name != *name) {
                        let place = format!("{path}:{}", number + 1);
                        found.push(Driver { dialect: *dialect, name: (*name).to_owned(), place });
                    }
                }
            }
        }
    }
    found
}

/// Drivers that no asynchronous engine takes.
const BLOCKING: [&str; 4] = ["psycopg2", "pymysql", "mysqlclient", "pg8000"];

/// Reads `dialect+driver://`, or the driver that SQLAlchemy takes where the URL has none.
fn of_url(url: &str, place: &str) -> Option<Driver> {
    let (scheme, _) = url.split_once("://").or_else(|| url.contains('+').then_some((url, "")))?;
    let dialect = Dialect::from_name(scheme)?;
    let name = match (scheme.split_once('+'), dialect) {
        (Some((_, driver)), _) => driver,
        (None, Dialect::PostgreSql) => "psycopg2",
        (None, Dialect::MySql | Dialect::MariaDb) => "mysqldb",
        (None, Dialect::Sqlite) => "pysqlite",
        (None, _) => return None,
    };
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then(|| Driver { dialect, name: name.to_lowercase(), place: place.to_owned() })
}
