//! The revision graph in the languages of Mermaid and Graphviz.

use std::collections::HashMap;
use std::fmt::Write;

use crate::alembic::graph::Node;
use crate::report::shown_graph::Shown;

/// Writes a flowchart of Mermaid, the newest revision on top.
pub fn mermaid(graphs: &[Shown<'_>]) -> String {
    let mut out = "flowchart BT\n".to_owned();
    let quoted = |text: &str| text.replace('"', "#quot;").replace(['<', '>'], " ");
    each(
        graphs,
        &mut out,
        &Language {
            open: &|at, name| format!("  subgraph p{at}[\"{}\"]\n", quoted(name)),
            close: "  end\n",
            node: &|name, label, is_new| {
                let class = if is_new { ":::new" } else { "" };
                format!("    {name}[\"{}\"]{class}\n", quoted(label))
            },
            edge: &|from, to| format!("    {from} --> {to}\n"),
            needs: &|from, to| format!("    {from} -.-> {to}\n"),
        },
    );
    out + "  classDef new stroke-width:3px\n"
}

/// Writes a graph of Graphviz, the newest revision on top.
pub fn dot(graphs: &[Shown<'_>]) -> String {
    let mut out = "digraph revisions {\n  rankdir=BT;\n  node [shape=box];\n".to_owned();
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    each(
        graphs,
        &mut out,
        &Language {
            open: &|at, name| {
                format!("  subgraph cluster_{at} {{\n    label=\"{}\";\n", quoted(name))
            },
            close: "  }\n",
            node: &|name, label, is_new| {
                let style = if is_new { ", style=bold" } else { "" };
                format!("    {name} [label=\"{}\"{style}];\n", quoted(label))
            },
            edge: &|from, to| format!("    {from} -> {to};\n"),
            needs: &|from, to| format!("    {from} -> {to} [style=dashed];\n"),
        },
    );
    out + "}\n"
}

/// How a language writes what a graph consists of.
struct Language<'a> {
    open: &'a dyn Fn(usize, &str) -> String,
    close: &'a str,
    node: &'a dyn Fn(&str, &str, bool) -> String,
    edge: &'a dyn Fn(&str, &str) -> String,
    needs: &'a dyn Fn(&str, &str) -> String,
}

fn each(graphs: &[Shown<'_>], out: &mut String, language: &Language<'_>) {
    for (at, graph) in graphs.iter().enumerate() {
        let nodes = graph.nodes();
        let names: HashMap<&str, String> = nodes
            .iter()
            .enumerate()
            .map(|(number, node)| (&*node.id, format!("r{at}_{number}")))
            .collect();
        *out += &(language.open)(at, &graph.history.project().name);
        for node in &nodes {
            let is_new = graph.staged.contains(&node.id) || graph.unpublished.contains(&node.id);
            *out += &(language.node)(&names[&*node.id], &label(graph, node), is_new);
        }
        for node in &nodes {
            let name = &names[&*node.id];
            let link = |ids: &[std::rc::Rc<str>], write: &dyn Fn(&str, &str) -> String| {
                let known = ids.iter().filter_map(|id| names.get(&**id));
                known.map(|parent| write(parent, name)).collect::<String>()
            };
            let _infallible = write!(
                out,
                "{}{}",
                link(&node.down_revisions, language.edge),
                link(&node.depends_on, language.needs)
            );
        }
        *out += language.close;
    }
}

fn label(graph: &Shown<'_>, node: &Node) -> String {
    let standing = graph.standing(node);
    let standing = match standing.is_empty() {
        true => String::new(),
        false => format!(" ({})", standing.join(", ")),
    };
    format!("{}{standing} {}", node.id, graph.message(node)).trim_end().to_owned()
}
