//! What is written about the program agrees with it. `BLESS=1 cargo test` rewrites the generated
//! parts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use safe_migration::config;
use safe_migration::report::catalogue;
use safe_migration::review::verdict;
use safe_migration::rules::RULES;

use crate::common::holds_file;
use crate::common::project::{project, revision};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Documents are rewritten one part at a time.
static WRITING: Mutex<()> = Mutex::new(());

/// Holds the part of a document between two marks against what it should be, or rewrites it.
pub(crate) fn holds(path: &str, mark: &str, expected: &str) {
    let _one_at_a_time = WRITING.lock();
    let text = read(path);
    let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- end of {mark} -->"));
    let (head, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{path} has no {begin}"));
    let (part, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} has no {end}"));
    let expected = format!("{}\n", expected.trim_end());
    if part != expected {
        holds_file(path, &format!("{head}{begin}{expected}{end}{tail}"));
    }
}

fn help(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_safe-migration")).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_rule_has_a_page_and_the_index_lists_them() {
    for rule in RULES {
        holds_file(&format!("docs/rules/{}.md", rule.id), &catalogue::markdown(rule));
    }
    holds_file("docs/rules/README.md", &catalogue::index(RULES));
    let mut pages: Vec<String> = fs::read_dir(file("docs/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "README.md")
        .collect();
    pages.retain(|name| !RULES.iter().any(|rule| *name == format!("{}.md", rule.id)));
    assert_eq!(pages, Vec::<String>::new(), "pages of rules that there are not");
}

/// The links of a document that lead to another file of the project.
fn links(path: &str) -> Vec<String> {
    let text = read(path);
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let own = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    own.map(|target| target.split('#').next().unwrap().to_owned()).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let documents = [
        "README.md",
        "CONTRIBUTING.md",
        "docs/adopt.md",
        "docs/alembic.md",
        "docs/audit.md",
        "docs/ci.md",
        "docs/commands.md",
        "docs/editors.md",
        "docs/exceptions.md",
        "docs/formats.md",
        "docs/models.md",
        "docs/rules/README.md",
        "docs/settings.md",
        "docs/teams.md",
        "docs/verify.md",
    ];
    for document in documents {
        let folder = Path::new(document).parent().unwrap();
        for link in links(document) {
            let target = folder.join(&link);
            assert!(file(target.to_str().unwrap()).exists(), "{document} leads to {link}");
        }
    }
}

#[test]
fn the_readme_is_read_in_a_few_minutes() {
    let words = read("README.md").split_whitespace().count();
    assert!(words <= 1_800, "README.md has {words} words");
}

#[test]
fn the_verbs_in_the_documentation_are_those_of_the_program() {
    let help = help(&["-h"]);
    let commands =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    holds("docs/commands.md", "verbs", &format!("```text\n{commands}\n```"));
}

#[test]
fn the_report_in_the_readme_is_what_the_program_says() {
    let repo = project();
    let upgrade = r#"op.add_column("users", sa.Column("email", sa.String(255), nullable=False))
    op.create_index("ix_users_email", "users", ["email"])"#;
    let text = revision("8be42d07c1f6", Some("a1"), upgrade, r#"op.drop_column("users", "email")"#);
    repo.write(
        "alembic/versions/8be42d07c1f6_add_email.py",
        text.replace("Revision 8be42d07c1f6", "Add e-mail"),
    );
    repo.git(&["add", "-A"]);
    let said = repo.tool(&["hook", "pre-commit"]).ends_with(1).stderr;
    let said: String = said.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    holds("README.md", "sample", &format!("```text\n{}\n```", said.trim_end()));
}

#[test]
fn the_documented_settings_are_settings() {
    let readme = read("docs/settings.md");
    let block = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let settings = config::read::read(Some(block), None).unwrap();
    assert_eq!(verdict::unknown_rules(&settings), []);
}

#[test]
fn every_verb_of_the_program_can_be_asked_for_help() {
    let help = help(&["-h"]);
    let commands =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let verbs = commands.lines().filter_map(|line| line.split_whitespace().next());
    for verb in verbs.filter(|verb| *verb != "help") {
        let page = self::help(&[verb, "--help"]);
        assert!(page.contains("Usage: safe-migration"), "{verb}: {page}");
        let examples = page.split("Examples:\n").nth(1).unwrap_or_default();
        let examples = examples.lines().filter(|line| line.trim().starts_with("safe-migration "));
        assert!(examples.count() >= 2, "{verb} teaches with two examples: {page}");
    }
}

#[test]
fn every_rule_can_be_explained_and_shows_both_examples() {
    for rule in RULES {
        let page = help(&["explain", rule.id]);
        assert!(
            page.contains("Objects to") && page.contains("Lets through"),
            "{}: {page}",
            rule.id
        );
    }
    let list = help(&["explain"]);
    assert!(RULES.iter().all(|rule| list.contains(rule.id)));
}

#[test]
fn the_hooks_for_frameworks_run_always_and_call_a_hook_that_there_is() {
    let manifest = read(".pre-commit-hooks.yaml");
    let hooks: Vec<&str> = manifest.split("\n- id: ").skip(1).collect();
    assert!(!hooks.is_empty());
    for hook in hooks {
        for line in ["always_run: true", "pass_filenames: false", "require_serial: true"] {
            assert!(hook.contains(line), "{hook} has no {line}");
        }
        let entry = hook
            .lines()
            .find_map(|line| line.trim().strip_prefix("entry: safe-migration "))
            .unwrap();
        assert!(hook.contains("verbose: true"), "{hook} would pass in silence");
        match entry.strip_prefix("hook ") {
            Some(name) => {
                let page = help(&["hook", "--help"]);
                assert!(page.contains(name), "`{name}` is no hook: {page}");
            }
            None => assert_eq!(entry, "verify"),
        }
    }
}

#[test]
fn scripts_that_users_run_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    for script in [
        "examples/demo.sh",
        ".ci/run",
        "hooks/pre-commit",
        "hooks/post-commit",
        "hooks/pre-push",
        "hooks/pre-receive",
        "packaging/ci.sh",
        "packaging/mirror.sh",
    ] {
        let mode = fs::metadata(file(script)).unwrap().permissions().mode();
        assert!(mode & 0o111 == 0o111, "{script} is not executable");
    }
}

#[test]
fn the_readme_begins_with_the_two_commands_that_it_promises() {
    let readme = read("README.md");
    let mut commands =
        readme.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap().trim());
    assert_eq!(commands.next(), Some("examples/demo.sh"));
    assert_eq!(commands.next(), Some("tests/run"));
    assert!(read(".ci/run").contains("tests/run"));
}
