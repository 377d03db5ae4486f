//! The rows of `tests/hooks`: what is done, in shell; the hooks that run; what is on record; what
//! `audit` says of HEAD.

use std::fs;
use std::path::Path;

use crate::common::project::{bad, good};
use crate::common::{Ran, holds_file, path_with_tool};
use crate::hooks::{NOT_NULL, Scene};

#[test]
fn commits_are_gated_and_no_verify_is_put_on_record() {
    holds("commits");
}

#[test]
fn merges_are_gated_and_fast_forwards_are_put_on_record() {
    holds("merges");
}

#[test]
fn rebases_ask_no_gate_and_are_put_on_record() {
    holds("rebases");
}

#[test]
fn patches_and_picks_are_gated_or_put_on_record() {
    holds("patches-and-picks");
}

#[test]
fn what_no_hook_sees_is_found_by_the_audit() {
    holds("unseen");
}

#[test]
fn a_program_that_commits_without_git_is_found_by_the_audit() {
    let scene = Scene::new();
    scene.bad("b2");
    let repository = git2::Repository::open(scene.repo.root()).unwrap();
    let who = git2::Signature::now("Eve", "eve@example.com").unwrap();
    let tree = repository.find_tree(repository.index().unwrap().write_tree().unwrap()).unwrap();
    let parent = repository.head().unwrap().peel_to_commit().unwrap();
    repository.commit(Some("HEAD"), &who, &who, "x", &tree, &[&parent]).unwrap();
    assert_eq!([scene.ran(), scene.recorded(), scene.audited()], ["", "", NOT_NULL]);
}

/// Does what a file of rows says and holds it against what the file says comes of it.
fn holds(name: &str) {
    let path = format!("tests/hooks/{name}.txt");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).unwrap();
    let (title, rows) = text.split_once("\n\n").unwrap();
    let rows: Vec<String> = rows.split("\n\n").map(done).collect();
    holds_file(&path, &format!("{title}\n\n{}\n", rows.join("\n\n")));
}

/// Returns a row with what comes of it, after doing it in a repository of its own.
fn done(row: &str) -> String {
    let reported: Vec<&str> = row.lines().filter(|line| !line.starts_with("-- ")).collect();
    let scene = Scene::new();
    let words = include_str!("../../hooks/words.sh");
    let mut shell = scene.repo.command("sh");
    shell.args(["-c", &format!("{words}\n{}", reported.join("\n"))]).env("PATH", path_with_tool());
    shell
        .env("GOOD", good("@ID@").replace("email", "@ID@"))
        .env("BAD", bad("@ID@").replace("email", "@ID@"));
    let ran = Ran::of(&mut shell);
    assert_eq!(ran.status, Some(0), "{row}\n{}\n{}", ran.stdout, ran.stderr);
    let found =
        [("ran", scene.ran()), ("recorded", scene.recorded()), ("audited", scene.audited())];
    let found = found.map(|(what, found)| format!("-- {what}: {found}").trim_end().to_owned());
    format!("{}\n{}", reported.join("\n"), found.join("\n"))
}
