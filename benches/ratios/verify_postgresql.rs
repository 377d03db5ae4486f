//! `verify` on PostgreSQL, warm and without evidence of an earlier run, against the same three runs of Alembic by hand.
//!
//! Alembic works on a server that runs already and is safe from nothing, as the private one of `verify` is; its database
//! stays where the run before left it, so that its first `upgrade` has nothing to do. `verify` starts its own server, or
//! is told the very one of Alembic. What a server works is counted for neither.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use safe_migration::scratch::lifeline::Tied;
use safe_migration::scratch::programs::Programs;
use tempfile::TempDir;

use crate::ground::Repositories;
use crate::peers;
use crate::table::Row;
use crate::verify::{against, laid, run, verified, wall};

const WORK: &str = "`verify` of one migration after 20, PostgreSQL, warm";
const THEIRS: &str = "alembic upgrade, downgrade, upgrade";

/// What the target is measured by (DESIGN section 13).
const BOUND: f64 = 1.5;

pub(crate) fn rows(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    let (Some(alembic), Some(python)) = (peers::program("alembic"), peers::program("python"))
    else {
        return tell(Row::missing(WORK, "alembic"));
    };
    let Some(service) = Service::start(&python) else {
        return tell(Row::missing(WORK, "postgres"));
    };
    let ini =
        format!("[alembic]\nscript_location = alembic\nsqlalchemy.url = {}\n", service.url("app"));
    let at = laid(ground, "verify-postgresql", &ini, &python);
    let theirs = || {
        for step in [["upgrade", "head"], ["downgrade", "-1"], ["upgrade", "head"]] {
            run(&at, &alembic, &step);
        }
    };
    wall(WORK, THEIRS, BOUND, || verified(&at, &[]), theirs, tell);
    let named = [("SAFE_MIGRATION_SERVER_URL", service.url("postgres"))];
    let named = named.each_ref().map(|(name, url)| (*name, url.as_str()));
    let work = format!("{WORK}, that server named");
    against(&work, THEIRS, BOUND, || verified(&at, &named), theirs, tell);
}

/// A server that listens on this machine, with an empty database `app`.
struct Service {
    port: u16,
    _process: Tied,
    _folder: TempDir,
}

impl Service {
    /// Starts one; nothing where there are no programs of a server.
    fn start(python: &str) -> Option<Self> {
        let programs = Programs::find(None, Path::new(python)).ok()?;
        let folder = tempfile::Builder::new().prefix("smb").tempdir_in("/tmp").ok()?;
        let data = folder.path().join("data");
        fs::create_dir(&data).ok()?;
        [folder.path(), &data].iter().try_for_each(|path| programs.give(path)).ok()?;
        let mut make = programs.command("initdb");
        make.args(["-U", "bench", "--no-sync", "-E", "UTF8", "-A", "trust", "-D"]).arg(&data);
        make.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?.success().then_some(())?;
        let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).ok()?.port();
        let mut command = programs.server([&data, folder.path()]);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"] {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process = Tied::start(command).ok()?;
        let service = Service { port, _process: process, _folder: folder };
        let mut turns = (0..300).map(|_| thread::sleep(Duration::from_millis(100)));
        turns.any(|()| service.makes(&programs, "app")).then_some(service)
    }

    /// Makes a database; tells whether the server did so.
    fn makes(&self, programs: &Programs, name: &str) -> bool {
        let mut command = programs.command("createdb");
        command.args(["-h", "127.0.0.1", "-U", "bench", "-p", &self.port.to_string(), name]);
        let ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        ended.is_ok_and(|status| status.success())
    }

    fn url(&self, database: &str) -> String {
        let driver = if database == "app" { "postgresql+psycopg2" } else { "postgresql" };
        format!("{driver}://bench@127.0.0.1:{}/{database}", self.port)
    }
}
