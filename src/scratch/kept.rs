//! Scratch databases that stay after a run (`--keep`): apart from what is kept between runs, each
//! way to them in one line.

use std::fs;

use crate::scratch::cache::{self, Cache};
use crate::scratch::database::Engine;
use crate::scratch::error::Error;
use crate::scratch::{mariadb, powers};
use crate::text::cut;

/// Databases that stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// For each revision the line that connects to its database.
    pub connect: Vec<String>,
    /// The line that removes them all.
    pub remove: String,
}

/// The name under which the database of a revision is kept.
pub fn name(revision: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    format!("kept_{}", revision.chars().take(40).map(plain).collect::<String>())
}

/// Takes the databases of revisions out of what is kept between runs, and leaves the way to them
/// open.
pub fn leave(engine: Engine, cache: &Cache, revisions: &[&str]) -> Result<Kept, Error> {
    let folder = cache.place("kept").join(cut::to(&cache::marker(), 8));
    let failed = |source| Error::File { path: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(failed)?;
    let names = revisions.iter().map(|revision| name(revision));
    let removed = format!("rm -rf {}", folder.display());
    match engine {
        Engine::Sqlite { folder: from } => {
            let connect = names.map(|name| {
                let to = folder.join(format!("{name}.db"));
                fs::rename(from.join(format!("{name}.db")), &to).map_err(failed)?;
                Ok(format!("sqlite3 {}", to.display()))
            });
            Ok(Kept { connect: connect.collect::<Result<_, Error>>()?, remove: removed })
        }
        Engine::PostgreSql(server) => {
            let left = server.leave(&folder.join("data"))?;
            let socket = left.socket_dir.display();
            let connect = names.map(|name| format!("psql -h {socket} -U {} {name}", powers::USER));
            Ok(Kept {
                connect: connect.collect(),
                remove: format!("kill -KILL {}; {removed} {socket}", left.pid),
            })
        }
        Engine::Named(_) => Err(Error::NotKept),
        Engine::MariaDb { folder: from, server, .. } => {
            drop(server);
            let connect = names.map(|name| {
                let to = folder.join(&name);
                fs::rename(from.join(&name), &to).map_err(failed)?;
                let data = to.display();
                Ok(format!(
                    "mariadbd --no-defaults --skip-networking --datadir={data} --socket={data}/s & \
                     mariadb -S {data}/s {}",
                    mariadb::DATABASE
                ))
            });
            Ok(Kept { connect: connect.collect::<Result<_, Error>>()?, remove: removed })
        }
    }
}
