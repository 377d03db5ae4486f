//! The reader that is the `git` executable.
//!
//! It reads what libgit2 refuses (SHA-256, reftable, extensions that are not known to it) and
//! fetches what a partial clone left out. Objects come through one `git cat-file --batch` that is
//! kept open.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use crate::git::backend::{Backend, Layout, Object, ObjectKind};
use crate::git::error::Error;
use crate::snapshot::ObjectId;

/// A repository as the `git` executable reads it: the one that its environment and the current
/// folder name.
#[derive(Default)]
pub struct Program {
    reader: RefCell<Option<Reader>>,
}

/// A running `git cat-file --batch`.
struct Reader {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Settings with which git runs no program that the configuration of a repository names
/// (git-config(1): each of them holds a command line, or leads to one).
const RUNS_NOTHING: [&str; 8] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.askPass=",
    "log.showSignature=false",
    "protocol.ext.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
];

/// Makes a command that reads this repository, asks nobody anything, takes no optional lock and
/// speaks English, and in which no filter, hook, alias, monitor or external program of the
/// repository's configuration runs.
pub fn command<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let mut command = plain();
    command.arg("--no-pager").args(RUNS_NOTHING.iter().flat_map(|setting| ["-c", setting]));
    command.args(arguments);
    command
}

/// Makes a command that asks for the configuration itself, as whoever calls git has it.
pub fn as_configured(arguments: &[&str]) -> Command {
    let mut command = plain();
    command.args(arguments);
    command
}

fn plain() -> Command {
    let mut command = Command::new("git");
    command
        .envs([("LC_ALL", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_NO_REPLACE_OBJECTS", "1")])
        .envs([("GIT_TERMINAL_PROMPT", "0"), ("GIT_TRACE", "0"), ("GIT_TRACE2", "0")])
        .envs([("GIT_TRACE2_EVENT", "0"), ("GIT_TRACE2_PERF", "0")])
        .stdin(Stdio::null());
    command
}

/// Settings with which none of the filters runs that the configuration has and attributes of a tree
/// may name.
pub fn without_filters() -> Vec<String> {
    let listed =
        finish(as_configured(&["config", "--name-only", "-z", "--get-regexp", r"^filter\."]));
    let names = listed.map(|output| output.stdout).unwrap_or_default();
    let name = |name: &[u8]| String::from_utf8(name.to_vec()).ok().filter(|name| !name.is_empty());
    let off = |name: String| match name.ends_with(".required") {
        true => format!("{name}=false"),
        false => format!("{name}="),
    };
    names.split(|byte| *byte == 0).filter_map(name).map(off).collect()
}

/// Runs a command to its end, whatever its exit status.
pub fn finish(mut command: Command) -> Result<Output, Error> {
    command.output().map_err(|source| Error::NoExecutable { source })
}

/// Runs a command and returns what it prints, without the last line ending; an error unless it ends
/// well.
pub fn answer(command: Command) -> Result<String, Error> {
    // Options and settings stand before the subcommand.
    let words = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    let name = words
        .into_iter()
        .find(|word| !word.starts_with('-') && !word.contains('='))
        .unwrap_or_default();
    let output = finish(command)?;
    if !output.status.success() {
        return Err(Error::Refused { command: name, message: complaint(&output.stderr) });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
}

/// The line of standard error that says what is wrong.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let fatal = text.lines().find_map(|line| line.strip_prefix("fatal: "));
    fatal.or_else(|| lines.next_back()).unwrap_or("nothing").to_owned()
}

impl Program {
    /// Asks git where the repository lies; what git answers to somebody who may not read it becomes
    /// the error.
    pub fn open() -> Result<(Self, Layout), Error> {
        let questions = [
            "--absolute-git-dir",
            "--git-common-dir",
            "--is-bare-repository",
            "--show-object-format",
        ];
        let output = finish(command(&[&["rev-parse"], &questions[..]].concat()))?;
        if !output.status.success() {
            return Err(refusal(&output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let [git_dir, common_dir, bare, format] = text.lines().collect::<Vec<_>>()[..] else {
            return Err(Error::Unopenable {
                why: "`git rev-parse` does not say where it lies".into(),
            });
        };
        let layout = Layout {
            git_dir: PathBuf::from(git_dir),
            common_dir: std::fs::canonicalize(common_dir)
                .unwrap_or_else(|_| PathBuf::from(common_dir)),
            bare: bare == "true",
            width: if format == "sha256" { 32 } else { 20 },
        };
        Ok((Program::default(), layout))
    }

    fn start() -> Result<Reader, Error> {
        let source = || std::io::Error::other("it has no pipes");
        let mut command = command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|source| Error::NoExecutable { source })?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::NoExecutable { source: source() });
        };
        Ok(Reader { child, questions, answers: BufReader::new(answers) })
    }

    fn ask(&self, arguments: &[&str]) -> Option<String> {
        answer(command(arguments)).ok()
    }

    fn id(&self, arguments: &[&str]) -> Option<ObjectId> {
        ObjectId::from_hex(&self.ask(arguments)?)
    }

    /// Tells whether HEAD points to a branch that has no commit yet, rather than to something
    /// broken.
    fn is_unborn(&self) -> Result<bool, Error> {
        let Some(branch) = self.symbolic("HEAD") else { return Ok(false) };
        let output =
            finish(command(&["for-each-ref", "--count=1", "--format=%(refname)", &branch]))?;
        Ok(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty())
    }
}

impl Reader {
    fn object(&mut self, id: &ObjectId) -> std::io::Result<Option<Object>> {
        writeln!(self.questions, "{id}")?;
        self.questions.flush()?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let words: Vec<&str> = header.split_whitespace().collect();
        let (kind, size) = match words[..] {
            [_, kind, size] => (kind, size.parse::<usize>().map_err(std::io::Error::other)?),
            [_, "missing"] => return Ok(None),
            _ => return Err(std::io::ErrorKind::UnexpectedEof.into()),
        };
        let mut bytes = Vec::new();
        self.answers.by_ref().take(size as u64).read_to_end(&mut bytes)?;
        self.answers.read_exact(&mut [0])?;
        let kind = match kind {
            "commit" => ObjectKind::Commit,
            "tree" => ObjectKind::Tree,
            "blob" => ObjectKind::Blob,
            _ => ObjectKind::Other,
        };
        Ok(Some(Object { kind, bytes }))
    }
}

impl Backend for Program {
    fn object(&self, id: &ObjectId) -> Result<Option<Object>, Error> {
        let mut reader = self.reader.borrow_mut();
        let running = match reader.take() {
            Some(running) => running,
            None => Program::start()?,
        };
        let object = reader.insert(running).object(id);
        if object.is_err() {
            // It has died, as it does where a promised object cannot be fetched; the next question
            // starts another.
            *reader = None;
        }
        Ok(object.unwrap_or_default())
    }

    fn head(&self) -> Result<Option<ObjectId>, Error> {
        let head = answer(command(&["rev-parse", "--verify", "HEAD^{commit}"]));
        match head {
            Ok(id) => Ok(ObjectId::from_hex(&id)),
            Err(Error::Refused { message, .. }) if !self.is_unborn()? => {
                Err(Error::Head { why: message })
            }
            Err(Error::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn symbolic(&self, name: &str) -> Option<String> {
        self.ask(&["symbolic-ref", "--quiet", name])
    }

    fn reference(&self, name: &str) -> Option<ObjectId> {
        self.id(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
    }

    fn references(&self) -> Vec<String> {
        let names = self.ask(&["for-each-ref", "--format=%(refname)"]).unwrap_or_default();
        names.lines().map(ToOwned::to_owned).collect()
    }

    fn resolve(&self, revision: &str) -> Option<ObjectId> {
        // What begins with a dash would be an option, and is no revision either.
        let plain = !revision.is_empty() && !revision.starts_with('-');
        plain.then(|| self.reference(revision))?
    }

    fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Error> {
        let output = finish(command(&["merge-base", &one.to_string(), &other.to_string()]))?;
        match output.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&output.stdout)
                .lines()
                .next()
                .and_then(ObjectId::from_hex)),
            Some(1) => Ok(None),
            _ => Err(Error::Refused {
                command: "merge-base".into(),
                message: complaint(&output.stderr),
            }),
        }
    }

    fn walk(&self, hidden: &[ObjectId], to: &ObjectId) -> Result<Vec<ObjectId>, Error> {
        let mut arguments =
            vec!["rev-list".to_owned(), "--topo-order".into(), "--reverse".into(), to.to_string()];
        arguments.extend(hidden.iter().map(|id| format!("^{id}")));
        let list = answer(command(&arguments))?;
        Ok(list.lines().filter_map(ObjectId::from_hex).collect())
    }

    fn setting(&self, key: &str) -> Option<String> {
        answer(as_configured(&["config", "--get", key])).ok()
    }

    fn promises(&self) -> bool {
        // `git cat-file` fetches by itself.
        false
    }
}

/// What git means by refusing to open a repository.
fn refusal(stderr: &[u8]) -> Error {
    let why = complaint(stderr);
    if why.starts_with("not a git repository") {
        let folder = std::env::current_dir().unwrap_or_default();
        return Error::NotARepository { folder };
    }
    match why.split_once("dubious ownership in repository at '") {
        Some((_, path)) => Error::DubiousOwnership { path: path.trim_end_matches('\'').to_owned() },
        None => Error::Unopenable { why },
    }
}
