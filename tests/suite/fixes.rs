//! `check --fix` and `--diff`: safe forms that leave nothing to fill in are written, and the finding
//! is gone.

use crate::common::Repo;
use crate::common::project::{project, revision};

fn staged(upgrade: &str, downgrade: &str) -> Repo {
    let repo = project();
    repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), upgrade, downgrade));
    repo.git(&["add", "-A"]);
    repo
}

fn text(repo: &Repo) -> String {
    std::fs::read_to_string(repo.root().join("alembic/versions/b2.py")).unwrap()
}

const INDEX: [&str; 2] = [
    r#"op.create_index("ix_users_id", "users", ["id"])"#,
    r#"op.drop_index("ix_users_id", "users")"#,
];

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let repo = staged(INDEX[0], INDEX[1]);
    let before = text(&repo);
    let said = repo.tool(&["check", "--diff"]).stdout;
    assert!(said.contains("+++ b/alembic/versions/b2.py"), "{said}");
    assert!(said.contains("-    op.create_index(\"ix_users_id\", \"users\", [\"id\"])"), "{said}");
    assert!(said.contains("would fix index-without-concurrently"), "{said}");
    assert!(said.contains("1 finding would be fixed in 1 file"), "{said}");
    repo.tool(&["check", "--diff", "--format", "json"]).ends_with(2);
    assert_eq!(text(&repo), before);
}

#[test]
fn a_form_is_written_the_rest_of_the_file_stays_and_the_finding_is_gone() {
    let repo = staged(INDEX[0], INDEX[1]);
    let before = text(&repo);
    let said = repo.tool(&["check", "--fix"]).ends_with(0).stdout;
    assert!(said.contains("fixed index-without-concurrently"), "{said}");
    let after = text(&repo);
    assert!(after.contains("postgresql_concurrently=True"), "{after}");
    let (head, tail) = before.split_once(INDEX[0]).unwrap();
    assert!(after.starts_with(head.trim_end()) && after.ends_with(tail), "{after}");
    // Nothing is staged: the index holds what it held.
    repo.tool(&["check"]).ends_with(1);
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(0);
}

#[test]
fn a_form_of_several_revisions_brings_them_or_says_what_comes_later() {
    let upgrade = r#"op.create_check_constraint("positive", "users", "id > 0")"#;
    let repo = staged(upgrade, r#"op.drop_constraint("positive", "users")"#);
    let said = repo.tool(&["check", "--fix"]).stdout;
    assert!(said.contains("fixed check-without-not-valid"), "{said}");
    assert!(text(&repo).contains("postgresql_not_valid=True"), "{}", text(&repo));
    let files = std::fs::read_dir(repo.root().join("alembic/versions")).unwrap().count();
    assert!(files == 3 || said.contains("deployed later"), "{said}");
    repo.git(&["add", "-A"]);
    let left = repo.tool(&["check", "--format", "concise"]).stdout;
    assert!(!left.contains("check-without-not-valid"), "{left}");
}

#[test]
fn a_file_with_changes_that_are_not_staged_is_left_alone() {
    let repo = staged(INDEX[0], INDEX[1]);
    repo.write("alembic/versions/b2.py", text(&repo) + "\n# a thought\n");
    let before = text(&repo);
    let ran = repo.tool(&["check", "--fix"]).ends_with(2);
    assert!(ran.stderr.contains("not staged") && ran.stderr.contains("hint: "), "{}", ran.stderr);
    assert_eq!(text(&repo), before);
    repo.tool(&["check", "--fix", "alembic/versions/b2.py"]).ends_with(0);
    assert!(text(&repo).ends_with("# a thought\n"));
}
