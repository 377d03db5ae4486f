//! What is staged is tried, evidence opens the gate, and what cannot be tried is reported.

use crate::common::{Ran, Repo};

use super::{Migration, NULLABLE, can_run, env, has_modules, project, verify, write};

#[test]
fn evidence_opens_the_gate_for_exactly_the_content_that_was_tried() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    repo.git(&["checkout", "-q", "-b", "work"]);
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    let rule = |ran: &Ran| ran.stdout.contains("downgrade-untested");
    assert!(rule(&repo.tool(&["check"])));
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(0), "{}{}", tried.stdout, tried.stderr);
    let checked = repo.tool(&["check"]);
    assert_eq!(checked.status, Some(0), "{}", checked.stdout);
    assert!(verify(&repo, &[]).stdout.contains("passed already"));
    let path = "alembic/versions/nullable.py";
    let text = std::fs::read_to_string(repo.root().join(path)).unwrap();
    repo.write(path, text.replace("sa.Integer()", "sa.BigInteger()"));
    repo.git(&["add", "-A"]);
    assert!(rule(&repo.tool(&["check"])));
    repo.write(path, &text);
    repo.git(&["add", "-A"]);
    assert_eq!(repo.tool(&["check"]).status, Some(0));
}

#[test]
fn a_failed_rehearsal_is_told_at_the_gate() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    repo.git(&["checkout", "-q", "-b", "work"]);
    write(
        &repo,
        &Migration(
            "raises",
            r#"op.add_column("users", sa.Column("x", sa.Integer()))"#,
            r#"op.drop_column("users", "y")"#,
        ),
    );
    repo.git(&["add", "-A"]);
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(1));
    assert!(tried.stdout.contains("downgrade fails"), "{}", tried.stdout);
    assert!(repo.tool(&["check"]).stdout.contains("downgrade-failed"));
}

#[test]
fn what_is_staged_is_tried_and_not_what_lies_in_the_work_tree() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    repo.write("alembic/versions/nullable.py", "raise SystemExit('the work tree was loaded')");
    repo.write("alembic/env.py", "raise SystemExit('the work tree was loaded')");
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(0), "{}{}", tried.stdout, tried.stderr);
    assert!(!repo.root().join("app.db").exists());
}

#[test]
fn what_cannot_be_tried_is_exit_status_2_with_a_hint() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    write(&repo, &NULLABLE);
    repo.write("alembic/env.py", "import a_module_that_nobody_has\n");
    repo.git(&["add", "-A"]);
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(2));
    assert!(
        tried.stderr.contains("a_module_that_nobody_has") && tried.stderr.contains("hint:"),
        "{}",
        tried.stderr
    );
    let unknown = verify(&repo, &["zzz"]);
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("no revision begins with `zzz`"), "{}", unknown.stderr);
}

#[test]
fn a_history_that_begins_with_the_tables_of_models_is_tried_on_them() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let models = |columns: &str| {
        format!(
            "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\nsa.Table(\"users\", metadata, sa.Column(\"id\", sa.Integer, primary_key=True){columns})\n"
        )
    };
    let repo = Repo::new();
    repo.write(
        "alembic.ini",
        "[alembic]\nscript_location = alembic\nprepend_sys_path = .\nsqlalchemy.url = sqlite:///app.db\n",
    );
    let engine =
        "engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\")";
    let from_models =
        "context.configure(connection=connection, target_metadata=__import__('models').metadata)";
    repo.write(
        "alembic/env.py",
        env(engine).replace("context.configure(connection=connection)", from_models),
    );
    repo.write("models.py", models(", sa.Column(\"age\", sa.Integer)"));
    let adds = |id: &str, parent: &str, column: &str| {
        format!(
            "revision = {id:?}\ndown_revision = {parent}\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column(\"users\", sa.Column({column:?}, sa.Integer()))\n\n\ndef downgrade():\n    op.drop_column(\"users\", {column:?})\n"
        )
    };
    repo.write("alembic/versions/one.py", adds("one", "None", "age"));
    repo.commit_all("one");
    repo.write("alembic/versions/two.py", adds("two", "'one'", "size"));
    repo.write(
        "models.py",
        models(", sa.Column(\"age\", sa.Integer), sa.Column(\"size\", sa.Integer)"),
    );
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(2));
    assert!(
        reported.stderr.contains("does not replay")
            && reported.stderr.contains("baseline = \"models\""),
        "{}",
        reported.stderr
    );
    repo.write("safe-migration.toml", "[verify]\nbaseline = \"models\"\n");
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(0), "{}{}", reported.stdout, reported.stderr);
    let note = "the tables that it begins with are those of the models (baseline = \"models\")";
    assert!(reported.stdout.contains(note), "{}", reported.stdout);
    // A table that only the history makes is not there.
    repo.write(
        "alembic/versions/two.py",
        adds("two", "'one'", "size").replace("\"users\"", "\"nonces\""),
    );
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &[]).ends_with(1).stdout;
    let hint = "the models made the tables here (baseline = \"models\"), and may lack what";
    assert!(reported.contains("no such table: nonces") && reported.contains(hint), "{reported}");
}
