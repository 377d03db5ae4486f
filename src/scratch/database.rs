//! A scratch database of any kind: made, copied from a template, kept as one.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::verify::VerifySettings;
use crate::scratch::answer::Failure;
use crate::scratch::cache::Cache;
use crate::scratch::databases::Databases;
use crate::scratch::error::Error;
use crate::scratch::job::Scratch;
use crate::scratch::leftover::Notes;
use crate::scratch::powers::{self, Powers};
use crate::scratch::programs::Programs;
use crate::scratch::{mariadb, named, postgres, roles};
use crate::sql::dialect::Dialect;

/// How many templates a server keeps.
const TEMPLATES: usize = 12;

/// What makes scratch databases.
#[derive(Debug)]
pub enum Engine {
    /// Files.
    Sqlite {
        /// Their folder.
        folder: PathBuf,
    },
    /// A server of our own.
    PostgreSql(Box<postgres::Server>),
    /// A PostgreSQL server that the user names.
    Named(Box<named::Server>),
    /// Data folders of our own, and the server that runs on one of them.
    MariaDb {
        /// The folder of data folders.
        folder: PathBuf,
        /// The programs of the server.
        programs: mariadb::Programs,
        /// What the server says of its version, `10.11.19`.
        version: String,
        /// The server, while it runs.
        server: RefCell<Option<mariadb::Server>>,
        /// The folder of its socket, the same for every server of a run: what is connected to it
        /// needs no new address.
        sockets: tempfile::TempDir,
        /// Where what is started is noted.
        notes: Notes,
    },
}

impl Engine {
    /// Makes ready what makes scratch databases of a dialect; `bin` is the configured folder of the
    /// server's programs, and `allowed` are the hosts on which a server may be named.
    pub fn open(
        dialect: Dialect,
        cache: &Cache,
        bin: Option<&str>,
        python: &Path,
        allowed: &[String],
        powers: Powers,
    ) -> Result<Self, Error> {
        let folder = cache.place(dialect.name());
        match dialect {
            Dialect::Sqlite => {
                fs::create_dir_all(&folder)
                    .map_err(|source| Error::File { path: folder.clone(), source })?;
                Ok(Engine::Sqlite { folder })
            }
            Dialect::PostgreSql => {
                if let Some(address) = named::address(allowed)? {
                    return Ok(Engine::Named(Box::new(named::Server::reach(address, cache)?)));
                }
                let server = postgres::Server::start(Programs::find(bin, python)?, cache, powers)?;
                server.databases.prune(TEMPLATES)?;
                Ok(Engine::PostgreSql(Box::new(server)))
            }
            Dialect::MySql | Dialect::MariaDb => {
                named::refuse_others()?;
                let programs = mariadb::Programs::of(bin);
                let version = programs.version()?;
                let folder = cache.place(&format!("mariadb-{version}"));
                fs::create_dir_all(&folder)
                    .map_err(|source| Error::File { path: folder.clone(), source })?;
                Ok(Engine::MariaDb {
                    folder,
                    programs,
                    version,
                    server: RefCell::default(),
                    sockets: cache.notes().temporary()?,
                    notes: cache.notes().clone(),
                })
            }
            Dialect::SqlServer | Dialect::Oracle => Err(Error::NoScratch(dialect.title())),
        }
    }

    /// Says what it is, for people and for evidence.
    pub fn title(&self) -> String {
        match self {
            Engine::Sqlite { .. } => "sqlite".to_owned(),
            Engine::PostgreSql(server) => format!("postgresql {}", server.databases.version),
            Engine::Named(server) => format!("postgresql {}", server.databases.version),
            Engine::MariaDb { version, .. } => format!("mariadb {version}"),
        }
    }

    /// Tells whether a server of our own refuses a statement because the project's code is no
    /// superuser there.
    pub fn wants_superuser(&self, failure: &Failure) -> bool {
        let is_plain = matches!(self, Engine::PostgreSql(server) if server.powers == Powers::Owner);
        is_plain && powers::wants_superuser(failure)
    }

    /// Tells whether its server still answers.
    pub fn is_alive(&self) -> bool {
        match self {
            Engine::Sqlite { .. } => true,
            Engine::PostgreSql(server) => server.databases.is_alive(),
            Engine::Named(server) => server.databases.is_alive(),
            Engine::MariaDb { server, .. } => {
                server.borrow_mut().as_mut().is_none_or(|server| server.is_alive())
            }
        }
    }

    /// Tells whether a template is kept for a point of the history.
    pub fn has(&self, template: &str) -> Result<bool, Error> {
        match self {
            Engine::Sqlite { folder } => Ok(folder.join(file(template, 0)).exists()),
            Engine::PostgreSql(server) => server.databases.has(template),
            Engine::Named(server) => server.databases.has(template),
            Engine::MariaDb { folder, .. } => Ok(folder.join(template).exists()),
        }
    }

    /// Makes `count` new scratch databases, from a template or empty, and returns what the runner
    /// must know of them.
    pub fn make(&self, count: usize, template: Option<&str>) -> Result<Scratch, Error> {
        match self {
            Engine::Sqlite { folder } => make_files(folder, count, template),
            Engine::PostgreSql(server) => make_databases(
                &server.databases,
                (server.socket_dir(), &server.marker),
                count,
                template,
            ),
            Engine::Named(server) => make_databases(
                &server.databases,
                (server.socket_dir(), &server.marker),
                count,
                template,
            ),
            Engine::MariaDb { folder, programs, server, sockets, notes, .. } => {
                server.borrow_mut().take();
                let (running, scratch) =
                    make_data_folder(programs, folder, (sockets.path(), notes), count, template)?;
                *server.borrow_mut() = Some(running);
                Ok(scratch)
            }
        }
    }

    /// Returns what `make` will return, where that is known before it is done, and takes a while.
    pub fn ahead(&self, count: usize) -> Option<Scratch> {
        match self {
            Engine::PostgreSql(server) => {
                Some(described(server.socket_dir(), &server.marker, count))
            }
            Engine::Named(server) => Some(described(server.socket_dir(), &server.marker, count)),
            Engine::Sqlite { .. } | Engine::MariaDb { .. } => None,
        }
    }

    /// Keeps the scratch databases as a template. The one that `has` asks for comes last: a run
    /// that is killed leaves no template in halves.
    pub fn keep(&self, count: usize, template: &str) -> Result<(), Error> {
        match self {
            Engine::Sqlite { folder } => (0..count).rev().try_for_each(|number| {
                let (from, to) =
                    (folder.join(file("scratch", number)), folder.join(file(template, number)));
                copy_file(&from, &to)
            }),
            Engine::PostgreSql(server) => keep_databases(&server.databases, count, template),
            Engine::Named(server) => keep_databases(&server.databases, count, template),
            Engine::MariaDb { folder, server, .. } => {
                if let Some(running) = server.borrow_mut().take() {
                    running.stop();
                }
                mariadb::copy(&folder.join("scratch"), &folder.join(template))
            }
        }
    }
}

/// The folder of a dialect's server programs, where it is set.
pub fn programs_folder(dialect: Dialect, settings: &VerifySettings) -> Option<&str> {
    let folder = match dialect {
        Dialect::PostgreSql => &settings.pg_bin,
        _ => &settings.mariadb_bin,
    };
    folder.as_deref()
}

/// Says what would make scratch databases of a dialect, as far as it can be seen without starting
/// anything.
///
/// # Errors
///
/// What is missing.
pub fn available(
    dialect: Dialect,
    bin: Option<&str>,
    python: &Path,
    allowed: &[String],
) -> Result<String, Error> {
    if let (Dialect::PostgreSql, Some(address)) = (dialect, named::address(allowed)?) {
        return Ok(format!(
            "the server at {}:{} that {} names",
            address.host,
            address.port,
            named::VARIABLE
        ));
    }
    match dialect {
        Dialect::Sqlite => Ok("SQLite".to_owned()),
        Dialect::PostgreSql => {
            Ok(format!("PostgreSQL in {}", Programs::see(bin, python)?.display()))
        }
        Dialect::MySql | Dialect::MariaDb => {
            Ok(format!("MariaDB, {}", mariadb::Programs::of(bin).server()?.display()))
        }
        Dialect::SqlServer | Dialect::Oracle => Err(Error::NoScratch(dialect.title())),
    }
}

fn make_files(folder: &Path, count: usize, template: Option<&str>) -> Result<Scratch, Error> {
    let mut paths = Vec::new();
    for number in 0..count {
        let path = folder.join(file("scratch", number));
        for leftover in ["", "-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.join(format!("{}{leftover}", file("scratch", number))));
        }
        if let Some(template) = template {
            copy_file(&folder.join(file(template, number)), &path)?;
        }
        paths.push(path.display().to_string());
    }
    Ok(Scratch { backend: "sqlite", databases: paths, ..Scratch::default() })
}

fn make_databases(
    databases: &Databases,
    (socket_dir, marker): (&Path, &str),
    count: usize,
    template: Option<&str>,
) -> Result<Scratch, Error> {
    if databases.is_ours() {
        // A role can go when no database is left that it owns something in.
        (0..count).try_for_each(|number| databases.drop_database(&numbered("scratch", number)))?;
        roles::settle(databases, template)?;
    }
    for number in 0..count {
        let name = numbered("scratch", number);
        databases.create(&name, template.map(|template| numbered(template, number)).as_deref())?;
    }
    Ok(described(socket_dir, marker, count))
}

/// What the runner must know of databases on a server.
fn described(socket_dir: &Path, marker: &str, count: usize) -> Scratch {
    Scratch {
        backend: "postgresql",
        databases: (0..count).map(|number| numbered("scratch", number)).collect(),
        user: Some(powers::USER),
        socket_dir: Some(socket_dir.to_owned()),
        port: Some(postgres::PORT),
        marker: Some(marker.to_owned()),
        ..Scratch::default()
    }
}

fn keep_databases(databases: &Databases, count: usize, template: &str) -> Result<(), Error> {
    let copy =
        |number| databases.create(&numbered(template, number), Some(&numbered("scratch", number)));
    (0..count).rev().try_for_each(copy)?;
    if databases.is_ours() { roles::remember(databases, template) } else { Ok(()) }
}

fn make_data_folder(
    programs: &mariadb::Programs,
    folder: &Path,
    (sockets, notes): (&Path, &Notes),
    count: usize,
    template: Option<&str>,
) -> Result<(mariadb::Server, Scratch), Error> {
    let from = match template {
        Some(template) => folder.join(template),
        None => mariadb::make(programs, folder)?,
    };
    let data = folder.join("scratch");
    mariadb::copy(&from, &data)?;
    let names: Vec<String> = (0..count).map(|number| numbered(mariadb::DATABASE, number)).collect();
    mariadb::add_databases(&data, &names)?;
    let running = mariadb::Server::start(programs, &data, sockets, notes)?;
    let scratch = Scratch {
        backend: "mysql",
        databases: names,
        user: Some(mariadb::USER),
        socket: Some(running.socket()),
        ..Scratch::default()
    };
    Ok((running, scratch))
}

/// A template that has no file was a database that nobody had connected to.
fn copy_file(from: &Path, to: &Path) -> Result<(), Error> {
    let beside = to.with_extension("new");
    let copied = match from.exists() {
        true => fs::copy(from, &beside).map(drop),
        false => fs::write(&beside, b""),
    };
    copied
        .and_then(|()| fs::rename(&beside, to))
        .map_err(|source| Error::File { path: to.to_owned(), source })
}

fn numbered(name: &str, number: usize) -> String {
    if number == 0 { name.to_owned() } else { format!("{name}_{number}") }
}

fn file(name: &str, number: usize) -> String {
    format!("{}.db", numbered(name, number))
}
