//! Files and histories past every bound: what is too much is a finding that names it, never a pass
//! and never a matter of patience.

use std::time::{Duration, Instant};

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
    assert!(!said.contains("syntax-error") && !said.contains("defines no"), "{said}");
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

/// Stages a migration that does this, behind the first one.
fn stage(repo: &Repo, head: &str, upgrade: &str, downgrade: &str) {
    let text = revision("b2", Some("a1"), upgrade, downgrade);
    repo.write("alembic/versions/b2.py", format!("{head}{text}"));
}

#[test]
fn a_migration_that_is_too_much_to_be_judged_says_so_and_may_be_waived() {
    let repo = project();
    let changes = (0..7_000).map(|at| format!("op.execute(\"UPDATE users SET a = {at}\")"));
    let upgrade = changes.collect::<Vec<_>>().join("\n    ");
    stage(&repo, "", &upgrade, "pass");
    let (status, said) = check(&repo);
    assert_eq!(status, Some(1));
    assert!(said.contains("is not judged to its end"), "{said}");
    let waiver =
        "# safe-migration: allow-file unreadable-operation -- rows of a fixture, loaded once\n";
    stage(&repo, waiver, &upgrade, "pass");
    let (_, said) = check(&repo);
    assert!(!said.contains("critical unreadable-operation"), "{said}");
}

#[test]
fn many_operations_and_many_waivers_are_judged_one_by_one() {
    let repo = project();
    let reason = "nobody reads the column since release 7";
    let drop = |at: usize| {
        format!(
            "# safe-migration: allow drop-column -- {reason}\n    op.drop_column(\"users\", \"c{at}\")"
        )
    };
    let upgrade = (0..600).map(drop).collect::<Vec<_>>().join("\n    ");
    stage(&repo, "", &upgrade, "pass");
    let (_, said) = check(&repo);
    assert!(!said.contains("not judged to its end") && !said.contains("covers nothing"), "{said}");
}

#[test]
fn classes_that_inherit_from_each_other_in_diamonds_or_chains_hide_nothing() {
    let repo = project();
    let diamond = |at: usize| {
        format!(
            "class A{at}(C{at}): pass\nclass B{at}(C{at}): pass\nclass C{}(A{at}, B{at}): pass\n",
            at + 1
        )
    };
    let chain = |at: usize| format!("class C{}(C{at}): pass\n", at + 1);
    for classes in [(0..30).map(diamond).collect::<String>(), (0..60).map(chain).collect()] {
        let last = if classes.contains("A0") { 30 } else { 60 };
        let upgrade = format!("x = C{last}()\n    x.y = 1\n    op.drop_table(\"users\")");
        stage(&repo, &format!("class C0: pass\n{classes}"), &upgrade, "pass");
        let (status, said) = check(&repo);
        assert_eq!(status, Some(1));
        assert!(said.contains("drop-table") || said.contains("unreadable-operation"), "{said}");
    }
}

#[test]
fn sql_past_a_bound_blocks_and_up_to_it_is_read() {
    let repo = project();
    let nested = |depth: usize| {
        let block = |inner: String, at: usize| {
            format!("DO $d{at}$ BEGIN EXECUTE $e{at}$ {inner} $e{at}$; END $d{at}$")
        };
        (0..depth).fold("DROP TABLE users".to_owned(), block)
    };
    let within = |depth: usize| format!("SELECT {}1{}", "(".repeat(depth), ")".repeat(depth));
    let cases = |depth: usize| {
        format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(depth), " END".repeat(depth))
    };
    let past = [
        (nested(5), "more than 4 texts"),
        (within(101), "more than 100 brackets"),
        (format!("SELECT {}true", "NOT ".repeat(17)), "more than 50 operators"),
        (cases(51), "more than 50 CASE"),
        (format!("SELECT '{}'", "a".repeat(256 << 10)), "longer than 256 KiB"),
    ];
    for (sql, bound) in past {
        stage(&repo, "", &format!("op.execute(\"\"\"{sql}\"\"\")"), "pass");
        let (_, said) = check(&repo);
        let blocked = said.split("unreadable-operation").next().unwrap_or_default();
        assert!(blocked.ends_with("❌ ") && said.contains(bound), "{bound}: {said}");
    }
    let text = "op.execute(\"SELECT 1;\" * 150_000)";
    stage(&repo, "", text, "pass");
    let (_, said) = check(&repo);
    assert!(said.contains("❌ unreadable-operation"), "{said}");
    stage(&repo, "", &format!("op.execute(\"\"\"{}\"\"\")", nested(4)), "pass");
    assert!(check(&repo).1.contains("❌ drop-table"));
    let read = [within(100), cases(50), format!("SELECT {}true", "NOT ".repeat(16))];
    for sql in read {
        stage(&repo, "", &format!("op.execute(\"\"\"{sql}\"\"\")"), "pass");
        let (_, said) = check(&repo);
        assert!(!said.contains("unreadable-operation"), "{sql}: {said}");
    }
}

#[test]
fn routines_are_followed_as_far_as_they_call_each_other_or_the_call_blocks() {
    let repo = project();
    let body = |does: &str| format!("RETURNS void LANGUAGE plpgsql AS $$ BEGIN {does} END $$");
    let chain = |length: usize| {
        let make = |at: usize| match at {
            0 => format!("CREATE FUNCTION f0() {}", body("DELETE FROM users;")),
            _ => format!("CREATE FUNCTION f{at}() {}", body(&format!("PERFORM f{}();", at - 1))),
        };
        let made = (0..length).map(make).map(|sql| format!("op.execute(\"{sql}\")"));
        let call = format!("op.execute(\"SELECT f{}()\")", length - 1);
        made.chain([call]).collect::<Vec<_>>().join("\n    ")
    };
    for (length, reason) in [(64, "which does `DELETE FROM users`"), (66, "than are followed")] {
        stage(&repo, "", &chain(length), "pass");
        let (_, said) = check(&repo);
        assert!(said.contains("❌ unreadable-operation") && said.contains(reason), "{said}");
    }
    let circle = format!(
        "op.execute(\"CREATE FUNCTION a() {}\")\n    op.execute(\"CREATE FUNCTION b() {}\")\n    \
         op.execute(\"SELECT a()\")",
        body("PERFORM b(); PERFORM elsewhere();"),
        body("PERFORM a(); DELETE FROM users;")
    );
    stage(&repo, "", &circle, "pass");
    let (_, said) = check(&repo);
    assert!(said.contains("`a` is called, which does `DELETE FROM users`"), "{said}");
}

#[test]
fn a_revision_deep_in_a_tree_is_judged_as_one_near_its_root_is() {
    let repo = project();
    let deep = vec!["d"; 120].join("/");
    let ini = "[alembic]\nscript_location = alembic\nrecursive_version_locations = true\n";
    repo.write("alembic.ini", ini);
    let drop = revision("b2", Some("a1"), "op.drop_table(\"users\")", "pass");
    let path = format!("alembic/versions/{deep}/b2.py");
    repo.write(&path, &drop);
    assert!(check(&repo).1.contains("❌ drop-table"));
    std::fs::remove_file(repo.root().join(path)).expect("it was written");
    repo.write(&format!("{deep}/alembic.ini"), "[alembic]\nscript_location = m\n");
    repo.write(&format!("{deep}/m/env.py"), "from alembic import context\n");
    repo.write(
        &format!("{deep}/m/versions/c1.py"),
        revision("c1", None, "op.drop_table(\"users\")", "pass"),
    );
    repo.git(&["add", "-A"]);
    let ran = repo.tool(&["check", "--all"]);
    assert!(ran.stdout.contains("drop-table"), "{}", ran.stdout);
}

#[test]
fn a_text_that_grows_and_is_run_hides_nothing() {
    let repo = project();
    for grow in ["s = '{0}{0}'.format(s)", "s = 'exec({!r})'.format(s)"] {
        let upgrade = format!(
            "s = 'op.drop_table(\"users\")'\n    for _ in range(60):\n        {grow}\n    exec(s)"
        );
        stage(&repo, "", &upgrade, "pass");
        let (_, said) = check(&repo);
        assert!(said.contains("drop-table") || said.contains("unreadable-operation"), "{said}");
    }
}

#[test]
fn what_stands_behind_a_bound_blocks() {
    let repo = project();
    let calls = "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2) + f(n - 3)\n";
    for (before, upgrade) in [
        ("", "s = 's'\n    for _ in range(60):\n        s = s + s\n    op.drop_table(s)"),
        (calls, "f(200)"),
    ] {
        stage(&repo, before, upgrade, "pass");
        let (status, said) = check(&repo);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains("unreadable-operation"), "{said}");
    }
}

#[test]
fn a_history_of_many_merges_is_walked_and_not_unfolded() {
    let repo = project();
    let mut parent = "a1".to_owned();
    for at in 0..120 {
        for side in ["l", "r"] {
            let id = format!("{side}{at}");
            let make = format!("op.create_table(\"t_{id}\", sa.Column(\"id\", sa.Integer()))");
            let text = revision(&id, Some(&parent), &make, &format!("op.drop_table(\"t_{id}\")"));
            repo.write(&format!("alembic/versions/{id}.py"), text);
        }
        let text = revision(&format!("m{at}"), Some("x"), "pass", "pass")
            .replace("\"x\"", &format!("(\"l{at}\", \"r{at}\")"));
        repo.write(&format!("alembic/versions/m{at}.py"), text);
        parent = format!("m{at}");
    }
    repo.git(&["add", "-A"]);
    let ran = repo.tool(&["check", "--all", "--format", "concise"]);
    assert!(!ran.stdout.contains(": multiple-heads") && !ran.stdout.contains(": missing-parent"));
    assert!(ran.status.is_some_and(|status| status < 2), "{:?}", ran.status);
}

#[test]
fn what_stands_behind_a_loop_of_too_many_turns_is_read_whatever_it_left() {
    let repo = project();
    let body = "i = 0\n    while i < 100000:\n        i += 1\n    if i == 100000:\n        op.drop_table(\"users\")";
    repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), body, "pass"));
    let (status, said) = check(&repo);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("drop-table"), "{said}");
}

#[test]
fn long_blocks_of_comments_and_long_comparisons_take_no_time_that_anybody_waits_for() {
    let repo = project();
    let comments =
        "# safe-migration: allow drop-table -- unread since the spring\n    ".repeat(12_000);
    let compared = format!("x = 1{}\n    op.drop_table(\"users\")", " < 1".repeat(20_000));
    for (body, expected) in
        [(comments + "pass", "more steps than any code needs"), (compared, "drop-table")]
    {
        repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), &body, "pass"));
        let begun = Instant::now();
        let (status, said) = check(&repo);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains(expected), "{said}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    }
}

#[test]
fn code_that_its_encoding_hides_is_not_read_for_what_it_looks_like() {
    let repo = project();
    let hidden = "pass # \\u000a    op.drop_table(\"users\")";
    let file = revision("b2", Some("a1"), hidden, "pass");
    for cookie in ["# -*- coding: unicode_escape -*-\n", "# x\n# coding: raw_unicode_escape\n"] {
        repo.write("alembic/versions/b2.py", format!("{cookie}{file}"));
        let (status, said) = check(&repo);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains("is not read: its encoding is") && said.contains("UTF-8"), "{said}");
    }
    repo.write("alembic/versions/b2.py", format!("# coding: gbk\n{file}"));
    assert!(!check(&repo).1.contains("its encoding is"));
}

#[test]
fn what_is_handed_to_code_that_is_not_read_is_no_warning_where_it_drops() {
    let repo = project();
    for body in [
        "import atexit\n    atexit.register(op.drop_table, \"users\")",
        "import operator\n    operator.methodcaller(\"drop_table\", \"users\")(op)",
        "op.execute(\"SELECT 1; -- x\\rDROP TABLE users\")",
    ] {
        repo.write("safe-migration.toml", "testing = \"off\"\n");
        repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), body, "pass"));
        let (status, said) = check(&repo);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains("DROP runs here") || said.contains("drop-table"), "{said}");
    }
}
