//! How regular expressions of Python are written.

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Letter(char),
    Any,
    Set {
        items: Vec<Item>,
        is_negated: bool,
    },
    Start,
    End,
    /// `\b`, or `\B`.
    Border(bool),
    Group(Box<Node>, Option<usize>),
    Row(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: usize,
        most: usize,
        is_lazy: bool,
    },
    /// `(?=...)`, `(?!...)`, `(?<=...)`, `(?<!...)`.
    Look {
        node: Box<Node>,
        is_behind: bool,
        is_negated: bool,
    },
}

/// A part of `[...]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Range(char, char),
    /// `\d`, `\w`, `\s`, or the letter in upper case for what is none.
    Class(char),
}

impl Item {
    /// Tells whether it holds a letter.
    pub(super) fn holds(&self, letter: char) -> bool {
        match self {
            Item::Range(first, last) => (*first..=*last).contains(&letter),
            Item::Class('d') => letter.is_numeric(),
            Item::Class('w') => is_word(letter),
            Item::Class('s') => letter.is_whitespace(),
            Item::Class(other) => !Item::Class(other.to_ascii_lowercase()).holds(letter),
        }
    }
}

/// Tells whether a letter is one of a word: `\w`.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Reads a pattern: its parts, and how many groups it has; nothing where it has syntax that is not read.
pub(super) fn read(written: &str) -> Option<(Node, usize)> {
    let mut reader = Reader { letters: written.chars().collect(), at: 0, groups: 0 };
    let node = reader.either()?;
    (reader.at == reader.letters.len()).then_some((node, reader.groups))
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    groups: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = text
            .chars()
            .enumerate()
            .all(|(number, letter)| self.letters.get(self.at + number) == Some(&letter));
        if is_next {
            self.at += text.chars().count();
        }
        is_next
    }

    fn either(&mut self) -> Option<Node> {
        let mut ways = vec![self.row()?];
        while self.takes("|") {
            ways.push(self.row()?);
        }
        Some(if ways.len() == 1 { ways.remove(0) } else { Node::Either(ways) })
    }

    fn row(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        while self.peek().is_some_and(|letter| !matches!(letter, '|' | ')')) {
            let node = self.atom()?;
            nodes.push(self.repeated(node)?);
        }
        Some(Node::Row(nodes))
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let close = self.letters[self.at..].iter().position(|it| *it == '}')? + self.at;
                let inner: String = self.letters[self.at + 1..close].iter().collect();
                self.at = close;
                let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
                let most = if most.is_empty() { Ok(usize::MAX) } else { most.parse() };
                (least.parse().unwrap_or(0), most.ok()?)
            }
            _ => return Some(node),
        };
        self.at += 1;
        let is_lazy = self.takes("?");
        Some(Node::Repeat { node: Box::new(node), least, most, is_lazy })
    }

    fn atom(&mut self) -> Option<Node> {
        let letter = self.peek()?;
        self.at += 1;
        Some(match letter {
            '.' => Node::Any,
            '^' => Node::Start,
            '$' => Node::End,
            '(' => self.group()?,
            '[' => self.set()?,
            '\\' => self.escape()?,
            '*' | '+' | '?' => return None,
            letter => Node::Letter(letter),
        })
    }

    fn group(&mut self) -> Option<Node> {
        let look =
            [("?=", false, false), ("?!", false, true), ("?<=", true, false), ("?<!", true, true)];
        let look = look.into_iter().find(|(sign, ..)| self.takes(sign));
        let number = match (look, self.takes("?:")) {
            (None, false) if self.takes("?P<") => {
                while self.peek()? != '>' {
                    self.at += 1;
                }
                self.at += 1;
                Some(())
            }
            (None, false) if self.peek() != Some('?') => Some(()),
            (None, false) => return None,
            _ => None,
        };
        let number = number.map(|()| {
            self.groups += 1;
            self.groups
        });
        let node = Box::new(self.either()?);
        self.takes(")").then_some(match look {
            Some((_, is_behind, is_negated)) => Node::Look { node, is_behind, is_negated },
            None => Node::Group(node, number),
        })
    }

    fn set(&mut self) -> Option<Node> {
        let is_negated = self.takes("^");
        let mut items = Vec::new();
        while items.is_empty() || self.peek()? != ']' {
            let first = self.letter_of_set(&mut items)?;
            let Some(first) = first else { continue };
            let ranges = self.peek() == Some('-')
                && self.letters.get(self.at + 1).is_some_and(|it| *it != ']');
            let last = match ranges {
                true => {
                    self.at += 1;
                    self.letter_of_set(&mut items)??
                }
                false => first,
            };
            items.push(Item::Range(first, last));
        }
        self.at += 1;
        Some(Node::Set { items, is_negated })
    }

    /// Reads a letter of a set, or a class, which stands for itself.
    fn letter_of_set(&mut self, items: &mut Vec<Item>) -> Option<Option<char>> {
        let letter = self.peek()?;
        self.at += 1;
        if letter != '\\' {
            return Some(Some(letter));
        }
        match self.escape()? {
            Node::Letter(letter) => Some(Some(letter)),
            Node::Set { items: own, .. } => {
                items.extend(own);
                Some(None)
            }
            _ => None,
        }
    }

    fn escape(&mut self) -> Option<Node> {
        let letter = self.peek()?;
        self.at += 1;
        Some(match letter {
            'd' | 'w' | 's' | 'D' | 'W' | 'S' => {
                Node::Set { items: vec![Item::Class(letter)], is_negated: false }
            }
            'b' | 'B' => Node::Border(letter == 'b'),
            'n' => Node::Letter('\n'),
            't' => Node::Letter('\t'),
            letter if letter.is_alphanumeric() => return None,
            letter => Node::Letter(letter),
        })
    }
}
