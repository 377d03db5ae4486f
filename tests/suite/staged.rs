//! What is staged is the very tree that git commits, however the commit comes about.
//!
//! The test program installs itself as the hook: with a question in its environment, the test
//! `probe` opens the repository as the binary would, answers into a file and is done.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use safe_migration::git::error::Error;
use safe_migration::git::repository::Repository;
use safe_migration::snapshot::ObjectId;

use crate::common::Repo;

/// Answers the questions in the environment, if there are any.
#[test]
fn probe() {
    let (Some(questions), Some(answers)) =
        (std::env::var_os("PROBE_QUESTIONS"), std::env::var_os("PROBE_ANSWERS"))
    else {
        return;
    };
    let mut out = String::new();
    for question in questions.to_string_lossy().lines() {
        match answered(question) {
            Ok(answer) => writeln!(out, "{answer}").unwrap(),
            Err(error) => writeln!(out, "error: {error} / {}", error.hint()).unwrap(),
        }
    }
    std::fs::write(answers, out).unwrap();
}

fn answered(question: &str) -> Result<String, Error> {
    let repository = Repository::open()?;
    let words: Vec<&str> = question.split(' ').collect();
    let id = |at: usize| words.get(at).and_then(|word| ObjectId::from_hex(word));
    let list =
        |ids: Vec<ObjectId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    Ok(match words[0] {
        "staged" => repository.staged()?.to_string(),
        "head" => repository.head()?.map_or("unborn".into(), |id| id.to_string()),
        "parents" => list(repository.coming_parents(false)?),
        "merging" => list(repository.coming_parents(true)?),
        "tree" => repository.tree_of(&repository.resolve(words[1])?)?.to_string(),
        "resolve" => repository.resolve(words[1])?.to_string(),
        "base" => repository
            .merge_base(&id(1).unwrap(), &id(2).unwrap())?
            .map_or("none".into(), |id| id.to_string()),
        "upstream" => match repository.upstream(words.get(1).copied())? {
            Some(upstream) => format!("{} {}", upstream.name, upstream.commit),
            None => "none".into(),
        },
        "commits" => {
            let commits = repository.commits(id(1).as_ref(), &repository.resolve(words[2])?)?;
            commits.iter().map(|commit| commit.subject.clone()).collect::<Vec<_>>().join(" ")
        }
        "changing" => {
            let commits =
                repository.commits_changing(None, &repository.resolve(words[1])?, &words[2..])?;
            commits.iter().map(|commit| commit.subject.clone()).collect::<Vec<_>>().join(" ")
        }
        "unpublished" => {
            let commits = repository
                .commits_beyond(&repository.remote_tips(None), &repository.resolve(words[1])?)?;
            commits.iter().map(|commit| commit.subject.clone()).collect::<Vec<_>>().join(" ")
        }
        "action" => format!("{:?}", repository.last_action()),
        "differences" => reported(&repository.differences(id(1).as_ref(), id(2).as_ref())?),
        "made" => {
            let parents: Vec<ObjectId> = (2..words.len()).filter_map(id).collect();
            reported(&repository.made(&parents, &id(1).unwrap())?)
        }
        "list" => {
            let snapshot = repository.snapshot(Some(&repository.staged()?));
            let entries = snapshot.list(words.get(1).unwrap_or(&""));
            assert_eq!(snapshot.missing(), []);
            entries.iter().map(|entry| &*entry.name).collect::<Vec<_>>().join(" ")
        }
        "text" => {
            let snapshot = repository.snapshot(Some(&repository.staged()?));
            let text = snapshot.text(words[1]).map(|text| text.content().to_owned());
            format!("{text:?} {:?}", snapshot.missing())
        }
        "entry" => format!(
            "{:?}",
            repository.entry(&id(1).unwrap(), words[2])?.map(|entry| (entry.kind, entry.id))
        ),
        "work-tree" => repository.work_tree()?.display().to_string(),
        "hooks" => repository.hooks_dir()?.display().to_string(),
        "common" => std::path::absolute(repository.common_dir()).unwrap().display().to_string(),
        "branch" => format!("{:?} shallow {}", repository.branch(), repository.is_shallow()),
        other => unreachable!("no such question: {other}"),
    })
}

fn reported(differences: &[safe_migration::git::difference::Difference]) -> String {
    let mut out = String::new();
    for difference in differences {
        let side = |entry: &Option<safe_migration::snapshot::Entry>| {
            entry.as_ref().map_or("-".to_owned(), |entry| format!("{:?}:{}", entry.kind, entry.id))
        };
        write!(out, "{} {} {};", difference.path, side(&difference.old), side(&difference.new))
            .unwrap();
    }
    out
}

impl Repo {
    /// Asks the questions at the top of the work tree.
    fn ask(&self, questions: &str) -> Vec<String> {
        self.ask_in(&self.root(), &[], questions)
    }

    fn ask_in(&self, folder: &Path, variables: &[(&str, &str)], questions: &str) -> Vec<String> {
        let answers = self.answers();
        let _ = std::fs::remove_file(&answers);
        let output = self
            .command_in(folder, std::env::current_exe().unwrap())
            .args(["--exact", "staged::probe"])
            .envs(variables.iter().copied())
            .env("PROBE_QUESTIONS", questions)
            .env("PROBE_ANSWERS", &answers)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        self.answered()
    }

    fn answers(&self) -> PathBuf {
        self.beside("answers")
    }

    fn answered(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.answers()).expect("the hook ran");
        text.lines().map(ToOwned::to_owned).collect()
    }

    /// Makes the test program the hook of this name.
    fn probe(&self, hook: &str) {
        let parents = if hook == "pre-merge-commit" { "merging" } else { "parents" };
        let exe = std::env::current_exe().unwrap();
        self.hook(
            hook,
            &format!(
                "PROBE_QUESTIONS='staged\n{parents}\nwork-tree\ncommon' PROBE_ANSWERS='{}' exec '{}' --exact staged::probe",
                self.answers().display(),
                exe.display()
            ),
        );
    }

    /// Commits through the hook and proves that the hook saw the tree and the parents of the commit
    /// that follows.
    fn proves(&self, arguments: &[&str]) {
        self.proves_in(&self.root(), arguments);
    }

    fn proves_in(&self, folder: &Path, arguments: &[&str]) {
        let _ = std::fs::remove_file(self.answers());
        self.git_in(folder, arguments);
        let seen = self.answered();
        assert_eq!(
            seen[0],
            self.git_in(folder, &["rev-parse", "HEAD^{tree}"]),
            "tree of git {arguments:?}"
        );
        let amends = arguments.contains(&"--amend");
        let parents = if amends { "HEAD@{1}" } else { "HEAD^@" };
        let parents = self.git_in(folder, &["rev-parse", parents]).replace('\n', " ");
        // Several merged commits are reported in no order by the environment.
        let sorted = |list: &str| -> Vec<String> {
            let mut ids: Vec<String> = list.split(' ').map(ToOwned::to_owned).collect();
            ids[1..].sort();
            ids
        };
        assert_eq!(sorted(&seen[1]), sorted(&parents), "parents of git {arguments:?}");
        assert_eq!(seen[2], self.git_in(folder, &["rev-parse", "--show-toplevel"]));
    }
}

/// A repository with a commit of `a.py`, `b.py` and `d/c.py`, and the probe as its hooks.
fn repo() -> Repo {
    start(Repo::new())
}

fn start(repo: Repo) -> Repo {
    for path in ["a.py", "b.py", "d/c.py"] {
        repo.write(path, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    }
    repo.commit_all("base");
    repo.probe("pre-commit");
    repo.probe("pre-merge-commit");
    repo
}

/// Goes through the ways in which people commit.
fn commits(repo: &Repo) {
    repo.write("a.py", "0\n2\n3\n4\n5\n6\n7\n8\n9\nstaged\n");
    repo.git(&["add", "a.py"]);
    repo.write("a.py", "0\n2\n3\n4\n5\n6\n7\n8\n9\nunstaged\n");
    repo.proves(&["commit", "-qm", "what is staged, not what is on disk"]);
    repo.proves(&["commit", "-qam", "all"]);
    repo.write("b.py", "b");
    repo.write("d/c.py", "c");
    repo.git(&["add", "d/c.py"]);
    repo.proves(&["commit", "-qm", "one path", "b.py"]);
    repo.proves(&["commit", "-q", "--amend", "-m", "amended"]);
    repo.write("b.py", "included");
    repo.proves(&["commit", "-qm", "include", "-i", "b.py"]);
    repo.git(&["rm", "-q", "b.py"]);
    repo.proves(&["commit", "-qm", "deleted"]);
    repo.git(&["mv", "a.py", "d/renamed.py"]);
    repo.proves(&["commit", "-qm", "renamed"]);
    repo.git(&["rm", "-q", "d/c.py"]);
    std::fs::create_dir_all(repo.root().join("d")).unwrap();
    std::os::unix::fs::symlink("renamed.py", repo.root().join("d/c.py")).unwrap();
    repo.git(&["add", "-A"]);
    repo.proves(&["commit", "-qm", "a file becomes a symlink"]);
    repo.write("later.py", "later");
    repo.git(&["add", "-N", "later.py"]);
    repo.write("now.py", "now");
    repo.git(&["add", "now.py"]);
    repo.proves(&["commit", "-qm", "with one intended"]);
    repo.git(&["rm", "-q", "--cached", "later.py"]);
    repo.write("deep/er/x.py", "x");
    repo.git(&["add", "deep"]);
    repo.proves_in(&repo.root().join("deep"), &["commit", "-qm", "from a subfolder"]);
}

#[test]
fn every_way_to_commit_is_seen_as_it_will_be() {
    commits(&repo());
}

#[test]
fn the_same_holds_for_every_version_and_kind_of_index() {
    for setting in [
        "index.version=3",
        "index.version=4",
        "core.splitIndex=true",
        "index.threads=4",
        "index.skipHash=true",
    ] {
        let repo = Repo::new();
        let (key, value) = setting.split_once('=').unwrap();
        repo.git(&["config", key, value]);
        commits(&start(repo));
    }
}

#[test]
fn the_same_holds_where_only_the_git_executable_can_read() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let Some(repo) = Repo::try_with(&[format]) else { continue };
        commits(&start(repo));
    }
}

#[test]
fn the_first_commit_has_no_parents() {
    for arguments in [&["-q"][..], &["--object-format=sha256"], &["--ref-format=reftable"]] {
        let Some(repo) = Repo::try_with(arguments) else { continue };
        let nothing = repo.git(&["hash-object", "-t", "tree", "/dev/null"]);
        assert_eq!(repo.ask("head\nstaged\nparents"), ["unborn", &nothing, ""]);
        repo.probe("pre-commit");
        repo.write("a.py", "a");
        repo.git(&["add", "a.py"]);
        repo.proves(&["commit", "-qm", "first"]);
    }
}

#[test]
fn a_part_of_a_file_is_staged() {
    let repo = repo();
    repo.write("a.py", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    let mut patch = repo.command("sh");
    patch.args(["-c", "printf 'y\\nn\\n' | git commit -q -p -m part"]);
    assert!(patch.output().unwrap().status.success());
    assert_eq!(repo.answered()[0], repo.git(&["rev-parse", "HEAD^{tree}"]));
    assert_eq!(repo.git(&["show", "HEAD:a.py"]).lines().last(), Some("9"));
}

#[test]
fn a_merge_has_both_parents() {
    let repo = repo();
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("side.py", "side");
    repo.write("a.py", "side");
    repo.commit_all("side");
    repo.git(&["checkout", "-qb", "other", "main"]);
    repo.write("other.py", "other");
    repo.commit_all("other");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("main.py", "main");
    repo.commit_all("main");
    repo.proves(&["merge", "-q", "-m", "clean", "side"]);
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    repo.proves(&["merge", "-q", "-m", "octopus", "side", "other"]);
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.proves(&["commit", "-qm", "not at once"]);
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    repo.write("a.py", "main");
    repo.commit_all("conflict");
    assert!(!repo.try_git(&["merge", "-q", "side"]).status.success());
    let seen = repo.ask("staged");
    assert!(
        seen[0].starts_with("error: the index holds a merge conflict in `a.py` / resolve it"),
        "{seen:?}"
    );
    repo.write("a.py", "both");
    repo.git(&["add", "a.py"]);
    repo.proves(&["commit", "-qm", "conflicted"]);
}

#[test]
fn linked_work_trees_and_submodules_have_their_own_index_and_their_own_merge() {
    let repo = repo();
    repo.git(&["branch", "side"]);
    repo.write("m.py", "m");
    repo.commit_all("main");
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "side"]);
    std::fs::write(linked.join("x.py"), "x").unwrap();
    repo.git_in(&linked, &["add", "x.py"]);
    repo.proves_in(&linked, &["commit", "-qm", "linked"]);
    assert_eq!(repo.answered()[3], repo.git(&["rev-parse", "--absolute-git-dir"]));
    std::fs::write(linked.join("x.py"), "y").unwrap();
    repo.proves_in(&linked, &["commit", "-qam", "linked, all"]);
    repo.git_in(&linked, &["merge", "-q", "--no-commit", "main"]);
    repo.proves_in(&linked, &["commit", "-qm", "merged there"]);

    let inner = self::repo();
    let address = inner.root().display().to_string();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &address, "sub"]);
    repo.proves(&["commit", "-qm", "with a submodule"]);
    let sub = repo.root().join("sub");
    std::fs::copy(
        repo.root().join(".git/hooks/pre-commit"),
        repo.root().join(".git/modules/sub/hooks/pre-commit"),
    )
    .unwrap();
    std::fs::write(sub.join("a.py"), "in the submodule").unwrap();
    repo.proves_in(&sub, &["commit", "-qam", "inside"]);
    repo.git(&["add", "sub"]);
    repo.proves(&["commit", "-qm", "moved on"]);
}

#[test]
fn a_work_tree_elsewhere_is_found() {
    let repo = repo();
    let elsewhere = repo.beside("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("e.py"), "e").unwrap();
    let git_dir = format!("--git-dir={}", repo.root().join(".git").display());
    let work_tree = format!("--work-tree={}", elsewhere.display());
    let _ = std::fs::remove_file(repo.answers());
    repo.git_in(&elsewhere, &[&git_dir, &work_tree, "add", "e.py"]);
    repo.git_in(&elsewhere, &[&git_dir, &work_tree, "commit", "-qm", "elsewhere"]);
    let seen = repo.answered();
    assert_eq!(seen[0], repo.git(&["rev-parse", "HEAD^{tree}"]));
    assert_eq!(seen[2], elsewhere.canonicalize().unwrap().display().to_string());
    repo.git(&["config", "core.bare", "true"]);
    let git_dir = repo.root().join(".git").display().to_string();
    let variables = [("GIT_DIR", git_dir.as_str()), ("GIT_WORK_TREE", ".")];
    assert_eq!(repo.ask_in(&elsewhere, &variables, "staged")[0], seen[0]);
}

#[test]
fn a_sparse_index_is_asked_like_any_other() {
    let repo = repo();
    repo.write("e/f/g.py", "g");
    repo.commit_all("more");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "d"]);
    repo.write("d/c.py", "sparse");
    repo.proves(&["commit", "-qam", "sparse"]);
    repo.write("d/c.py", "sparse again");
    repo.git(&["add", "d/c.py"]);
    assert_eq!(repo.ask("staged")[0], repo.git(&["write-tree"]));
}

#[test]
fn outside_of_a_commit_the_index_is_read_and_left_alone() {
    let repo = repo();
    repo.write("new/x.py", "x");
    repo.git(&["add", "new"]);
    repo.write("new/y.py", "y");
    repo.git(&["add", "-N", "new/y.py"]);
    let index = repo.root().join(".git/index");
    let before = std::fs::read(&index).unwrap();
    std::fs::write(repo.root().join(".git/index.lock"), "somebody else's").unwrap();
    repo.hook("post-index-change", "touch ../changed");
    let seen = repo.ask("staged\nlist new");
    assert_eq!(seen[1], "x.py");
    assert_eq!(std::fs::read(&index).unwrap(), before);
    assert!(!repo.beside("changed").exists());
    std::fs::remove_file(repo.root().join(".git/index.lock")).unwrap();
    assert_eq!(seen[0], repo.git(&["write-tree"]));
    assert_eq!(repo.ask("staged")[0], seen[0]);
    std::fs::create_dir_all(repo.root().join("deep")).unwrap();
    let variables = [("GIT_INDEX_FILE", ".git/index")];
    assert_eq!(repo.ask_in(&repo.root().join("deep"), &variables, "staged")[0], seen[0]);
}

#[test]
fn a_name_in_the_index_is_not_taken_for_its_cache_tree() {
    let repo = Repo::new();
    for name in ["TREE", "zTREE\u{1}", "EOIE", "TREE\n3 0", "d/TREE", "xTREE/TREE"] {
        repo.write(name, name);
    }
    repo.git(&["add", "-A"]);
    assert_eq!(repo.ask("staged")[0], repo.git(&["write-tree"]));
    for setting in ["index.threads=4", "index.version=4"] {
        repo.git(&["-c", setting, "read-tree", &repo.git(&["write-tree"])]);
        assert_eq!(repo.ask("staged")[0], repo.git(&["write-tree"]));
    }
}

#[test]
fn names_that_are_not_text_are_carried_with_escapes() {
    use std::os::unix::ffi::OsStrExt;
    let repo = repo();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9\\.py");
    std::fs::write(repo.root().join(name), "latin").unwrap();
    repo.write("line\nbreak \u{e9}\\.py", "odd");
    repo.git(&["add", "-A"]);
    repo.proves(&["commit", "-qm", "odd names"]);
    let seen = repo.ask("text caf\\xe9\\x5c.py");
    assert_eq!(seen[0], "Some(\"latin\") []");
    let trees = ["HEAD^^{tree}", "HEAD^{tree}"].map(|tree| repo.git(&["rev-parse", tree]));
    let seen = repo.ask(&format!("differences {}", trees.join(" "))).join("\n");
    assert!(
        seen.contains("caf\\xe9\\x5c.py - File:")
            && seen.contains("line\nbreak \u{e9}\\.py - File:"),
        "{seen}"
    );
}

#[test]
fn what_cannot_be_read_is_an_error_with_a_hint() {
    let repo = repo();
    let said = |repo: &Repo, question: &str| repo.ask(question).remove(0);
    assert!(
        said(&repo, "resolve nowhere")
            .starts_with("error: `nowhere` names no commit of this repository / ")
    );
    assert!(said(&repo, "resolve --all").starts_with("error: `--all` names no commit"));
    repo.git(&["branch", "team/feature"]);
    assert!(said(&repo, "upstream feature").ends_with("did you mean `team/feature`?"));

    let bare = repo.beside("bare");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    assert!(repo.ask_in(&bare, &[], "staged")[0].contains("is a bare repository"));
    assert_eq!(repo.ask_in(&bare, &[], "head")[0], repo.git(&["rev-parse", "HEAD"]));

    let nowhere = repo.beside("nowhere");
    std::fs::create_dir(&nowhere).unwrap();
    let outside = [("GIT_CEILING_DIRECTORIES", nowhere.parent().unwrap().to_str().unwrap())];
    assert!(
        repo.ask_in(&nowhere, &outside, "staged")[0].contains("is not inside a git repository / ")
    );
    let without_git = [outside[0], ("PATH", "/nonexistent")];
    assert!(
        repo.ask_in(&nowhere, &without_git, "staged")[0]
            .contains("is not inside a git repository / ")
    );
    repo.git(
        &["add", "-N", "nowhere.py"].map(|word| if word == "nowhere.py" { "a.py" } else { word }),
    );
    repo.write("n.py", "n");
    repo.git(&["add", "n.py"]);
    let seen = repo.ask_in(&repo.root(), &[("PATH", "/nonexistent")], "staged").remove(0);
    assert!(seen.contains("`git` executable") && seen.contains("install git"), "{seen}");

    std::fs::write(repo.root().join(".git/refs/heads/main"), "rubbish\n").unwrap();
    assert!(said(&repo, "parents").starts_with("error: HEAD cannot be read: "));
    std::fs::write(repo.root().join(".git/refs/heads/main"), format!("{}\n", "ab".repeat(20)))
        .unwrap();
    assert!(said(&repo, "parents").starts_with("error: HEAD cannot be read: "));
}

#[test]
fn a_shallow_clone_does_not_pass_for_the_whole_history() {
    let repo = repo();
    let first = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["checkout", "-qb", "side"]);
    for message in ["two", "three", "four"] {
        repo.commit_all(message);
    }
    repo.git(&["branch", "-f", "old", "HEAD~2"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_all("elsewhere");
    let clone = repo.beside("clone");
    let address = format!("file://{}", repo.root().display());
    repo.git(&[
        "clone",
        "-q",
        "--depth=2",
        "--no-single-branch",
        "-b",
        "side",
        &address,
        clone.to_str().unwrap(),
    ]);
    let tip = repo.git(&["rev-parse", "side"]);
    let main = repo.git(&["rev-parse", "main"]);
    let ask = |question: &str| repo.ask_in(&clone, &[], question).remove(0);
    assert_eq!(ask("branch"), "Some(\"side\") shallow true");
    assert_eq!(ask(&format!("commits {} {tip}", repo.git(&["rev-parse", "side~1"]))), "four");
    assert!(
        ask(&format!("commits {main} {tip}"))
            .starts_with("error: the history that is needed is cut off")
    );
    assert!(
        ask(&format!("commits {first} {tip}"))
            .starts_with("error: the history that is needed is cut off")
    );
    assert!(ask("resolve HEAD~3").contains("is shallow / fetch the whole history"));
    assert!(ask("resolve nowhere").contains("names no commit"), "a name is not behind the edge");
    repo.git_in(&clone, &["fetch", "-q", "--unshallow"]);
    assert_eq!(ask(&format!("commits {main} {tip}")), "two three four");
    assert_eq!(ask(&format!("base {main} {tip}")), first);
    assert_eq!(ask("branch"), "Some(\"side\") shallow false");
}

#[test]
fn upstream_is_what_others_have() {
    for arguments in [&["-q"][..], &["--ref-format=reftable"]] {
        let Some(repo) = Repo::try_with(arguments) else { continue };
        let ask = |question: &str| repo.ask(question).remove(0);
        assert_eq!(ask("upstream"), "none");
        let first = repo.commit_all("first");
        assert_eq!(ask("upstream"), "none");
        repo.git(&["checkout", "-qb", "side"]);
        let second = repo.commit_all("second");
        assert_eq!(ask("upstream"), format!("main {first}"));
        repo.git(&["update-ref", "refs/remotes/origin/master", &second]);
        assert_eq!(ask("upstream"), format!("origin/master {second}"));
        repo.git(&["update-ref", "refs/remotes/origin/trunk", &first]);
        repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
        assert_eq!(ask("upstream"), format!("origin/trunk {first}"));
        repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"]);
        assert_eq!(ask("upstream"), format!("origin/master {second}"));
        assert_eq!(ask("upstream main"), format!("main {first}"));
    }
}

#[test]
fn trees_that_unfold_without_end_are_given_up() {
    let repo = repo();
    let mut row = format!("100644 blob {}\tx", repo.git(&["hash-object", "-w", "a.py"]));
    for _ in 0..12 {
        let rows: Vec<String> = (b'a'..=b'j')
            .map(|name| row.replace("\tx", &format!("\t{}", char::from(name))))
            .collect();
        std::fs::write(repo.beside("rows"), rows.join("\n") + "\n").unwrap();
        let made = repo.command("sh").args(["-c", "git mktree < ../rows"]).output().unwrap();
        row = format!("040000 tree {}\tx", String::from_utf8_lossy(&made.stdout).trim());
    }
    let bomb = row.split([' ', '\t']).nth(2).unwrap();
    let empty = repo.git(&["hash-object", "-t", "tree", "/dev/null"]);
    let seen = repo.ask(&format!("differences {empty} {bomb}")).remove(0);
    assert!(seen.starts_with("error: the trees to be compared hold more than"), "{seen}");
}

#[test]
fn hooks_are_found_where_git_looks() {
    let repo = repo();
    let ask = |folder: &str| repo.ask_in(&repo.root().join(folder), &[], "hooks").remove(0);
    assert_eq!(
        ask(""),
        repo.root().join(".git/hooks").canonicalize().unwrap().display().to_string()
    );
    repo.git(&["config", "core.hooksPath", ".husky"]);
    assert_eq!(ask("d"), repo.root().canonicalize().unwrap().join(".husky").display().to_string());
    repo.git(&["config", "core.hooksPath", "~/hooks"]);
    assert_eq!(ask(""), repo.beside("home/hooks").display().to_string());
}

#[test]
fn a_partial_clone_is_completed_when_it_is_read() {
    let repo = repo();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.beside("clone");
    let address = format!("file://{}", repo.root().display());
    repo.git(&[
        "clone",
        "-q",
        "--no-checkout",
        "--filter=blob:none",
        &address,
        clone.to_str().unwrap(),
    ]);
    repo.git_in(&clone, &["read-tree", "HEAD"]);
    for extension in [None, Some("origin")] {
        if let Some(remote) = extension {
            repo.git_in(&clone, &["config", "extensions.partialClone", remote]);
        }
        let offline = [("GIT_NO_LAZY_FETCH", "1")];
        let seen =
            repo.ask_in(&clone, if extension.is_none() { &offline } else { &[] }, "text d/c.py");
        assert!(
            seen[0].starts_with(if extension.is_none() {
                "None [Missing { what: \"d/c.py\""
            } else {
                "Some(\"1\\n2"
            }),
            "{seen:?}"
        );
    }
    assert!(repo.ask_in(&clone, &[], "text b.py")[0].starts_with("Some("));
}

#[test]
fn a_range_names_the_commits_that_make_something_of_their_own() {
    for arguments in [&["-q"][..], &["--ref-format=reftable"]] {
        let Some(repo) = Repo::try_with(arguments) else { continue };
        let step = |path: &str, message: &str| {
            repo.write(path, message);
            repo.commit_all(message)
        };
        step("x.py", "one");
        let two = step("versions/a.py", "two");
        repo.git(&["checkout", "-qb", "side"]);
        step("versions/side.py", "three");
        repo.git(&["checkout", "-q", "main"]);
        step("versions/main.py", "four");
        step("x.py", "five");
        repo.git(&["merge", "-q", "-m", "plain-merge", "side"]);
        repo.git(&["merge", "-q", "-s", "ours", "--no-ff", "-m", "ours", "side"]);
        repo.git(&["mv", "versions", "moved"]);
        repo.commit_all("moved");
        let ask = |question: &str| repo.ask(question).remove(0);
        // The merge brings both sides together, which neither parent has.
        assert_eq!(
            ask("changing main versions"),
            "two four three plain-merge moved".replace("four three", &ask_order(&repo))
        );
        assert_eq!(ask("changing main versions/side.py nothing"), "three moved");
        assert_eq!(ask("changing main x.py"), "one five");
        repo.git(&["update-ref", "refs/remotes/origin/main", &two]);
        repo.git(&["update-ref", "refs/remotes/origin/side", "side"]);
        assert_eq!(ask("unpublished main"), "four five plain-merge moved");
        assert_eq!(ask("action"), "Some(\"commit: moved\")");
    }
}

/// Two sides may be listed in either order.
fn ask_order(repo: &Repo) -> String {
    let all = repo.ask("changing main versions").remove(0);
    if all.contains("three four") { "three four".into() } else { "four three".into() }
}

/// Numbers that are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Writes the index rows of a random tree out of few names, so that files and folders take each
/// other's places.
fn random_tree(repo: &Repo, dice: &mut Dice, blobs: &[String]) -> String {
    let names = ["a", "a.b", "a-", "a0", "b", "\u{e9}"];
    let modes = ["100644", "100644", "100755", "120000", "160000"];
    let mut rows: std::collections::BTreeMap<String, String> = Default::default();
    for _ in 0..dice.below(14) {
        let depth = 1 + dice.below(4);
        let path: Vec<&str> =
            (0..depth).map(|_| names[dice.below(names.len() as u64) as usize]).collect();
        let path = path.join("/");
        let is_taken = |other: &String| {
            other.starts_with(&format!("{path}/")) || path.starts_with(&format!("{other}/"))
        };
        if !rows.keys().any(is_taken) {
            let mode = modes[dice.below(modes.len() as u64) as usize];
            let blob = &blobs[dice.below(blobs.len() as u64) as usize];
            rows.insert(path.clone(), format!("{mode} {blob}\t{path}\n"));
        }
    }
    let index = repo.beside("random-index");
    let _ = std::fs::remove_file(&index);
    std::fs::write(repo.beside("rows"), rows.into_values().collect::<String>()).unwrap();
    let mut update = repo.command("sh");
    update.args([
        "-c",
        "git update-index --add --index-info < ../rows && git write-tree --missing-ok",
    ]);
    let output = update.env("GIT_INDEX_FILE", &index).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Says what git finds between two trees in the words of [`reported`].
fn found_by_git(repo: &Repo, old: &str, new: &str) -> String {
    let kind = |mode: &str| match mode {
        "120000" => "Link",
        "160000" => "Submodule",
        _ => "File",
    };
    let side = |mode: &str, id: &str| {
        if mode == "000000" { "-".to_owned() } else { format!("{}:{id}", kind(mode)) }
    };
    let listed = repo.git(&["diff-tree", "-r", "--no-renames", "-z", old, new]);
    let fields: Vec<&str> = listed.split_terminator('\0').collect();
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for pair in fields.chunks(2) {
        let words: Vec<&str> = pair[0].trim_start_matches(':').split(' ').collect();
        let (old, new) = (side(words[0], words[2]), side(words[1], words[3]));
        if old != new {
            rows.push((pair[1].to_owned(), old, new));
        }
    }
    rows.sort();
    rows.iter().map(|(path, old, new)| format!("{path} {old} {new};")).collect()
}

#[test]
fn trees_differ_where_git_says_they_do() {
    for arguments in [&["-q"][..], &["--object-format=sha256"]] {
        let Some(repo) = Repo::try_with(arguments) else { continue };
        repo.write("one", "1");
        repo.write("two", "2");
        let blobs = ["one", "two"].map(|name| repo.git(&["hash-object", "-w", name]));
        let mut dice = Dice(20_260_727);
        let trees: Vec<String> = (0..40).map(|_| random_tree(&repo, &mut dice, &blobs)).collect();
        let pairs: Vec<[&String; 2]> = trees.windows(2).map(|pair| [&pair[0], &pair[1]]).collect();
        let questions: Vec<String> =
            pairs.iter().map(|[old, new]| format!("differences {old} {new}")).collect();
        let answers = repo.ask(&questions.join("\n"));
        assert_eq!(answers.len(), pairs.len());
        for ([old, new], answer) in pairs.iter().zip(&answers) {
            assert_eq!(*answer, found_by_git(&repo, old, new), "{old} {new}");
        }

        // What a merge makes is what differs from each of its parents.
        let triples: Vec<&[String]> = trees.windows(3).collect();
        let questions: Vec<String> =
            triples.iter().map(|trees| format!("made {}", trees.join(" "))).collect();
        for (trees, answer) in triples.iter().zip(repo.ask(&questions.join("\n"))) {
            let paths = |reported: &str| -> Vec<String> {
                reported
                    .split_terminator(';')
                    .filter_map(|row| row.split(' ').next().map(ToOwned::to_owned))
                    .collect()
            };
            let sides = [1, 2].map(|parent| paths(&found_by_git(&repo, &trees[parent], &trees[0])));
            let both: Vec<String> =
                sides[0].iter().filter(|path| sides[1].contains(path)).cloned().collect();
            assert_eq!(paths(&answer), both, "{trees:?}");
        }
    }
}
