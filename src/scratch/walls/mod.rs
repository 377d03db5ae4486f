//! Walls around programs that `verify` runs: what they can see, write and reach.
//!
//! The project's code is not ours, and neither is what it may ask a scratch server to do. So a
//! program starts behind walls: this executable is started in its place, closes itself in, and then
//! becomes the program. On Linux the walls are
//!
//! * **namespaces** of their own for mounts, network, processes and users (`namespaces(7)`), where
//!   the kernel lets a plain user have them: the program sees the system's folders and its
//!   interpreter read-only, and writes only what is listed, and memory; no socket of the machine is
//!   there;
//! * **Landlock**, which keeps the pipes in folders that it reads; where there are no namespaces, all
//!   files that are not listed, but up to Linux 7.0 not the sockets among them;
//! * a **supervisor** of connections (`seccomp_unotify(2)`), which connects in the program's place, to
//!   the sockets that are listed and to no others, those in folders that it reads included;
//! * a **system call filter** (`seccomp(2)`) that allows by list, knows the architecture, and
//!   allows sockets of the Unix family only, or of the internet families where the network is one of
//!   its own: libraries that open one when they are loaded get what they get on a machine that is
//!   offline.
//!
//! Elsewhere there are none, and `doctor` and the report say so.

/// What the started executable does: it closes itself in and becomes the program.
#[cfg(target_os = "linux")]
pub mod inside;

/// The file system that a program sees.
#[cfg(target_os = "linux")]
pub mod mounts;

/// The folders of such a file system that are there in memory alone.
#[cfg(target_os = "linux")]
pub mod memory;

/// The files that a program reaches where there are no namespaces, and writes to where there are.
#[cfg(target_os = "linux")]
pub mod files;

/// The system calls that a program may make.
#[cfg(target_os = "linux")]
mod calls;
pub mod filter;

/// Who connects in a program's place.
#[cfg(target_os = "linux")]
pub mod supervisor;

/// System calls that another process decides, as the kernel hands them over.
#[cfg(target_os = "linux")]
pub mod notification;

/// What an interpreter must be able to read.
pub mod python;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

/// Whether this executable is the program, which asks in its first step whether it is to close
/// itself in.
static IS_PROGRAM: AtomicBool = AtomicBool::new(false);

/// The word that makes this executable close itself in instead of reading a command line.
pub const WORD: &str = "__walls";

/// The variable by which a program is told which walls stand, `namespaces,seccomp`.
pub const VARIABLE: &str = "SAFE_MIGRATION_WALLS";

/// The folders of a system that programs read.
const SYSTEM: [&str; 10] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix"];

/// Folders that no program reads whole: they hold sockets, homes, or everything.
const TOO_WIDE: [&str; 9] =
    ["/", "/home", "/root", "/run", "/tmp", "/var", "/var/run", "/var/tmp", "/Users"];

/// What a program may see, write and reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// What may be read, besides what may be written.
    pub readable: Vec<PathBuf>,
    /// What may be written.
    pub writable: Vec<PathBuf>,
    /// The sockets of the machine that may be connected to.
    pub sockets: Vec<PathBuf>,
    /// Whether the machine's network is there.
    pub network: Network,
    /// The user and group that root gives it to, where root starts it for somebody else.
    pub user: Option<(u32, u32)>,
    /// Whether it sees no processes but its own. A server does without: nobody looks for it there,
    /// and it is signalled directly.
    pub processes: Processes,
}

/// What a program reaches of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// Nothing: a network of its own, whose very loopback is down; where there is none to be had,
    /// sockets of the Unix family alone, and none at all where no socket may be connected to.
    #[default]
    None,
    /// Any sockets, in a network of its own, which leads nowhere: a server may use its own.
    Own,
    /// The machine's, because a setting says so.
    Machine,
}

/// Which processes a program sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Processes {
    /// Its own.
    #[default]
    Own,
    /// None: there is no `/proc`.
    None,
}

impl Walls {
    /// The walls of a project's code: it reads the system and its interpreter.
    pub fn of_project(interpreter: &Path, repository: Option<&Path>) -> Self {
        let mut readable = system();
        readable.extend(python::readable(interpreter, repository));
        Walls { readable, ..Walls::default() }
    }

    /// The walls of a server: it reads the system's libraries, and no shell is there.
    pub fn of_server(programs: &Path) -> Self {
        let mut readable = system();
        readable.retain(|folder| ![Path::new("/bin"), Path::new("/sbin")].contains(&&**folder));
        readable.extend(programs.parent().map(Path::to_owned));
        Walls { readable, network: Network::Own, processes: Processes::None, ..Walls::default() }
    }

    /// Adds what may be written, where it exists.
    #[must_use]
    pub fn writing<'p>(mut self, paths: impl IntoIterator<Item = &'p Path>) -> Self {
        self.writable.extend(paths.into_iter().filter(|path| path.exists()).map(Path::to_owned));
        self
    }

    /// Tells whether this executable can put walls up on this kind of system.
    pub fn can_stand(&self) -> bool {
        cfg!(target_os = "linux") && executable().is_some()
    }

    /// A command that runs a program behind these walls, where this system has any.
    pub fn command(&self, program: &Path) -> Command {
        let open = || Command::new(program);
        if !self.can_stand() {
            return open();
        }
        let (Some(executable), Ok(walls)) = (executable(), serde_json::to_string(self)) else {
            return open();
        };
        let mut command = Command::new(executable);
        command.arg(WORD).arg(walls).arg(python::located(program));
        command
    }
}

/// Closes this process in and becomes the program that is asked for, where the arguments are those
/// that [`Walls::command`] writes.
pub fn entered(arguments: &[OsString]) -> Option<ExitCode> {
    IS_PROGRAM.store(true, Ordering::Relaxed);
    #[cfg(target_os = "linux")]
    if inside::is_asked(arguments) {
        return Some(inside::enter(arguments));
    }
    let _elsewhere = arguments;
    None
}

/// This executable, as long as it is the program, whatever its file is called: tests of the library
/// are another one.
///
/// Linux leads to what runs, not to a file of that name: where the file is replaced or removed
/// meanwhile, as an update does, walls do not vanish by that.
fn executable() -> Option<PathBuf> {
    // Not `self`: the lifeline of a server starts it, too.
    let own = PathBuf::from(format!("/proc/{}/exe", std::process::id()));
    let is_known = cfg!(target_os = "linux") && own.exists();
    IS_PROGRAM
        .load(Ordering::Relaxed)
        .then(|| match is_known {
            true => Ok(own),
            false => std::env::current_exe(),
        })?
        .ok()
}

fn system() -> Vec<PathBuf> {
    SYSTEM.iter().map(PathBuf::from).filter(|folder| folder.exists()).collect()
}

/// Tells whether a folder holds more than a program should read.
fn is_too_wide(folder: &Path) -> bool {
    TOO_WIDE.iter().any(|wide| folder == Path::new(wide))
        || std::env::home_dir().is_some_and(|home| home.starts_with(folder))
}
