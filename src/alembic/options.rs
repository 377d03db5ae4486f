//! What a configuration says of a project, not yet resolved.

use crate::alembic::ini::{HERE, Ini};
use crate::alembic::location::{folder_of, join};
use crate::alembic::project::{Origin, Project};
use crate::config::pyproject;
use crate::config::pyproject::{AlembicOption, AlembicOptions};
use crate::snapshot::Snapshot;
use crate::text::known::Known;

/// What one configuration says of one project.
pub(crate) struct Options {
    pub(crate) origin: Origin,
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) versions: Vec<String>,
    pub(crate) unknown: Vec<String>,
    pub(crate) recursive: bool,
    pub(crate) sourceless: bool,
    pub(crate) import_paths: Vec<String>,
    pub(crate) url: Option<String>,
}

impl Project {
    /// Returns what is said to Alembic, without remarks and without what a `pyproject.toml` says to
    /// others. env.py can read every section of an ini.
    pub fn said_to_alembic(&self, snapshot: &Snapshot) -> String {
        let text = |path: &str| snapshot.text(path);
        let ini = |path: &str| {
            text(path).map(|text| Ini::parse(text.content()).form()).unwrap_or_default()
        };
        match &self.origin {
            Origin::Ini { path, section } => format!("{section}\n{}", ini(path)),
            Origin::Pyproject { path } => {
                let own = text(path).and_then(|text| pyproject::alembic(text.content()));
                let beside = join(folder_of(path), "alembic.ini").unwrap_or_default();
                let own = own.as_ref().map(pyproject::form_of).unwrap_or_default();
                format!("{own}\n{}", ini(&beside))
            }
            Origin::Folder => String::new(),
        }
    }
}

/// Reads a section of an ini.
pub(crate) fn of_ini(ini: &Ini, section: &str, path: &str, location: String) -> Options {
    let get = |key: &str| ini.get(section, key).and_then(Known::into_option);
    let separator = get("path_separator").or_else(|| get("version_path_separator"));
    let split = |value: &str| split_paths(value, separator.as_deref());
    let unknown = matches!(ini.get(section, "version_locations"), Some(Known::Unreadable));
    let suffix = if section == "alembic" { String::new() } else { format!(":{section}") };
    Options {
        origin: Origin::Ini { path: path.to_owned(), section: section.to_owned() },
        name: format!("{path}{suffix}"),
        location,
        versions: get("version_locations").map(|value| split(&value)).unwrap_or_default(),
        unknown: if unknown { vec!["version_locations".to_owned()] } else { Vec::new() },
        recursive: get("recursive_version_locations").as_deref() == Some("true"),
        sourceless: get("sourceless").as_deref() == Some("true"),
        import_paths: get("prepend_sys_path").map(|value| split(&value)).unwrap_or_default(),
        url: get("sqlalchemy.url")
            .or_else(|| url_of_first(ini, section))
            .filter(|url| !url.is_empty()),
    }
}

/// Reads the URL of the first of several databases, which the `multidb` template names in sections
/// of their own.
fn url_of_first(ini: &Ini, section: &str) -> Option<String> {
    let names = ini.get(section, "databases")?.into_option()?;
    let first = names.split(',').next()?.trim();
    ini.get(first, "sqlalchemy.url")?.into_option()
}

/// Splits a list of paths as Alembic does; without a separator at blanks and commas.
fn split_paths(value: &str, separator: Option<&str>) -> Vec<String> {
    let parts: Vec<&str> = match separator {
        Some("space") => value.split(' ').collect(),
        Some("newline") => value.split('\n').collect(),
        Some("os" | ":") => value.split(':').collect(),
        Some(";") => value.split(';').collect(),
        _ => value.split([',', ' ']).collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Reads `[tool.alembic]`; nothing where it says no script location.
pub(crate) fn of_toml(options: &AlembicOptions, path: &str) -> Option<Options> {
    let fill = |text: &String| text.replace("%(here)s", HERE).replace("%%", "%");
    let texts = |key: &str| match options.get(key) {
        Some(AlembicOption::List(items)) => items.iter().map(fill).collect(),
        // A string is iterated over character by character; nobody means that.
        Some(AlembicOption::Text(text)) => vec![fill(text)],
        _ => Vec::new(),
    };
    let Some(AlembicOption::Text(location)) = options.get("script_location") else { return None };
    Some(Options {
        origin: Origin::Pyproject { path: path.to_owned() },
        name: path.to_owned(),
        location: fill(location),
        versions: texts("version_locations"),
        unknown: Vec::new(),
        recursive: options.get("recursive_version_locations") == Some(&AlembicOption::Bool(true)),
        sourceless: options.get("sourceless") == Some(&AlembicOption::Bool(true)),
        import_paths: texts("prepend_sys_path"),
        url: None,
    })
}
