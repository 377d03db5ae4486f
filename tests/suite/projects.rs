//! Projects in layouts that no configuration tells whole: the files do.

use serde_json::Value;

use crate::common::{Ran, Repo};

const ENV: &str = "from alembic import context\ncontext.configure(connection=c)\n";

/// A revision that drops a table.
fn revision(id: &str, down: &str) -> String {
    format!(
        "from alembic import op\n\nrevision = '{id}'\ndown_revision = {down}\n\n\ndef upgrade():\n    op.drop_table('t_{id}')\n\n\n\
         def downgrade():\n    pass\n"
    )
}

/// Commits some files, stages one more, and returns what is said of that.
fn staged(files: &[(&str, String)], new: (&str, String)) -> (Ran, Value) {
    let repo = Repo::new();
    repo.write("app/models.py", "x = 1\n");
    for (path, content) in files {
        repo.write(path, content);
    }
    repo.commit_all("base");
    repo.write(new.0, new.1);
    repo.git(&["add", "-A"]);
    let ran = repo.tool(&["check", "--format", "json"]);
    let reported = serde_json::from_str(&ran.stdout).unwrap_or_default();
    (ran, reported)
}

/// Returns path, whether it is judged, and the project of every revision of a report.
fn rows(reported: &Value) -> Vec<String> {
    let migrations = reported["migrations"].as_array().cloned().unwrap_or_default();
    let row = |row: &Value| {
        format!("{} {} in {}", row["revision"], row["judged"], row["project"]).replace('"', "")
    };
    migrations.iter().map(row).collect()
}

fn text(content: &str) -> String {
    content.to_owned()
}

#[test]
fn revisions_below_a_folder_of_a_dialect_are_a_project_on_that_dialect() {
    let place = "src/app/db/_migrations";
    let files = [
        ("src/app/db/alembic.ini", text("[alembic]\nscript_location = app:db:_migrations\n")),
        ("src/app/db/_migrations/env.py", text(ENV)),
        ("src/app/db/_migrations/versions/postgresql/a.py", revision("a1", "None")),
        ("src/app/db/_migrations/versions/sqlite/b.py", revision("b1", "None")),
    ];
    let new = (format!("{place}/versions/postgresql/c.py"), revision("c1", "'a1'"));
    let (ran, reported) = staged(&files, (&new.0, new.1));
    assert_eq!(ran.status, Some(1));
    assert_eq!(rows(&reported), [format!("c1 true in {place}/versions/postgresql")]);
    let new = (format!("{place}/versions/sqlite/c.py"), revision("c1", "'b1'"));
    let (_, reported) = staged(&files, (&new.0, new.1));
    assert_eq!(rows(&reported), [format!("c1 true in {place}/versions/sqlite")]);
}

#[test]
fn folders_by_release_belong_to_the_project_whose_revisions_they_follow() {
    let files = [
        ("db/alembic.ini", text("[alembic]\nscript_location = %(here)s/m\n")),
        ("db/m/env.py", text(ENV)),
        ("db/m/versions/first.py", revision("a1", "None")),
        ("db/m/versions/2024.1/expand/b.py", revision("b1", "'a1'")),
        ("db/m/versions/2024.1/contract/c.py", revision("c1", "'b1'")),
    ];
    let new = ("db/m/versions/2024.2/expand/d.py", revision("d1", "'c1'"));
    let (ran, reported) = staged(&files, new);
    assert_eq!(ran.status, Some(1));
    assert_eq!(rows(&reported), ["d1 true in db/alembic.ini"]);
    let fork = ("db/m/versions/2024.2/expand/d.py", revision("d1", "'b1'"));
    let (_, reported) = staged(&files, fork);
    let rules: Vec<&str> = reported["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|finding| finding["rule"].as_str())
        .collect();
    assert!(rules.contains(&"multiple-heads"), "{rules:?}");
}

#[test]
fn a_folder_without_env_py_is_a_project_by_its_headers() {
    let (ran, reported) = staged(
        &[("lib/alembic/a.py", revision("a1", "None"))],
        ("lib/alembic/b.py", revision("b1", "'a1'")),
    );
    assert_eq!(ran.status, Some(1));
    assert_eq!(rows(&reported), ["b1 true in lib/alembic"]);
    // The first of its kind, with a header that only a parser reads.
    let first = revision("a1", "None").replace("'a1'", "'a' + '1'");
    let (ran, reported) = staged(&[], ("plugin/steps/one.py", first));
    assert_eq!((ran.status, rows(&reported).len()), (Some(1), 1), "{}", ran.stdout);
}

#[test]
fn the_tree_of_a_plugin_is_a_project_of_its_own() {
    let files = [
        ("alembic.ini", text("[alembic]\nscript_location = m\n")),
        ("m/env.py", text(ENV)),
        ("m/versions/a.py", revision("a1", "None")),
        ("app/plugins/chat/migrations/p.py", revision("p1", "None")),
    ];
    let (_, reported) =
        staged(&files, ("app/plugins/chat/migrations/q.py", revision("q1", "'p1'")));
    assert_eq!(rows(&reported), ["q1 true in app/plugins/chat/migrations"]);
    let (_, reported) = staged(&files, ("m/versions/b.py", revision("b1", "'a1'")));
    assert_eq!(rows(&reported), ["b1 true in alembic.ini"]);
}

#[test]
fn a_tree_that_headers_say_runs_on_the_database_of_the_project_beside_it() {
    let files = [
        ("alembic.ini", text("[alembic]\nscript_location = m\nsqlalchemy.url = mysql://u@h/d\n")),
        ("m/env.py", text(ENV)),
        ("m/versions/a.py", revision("a1", "None")),
        ("app/plugins/chat/steps/p.py", revision("p1", "None")),
    ];
    let repo = Repo::new();
    files.iter().for_each(|(path, content)| repo.write(path, content));
    repo.commit_all("base");
    let doctor = repo.tool(&["doctor"]);
    let said = "database      MySQL: that of `alembic.ini`: sqlalchemy.url in alembic.ini:3";
    assert!(doctor.stdout.contains(said), "{}", doctor.stdout);
}

#[test]
fn folders_that_env_py_sets_belong_to_its_project() {
    let env = "import os\nfrom alembic import context\nhere = os.path.dirname(__file__)\n\
               steps = os.path.join(here, '..', 'steps', 'core')\n\
               context.config.set_main_option('version_locations', steps)\n\
               context.configure(connection=c)\n";
    let files = [
        ("alembic.ini", text("[alembic]\nscript_location = m\n")),
        ("m/env.py", text(env)),
        ("steps/core/a.py", revision("a1", "None")),
        ("other/tree/x.py", revision("x1", "None")),
    ];
    let (_, reported) = staged(&files, ("steps/core/b.py", revision("b1", "'a1'")));
    assert_eq!(rows(&reported), ["b1 true in alembic.ini"]);
}

#[test]
fn folders_without_env_py_go_together_where_their_revisions_follow_each_other() {
    let files = [("mods/a/revs/a.py", revision("a1", "None"))];
    let (ran, reported) = staged(&files, ("mods/b/revs/b.py", revision("b1", "'a1'")));
    assert_eq!(ran.status, Some(1));
    let repo = Repo::new();
    repo.write("mods/a/revs/a.py", revision("a1", "None"));
    repo.write("mods/b/revs/b.py", revision("b1", "'a1'"));
    repo.commit_all("base");
    assert!(repo.tool(&["doctor"]).stdout.contains("\nproject mods\n"));
    assert!(reported["migrations"].as_array().is_some_and(|rows| !rows.is_empty()));
}

#[test]
fn a_package_may_be_laid_out_in_a_folder_called_python() {
    let files = [
        ("alembic.ini", text("[alembic]\nscript_location = shop:m\n")),
        ("python/shop/m/env.py", text(ENV)),
        ("python/shop/m/versions/a.py", revision("a1", "None")),
    ];
    let (_, reported) = staged(&files, ("python/shop/m/versions/b.py", revision("b1", "'a1'")));
    assert_eq!(rows(&reported), ["b1 true in alembic.ini"]);
}

#[test]
fn an_extra_that_is_called_after_a_database_names_it() {
    let repo = Repo::new();
    repo.write("pyproject.toml", "[project]\ndependencies = [\"invenio-db[mysql,postgresql]\"]\n");
    repo.write("m/env.py", ENV);
    repo.write("m/versions/a.py", revision("a1", "None"));
    repo.commit_all("base");
    let doctor = repo.tool(&["doctor"]).stdout;
    for database in ["MySQL", "PostgreSQL"] {
        let said = format!("{database}: an extra of a package in pyproject.toml:2");
        assert!(doctor.contains(&said), "{doctor}");
    }
}

/// The drivers and URLs of MySQL reach MariaDB: which of them runs, an image says. SQLAlchemy calls it
/// `mysql` behind `mysql://` and `mariadb` behind `mariadb://`.
#[test]
fn of_mysql_and_mariadb_the_image_says_which_runs() {
    let repo = Repo::new();
    repo.write("requirements.txt", "pymysql==1.1.1\n");
    repo.write("docker-compose.yml", "services:\n  db:\n    image: mariadb:11.3\n");
    repo.write("alembic.ini", "[alembic]\nscript_location = m\n");
    repo.write("m/env.py", ENV);
    let dropped = |name: &str, table: &str| {
        format!(
            "    if op.get_bind().dialect.name == '{name}':\n        op.drop_table('{table}')\n"
        )
    };
    let body = [("mysql", "one"), ("mariadb", "two"), ("postgresql", "three")]
        .map(|(name, table)| dropped(name, table))
        .concat();
    let header = "from alembic import op\n\nrevision = 'a1'\ndown_revision = None\n\n\n";
    repo.write("m/versions/a.py", format!("{header}def upgrade():\n{body}"));
    repo.commit_all("base");
    let doctor = repo.tool(&["doctor"]).stdout;
    assert!(doctor.contains("MariaDB: pymysql in requirements.txt:1"), "{doctor}");
    let operations = repo.tool(&["operations", "m/versions/a.py"]).stdout;
    for (table, is_read) in [("one", true), ("two", true), ("three", false)] {
        let words = format!("DROP TABLE {table}");
        assert_eq!(operations.contains(&words), is_read, "{table}: {operations}");
    }
}

#[test]
fn settings_say_where_revisions_stand() {
    let files = [
        (
            "safe-migration.toml",
            text("[project.\"alembic.ini\"]\nversion-locations = [\"more/\"]\n"),
        ),
        ("alembic.ini", text("[alembic]\nscript_location = m\n")),
        ("m/env.py", text(ENV)),
        ("m/versions/old.py", revision("a1", "None")),
        ("more/a.py", revision("a2", "None")),
    ];
    let (_, reported) = staged(&files, ("more/b.py", revision("b1", "'a2'")));
    assert_eq!(rows(&reported), ["b1 true in alembic.ini"]);
}

#[test]
fn settings_that_name_no_project_are_refused() {
    for (named, why) in [("nowhere", "nothing of this name"), ("app", "no file with the header")] {
        let files = [("safe-migration.toml", format!("projects = [\"{named}\"]\n"))];
        let (ran, _) = staged(&files, ("m/a.py", revision("a1", "None")));
        assert_eq!(ran.status, Some(2));
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    let (ran, _) = staged(
        &[("safe-migration.toml", text("projects = [\"nowhere\"]\n"))],
        ("app/models.py", text("x = 2\n")),
    );
    assert_eq!(ran.status, Some(0), "no migration is concerned");
}

#[test]
fn what_was_inferred_is_told() {
    let repo = Repo::new();
    repo.write("lib/alembic/a.py", revision("a1", "None"));
    repo.git(&["add", "-A"]);
    let doctor = repo.tool(&["doctor", "--color", "never"]).stdout;
    let said = "inferred      1 revision stands in `lib/alembic`, because";
    assert!(doctor.contains(said), "{doctor}");
    let checked = repo.tool(&["check", "--color", "never"]).stdout;
    assert!(checked.contains("inferred for `lib/alembic`"), "{checked}");
}

/// Stages one revision in a project that names two databases, and returns rule, line and notes of
/// each finding.
fn on_two_databases(upgrade: &str) -> Vec<String> {
    let url = "[alembic]\nscript_location = m\n";
    let files = [
        ("alembic.ini", text(url)),
        ("m/env.py", format!("{ENV}URLS = ('postgresql+psycopg2://h/d', 'mysql+pymysql://h/d')\n")),
        ("m/versions/a.py", revision("a1", "None")),
    ];
    let new = format!(
        "from alembic import op\n\nrevision = 'b1'\ndown_revision = 'a1'\n\n\ndef upgrade():\n{upgrade}\n\n\ndef downgrade():\n    pass\n"
    );
    let (_, reported) = staged(&files, ("m/versions/b.py", new));
    let findings = reported["findings"].as_array().cloned().unwrap_or_default();
    let drops = findings.iter().filter(|finding| finding["rule"] == "drop-table");
    drops.map(|finding| format!("{} {}", finding["line"], finding["message"])).collect()
}

#[test]
fn operations_are_read_for_each_database_of_a_project() {
    let only = |name: &str| {
        format!("    if op.get_bind().dialect.name == '{name}':\n        op.drop_table('old')\n")
    };
    assert_eq!(on_two_databases(&only("mysql")).len(), 1);
    assert_eq!(on_two_databases(&only("postgresql")).len(), 1);
    assert_eq!(on_two_databases(&only("oracle")).len(), 0);
    let either = format!("{}    else:\n        op.drop_table('old')\n", only("mysql"));
    assert_eq!(on_two_databases(&either).len(), 1, "arms that exclude each other count once");
    let both = "    op.drop_table('old')\n    op.drop_table('other')\n";
    assert_eq!(on_two_databases(both).len(), 2);
}
