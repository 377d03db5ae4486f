//! Arguments of a call, put to the parameters of what is called.

use crate::operation::step::Swallowed;
use crate::python::host::Arguments;
use crate::python::value::Value;

/// Arguments by the names of their parameters.
#[derive(Clone, Debug)]
pub struct Bound {
    named: Vec<(String, Value)>,
    /// Positional arguments behind the last parameter.
    pub rest: Vec<Value>,
    /// Whether there are arguments that could not be known.
    pub open: bool,
}

impl Bound {
    /// Puts arguments to parameters: the positional ones in order, keywords by name.
    pub fn new(arguments: &Arguments, parameters: &[&str]) -> Self {
        let mut named: Vec<(String, Value)> = parameters
            .iter()
            .zip(&arguments.positional)
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        named.extend(arguments.keywords.iter().cloned());
        let rest = arguments.positional.iter().skip(parameters.len()).cloned().collect();
        Bound { named, rest, open: arguments.open }
    }

    /// Returns an argument.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Returns an argument that is there and not `None`.
    pub fn some(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_none())
    }

    /// Returns the names of the arguments.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(name, _)| name.as_str())
    }

    /// Tells whether a flag is `True`.
    pub fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true) | Value::Int(1)))
    }

    /// Returns the keywords that are none of these, each with the known one that it was probably
    /// meant to be.
    pub fn swallowed(&self, known: &[&str]) -> Vec<Swallowed> {
        self.named
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()))
            .filter(|(name, _)| !is_of_a_dialect_without_a_list(name))
            .map(|(name, _)| Swallowed { keyword: name.clone(), meant: nearest(name, known) })
            .collect()
    }
}

/// Tells whether a keyword belongs to a dialect that takes any keyword of its prefix.
fn is_of_a_dialect_without_a_list(keyword: &str) -> bool {
    [
        "mysql_",
        "mariadb_",
        "oracle_",
        "mssql_",
        "sqlite_",
        "cockroachdb_",
        "redshift_",
        "snowflake_",
        "clickhouse_",
    ]
    .iter()
    .any(|prefix| keyword.starts_with(prefix))
}

/// Returns the known keyword that a wrong one was probably meant to be: within two edits, or the
/// same behind a wrong or missing prefix.
pub fn nearest(keyword: &str, known: &[&str]) -> Option<String> {
    let by_prefix = || {
        let tails = [Some(keyword), keyword.split_once('_').map(|(_, tail)| tail)];
        let mut tails = tails.into_iter().flatten();
        tails.find_map(|tail| {
            known.iter().find(|name| {
                name.strip_prefix("postgresql_").is_some_and(|known_tail| known_tail == tail)
            })
        })
    };
    let by_distance = || {
        let limit = if keyword.len() <= 4 { 1 } else { 2 };
        known
            .iter()
            .map(|name| (distance(keyword, name), name))
            .filter(|(edits, _)| *edits <= limit)
            .min_by_key(|(edits, _)| *edits)
            .map(|(_, name)| name)
    };
    by_distance().or_else(by_prefix).map(|name| (*name).to_owned())
}

/// Counts the edits (insert, delete, replace, swap of neighbours) between two short words.
pub fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, &a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in right.iter().enumerate() {
            let mut edits =
                (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a == right[j - 1] && left[i - 1] == b {
                edits = edits.min(rows[i - 1][j - 1] + 1);
            }
            row.push(edits);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_keyword_is_told_by_its_edits_or_by_its_prefix() {
        let known = ["nullable", "postgresql_concurrently", "type_"];
        assert_eq!(nearest("nulable", &known).as_deref(), Some("nullable"));
        assert_eq!(
            nearest("postgres_concurrently", &known).as_deref(),
            Some("postgresql_concurrently")
        );
        assert_eq!(nearest("concurrently", &known).as_deref(), Some("postgresql_concurrently"));
        assert_eq!(nearest("type", &known).as_deref(), Some("type_"));
        assert_eq!(nearest("whatever", &known), None);
    }
}
