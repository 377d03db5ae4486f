//! The revision graph, for people and as JSON.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde::Serialize;

use crate::alembic::graph::{Link, Node};
use crate::alembic::header::HeaderReading;
use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;
use crate::report::lanes::{Mark, Row};
use crate::report::prose::count;
use crate::report::shown_graph::{Shown, file};
use crate::report::speech::shown;
use crate::report::telling::Volume;
use crate::report::{diagram, json, lanes, palette};

/// How many heads, bases and branch points are listed before the rest is counted.
const LISTED: usize = 20;

/// The form of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphForm {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// A flowchart of Mermaid.
    Mermaid,
    /// A graph of Graphviz.
    Dot,
}

/// Shows the graphs of some projects; `--verbose` leaves no revision out.
pub fn tell(graphs: &[Shown<'_>], form: GraphForm, volume: Volume) -> String {
    match form {
        GraphForm::Json => {
            json::write(&Object { schema: 1, projects: graphs.iter().map(project).collect() })
        }
        GraphForm::Mermaid => diagram::mermaid(graphs),
        GraphForm::Dot => diagram::dot(graphs),
        GraphForm::Text if graphs.is_empty() => "no Alembic project is found here\n".to_owned(),
        GraphForm::Text => {
            let pictures = graphs.iter().map(|graph| picture(graph, volume));
            palette::signs(pictures.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// How many plain revisions in a row are shown before the inner ones are left out.
const IN_A_ROW: usize = 6;

/// Makes the rows of a drawing, the newest revision first.
fn rows<'a>(shown: &'a Shown<'_>, volume: Volume) -> Vec<Row<'a>> {
    let nodes = shown.nodes();
    let there: HashSet<&str> = nodes.iter().map(|node| &*node.id).collect();
    let parents = |node: &'a Node| -> Vec<&'a str> {
        let parents = node.down_revisions.iter().map(|parent| &**parent);
        parents.filter(|parent| there.contains(parent)).collect()
    };
    let by_id: HashMap<&str, &Node> = nodes.iter().map(|node| (&*node.id, *node)).collect();
    let mut done: HashSet<&str> = HashSet::new();
    let mut rows = Vec::new();
    for node in nodes.iter().rev() {
        if done.contains(&*node.id) {
            continue;
        }
        let mut run: Vec<&Node> = Vec::new();
        let mut at = Some(*node);
        while let Some(next) = at.filter(|next| volume != Volume::Verbose && shown.is_plain(next)) {
            run.push(next);
            at = parents(next).first().and_then(|parent| by_id.get(parent)).copied();
        }
        match run.as_slice() {
            [first, .., last] if run.len() > IN_A_ROW => {
                rows.push(row(shown, first, parents(first)));
                let inner = &run[1..run.len() - 1];
                rows.push(Row {
                    id: &inner[0].id,
                    parents: vec![&last.id],
                    text: palette::faint(&format!("{} more (--verbose)", inner.len())).to_string(),
                    mark: Mark::LeftOut,
                });
                done.extend(inner.iter().map(|node| &*node.id));
            }
            _ => rows.push(row(shown, node, parents(node))),
        }
        done.insert(&node.id);
    }
    rows
}

fn row<'a>(shown: &Shown<'_>, node: &'a Node, parents: Vec<&'a str>) -> Row<'a> {
    let standing = shown.standing(node);
    let standing = match standing.is_empty() {
        true => String::new(),
        false => format!(" ({})", standing.join(", ")),
    };
    let id = palette::good(&self::shown(&node.id)).to_string();
    let message = self::shown(shown.message(node));
    let text = format!("{id}{} {message}", palette::strong(&self::shown(&standing)));
    Row { id: &node.id, parents, text: text.trim_end().to_owned(), mark: Mark::Revision }
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
    staged: Vec<&'a str>,
    unpublished: Vec<&'a str>,
    upstream: Option<&'a str>,
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

fn project<'a>(shown: &'a Shown<'_>) -> ProjectRow<'a> {
    let history = shown.history;
    let graph = history.graph();
    let sorted = |ids: &'a HashSet<Rc<str>>| {
        let mut ids: Vec<&str> = ids.iter().map(|id| &**id).collect();
        ids.sort_unstable();
        ids
    };
    ProjectRow {
        project: &history.project().name,
        script_location: &history.project().script_location,
        dialect: history.dialect().name(),
        heads: graph.heads().iter().map(|head| &**head).collect(),
        bases: graph.bases().into_iter().map(|node| &*node.id).collect(),
        staged: sorted(&shown.staged),
        unpublished: sorted(&shown.unpublished),
        upstream: shown.upstream.as_deref(),
        revisions: shown.nodes().into_iter().map(|node| revision(history, node)).collect(),
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

fn unread(history: &History) -> impl Iterator<Item = (&RevisionFile, &str)> {
    history.files().iter().filter_map(|file| match &*file.header {
        HeaderReading::Unreadable(unreadable) => Some((file, unreadable.why.as_str())),
        HeaderReading::Read(_) => None,
    })
}

fn picture(shown: &Shown<'_>, volume: Volume) -> String {
    let history = shown.history;
    let graph = history.graph();
    let project = history.project();
    let title = [
        palette::strong(&self::shown(&project.name)).to_string(),
        self::shown(&project.script_location),
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
    picture += "\n";
    picture += &lanes::draw(&rows(shown, volume));
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
