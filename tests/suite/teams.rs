//! What exists only once several people's work is merged: reported before, fixed by one command, and
//! held against the real git and the real Alembic.

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use safe_migration::alembic::history::History;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search;
use safe_migration::config::settings::Settings;
use safe_migration::snapshot::Snapshot;
use serde_json::Value;

use crate::common::{Ran, Repo};

const INI: &str = "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://localhost/app\n";

fn revision(id: &str, down: &str, upgrade: &str) -> String {
    let parent = down.trim_matches('\'');
    format!(
        "\"\"\"Do {id}\n\nRevision ID: {id}\nRevises: {parent}\nCreate Date: 2026-01-01 00:00:00\n\n\"\"\"\nfrom alembic import op\n\
         import sqlalchemy as sa\n\n\nrevision = '{id}'\ndown_revision = {down}\nbranch_labels = None\ndepends_on = None\n\n\n\
         def upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    pass\n"
    )
}

/// A clone of a repository with one released revision, and what a colleague has pushed since.
fn behind(theirs: &[(&str, String)]) -> Repo {
    let repo = Repo::new();
    repo.write("alembic.ini", INI);
    repo.write("m/env.py", "from alembic import context\ncontext.configure(connection=c)\n");
    repo.write("m/versions/0001_a1.py", revision("a1", "None", "op.create_table('t')"));
    repo.commit_all("base");
    repo.git(&["checkout", "-q", "-b", "colleague"]);
    for (path, text) in theirs {
        repo.write(path, text);
    }
    repo.commit_all("theirs");
    repo.git(&["update-ref", "refs/remotes/origin/main", "colleague"]);
    repo.git(&["checkout", "-q", "main"]);
    repo
}

fn theirs() -> Vec<(&'static str, String)> {
    vec![("m/versions/0002_c1.py", revision("c1", "'a1'", "op.create_table('u')"))]
}

fn stage(repo: &Repo, path: &str, text: String) {
    repo.write(path, text);
    repo.git(&["add", "-A"]);
}

/// Returns rule, severity and message of each finding about the history.
fn rules_of(ran: &Ran) -> Vec<String> {
    let reported: Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = reported["findings"].as_array().cloned().unwrap_or_default();
    let about = [
        "heads-after-merge",
        "duplicate-revision",
        "conflicting-branches",
        "released-revision-changed",
        "missing-parent",
    ];
    let of_history =
        findings.iter().filter(|finding| about.iter().any(|rule| finding["rule"] == *rule));
    of_history
        .map(|finding| format!("{} {}", finding["rule"], finding["severity"]).replace('"', ""))
        .collect()
}

fn check(repo: &Repo) -> Vec<String> {
    rules_of(&repo.tool(&["check", "--format", "json"]))
}

/// Asks the real Alembic for the heads of the work tree; nothing where there is none.
fn alembic_heads(repo: &Repo) -> Option<Vec<String>> {
    let script = "import sys, warnings; warnings.simplefilter('ignore'); sys.dont_write_bytecode = True\n\
                  from alembic.config import Config; from alembic.script import ScriptDirectory\n\
                  print(*sorted(ScriptDirectory.from_config(Config('alembic.ini')).get_heads()))";
    let output = repo.command("python3").args(["-c", script]).output().ok()?;
    if !output.status.success() {
        assert!(std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(), "{output:?}");
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.split_whitespace().map(str::to_owned).collect())
}

fn has_heads(repo: &Repo, heads: &[&str]) {
    if let Some(found) = alembic_heads(repo) {
        assert_eq!(found, heads);
    }
}

#[test]
fn a_second_head_is_warned_of_at_a_commit_and_refused_where_it_is_published() {
    let repo = behind(&theirs());
    stage(&repo, "m/versions/0002_b1.py", revision("b1", "'a1'", "op.create_table('v')"));
    let ran = repo.tool(&["check", "--format", "json"]);
    assert_eq!(rules_of(&ran), ["heads-after-merge warning"]);
    let finding = ran.stdout.as_str();
    for said in [
        "`c1` (Ada, 20",
        "`b1` (not committed yet)",
        "are both heads once this is merged with `origin/main`",
        "safe-migration rebase",
    ] {
        assert!(finding.contains(said), "{said:?} is not in\n{finding}");
    }
    repo.commit_all("ours");
    let range = repo.tool(&["check", "--from", "origin/main", "--format", "json"]);
    assert_eq!(
        (range.status, rules_of(&range)),
        (Some(1), vec!["heads-after-merge critical".to_owned()])
    );
    assert!(range.stdout.contains("`b1` (Ada, 20"), "{}", range.stdout);
}

#[test]
fn what_cannot_both_hold_is_told_before_the_merge() {
    let theirs = vec![(
        "m/versions/c1.py",
        revision("c1", "'a1'", "op.add_column('t', sa.Column('x', sa.Integer()))"),
    )];
    let repo = behind(&theirs);
    stage(&repo, "m/versions/b1.py", revision("b1", "'a1'", "op.drop_table('t')"));
    let found = check(&repo);
    assert!(found.contains(&"conflicting-branches warning".to_owned()), "{found:?}");
    stage(&repo, "m/versions/b1.py", revision("b1", "'a1'", "op.create_table('v')"));
    assert_eq!(check(&repo), ["heads-after-merge warning"]);
}

#[test]
fn an_id_that_upstream_gave_to_another_file_is_told() {
    let repo =
        behind(&[("m/versions/0002_theirs.py", revision("0002", "'a1'", "op.create_table('u')"))]);
    stage(&repo, "m/versions/0002_ours.py", revision("0002", "'a1'", "op.create_table('v')"));
    assert_eq!(check(&repo), ["duplicate-revision warning"]);
    let ran = repo.tool(&["rebase"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    repo.git(&["add", "-A"]);
    repo.commit_all("ours");
    repo.git(&["merge", "-q", "--no-verify", "-m", "merged", "colleague"]);
    has_heads(&repo, &["0003"]);
    assert!(repo.root().join("m/versions/0003_ours.py").exists());
}

#[test]
fn rebase_moves_a_chain_by_its_root_and_alembic_agrees() {
    let repo = behind(&theirs());
    repo.write("m/versions/b1.py", revision("b1", "'a1'", "op.create_table('v')"));
    stage(&repo, "m/versions/b2.py", revision("b2", "'b1'", "op.create_table('w')"));
    repo.commit_all("ours");
    let before = repo.git(&["status", "--porcelain"]);
    let dry = repo.tool(&["rebase", "--dry-run"]);
    for said in [
        "-Revises: a1\n+Revises: c1\n",
        "-down_revision = 'a1'\n+down_revision = 'c1'\n",
        "nothing is written",
    ] {
        assert!(dry.stdout.contains(said), "{said:?} is not in\n{}", dry.stdout);
    }
    assert!(!dry.stdout.contains("b2.py"), "{}", dry.stdout);
    assert_eq!(repo.git(&["status", "--porcelain"]), before);
    let ran = repo.tool(&["rebase"]);
    assert!(
        ran.stdout.contains("`b1` follows `c1` instead of `a1`"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(repo.git(&["status", "--porcelain"]), " M m/versions/b1.py", "nothing is staged");
    let expected =
        revision("b1", "'a1'", "op.create_table('v')").replace("Revises: a1", "Revises: c1");
    let written = std::fs::read_to_string(repo.root().join("m/versions/b1.py")).unwrap();
    assert_eq!(written, expected.replace("down_revision = 'a1'", "down_revision = 'c1'"));
    repo.git(&["add", "-A"]);
    assert_eq!(check(&repo), ["missing-parent warning"], "upstream has it");
    repo.commit_all("rebased");
    repo.git(&["merge", "-q", "--no-verify", "-m", "merged", "colleague"]);
    has_heads(&repo, &["b2"]);
    assert!(repo.tool(&["rebase"]).stdout.starts_with("nothing to move"));
}

#[test]
fn rebase_follows_what_was_merged_already_and_numbers_files() {
    let repo = behind(&theirs());
    stage(&repo, "m/versions/0002_b1.py", revision("b1", "'a1'", "op.create_table('v')"));
    repo.commit_all("ours");
    repo.git(&["merge", "-q", "--no-verify", "-m", "merged", "colleague"]);
    has_heads(&repo, &["b1", "c1"]);
    let ran = repo.tool(&["rebase"]);
    assert!(ran.stdout.contains("0002_b1.py becomes 0003_b1.py"), "{}{}", ran.stdout, ran.stderr);
    has_heads(&repo, &["b1"]);
}

#[test]
fn rebase_touches_nothing_that_is_not_as_it_is_staged() {
    let repo = behind(&theirs());
    stage(&repo, "m/versions/b1.py", revision("b1", "'a1'", "op.create_table('v')"));
    repo.write("m/versions/b1.py", "# work in progress\n");
    let ran = repo.tool(&["rebase"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("`m/versions/b1.py` is not as it is staged"), "{}", ran.stderr);
}

#[test]
fn merge_writes_a_revision_from_the_template_of_the_project() {
    let repo = behind(&theirs());
    let template = "\"\"\"${message}\"\"\"\n# of ours\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n\n\n\
                    def upgrade():\n    ${upgrades if upgrades else \"pass\"}\n\n\ndef downgrade():\n    pass\n";
    repo.write("m/script.py.mako", template);
    stage(&repo, "m/versions/b1.py", revision("b1", "'a1'", "op.create_table('v')"));
    repo.commit_all("ours");
    repo.git(&["merge", "-q", "--no-verify", "-m", "merged", "colleague"]);
    let dry = repo.tool(&["merge", "--dry-run"]);
    assert!(dry.stdout.contains("+# of ours\n"), "{}", dry.stdout);
    has_heads(&repo, &["b1", "c1"]);
    let ran = repo.tool(&["merge", "-m", "Both, at last"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let id = ran.stdout.split('`').nth(1).unwrap().to_owned();
    has_heads(&repo, &[&id]);
    let file = repo.root().join(format!("m/versions/{id}_both_at_last.py"));
    assert!(
        std::fs::read_to_string(file)
            .unwrap()
            .starts_with("\"\"\"Both, at last\"\"\"\n# of ours\n")
    );
    assert!(
        repo.tool(&["merge"]).stdout.starts_with("nothing to merge")
            || !repo.git(&["status", "--porcelain"]).is_empty()
    );
}

/// Commits a released history on `main`, and stages one file on a branch.
fn with_released(path: &str, text: Option<String>) -> Vec<String> {
    with_released_as(revision("b1", "'a1'", "op.create_table('u')"), path, text)
}

fn with_released_as(released: String, path: &str, text: Option<String>) -> Vec<String> {
    let repo = Repo::new();
    repo.write("alembic.ini", INI);
    repo.write("m/env.py", "from alembic import context\ncontext.configure(connection=c)\n");
    repo.write("m/versions/a1.py", revision("a1", "None", "op.create_table('t')"));
    repo.write("m/versions/b1.py", released);
    repo.commit_all("base");
    repo.git(&["checkout", "-q", "-b", "work"]);
    match text {
        Some(text) => repo.write(path, text),
        None => std::fs::remove_file(repo.root().join(path)).unwrap(),
    }
    repo.git(&["add", "-A"]);
    check(&repo)
}

#[test]
fn what_is_released_is_immutable_in_meaning_and_free_in_form() {
    let was = revision("b1", "'a1'", "op.create_table('u')");
    let at = "m/versions/b1.py";
    let refused = ["released-revision-changed critical"];
    assert_eq!(with_released(at, Some(revision("b1", "'a1'", "op.create_table('w')"))), refused);
    assert_eq!(
        with_released(at, Some(was.replace("down_revision = 'a1'", "down_revision = None"))),
        refused
    );
    assert_eq!(with_released(at, Some(was.replace("revision = 'b1'", "revision = 'b9'"))), refused);
    assert_eq!(with_released(at, None), refused);
    let way_back = was.replace("    pass\n", "    op.drop_table('u')\n");
    assert_eq!(with_released(at, Some(way_back)), ["released-revision-changed warning"]);
    for free in [
        was.replace("op.create_table('u')", "op.create_table(\n        \"u\",\n    )"),
        was.replace("Do b1", "Do it well"),
        was.replace("def upgrade():", "# A remark.\ndef upgrade() -> None:"),
        was.replace("import sqlalchemy as sa\n", ""),
    ] {
        assert_eq!(with_released(at, Some(free)), [""; 0]);
    }
}

#[test]
fn a_released_statement_may_be_wrapped_for_a_newer_sqlalchemy() {
    let loops = "for row in op.get_bind().execute('SELECT id FROM t'):\n        \
                 op.execute(row.sql)";
    let was = revision("b1", "'a1'", loops);
    let now = |from: &str, to: &str| {
        let text = format!("from sqlalchemy import text\n{}", was.replace(from, to));
        with_released_as(was.clone(), "m/versions/b1.py", Some(text))
    };
    let said = "'SELECT id FROM t'";
    let refusals = |found: Vec<String>| {
        found.into_iter().filter(|it| it.starts_with("released-revision")).collect::<Vec<_>>()
    };
    assert_eq!(refusals(now(said, "text('SELECT id FROM t')")), [""; 0]);
    assert_eq!(refusals(now("(row.sql)", "(row.sql)  # type: ignore")), [""; 0]);
    let other = refusals(now(said, "text('SELECT id FROM u')"));
    assert_eq!(other, ["released-revision-changed critical"]);
}

#[test]
fn what_python_alone_knows_of_a_released_column_is_free() {
    let column = "op.add_column('t', sa.Column('x', sa.Boolean(), nullable=False, server_default=sa.false()))";
    let was = revision("b1", "'a1'", column);
    let now = |text: String| with_released_as(was.clone(), "m/versions/b1.py", Some(text));
    let refusals = |found: Vec<String>| {
        found.into_iter().filter(|it| it.starts_with("released-revision")).collect::<Vec<_>>()
    };
    assert_eq!(
        refusals(now(was.replace("nullable=False,", "nullable=False, default=False,"))),
        [""; 0]
    );
    let other = refusals(now(was.replace("nullable=False,", "nullable=True,")));
    assert_eq!(other, ["released-revision-changed critical"]);
}

#[test]
fn values_of_a_released_statement_may_be_given_in_a_dict() {
    let given = "conn = op.get_bind()\n    conn.execute(sa.text('UPDATE t SET x = :x WHERE y = :y'), x=uuid.uuid4(), y='a')";
    let was = revision("b1", "'a1'", given);
    let now = was.replace("x=uuid.uuid4(), y='a')", "{'x': uuid.uuid4(), 'y': 'a'})");
    let found = |text: String| with_released_as(was.clone(), "m/versions/b1.py", Some(text));
    assert_eq!(found(now.clone()), [""; 0]);
    assert_eq!(found(now.replace("'y': 'a'", "'y': 'b'")), ["released-revision-changed critical"]);
    let number = was.replace("x=uuid.uuid4()", "x=1.65");
    let found = |text: String| with_released_as(number.clone(), "m/versions/b1.py", Some(text));
    assert_eq!(found(number.replace("1.65", "1.75")), ["released-revision-changed critical"]);
    assert_eq!(found(number.replace("x=1.65, y='a')", "{'x': 1.65, 'y': 'a'})")), [""; 0]);
}

#[test]
fn a_released_revision_is_read_for_the_dialect_that_is_judged() {
    let released = "bind = op.get_bind()\n    if bind.dialect.name == 'mysql':\n        op.create_table('u')\n    \
                    op.add_column('t', sa.Column('x', sa.Boolean()))";
    let repo = Repo::new();
    repo.write("alembic.ini", INI);
    repo.write("m/env.py", "from alembic import context\ncontext.configure(connection=c)\n");
    repo.write("m/versions/a1.py", revision("a1", "None", "op.create_table('t')"));
    repo.write("m/versions/b1.py", revision("b1", "'a1'", released));
    repo.commit_all("base");
    repo.git(&["checkout", "-q", "-b", "work"]);
    let text = revision("b1", "'a1'", released).replace("def upgrade", "# A remark.\ndef upgrade");
    repo.write("m/versions/b1.py", text);
    repo.write("safe-migration.toml", "dialect = \"mysql\"\n");
    repo.git(&["add", "-A"]);
    let found: Vec<String> = check(&repo);
    assert!(!found.iter().any(|it| it.starts_with("released-revision")), "{found:?}");
}

#[test]
fn rebase_leaves_days_in_names_alone() {
    let theirs = [("m/versions/2024-03-26-09.00.00_c1.py", revision("c1", "'a1'", "pass"))];
    let repo = behind(&theirs);
    let name = "m/versions/2024-03-27-10.15.00_d1_mine.py";
    stage(&repo, name, revision("d1", "'a1'", "pass"));
    repo.tool(&["rebase"]).ends_with(0);
    assert!(repo.root().join(name).exists());
}

#[test]
fn a_squash_that_leaves_the_same_schema_is_a_warning() {
    let squash = |upgrade: &str| {
        let repo = Repo::new();
        repo.write("alembic.ini", INI);
        repo.write("m/env.py", "from alembic import context\ncontext.configure(connection=c)\n");
        let column = "op.add_column('t', sa.Column('x', sa.Integer()))";
        repo.write(
            "m/versions/a1.py",
            revision(
                "a1",
                "None",
                "op.create_table('t', sa.Column('id', sa.Integer(), primary_key=True))",
            ),
        );
        repo.write("m/versions/b1.py", revision("b1", "'a1'", column));
        repo.commit_all("base");
        repo.git(&["checkout", "-q", "-b", "work"]);
        repo.git(&["rm", "-q", "m/versions/a1.py", "m/versions/b1.py"]);
        let text = revision("s1", "None", upgrade).replace("Do s1", "Do s1\n\nSquashes: a1..b1");
        stage(&repo, "m/versions/s1.py", text);
        check(&repo)
    };
    let same = "op.create_table('t', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('x', sa.Integer()))";
    assert_eq!(squash(same), ["released-revision-changed warning"]);
    assert_eq!(squash("op.create_table('t')"), ["released-revision-changed critical"]);
}

#[test]
fn heads_after_the_merge_are_those_that_git_and_alembic_make() {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/merge_cases.py");
    let given = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let number = given("SAFE_MIGRATION_MERGE_CASES", "40");
    let seed = given("SAFE_MIGRATION_MERGE_SEED", "1");
    let ran = Command::new("python3").arg(script).arg(folder.path()).args([number, seed]).output();
    let Some(output) = ran.ok().filter(|output| output.status.success()) else {
        assert!(
            std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(),
            "python3 with alembic is needed"
        );
        return;
    };
    let cases: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let clean: Vec<&Value> = cases.iter().filter(|case| case["heads"].is_array()).collect();
    assert!(
        clean.len() * 2 > cases.len(),
        "only {} of {} cases are merged",
        clean.len(),
        cases.len()
    );
    let wrong: Vec<String> = clean.into_iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Says in what the merge in memory differs from what git and Alembic made.
fn differs(case: &Value) -> Option<String> {
    let tree = |at: usize| {
        let files = case["trees"][at].as_object()?.iter();
        let files: Vec<(&str, &str)> =
            files.filter_map(|(path, text)| Some((path.as_str(), text.as_str()?))).collect();
        let fixed = [("alembic.ini", INI), ("m/env.py", "from alembic import context\n")];
        Some(Rc::new(Snapshot::of(fixed.into_iter().chain(files))))
    };
    let merged = Rc::new(Snapshot::merged(tree(0)?, tree(1)?, tree(2)?));
    let project = search::find(&merged, Search::Whole, &Settings::default()).remove(0);
    let history = History::read(&merged, &Rc::new(project));
    let mut heads: Vec<&str> = history.graph().heads().iter().map(|head| &**head).collect();
    heads.sort_unstable();
    heads.dedup();
    let expected: Vec<&str> = case["heads"].as_array()?.iter().filter_map(Value::as_str).collect();
    (heads != expected).then(|| format!("{heads:?} and not {expected:?}: {}", case["trees"]))
}
