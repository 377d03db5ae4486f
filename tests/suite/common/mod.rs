//! A temporary repository, driven through the real git with nothing of the user's around it.

pub(crate) mod workbench;

pub(crate) mod project;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository in a temporary folder, with a home of its own.
pub(crate) struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    /// Makes an empty repository whose branch is `main`.
    pub(crate) fn new() -> Self {
        Repo::with(&[])
    }

    /// Makes an empty repository with further arguments to `git init`.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        Repo::try_with(arguments).expect("git makes a repository")
    }

    /// Makes an empty repository, if this git can make one of that kind.
    pub(crate) fn try_with(arguments: &[&str]) -> Option<Self> {
        let repo = Repo { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(repo.root()).unwrap();
        std::fs::create_dir(repo.home()).unwrap();
        let output = repo
            .command("git")
            .args(["init", "-q", "-b", "main"])
            .args(arguments)
            .output()
            .unwrap();
        output.status.success().then_some(repo)
    }

    /// The top of the work tree.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A folder beside the work tree.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where `verify` keeps what it makes, which goes with the repository: a server of another user
    /// reaches nothing in its folder.
    pub(crate) fn cache(&self) -> PathBuf {
        let name = self.folder.path().file_name().unwrap().to_string_lossy().replace('.', "");
        PathBuf::from(format!("/tmp/smt-{name}"))
    }

    fn home(&self) -> PathBuf {
        self.beside("home")
    }

    /// Runs safe-migration at the top of the work tree, whatever its exit status.
    pub(crate) fn tool(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(env!("CARGO_BIN_EXE_safe-migration")).args(arguments))
    }

    /// Runs git with safe-migration on its PATH, as a user who has installed it would.
    pub(crate) fn git_with_tool(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command("git").args(arguments).env("PATH", path_with_tool()))
    }

    /// A program, started at the top of the work tree in a scrubbed environment.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        self.command_in(&self.root(), program)
    }

    /// A program, started in a folder in a scrubbed environment.
    pub(crate) fn command_in(
        &self,
        folder: &Path,
        program: impl AsRef<std::ffi::OsStr>,
    ) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C.UTF-8"), ("GIT_EDITOR", "true")])
            .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Bob"), ("GIT_COMMITTER_EMAIL", "bob@example.com")])
            .stdin(std::process::Stdio::null());
        command
    }

    /// Runs git, whatever its exit status.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        self.command("git").args(arguments).output().unwrap()
    }

    /// Runs git, which must end well, and returns what it prints without the last line ending.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.root(), arguments)
    }

    /// Runs git in a folder; it must end well.
    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.command_in(folder, "git").args(arguments).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {stderr}");
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    /// Writes a file of the work tree.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Stages everything in the work tree and commits it past all hooks; returns the commit.
    pub(crate) fn commit_all(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Installs a hook that runs a line of shell.
    pub(crate) fn hook(&self, name: &str, line: &str) {
        let common = self.root().join(self.git(&["rev-parse", "--git-common-dir"]));
        write_hook(&common.join("hooks").join(name), line);
    }
}

impl Drop for Repo {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.cache());
    }
}

/// Writes an executable hook.
pub(crate) fn write_hook(path: &Path, line: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Its exit status.
    pub(crate) status: Option<i32>,
    /// What it wrote to standard output.
    pub(crate) stdout: String,
    /// What it wrote to standard error.
    pub(crate) stderr: String,
}

impl Ran {
    /// Runs a program to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Ran {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts the exit status, and shows what was said where it is another.
    #[track_caller]
    pub(crate) fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// PATH with the folder of the program under test first.
pub(crate) fn path_with_tool() -> std::ffi::OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_safe-migration")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).unwrap()
}

/// Holds a file of the project against what it should hold, or rewrites it where `BLESS` is set.
#[track_caller]
pub(crate) fn holds_file(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, expected).unwrap();
        return;
    }
    let held = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(held, expected, "{path} is not what it should be: BLESS=1 cargo test rewrites it");
}
