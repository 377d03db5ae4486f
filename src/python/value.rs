//! What an expression is worth without running it.

use std::cell::RefCell;
use std::rc::Rc;

use crate::text::source::Site;

/// A Python value, as far as it can be known.
#[derive(Clone, Debug)]
pub enum Value {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True`, `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A floating point number.
    Float(f64),
    /// A string or bytes ([`Letters`]), which may have holes.
    Str(Str),
    /// A tuple.
    Tuple(Rc<Vec<Value>>),
    /// A list.
    List(Rc<RefCell<Vec<Value>>>),
    /// A set, in order of insertion.
    Set(Rc<RefCell<Vec<Value>>>),
    /// A dict, in order of insertion.
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    /// Something callable or namespaced that the interpreter made: a function, a class, a module,
    /// an instance, a bound method, a builtin.
    Object(Rc<crate::python::object::Object>),
    /// Something that belongs to the host, by its number there.
    Host(HostId),
    /// A value that cannot be known.
    Unknown(Unknown),
}

/// The number of a value in the host's own store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(pub usize);

/// Why a value cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The reason, as a clause: "`settings.SCHEMA` is read from outside the repository".
    pub why: Rc<str>,
    /// Whether it was made from a value of the host, so that using it may reach the database.
    pub reaches: bool,
    /// The class that it is certainly an instance of, where Python's own library makes it.
    pub class: Option<&'static str>,
}

/// A string, piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Str {
    /// The pieces, in order; neighbours are not merged, so that each keeps where it was written.
    pub pieces: Rc<Vec<Piece>>,
    /// Whether Python holds text or bytes.
    pub letters: Letters,
}

/// What Python holds a string as: `"a" != b"a"`, though a server reads both alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    /// `str`, for certain: a literal, what `decode` gives.
    Text,
    /// `bytes`, for certain: a literal with `b`, what `encode` gives.
    Bytes,
    /// What a method or a function made of one of them.
    #[default]
    Unsaid,
}

/// Stands for a character of a literal that is written by its name or is none.
const UNNAMED: char = char::REPLACEMENT_CHARACTER;

/// A piece of a string.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text that is known. `at` is the source of its bytes: its span is as long as the text where
    /// they agree byte for byte (no escapes in between); a shorter or longer span covers the whole
    /// literal.
    Known {
        /// The text.
        text: Rc<str>,
        /// Where it was written, if it was written anywhere.
        at: Option<Site>,
    },
    /// A part that cannot be known.
    Hole {
        /// The reason, as a clause.
        why: Rc<str>,
        /// The expression as written, for people: `schema`.
        expression: Rc<str>,
    },
}

impl Piece {
    /// Returns how many bytes of text are known of it.
    pub fn len(&self) -> usize {
        match self {
            Piece::Known { text, .. } => text.len(),
            Piece::Hole { .. } => 0,
        }
    }

    /// Tells whether no text is known of it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Value {
    /// Makes a known string that was written nowhere.
    pub fn text(text: &str) -> Self {
        Value::Str(Str::known(text, None))
    }

    /// Makes an unknown value that cannot reach the database.
    pub fn unknown(why: impl Into<Rc<str>>) -> Self {
        Value::Unknown(Unknown { why: why.into(), reaches: false, class: None })
    }

    /// Makes a list.
    pub fn list(items: Vec<Value>) -> Self {
        Value::List(Rc::new(RefCell::new(items)))
    }

    /// Makes a tuple.
    pub fn tuple(items: Vec<Value>) -> Self {
        Value::Tuple(Rc::new(items))
    }

    /// Makes a dict.
    pub fn dict(pairs: Vec<(Value, Value)>) -> Self {
        Value::Dict(Rc::new(RefCell::new(pairs)))
    }

    /// Makes a set.
    pub fn set(items: Vec<Value>) -> Self {
        Value::Set(Rc::new(RefCell::new(items)))
    }

    /// Returns the text of a string without holes.
    pub fn as_str(&self) -> Option<String> {
        match self {
            Value::Str(text) => text.whole(),
            _ => None,
        }
    }

    /// Returns the items of a tuple, a list or a set.
    pub fn items(&self) -> Option<Vec<Value>> {
        match self {
            Value::Tuple(items) => Some(items.to_vec()),
            Value::List(items) | Value::Set(items) => Some(items.borrow().clone()),
            _ => None,
        }
    }

    /// Tells whether this is `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }
}

impl Str {
    /// Makes a string of one known piece.
    pub fn known(text: impl Into<Rc<str>>, at: Option<Site>) -> Self {
        Str::of(vec![Piece::Known { text: text.into(), at }])
    }

    /// Makes a string of pieces.
    pub fn of(pieces: Vec<Piece>) -> Self {
        Str { pieces: Rc::new(pieces), letters: Letters::Unsaid }
    }

    /// Returns the same string, held as text or as bytes.
    pub fn held_as(self, letters: Letters) -> Self {
        Str { letters, ..self }
    }

    /// Tells whether Python finds two strings equal, if that can be known: bytes never equal
    /// text, and a character written by its name (`\N{BULLET}`) is not looked up.
    pub fn equals(&self, other: &Str) -> Option<bool> {
        if self.is_of_other_letters(other) {
            return Some(false);
        }
        let (one, two) = (self.whole()?, other.whole()?);
        let is_named = [&one, &two].iter().any(|text| text.contains(UNNAMED));
        let is_bytes = [self.letters, other.letters].contains(&Letters::Bytes);
        match one == two {
            _ if is_named => None,
            true => (!is_bytes || self.letters == other.letters).then_some(true),
            false => Some(false),
        }
    }

    /// Tells whether one is certainly text and the other certainly bytes.
    pub fn is_of_other_letters(&self, other: &Str) -> bool {
        matches!(
            (self.letters, other.letters),
            (Letters::Bytes, Letters::Text) | (Letters::Text, Letters::Bytes)
        )
    }

    /// Returns the text if there is no hole in it.
    pub fn whole(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known { text, .. } => Some(&**text),
                Piece::Hole { .. } => None,
            })
            .collect()
    }

    /// Returns the reason of the first hole.
    pub fn hole(&self) -> Option<&Rc<str>> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Hole { why, .. } => Some(why),
            Piece::Known { .. } => None,
        })
    }

    /// Returns the string followed by another one.
    pub fn join(&self, other: &Str) -> Str {
        Str::of(self.pieces.iter().chain(other.pieces.iter()).cloned().collect())
    }
}
