//! The sessions that the pages show are what the program prints: one story of a column that goes.
//! `BLESS=1 cargo test` writes them, into `explain` first.

use crate::common::{Repo, holds_file};
use crate::docs::holds;

const INI: &str =
    "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://localhost/app\n";

const ENV: &str = "from alembic import context\n\nfrom app.models import Base\n\ntarget_metadata = Base.metadata\n\n\n\
                   def run(connection):\n    context.configure(connection=connection, target_metadata=target_metadata)\n    \
                   with context.begin_transaction():\n        context.execute(\"SET LOCAL lock_timeout = '3s'\")\n        \
                   context.run_migrations()\n";

const MODELS: &str = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\nclass Base(DeclarativeBase):\n    \
                      pass\n\n\nclass User(Base):\n    __tablename__ = \"users\"\n\n    \
                      id: Mapped[int] = mapped_column(primary_key=True)\n    email: Mapped[str]\n";

const NICK: &str = "    nick: Mapped[str | None]\n";

fn revision(id: &str, down: &str, title: &str, upgrade: &str, downgrade: &str) -> String {
    let (named, says) = match down {
        "" => ("None".to_owned(), String::new()),
        down => (format!("\"{down}\""), down.to_owned()),
    };
    format!(
        "\"\"\"{title}\n\nRevision ID: {id}\nRevises: {says}\n\"\"\"\nimport sqlalchemy as sa\nfrom alembic import op\n\n\
         revision = \"{id}\"\ndown_revision = {named}\n\n\ndef upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    {downgrade}\n"
    )
}

const FIRST: &str = "alembic/versions/3f1c9a7be204_users.py";
const DROP: &str = "alembic/versions/9d0b5c81f7aa_drop_nick.py";
const THEIRS: &str = "alembic/versions/c41e07d3b9a2_add_city.py";

fn drop_nick() -> String {
    let upgrade = "# Backup plan: users.nick is kept in users_2026 for a year\n    op.drop_column(\"users\", \"nick\")";
    let back = "op.add_column(\"users\", sa.Column(\"nick\", sa.String(), nullable=True))";
    revision("9d0b5c81f7aa", "3f1c9a7be204", "Drop nick", upgrade, back)
}

/// Commits what is staged on a day of the story.
fn commit(repo: &Repo, day: u32, author: &str, message: &str) {
    repo.git(&["add", "-A"]);
    let date = format!("2026-01-{day:02}T10:00:00Z");
    let mut git = repo.command("git");
    git.args(["commit", "-q", "--no-verify", "-m", message]);
    git.envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)]);
    git.env("GIT_AUTHOR_NAME", author);
    assert!(git.status().unwrap().success());
}

/// Returns what a verb prints, behind the line that asks for it.
fn session(repo: &Repo, arguments: &[&str]) -> String {
    let ran = repo.tool(arguments);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    format!("$ safe-migration {}\n{}", arguments.join(" "), ran.stdout)
}

fn released(repo: &Repo) {
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
}

#[test]
fn the_sessions_of_the_pages_are_what_is_printed() {
    let repo = Repo::new();
    repo.write("alembic.ini", INI);
    repo.write("alembic/env.py", ENV);
    repo.write("safe-migration.toml", "testing = \"off\"\n");
    repo.write("app/__init__.py", "");
    let table = "op.create_table(\n        \"users\",\n        sa.Column(\"id\", sa.Integer(), primary_key=True),\n        \
                 sa.Column(\"email\", sa.String(), nullable=False),\n        sa.Column(\"nick\", sa.String()),\n    )";
    let first = revision("3f1c9a7be204", "", "Users", table, "op.drop_table(\"users\")");
    repo.write(FIRST, first);
    repo.write("app/models.py", format!("{MODELS}{NICK}"));
    commit(&repo, 5, "Ada", "Users");
    released(&repo);

    // The model and the column go in one change: one release too early.
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write(DROP, drop_nick());
    repo.write("app/models.py", MODELS);
    repo.git(&["add", "-A"]);
    let refused = session(&repo, &["check"]);

    // The code goes first, and is released.
    repo.git(&["reset", "-q", "--hard"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("app/models.py", MODELS);
    commit(&repo, 12, "Ada", "Users have no nick");
    released(&repo);
    let drift = session(&repo, &["drift"]);

    // A release later the column follows it.
    repo.git(&["checkout", "-q", "-B", "work", "main"]);
    repo.write(DROP, drop_nick());
    repo.git(&["add", "-A"]);
    let proved = session(&repo, &["check"]);
    commit(&repo, 19, "Ada", "Drop nick");

    // Meanwhile a colleague has pushed a revision behind the same parent.
    repo.git(&["checkout", "-q", "main"]);
    let add = "op.add_column(\"users\", sa.Column(\"city\", sa.String(), nullable=True))";
    let back = "op.drop_column(\"users\", \"city\")";
    repo.write(THEIRS, revision("c41e07d3b9a2", "3f1c9a7be204", "Add city", add, back));
    commit(&repo, 20, "Grace", "Add city");
    released(&repo);
    repo.git(&["checkout", "-q", "work"]);
    let told = session(&repo, &["check", "--from", "origin/main"]);
    let rebase = session(&repo, &["rebase", "--dry-run"]);

    for (rule, sessions) in [
        ("column-still-referenced", vec![&refused, &proved]),
        ("model-without-migration", vec![&drift]),
        ("heads-after-merge", vec![&told, &rebase]),
    ] {
        let sessions: Vec<&str> = sessions.iter().map(|it| it.as_str()).collect();
        holds_file(&format!("src/report/sessions/{rule}.txt"), &sessions.join("\n"));
    }
    for (page, mark, session) in [
        ("docs/models.md", "session: refused", &refused),
        ("docs/models.md", "session: proved", &proved),
        ("docs/models.md", "session: drift", &drift),
        ("docs/teams.md", "session: told", &told),
        ("docs/teams.md", "session: rebase", &rebase),
    ] {
        holds(page, mark, &format!("```console\n{session}```"));
    }
    let line = |session: &str, word: &str| {
        let found = session.lines().find(|line| line.contains(word));
        found.unwrap_or_else(|| panic!("no {word} in {session}")).trim().to_owned()
    };
    let short = [
        "$ safe-migration check".to_owned(),
        line(&proved, "Unused:").split(" (").next().unwrap_or_default().to_owned(),
        "$ safe-migration drift".to_owned(),
        line(&drift, "does not map it"),
        "$ safe-migration rebase".to_owned(),
        line(&rebase, "follows"),
    ];
    holds("README.md", "sessions", &format!("```console\n{}\n```", short.join("\n")));
}
