//! The ways out of a failure, each of them reported as what it is; and what ends nothing for others.

use std::process::Command;

use crate::common::Repo;

use super::{Migration, NULLABLE, can_run, has_modules, project, verify, write};

fn with(migrations: &[Migration]) -> Option<Repo> {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return None;
    }
    let repo = project("sqlite:///app.db");
    migrations.iter().for_each(|migration| write(&repo, migration));
    repo.git(&["add", "-A"]);
    Some(repo)
}

#[test]
fn a_waiver_of_a_failed_rehearsal_is_honoured_and_told() {
    let waived = "# safe-migration: allow downgrade-failed -- nobody goes back from here\n    pass";
    let adds = r#"op.add_column("users", sa.Column("x", sa.Integer()))"#;
    let Some(repo) = with(&[Migration("waived", adds, waived)]) else { return };
    // A waiver above a statement covers that statement; one of the file covers what failed.
    let path = "alembic/versions/waived.py";
    let text = std::fs::read_to_string(repo.root().join(path)).unwrap();
    let whole = text.replace("    # safe-migration: allow ", "    ").replace(
        "from alembic import op",
        "# safe-migration: allow-file downgrade-failed -- nobody goes back from here\nfrom alembic import op",
    );
    repo.write(path, whole.replace("    downgrade-failed -- nobody goes back from here\n", ""));
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &[]).ends_with(0);
    let reported = ran.stdout.contains("a waiver covers it: nobody goes back from here")
        && ran.stdout.contains("1 failed and waived");
    assert!(reported, "{}", ran.stdout);
    let checked = repo.tool(&["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
    let testing = &report["testing"][0];
    let expected = (&"failed".into(), &"nobody goes back from here".into());
    assert_eq!((&testing["status"], &testing["waived"]), expected, "{}", checked.stdout);
    let waived = report["waived"].as_array().unwrap().iter();
    assert!(waived.into_iter().any(|row| row["rule"] == "downgrade-failed"), "{}", checked.stdout);
    repo.git(&["commit", "-qm", "waived", "--no-verify"]);
    let audit = |folder: &str| repo.tool(&["-C", folder, "audit", "HEAD~1..HEAD"]).stdout;
    let here = audit(".");
    let sentence = "failed when it was tried on sqlite, and waives downgrade-failed: nobody goes \
        back from here";
    assert!(here.contains(sentence), "{here}");
    // Elsewhere nothing of the rehearsal is known, and the waiver stands in the file.
    repo.git(&["clone", "-q", ".", "elsewhere"]);
    let there = audit("elsewhere");
    assert!(there.contains("`waived` was not tried here, and waives downgrade-failed"), "{there}");
}

#[test]
fn a_waiver_of_the_rule_about_the_loss_counts_for_the_rehearsal_too() {
    let drops = "# safe-migration: allow drop-column -- unread since the spring\n    \
        op.drop_column(\"users\", \"name\")";
    let plain = r#"op.drop_column("users", "name")"#;
    let back = r#"op.add_column("users", sa.Column("name", sa.String(50)))"#;
    let Some(repo) = with(&[Migration("told", drops, back), Migration("untold", plain, back)])
    else {
        return;
    };
    let ran = verify(&repo, &["told"]).ends_with(0);
    assert!(ran.stdout.contains("values changed in `users.name` of 3 rows"), "{}", ran.stdout);
    let ran = verify(&repo, &["untold"]).ends_with(1);
    assert!(ran.stdout.contains("three words or more: `# Backup plan: ...`"), "{}", ran.stdout);
}

#[test]
fn a_downgrade_that_does_nothing_by_intent_is_asked_for_nothing() {
    let adds = r#"op.add_column("users", sa.Column("x", sa.Integer()))"#;
    let meant = "# Irreversible: nobody goes back behind this column\n    pass";
    let both = [Migration("meant", adds, meant), Migration("slip", adds, "pass")];
    let Some(repo) = with(&both) else { return };
    let ran = verify(&repo, &["meant"]).ends_with(0);
    let stays = "downgrade does nothing, and that is meant: column `users.x` stays so";
    assert!(ran.stdout.contains(stays), "{}", ran.stdout);
    let ran = verify(&repo, &["slip"]).ends_with(1);
    assert!(ran.stdout.contains("downgrade leaves column `users.x` different"), "{}", ran.stdout);
    repo.write("safe-migration.toml", "downgrades = \"none\"\n");
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &["slip"]).ends_with(0);
    assert!(ran.stdout.contains(stays), "{}", ran.stdout);
}

#[test]
fn a_revision_that_cannot_be_tried_ends_nothing_for_the_others() {
    let Some(repo) = with(&[Migration("broken", "import nothing_of_this_name", "pass"), NULLABLE])
    else {
        return;
    };
    let ran = verify(&repo, &["broken", "nullable"]).ends_with(2);
    let both = ran.stdout.contains("not tried:") && ran.stdout.contains("1 revision passed");
    assert!(both, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_lies_in_the_work_tree_only_is_hinted_at_and_quiet_is_quiet() {
    let Some(repo) = with(&[NULLABLE]) else { return };
    let ran = verify(&repo, &["-q"]).ends_with(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    repo.git(&["reset", "-q"]);
    let ran = verify(&repo, &[]).ends_with(0);
    assert!(ran.stderr.contains("git add alembic/versions/nullable.py"), "{}", ran.stderr);
}

#[test]
fn the_gate_tries_what_is_staged_where_install_was_asked_to() {
    let Some(repo) = with(&[NULLABLE]) else { return };
    let gate = |repo: &Repo| {
        let mut command: Command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        command.args(["hook", "pre-commit"]).env("SAFE_MIGRATION_CACHE", repo.cache());
        let output = command.output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(gate(&repo).contains("downgrade-untested"));
    repo.tool(&["install", "--verify"]).ends_with(0);
    let reported = gate(&repo);
    assert!(!reported.contains("downgrade-untested"), "{reported}");
}

#[test]
fn the_gate_waits_as_long_as_the_settings_say() {
    let sleeps = "__import__('time').sleep(30)";
    let Some(repo) = with(&[Migration("slow", sleeps, "pass")]) else { return };
    repo.write("safe-migration.toml", "[verify]\ntimeout = 1\n");
    repo.git(&["add", "-A"]);
    repo.tool(&["install", "--verify"]).ends_with(0);
    let mut command: Command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
    command.args(["hook", "pre-commit"]).env("SAFE_MIGRATION_CACHE", repo.cache());
    let output = command.output().unwrap();
    let reported = String::from_utf8_lossy(&output.stderr);
    assert!(reported.contains("took longer than 1 s"), "{reported}");
}

#[test]
fn a_variable_that_the_tests_of_the_project_set_is_proposed() {
    let Some(repo) = with(&[NULLABLE]) else { return };
    let env = std::fs::read_to_string(repo.root().join("alembic/env.py")).unwrap();
    let asks = format!("import os\nos.environ['APP_SECRET']\n{env}");
    repo.write("alembic/env.py", &asks);
    let lists = "[tool.pytest.ini_options]\nenv = [\n    \"D:APP_SECRET=for-tests\",\n]\n";
    repo.write("pyproject.toml", lists);
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &[]).ends_with(2);
    let proposed = "as pyproject.toml has it: environment = [\"APP_SECRET=for-tests\"]";
    assert!(ran.stderr.contains(proposed), "{}", ran.stderr);
    // What reads its settings below a prefix asks for them without it.
    repo.write("pyproject.toml", "");
    repo.write("docker-compose-e2e.yml", "environment:\n  SHOP_APP_SECRET: e2e\n  SHOP_PLACE: 1\n");
    repo.git(&["add", "-A"]);
    let ran = verify(&repo, &[]).ends_with(2);
    let proposed = "as docker-compose-e2e.yml has it: environment = [\"SHOP_APP_SECRET=e2e\", \
        \"SHOP_PLACE=1\"]";
    assert!(ran.stderr.contains(proposed), "{}", ran.stderr);
}
