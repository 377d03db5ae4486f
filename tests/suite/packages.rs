//! Calls, held against the real Alembic and SQLAlchemy: what they answer with an error is refused,
//! and what they take is not.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::common::{Repo, holds_file};

/// The rules that speak of calls.
const RULES: [&str; 8] = [
    "undefined-name",
    "wrong-arguments",
    "unbound-parameter",
    "invalid-sql",
    "name-too-long",
    "unknown-operation",
    "unknown-argument",
    "unnamed-constraint",
];

/// The environments, in the order of the marks in `tests/packages/calls.txt`.
const ENVIRONMENTS: [&str; 4] = [
    "test-python-sqlalchemy-1.3",
    "test-python-sqlalchemy-1.4",
    "test-python-sqlalchemy-2.0",
    "test-python",
];

/// The interpreter of an environment; nothing where it is not there and nothing demands it.
fn interpreter(environment: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("target").join(environment).join("bin/python");
    if !path.exists() {
        let demanded = std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_some();
        assert!(!demanded, "{} is needed", path.display());
        return None;
    }
    Some(path)
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages").join(name)
}

#[test]
fn the_catalog_says_what_the_installed_packages_say() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/operation/packages");
    for environment in ENVIRONMENTS {
        let Some(python) = interpreter(environment) else { continue };
        let mut command = Command::new(python);
        let output = command.arg(script("generate.py")).arg("--check").arg(&data).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{environment}:\n{said}");
    }
}

/// What calls there are, each with a mark for each environment: `!` refused by them and by us, `=`
/// taken by both, `s` refused by us alone, since it does something else than it says, `?` refused
/// by them alone.
#[test]
fn what_python_refuses_is_refused_and_nothing_else_is() {
    let path = script("calls.txt");
    let table = std::fs::read_to_string(&path).unwrap();
    let rows: Vec<(&str, &str)> = table.lines().filter_map(|line| line.split_once(' ')).collect();
    let calls: Vec<&str> = rows.iter().map(|(_, call)| *call).collect();
    let mut marks: Vec<String> = vec![String::new(); calls.len()];
    for (number, environment) in ENVIRONMENTS.iter().enumerate() {
        let Some(python) = interpreter(environment) else {
            for (marks, (known, _)) in marks.iter_mut().zip(&rows) {
                marks.extend(known.chars().nth(number));
            }
            continue;
        };
        let (versions, theirs) = theirs(&python, &calls);
        let ours = ours(&versions, &calls);
        for (marks, (theirs, ours)) in marks.iter_mut().zip(theirs.into_iter().zip(ours)) {
            marks.push(match (theirs, ours) {
                (true, true) => '!',
                (false, false) => '=',
                (false, true) => 's',
                (true, false) => '?',
            });
        }
    }
    let said: String =
        marks.iter().zip(&calls).map(|(marks, call)| format!("{marks} {call}\n")).collect();
    holds_file("tests/packages/calls.txt", &said);
}

/// Runs the calls under the real ones, and returns which are answered with an error.
fn theirs(python: &Path, calls: &[&str]) -> (String, Vec<bool>) {
    let mut child = Command::new(python)
        .arg(script("run_calls.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(calls.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines = said.lines();
    let versions = lines.next().unwrap().to_owned();
    let refused: Vec<bool> = lines.map(|line| line != "ok").collect();
    assert_eq!(refused.len(), calls.len());
    (versions, refused)
}

/// Writes each call into a revision of a project that pins these versions, and returns which are
/// refused.
fn ours(versions: &str, calls: &[&str]) -> Vec<bool> {
    let repo = Repo::new();
    repo.write(
        "alembic.ini",
        "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://a@localhost/b\n",
    );
    repo.write("m/env.py", "");
    repo.write("requirements.txt", versions.replace(' ', "\n"));
    let mut parent = "None".to_owned();
    for (number, call) in calls.iter().enumerate() {
        let body = call.replace("\\n", "\n").replace('\n', "\n    ");
        let header = "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy import text\n\
                      from sqlalchemy.dialects import mysql, postgresql\n";
        let text = format!(
            "{header}revision = \"r{number}\"\ndown_revision = {parent}\n\n\ndef upgrade():\n    {body}\n"
        );
        repo.write(&format!("m/versions/r{number:04}.py"), &text);
        parent = format!("\"r{number}\"");
    }
    repo.commit_all("calls");
    let ran = repo.tool(&["check", "--all", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut refused: BTreeMap<String, bool> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let path = finding["path"].as_str().unwrap_or_default().to_owned();
        let notes = finding["notes"].as_array().unwrap();
        let is_ours = |said: &Value| {
            said["severity"] == "critical" && RULES.iter().any(|rule| said["rule"] == *rule)
        };
        let speaks = is_ours(finding) || notes.iter().any(is_ours);
        *refused.entry(path).or_default() |= speaks;
    }
    let of = |number| refused.get(&format!("m/versions/r{number:04}.py")).copied().unwrap_or(false);
    (0..calls.len()).map(of).collect()
}
