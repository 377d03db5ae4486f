//! Regular expressions of Python's `re`, as far as names of tables are computed with them:
//! `re.sub`, `re.split`, `re.findall` over texts that are known.
//!
//! What `sre` matches is found by the same backtracking, in the same order (CPython 3.13,
//! `Lib/re/_parser.py`); syntax that is not read here is no pattern, and the call has no value.

use std::rc::Rc;

use crate::python::builtin::pattern_reader::{self, Node, is_word};

/// A pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    node: Node,
    groups: usize,
}

/// Where a pattern and its groups match, as places among letters.
type Captures = Vec<Option<(usize, usize)>>;

/// How many steps one call may take.
const STEPS: usize = 50_000;

impl Pattern {
    /// Reads a pattern; nothing where it has syntax that is not read.
    pub(crate) fn new(written: &str) -> Option<Pattern> {
        pattern_reader::read(written).map(|(node, groups)| Pattern { node, groups })
    }

    /// Returns the text with what matches replaced, at most `most` times (0: always).
    pub(crate) fn replaced(&self, text: &str, by: &str, most: usize) -> Option<String> {
        let letters: Vec<char> = text.chars().collect();
        let mut out = String::new();
        let mut from = 0;
        for captures in
            self.matches(&letters)?.iter().take(if most == 0 { usize::MAX } else { most })
        {
            let (start, end) = captures[0]?;
            out.extend(&letters[from..start]);
            out += &template(by, captures, &letters)?;
            from = end;
        }
        out.extend(&letters[from..]);
        Some(out)
    }

    /// Returns what stands between the matches, and in between what their groups hold.
    pub(crate) fn split(&self, text: &str) -> Option<Vec<Option<String>>> {
        let letters: Vec<char> = text.chars().collect();
        let mut pieces = Vec::new();
        let mut from = 0;
        for captures in self.matches(&letters)? {
            let (start, end) = captures[0]?;
            pieces.push(Some(letters[from..start].iter().collect()));
            let groups = captures[1..].iter();
            pieces.extend(groups.map(|it| it.map(|(a, b)| letters[a..b].iter().collect())));
            from = end;
        }
        pieces.push(Some(letters[from..].iter().collect()));
        Some(pieces)
    }

    /// Returns what matches, or what the one group of each match holds; nothing for several groups.
    pub(crate) fn found(&self, text: &str) -> Option<Vec<String>> {
        let letters: Vec<char> = text.chars().collect();
        let which = match self.groups {
            0 => 0,
            1 => 1,
            _ => return None,
        };
        let found = self.matches(&letters)?.into_iter().map(|captures| match captures[which] {
            Some((start, end)) => letters[start..end].iter().collect(),
            None => String::new(),
        });
        Some(found.collect())
    }

    /// Returns all matches, as `finditer` does: behind an empty one another may begin at the same
    /// place, if it is not empty.
    fn matches(&self, letters: &[char]) -> Option<Vec<Captures>> {
        let mut found = Vec::new();
        let (mut at, mut must_advance) = (0, false);
        let mut steps = STEPS;
        while at <= letters.len() {
            let mut captures: Captures = vec![None; self.groups + 1];
            let mut matcher = Matcher { letters, steps: &mut steps };
            let mut end = None;
            matcher.walk(&self.node, at, &mut captures, &mut |_, to, _| {
                let is_match = !(must_advance && to == at);
                end = is_match.then_some(to);
                is_match
            });
            if steps == 0 {
                return None;
            }
            match end {
                Some(end) => {
                    captures[0] = Some((at, end));
                    found.push(captures);
                    must_advance = end == at;
                    at = end;
                }
                None => {
                    at += 1;
                    must_advance = false;
                }
            }
        }
        Some(found)
    }
}

/// What is done where a node has matched up to a place; it says whether the rest matches too.
type Then<'t> = dyn FnMut(&mut Matcher<'_>, usize, &mut Captures) -> bool + 't;

struct Matcher<'m> {
    letters: &'m [char],
    steps: &'m mut usize,
}

impl Matcher<'_> {
    fn walk(&mut self, node: &Node, at: usize, held: &mut Captures, then: &mut Then<'_>) -> bool {
        *self.steps = self.steps.saturating_sub(1);
        if *self.steps == 0 {
            return false;
        }
        let letter = self.letters.get(at).copied();
        match node {
            Node::Letter(own) => letter == Some(*own) && then(self, at + 1, held),
            Node::Any => letter.is_some_and(|it| it != '\n') && then(self, at + 1, held),
            Node::Set { items, is_negated } => {
                letter.is_some_and(|it| items.iter().any(|item| item.holds(it)) != *is_negated)
                    && then(self, at + 1, held)
            }
            Node::Start => at == 0 && then(self, at, held),
            Node::End => {
                let is_last = at + 1 == self.letters.len() && letter == Some('\n');
                (at == self.letters.len() || is_last) && then(self, at, held)
            }
            Node::Border(is_border) => {
                let before = at.checked_sub(1).and_then(|at| self.letters.get(at));
                let is_word = |it: Option<&char>| it.is_some_and(|it| is_word(*it));
                (is_word(before) != is_word(letter.as_ref())) == *is_border && then(self, at, held)
            }
            Node::Group(node, number) => self.walk(node, at, held, &mut |this, to, held| {
                let Some(number) = *number else { return then(this, to, held) };
                let before = held[number].replace((at, to));
                let matches = then(this, to, held);
                if !matches {
                    held[number] = before;
                }
                matches
            }),
            Node::Row(nodes) => self.row(nodes, at, held, then),
            Node::Either(nodes) => nodes.iter().any(|node| self.walk(node, at, held, then)),
            Node::Repeat { node, least, most, is_lazy } => self.repeat(
                &Repeated { node, least: *least, most: *most, is_lazy: *is_lazy },
                at,
                held,
                then,
            ),
            Node::Look { node, is_behind, is_negated } => {
                let mut end =
                    |_: &mut Matcher<'_>, to: usize, _: &mut Captures| !is_behind || to == at;
                let starts = if *is_behind { 0..=at } else { at..=at };
                let is_there = starts.into_iter().any(|from| self.walk(node, from, held, &mut end));
                is_there != *is_negated && then(self, at, held)
            }
        }
    }

    fn row(&mut self, nodes: &[Node], at: usize, held: &mut Captures, then: &mut Then<'_>) -> bool {
        match nodes.split_first() {
            None => then(self, at, held),
            Some((first, rest)) => {
                self.walk(first, at, held, &mut |this, to, held| this.row(rest, to, held, then))
            }
        }
    }

    fn repeat(
        &mut self,
        of: &Repeated<'_>,
        at: usize,
        held: &mut Captures,
        then: &mut Then<'_>,
    ) -> bool {
        if of.least == 0 && of.is_lazy && then(self, at, held) {
            return true;
        }
        let less =
            Repeated { least: of.least.saturating_sub(1), most: of.most.saturating_sub(1), ..*of };
        let goes_on = of.most > 0
            && self.walk(of.node, at, held, &mut |this, to, held| {
                // A turn that takes nothing is the last one.
                (to > at || less.least > 0) && this.repeat(&less, to, held, then)
            });
        goes_on || (of.least == 0 && !of.is_lazy && then(self, at, held))
    }
}

#[derive(Clone, Copy)]
struct Repeated<'r> {
    node: &'r Node,
    least: usize,
    most: usize,
    is_lazy: bool,
}

/// Fills `\1` and `\g<1>` of what replaces a match.
fn template(by: &str, captures: &Captures, letters: &[char]) -> Option<String> {
    let mut out = String::new();
    let mut rest = by.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let number = match rest.next()? {
            'g' => {
                let named: String = rest.by_ref().take_while(|it| *it != '>').collect();
                named.strip_prefix('<')?.parse::<usize>().ok()?
            }
            '\\' => {
                out.push('\\');
                continue;
            }
            digit => digit.to_digit(10).filter(|it| *it > 0)? as usize,
        };
        if let Some((start, end)) = *captures.get(number)? {
            out.extend(&letters[start..end]);
        }
    }
    Some(out)
}

/// Reads a pattern that is called by its name in `re`, with its texts.
pub(crate) fn called(function: &str, pattern: &str, rest: &[Rc<str>]) -> Option<Answer> {
    let pattern = Pattern::new(pattern)?;
    Some(match (function, rest) {
        ("sub", [by, text]) => Answer::Text(pattern.replaced(text, by, 0)?),
        ("split", [text]) => Answer::List(pattern.split(text)?),
        ("findall", [text]) => Answer::List(pattern.found(text)?.into_iter().map(Some).collect()),
        _ => return None,
    })
}

/// What a function of `re` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Text(String),
    /// A list of texts; nothing where a group has no part in a match.
    List(Vec<Option<String>>),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CPython 3.11 answers.
    #[test]
    fn names_are_made_as_python_makes_them() {
        let table = [
            (r"(?<!^)(?=[A-Z])", "_", "UserRole", "User_Role"),
            (r"(.)([A-Z][a-z]+)", r"\1_\2", "HTTPServerError", "HTTP_ServerError"),
            (r"([a-z0-9])([A-Z])", r"\1_\2", "HTTP_ServerError", "HTTP_Server_Error"),
            (r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", "FooHTTPBar", "Foo_HTTP_Bar"),
            (r"\W+", "", "a-b c", "abc"),
            (r"x*", "-", "abxd", "-a-b--d-"),
            (r"Model$", "", "UserModel", "User"),
            (r"(?P<a>b{2,3}?)", r"<\g<1>>", "abbbb", "a<bb><bb>"),
            (r"[^A-Za-z_]", "", "a1_é", "a_"),
            (r"a|", "-", "ba", "-b--"),
        ];
        for (pattern, by, text, expected) in table {
            let answer = Pattern::new(pattern).and_then(|it| it.replaced(text, by, 0));
            assert_eq!(answer.as_deref(), Some(expected), "re.sub({pattern:?}, {by:?}, {text:?})");
        }
    }

    #[test]
    fn a_text_is_split_where_a_pattern_matches() {
        let split = |pattern: &str, text| {
            let pieces = Pattern::new(pattern).and_then(|it| it.split(text)).unwrap_or_default();
            pieces.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join("|")
        };
        assert_eq!(split("(?=[A-Z])", "FooBar"), "|Foo|Bar");
        assert_eq!(split("([,;])", "a,b;c"), "a|,|b|;|c");
        assert_eq!(
            Pattern::new("[A-Z][^A-Z]*").and_then(|it| it.found("FooBarX")),
            Some(vec!["Foo".to_owned(), "Bar".to_owned(), "X".to_owned()])
        );
    }

    #[test]
    fn what_is_not_read_is_no_pattern() {
        for pattern in ["(?i)a", r"\1", "(", "[a", "*", r"\Z"] {
            assert!(Pattern::new(pattern).is_none(), "{pattern}");
        }
        let slow = Pattern::new("(a*)*b").and_then(|it| it.replaced(&"a".repeat(40), "", 0));
        assert_eq!(slow, None);
    }
}
