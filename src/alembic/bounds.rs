//! The oldest version of a package that a project declares to work with: `sqlalchemy>=2`.

use crate::alembic::requirements::is_requirements;
use crate::text::cut;

/// Tells whether a file declares what a project requires.
pub(crate) fn declares(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "setup.cfg" | "setup.py" | "Pipfile") || is_requirements(name)
}

/// Returns the lower bound that a file gives a package, with its line, from 1.
pub(crate) fn least<'a>(content: &'a str, package: &str) -> Option<(&'a str, usize)> {
    let mut lines = content.lines().enumerate();
    lines.find_map(|(number, line)| Some((in_line(line, package)?, number + 1)))
}

/// Returns the one version of a package that a file admits (`==2.0.30`), with its line, from 1.
pub(crate) fn only<'a>(content: &'a str, package: &str) -> Option<(&'a str, usize)> {
    let mut lines = content.lines().enumerate();
    lines.find_map(|(number, line)| Some((only_in_line(line, package)?, number + 1)))
}

fn in_line<'a>(line: &'a str, package: &str) -> Option<&'a str> {
    let (said, is_table) = requirement(line, package)?;
    said.split(',').filter_map(|part| bound(part.trim(), is_table)).next_back()
}

fn only_in_line<'a>(line: &'a str, package: &str) -> Option<&'a str> {
    let (said, is_table) = requirement(line, package)?;
    let version = said.trim().trim_start_matches('=').trim();
    // As the value of a key, a version without an operator is the one.
    let is_said = is_table || said.trim().starts_with("==");
    let is_exact = is_said
        && version.starts_with(|first: char| first.is_ascii_digit())
        && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_exact.then_some(version)
}

/// Returns what a line says of the versions of a package, and whether as the value of a key.
fn requirement<'a>(line: &'a str, package: &str) -> Option<(&'a str, bool)> {
    let code = line.split('#').next().unwrap_or_default();
    let at = find(code, package)?;
    let mut rest = cut::from(code, at + package.len()).trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    // Of Poetry and Pipfile: `name = "^2.0"`, `name = {version = "^2.0"}`.
    let is_table = rest.starts_with('=') && !rest.starts_with("==");
    if let Some(value) = rest.strip_prefix('=').filter(|_| is_table) {
        let value = match value.find("version") {
            Some(at) => cut::from(value, at + "version".len()),
            None => value,
        };
        rest = value.trim_start_matches([' ', '=', '"', '\'']);
    }
    let end = rest.find(['"', '\'', ';']).unwrap_or(rest.len());
    Some((cut::to(rest, end), is_table))
}

/// Finds the name of a package where a requirement begins.
fn find(code: &str, package: &str) -> Option<usize> {
    let lower = code.to_ascii_lowercase();
    let at = lower.find(package)?;
    let head = cut::to(code, at);
    let before = head.trim_end().chars().next_back();
    let is_item = before == Some('-') && head.ends_with(' ');
    let after = cut::from(code, at + package.len()).chars().next();
    let begins = is_item || before.is_none_or(|before| "\"'[,=(".contains(before));
    let ends = after.is_some_and(|after| " [=<>~!^".contains(after));
    (begins && ends).then_some(at)
}

/// Reads one clause; nothing where it bounds nothing from below.
fn bound(clause: &str, is_table: bool) -> Option<&str> {
    let operators = ["===", ">=", "~=", "==", ">", "^", "~"];
    let version = operators.into_iter().find_map(|operator| clause.strip_prefix(operator));
    let unquoted = || clause.starts_with(|first: char| first.is_ascii_digit()).then_some(clause);
    let version = version.or_else(|| unquoted().filter(|_| is_table))?.trim();
    let version = version.strip_suffix(".*").unwrap_or(version);
    version.starts_with(|first: char| first.is_ascii_digit()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_bounds_are_found_in_every_kind_of_declaration() {
        for (line, expected) in [
            ("SQLAlchemy>=2.0,<3", Some("2.0")),
            ("    \"sqlalchemy[asyncio] ~= 2.0.20\",", Some("2.0.20")),
            ("sqlalchemy = \"^2.0\"", Some("2.0")),
            ("sqlalchemy = {version = \">=1.4,<2.1\", extras = [\"asyncio\"]}", Some("1.4")),
            ("install_requires=[\"sqlalchemy>2\"]", Some("2")),
            ("sqlalchemy==2.*", Some("2")),
            ("sqlalchemy<2", None),
            ("sqlalchemy", None),
            ("sqlalchemy-utils>=0.41", None),
            ("flask-sqlalchemy>=3", None),
            ("# sqlalchemy>=2", None),
        ] {
            assert_eq!(in_line(line, "sqlalchemy"), expected, "{line}");
        }
    }

    #[test]
    fn a_declaration_may_admit_one_version_alone() {
        for (line, expected) in [
            ("SQLAlchemy==2.0.30", Some("2.0.30")),
            ("    \"sqlalchemy[asyncio] == 2.0.20\",", Some("2.0.20")),
            ("    \"sqlalchemy==1.4.27; python_version < '3.13'\",", Some("1.4.27")),
            ("sqlalchemy = {version = \"==1.4\", extras = [\"asyncio\"]}", Some("1.4")),
            ("sqlalchemy==2.*", None),
            ("sqlalchemy>=2.0,<3", None),
            ("sqlalchemy = \"^2.0\"", None),
            ("sqlalchemy", None),
        ] {
            assert_eq!(only_in_line(line, "sqlalchemy"), expected, "{line}");
        }
    }
}
