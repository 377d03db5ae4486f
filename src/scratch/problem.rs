//! Something that is wrong with a revision, in words that help.

use serde::{Deserialize, Serialize};

use crate::scratch::answer::Failure;

/// Something that is wrong, or should be known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Whether the revision fails for it.
    pub gravity: Gravity,
    /// The sentence.
    pub message: String,
    /// What to write instead, or to do.
    pub hint: Option<String>,
    /// The statement.
    pub statement: Option<String>,
    /// The place in the project, `path:line`.
    pub place: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The revision fails.
    Fails,
    /// It should be known.
    Warns,
}

impl Problem {
    /// Makes one that is but a sentence.
    pub fn new(gravity: Gravity, message: impl Into<String>) -> Self {
        Problem { gravity, message: message.into(), hint: None, statement: None, place: None }
    }

    /// Makes one of a leg that failed, in the database's words.
    pub fn failure(what: &str, failure: &Failure, gravity: Gravity) -> Self {
        let line = failure.error.lines().next().unwrap_or("no reason is given");
        let code = failure.at.as_ref().and_then(|at| at.code.as_deref()).unwrap_or_default();
        Problem {
            statement: failure.statement.clone(),
            place: failure.at.as_ref().map(|at| format!("{}:{}", at.path, at.line)),
            hint: hint(&failure.error, code),
            ..Problem::new(gravity, format!("{what}: {line}"))
        }
    }
}

/// What only an extension has, and which.
const EXTENSIONS: [(&str, &str); 14] = [
    ("uuid_generate_", "uuid-ossp"),
    ("gen_salt(", "pgcrypto"),
    ("crypt(", "pgcrypto"),
    ("similarity(", "pg_trgm"),
    ("_trgm_ops", "pg_trgm"),
    ("unaccent", "unaccent"),
    ("type \"citext\"", "citext"),
    ("type \"hstore\"", "hstore"),
    ("type \"ltree\"", "ltree"),
    ("type \"vector\"", "vector"),
    ("type \"geometry\"", "postgis"),
    ("type \"geography\"", "postgis"),
    ("function st_", "postgis"),
    ("gist_int4_ops", "btree_gist"),
];

/// The extension whose type or function an error names.
fn extension_of(error: &str) -> Option<&'static str> {
    EXTENSIONS.into_iter().find(|(word, _)| error.contains(word)).map(|(_, extension)| extension)
}

/// Says what to do about an error that is often met; `code` is the line that it comes from.
pub fn hint(error: &str, code: &str) -> Option<String> {
    let lower = error.to_lowercase();
    let quoted = |error: &str| error.split('"').nth(1).unwrap_or("...").to_owned();
    let words = match () {
        () if lower.contains("no support for alter")
            || lower.contains(
                "near \"alter\": syntax \
            error",
            ) =>
        {
            "SQLite alters by copying: with op.batch_alter_table(\"table\") as batch: \
             ..."
            .to_owned()
        }
        () if code.contains("drop_constraint(None")
            || lower.contains("; it has no name")
            || lower.contains(
                "constraint must have a \
            name",
            ) =>
        {
            "name the constraint in both directions: op.drop_constraint(\"fk_...\", \"table\", \
             type_=\"foreignkey\")"
                .to_owned()
        }
        () if lower.contains("type \"") && lower.contains("already exists") => {
            let name = quoted(error);
            format!(
                "the downgrade leaves the enum type; end it with \
                sa.Enum(name=\"{name}\").drop(op.get_bind())"
            )
        }
        () if lower.contains("duplicate key") || lower.contains("unique constraint failed") => {
            "the rows are there already: delete them in the downgrade, or write ON CONFLICT DO \
             NOTHING; where rows were inserted with numbers of their own, set the sequence behind \
             them (setval)"
                .to_owned()
        }
        () if lower.contains("enum label") && lower.contains("already exists") => {
            "PostgreSQL cannot take a value from an enum type; write ALTER TYPE ... ADD VALUE IF \
             NOT EXISTS"
                .to_owned()
        }
        () if lower.contains("already exists") => {
            "the downgrade leaves what the upgrade made; drop it there".to_owned()
        }
        () if lower.contains("not null") || lower.contains("contains null values") => {
            "add the column nullable, fill it, then set NOT NULL; or give it a \
             server_default"
                .to_owned()
        }
        () if lower.contains("lock timeout")
            || lower.contains("lock_timeout")
            || lower.contains("lock wait timeout") =>
        {
            "a second connection waits for the migration's own lock: use op.get_bind(); a database \
             of its own it gets with databases = 2 under [tool.safe-migration.verify]"
                .to_owned()
        }
        () if lower.contains("a network connection is opened") => {
            "if that connection is meant, set network = \"allow\" under \
             [tool.safe-migration.verify]"
                .to_owned()
        }
        () if lower.contains("extension") && lower.contains("not available") => {
            "install the extension beside the scratch server (Debian: \
             postgresql-contrib)"
                .to_owned()
        }
        () if lower.contains("does not exist") && extension_of(&lower).is_some() => {
            let name = extension_of(&lower).unwrap_or("...");
            format!(
                "make the extension first: setup-sql = [\"CREATE EXTENSION IF NOT \
                 EXISTS \\\"{name}\\\"\"] under [tool.safe-migration.verify]"
            )
        }
        () if lower.contains("schema \"") && lower.contains("does not exist") => {
            format!(
                "make the schema first: setup-sql = [\"CREATE SCHEMA {}\"] under \
                 [tool.safe-migration.verify]",
                quoted(error)
            )
        }
        () if lower.contains("role") && lower.contains("does not exist") => {
            "make the role first: setup-sql = [\"CREATE ROLE ...\"] under \
             [tool.safe-migration.verify]"
                .to_owned()
        }
        () => return None,
    };
    Some(words)
}
