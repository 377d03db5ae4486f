//! `[verify]`: how revisions are tried on a scratch database.

use toml::Value;

use crate::config::error::Error;
use crate::config::table::Settled;

/// What a project sets of `verify`; nothing where it leaves the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifySettings {
    /// `python`: the interpreter of the project.
    pub python: Option<String>,
    /// `environment`: what env.py expects, `NAME=value`.
    pub environment: Vec<Pair>,
    /// `options` of Alembic's configuration, `name=value`.
    pub options: Vec<Pair>,
    /// `x`: what `alembic -x` would say.
    pub x: Vec<String>,
    /// `copy`: generated files that git does not track.
    pub copy: Vec<String>,
    /// `setup-sql`: what an empty database is given before the history.
    pub setup_sql: Vec<String>,
    /// `seed-sql`: rows of the project's own, written after those that are made up.
    pub seed_sql: Vec<String>,
    /// `skip-tables`: tables that get no made-up rows.
    pub skip_tables: Vec<String>,
    /// `seed`: whether tables get made-up rows.
    pub seed: Option<bool>,
    /// `adversarial`: whether a second pass meets NULLs and duplicates.
    pub adversarial: Option<bool>,
    /// `superuser`: whether the project's code is a superuser on the scratch server.
    pub superuser: Option<bool>,
    /// `flask-app`, as `flask --app` takes it.
    pub flask_app: Option<String>,
    /// `network`.
    pub network: Option<Network>,
    /// `timeout`: seconds for one run of Alembic.
    pub timeout: Option<u64>,
    /// `databases`: how many databases one run of env.py migrates.
    pub databases: Option<usize>,
    /// `pg-bin`: the folder of PostgreSQL's programs.
    pub pg_bin: Option<String>,
    /// `mariadb-bin`: the folder of MariaDB's programs.
    pub mariadb_bin: Option<String>,
    /// `allow-hosts`: hosts on which a server may be named.
    pub allow_hosts: Vec<String>,
    /// `baseline`: what databases start from.
    pub baseline: Option<BaselineSetting>,
}

/// A name and its value, written `name=value`.
pub type Pair = (String, String);

/// Whether the project's Python may open internet sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// It may not.
    Deny,
    /// It may.
    Allow,
}

/// What a scratch database starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaselineSetting {
    /// An empty database, and the history.
    Replay,
    /// The tables of the models.
    Models,
    /// A dump in the repository.
    Sql {
        /// Its path.
        path: String,
        /// The revision at which it stands, where it does not say so itself.
        revision: Option<String>,
    },
    /// A command of the project.
    Command {
        /// The command.
        command: String,
        /// The revision at which it leaves the database, where it does not say so itself.
        revision: Option<String>,
    },
}

impl VerifySettings {
    /// Reads `[verify]` over what is set already.
    pub(crate) fn over(&self, table: &Settled<'_>) -> Result<Self, Error> {
        let texts = |key: &str, base: &Vec<String>| {
            Ok::<_, Error>(table.texts(key)?.unwrap_or_else(|| base.clone()))
        };
        let pairs = |key: &str, base: &Vec<Pair>| {
            let expected = "a list of strings, each `NAME=value`";
            Ok::<_, Error>(table.read(key, expected, pairs)?.unwrap_or_else(|| base.clone()))
        };
        let seconds = "a number of seconds";
        let databases = "a number from 1 to 64";
        let read = VerifySettings {
            python: table.text("python")?.or(self.python.clone()),
            environment: pairs("environment", &self.environment)?,
            options: pairs("options", &self.options)?,
            x: texts("x", &self.x)?,
            copy: texts("copy", &self.copy)?,
            setup_sql: texts("setup-sql", &self.setup_sql)?,
            seed_sql: texts("seed-sql", &self.seed_sql)?,
            skip_tables: texts("skip-tables", &self.skip_tables)?,
            seed: table.read("seed", "true or false", flag)?.or(self.seed),
            adversarial: table.read("adversarial", "true or false", flag)?.or(self.adversarial),
            superuser: table.read("superuser", "true or false", flag)?.or(self.superuser),
            flask_app: table.text("flask-app")?.or(self.flask_app.clone()),
            network: table.word("network", &NETWORKS)?.or(self.network),
            timeout: table
                .read("timeout", seconds, |value| number(value, u64::MAX))?
                .or(self.timeout),
            databases: table
                .read("databases", databases, |value| usize::try_from(number(value, 64)?).ok())?
                .or(self.databases),
            pg_bin: table.text("pg-bin")?.or(self.pg_bin.clone()),
            mariadb_bin: table.text("mariadb-bin")?.or(self.mariadb_bin.clone()),
            allow_hosts: texts("allow-hosts", &self.allow_hosts)?,
            baseline: table.read("baseline", BASELINES, baseline)?.or(self.baseline.clone()),
        };
        table.end()?;
        Ok(read)
    }

    /// Names what is set, each key with its values in their order: what evidence depends on.
    ///
    /// A key that is set to nothing says what a key that is not set says.
    pub fn named(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
        let flag = |flag: Option<bool>| flag.iter().map(bool::to_string).collect::<Vec<_>>();
        let written =
            |pairs: &[Pair]| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let network = self.network.map(|network| match network {
            Network::Deny => "deny".to_owned(),
            Network::Allow => "allow".to_owned(),
        });
        let rows: Vec<(&'static str, Vec<String>)> = vec![
            ("python", one(&self.python)),
            ("environment", written(&self.environment)),
            ("options", written(&self.options)),
            ("x", self.x.clone()),
            ("copy", self.copy.clone()),
            ("setup-sql", self.setup_sql.clone()),
            ("seed-sql", self.seed_sql.clone()),
            ("skip-tables", self.skip_tables.clone()),
            ("seed", flag(self.seed)),
            ("adversarial", flag(self.adversarial)),
            ("superuser", flag(self.superuser)),
            ("flask-app", one(&self.flask_app)),
            ("network", one(&network)),
            ("timeout", self.timeout.iter().map(u64::to_string).collect()),
            ("databases", self.databases.iter().map(usize::to_string).collect()),
            ("pg-bin", one(&self.pg_bin)),
            ("mariadb-bin", one(&self.mariadb_bin)),
            ("allow-hosts", self.allow_hosts.clone()),
            ("baseline", self.baseline.iter().flat_map(BaselineSetting::words).collect()),
        ];
        rows.into_iter().filter(|(_, values)| !values.is_empty()).collect()
    }

    /// Returns the path of the dump that databases start from.
    pub fn dump(&self) -> Option<&str> {
        match &self.baseline {
            Some(BaselineSetting::Sql { path, .. }) => Some(path),
            _ => None,
        }
    }
}

impl BaselineSetting {
    fn words(&self) -> Vec<String> {
        let (kind, what, revision) = match self {
            BaselineSetting::Replay => ("replay", None, None),
            BaselineSetting::Models => ("models", None, None),
            BaselineSetting::Sql { path, revision } => ("sql", Some(path), revision.as_ref()),
            BaselineSetting::Command { command, revision } => {
                ("command", Some(command), revision.as_ref())
            }
        };
        let words = [Some(kind.to_owned()), what.cloned(), revision.cloned()];
        words.into_iter().flatten().collect()
    }
}

const NETWORKS: [(&str, Network); 2] = [("deny", Network::Deny), ("allow", Network::Allow)];

const BASELINES: &str =
    "\"replay\", \"models\", a table of `sql` and `revision`, or one of `command` and `revision`";

/// Reads `NAME=value`, once or as a list.
fn pairs(value: &Value) -> Option<Vec<Pair>> {
    let one = |value: &Value| {
        let (name, text) = value.as_str()?.split_once('=')?;
        (!name.trim().is_empty()).then(|| (name.to_owned(), text.to_owned()))
    };
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        other => one(other).map(|pair| vec![pair]),
    }
}

/// Reads `true`, or the same as a string.
fn flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

/// Reads a number from 1, or the same as a string.
fn number(value: &Value, most: u64) -> Option<u64> {
    let number = match value {
        Value::Integer(number) => u64::try_from(*number).ok()?,
        other => other.as_str()?.parse().ok()?,
    };
    (1..=most).contains(&number).then_some(number)
}

fn baseline(value: &Value) -> Option<BaselineSetting> {
    if let Some(word) = value.as_str() {
        return match word {
            "replay" => Some(BaselineSetting::Replay),
            "models" => Some(BaselineSetting::Models),
            _ => None,
        };
    }
    let table = value.as_table()?;
    let known = table.iter().all(|(key, value)| {
        ["sql", "command", "revision"].contains(&key.as_str()) && value.is_str()
    });
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let revision = text("revision");
    match (text("sql"), text("command")) {
        (Some(path), None) if known => Some(BaselineSetting::Sql { path, revision }),
        (None, Some(command)) if known => Some(BaselineSetting::Command { command, revision }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Table;

    fn read(content: &str) -> Result<VerifySettings, Error> {
        let table: Table = content.parse().expect("it is TOML");
        VerifySettings::default().over(&Settled::new("pyproject.toml", "verify", &table))
    }

    #[test]
    fn every_key_is_read_and_named_in_one_form() {
        let settings = read(
            "python = 'p'\nenvironment = ['A=b=c']\noptions = 'url=x'\nx = 'a'\ncopy = ['f']\n\
             setup-sql = 's'\nseed-sql = ['t', 'u']\nskip-tables = ['w']\nseed = false\n\
             adversarial = true\n\
             flask-app = 'm:a'\nnetwork = 'allow'\ntimeout = '30'\ndatabases = 2\npg-bin = 'b'\n\
             mariadb-bin = 'c'\nallow-hosts = ['h']\n\
             baseline = { sql = 'd.sql', revision = 'ab' }\n",
        )
        .expect("all of it is right");
        assert_eq!(settings.environment, [("A".to_owned(), "b=c".to_owned())]);
        assert_eq!((settings.timeout, settings.databases), (Some(30), Some(2)));
        assert_eq!((settings.seed, settings.network), (Some(false), Some(Network::Allow)));
        assert_eq!(settings.dump(), Some("d.sql"));
        let named = settings.named();
        assert_eq!(named.len(), 18);
        assert!(named.contains(&("baseline", vec!["sql".into(), "d.sql".into(), "ab".into()])));
        assert!(VerifySettings::default().named().is_empty());
    }

    #[test]
    fn a_value_that_a_key_cannot_have_is_refused_with_what_it_may_be() {
        let rows = [
            ("timeout = 'soon'", "write a number of seconds"),
            ("timeout = 0", "write a number of seconds"),
            ("network = 'alow'", "write \"deny\" or \"allow\""),
            ("databases = 'many'", "write a number from 1 to 64"),
            ("seed = 'no'", "write true or false"),
            ("environment = ['A']", "write a list of strings, each `NAME=value`"),
            ("python = 3", "write a string"),
            ("adverserial = true", "did you mean `adversarial`?"),
        ];
        for (content, hint) in rows {
            assert_eq!(read(content).expect_err(content).hint(), hint, "{content}");
        }
        assert!(read("baseline = { sql = 'a', command = 'b' }").is_err());
        assert!(read("baseline = 'model'").is_err());
    }
}
