//! Files that list packages.

use crate::sql::dialect::Dialect;

pub(crate) fn is_requirements(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "Pipfile" | "setup.py" | "setup.cfg")
        || name.contains("requirements") && (name.ends_with(".txt") || name.ends_with(".in"))
}

pub(crate) fn is_lock(name: &str) -> bool {
    matches!(name, "poetry.lock" | "uv.lock" | "Pipfile.lock")
}

/// Returns the packages that a line of a file names. A lock file says on other lines what its
/// packages could be asked for besides (`[package.extras]` of poetry.lock names each driver of
/// SQLAlchemy): only what it locks counts.
pub(crate) fn packages(file: &str, line: &str) -> Vec<String> {
    let locked = match file {
        "Pipfile.lock" => line.trim().strip_suffix(": {").map(|name| name.trim_matches('"')),
        _ if is_lock(file) => {
            line.strip_prefix("name = ").map(|name| name.trim().trim_matches('"'))
        }
        _ => return required(line).collect(),
    };
    locked.map(canonical).into_iter().collect()
}

/// Returns the words of a line that may name a package.
fn required(line: &str) -> impl Iterator<Item = String> {
    let line = line.split('#').next().unwrap_or_default();
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    line.split(move |letter| !is_name(letter)).filter(|word| !word.is_empty()).map(canonical)
}

fn canonical(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

/// Returns the databases that a line asks a package for, as extras: `invenio-db[postgresql,mysql]`.
pub(crate) fn asked_for(line: &str) -> Vec<Dialect> {
    let line = line.split('#').next().unwrap_or_default();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let pieces: Vec<&str> = line.split('[').collect();
    let extras = pieces.windows(2).filter_map(|pair| {
        let of_package = pair[0].bytes().next_back().is_some_and(is_name);
        let inside = pair[1].split_once(']')?.0;
        of_package.then_some(inside)
    });
    let mut found: Vec<Dialect> = extras
        .flat_map(|extras| extras.split(','))
        .filter(|extra| extra.trim().bytes().all(is_name))
        .filter_map(|extra| Dialect::from_name(extra.trim().split(['_', '-']).next()?))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_names_what_it_locks_and_not_what_else_there_is() {
        let poetry = [
            ("name = \"psycopg2-binary\"", vec!["psycopg2-binary"]),
            ("aiomysql = [\"aiomysql (>=0.2.0)\", \"greenlet (>=1)\"]", vec![]),
            ("    { name = \"asyncpg\", marker = \"extra == 'asyncpg'\" },", vec![]),
        ];
        for (line, names) in poetry {
            assert_eq!(packages("poetry.lock", line), names, "{line}");
        }
        assert_eq!(packages("Pipfile.lock", "        \"PyMySQL\": {"), ["pymysql"]);
        assert!(packages("Pipfile.lock", "            \"version\": \"==1.1\"").is_empty());
        assert_eq!(
            packages("requirements.txt", "psycopg2_binary==2.9 # pg"),
            ["psycopg2-binary", "2.9"]
        );
    }
}
