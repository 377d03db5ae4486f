//! A graph drawn in lanes, newest revision first, as `git log --graph` draws commits.

/// A revision, or several that follow each other, on one line.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The id; the newest one's where there are several.
    pub id: &'a str,
    /// The parents that are drawn as well.
    pub parents: Vec<&'a str>,
    /// What stands beside it.
    pub text: String,
    /// How it is marked.
    pub mark: Mark,
}

/// How a row is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// One revision.
    Revision,
    /// Several, left out.
    LeftOut,
}

/// How many lanes are drawn; a wider graph is drawn without them.
const LANES: usize = 24;

/// Draws rows that stand in an order in which each comes before its parents.
pub fn draw(rows: &[Row<'_>]) -> String {
    let mut drawing = Drawing { lanes: Vec::new(), out: String::new() };
    for row in rows {
        drawing.revision(row.id, &row.text, row.mark);
        drawing.go_on(row.id, &row.parents);
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
    fn revision(&mut self, id: &'a str, out: &str, mark: Mark) {
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
        let own = if mark == Mark::Revision { '●' } else { '┊' };
        let mark = |lane: usize| if lane == first { own } else { '│' };
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
        let own = marks.iter().copied().find(|mark| *mark != '│').unwrap_or('●');
        let own = [own];
        let shown = if marks.len() <= LANES { marks } else { &own };
        let lanes: String = shown.iter().flat_map(|mark| [*mark, ' ']).collect();
        self.out += &format!("{lanes} {out}\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_open_and_close_lanes() {
        let row = |id, parents: &[&'static str]| Row {
            id,
            parents: parents.to_vec(),
            text: String::from(id),
            mark: if id == "b" { Mark::LeftOut } else { Mark::Revision },
        };
        let rows = [row("m", &["b", "c"]), row("c", &["a"]), row("b", &["a"]), row("a", &[])];
        assert_eq!(draw(&rows), "●  m\n├─┐\n│ ●  c\n┊ │  b\n├─┘\n●  a\n");
    }
}
