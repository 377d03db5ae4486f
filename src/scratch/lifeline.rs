//! A server that ends when the program that started it does, however that ends.
//!
//! A shell stands between: it holds the reading end of a pipe, and when the other end closes (by
//! intent, by Ctrl-C, by `kill -9`) it ends the server. No signal handler is needed, and nothing
//! that only one system has.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::scratch::walls::Walls;

/// Runs a server and watches the pipe; the first argument is the signal that ends the server.
const WATCH: &str = r#"signal=$1; shift; exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _nothing; kill -"$signal" "$server"; } <&3 3<&- 2>/dev/null &
watch=$!; exec 3<&-
wait "$server"; ended=$?
kill "$watch" 2>/dev/null
exit "$ended""#;

/// How long a server may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a lifeline.
#[derive(Debug)]
pub struct Tied {
    shell: Child,
}

/// A command that runs a server on a lifeline, behind walls where there are any; arguments that are
/// added go to the server.
pub fn command(walls: Option<&Walls>, program: &Path, signal: &str) -> Command {
    let server = walls.map_or_else(|| Command::new(program), |walls| walls.command(program));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", WATCH, "safe-migration", signal]).arg(server.get_program());
    command.args(server.get_args()).stdin(Stdio::piped());
    // A Ctrl-C at the terminal is for the program that started it.
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    command
}

impl Tied {
    /// Starts a server.
    pub fn start(mut command: Command) -> std::io::Result<Self> {
        Ok(Tied { shell: command.spawn()? })
    }

    /// Returns the number of the process that watches.
    pub fn id(&self) -> u32 {
        self.shell.id()
    }

    /// Tells whether the server has ended.
    pub fn has_ended(&mut self) -> bool {
        self.shell.try_wait().ok().flatten().is_some()
    }

    /// Waits until the server has ended by itself; past the limit the line is cut.
    pub fn wait(&mut self) {
        if !self.ends_within(PATIENCE) {
            self.cut();
        }
    }

    /// Cuts the line and waits; what does not end is killed.
    pub fn cut(&mut self) {
        drop(self.shell.stdin.take());
        if !self.ends_within(PATIENCE) {
            let group = format!("-{}", self.shell.id());
            let _ =
                Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
            let _ = self.shell.wait();
        }
    }

    fn ends_within(&mut self, limit: Duration) -> bool {
        let began = Instant::now();
        while !self.has_ended() {
            if began.elapsed() > limit {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

impl Drop for Tied {
    fn drop(&mut self) {
        self.cut();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_ends_with_its_line_and_the_line_with_its_server() {
        let mut command = command(None, Path::new("sleep"), "TERM");
        command.arg("86400");
        let mut tied = Tied::start(command).unwrap();
        assert!(!tied.has_ended());
        let began = Instant::now();
        tied.cut();
        assert!(began.elapsed() < PATIENCE && tied.has_ended());
        let mut brief = Tied::start(super::command(None, Path::new("true"), "TERM")).unwrap();
        brief.wait();
        assert!(brief.has_ended());
    }
}
