//! The revision graph, for people and as JSON.

use std::collections::HashSet;
use std::rc::Rc;

use serde::Serialize;

use crate::alembic::graph::{Link, Node};
use crate::alembic::header::HeaderReading;
use crate::alembic::history::{History, RevisionFile};
use crate::report::json;
use crate::report::lanes;
use crate::report::palette;
use crate::report::prose::count;
use crate::report::speech::shown;
use crate::report::telling::{Format, Volume};

/// How many heads, bases and branch points are listed before the rest is counted.
const LISTED: usize = 20;

/// Tells the graphs of some projects: JSON where that is asked for, else for people; `--verbose`
/// draws every revision.
pub fn tell(histories: &[History], format: Format, volume: Volume) -> String {
    match format {
        Format::Json => {
            json::write(&Object { schema: 1, projects: histories.iter().map(project).collect() })
        }
        _ if histories.is_empty() => "no Alembic project is found here\n".to_owned(),
        _ => {
            histories.iter().map(|history| picture(history, volume)).collect::<Vec<_>>().join("\n")
        }
    }
}

#[derive(Serialize)]
struct Object<'a> {
    schema: u8,
    projects: Vec<ProjectRow<'a>>,
}

#[derive(Serialize)]
struct ProjectRow<'a> {
    project: &'a str,
    script_location: &'a str,
    dialect: &'static str,
    heads: Vec<&'a str>,
    bases: Vec<&'a str>,
    revisions: Vec<RevisionRow<'a>>,
    unread: Vec<UnreadRow<'a>>,
}

#[derive(Serialize)]
struct RevisionRow<'a> {
    revision: &'a str,
    path: &'a str,
    down_revisions: Vec<&'a str>,
    depends_on: Vec<&'a str>,
    branch_labels: Vec<&'a str>,
}

#[derive(Serialize)]
struct UnreadRow<'a> {
    path: &'a str,
    why: &'a str,
}

fn project(history: &History) -> ProjectRow<'_> {
    let graph = history.graph();
    ProjectRow {
        project: &history.project().name,
        script_location: &history.project().script_location,
        dialect: history.dialect().name(),
        heads: graph.heads().iter().map(|head| &**head).collect(),
        bases: graph.bases().into_iter().map(|node| &*node.id).collect(),
        revisions: in_order(history).into_iter().map(|node| revision(history, node)).collect(),
        unread: unread(history).map(|(file, why)| UnreadRow { path: &file.path, why }).collect(),
    }
}

fn revision<'a>(history: &'a History, node: &'a Node) -> RevisionRow<'a> {
    RevisionRow {
        revision: &node.id,
        path: &file(history, node).path,
        down_revisions: texts(&node.down_revisions),
        depends_on: texts(&node.depends_on),
        branch_labels: texts(&node.own_labels),
    }
}

fn texts(names: &[Rc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

/// Returns the revisions in the order of `alembic upgrade`, and behind them what it never comes to.
fn in_order(history: &History) -> Vec<&Node> {
    let graph = history.graph();
    let mut nodes: Vec<&Node> =
        graph.pending(&HashSet::new()).iter().filter_map(|revision| graph.node(revision)).collect();
    let reached: HashSet<&str> = nodes.iter().map(|node| &*node.id).collect();
    nodes.extend(graph.nodes().iter().filter(|node| !reached.contains(&*node.id)));
    nodes
}

fn file<'a>(history: &'a History, node: &Node) -> &'a RevisionFile {
    &history.files()[node.file]
}

fn unread(history: &History) -> impl Iterator<Item = (&RevisionFile, &str)> {
    history.files().iter().filter_map(|file| match &file.header {
        HeaderReading::Unreadable(unreadable) => Some((file, unreadable.why.as_str())),
        HeaderReading::Read(_) => None,
    })
}

fn picture(history: &History, volume: Volume) -> String {
    let graph = history.graph();
    let project = history.project();
    let title = [
        palette::strong(&shown(&project.name)).to_string(),
        shown(&project.script_location),
        history.dialect().title().to_owned(),
        count(graph.nodes().len(), "revision"),
    ];
    let mut picture = format!("{}\n", title.join(" · "));
    picture +=
        &list("head", &graph.tips().iter().map(|node| head(history, node)).collect::<Vec<_>>());
    picture +=
        &list("base", &graph.bases().iter().map(|node| line(history, node)).collect::<Vec<_>>());
    picture += &list(
        "branch",
        &graph.branch_points().iter().map(|node| branch(history, node)).collect::<Vec<_>>(),
    );
    picture += &list(
        "merge",
        &graph.merge_points().iter().map(|node| merge(history, node)).collect::<Vec<_>>(),
    );
    picture += &list("trouble", &troubles(history));
    if volume == Volume::Verbose {
        let order: Vec<&Node> = in_order(history).into_iter().rev().collect();
        picture += "\n";
        picture += &lanes::draw(graph, &order, &|node| line(history, node));
    }
    picture
}

/// Returns lines of one kind, the name of the kind before the first.
fn list(kind: &str, lines: &[String]) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().take(LISTED).enumerate() {
        let label = format!("{:>9}  ", if at == 0 { kind } else { "" });
        out += &format!("{}{line}\n", palette::faint(&label));
    }
    if lines.len() > LISTED {
        out += &format!("{:11}and {} more\n", "", lines.len() - LISTED);
    }
    out
}

/// Returns a revision on one line: its id, its labels, its message.
fn line(history: &History, node: &Node) -> String {
    let labels: Vec<&str> = node.own_labels.iter().map(|label| &**label).collect();
    let labels =
        if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
    let message = file(history, node)
        .header
        .header()
        .and_then(|header| header.message.as_deref())
        .unwrap_or_default();
    format!("{}{} {}", palette::good(&shown(&node.id)), shown(&labels), shown(message))
        .trim_end()
        .to_owned()
}

fn head(history: &History, node: &Node) -> String {
    let needed = if history.graph().is_real_head(&node.id) { "" } else { " (others depend on it)" };
    format!(
        "{}{needed}  {}",
        line(history, node),
        palette::faint(&shown(&file(history, node).path))
    )
}

fn branch(history: &History, node: &Node) -> String {
    let children = history.graph().children(&node.id);
    let children: Vec<&str> = children.iter().map(|child| &*child.id).collect();
    format!("{} → {}", palette::good(&shown(&node.id)), shown(&children.join(", ")))
}

fn merge(_: &History, node: &Node) -> String {
    format!("{} ← {}", palette::good(&shown(&node.id)), shown(&node.down_revisions.join(", ")))
}

fn troubles(history: &History) -> Vec<String> {
    let graph = history.graph();
    let named = |link: Link| if link == Link::Down { "down_revision" } else { "depends_on" };
    let missing = graph.missing().iter().map(|missing| {
        format!(
            "`{}` names `{}` in {}, which is not there",
            missing.from,
            missing.to,
            named(missing.link)
        )
    });
    let duplicates = graph.duplicates().iter().map(|duplicate| {
        let paths: Vec<&str> =
            duplicate.files.iter().map(|&at| &*history.files()[at].path).collect();
        format!("`{}` is claimed by {}", duplicate.revision, paths.join(" and "))
    });
    let cycles = graph.cycles().into_iter().map(|cycle| {
        let ring: Vec<&str> =
            cycle.revisions.iter().chain(cycle.revisions.first()).map(|id| &**id).collect();
        format!("{} goes in a circle", ring.join(" → "))
    });
    let clashes = graph.label_clashes().iter().map(|clash| {
        format!(
            "`{}` claims the branch label `{}`, which `{}` has",
            clash.revision, clash.label, clash.holder
        )
    });
    let unread = unread(history).map(|(file, why)| format!("{}: {why}", file.path));
    let all = missing.chain(duplicates).chain(cycles).chain(clashes).chain(unread);
    all.map(|trouble| palette::critical(&shown(&trouble)).to_string()).collect()
}
