//! The runner: Python of our own that the project's interpreter executes, and what it answers, line by line.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scratch::error::Error;
use crate::scratch::interpreter::Interpreter;

/// The files of the runner. A change in any of them makes evidence and templates void.
const FILES: [(&str, &str); 5] = [
    ("runner.py", include_str!("runner/runner.py")),
    ("guard.py", include_str!("runner/guard.py")),
    ("snapshot.py", include_str!("runner/snapshot.py")),
    ("seed.py", include_str!("runner/seed.py")),
    ("trace_locks.py", include_str!("runner/trace_locks.py")),
];

/// What evidence is worth with: it changes when what a rehearsal proves does.
pub const PROTOCOL: &str = "1";

/// Runs one job to its end; `told` hears of each event.
///
/// # Errors
///
/// Whatever kept the job from being done. Migrations that fail are no error: the answer says so.
pub fn run(
    interpreter: &Interpreter,
    job: &Value,
    folder: &Path,
    seconds: u64,
    told: &mut dyn FnMut(&Value),
) -> Result<Value, Error> {
    let place = tempfile::Builder::new().prefix("safe-migration-").tempdir();
    let place = place.map_err(|source| Error::File { path: std::env::temp_dir(), source })?;
    for (name, content) in FILES {
        write(&place.path().join(name), content)?;
    }
    let order = place.path().join("job.json");
    write(&order, &job.to_string())?;
    let words = place.path().join("stderr");
    let errors = fs::File::create(&words).map_err(|source| Error::File { path: words.clone(), source })?;
    let mut command = Command::new(&interpreter.path);
    command.arg("-B").arg(place.path().join("runner.py")).arg(&order).current_dir(folder);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8").env_remove("PYTHONSTARTUP");
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    let child = command.spawn().map_err(|source| Error::File { path: interpreter.path.clone(), source })?;
    let answer = listen(child, seconds, told)?;
    answer.ok_or_else(|| Error::Silent(last_words(&words))).and_then(|answer| checked(interpreter, answer))
}

fn write(path: &Path, content: &str) -> Result<(), Error> {
    fs::write(path, content).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Reads events until the result; past the limit the process and its children are killed.
fn listen(mut child: Child, seconds: u64, told: &mut dyn FnMut(&Value)) -> Result<Option<Value>, Error> {
    let (sender, receiver) = mpsc::channel();
    let out = child.stdout.take();
    let reader = thread::spawn(move || {
        for line in out.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut answer, mut doing) = (None, "loading the project".to_owned());
    let late = loop {
        match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                let Ok(event) = serde_json::from_str::<Value>(&line) else { continue };
                if event["event"] == "leg" {
                    doing = format!(
                        "{} {}",
                        event["direction"].as_str().unwrap_or_default(),
                        event["target"].as_str().unwrap_or_default()
                    );
                }
                match event["event"] == "result" {
                    true => answer = Some(event),
                    false => told(&event),
                }
            }
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => break true,
        }
    };
    if late {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = child.kill();
    }
    let _ = child.wait();
    let _ = reader.join();
    if late { Err(Error::Timeout { what: doing, seconds }) } else { Ok(answer) }
}

fn checked(interpreter: &Interpreter, answer: Value) -> Result<Value, Error> {
    if let Some(why) = answer["safety"].as_str() {
        return Err(Error::Safety(why.to_owned()));
    }
    match answer["not_loaded"].as_str() {
        Some(why) => {
            let place = &answer["at"];
            let at = place["path"].as_str().map(|path| format!("{path}:{}", place["line"]));
            Err(Error::NotLoaded { python: interpreter.path.clone(), why: why.to_owned(), at })
        }
        None => Ok(answer),
    }
}

fn last_words(path: &Path) -> String {
    let words = fs::read_to_string(path).unwrap_or_default();
    words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned()
}
