//! What real projects have: no ini, folders named like modules, keys that the database makes,
//! constraints of every kind.

use crate::common::Repo;

use super::{Migration, can_run, env, has_modules, has_postgresql, project, verify, write};

const HEAD: &str = "from alembic import op\nimport sqlalchemy as sa\n\n";

#[test]
fn a_project_without_an_ini_runs_beside_its_package_with_the_options_of_its_launcher() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = Repo::new();
    repo.write(
        "safe-migration.toml",
        "dialect = \"sqlite\"\n[verify]\noptions = [\"url=sqlite:///production.db\"]\n",
    );
    for package in ["app/__init__.py", "app/http/__init__.py", "app/migrations/__init__.py"] {
        repo.write(package, "");
    }
    let engine = "create_engine(config.get_section(config.config_ini_section)[\"url\"])";
    repo.write(
        "app/migrations/env.py",
        format!("import http.client\nimport app.http\n{}", env(engine)),
    );
    let body = "revision = \"first\"\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table(\"a\", sa.Column(\"id\", sa.Integer, primary_key=True))\n\n\n\
                def downgrade():\n    op.drop_table(\"a\")\n";
    repo.write("app/migrations/versions/first.py", format!("{HEAD}{body}"));
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(0), "{}{}", reported.stdout, reported.stderr);
    repo.write("safe-migration.toml", "dialect = \"sqlite\"\n");
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &[]);
    assert_eq!(reported.status, Some(2), "{}{}", reported.stdout, reported.stderr);
    let names_env = reported.stderr.contains("KeyError: 'url'")
        && reported.stderr.contains("app/migrations/env.py");
    assert!(names_env && !reported.stderr.contains("baseline"), "{}", reported.stderr);
}

#[test]
fn every_table_holds_rows_whatever_its_constraints_ask() {
    if !can_run(
        "PostgreSQL with psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg2://u:p@production.invalid/prod");
    let tables = r#"op.execute("""
        CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL CHECK (name ~* '^[a-z0-9]+$'),
            link text CHECK (link ~ '^https?://'), digest char(64) UNIQUE CHECK (digest ~* '^[A-F0-9]{64}$'));
        CREATE TABLE members (team uuid NOT NULL REFERENCES teams DEFERRABLE INITIALLY DEFERRED, number int NOT NULL,
            level int CHECK (level BETWEEN 5 AND 9), boss int, PRIMARY KEY (team, number),
            FOREIGN KEY (team, boss) REFERENCES members (team, number));
        CREATE TABLE keys (id serial PRIMARY KEY, team uuid REFERENCES teams, person int REFERENCES users,
            CHECK ((team IS NULL) <> (person IS NULL)));
        CREATE TABLE desks (team uuid NOT NULL, number int NOT NULL, address inet NOT NULL, kind bit(3) NOT NULL, UNIQUE (team, number),
            FOREIGN KEY (team, number) REFERENCES members (team, number));
        CREATE TABLE carts (id uuid PRIMARY KEY, place point NOT NULL, mail text NOT NULL UNIQUE CHECK (mail ~ '^[a-z]+@[a-z]+[.][a-z]{2,3}$'),
            code text NOT NULL UNIQUE CHECK (length(code) = 5));
        CREATE TABLE boxes (id uuid PRIMARY KEY, cart uuid NOT NULL REFERENCES carts);
        CREATE TABLE belts (id uuid PRIMARY KEY, box uuid NOT NULL REFERENCES boxes, cart uuid NOT NULL REFERENCES carts);
        ALTER TABLE carts ADD belt uuid REFERENCES belts;
    """)"#;
    write(
        &repo,
        &Migration(
            "tables",
            tables,
            "op.execute('DROP TABLE desks, keys, members, teams, belts, boxes, carts CASCADE')",
        ),
    );
    let next = "revision = \"next\"\ndown_revision = \"tables\"\n\n\ndef upgrade():\n    op.add_column(\"desks\", sa.Column(\"x\", sa.Integer))\n    op.add_column(\"belts\", sa.Column(\"x\", sa.Integer))\n\n\n\
                def downgrade():\n    op.drop_column(\"belts\", \"x\")\n    op.drop_column(\"desks\", \"x\")\n";
    repo.write("alembic/versions/next.py", format!("{HEAD}{next}"));
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &["next"]);
    assert_eq!(reported.status, Some(0), "{}{}", reported.stdout, reported.stderr);
    assert!(reported.stdout.contains("6 of 6 tables held rows"), "{}", reported.stdout);
}

#[test]
fn rows_that_a_downgrade_leaves_are_told_how_to_be_written_once() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    let inserts = r#"op.execute("INSERT INTO users (email) VALUES ('a@example.com')")"#;
    let undone = r#"op.execute("DELETE FROM users WHERE email = 'a@example.com'")"#;
    write(&repo, &Migration("flag", inserts, undone));
    write(&repo, &Migration("twice", inserts, "# Irreversible: nobody minds these rows\n    pass"));
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &["flag"]);
    assert_eq!(reported.status, Some(0), "{}{}", reported.stdout, reported.stderr);
    assert!(!reported.stdout.contains("second run"), "{}", reported.stdout);
    let reported = verify(&repo, &["twice"]);
    let said = reported.stdout.contains("a second run changes the data again")
        && reported.stdout.contains("ON CONFLICT DO NOTHING");
    assert!(said, "{}", reported.stdout);
}

#[test]
fn json_is_tried_as_an_object_and_as_a_list() {
    if !can_run(
        "PostgreSQL with psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg2://u:p@production.invalid/prod");
    write(
        &repo,
        &Migration(
            "pins",
            "op.execute('CREATE TABLE pins (id serial PRIMARY KEY, list jsonb NOT NULL)')",
            "op.drop_table('pins')",
        ),
    );
    let next = "revision = \"next\"\ndown_revision = \"pins\"\n\n\ndef upgrade():\n    op.execute(\"CREATE TABLE pin AS SELECT id, jsonb_array_elements(list) AS one FROM pins\")\n\n\n\
                def downgrade():\n    op.drop_table(\"pin\")\n";
    repo.write("alembic/versions/next.py", format!("{HEAD}{next}"));
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &["next"]);
    assert_eq!(reported.status, Some(0), "{}{}", reported.stdout, reported.stderr);
}

#[test]
fn a_constraint_that_was_validated_may_stay_so() {
    if !can_run(
        "PostgreSQL with psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg2://u:p@production.invalid/prod");
    let adds = "op.execute('ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 0) NOT VALID')";
    write(&repo, &Migration("adult", adds, "op.drop_constraint('adult', 'users')"));
    let next = "revision = \"next\"\ndown_revision = \"adult\"\n\n\ndef upgrade():\n    op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT adult\")\n\n\n\
                def downgrade():\n    pass\n";
    repo.write("alembic/versions/next.py", format!("{HEAD}{next}"));
    repo.git(&["add", "-A"]);
    let reported = verify(&repo, &["next"]);
    assert_eq!(reported.status, Some(0), "{}{}", reported.stdout, reported.stderr);
}
