//! Files and histories past every bound: what is too much is a finding that names it, never a pass
//! and never a matter of patience.

use crate::common::Repo;
use crate::common::project::{project, revision};

fn check(repo: &Repo) -> (Option<i32>, String) {
    repo.git(&["add", "-A"]);
    let ran = repo.tool(&["check"]);
    (ran.status, ran.stdout.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_file_that_is_too_large_is_told_as_that_and_may_be_waived() {
    let repo = project();
    let rows = "    op.execute(\"INSERT INTO users (id) VALUES (1)\")\n".repeat(25_000);
    let text = revision("b2", Some("a1"), "pass", "pass")
        .replace("    pass\n\n\ndef downgrade", &format!("{rows}\n\ndef downgrade"));
    repo.write("alembic/versions/b2.py", &text);
    let (status, said) = check(&repo);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("unreadable-operation") && said.contains("larger than 1024 KiB"),
        "{said}"
    );
    assert!(!said.contains("syntax-error"), "{said}");
    let waiver =
        "# safe-migration: allow-file unreadable-operation -- rows of a fixture, loaded once\n";
    repo.write("alembic/versions/b2.py", format!("{waiver}{text}"));
    let (status, said) = check(&repo);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn what_stands_behind_a_part_that_is_too_deep_is_read() {
    let repo = project();
    let sum = format!("x = 1{}\n    op.drop_table(\"users\")", " + 1".repeat(600));
    repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), &sum, "pass"));
    let (status, said) = check(&repo);
    assert_eq!(status, Some(1));
    assert!(said.contains("drop-table") && !said.contains("syntax-error"), "{said}");
    let call = format!("op.execute(\"DROP TABLE users\"{})", " + \"\"".repeat(600));
    repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), &call, "pass"));
    let (status, said) = check(&repo);
    assert!(
        said.contains("drop-table") || said.contains("unreadable-operation"),
        "{status:?} {said}"
    );
}

#[test]
fn a_module_that_is_too_large_is_no_module_that_does_nothing() {
    let repo = project();
    let rows = "NAMES = [\"a\"]\n".repeat(80_000);
    repo.write(
        "alembic/helper.py",
        format!("from alembic import op\n{rows}\ndef gone():\n    op.drop_table(\"users\")\n"),
    );
    let body = revision("b2", Some("a1"), "gone()", "pass").replace(
        "from alembic import op",
        "from alembic import op\nfrom alembic.helper import gone\nfrom helper import gone",
    );
    repo.write("alembic.ini", "[alembic]\nscript_location = alembic\nprepend_sys_path = alembic\n");
    repo.write("alembic/versions/b2.py", body);
    let (_, said) = check(&repo);
    assert!(said.contains("unreadable-operation") || said.contains("drop-table"), "{said}");
}
