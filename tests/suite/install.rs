//! `install` and `uninstall` through the real git, and the wrapper with and without its program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Ran, Repo, write_hook};

/// The hooks that are installed, each with the script that it is.
const HOOKS: [(&str, &str); 8] = [
    ("pre-commit", "pre-commit"),
    ("pre-merge-commit", "pre-commit"),
    ("pre-applypatch", "pre-commit"),
    ("post-commit", "post-commit"),
    ("post-merge", "post-commit"),
    ("post-applypatch", "post-commit"),
    ("post-rewrite", "post-commit"),
    ("pre-push", "pre-push"),
];

fn hook(repo: &Repo, name: &str) -> PathBuf {
    repo.root().join(".git/hooks").join(name)
}

fn mode(path: &PathBuf) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn install_writes_the_very_bytes_of_the_hooks_folder_and_a_second_time_changes_nothing() {
    let repo = Repo::new();
    repo.tool(&["install"]).ends_with(0);
    for (name, script) in HOOKS {
        let ours =
            fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(script)).unwrap();
        assert_eq!(fs::read(hook(&repo, name)).unwrap(), ours, "{name}");
        assert_eq!(mode(&hook(&repo, name)), 0o755);
    }
    let again = repo.tool(&["install"]).ends_with(0);
    assert_eq!(again.stdout.matches("already installed").count(), HOOKS.len());
}

#[test]
fn the_wrapper_is_a_script_that_posix_shells_parse() {
    for shell in ["sh", "dash", "bash"] {
        for script in ["pre-commit", "post-commit", "pre-push", "pre-receive"] {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(script);
            if let Ok(output) = Command::new(shell).arg("-n").arg(script).output() {
                assert!(
                    output.status.success(),
                    "{shell}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
            }
        }
    }
}

#[test]
fn a_hook_that_was_there_runs_first_and_comes_back_byte_for_byte() {
    let repo = Repo::new();
    write_hook(&hook(&repo, "pre-commit"), "echo first >&2");
    fs::set_permissions(hook(&repo, "pre-commit"), fs::Permissions::from_mode(0o750)).unwrap();
    let before = fs::read(hook(&repo, "pre-commit")).unwrap();
    repo.tool(&["install"]).ends_with(0);
    repo.tool(&["install"]).ends_with(0);
    repo.write("a.txt", "a");
    repo.git(&["add", "-A"]);
    let commit = repo.git_with_tool(&["commit", "-m", "a"]).ends_with(0);
    assert!(commit.stderr.contains("first"), "{}", commit.stderr);
    repo.tool(&["uninstall"]).ends_with(0);
    assert_eq!(fs::read(hook(&repo, "pre-commit")).unwrap(), before);
    assert_eq!(mode(&hook(&repo, "pre-commit")), 0o750);
    let left: Vec<_> = fs::read_dir(repo.root().join(".git/hooks"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".sample") && name != "pre-commit")
        .collect();
    assert_eq!(left, Vec::<String>::new());
    assert!(!repo.root().join(".git/safe-migration").exists());
}

#[test]
fn a_hook_that_was_there_and_refuses_still_refuses() {
    let repo = Repo::new();
    write_hook(&hook(&repo, "pre-commit"), "exit 7");
    repo.tool(&["install"]).ends_with(0);
    repo.write("a.txt", "a");
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-m", "a"]).ends_with(1);
}

#[test]
fn a_symbolic_link_as_a_hook_comes_back_as_one() {
    let repo = Repo::new();
    fs::create_dir_all(repo.root().join(".git/hooks")).unwrap();
    std::os::unix::fs::symlink("../../tools/check", hook(&repo, "pre-commit")).unwrap();
    repo.tool(&["install"]).ends_with(0);
    repo.tool(&["uninstall"]).ends_with(0);
    assert_eq!(
        fs::read_link(hook(&repo, "pre-commit")).unwrap(),
        PathBuf::from("../../tools/check")
    );
}

#[test]
fn a_hooks_folder_of_the_repository_is_respected_and_a_shared_one_refused() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    repo.tool(&["install"]).ends_with(0);
    assert!(repo.root().join(".githooks/pre-commit").exists());
    let shared = repo.beside("shared");
    repo.git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    let refused = repo.tool(&["install"]).ends_with(2);
    assert!(
        refused.stderr.contains("other repositories") && refused.stderr.contains("hint:"),
        "{}",
        refused.stderr
    );
    assert!(!shared.exists());
}

#[test]
fn a_framework_that_moves_the_wrapper_aside_keeps_the_gate() {
    let repo = Repo::new();
    repo.tool(&["install"]).ends_with(0);
    fs::rename(hook(&repo, "pre-commit"), hook(&repo, "pre-commit.legacy")).unwrap();
    write_hook(&hook(&repo, "pre-commit"), "exec .git/hooks/pre-commit.legacy");
    let again = repo.tool(&["install"]).ends_with(0);
    assert!(again.stdout.contains("pre-commit        already installed"), "{}", again.stdout);
    repo.tool(&["uninstall"]).ends_with(0);
    assert!(!hook(&repo, "pre-commit.legacy").exists());
}

/// Commits what is staged where the wrapper stands and its program does not.
fn commit_without_program(repo: &Repo) -> Ran {
    repo.tool(&["install"]).ends_with(0);
    fs::remove_file(repo.root().join(".git/safe-migration/executable")).unwrap();
    repo.git(&["add", "-A"]);
    Ran::of(repo.command("git").args(["commit", "-m", "x"]))
}

#[test]
fn without_its_program_the_wrapper_blocks_what_looks_like_a_migration() {
    for path in [
        "alembic/versions/a.py",
        "db/migrations/deep/b.py",
        "alembic.ini",
        "x/env.py",
        "my_migrations/é.py",
    ] {
        let repo = Repo::new();
        repo.write(path, "x = 1\n");
        let commit = commit_without_program(&repo).ends_with(1);
        assert!(commit.stderr.contains("cargo install"), "{path}: {}", commit.stderr);
    }
}

#[test]
fn without_its_program_the_wrapper_lets_the_rest_through_with_a_notice() {
    let repo = Repo::new();
    repo.write("src/app.py", "x = 1\n");
    repo.write("pyproject.toml", "[project]\n");
    let commit = commit_without_program(&repo).ends_with(0);
    assert!(commit.stderr.contains("nothing was checked"), "{}", commit.stderr);
}

#[test]
fn a_program_that_is_not_on_path_is_found_where_it_was_installed_from() {
    let repo = Repo::new();
    repo.tool(&["install"]).ends_with(0);
    repo.write("alembic/versions/a.txt", "a");
    repo.git(&["add", "-A"]);
    let commit = Ran::of(repo.command("git").args(["commit", "-m", "a"])).ends_with(0);
    assert!(!commit.stderr.contains("not found"), "{}", commit.stderr);
}
