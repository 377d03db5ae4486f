//! Files that list packages.

pub(crate) fn is_requirements(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "Pipfile" | "setup.py" | "setup.cfg")
        || name.contains("requirements") && (name.ends_with(".txt") || name.ends_with(".in"))
}

pub(crate) fn is_lock(name: &str) -> bool {
    matches!(name, "poetry.lock" | "uv.lock" | "Pipfile.lock")
}

/// Returns the words of a line that may name a package.
pub(crate) fn required(line: &str) -> impl Iterator<Item = String> {
    let line = line.split('#').next().unwrap_or_default();
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    line.split(move |letter| !is_name(letter))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().replace('_', "-"))
}
