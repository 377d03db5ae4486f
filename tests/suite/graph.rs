//! The revision graph, held against the real Alembic: every odd graph and many random ones.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use safe_migration::alembic::graph::Node;
use safe_migration::alembic::history::History;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search;
use safe_migration::config::settings::Settings;
use safe_migration::snapshot::Snapshot;
use serde_json::Value;

use crate::common::Repo;

/// A repository with two projects: one with two branches and a merge, one that is broken.
fn repository() -> Repo {
    let repo = Repo::new();
    let revision = |id: &str, down: &str, more: &str| {
        format!("\"\"\"{id} does it\"\"\"\nrevision = '{id}'\ndown_revision = {down}\n{more}")
    };
    repo.write(
        "a/alembic.ini",
        "[alembic]\nscript_location = m\nsqlalchemy.url = mysql://localhost/d\n",
    );
    repo.write("a/m/env.py", "from alembic import context\n");
    repo.write("a/m/versions/1.py", revision("a1", "None", "branch_labels = ('main',)\n"));
    repo.write("a/m/versions/2.py", revision("b2", "'a1'", ""));
    repo.write("a/m/versions/3.py", revision("c3", "'a1'", "depends_on = 'b2'\n"));
    repo.write("a/m/versions/4.py", revision("d4", "('b2', 'c3')", ""));
    repo.write("b/m/env.py", "from alembic import context\n");
    repo.write("b/m/versions/1.py", revision("x1", "'nowhere'", ""));
    repo.write("b/m/versions/tools.py", "x = 1\n");
    repo.git(&["add", "-A"]);
    repo
}

#[test]
fn the_graph_of_what_is_staged_is_told_as_json() {
    let repo = repository();
    repo.write("a/m/versions/5.py", "not staged, not seen");
    let ran = repo.tool(&["graph", "--format", "json"]);
    let reported: Value = serde_json::from_str(&ran.stdout).unwrap();
    let row = |id: &str, path: &str, down: &[&str], depends: &[&str], labels: &[&str]| serde_json::json!({"revision": id, "path": path, "down_revisions": down, "depends_on": depends, "branch_labels": labels});
    assert_eq!(ran.status, Some(0));
    assert_eq!(reported["schema"], 1);
    let first = &reported["projects"][0];
    assert_eq!(
        (&first["project"], &first["script_location"]),
        (&"a/alembic.ini".into(), &"a/m".into())
    );
    assert_eq!((&first["dialect"], &first["heads"]), (&"mysql".into(), &serde_json::json!(["d4"])));
    assert_eq!(first["bases"], serde_json::json!(["a1"]));
    assert_eq!(
        first["revisions"],
        serde_json::json!([
            row("a1", "a/m/versions/1.py", &[], &[], &["main"]),
            row("b2", "a/m/versions/2.py", &["a1"], &[], &[]),
            row("c3", "a/m/versions/3.py", &["a1"], &["b2"], &[]),
            row("d4", "a/m/versions/4.py", &["b2", "c3"], &[], &[]),
        ])
    );
    assert_eq!(reported["projects"][1]["project"], "b/m");
    assert_eq!(reported["projects"][1]["unread"][0]["path"], "b/m/versions/tools.py");
}

#[test]
fn the_graph_is_told_to_people_with_what_is_broken_in_it() {
    let reported = repository().tool(&["graph", "--verbose", "--color", "never"]).stdout;
    for line in [
        "a/alembic.ini · a/m · MySQL · 4 revisions",
        "     head  d4 d4 does it  a/m/versions/4.py",
        "   branch  a1 → b2, c3",
        "    merge  d4 ← b2, c3",
        "●  d4 (head, staged) d4 does it",
        "●  a1 (staged, label main) a1 does it",
        "  trouble  `x1` names `nowhere` in down_revision, which is not there",
        "b/m/versions/tools.py: it assigns no `revision`",
    ] {
        assert!(reported.contains(line), "{line:?} is not in\n{reported}");
    }
    assert!(Repo::new().tool(&["graph"]).stdout.contains("no Alembic project is found here"));
}

/// A repository with a line of many revisions and a branch, of which upstream lacks the last ones.
fn long_line(number: usize) -> Repo {
    let repo = Repo::new();
    repo.write("alembic.ini", "[alembic]\nscript_location = m\n");
    repo.write("m/env.py", "from alembic import context\n");
    let add = |id: &str, down: &str| {
        let text = format!("\"\"\"Do {id}\"\"\"\nrevision = '{id}'\ndown_revision = {down}\n");
        repo.write(&format!("m/versions/{id}.py"), text);
    };
    add("r000", "None");
    for at in 1..number {
        add(&format!("r{at:03}"), &format!("'r{:03}'", at - 1));
    }
    repo.commit_all("released");
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    add("left", &format!("'r{:03}'", number / 2));
    repo.commit_all("unpublished");
    add("right", &format!("'r{:03}'", number - 1));
    repo.git(&["add", "-A"]);
    repo
}

#[test]
fn a_long_graph_is_drawn_on_one_screen_with_where_its_revisions_stand() {
    let repo = long_line(500);
    let shown = repo.tool(&["graph", "--color", "never"]).stdout;
    assert!(shown.lines().count() < 30, "{shown}");
    for line in [
        "right (head, staged) Do right",
        "left (head, unpublished) Do left",
        "r499 (origin/main) Do r499",
        "more (--verbose)",
        "r000 Do r000",
    ] {
        assert!(shown.contains(line), "{line:?} is not in\n{shown}");
    }
    assert!(repo.tool(&["graph", "--verbose"]).stdout.lines().count() > 500);
}

#[test]
fn a_part_of_the_graph_is_shown_in_the_languages_of_diagrams() {
    let repo = long_line(20);
    let mermaid = repo.tool(&["graph", "r018..", "--format", "mermaid"]).stdout;
    assert_eq!(
        mermaid,
        "flowchart BT\n  subgraph p0[\"alembic.ini\"]\n    r0_0[\"r018 Do r018\"]\n    r0_1[\"r019 (origin/main) Do r019\"]\n    \
         r0_2[\"right (head, staged) Do right\"]:::new\n    r0_0 --> r0_1\n    r0_1 --> r0_2\n  end\n  classDef new stroke-width:3px\n"
    );
    let dot = repo.tool(&["graph", "-n", "2", "--format", "dot"]).stdout;
    assert!(dot.starts_with("digraph revisions {\n") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(dot.matches("[label=").count(), 2, "{dot}");
    let ran = repo.tool(&["graph", "nowhere..r003"]);
    assert_eq!((ran.status, ran.stderr.contains("no revision begins with")), (Some(2), true));
}

#[test]
fn heads_bases_labels_and_order_are_those_of_alembic() {
    let folder = tempfile::tempdir().unwrap();
    let Some(cases) = alembic_says(folder.path()) else { return };
    let wrong: Vec<String> = cases.iter().filter_map(compare).collect();
    assert!(cases.len() > 150, "only {} cases were asked", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Asks Alembic; nothing where there is none and nothing demands one.
fn alembic_says(folder: &Path) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/graph_cases.py");
    let ran = Command::new("python3")
        .arg(script)
        .arg(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output();
    let output = ran.ok().filter(|output| output.status.success());
    let Some(output) = output else {
        assert!(
            std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(),
            "python3 with alembic is needed"
        );
        return None;
    };
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Returns what differs.
fn compare(case: &Value) -> Option<String> {
    let name = case["name"].as_str().unwrap();
    let history = history(Path::new(case["folder"].as_str().unwrap()));
    let ours = troubles(&history);
    if case.get("error").is_some() {
        let text = case["text"].as_str().unwrap();
        return ours
            .is_empty()
            .then(|| format!("{name}: Alembic stops with {text}, and nothing is the matter here"));
    }
    // Alembic takes a generator and loses what it gives; that cannot be known without running it.
    if name == "merge generator" {
        return ours.is_empty().then(|| format!("{name}: is read"));
    }
    let reported = case["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .any(|reported| reported.as_str().unwrap().contains("more than once"));
    if !ours.is_empty() && !reported {
        return Some(format!("{name}: {ours:?}"));
    }
    let answer = &case["answer"];
    let mine = mine(name, &history, answer);
    (mine != *answer).then(|| format!("{name}:\n  Alembic {answer}\n  here    {mine}"))
}

fn mine(name: &str, history: &History, answer: &Value) -> Value {
    let graph = history.graph();
    let ids = |nodes: Vec<&Node>| nodes.iter().map(|node| node.id.to_string()).collect::<Vec<_>>();
    let mut real_heads = ids(graph.real_heads());
    real_heads.sort();
    // With one id in two files Alembic counts the lost file among heads and bases, and cannot walk.
    let broken = !graph.duplicates().is_empty();
    let order: Vec<String> =
        graph.pending(&HashSet::new()).iter().map(|id| id.to_string()).collect();
    let labels =
        |node: &Node| node.labels.iter().map(|label| Value::from(&**label)).collect::<Vec<_>>();
    let labels =
        graph.nodes().iter().map(|node| (node.id.to_string(), Value::from(labels(node)))).collect();
    let or_theirs = |value: Value, key: &str| if broken { answer[key].clone() } else { value };
    // A set has no order of its own.
    let order = if name == "merge set" { answer["order"].clone() } else { order.into() };
    serde_json::json!({
        "heads": graph.heads().iter().map(|head| head.to_string()).collect::<Vec<_>>(),
        "real_heads": or_theirs(real_heads.into(), "real_heads"),
        "bases": or_theirs(ids(graph.bases()).into(), "bases"),
        "order": or_theirs(order, "order"),
        "labels": or_theirs(Value::Object(labels), "labels"),
    })
}

/// Everything that keeps Alembic from loading the graph, or from loading it in peace.
fn troubles(history: &History) -> Vec<String> {
    let graph = history.graph();
    let unread = history.files().iter().filter(|file| file.header.header().is_none());
    let parses = |id: &str| {
        history.migration(id).is_some_and(|migration| migration.syntax_errors.is_empty())
    };
    let illegal = |node: &&Node| node.id.contains(['@', '-', '+', ':']) || !parses(&node.id);
    let mut troubles: Vec<String> = unread.map(|file| format!("{:?}", file.header)).collect();
    troubles.extend(graph.missing().iter().map(|missing| format!("{missing:?}")));
    troubles.extend(graph.cycles().iter().map(|cycle| format!("{cycle:?}")));
    troubles.extend(graph.label_clashes().iter().map(|clash| format!("{clash:?}")));
    troubles.extend(graph.duplicates().iter().map(|duplicate| format!("{duplicate:?}")));
    troubles
        .extend(graph.nodes().iter().filter(illegal).map(|node| format!("{} is refused", node.id)));
    troubles
}

fn history(folder: &Path) -> History {
    let mut files = Vec::new();
    collect(folder, "", &mut files);
    let snapshot = Rc::new(Snapshot::laid_over(None, files));
    let projects = search::find(&snapshot, Search::Whole, &Settings::default());
    assert_eq!(projects.len(), 1, "{}", folder.display());
    let mut project = projects[0].clone();
    if project.is_inferred() {
        // Alembic is asked what the ini says, and nothing that a program adds to it.
        project.version_locations.truncate(1);
    }
    History::read(&snapshot, &Rc::new(project))
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type().unwrap().is_dir() {
            true => collect(&entry.path(), &format!("{path}/"), files),
            false => files.push((path, std::fs::read(entry.path()).unwrap())),
        }
    }
}
