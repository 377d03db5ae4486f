//! What the started executable does: it closes itself in, and becomes the program.
//!
//! It runs with one thread and before anything of the project's environment, so that no thread and
//! no start-up file of it is ahead of the walls.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::thread;

use nix::fcntl::{OFlag, openat};
use nix::sched::{CloneFlags, unshare};
use nix::sys::stat::Mode;
use nix::unistd::{Gid, Uid, getgid, getuid, setgid, setgroups, setuid};

use crate::scratch::walls::filter::Sockets;
use crate::scratch::walls::mounts::{self, Rebuilt};
use crate::scratch::walls::notification::Listener;
use crate::scratch::walls::{Network, Processes, VARIABLE, WORD, Walls, files, filter, supervisor};

/// The second start, inside of a process namespace.
const SECOND: &str = "__walls-2";

/// Closes in and becomes the program; comes back only where the program cannot be started.
///
/// `arguments` are those behind the executable's own name: the word, the walls as JSON, the program
/// and what it is given. Where the kernel refuses namespaces, the program starts without them, and
/// the variable that lists the walls does not name them: whoever relies on one looks there.
pub fn enter(arguments: &[OsString]) -> ExitCode {
    let [word, spec, program, rest @ ..] = arguments else { return ExitCode::from(2) };
    let read = spec.to_str().and_then(|spec| serde_json::from_str::<Walls>(spec).ok());
    let Some(walls) = read else { return ExitCode::from(2) };
    let place = if word == SECOND || separated(&walls) {
        if word == WORD && walls.processes == Processes::Own {
            return start_again(spec, program, rest);
        }
        // Half a file system is none: nothing is run in it.
        let rebuilt = mounts::rebuild(&walls);
        match rebuilt.and_then(|rebuilt| settle(&walls, &rebuilt).map(|()| rebuilt.memory)) {
            Ok(memory) => Place::Apart { memory },
            Err(why) => {
                complain(&format!("the walls of a scratch program cannot be put up: {why}"));
                return ExitCode::from(125);
            }
        }
    } else {
        if let Err(why) = become_user(&walls) {
            complain(&format!("the user of a scratch program cannot be taken: {why}"));
            return ExitCode::from(125);
        }
        Place::Machine
    };
    match is_supervised(&walls, &place) {
        true => supervised(&walls, &place, program, rest),
        false => {
            let stand = filtered(&walls, &place, kept(&walls, &place));
            become_program(prepared(&walls, &place, program, rest, &stand))
        }
    }
}

/// Where a program runs.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// In namespaces of its own.
    Apart {
        /// Folders that are there in memory alone.
        memory: Vec<PathBuf>,
    },
    /// In those of the machine.
    Machine,
}

/// Tells whether somebody connects in the program's place: where it has no network, and can make
/// sockets. Folders that it reads may hold sockets too, and no mount keeps it from those.
fn is_supervised(walls: &Walls, place: &Place) -> bool {
    walls.network == Network::None
        && walls.processes == Processes::Own
        && (*place != Place::Machine || !walls.sockets.is_empty())
}

/// Keeps the files of the machine from this thread and what it starts; in namespaces most are not
/// there.
fn kept(walls: &Walls, place: &Place) -> Vec<&'static str> {
    let (first, landlock) = match place {
        Place::Apart { memory } => (Some("namespaces"), files::apart(walls, memory)),
        Place::Machine => (None, files::apply(walls)),
    };
    let second = landlock.unwrap_or(false).then_some("landlock");
    first.into_iter().chain(second).collect()
}

/// Adds the filter of system calls to the walls that stand.
fn filtered(walls: &Walls, place: &Place, mut stand: Vec<&'static str>) -> Vec<&'static str> {
    let sockets = match walls.network {
        Network::Machine => Sockets::Machine,
        Network::None if *place != Place::Machine => Sockets::Offline,
        Network::None if walls.sockets.is_empty() => Sockets::Pairs,
        Network::None => Sockets::Local,
        Network::Own => Sockets::Own,
    };
    if filter::apply(sockets).is_ok() {
        stand.push("seccomp");
        stand.extend((sockets == Sockets::Pairs).then_some("no-sockets"));
    }
    stand
}

/// Starts the program and connects in its place. A filter is a thread's: that which starts the program
/// is closed in, and those that connect are not.
fn supervised(walls: &Walls, place: &Place, program: &OsString, rest: &[OsString]) -> ExitCode {
    let start = || {
        let mut stand = filtered(walls, place, kept(walls, place));
        // What may trace this process, or write to its memory, could connect as it does.
        let is_kept = ["landlock", "seccomp"].iter().all(|wall| stand.contains(wall));
        let can_be = is_kept && supervisor::can_read();
        let listener = can_be.then(Listener::install).and_then(Result::ok);
        stand.extend(listener.is_some().then_some("listed-sockets"));
        let mut command = prepared(walls, place, program, rest, &stand);
        match listener {
            Some(listener) => command
                .spawn()
                .map(|child| (listener, child))
                .map_err(|why| unstarted(&command, &why)),
            None => Err(become_program(command)),
        }
    };
    let started = thread::scope(|scope| scope.spawn(start).join());
    match started {
        Ok(Ok((listener, child))) => ended(supervisor::supervise(listener, child, &walls.sockets)),
        Ok(Err(code)) => code,
        Err(_panic) => ExitCode::from(125),
    }
}

/// Takes namespaces of its own; tells whether the kernel gave them.
///
/// Inside of the user namespace this process is root: it must start itself again, and only root's
/// powers last over that (`capabilities(7)`).
fn separated(walls: &Walls) -> bool {
    let mut wanted = CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWIPC;
    if walls.network != Network::Machine {
        wanted |= CloneFlags::CLONE_NEWNET;
    }
    if walls.processes == Processes::Own {
        wanted |= CloneFlags::CLONE_NEWPID;
    }
    let has = if walls.user.is_some() { unshare(wanted).is_ok() } else { be_root(wanted) };
    if has && walls.network == Network::Own {
        start_loopback();
    }
    has
}

/// Up to version 14, PostgreSQL's processes count their scans for each other over a socket of the
/// internet family. Without `ip` it counts none, and runs.
fn start_loopback() {
    let mut command = Command::new("ip");
    command.args(["link", "set", "lo", "up"]).stdin(Stdio::null());
    let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Takes namespaces as the root of a user namespace.
fn be_root(wanted: CloneFlags) -> bool {
    let (user, group) = (getuid(), getgid());
    unshare(wanted | CloneFlags::CLONE_NEWUSER).is_ok()
        && File::open("/proc")
            .and_then(|proc| map(&proc, [(0, user.as_raw()), (0, group.as_raw())]))
            .is_ok()
}

/// Becomes who the program runs as: the user that is named, else this one again, in a user
/// namespace that owns none of the others, so that nothing there can be undone.
fn settle(walls: &Walls, rebuilt: &Rebuilt) -> io::Result<()> {
    if walls.user.is_some() {
        return become_user(walls);
    }
    unshare(CloneFlags::CLONE_NEWUSER)?;
    map(&rebuilt.proc, [(rebuilt.user, 0), (rebuilt.group, 0)])
}

fn become_user(walls: &Walls) -> io::Result<()> {
    let Some((user, group)) = walls.user else { return Ok(()) };
    setgroups(&[])?;
    setgid(Gid::from_raw(group))?;
    Ok(setuid(Uid::from_raw(user))?)
}

/// Says who this process is inside of its user namespace (`user_namespaces(7)`): the user and the
/// group, each as seen inside and outside.
fn map(proc: &File, [user, group]: [(u32, u32); 2]) -> io::Result<()> {
    let write = |name: &str, text: String| -> io::Result<()> {
        let file = openat(proc, name, OFlag::O_WRONLY | OFlag::O_CLOEXEC, Mode::empty())?;
        File::from(file).write_all(text.as_bytes())
    };
    write("self/setgroups", "deny".to_owned())?;
    write("self/uid_map", format!("{} {} 1", user.0, user.1))?;
    write("self/gid_map", format!("{} {} 1", group.0, group.1))
}

/// Starts this executable again as the first process of its namespace, and ends as it does.
fn start_again(spec: &OsString, program: &OsString, rest: &[OsString]) -> ExitCode {
    let mut command = Command::new("/proc/self/exe");
    command.arg(SECOND).arg(spec).arg(program).args(rest);
    ended(command.status())
}

/// Ends as a program did.
fn ended(status: io::Result<ExitStatus>) -> ExitCode {
    match status {
        Ok(status) => ExitCode::from(u8::try_from(status.code().unwrap_or(125)).unwrap_or(125)),
        Err(why) => {
            complain(&format!("a scratch program cannot be started: {why}"));
            ExitCode::from(125)
        }
    }
}

/// The program, as it is started behind the walls that stand.
fn prepared(
    walls: &Walls,
    place: &Place,
    program: &OsString,
    rest: &[OsString],
    stand: &[&str],
) -> Command {
    let mut command = Command::new(program);
    command.args(rest).env(VARIABLE, stand.join(","));
    // The home is not there; what wants one gets a place that is gone afterwards.
    let temporary = Path::new("/tmp");
    let home = match place {
        Place::Apart { memory } if memory.iter().any(|folder| folder == temporary) => {
            Some(temporary)
        }
        _ if stand.contains(&"landlock") => walls.writable.first().map(PathBuf::as_path),
        Place::Apart { .. } => Some(temporary),
        Place::Machine => None,
    };
    if let Some(folder) = home {
        command.env("HOME", folder).env("TMPDIR", folder);
    }
    if let Some(folder) = libraries(walls, Path::new(program)) {
        command.env("LD_LIBRARY_PATH", folder);
    }
    command
}

fn become_program(mut command: Command) -> ExitCode {
    let why = command.exec();
    unstarted(&command, &why)
}

fn unstarted(command: &Command, why: &io::Error) -> ExitCode {
    complain(&format!("{} cannot be started: {why}", Path::new(command.get_program()).display()));
    ExitCode::from(127)
}

/// The libraries that a server from a package brings along (`$ORIGIN/../lib`): the loader learns from
/// `/proc` where the program lies, and there is none.
fn libraries(walls: &Walls, program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?.parent()?.join("lib");
    let is_needed = walls.processes == Processes::None && !program.starts_with("/usr");
    (is_needed && folder.is_dir()).then_some(folder)
}

/// Standard error may be closed; then nobody hears it.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Tells whether arguments ask for walls.
pub fn is_asked(arguments: &[OsString]) -> bool {
    arguments.first().is_some_and(|word| word == WORD || word == SECOND)
}
