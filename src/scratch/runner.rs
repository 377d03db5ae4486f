//! The runner: Python of our own that the project's interpreter executes, and what it answers, line
//! by line.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::git::digest;
use crate::scratch::answer::{Done, Event, Ready, Refusal};
use crate::scratch::error::{Error, is_full};
use crate::scratch::interpreter::Interpreter;
use crate::scratch::job::{Job, Order, Scratch};
use crate::scratch::postgres;
use crate::scratch::walls::{Network, Walls};

/// The files of the runner.
const FILES: [(&str, &str); 35] = [
    ("runner.py", include_str!("runner/runner.py")),
    ("__init__.py", include_str!("runner/__init__.py")),
    ("addresses.py", include_str!("runner/addresses.py")),
    ("asking.py", include_str!("runner/asking.py")),
    ("baseline.py", include_str!("runner/baseline.py")),
    ("catalogues.py", include_str!("runner/catalogues.py")),
    ("conditions.py", include_str!("runner/conditions.py")),
    ("drivers.py", include_str!("runner/drivers.py")),
    ("extensions.py", include_str!("runner/extensions.py")),
    ("failures.py", include_str!("runner/failures.py")),
    ("filling.py", include_str!("runner/filling.py")),
    ("guard.py", include_str!("runner/guard.py")),
    ("hints.py", include_str!("runner/hints.py")),
    ("listening.py", include_str!("runner/listening.py")),
    ("losses.py", include_str!("runner/losses.py")),
    ("mysql.py", include_str!("runner/mysql.py")),
    ("network.py", include_str!("runner/network.py")),
    ("postgresql.py", include_str!("runner/postgresql.py")),
    ("project.py", include_str!("runner/project.py")),
    ("proof.py", include_str!("runner/proof.py")),
    ("proposals.py", include_str!("runner/proposals.py")),
    ("reached.py", include_str!("runner/reached.py")),
    ("rows.py", include_str!("runner/rows.py")),
    ("seed.py", include_str!("runner/seed.py")),
    ("session.py", include_str!("runner/session.py")),
    ("snapshot.py", include_str!("runner/snapshot.py")),
    ("sqlite.py", include_str!("runner/sqlite.py")),
    ("stock.ini", include_str!("runner/stock.ini")),
    ("tables.py", include_str!("runner/tables.py")),
    ("trace_locks.py", include_str!("runner/trace_locks.py")),
    ("trying.py", include_str!("runner/trying.py")),
    ("values.py", include_str!("runner/values.py")),
    ("walls.py", include_str!("runner/walls.py")),
    ("words.py", include_str!("runner/words.py")),
    ("site/sitecustomize.py", include_str!("runner/site/sitecustomize.py")),
];

/// What evidence is worth with: it changes when what a rehearsal proves does.
pub const PROTOCOL: u32 = 5;

/// The digest of the runner's files: templates of another runner are of no use.
pub fn digest() -> String {
    let content: Vec<&str> = FILES.iter().map(|(_, content)| *content).collect();
    digest::of(content.concat().as_bytes()).to_string()
}

/// The file that holds what the project prints.
const WORDS: &str = "stderr";

/// How long a process may take to end once it has nothing more to do.
const FAREWELL: Duration = Duration::from_secs(1);

/// A process of the runner, which has loaded the project and does one order after another.
///
/// Loading a project is most of the work, so that a process is kept until something fails in it.
#[derive(Debug)]
pub struct Session {
    interpreter: Interpreter,
    scratch: Scratch,
    child: Child,
    orders: Option<ChildStdin>,
    events: Receiver<String>,
    place: PathBuf,
    /// What it said of itself: versions, and the layers of the guard.
    pub ready: Ready,
    _outside: Outside,
}

impl Session {
    /// Starts a process for a job, which says what holds for every order; `place` is for files of
    /// the runner. The process ends when this one is gone, however that came: it watches the pipe
    /// that orders come by.
    ///
    /// # Errors
    ///
    /// `File` where it cannot be started.
    pub fn open(
        interpreter: &Interpreter,
        job: &Job,
        place: &Path,
        folder: &Path,
    ) -> Result<Self, Error> {
        make_private(place)?;
        make_private(&place.join("site"))?;
        for (name, content) in FILES {
            write(&place.join(name), content)?;
        }
        let outside = Outside::of(place);
        let file = place.join("job.json");
        write(&file, &written(&Walled { job, canaries: outside.canaries() }))?;
        let words = place.join(WORDS);
        let errors = fs::File::create(&words)
            .map_err(|source| Error::File { path: words.clone(), source })?;
        let bytecode = place.with_file_name("bytecode");
        make_private(&bytecode)?;
        let mut command = walls(interpreter, job, [place, &bytecode]).command(&interpreter.path);
        command.arg(place.join("runner.py")).arg(&file).current_dir(folder);
        command.env("PYTHONIOENCODING", "utf-8").env_remove("PYTHONSTARTUP");
        keep_bytecode(&mut command, interpreter, &bytecode, &job.tree);
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let mut child = command
            .spawn()
            .map_err(|source| Error::File { path: interpreter.path.clone(), source })?;
        let orders = child.stdin.take();
        let events = lines(child.stdout.take());
        let (interpreter, scratch) = (interpreter.clone(), job.scratch.clone());
        let place = place.to_owned();
        Ok(Session {
            interpreter,
            scratch,
            child,
            orders,
            events,
            place,
            ready: Ready::default(),
            _outside: outside,
        })
    }

    /// Tells whether it works on these scratch databases.
    pub fn works_on(&self, scratch: &Scratch) -> bool {
        self.scratch == *scratch
    }

    /// Has an order done; `on_progress` hears of each event. After an error it is of no more use.
    ///
    /// # Errors
    ///
    /// Whatever kept the order from being done. Migrations that fail are no error: the answer says
    /// so.
    pub fn ask<T: DeserializeOwned>(
        &mut self,
        order: &Order,
        seconds: u64,
        on_progress: &mut dyn FnMut(&Event),
    ) -> Result<Done<T>, Error> {
        // A process that has ended takes no order; its last words are read below.
        let order = written(order);
        let _ = self.orders.as_mut().map(|orders| writeln!(orders, "{order}"));
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut doing = "loading the project".to_owned();
        loop {
            let line = match self.events.recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::Silent(self.last_words()));
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Error::Timeout { what: doing, seconds });
                }
            };
            let Ok(event) = serde_json::from_str::<Event>(&line) else { continue };
            match &event {
                Event::Result {} => return result(&self.interpreter, &line),
                Event::Ready(ready) => self.ready = ready.clone(),
                Event::Leg { direction, target } => doing = format!("{direction} {target}"),
                Event::Revision { .. } => {}
            }
            on_progress(&event);
        }
    }

    fn last_words(&self) -> String {
        let words = fs::read_to_string(self.place.join(WORDS)).unwrap_or_default();
        words
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("it said nothing")
            .to_owned()
    }
}

impl Drop for Session {
    /// Lets the process end by itself, and kills it and its children where it does not.
    fn drop(&mut self) {
        self.orders.take();
        let end = Instant::now() + FAREWELL;
        while Instant::now() < end {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nothing is written beside the project's packages or its code. Where the packages are not
/// compiled, their bytecode is kept in a folder of our own (it is half of the time that a project
/// of some size takes to load), but never that of the tree: its files change between two runs, and
/// Python would tell that by the second.
fn keep_bytecode(command: &mut Command, interpreter: &Interpreter, folder: &Path, tree: &Path) {
    if interpreter.compiled {
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        return;
    }
    let _ = fs::remove_dir_all(folder.join(tree.strip_prefix("/").unwrap_or(tree)));
    command.env_remove("PYTHONDONTWRITEBYTECODE").env("PYTHONPYCACHEPREFIX", folder);
}

/// A value as one line of JSON; strings, numbers and paths that are text cannot fail to be written.
fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A job, with what lies outside of the walls: the runner sees whether it gets there.
#[derive(Serialize)]
struct Walled<'j> {
    #[serde(flatten)]
    job: &'j Job,
    canaries: Vec<PathBuf>,
}

/// What the project's code must not reach: a file and a socket beside the folders that it has.
#[derive(Debug)]
struct Outside {
    folder: PathBuf,
    #[cfg(unix)]
    _socket: Option<std::os::unix::net::UnixListener>,
}

impl Outside {
    /// Listens beside the folder of a runner, where the path is not too long for a socket.
    fn of(place: &Path) -> Self {
        let folder = place.parent().unwrap_or(place).to_owned();
        let _ = fs::remove_file(folder.join("outside"));
        #[cfg(unix)]
        let _socket = std::os::unix::net::UnixListener::bind(folder.join("outside")).ok();
        Outside {
            folder,
            #[cfg(unix)]
            _socket,
        }
    }

    fn canaries(&self) -> Vec<PathBuf> {
        ["outside", "lock"].map(|name| self.folder.join(name)).to_vec()
    }
}

/// The walls of the project's code: besides its copy, it writes what the runner keeps, and files
/// that are scratch databases; the sockets of scratch servers are there.
fn walls(interpreter: &Interpreter, job: &Job, kept: [&Path; 2]) -> Walls {
    let scratch = &job.scratch;
    let files = scratch.databases.iter().map(Path::new).filter(|path| path.is_absolute());
    let written = kept.into_iter().chain([&*job.tree]).chain(files.filter_map(Path::parent));
    let mut walls = Walls::of_project(&interpreter.path, Some(&job.repository));
    let of_postgres = scratch.socket_dir.as_deref().map(postgres::socket);
    walls.sockets = of_postgres.into_iter().chain(scratch.socket.clone()).collect();
    if job.network == "allow" {
        walls.network = Network::Machine;
    }
    let folders = walls.sockets.iter().filter_map(|socket| socket.parent());
    walls.readable.extend(folders.filter(|folder| folder.exists()).map(Path::to_owned));
    walls.writing(written)
}

/// Makes a folder that nobody else reads: what a job says may hold secrets of the environment.
fn make_private(folder: &Path) -> Result<(), Error> {
    let mut made = fs::create_dir_all(folder);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        made = made.and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)));
    }
    made.map_err(|source| Error::File { path: folder.to_owned(), source })
}

fn write(path: &Path, content: &str) -> Result<(), Error> {
    fs::write(path, content).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// The lines that a process writes, as they come.
fn lines(out: Option<ChildStdout>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in
            out.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok)
        {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Reads the line of a result.
fn result<T: DeserializeOwned>(interpreter: &Interpreter, line: &str) -> Result<Done<T>, Error> {
    let refusal: Refusal = serde_json::from_str(line).unwrap_or_default();
    if let Some(why) = refusal.safety {
        return Err(Error::Safety(why));
    }
    if let (Some(what), Some(asked)) = (refusal.elsewhere, refusal.asked) {
        return Err(Error::Elsewhere { what, asked });
    }
    match refusal.not_loaded {
        Some(why) if is_full(&why) => Err(Error::NoRoom(why)),
        Some(why) => {
            let at = refusal.at.map(|at| format!("{}:{}", at.path, at.line));
            Err(Error::NotLoaded {
                python: interpreter.path.clone(),
                why,
                at,
                proposal: refusal.proposal,
            })
        }
        None => serde_json::from_str(line)
            .map_err(|error| Error::Silent(format!("what it answers cannot be read: {error}"))),
    }
}
