//! The catalog: callables and names of a package, with the versions that have them.

use std::cell::RefCell;
use std::sync::OnceLock;

use crate::sql::version::ServerVersion;
use crate::text::cut;
use crate::text::map::Map;

/// A package whose callables and names are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Package {
    /// Alembic.
    Alembic,
    /// SQLAlchemy.
    SqlAlchemy,
}

/// Some of the versions of a package, by their numbers in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Versions(u32);

/// What is looked up once in a catalog.
#[derive(Debug)]
struct Layout {
    versions: Vec<ServerVersion>,
    /// Where the callables begin.
    callables: usize,
    /// Where the names begin.
    names: usize,
}

/// Answers that were given before, by what was asked: nearly all migrations ask for the same few.
#[derive(Default)]
struct Answers<T>(RefCell<Map<String, T>>);

/// How many answers are kept.
const ANSWERS: usize = 4_096;

impl<T: Copy> Answers<T> {
    /// Returns the answer to a question, which is found out once.
    fn of(&self, question: [&str; 3], find: impl FnOnce() -> T) -> T {
        let question = question.concat();
        if let Some(known) = self.0.borrow().get(&question) {
            return *known;
        }
        let answer = find();
        let mut answers = self.0.borrow_mut();
        if answers.len() < ANSWERS {
            answers.insert(question, answer);
        }
        answer
    }
}

thread_local! {
    static BLOCKS: [Answers<Option<&'static str>>; 2] = Default::default();
    static NEAREST: [Answers<Option<&'static str>>; 2] = Default::default();
    static LACKING: [Answers<Option<Versions>>; 2] = Default::default();
}

impl Package {
    /// Returns its name on PyPI.
    pub fn name(self) -> &'static str {
        match self {
            Package::Alembic => "alembic",
            Package::SqlAlchemy => "sqlalchemy",
        }
    }

    /// Returns its name as a sentence has it.
    pub fn title(self) -> &'static str {
        match self {
            Package::Alembic => "Alembic",
            Package::SqlAlchemy => "SQLAlchemy",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Package::Alembic => include_str!("alembic.txt"),
            Package::SqlAlchemy => include_str!("sqlalchemy.txt"),
        }
    }

    /// Returns the versions that were asked, the oldest first.
    pub fn versions(self) -> impl Iterator<Item = ServerVersion> {
        self.layout().versions.iter().copied()
    }

    /// Returns what is looked up once.
    fn layout(self) -> &'static Layout {
        static LAYOUTS: [OnceLock<Layout>; 2] = [OnceLock::new(), OnceLock::new()];
        let slot = match self {
            Package::Alembic => &LAYOUTS[0],
            Package::SqlAlchemy => &LAYOUTS[1],
        };
        slot.get_or_init(|| {
            let text = self.text();
            let first = text.lines().next().unwrap_or_default();
            let start = |mark: &str| {
                memchr::memmem::find(text.as_bytes(), mark.as_bytes()).unwrap_or(text.len())
            };
            Layout {
                versions: first.split(' ').skip(2).filter_map(ServerVersion::parse).collect(),
                callables: start("\n= "),
                names: start("\n. "),
            }
        })
    }

    /// Returns the versions from one on.
    pub fn since(self, first: ServerVersion) -> Versions {
        let older = self.versions().filter(|known| *known < first).count();
        Versions(self.all().0 & !((1 << older) - 1))
    }

    /// Returns all versions.
    pub fn all(self) -> Versions {
        Versions((1u32 << self.versions().count().min(31)) - 1)
    }

    /// Returns the parameters of a callable, each form with the versions that have it; nothing
    /// where the catalog does not know it.
    pub fn parameters(self, callable: &str) -> impl Iterator<Item = (Versions, &'static str)> {
        let block = self.block("\n= ", callable).unwrap_or_default();
        block.lines().skip(1).take_while(|line| !line.starts_with(['=', '.'])).map(|line| {
            let (range, parameters) = line.split_once(' ').unwrap_or((line, ""));
            (Versions::parse(range), parameters)
        })
    }

    /// Returns the versions in which a module, or a class, has no such name; nothing where the
    /// module is not known.
    pub fn lacking(self, place: &str, name: &str) -> Option<Versions> {
        let find = || self.find_lacking(place, name);
        LACKING.with(|lacking| lacking[self as usize].of([place, " ", name], find))
    }

    fn find_lacking(self, place: &str, name: &str) -> Option<Versions> {
        let line = self.block("\n. ", place)?.lines().next()?;
        let mut words = line.split(' ').skip(1);
        let everywhere = self.all();
        let having =
            words.next()?.split_once('@').map_or(everywhere, |(_, range)| Versions::parse(range));
        let named = words.find_map(|word| {
            let (known, range) = word.split_once('@').unwrap_or((word, ""));
            (known == name).then(|| if range.is_empty() { having } else { Versions::parse(range) })
        });
        Some(Versions(having.0 & !named.map_or(0, |named| named.0)))
    }

    /// Returns the name of a module, or a class, that is nearest to one that it has not.
    pub fn nearest(self, place: &str, name: &str) -> Option<&'static str> {
        let find = || self.find_nearest(place, name);
        NEAREST.with(|nearest| nearest[self as usize].of([place, " ", name], find))
    }

    fn find_nearest(self, place: &str, name: &str) -> Option<&'static str> {
        let line = self.block("\n. ", place)?.lines().next()?;
        let words = line.split(' ').skip(2).map(|word| word.split('@').next().unwrap_or(word));
        let by_case = words.clone().find(|word| word.eq_ignore_ascii_case(name));
        by_case.or_else(|| {
            let near = words.map(|word| (crate::operation::arguments::distance(name, word), word));
            near.filter(|(edits, _)| *edits <= 2).min().map(|(_, word)| word)
        })
    }

    /// Returns the text from the line of an entry on. The entries of a kind stand in order.
    fn block(self, mark: &str, name: &str) -> Option<&'static str> {
        let find = || self.find_block(mark, name);
        BLOCKS.with(|blocks| blocks[self as usize].of([mark, name, ""], find))
    }

    fn find_block(self, mark: &str, name: &str) -> Option<&'static str> {
        let text = self.text();
        let layout = self.layout();
        let (mut low, mut high) = match mark {
            "\n= " => (layout.callables, layout.names),
            _ => (layout.names, text.len()),
        };
        while low < high {
            let middle = low + (high - low) / 2;
            let before = &text.as_bytes()[low..middle];
            let start = memchr::memmem::rfind(before, mark.as_bytes()).map_or(low, |at| low + at);
            let entry = cut::from(text, start + 1);
            let line = entry.lines().next()?;
            let found = cut::from(line, 2).split([' ', '@']).next()?;
            match found.cmp(name) {
                std::cmp::Ordering::Equal => return Some(entry),
                std::cmp::Ordering::Less => {
                    let behind = &text.as_bytes()[start + 1..high];
                    low = start + 1 + memchr::memmem::find(behind, mark.as_bytes())?;
                }
                std::cmp::Ordering::Greater if start == low => return None,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }
}

impl Versions {
    /// Reads ranges of numbers: `0-3,7-7`.
    fn parse(text: &str) -> Self {
        let ranges = text.split(',').filter_map(|range| {
            let (first, last) = range.split_once('-')?;
            Some((first.parse::<u32>().ok()?, last.parse::<u32>().ok()?))
        });
        Versions(ranges.fold(0, |bits, (first, last)| {
            (first..=last.min(30)).fold(bits, |bits, number| bits | 1 << number)
        }))
    }

    /// Returns none.
    pub fn none() -> Self {
        Versions(0)
    }

    /// Returns those of either.
    pub fn or(self, other: Versions) -> Versions {
        Versions(self.0 | other.0)
    }

    /// Tells whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Tells whether the installed version is among them: where it is known, the newest asked one
    /// that is no newer; where it is not, all must be.
    pub fn hold(self, package: Package, installed: Option<ServerVersion>) -> bool {
        match installed {
            None => self == package.all(),
            Some(installed) => {
                let older = package.versions().filter(|known| *known <= installed).count();
                self.0 & (1 << older.saturating_sub(1)) != 0
            }
        }
    }

    /// Tells whether every version from one on is among them.
    pub fn hold_from(self, package: Package, least: ServerVersion) -> bool {
        let older = package.versions().filter(|known| *known <= least).count();
        let wanted = package.all().0 & !((1 << older.saturating_sub(1)) - 1);
        self.0 & wanted == wanted
    }

    /// Returns the oldest version from which on all are among them.
    pub fn first(self, package: Package) -> Option<ServerVersion> {
        let known: Vec<ServerVersion> = package.versions().collect();
        let first =
            (0..known.len()).rev().take_while(|number| self.0 & (1 << number) != 0).last()?;
        known.get(first).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Option<ServerVersion> {
        ServerVersion::parse(text)
    }

    #[test]
    fn every_entry_is_found_and_nothing_else_is() {
        for package in [Package::Alembic, Package::SqlAlchemy] {
            for line in package.text().lines() {
                let name = |line: &str| line.split([' ', '@']).next().unwrap().to_owned();
                if let Some(entry) = line.strip_prefix("= ") {
                    assert!(package.parameters(&name(entry)).next().is_some(), "{entry}");
                } else if let Some(entry) = line.strip_prefix(". ") {
                    assert!(package.lacking(&name(entry), "nothing_is_called_so").is_some());
                }
            }
            assert!(package.parameters("nothing").next().is_none());
            assert!(package.lacking("nothing", "a").is_none());
        }
    }

    #[test]
    fn a_name_is_known_by_version() {
        let package = Package::SqlAlchemy;
        let lacking = |name| package.lacking("sqlalchemy", name).unwrap();
        assert!(lacking("Column").is_empty());
        assert!(lacking("Colum").hold(package, None));
        assert!(!lacking("Uuid").hold(package, None));
        assert!(lacking("Uuid").hold(package, version("1.4.30")));
        assert!(!lacking("Uuid").hold(package, version("2.0.40")));
        assert_eq!(package.nearest("sqlalchemy", "Colum"), Some("Column"));
    }

    #[test]
    fn parameters_are_known_by_version() {
        let of = |installed| {
            let forms = Package::Alembic.parameters("op.execute");
            forms.filter(|(versions, _)| versions.hold(Package::Alembic, version(installed))).last()
        };
        assert_eq!(of("1.8.1").unwrap().1, "sqltext execution_options=");
        assert_eq!(of("1.30").unwrap().1, "sqltext *execution_options=");
    }
}
