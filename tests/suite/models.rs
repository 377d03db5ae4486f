//! Models, read without an import, held against what SQLAlchemy makes of them.

use std::path::Path;
use std::rc::Rc;

use safe_migration::alembic::imports::Imports;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search::find;
use safe_migration::change::disk;
use safe_migration::config::settings::Settings;
use safe_migration::models::model::Models;
use safe_migration::models::read;
use safe_migration::snapshot::Snapshot;
use safe_migration::sql::dialect::Dialect;
use safe_migration::text::known::Known;

use crate::common::project::{good, project, revision};

/// Reads the models of a snapshot whose project stands beside them.
pub(crate) fn models(snapshot: &Rc<Snapshot>) -> Models {
    let project = Rc::new(find(snapshot, Search::Whole, &Settings::default()).remove(0));
    let imports = Imports::new(snapshot, &project);
    let dialect = project.environment.dialects.first().map_or(Dialect::PostgreSql, |it| it.0);
    let search = read::Search {
        snapshot,
        folders: vec![String::new()],
        except: project.version_locations.clone(),
        dialect,
        environment: project.environment.path.clone(),
    };
    read::read(&search, &imports)
}

/// Lists the models of `SAFE_MIGRATION_MODELS=FOLDER` in `SAFE_MIGRATION_MODELS_OUT=FILE`, one column
/// a line, for `tests/differential/models.py` to compare.
#[test]
fn models_of_a_folder_are_listed() {
    let Some(folder) = std::env::var_os("SAFE_MIGRATION_MODELS") else { return };
    let snapshot = Rc::new(disk::snapshot(Path::new(&folder)));
    let models = models(&snapshot);
    let mut lines = String::new();
    for table in &models.tables {
        let line = |path: &str, at: usize| snapshot.text(path).map_or(0, |text| text.line_of(at));
        lines += &format!(
            "T\t{}\t{}\t{}:{}\t{}\n",
            table.name,
            table.title(),
            table.site.path,
            line(&table.site.path, table.site.span.start),
            table.open.as_deref().unwrap_or("-")
        );
        for own in &table.columns {
            let nullable = match own.column.nullable {
                Known::Is(true) => "null",
                Known::Is(false) => "not null",
                Known::Unreadable => "?",
            };
            let kind = own.column.kind.as_ref();
            lines += &format!(
                "C\t{}\t{}\t{}\t{nullable}\t{}:{}\t{}\n",
                table.name,
                own.column.name.as_str().unwrap_or("?"),
                kind.and_then(|kind| kind.sql.as_str()).unwrap_or("?"),
                own.site.path,
                line(&own.site.path, own.site.span.start),
                kind.map_or("", |kind| kind.name.as_str()),
            );
        }
    }
    for unread in &models.unread {
        lines += &format!("U\t{}\t{}\t{}\n", unread.site.path, unread.what, unread.why);
    }
    lines += &format!("N\t{} files\t{} targets\n", models.files.len(), models.target.len());
    let out = std::env::var_os("SAFE_MIGRATION_MODELS_OUT").expect("it says where to write");
    std::fs::write(out, lines).unwrap();
}

/// A model in each of the ways in which people write one.
const MODELS: &str = r#"
import datetime
import enum
import uuid
from typing import Annotated, Optional

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, Integer, String, Table, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
from sqlmodel import Field, SQLModel

intpk = Annotated[int, mapped_column(primary_key=True)]
code = Annotated[str, 7]


class Base(DeclarativeBase):
    type_annotation_map = {datetime.datetime: sa.DateTime(timezone=True), code: sa.String(7)}


class State(enum.Enum):
    NEW = 1
    DONE = 2


class Stamped:
    created: Mapped[datetime.datetime]
    changed = Column(sa.DateTime)

    @declared_attr
    def owner_id(cls) -> Mapped[Optional[int]]:
        return mapped_column(ForeignKey("people.id"))

    @declared_attr.directive
    def __tablename__(cls):
        return cls.__name__.lower() + "s"


class Ticket(Stamped, Base):
    id: Mapped[intpk]
    state: Mapped[State]
    code: Mapped[code]
    title: Mapped["str | None"] = mapped_column("headline", sa.Text)
    owner: Mapped["Person"] = relationship()


class Special(Ticket):
    weight: Mapped[int | None]


class Person(Base):
    __tablename__ = "people"
    __table_args__ = (sa.UniqueConstraint("key"), {"schema": "hr"})

    id = Column(Integer, primary_key=True)
    key: Mapped[uuid.UUID]


links = Table(
    "links",
    Base.metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("name", String(20)),
)

db = SQLAlchemy()


class HTTPLog(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    line = db.Column(db.String(80), nullable=False)


class HeroBase(SQLModel):
    name: str = Field(index=True, max_length=30)


class Hero(HeroBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    age: Optional[int] = None
"#;

#[test]
fn models_are_read_in_the_ways_in_which_people_write_them() {
    let snapshot = Rc::new(Snapshot::of([
        ("alembic.ini", "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://h/d\n"),
        ("m/env.py", "from alembic import context\nfrom app import models\n"),
        ("m/versions/a.py", "revision = 'a'\ndown_revision = None\ndef upgrade(): pass\n"),
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
    ]));
    let models = models(&snapshot);
    let mut lines: Vec<String> = Vec::new();
    for table in &models.tables {
        for own in &table.columns {
            let kind = own.column.kind.as_ref().and_then(|kind| kind.sql.as_str());
            let nullable = own.column.nullable == Known::Is(true);
            lines.push(format!(
                "{} {} {}{}",
                table.name,
                own.column.name.as_str().unwrap_or("?"),
                kind.unwrap_or("?"),
                if nullable { "" } else { " NOT NULL" }
            ));
        }
    }
    lines.sort();
    let expected = [
        "hero age INTEGER",
        "hero id INTEGER NOT NULL",
        "hero name VARCHAR(30) NOT NULL",
        "hr.people id INTEGER NOT NULL",
        "hr.people key UUID NOT NULL",
        "http_log id INTEGER NOT NULL",
        "http_log line VARCHAR(80) NOT NULL",
        "links name VARCHAR(20)",
        "links ticket_id INTEGER NOT NULL",
        "specials weight INTEGER",
        "tickets changed TIMESTAMP WITHOUT TIME ZONE",
        "tickets code VARCHAR(7) NOT NULL",
        "tickets created TIMESTAMP WITH TIME ZONE NOT NULL",
        "tickets headline TEXT",
        "tickets id INTEGER NOT NULL",
        "tickets owner_id ?",
        "tickets state state NOT NULL",
    ];
    assert_eq!(lines, expected, "{lines:#?}");
}

const USERS: &str = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\n\
                     Base = declarative_base()\n\n\nclass User(Base):\n    __tablename__ = \"users\"\n\n    \
                     id = sa.Column(sa.Integer, primary_key=True)\n";

#[test]
fn a_column_is_dropped_in_two_releases() {
    let repo = project();
    let mapped = format!("{USERS}    email = sa.Column(sa.String(255))\n");
    repo.write("app/models.py", &mapped);
    repo.write("alembic/versions/b2_email.py", good("b2"));
    repo.commit_all("add the email");
    repo.git(&["checkout", "-q", "-b", "work"]);
    let drop = r#"op.drop_column("users", "email")"#;
    let back = r#"op.add_column("users", sa.Column("email", sa.String(255), nullable=True))"#;
    let drop = format!("# Backup plan: users.email is kept in the archive\n    {drop}");
    repo.write("alembic/versions/c3_drop.py", revision("c3", Some("b2"), &drop, back));
    repo.git(&["add", "-A"]);
    let refused = repo.tool(&["check"]).ends_with(1).stdout;
    assert!(refused.contains("column-still-referenced"), "{refused}");
    assert!(refused.contains("app/models.py:11"), "{refused}");
    // The change that takes the last use away is one release too early.
    repo.write("app/models.py", USERS);
    repo.git(&["add", "-A"]);
    let refused = repo.tool(&["check"]).ends_with(1).stdout;
    assert!(refused.contains("takes its last use away"), "{refused}");
    // Released first, it passes in silence, and says since when.
    repo.git(&["rm", "-q", "--cached", "alembic/versions/c3_drop.py"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "forget the email"]);
    repo.git(&["branch", "-f", "main", "HEAD"]);
    repo.git(&["add", "-A"]);
    let passed = repo.tool(&["check", "--format", "json"]).ends_with(0).stdout;
    assert!(!passed.contains("column-still-referenced\",\n      \"severity"), "{passed}");
    assert!(passed.contains("\"subject\": \"forget the email\""), "{passed}");
}

#[test]
fn drift_tells_what_models_and_migrations_say_apart() {
    let repo = project();
    repo.write("app/models.py", USERS);
    repo.commit_all("models");
    let agreed = repo.tool(&["drift"]).ends_with(0).stdout;
    assert!(agreed.contains("models and migrations agree: 1 table, 1 column"), "{agreed}");
    repo.write("app/models.py", format!("{USERS}    email = sa.Column(sa.String(255))\n"));
    repo.git(&["add", "-A"]);
    let differs = repo.tool(&["drift"]).ends_with(1).stdout;
    assert!(differs.contains("`users.email` is mapped by `User.email`"), "{differs}");
    assert!(differs.contains("app/models.py:11"), "{differs}");
    let json = repo.tool(&["drift", "--format", "json"]).ends_with(1).stdout;
    assert!(json.contains("\"object\": \"email\""), "{json}");
    // Without the key a change of models is nobody's business; with it the gate speaks.
    let quiet = repo.tool(&["check"]).ends_with(0).stdout;
    assert!(!quiet.contains("model-without-migration"), "{quiet}");
    repo.write("safe-migration.toml", "testing = \"off\"\nmodels = [\"app\"]\n");
    repo.git(&["add", "safe-migration.toml"]);
    let warned = repo.tool(&["check"]).ends_with(0).stdout;
    assert!(warned.contains("model-without-migration"), "{warned}");
    repo.git(&["rm", "-q", "--cached", "-r", "app"]);
    repo.tool(&["drift"]).ends_with(2);
}
