//! Models, read without an import, held against what SQLAlchemy makes of them.

use std::rc::Rc;

use safe_migration::alembic::imports::Imports;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search::find;
use safe_migration::config::settings::Settings;
use safe_migration::models::model::Models;
use safe_migration::models::read;
use safe_migration::snapshot::Snapshot;
use safe_migration::sql::dialect::Dialect;
use safe_migration::sql::version::ServerVersion;
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
        sqlmodel: Some(ServerVersion { major: 0, minor: 0, patch: 50 }),
        environment: project.environment.path.clone(),
    };
    read::read(&search, &imports)
}

/// A model in each of the ways in which people write one.
const MODELS: &str = r#"
import datetime
import enum
import re
import uuid
from typing import Annotated, Optional

import sqlalchemy as sa
from fastapi_users.db import SQLAlchemyBaseUserTableUUID
from flask_sqlalchemy import SQLAlchemy
from pydantic import ConfigDict
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
    model_config: ConfigDict = ConfigDict(from_attributes=True)

    id: int | None = Field(default=None, primary_key=True)
    age: Optional[int] = None
    born: datetime.datetime


class Derived(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls):
        return "_".join(part.lower() for part in re.split("(?=[A-Z])", cls.__name__) if part)


class Point(sa.types.UserDefinedType):
    shape = "Point"

    def get_col_spec(self, **kw):
        return f"geometry({self.shape}, 4326)"


class Labels(sa.types.TypeDecorator):
    impl = sa.String

    def __init__(self, labels, **kwargs):
        super().__init__(**kwargs)


class Keyed(Derived):
    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class Historical:
    @declared_attr
    def events(cls):
        event = type(
            f"{cls.__name__}Event",
            (Keyed,),
            {"__tablename__": "site_events", "source_id": mapped_column(ForeignKey(f"{cls.__tablename__}.id"))},
        )
        return relationship(event)


class BuildingSite(Historical, Keyed):
    __tablename__ = "building_site"
    place: Mapped[str] = mapped_column(Point)
    kind: Mapped[str] = mapped_column(Labels(State, length=16))


class SiteVisit(Derived):
    site_id = mapped_column(ForeignKey(BuildingSite.id), primary_key=True)


class Account(SQLAlchemyBaseUserTableUUID, Derived):
    nick: Mapped[str]


State.OPEN = frozenset({State.NEW})
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
        "building_site id UUID NOT NULL",
        "building_site kind VARCHAR(16) NOT NULL",
        "building_site place geometry(Point, 4326) NOT NULL",
        "hero age INTEGER",
        "hero born TIMESTAMP WITH TIME ZONE NOT NULL",
        "hero id INTEGER NOT NULL",
        "hero name VARCHAR(30) NOT NULL",
        "hr.people id INTEGER NOT NULL",
        "hr.people key UUID NOT NULL",
        "http_log id INTEGER NOT NULL",
        "http_log line VARCHAR(80) NOT NULL",
        "links name VARCHAR(20)",
        "links ticket_id INTEGER NOT NULL",
        "site_events id UUID NOT NULL",
        "site_events source_id UUID",
        "site_visit site_id UUID NOT NULL",
        "specials weight INTEGER",
        "tickets changed TIMESTAMP WITHOUT TIME ZONE",
        "tickets code VARCHAR(7) NOT NULL",
        "tickets created TIMESTAMP WITH TIME ZONE NOT NULL",
        "tickets headline TEXT",
        "tickets id INTEGER NOT NULL",
        "tickets owner_id ?",
        "tickets state state NOT NULL",
        "user email VARCHAR(320) NOT NULL",
        "user hashed_password VARCHAR(1024) NOT NULL",
        "user id UUID NOT NULL",
        "user is_active BOOLEAN NOT NULL",
        "user is_superuser BOOLEAN NOT NULL",
        "user is_verified BOOLEAN NOT NULL",
        "user nick VARCHAR NOT NULL",
    ];
    assert_eq!(lines, expected, "{lines:#?}");
}

const USERS: &str = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\n\
                     Base = declarative_base()\n\n\nclass User(Base):\n    __tablename__ = \"users\"\n\n    \
                     id = sa.Column(sa.Integer, primary_key=True)\n";

/// Code that uses an attribute in several ways.
const VIEWS: &str = "from app.models import User\n\ndef view(session, user):\n    User(email=\"a\")\n    \
                     session.query(User).filter_by(email=\"a\")\n    \
                     order_by(literal_column(\"users.email\"))\n    return user.email\n";

#[test]
fn a_column_is_dropped_in_two_releases() {
    let repo = project();
    let mapped = format!("{USERS}    email = sa.Column(sa.String(255))\n");
    repo.write("app/models.py", &mapped);
    repo.write("app/views.py", VIEWS);
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
    for place in [
        "app/views.py:4 uses `User(email=...)`",
        "app/views.py:5 uses `filter_by(email=...) of User`",
        "app/views.py:6 names it in SQL: `literal_column(\"users.email\")`",
        "app/views.py:7 may use `user.email`",
    ] {
        assert!(refused.contains(place), "no {place} in {refused}");
    }
    repo.git(&["rm", "-q", "-f", "app/views.py"]);
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

#[test]
fn models_that_were_read_are_listed() {
    let repo = project();
    repo.write("app/models.py", USERS);
    repo.commit_all("models");
    let listed = repo.tool(&["operations", "--models", "users"]).ends_with(0).stdout;
    assert!(listed.contains("users · User (app/models.py:7)"), "{listed}");
    assert!(listed.contains("  id INTEGER NOT NULL, primary key (line 10)"), "{listed}");
    let json = repo.tool(&["operations", "--models", "--format", "json"]).ends_with(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["projects"][0]["tables"][0]["columns"][0]["attribute"], "User.id");
    let none = repo.tool(&["operations", "--models", "people"]).ends_with(2).stderr;
    assert!(none.contains("`people` is no table, file or folder of models"), "{none}");
    let facts = repo.tool(&["doctor"]).ends_with(0).stdout;
    assert!(facts.contains("1 table, 1 column in app"), "{facts}");
    for (arguments, said) in [
        (["drift", "app"], "models = [\"app\"]"),
        (["drift", "--fix"], "alembic revision --autogenerate"),
    ] {
        let refused = repo.tool(&arguments).ends_with(2).stderr;
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn modules_that_import_a_name_from_each_other_are_read_to_an_end() {
    let model = "from __future__ import annotations\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\
                 from app.kinds import Kind\n\nclass Base(DeclarativeBase):\n    pass\n\nclass Thing(Base):\n    \
                 __tablename__ = \"thing\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    kind: Mapped[Kind]\n";
    let snapshot = Rc::new(Snapshot::of([
        ("alembic.ini", "[alembic]\nscript_location = m\n"),
        ("m/env.py", "from alembic import context\nfrom app import models\n"),
        ("m/versions/a.py", "revision = 'a'\ndown_revision = None\ndef upgrade(): pass\n"),
        ("app/__init__.py", ""),
        ("app/kinds.py", "from app.other import Kind\n"),
        ("app/other.py", "from app.kinds import Kind\n"),
        ("app/models.py", model),
    ]));
    let models = models(&snapshot);
    assert_eq!(models.tables[0].columns.len(), 2);
}

/// Says what `drift` finds where `env.py` configures Alembic so: the rule's objects, and what was not
/// compared.
fn drift_with(configure: &str, models: &str, upgrade: &str) -> (Vec<String>, String) {
    let repo = project();
    let env = format!(
        "from alembic import context\nfrom app.models import Base\n\ntarget_metadata = Base.metadata\n\n\
         {configure}\n"
    );
    repo.write("alembic/env.py", env);
    repo.write("alembic/versions/b2_more.py", revision("b2", Some("a1"), upgrade, "pass"));
    repo.write("app/models.py", format!("{USERS}{models}"));
    repo.commit_all("models");
    let json = repo.tool(&["drift", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = json["findings"].as_array().unwrap().iter();
    let found = found.map(|it| it["message"].as_str().unwrap().to_owned()).collect();
    (found, json["notices"].to_string())
}

const PLAIN: &str = "context.configure(connection=c, target_metadata=target_metadata)";

#[test]
fn drift_compares_comments_always_and_server_defaults_where_env_py_asks() {
    let models = "    state = sa.Column(sa.String(9), server_default=\"new\", comment=\"of life\")\n    \
                  made = sa.Column(sa.DateTime, server_default=sa.func.now())\n    \
                  __table_args__ = {\"comment\": \"people\"}\n";
    let upgrade = "op.add_column(\"users\", sa.Column(\"state\", sa.String(9), server_default=\"old\"))\n    \
                   op.add_column(\"users\", sa.Column(\"made\", sa.DateTime, server_default=sa.text(\"now()\")))";
    let comments = [
        "`users.state` has the comment \"of life\" in `User.state` and no comment after the migrations",
        "`users` has the comment \"people\" in `User` and no comment after the migrations",
    ];
    let (found, _) = drift_with(PLAIN, models, upgrade);
    assert_eq!(found, comments);
    let asked = PLAIN.replace("connection=c", "connection=c, compare_server_default=True");
    let (found, _) = drift_with(&asked, models, upgrade);
    let default = "`users.state` has the server default `'new'` in `User.state` and the server default \
                   `'old'` after the migrations";
    assert_eq!(found, [comments[0], default, comments[1]]);
    let said = "\n    op.create_table_comment(\"users\", \"people\")\n    \
                op.alter_column(\"users\", \"state\", server_default=\"new\", comment=\"of life\")";
    let (found, _) = drift_with(&asked, models, &format!("{upgrade}{said}"));
    assert_eq!(found, [""; 0]);
}

#[test]
fn drift_compares_types_unless_env_py_says_otherwise() {
    let models = "    state = sa.Column(sa.String(9))\n";
    let upgrade = "op.add_column(\"users\", sa.Column(\"state\", sa.Integer))";
    assert_eq!(drift_with(PLAIN, models, upgrade).0.len(), 1);
    let not = PLAIN.replace("connection=c", "connection=c, compare_type=False");
    assert_eq!(drift_with(&not, models, upgrade).0, [""; 0]);
    let decided = PLAIN.replace("connection=c", "connection=c, compare_type=mine");
    let (found, notices) = drift_with(&decided, models, upgrade);
    assert!(found.is_empty() && notices.contains("`compare_type` is worth in alembic/env.py:6"));
}

#[test]
fn drift_leaves_out_what_the_hooks_of_env_py_leave_out() {
    let models = "    kept = sa.Column(sa.Integer)\n    skip_me = sa.Column(sa.Integer)\n\n\n\
                  class View(Base):\n    __tablename__ = \"view\"\n    \
                  __table_args__ = {\"info\": {\"is_view\": True}}\n    id = sa.Column(sa.Integer, primary_key=True)\n";
    let upgrade = "op.create_table(\"celery_tasks\", sa.Column(\"id\", sa.Integer, primary_key=True))\n    \
                   op.create_table(\"gone\", sa.Column(\"id\", sa.Integer, primary_key=True))";
    let (all, _) = drift_with(PLAIN, models, upgrade);
    assert_eq!(all.len(), 5, "{all:#?}");
    let hooks = "EXCLUDED = {\"celery\"}\n\n\ndef include_object(object, name, type_, reflected, compare_to):\n    \
                 if type_ == \"table\" and object.info.get(\"is_view\"):\n        return False\n    \
                 if type_ == \"column\" and not reflected and name.startswith(\"skip_\"):\n        return False\n    \
                 return True\n\n\ndef include_name(name, type_, parent_names):\n    if type_ == \"table\":\n        \
                 return name.split(\"_\")[0] not in EXCLUDED\n    return True\n\n\n";
    let given = "connection=c, include_object=include_object, include_name=include_name";
    let configure = format!("{hooks}{}", PLAIN.replace("connection=c", given));
    let (found, notices) = drift_with(&configure, models, upgrade);
    let expected = [
        "`users.kept` is mapped by `User.kept` and no migration adds it",
        "`gone` is there after the migrations and no model maps it",
    ];
    assert_eq!(found, expected, "{notices}");
    // What a hook makes of something that nobody can know is neither said nor passed over.
    let asks = "def include_object(object, name, *rest):\n    return name not in elsewhere()\n\n\n";
    let given = "connection=c, include_object=include_object";
    let configure = format!("{asks}{}", PLAIN.replace("connection=c", given));
    let (found, notices) = drift_with(&configure, models, upgrade);
    assert_eq!(found, [""; 0]);
    assert!(notices.contains("5 objects: whether the hooks that alembic/env.py:"), "{notices}");
}
