//! From the text of a file to settings.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::config::error::Error;
use crate::config::pyproject;
use crate::config::settings::{
    Deployment, Downgrades, Level, LoadId, LockTimeout, RequiredColumn, Settings, Testing,
};
use crate::config::table::Settled;
use crate::sql::dialect::Dialect;
use crate::text::canonical::Canonical;
use crate::text::cut;

/// The file of settings beside `pyproject.toml`.
pub const OWN_FILE: &str = "safe-migration.toml";

/// The file that may hold `[tool.safe-migration]`.
pub const PYPROJECT: &str = "pyproject.toml";

/// Reads the settings of a snapshot from the texts of its root's `pyproject.toml` and
/// `safe-migration.toml`.
pub fn read(pyproject: Option<&str>, own: Option<&str>) -> Result<Settings, Error> {
    let shared = match pyproject {
        Some(content) => in_pyproject(PYPROJECT, content)?,
        None => None,
    };
    match (shared, own) {
        (Some(_), Some(_)) => Err(Error::TwoPlaces),
        (Some(table), None) => settings(PYPROJECT, "tool.safe-migration", &table),
        (None, Some(content)) => settings(OWN_FILE, "", &parse(OWN_FILE, content)?),
        (None, None) => Ok(Settings::default()),
    }
}

/// Reads the settings of one file that was named: a `pyproject.toml`, or settings at the top level.
pub fn read_file(path: &str, content: &str) -> Result<Settings, Error> {
    if path.ends_with(PYPROJECT) {
        return match in_pyproject(path, content)? {
            Some(table) => settings(path, "tool.safe-migration", &table),
            None => Ok(Settings { from: Some(path.to_owned()), ..Settings::default() }),
        };
    }
    settings(path, "", &parse(path, content)?)
}

/// Tells whether a change of a `pyproject.toml` concerns migrations: `[tool.alembic]` or
/// `[tool.safe-migration]` differ, or cannot be compared.
pub fn concerns(before: Option<&str>, after: Option<&str>) -> bool {
    let speaks = |content: &str| content.contains("alembic") || content.contains("safe-migration");
    if !before.is_some_and(speaks) && !after.is_some_and(speaks) {
        return false;
    }
    match (tools(before.unwrap_or_default()), tools(after.unwrap_or_default())) {
        (Some(before), Some(after)) => before != after,
        _ => true,
    }
}

/// Returns what a `pyproject.toml` says of migrations, as words that differ where that differs;
/// nothing where it says nothing of them.
pub fn essence(content: &str) -> Option<String> {
    match tools(content) {
        Some([None, None]) => None,
        Some(tools) => {
            let forms = tools.map(|tool| tool.as_ref().map(pyproject::form).unwrap_or_default());
            let [alembic, own] = &forms;
            let form = Canonical::of("pyproject", 1).word("alembic", alembic);
            Some(form.word("safe-migration", own).form().to_owned())
        }
        None => Some(content.to_owned()),
    }
}

/// Returns `[tool.alembic]` and `[tool.safe-migration]`; nothing where the file cannot be read.
fn tools(content: &str) -> Option<[Option<Value>; 2]> {
    let file: Table = content.parse().ok()?;
    let tool = |name: &str| file.get("tool").and_then(|tool| tool.get(name)).cloned();
    Some([tool("alembic"), tool("safe-migration")])
}

/// Returns what a tree sets, as it is written, by the dotted name of each setting; what cannot be
/// read sets nothing.
pub fn listed(pyproject: Option<&str>, own: Option<&str>) -> BTreeMap<String, String> {
    let own = own.and_then(|content| parse(OWN_FILE, content).ok());
    let shared = || in_pyproject(PYPROJECT, pyproject?).ok().flatten();
    let mut rows = BTreeMap::new();
    for (key, value) in own.or_else(shared).unwrap_or_default() {
        list(key, &value, &mut rows);
    }
    rows
}

fn list(name: String, value: &Value, rows: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(table) => {
            table.iter().for_each(|(key, value)| list(format!("{name}.{key}"), value, rows));
        }
        value => drop(rows.insert(name, serde_json::to_string(value).unwrap_or_default())),
    }
}

fn parse(path: &str, content: &str) -> Result<Table, Error> {
    content.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map(|span| cut::to(content, span.start.min(content.len())).matches('\n').count() + 1);
        let at = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        Error::Syntax { path: path.to_owned(), why: format!("{at}{}", error.message()) }
    })
}

fn in_pyproject(path: &str, content: &str) -> Result<Option<Table>, Error> {
    if !content.contains("safe-migration") {
        return Ok(None);
    }
    let file = parse(path, content)?;
    let found = file.get("tool").and_then(|tool| tool.get("safe-migration"));
    Ok(found.and_then(Value::as_table).cloned())
}

fn settings(path: &str, prefix: &str, table: &Table) -> Result<Settings, Error> {
    let top = Settled::new(path, prefix, table);
    let base = Settings {
        from: Some(path.to_owned()),
        projects: top.texts("projects")?.unwrap_or_default(),
        upstream: top.text("upstream")?,
        ..Settings::default()
    };
    let mut settings = over(&base, &top)?;
    let projects = top.table("project")?;
    top.end()?;
    for (name, table) in projects
        .iter()
        .map(Settled::each_table)
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
    {
        let own = over(&settings, &table)?;
        table.end()?;
        settings.by_project.insert(name, own);
    }
    Ok(settings)
}

/// Lays what a table says over settings.
fn over(base: &Settings, table: &Settled<'_>) -> Result<Settings, Error> {
    let mut settings = Settings { by_project: Default::default(), ..base.clone() };
    let dialects = "\"postgresql\", \"mysql\", \"mariadb\", \"sqlite\", \"mssql\" or \"oracle\"";
    let dialect = table.read("dialect", dialects, |value| Dialect::from_name(value.as_str()?))?;
    settings.dialect = dialect.or(settings.dialect);
    settings.server_version = table
        .read("server-version", "a version, \"16\" or \"8.0\"", version)?
        .or(base.server_version);
    set(&mut settings.deployment, table.word("deployment", &DEPLOYMENTS)?);
    set(&mut settings.version_locations, table.texts("version-locations")?);
    set(&mut settings.start_after, table.texts("start-after")?);
    set(&mut settings.testing, table.word("testing", &TESTINGS)?);
    set(&mut settings.downgrades, table.word("downgrades", &DOWNGRADES)?);
    set(&mut settings.lock_timeout, table.word("lock-timeout", &LOCK_TIMEOUTS)?);
    set(&mut settings.external_revisions, table.texts("external-revisions")?);
    if let Some(levels) = table.table("severity")? {
        settings.severity.extend(levels.each("\"critical\", \"warning\" or \"off\"", level)?);
    }
    if let Some(load_id) = table.table("load-id")? {
        settings.load_id = read_load_id(&load_id)?;
    }
    let required: Result<Vec<_>, _> =
        table.tables("required-columns")?.iter().map(required_column).collect();
    settings.required_columns.extend(required?);
    if let Some(production) = table.table("production")? {
        settings.production = production.texts("patterns")?.unwrap_or_default();
        production.end()?;
    }
    if let Some(sizes) = table.table("sizes")? {
        settings.sizes.extend(
            sizes.each("a number of rows", |value| u64::try_from(value.as_integer()?).ok())?,
        );
    }
    set(&mut settings.models, table.texts("models")?.map(folders));
    if let Some(drift) = table.table("drift")? {
        settings.drift_ignore = drift.texts("ignore")?.unwrap_or_default();
        drift.end()?;
    }
    if let Some(verify) = table.table("verify")? {
        settings.verify = settings.verify.over(&verify)?;
    }
    Ok(settings)
}

/// `app.models` is the folder `app/models`.
fn folders(named: Vec<String>) -> Vec<String> {
    let folder = |name: String| match name.contains('/') {
        true => name.trim_matches('/').to_owned(),
        false => name.replace('.', "/"),
    };
    named.into_iter().map(folder).collect()
}

fn set<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

const DEPLOYMENTS: [(&str, Deployment); 2] =
    [("rolling", Deployment::Rolling), ("stopped", Deployment::Stopped)];

const TESTINGS: [(&str, Testing); 3] =
    [("required", Testing::Required), ("warn", Testing::Warn), ("off", Testing::Off)];

const DOWNGRADES: [(&str, Downgrades); 2] =
    [("required", Downgrades::Required), ("none", Downgrades::None)];

const LOCK_TIMEOUTS: [(&str, LockTimeout); 2] =
    [("read", LockTimeout::Read), ("role", LockTimeout::Role)];

fn level(value: &Value) -> Option<Level> {
    Some(match value.as_str()? {
        "critical" => Level::Critical,
        "warning" => Level::Warning,
        "off" => Level::Off,
        _ => return None,
    })
}

/// Reads `16`, `"16.2"`, `8.0` or `"10.11.6-MariaDB"`.
fn version(value: &Value) -> Option<(u16, u16)> {
    let text = match value {
        Value::Integer(major) => return Some((u16::try_from(*major).ok()?, 0)),
        Value::Float(number) => format!("{number:.1}"),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let mut parts = text.split(|letter: char| !letter.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

fn read_load_id(table: &Settled<'_>) -> Result<LoadId, Error> {
    let load_id = LoadId {
        tables: table.texts("tables")?,
        column: table.text("column")?,
        references: table.text("references")?,
    };
    table.end()?;
    Ok(load_id)
}

fn required_column(table: &Settled<'_>) -> Result<RequiredColumn, Error> {
    let tables = table.texts("tables")?.unwrap_or_else(|| vec!["*".to_owned()]);
    let column = table.text("column")?;
    let required = RequiredColumn {
        tables,
        column: column.unwrap_or_default(),
        kind: table.text("type")?,
        references: table.text("references")?,
        reason: table.text("reason")?,
    };
    table.end()?;
    if required.column.is_empty() {
        return Err(table.wrong("column", &Value::String(String::new()), "the name of the column"));
    }
    Ok(required)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(content: &str) -> Result<Settings, Error> {
        read(None, Some(content))
    }

    #[test]
    fn every_setting_is_read() {
        let settings = own(r#"
            dialect = "postgres"
            server-version = 16
            deployment = "stopped"
            projects = ["a/alembic.ini"]
            upstream = "origin/trunk"
            start-after = "ab12"
            testing = "warn"
            downgrades = "none"
            lock-timeout = "role"
            external-revisions = ["zz"]
            models = ["app.models", "lib/"]
            [severity]
            drop-table = "warning"
            [load-id]
            tables = ["etl_*"]
            [[required-columns]]
            tables = ["fact_*"]
            column = "tenant_id"
            [production]
            patterns = ["*.corp.example"]
            [sizes]
            "public.users" = 1_000
            [drift]
            ignore = ["audit_*"]
            [verify]
            timeout = 30
            [project."b/alembic.ini"]
            dialect = "mysql"
            server-version = "8.0.36"
            "#)
        .expect("all of it is right");
        assert_eq!(settings.dialect, Some(Dialect::PostgreSql));
        assert_eq!(settings.server_version, Some((16, 0)));
        assert_eq!(settings.severity.get("drop-table"), Some(&Level::Warning));
        assert_eq!(settings.sizes.get("public.users"), Some(&1000));
        assert_eq!(settings.verify.timeout, Some(30));
        assert_eq!(settings.models, ["app/models", "lib"]);
        assert_eq!(settings.drift_ignore, ["audit_*"]);
        let other = settings.for_project("b/alembic.ini");
        assert_eq!((other.dialect, other.server_version), (Some(Dialect::MySql), Some((8, 0))));
        assert_eq!((other.testing, other.required_columns.len()), (Testing::Warn, 1));
        assert_eq!(settings.for_project("a/alembic.ini").dialect, Some(Dialect::PostgreSql));
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_name() {
        let refused = |content: &str| own(content).map(|_| ()).expect_err("it is refused");
        assert_eq!(refused("dialekt = 'x'").hint(), "did you mean `dialect`?");
        assert_eq!(
            refused("[load-id]\ntable = []").to_string(),
            "`load-id.table` in `safe-migration.toml` is not a setting"
        );
        assert_eq!(
            refused("[project.x]\nprojects = []").to_string(),
            "`project.x.projects` in `safe-migration.toml` is not a setting"
        );
        assert_eq!(refused("testing = 'no'").hint(), "write \"required\" or \"warn\" or \"off\"");
        assert!(matches!(refused("[severity\n"), Error::Syntax { .. }));
    }

    #[test]
    fn settings_in_two_places_are_refused_and_a_broken_file_of_others_is_not_ours() {
        assert_eq!(read(Some("[tool.safe-migration]\n"), Some("")), Err(Error::TwoPlaces));
        assert_eq!(
            read(Some("[tool.safe-migration]\ntesting = 'off'"), None).map(|read| read.testing),
            Ok(Testing::Off)
        );
        assert_eq!(read(Some("[broken"), None), Ok(Settings::default()));
    }

    #[test]
    fn only_our_tables_of_a_pyproject_concern_us() {
        let (plain, ours) = ("[tool.ruff]\n", "[tool.alembic]\nscript_location = 'a'\n");
        assert!(
            !concerns(Some(plain), Some("[tool.black]\n"))
                && !concerns(Some(ours), Some(&format!("{plain}{ours}")))
        );
        assert!(
            concerns(Some(plain), Some(ours))
                && concerns(None, Some(ours))
                && concerns(Some(ours), Some("[tool.alembic\n"))
        );
    }
}
