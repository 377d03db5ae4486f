//! A graph drawn in lanes, newest revision first, as `git log --graph` draws commits.

use crate::alembic::graph::{Node, RevisionGraph};

/// How many lanes are drawn; a wider graph is drawn without them.
const LANES: usize = 24;

/// Draws revisions that stand in an order in which each comes before its parents.
pub fn draw(graph: &RevisionGraph, order: &[&Node], tell: &dyn Fn(&Node) -> String) -> String {
    let mut drawing = Drawing { lanes: Vec::new(), out: String::new() };
    for node in order {
        drawing.revision(&node.id, &tell(node));
        let present = node.down_revisions.iter().filter(|parent| graph.node(parent).is_some());
        drawing.go_on(&node.id, &present.map(|parent| &**parent).collect::<Vec<_>>());
    }
    drawing.out
}

/// Lanes with the revision that each waits for.
struct Drawing<'a> {
    lanes: Vec<&'a str>,
    out: String,
}

impl<'a> Drawing<'a> {
    /// Draws a revision on the first lane that waits for it; the others that do end there.
    fn revision(&mut self, id: &'a str, out: &str) {
        let first = self.lanes.iter().position(|waiting| *waiting == id).unwrap_or_else(|| {
            self.lanes.push(id);
            self.lanes.len() - 1
        });
        let ending: Vec<usize> =
            (first + 1..self.lanes.len()).filter(|&lane| self.lanes[lane] == id).collect();
        if let Some(&last) = ending.last() {
            self.bend(first, last, &ending, '┘', '┴');
            for &lane in ending.iter().rev() {
                self.lanes.remove(lane);
            }
        }
        let mark = |lane: usize| if lane == first { '●' } else { '│' };
        self.line(&(0..self.lanes.len()).map(mark).collect::<Vec<_>>(), out);
    }

    /// Lets the lane of a revision wait for its first parent, and opens one for each other parent.
    fn go_on(&mut self, id: &str, parents: &[&'a str]) {
        let Some(lane) = self.lanes.iter().position(|waiting| *waiting == id) else { return };
        let Some((first, others)) = parents.split_first() else {
            self.lanes.remove(lane);
            return;
        };
        self.lanes[lane] = first;
        if !others.is_empty() {
            let opened: Vec<usize> = (self.lanes.len()..self.lanes.len() + others.len()).collect();
            self.lanes.extend(others);
            let last = self.lanes.len() - 1;
            self.bend(lane, last, &opened, '┐', '┬');
        }
    }

    /// Draws a line from one lane to others right of it.
    fn bend(&mut self, from: usize, last: usize, ends: &[usize], corner: char, joint: char) {
        let mark = |lane: usize| match lane {
            lane if lane == from => '├',
            lane if lane == last => corner,
            lane if ends.contains(&lane) => joint,
            lane if lane > from && lane < last => '┼',
            _ => '│',
        };
        let marks: Vec<char> = (0..self.lanes.len()).map(mark).collect();
        if marks.len() <= LANES {
            let link = |lane: usize| if lane >= from && lane < last { '─' } else { ' ' };
            let line: String =
                marks.iter().enumerate().flat_map(|(lane, mark)| [*mark, link(lane)]).collect();
            self.out += line.trim_end();
            self.out.push('\n');
        }
    }

    fn line(&mut self, marks: &[char], out: &str) {
        let shown = if marks.len() <= LANES { marks } else { &['●'] };
        let lanes: String = shown.iter().flat_map(|mark| [*mark, ' ']).collect();
        self.out += &format!("{lanes} {out}\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::header::Header;

    #[test]
    fn branches_open_and_close_lanes() {
        let header = |id: &str, down: &[&str]| Header {
            revision: id.to_owned(),
            down_revisions: down.iter().map(|parent| (*parent).to_owned()).collect(),
            ..Header::default()
        };
        let headers =
            [header("a", &[]), header("b", &["a"]), header("c", &["a"]), header("m", &["b", "c"])];
        let graph = RevisionGraph::of(headers.iter().enumerate());
        let order: Vec<&Node> =
            ["m", "c", "b", "a"].iter().filter_map(|id| graph.node(id)).collect();
        let drawn = draw(&graph, &order, &|node| node.id.to_string());
        assert_eq!(drawn, "●  m\n├─┐\n│ ●  c\n● │  b\n├─┘\n●  a\n");
    }
}
