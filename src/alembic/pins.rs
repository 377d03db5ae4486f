//! Versions of packages in lock files, found line by line.

use crate::text::cut;

/// Whether a file locks packages, and how it writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockFile {
    /// `[[package]]` tables: uv.lock, poetry.lock, pdm.lock, pylock.toml.
    Toml,
    /// Pipfile.lock.
    Json,
    /// `name==version` lines.
    Requirements,
}

impl LockFile {
    /// Tells how a file of this name locks packages, if it does.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "uv.lock" | "poetry.lock" | "pdm.lock" => Some(LockFile::Toml),
            "Pipfile.lock" => Some(LockFile::Json),
            _ if name.starts_with("pylock") && name.ends_with(".toml") => Some(LockFile::Toml),
            _ if name.ends_with(".txt")
                && ["requirements", "constraints"].iter().any(|word| name.contains(word)) =>
            {
                Some(LockFile::Requirements)
            }
            _ => None,
        }
    }

    /// Returns the versions that a file locks a package to, each with its line, from 1.
    pub(crate) fn versions<'a>(self, content: &'a str, package: &str) -> Vec<(&'a str, usize)> {
        match self {
            LockFile::Toml => in_toml(content, package),
            LockFile::Json => in_json(content, package),
            LockFile::Requirements => in_requirements(content, package),
        }
    }
}

/// Tells whether two names are those of one package: case, `-`, `_` and `.` make no difference.
fn is_same(one: &str, other: &str) -> bool {
    let plain =
        |letter: char| if matches!(letter, '_' | '.') { '-' } else { letter.to_ascii_lowercase() };
    one.chars().map(plain).eq(other.chars().map(plain))
}

fn quoted(text: &str) -> &str {
    text.trim().trim_end_matches(',').trim_matches('"')
}

fn in_toml<'a>(content: &'a str, package: &str) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    let mut is_it = false;
    for (number, line) in content.lines().enumerate() {
        match line.split_once(" = ") {
            Some(("name", name)) => is_it = is_same(quoted(name), package),
            Some(("version", version)) if is_it => found.push((quoted(version), number + 1)),
            _ if line.starts_with('[') => is_it = false,
            _ => {}
        }
    }
    found
}

fn in_json<'a>(content: &'a str, package: &str) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    let mut is_it = false;
    for (number, line) in content.lines().enumerate() {
        let Some((key, value)) = line.trim().split_once(": ") else { continue };
        if value == "{" {
            is_it = is_same(quoted(key), package);
        } else if is_it && quoted(key) == "version" {
            found.push((quoted(value).trim_start_matches('='), number + 1));
        }
    }
    found
}

fn in_requirements<'a>(content: &'a str, package: &str) -> Vec<(&'a str, usize)> {
    let row = |(number, line): (usize, &'a str)| {
        let (name, version) = line.split('#').next()?.split_once("==")?;
        let name = name.split('[').next()?.trim();
        let end = version
            .find(|letter: char| letter.is_whitespace() || matches!(letter, ';' | ',' | '\\'));
        is_same(name, package).then(|| {
            (cut::to(version, end.unwrap_or(version.len())).trim_start_matches('='), number + 1)
        })
    };
    content.lines().enumerate().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_lock_file_says_versions() {
        let uv = "version = 1\n\n[[package]]\nname = \"alembic\"\nversion = \"1.13.1\"\n\
            source = { registry = \"x\" }\n\
                  dependencies = [\n    { name = \"sqlalchemy\" },\n]\n\n[[package]]\n\
                  name = \"SQLAlchemy\"\nversion = \"2.0.30\"\n";
        let pipfile = "{\n    \"default\": {\n        \"alembic\": {\n            \"hashes\": [\n                \"sha256:1\"\n\
                       ],\n            \"version\": \"==1.12.0\"\n        },\n        \"other\": {\n            \"version\": \"==3\"\n";
        let requirements = "# alembic==0.1\nalembic-utils==2\n\
            alembic[tz]==1.8.1 ; python_version > '3'\nSQLAlchemy==1.4.52 \\\n";
        assert_eq!(LockFile::of("uv.lock").unwrap().versions(uv, "alembic"), [("1.13.1", 5)]);
        assert_eq!(
            LockFile::of("poetry.lock").unwrap().versions(uv, "sqlalchemy"),
            [("2.0.30", 13)]
        );
        assert_eq!(
            LockFile::of("Pipfile.lock").unwrap().versions(pipfile, "alembic"),
            [("1.12.0", 7)]
        );
        let pinned = LockFile::of("requirements-dev.txt").unwrap();
        assert_eq!(pinned.versions(requirements, "alembic"), [("1.8.1", 3)]);
        assert_eq!(pinned.versions(requirements, "sqlalchemy"), [("1.4.52", 4)]);
        assert_eq!(LockFile::of("pyproject.toml"), None);
    }
}
