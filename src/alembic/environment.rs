//! What `env.py` and the ini say of the database, read without running them.

use std::rc::Rc;

use crate::alembic::compare_options::compared;
use crate::alembic::configured::{configure, configured};
use crate::alembic::env::{Env, limits_locks, spelled};
use crate::alembic::imports::Imports;
use crate::alembic::project::{Environment, Origin, Project, Setting};
use crate::alembic::surroundings::Surroundings;
use crate::alembic::{dialects, drivers, naming};
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind};
use crate::snapshot::Snapshot;

/// Reads the environment of a project.
pub(crate) fn read(snapshot: &Rc<Snapshot>, project: &Project) -> Environment {
    let path = project.env_path();
    let env = snapshot.text(&path).map(|text| Env::of(&path, &text));
    let surroundings = Surroundings::of(snapshot, project);
    let dialects = dialects::read(snapshot, project, env.as_ref(), &surroundings);
    let relative = dialects::relative(project, env.as_ref());
    let timeout_place =
        env.as_ref().and_then(Env::limits_locks).or_else(|| ini_limits_locks(snapshot, project));
    let lock_timeout = if timeout_place.is_some() { Setting::Yes } else { Setting::No };
    let drivers = drivers::in_urls(project, env.as_ref());
    let Some(env) = env else {
        let rest = Environment::default();
        return Environment {
            dialects,
            relative,
            drivers,
            lock_timeout,
            timeout_place,
            // Whoever calls Alembic says these.
            hands_arguments: Setting::Unreadable,
            naming_convention: Setting::Unreadable,
            ..rest
        };
    };
    let imports = Imports::new(snapshot, &Rc::new(project.clone()));
    let naming = naming::read(&env, &imports, snapshot, project);
    Environment {
        path: Some(path),
        dialects,
        relative,
        drivers,
        asynchronous: drivers::is_async(&env),
        several_statements: several_statements(&env, project),
        transaction_per_migration: configured(&env, "transaction_per_migration"),
        hands_arguments: hands_arguments(&env),
        render_as_batch: configured(&env, "render_as_batch"),
        autocommit: autocommit(&env),
        transaction_place: env.keyword("transaction_per_migration"),
        lock_timeout,
        timeout_place,
        naming_convention: naming.setting,
        check_names: naming.checks,
        convention: naming.convention,
        version_table: version_table(&env),
        compared: compared(&env),
    }
}

/// Returns where the ini sets a timeout: in the options of a URL, say.
fn ini_limits_locks(snapshot: &Snapshot, project: &Project) -> Option<String> {
    let Origin::Ini { path, .. } = &project.origin else { return None };
    let is_comment = |line: &str| line.trim_start().starts_with(['#', ';']);
    let text = snapshot.text(path)?;
    let number = text.content().lines().position(|line| !is_comment(line) && limits_locks(line))?;
    Some(format!("{path}:{}", number + 1))
}

/// Tells whether `run_migrations` is given something for the functions of revisions.
fn hands_arguments(env: &Env) -> Setting {
    let expressions = env.expressions();
    let mut calls = expressions.iter().filter_map(|expression| match &expression.kind {
        Kind::Call(callee, arguments) => match &callee.kind {
            Kind::Attribute(_, name) if &**name == "run_migrations" => Some(arguments),
            _ => None,
        },
        _ => None,
    });
    // Mentioned more often than called, it may be handed around.
    let mentions = env.text.content().matches("run_migrations(").count();
    let Some(first) = calls.next() else { return Setting::Unreadable };
    let rest: Vec<_> = calls.collect();
    match first.is_empty() && rest.iter().all(|arguments| arguments.is_empty()) {
        false => Setting::Yes,
        true if mentions > rest.len() + 1 => Setting::Unreadable,
        true => Setting::No,
    }
}

/// Tells whether a connection is put into AUTOCOMMIT.
fn autocommit(env: &Env) -> Setting {
    let is_autocommit = |value: &Expression| {
        spelled(value).is_some_and(|text| text.eq_ignore_ascii_case("autocommit"))
    };
    let says = env.expressions().into_iter().any(|expression| match &expression.kind {
        Kind::Call(_, arguments) => arguments.iter().any(
            |argument| matches!(argument, Argument::Keyword(name, value) if &**name == "isolation_level" && is_autocommit(value)),
        ),
        Kind::Dict(rows) => rows.iter().any(|(key, value)| {
            let named = key.as_ref().and_then(spelled).is_some_and(|key| key.ends_with("isolation_level"));
            named && is_autocommit(value)
        }),
        _ => false,
    });
    if says { Setting::Yes } else { Setting::No }
}

/// Tells whether the connection has the flag that lets MySQL take several statements at a time.
fn several_statements(env: &Env, project: &Project) -> Setting {
    let asks = |text: &str| text.contains("client_flag") || text.contains("MULTI_STATEMENTS");
    let makes_engine = ["create_engine", "engine_from_config", "create_async_engine"];
    let text = env.text.content();
    match makes_engine.iter().any(|word| text.contains(word)) {
        _ if asks(text) || project.url.as_deref().is_some_and(asks) => Setting::Yes,
        true => Setting::No,
        false => Setting::Unreadable,
    }
}

fn version_table(env: &Env) -> Option<String> {
    let calls = env.expressions();
    let mut values =
        calls.iter().filter_map(|expression| configure(expression)).flatten().filter_map(
            |argument| match argument {
                Argument::Keyword(name, value) if &**name == "version_table" => Some(value),
                _ => None,
            },
        );
    let value = values.next()?;
    let written = || env.text.slice(value.span).to_owned();
    Some(spelled(value).unwrap_or_else(written)).filter(|name| name != "alembic_version")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;
    use crate::sql::dialect::Dialect;

    fn environment(env: &str, more: &[(&str, &str)]) -> Environment {
        let files = [("alembic.ini", "[alembic]\nscript_location = m\n"), ("m/env.py", env)];
        let files =
            files.into_iter().filter(|(path, _)| !more.iter().any(|(other, _)| other == path));
        let snapshot = Rc::new(Snapshot::of(files.chain(more.iter().copied())));
        find(&snapshot, Search::Whole, &Settings::default()).remove(0).environment
    }

    const OFFLINE: &str =
        "from alembic import context\ncontext.configure(url=url, literal_binds=True)\n";

    #[test]
    fn the_transaction_is_read_where_migrations_run_on_a_connection() {
        let table = [
            ("context.configure(connection=c, transaction_per_migration=True)", Setting::Yes),
            ("context.configure(connection=c, transaction_per_migration=False)", Setting::No),
            ("context.configure(connection=c)", Setting::No),
            ("# context.configure(connection=c, transaction_per_migration=True)", Setting::No),
            (
                "context.configure(connection=c, transaction_per_migration=settings.each)",
                Setting::Unreadable,
            ),
            (
                "opts = {'transaction_per_migration': True}\n\
                 context.configure(connection=c, **opts)",
                Setting::Yes,
            ),
            (
                "opts = dict(transaction_per_migration=True)\n\
                 context.configure(connection=c, **opts)",
                Setting::Yes,
            ),
            ("opts = {'compare_type': True}\ncontext.configure(connection=c, **opts)", Setting::No),
            (
                "args = current_app.extensions['migrate'].configure_args\n\
                 context.configure(connection=c, **args)",
                Setting::Unreadable,
            ),
        ];
        for (online, expected) in table {
            let read = environment(&format!("{OFFLINE}{online}\n"), &[]);
            assert_eq!(read.transaction_per_migration, expected, "{online}");
        }
    }

    #[test]
    fn timeouts_are_found_in_sql_in_options_and_in_the_ini() {
        let table = [
            ("c.execute(text('SET lock_timeout = 4000'))", Setting::Yes),
            ("c.execute(text(f\"SET LOCAL lock_timeout TO '{ms}ms'\"))", Setting::Yes),
            (
                "e = create_engine(u, connect_args={'options': '-c statement_timeout=5s'})",
                Setting::Yes,
            ),
            (
                "e = create_engine(u, connect_args={'server_settings': {'lock_timeout': '4000'}})",
                Setting::Yes,
            ),
            ("c.execute(text('SET lock_timeout = 0'))", Setting::No),
            ("c.execute(text('SET statement_timeout TO 0'))", Setting::No),
            ("'''One day: SET lock_timeout = 4000'''", Setting::No),
            ("# SET lock_timeout = 4000", Setting::No),
        ];
        for (line, expected) in table {
            assert_eq!(
                environment(&format!("{OFFLINE}{line}\n"), &[]).lock_timeout,
                expected,
                "{line}"
            );
        }
        let ini = "[alembic]\nscript_location = m\n\
            sqlalchemy.url = postgresql://h/d?options=-clock_timeout%%3D4000\n";
        assert_eq!(environment(OFFLINE, &[("alembic.ini", ini)]).lock_timeout, Setting::Yes);
    }

    #[test]
    fn drivers_for_tests_and_images_of_other_programs_are_no_database() {
        let of = |more: &[(&str, &str)]| {
            let found = environment("from alembic import context\n", more).dialects;
            found.into_iter().map(|(dialect, _)| dialect).collect::<Vec<_>>()
        };
        let tested = "psycopg2==2.9\n\n# Testing\naiosqlite==0.21\n";
        assert_eq!(of(&[("requirements.txt", tested)]), [Dialect::PostgreSql]);
        let image = ("docker-compose.yml", "services:\n  db:\n    image: postgres:16\n");
        assert_eq!(of(&[("requirements.txt", "aiosqlite==0.21\n"), image]), [Dialect::Sqlite]);
        let extras = "[[package]]\nname = \"SQLAlchemy\"\n\n[package.extras]\n\
            aiomysql = [\"aiomysql (>=0.2.0)\"]\n";
        assert_eq!(of(&[("poetry.lock", extras)]), []);
    }

    #[test]
    fn the_naming_convention_is_followed_to_where_the_metadata_is_made() {
        let metadata = "metadata = MetaData(naming_convention={'pk': 'pk_%(table_name)s'})\n";
        let models =
            ("app/models/__init__.py", "from .user import User\nfrom app.base import Base\n");
        let base = (
            "app/base.py",
            "from app.meta import metadata\nBase = declarative_base(metadata=metadata)\n",
        );
        let plain = ("app/base.py", "class Base(DeclarativeBase): pass\n");
        let env = "from alembic import context\nfrom app.models import Base\n\
            target_metadata = Base.metadata\n";
        assert_eq!(
            environment(env, &[models, base, ("app/meta.py", metadata)]).naming_convention,
            Setting::Yes
        );
        assert_eq!(
            environment(env, &[models, plain, ("app/meta.py", metadata)]).naming_convention,
            Setting::No
        );
        let flask = "from flask import current_app\nfrom alembic import context\n";
        assert_eq!(environment(flask, &[]).naming_convention, Setting::Unreadable);
        assert_eq!(
            environment(flask, &[("app/extensions.py", metadata)]).naming_convention,
            Setting::Yes
        );
    }

    #[test]
    fn whoever_says_it_plainly_says_the_dialect() {
        let dialects = |env: &str, more: &[(&str, &str)]| {
            environment(env, more)
                .dialects
                .into_iter()
                .map(|(dialect, _)| dialect)
                .collect::<Vec<_>>()
        };
        let ini = |url: &'static str| match url {
            "mysql" => (
                "alembic.ini",
                "[alembic]\nscript_location = m\nsqlalchemy.url = mysql+pymysql://h/d\n",
            ),
            "sqlite" => {
                ("alembic.ini", "[alembic]\nscript_location = m\nsqlalchemy.url = sqlite:///x.db\n")
            }
            _ => (
                "alembic.ini",
                "[alembic]\nscript_location = m\n\
                 sqlalchemy.url = driver://user:pass@localhost/dbname\n",
            ),
        };
        let required = ("requirements.txt", "flask==3\npsycopg2-binary>=2.9  # driver\n");
        let revision = ("m/versions/a.py", "from sqlalchemy.dialects import mysql\n");
        assert_eq!(dialects(OFFLINE, &[ini("mysql"), required]), [Dialect::MySql]);
        assert_eq!(dialects(OFFLINE, &[ini("template"), required]), [Dialect::PostgreSql]);
        assert_eq!(
            dialects(OFFLINE, &[ini("template"), required, revision]),
            [Dialect::MySql, Dialect::PostgreSql]
        );
        let branch = format!(
            "{OFFLINE}batch = engine.name in (\"sqlite\", \"mysql\")\n\
             if url.startswith('sqlite:'):\n    pass\n"
        );
        assert_eq!(dialects(&branch, &[ini("template"), required]), [Dialect::PostgreSql]);
        assert_eq!(dialects(&branch, &[]), [Dialect::MySql], "for want of anything better");
        assert_eq!(
            dialects(OFFLINE, &[ini("sqlite"), required]),
            [Dialect::PostgreSql, Dialect::Sqlite]
        );
        assert_eq!(dialects(OFFLINE, &[ini("sqlite")]), [Dialect::Sqlite]);
        let url = format!("{OFFLINE}url = f'mssql+pyodbc://{{user}}@{{host}}'\n");
        assert_eq!(dialects(&url, &[ini("template"), required]), [Dialect::SqlServer]);
        assert_eq!(dialects(OFFLINE, &[]), []);
        assert_eq!(
            dialects(OFFLINE, &[("compose.yaml", "image: mariadb:11\n")]),
            [Dialect::MariaDb]
        );
        let tested_on = ("compose.yaml", "image: mysql:8\n");
        assert_eq!(
            dialects(OFFLINE, &[ini("sqlite"), tested_on]),
            [Dialect::Sqlite, Dialect::MySql],
            "a library that runs on whatever its users have"
        );
        let package = ("app.py", "def write(url='sqlite:///hub.sqlite'):  # mysql://x\n    pass\n");
        assert_eq!(dialects(OFFLINE, &[ini("template"), package]), [Dialect::Sqlite]);
        assert_eq!(
            dialects(OFFLINE, &[ini("template"), package, required]),
            [Dialect::PostgreSql],
            "what is required says more"
        );
    }

    #[test]
    fn isolation_and_the_version_table_are_read() {
        let read = environment(
            "from alembic import context\n\
             c = e.connect().execution_options(isolation_level='AUTOCOMMIT')\n\
            context.configure(connection=c, render_as_batch=True, version_table='my_version')\n",
            &[],
        );
        assert_eq!((read.autocommit, read.render_as_batch), (Setting::Yes, Setting::Yes));
        assert_eq!(read.version_table.as_deref(), Some("my_version"));
    }
}
