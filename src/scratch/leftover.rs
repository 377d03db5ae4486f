//! What a run that was killed leaves behind.
//!
//! Processes end by themselves when the program that started them does (`lifeline`). What still
//! stands, because the one that watched over them was killed too, is noted while it lives, and the
//! next run takes it away: processes only where their command line still names our folder, for a
//! number may have gone to a stranger since.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::scratch::error::Error;

/// Notes of what a run has started and made.
#[derive(Clone, Debug)]
pub struct Notes {
    path: PathBuf,
}

impl Notes {
    /// Names the notes that lie in a folder.
    pub fn of(folder: &Path) -> Self {
        Notes { path: folder.join("running") }
    }

    /// Notes a process whose command line holds a word.
    pub fn process(&self, pid: u32, word: &Path) -> Result<(), Error> {
        self.add(&format!("process\t{pid}\t{}\n", word.display()))
    }

    /// Makes a folder that is thrown away, outside of what is kept: its path is short, which a
    /// socket needs.
    pub fn temporary(&self) -> Result<TempDir, Error> {
        let made = tempfile::Builder::new().prefix("sm").tempdir_in("/tmp");
        let folder = made.map_err(|source| Error::NoPlace { path: "/tmp".into(), source })?;
        self.add(&format!("folder\t{}\n", folder.path().display()))?;
        Ok(folder)
    }

    fn add(&self, line: &str) -> Result<(), Error> {
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        written.map_err(|source| Error::File { path: self.path.clone(), source })
    }

    /// Takes away whatever is noted and still there, and the notes.
    pub fn settle(&self) {
        let Ok(notes) = fs::read_to_string(&self.path) else { return };
        for line in notes.lines() {
            match line.split('\t').collect::<Vec<_>>().as_slice() {
                ["process", pid, word] => end(pid, word),
                ["folder", path] => drop(fs::remove_dir_all(path)),
                _ => {}
            }
        }
        let _ = fs::remove_file(&self.path);
    }
}

/// Kills the process of a number where its command line holds a word.
pub fn end(pid: &str, word: &str) {
    if pid.parse::<u32>().is_ok_and(|pid| pid > 1) && command_line(pid).contains(word) {
        let _ = Command::new("kill").args(["-KILL", pid]).stderr(Stdio::null()).status();
    }
}

/// Ends the servers of databases that were kept, before their files go.
pub fn end_kept(folder: &Path) {
    for data in
        fs::read_dir(folder).into_iter().flatten().flatten().map(|row| row.path().join("data"))
    {
        if let Some(pid) = pid_of(&data) {
            end(&pid, &data.to_string_lossy());
        }
    }
}

/// The number of the process that says that it serves a data folder.
pub fn pid_of(data: &Path) -> Option<String> {
    let note = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    note.lines().next().map(|pid| pid.trim().to_owned())
}

/// What a process was started with; empty where there is none.
fn command_line(pid: &str) -> String {
    let reported = fs::read(format!("/proc/{pid}/cmdline")).ok().or_else(|| {
        let output =
            Command::new("ps").args(["-o", "command=", "-p", pid]).stderr(Stdio::null()).output();
        output.ok().map(|output| output.stdout)
    });
    String::from_utf8_lossy(&reported.unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noted_process_is_ended_and_a_stranger_with_its_number_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let sleep = || {
            let child = Command::new("sleep").arg("86400").spawn().unwrap();
            // For a moment after it is started a process has no command line.
            while !command_line(&child.id().to_string()).contains("86400") {
                std::thread::yield_now();
            }
            child
        };
        let (mut ours, mut stranger) = (sleep(), sleep());
        let notes = Notes::of(folder.path());
        notes.process(ours.id(), Path::new("86400")).unwrap();
        notes.process(stranger.id(), Path::new("/some/data/folder")).unwrap();
        let made = notes.temporary().unwrap().keep();
        notes.settle();
        assert!(!ours.wait().unwrap().success());
        assert!(stranger.try_wait().unwrap().is_none());
        assert!(!made.exists() && !folder.path().join("running").exists());
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }
}
