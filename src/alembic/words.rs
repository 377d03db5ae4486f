//! Finds names in the bytes of a revision, without parsing it.

use std::sync::LazyLock;

use memchr::memmem;

/// Names to look for in many texts, as words and without regard to case.
pub struct Finder<'a> {
    /// Names of plain word bytes, where they are few.
    few: Vec<Needle<'a>>,
    /// The same where they are many, by length; longer ones share the last place.
    by_length: Vec<Vec<&'a str>>,
    /// Names with other bytes in them.
    odd: Vec<&'a str>,
    /// The hashes of the others.
    hashes: Vec<u32>,
}

/// A name that is looked for by the byte of it that is rarest in migrations.
struct Needle<'a> {
    name: &'a [u8],
    /// Where that byte stands in the name.
    at: usize,
    lower: u8,
    upper: u8,
}

/// Names as long as this or longer share a place.
const LONG: usize = 64;

/// Up to how many names a look for each costs less than a look at every word.
const FEW: usize = 12;

/// The bytes of names, the rarest in migrations first.
const RARE: &[u8] = b"jqzxkvwy9876543210bghfmpudclrsinoat_e";

impl<'a> Finder<'a> {
    /// Makes a finder of names, lower case.
    pub fn new(names: impl IntoIterator<Item = &'a String>) -> Self {
        let (plain, odd): (Vec<&str>, Vec<&str>) =
            names.into_iter().map(String::as_str).partition(|name| is_plain(name));
        let hashes = plain.iter().map(|name| short_hash(name.as_bytes())).collect();
        let mut finder = Finder { few: Vec::new(), by_length: Vec::new(), odd, hashes };
        if plain.len() <= FEW {
            finder.few = plain.into_iter().filter_map(Needle::of).collect();
            return finder;
        }
        finder.by_length.resize(LONG + 1, Vec::new());
        plain.into_iter().for_each(|name| finder.by_length[name.len().min(LONG)].push(name));
        finder
    }

    /// Tells whether a text may hold one of the names, of which only the hashes of its words are
    /// known.
    pub fn may_find(&self, holds: impl Fn(u32) -> bool) -> bool {
        !self.odd.is_empty() || self.hashes.iter().any(|hash| holds(*hash))
    }

    /// Tells whether a text holds one of the names as a word.
    pub fn finds(&self, text: &[u8]) -> bool {
        let is_listed = |word: &[u8]| {
            let candidates = &self.by_length[word.len().min(LONG)];
            candidates.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(word))
        };
        self.few.iter().any(|needle| needle.is_in(text))
            || !self.by_length.is_empty() && words(text).any(is_listed)
            || self.finds_odd(text)
    }

    fn finds_odd(&self, text: &[u8]) -> bool {
        if self.odd.is_empty() {
            return false;
        }
        let lower = String::from_utf8_lossy(text).to_lowercase();
        self.odd.iter().any(|name| lower.contains(*name))
    }
}

impl<'a> Needle<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let name = name.as_bytes();
        let rank = |byte: &u8| {
            let lower = byte.to_ascii_lowercase();
            RARE.iter().position(|rare| *rare == lower).unwrap_or(0)
        };
        let (at, byte) = name.iter().enumerate().min_by_key(|(_, byte)| rank(byte))?;
        let (lower, upper) = (byte.to_ascii_lowercase(), byte.to_ascii_uppercase());
        Some(Needle { name, at, lower, upper })
    }

    fn is_in(&self, text: &[u8]) -> bool {
        match self.lower == self.upper {
            true => memchr::memchr_iter(self.lower, text).any(|hit| self.stands(text, hit)),
            false => {
                memchr::memchr2_iter(self.lower, self.upper, text).any(|hit| self.stands(text, hit))
            }
        }
    }

    /// Tells whether the name stands as a word where its rarest byte was met.
    fn stands(&self, text: &[u8], hit: usize) -> bool {
        let Some(start) = hit.checked_sub(self.at) else { return false };
        let end = start + self.name.len();
        let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !is_word(*byte));
        text.get(start..end).is_some_and(|word| word.eq_ignore_ascii_case(self.name))
            && apart(text.get(end))
            && apart(start.checked_sub(1).and_then(|before| text.get(before)))
    }
}

/// Tells whether a name is one word of ASCII.
pub fn is_plain(name: &str) -> bool {
    name.is_ascii() && name.bytes().all(is_word)
}

/// Returns the runs of letters, digits, underscores and bytes beyond ASCII.
pub fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| !is_word(byte)).filter(|word| !word.is_empty())
}

/// Returns the hash of a word, without regard to case: FNV-1a over ASCII in lower case.
pub fn hash(word: &[u8]) -> u64 {
    word.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Returns the same hash in half as many bytes.
pub fn short_hash(word: &[u8]) -> u32 {
    let hash = hash(word);
    (hash ^ (hash >> 32)) as u32
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Tells whether a revision may touch what its bytes do not name: it puts a name together, or asks
/// the database which tables there are.
pub fn computes_names(bytes: &[u8]) -> bool {
    let at = |place: usize| bytes.get(place).copied().unwrap_or(b' ');
    let touches = memchr::memchr3_iter(b'{', b'}', b'%', bytes).any(|place| match bytes[place] {
        b'{' => place > 0 && is_name(at(place - 1)) && at(place + 1) != b'}',
        b'}' => is_name(at(place + 1)),
        _ => place > 0 && is_formatted(bytes, place),
    });
    touches
        || memchr::memchr_iter(b'+', bytes).any(|place| joins(bytes, place))
        || asks_for_names(bytes)
}

/// A letter, digit or underscore that could be part of a name.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// `%s` or `%(x)s` beside a word: `ix_%s`, `%s_id`.
fn is_formatted(bytes: &[u8], place: usize) -> bool {
    let rest = &bytes[place + 1..];
    let end = match rest.first() {
        Some(b's') => 1,
        Some(b'(') => match memchr::memchr(b')', rest) {
            Some(close) if rest.get(close + 1) == Some(&b's') => close + 2,
            _ => return false,
        },
        _ => return false,
    };
    is_name(bytes[place - 1]) || rest.get(end).is_some_and(|&byte| is_name(byte))
}

/// `+` beside the quote of a string.
fn joins(bytes: &[u8], place: usize) -> bool {
    let is_quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\''));
    let before = bytes[..place].iter().rev().find(|byte| !byte.is_ascii_whitespace());
    let after = bytes[place + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
    is_quote(before) || is_quote(after)
}

/// Calls and catalogs that name tables at run time.
fn asks_for_names(bytes: &[u8]) -> bool {
    static CALLS: LazyLock<[memmem::Finder<'static>; 8]> = LazyLock::new(|| {
        [
            "get_table_names",
            "sorted_tables",
            "metadata.tables",
            ".reflect(",
            ".join(",
            "information_schema",
            "pg_catalog",
            "pg_tables",
        ]
        .map(memmem::Finder::new)
    });
    CALLS.iter().any(|call| call.find(bytes).is_some())
}

/// Returns the first names of the modules that a file imports: `app` of `from app.models import
/// User`. A relative import is `.`.
pub fn imported_roots(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes.split(|&byte| byte == b'\n').filter_map(|line| {
        let line = line.trim_ascii_start();
        let rest = line
            .strip_prefix(b"from ")
            .or_else(|| line.strip_prefix(b"import "))?
            .trim_ascii_start();
        if rest.starts_with(b".") {
            return Some(".");
        }
        let end = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..end]).ok().filter(|root| !root.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_name_is_found_as_a_word_and_without_regard_to_case() {
        let names: HashSet<String> = ["users".to_owned(), "weird name".to_owned()].into();
        let finder = Finder::new(&names);
        assert!(finder.finds(b"op.add_column('users', c)"));
        assert!(finder.finds(b"ALTER TABLE Users ADD x int"));
        assert!(finder.finds(b"op.drop_table('Weird Name')"));
        assert!(!finder.finds(b"op.add_column('users_old', c)"));
    }

    #[test]
    fn few_names_are_found_where_many_are() {
        let names = ["t", "users", "a_b", "x9", "jj", "_", "id", "org_9", "e", "zoo", "aa", "b"];
        let texts = [
            "", "t", "T", "tt", "x.users", "Users_", "(USERS)", "a_b", "a-b", "A_B,", "x9x x9",
            "j jj", "__ _", "org_9", "org_99 9", "\u{e9}t", "t\u{e9}", "aaa aa", "zo zoo", "e",
        ];
        for name in names.map(str::to_owned) {
            let many: Vec<String> = (0..FEW).map(|number| format!("never{number}")).collect();
            let one = Finder::new([&name]);
            let all = Finder::new(many.iter().chain([&name]));
            for text in texts {
                let plain =
                    words(text.as_bytes()).any(|word| word.eq_ignore_ascii_case(name.as_bytes()));
                assert_eq!(one.finds(text.as_bytes()), plain, "{name} in {text}");
                assert_eq!(all.finds(text.as_bytes()), plain, "{name} in {text}");
            }
        }
    }

    #[test]
    fn a_name_that_is_put_together_is_noticed() {
        for text in [
            "f'ix_{table}'",
            "'%s_users' % p",
            "'ix_' + name",
            "f\"{a}_b\"",
            "insp.get_table_names()",
        ] {
            assert!(computes_names(text.as_bytes()), "{text}");
        }
        for text in [
            "f'UPDATE {table} SET x = 1'",
            "{'a': 1}",
            "x = 1 + 2",
            "'100%'",
            "def f() -> dict: return {}",
        ] {
            assert!(!computes_names(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_first_name_of_an_import_is_its_root() {
        let text = b"import a.b as c\nfrom d.e import f\nfrom . import g\nx = 1";
        assert_eq!(imported_roots(text).collect::<Vec<_>>(), ["a", "d", "."]);
    }
}
