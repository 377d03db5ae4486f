//! Projects made from every template of Alembic are tried, on databases of their own.

use crate::common::Repo;

use super::{can_run, has_modules, has_postgresql, verify};

#[test]
fn projects_of_every_template_are_tried_on_databases_of_their_own() {
    let modules = "alembic, sqlalchemy, psycopg2, asyncpg, greenlet";
    if !can_run("PostgreSQL with psycopg2 and asyncpg", has_postgresql() && has_modules(modules)) {
        return;
    }
    let several = "\n\ndef upgrade(engine_name):\n    globals()[\"upgrade_%s\" % engine_name]()\n\n\ndef downgrade(engine_name):\n    globals()[\"downgrade_%s\" % engine_name]()\n\n\n\
        def upgrade_engine1():\n    op.create_table(\"a\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\ndef downgrade_engine1():\n    op.drop_table(\"a\")\n\n\n\
        def upgrade_engine2():\n    op.create_table(\"b\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\ndef downgrade_engine2():\n    op.drop_table(\"b\")\n";
    let one = "\n\ndef upgrade():\n    op.create_table(\"a\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\ndef downgrade():\n    op.drop_table(\"a\")\n";
    for (template, driver, body) in [
        ("generic", "psycopg2", one),
        ("async", "asyncpg", one),
        ("multidb", "psycopg2", several),
        ("pyproject", "psycopg2", one),
    ] {
        let repo = Repo::new();
        let made =
            repo.command("python3").args(["-m", "alembic", "init", "-t", template, "migrations"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let ini = std::fs::read_to_string(repo.root().join("alembic.ini")).unwrap();
        let mut number = 0;
        let ini: Vec<String> = ini
            .lines()
            .map(|line| match line.starts_with("sqlalchemy.url") {
                true => {
                    number += 1;
                    format!("sqlalchemy.url = postgresql+{driver}://u:p@production.invalid/prod{number}")
                }
                false => line.to_owned(),
            })
            .collect();
        repo.write("alembic.ini", ini.join("\n") + "\n");
        let head = "\"\"\"one\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"one\"\ndown_revision = None\n";
        repo.write("migrations/versions/one.py", format!("{head}{body}"));
        repo.git(&["add", "-A"]);
        let told = verify(&repo, &[]);
        assert_eq!(told.status, Some(0), "{template}\n{}{}", told.stdout, told.stderr);
    }
}
