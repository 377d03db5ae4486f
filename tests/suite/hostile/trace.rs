//! What the verbs that only read do to the machine: traced, over a branch and a repository that
//! name programs wherever one can be named.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::common::project::{bad, good, project};
use crate::common::{Ran, Repo};

/// Makes a repository in which every place that can name a program names one that leaves a mark.
fn hostile() -> Repo {
    let repo = project();
    let mark = repo.beside("mark");
    let script = format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", mark.display());
    for path in ["evil", ".venv/bin/python", "venv/bin/python", "bin/postgres", "bin/initdb"] {
        repo.write(path, &script);
        let path = repo.root().join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    repo.write(
        "safe-migration.toml",
        "[verify]\npython = \"evil\"\npg-bin = \"bin\"\nbaseline = {command = \"./evil\"}\n",
    );
    let models = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\n\
        class User(Base):\n    __tablename__ = \"users\"\n    id = sa.Column(sa.Integer, primary_key=True)\n";
    repo.write("models.py", models);
    repo.write(".gitattributes", "* filter=evil diff=evil text\n");
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.write("alembic/versions/sitecustomize.py", "import os; os.system('./evil')\n");
    repo.commit_all("email");
    let evil = repo.root().join("evil").display().to_string();
    for name in ["post-index-change", "reference-transaction", "fsmonitor-watchman"] {
        repo.hook(name, &format!("'{evil}'"));
    }
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.editor",
        "core.alternateRefsCommand",
        "pager.log",
        "pager.config",
        "gpg.program",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "credential.helper",
        "interactive.diffFilter",
        "uploadpack.packObjectsHook",
        "alias.write-tree",
        "alias.rev-parse",
        "alias.log",
    ] {
        let value = if key.starts_with("alias") { format!("!{evil}") } else { evil.clone() };
        repo.git(&["config", key, &value]);
    }
    repo.git(&["config", "log.showSignature", "true"]);
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("alembic/versions/c3.py", bad("c3").replace("\"a1\"", "\"b2\""));
    repo.git(&["add", "-A"]);
    // What git itself was made to run so far does not count.
    std::fs::remove_file(&mark).ok();
    repo
}

/// A call of the system, as strace writes it.
#[derive(Debug)]
struct Call(String);

impl Call {
    /// What a call does that no verb may do; `own` is where the verb may write.
    fn is_forbidden(&self, own: &[String]) -> bool {
        let line = &self.0;
        let quoted = || line.split('"').nth(1).unwrap_or_default();
        let name = line.split('(').next().unwrap_or_default();
        let is_own = |path: &str| own.iter().any(|folder| path.contains(folder.as_str()));
        match name {
            "execve" => {
                let program = quoted().rsplit('/').next().unwrap_or_default();
                !matches!(program, "git" | "safe-migration")
            }
            "socket" | "connect" | "bind" => true,
            "openat" | "open" | "creat" => {
                ["O_WRONLY", "O_RDWR", "O_CREAT", "creat("].iter().any(|flag| line.contains(flag))
                    && !is_own(quoted())
            }
            // What a link leads to is not changed.
            "link" | "linkat" => !line.split('"').nth(3).is_some_and(is_own),
            _ => {
                let folder = line.split(['<', '>']).nth(1).unwrap_or_default();
                let mut paths = line.split('"').skip(1).step_by(2);
                !paths.all(|path| is_own(path) || is_own(&format!("{folder}/{path}")))
            }
        }
    }
}

/// The calls that a verb and all its children made and that succeeded.
fn traced(repo: &Repo, arguments: &[&str], input: &str) -> Option<(Ran, Vec<Call>)> {
    let log = repo.beside("trace");
    let mut command = repo.command("strace");
    command.args(["-f", "-y", "-qq", "-s", "4096", "-o"]).arg(&log).args([
        "-e",
        "trace=execve,socket,connect,bind,openat,open,creat,unlink,unlinkat,rename,renameat,\
         renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat",
    ]);
    command.arg(env!("CARGO_BIN_EXE_safe-migration")).args(arguments);
    let asked = repo.beside("input");
    std::fs::write(&asked, input).unwrap();
    command.stdin(std::fs::File::open(asked).unwrap());
    let ran = Ran::of(&mut command);
    if ran.stderr.contains("ptrace") && ran.status != Some(0) {
        return None;
    }
    let lines = std::fs::read_to_string(log).unwrap();
    let call = |line: &str| {
        let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
        (!line.contains(" = -1 ") && call.contains('(') && !call.starts_with(['+', '-']))
            .then(|| Call(call.to_owned()))
    };
    Some((ran, lines.lines().filter_map(call).collect()))
}

#[test]
fn no_verb_but_verify_runs_a_program_reaches_out_or_writes_elsewhere() {
    if cfg!(not(target_os = "linux")) || Command::new("strace").arg("-V").output().is_err() {
        assert!(
            cfg!(not(target_os = "linux")) || std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(),
            "strace is needed"
        );
        return;
    }
    let repo = hostile();
    let tip = repo.git(&["rev-parse", "main"]);
    let pushed = format!("refs/heads/work {tip} refs/heads/work {}\n", "0".repeat(40));
    let own = [".git/safe-migration", "/dev/null", "/dev/tty", "/.git/objects/", "safe-migration-"]
        .map(str::to_owned);
    let hooks: Vec<String> =
        own.iter().cloned().chain([format!("{}/.git/hooks/", repo.root().display())]).collect();
    let tree: Vec<String> = own
        .iter()
        .cloned()
        .chain([format!("{}/alembic/versions/", repo.root().display())])
        .collect();
    let verbs: [(&[&str], &[String]); 26] = [
        (&["check"], &own),
        (&["check", "--all", "--format", "json"], &own),
        (&["check", "--from", "main", "--to", "work"], &own),
        (&["check", "alembic/versions/c3.py"], &own),
        (&["hook", "pre-commit"], &own),
        (&["hook", "pre-push", "origin", "."], &own),
        (&["hook", "post-commit"], &own),
        (&["hook", "post-rewrite", "amend"], &own),
        (&["audit", "--fail"], &own),
        (&["graph", "--verbose"], &own),
        (&["operations"], &own),
        (&["doctor"], &own),
        (&["explain", "drop-column"], &own),
        (&["hook", "pre-merge-commit"], &own),
        (&["hook", "pre-applypatch"], &own),
        (&["hook", "post-merge", "0"], &own),
        (&["hook", "post-applypatch"], &own),
        (&["drift"], &own),
        (&["init"], &own),
        (&["merge"], &tree),
        (&["rebase"], &tree),
        (&["completions", "bash"], &own),
        (&["man"], &own),
        (&["install"], &hooks),
        (&["check", "--fix"], &tree),
        (&["uninstall"], &hooks),
    ];
    for (verb, own) in verbs {
        // The index says nothing of its tree, so that git is asked for it.
        repo.git(&["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "add", "-A"]);
        std::fs::remove_file(repo.beside("mark")).ok();
        let Some((ran, calls)) = traced(&repo, verb, &pushed) else {
            // Past the harness, which shows nothing of a test that passes.
            let mut out = std::io::stderr();
            writeln!(out, "NOT TESTED: this machine allows no ptrace, so no verb was traced")
                .unwrap();
            return;
        };
        assert!(matches!(ran.status, Some(0 | 1)), "{verb:?}: {}\n{}", ran.stdout, ran.stderr);
        assert!(calls.iter().any(|call| call.0.starts_with("execve")), "{verb:?} was not traced");
        let forbidden: Vec<&Call> = calls.iter().filter(|call| call.is_forbidden(own)).collect();
        assert!(forbidden.is_empty(), "{verb:?}: {forbidden:#?}");
        let mark = std::fs::read_to_string(repo.beside("mark")).unwrap_or_default();
        assert_eq!(mark, "", "{verb:?} ran what the repository names");
    }
}

#[test]
fn check_says_what_install_saw_and_does_not_look_itself() {
    let repo = hostile();
    let checked = || repo.tool(&["check"]).ends_with(1).stdout;
    assert!(!checked().contains("lacks `alembic`"));
    repo.tool(&["install"]).ends_with(0);
    let said = checked();
    assert!(said.contains("evil` lacks `alembic`"), "{said}");
}

#[test]
fn the_trace_objects_to_what_it_is_there_for() {
    let own = [".git/safe-migration".to_owned()];
    for call in [
        r#"execve("./evil", ["./evil"], 0x7ffd /* 9 vars */) = 0"#,
        r#"socket(AF_UNIX, SOCK_STREAM, 0) = 3"#,
        r#"openat(AT_FDCWD, "/home/ada/work/a.py", O_WRONLY|O_CREAT, 0666) = 3"#,
        r#"unlink("/home/ada/work/.git/index") = 0"#,
    ] {
        assert!(Call(call.to_owned()).is_forbidden(&own), "{call}");
    }
    for call in [
        r#"execve("/usr/bin/git", ["git", "write-tree"], 0x7ffd /* 9 vars */) = 0"#,
        r#"openat(AT_FDCWD, "/home/ada/work/a.py", O_RDONLY) = 3"#,
        r#"mkdir("/home/ada/work/.git/safe-migration", 0777) = 0"#,
        r#"unlinkat(3</home/ada/work/.git/safe-migration-a1>, "index", 0) = 0"#,
    ] {
        assert!(!Call(call.to_owned()).is_forbidden(&own), "{call}");
    }
}
