//! The lists of statements in `tests/locks/`.

const MEASURED: &str = include_str!("../../locks/statements.txt");
const MORE: &str = include_str!("../../locks/more.txt");

/// One statement, or a few, that a server is shown.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) sql: String,
    /// The first major version that takes it.
    since: u16,
    /// The first major version that does not.
    before: u16,
    /// It does not run in a transaction block.
    pub(crate) outside: bool,
    /// The table tells the worst case.
    pub(crate) at_worst: bool,
    /// A new file does not mean that rows were copied.
    pub(crate) copies: bool,
}

impl Row {
    fn of(line: &str) -> Self {
        let (name, sql) = line.split_once(" | ").unwrap_or_else(|| panic!("no ` | ` in {line}"));
        let words: Vec<&str> =
            name.split(" (").skip(1).map(|word| word.split(')').next().unwrap()).collect();
        let number =
            |prefix: &str| words.iter().find_map(|word| word.strip_prefix(prefix)?.parse().ok());
        Row {
            name: name.to_owned(),
            sql: sql.to_owned(),
            since: number("").filter(|since| *since >= 10).unwrap_or(0),
            before: number("before ").unwrap_or(u16::MAX),
            outside: words.contains(&"outside"),
            at_worst: words.contains(&"at worst"),
            copies: words.contains(&"copies"),
        }
    }

    /// Returns the statements; code in dollar quotes is one.
    pub(crate) fn statements(&self) -> Vec<&str> {
        if self.sql.contains("$$") { vec![&self.sql] } else { self.sql.split("; ").collect() }
    }

    /// Tells whether servers of a major version take it.
    pub(crate) fn is_for(&self, major: u16) -> bool {
        (self.since..self.before).contains(&major)
    }
}

/// Reads both lists.
pub(crate) fn rows() -> Vec<Row> {
    let lines = MEASURED.lines().chain(MORE.lines());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Row::of).collect()
}
