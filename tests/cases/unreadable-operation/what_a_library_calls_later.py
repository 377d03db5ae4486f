# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5f0c2a9d41be"
down_revision = None


def upgrade():
    op.create_table("members", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("note", sa.Text()))


def downgrade():
    op.drop_table("members")

# upstream

# file: 0002_later.py
"""Functions that reach the database are handed to what calls them when it likes"""
import dataclasses
import typing

import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations, ops
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import declarative_base, validates
from sqlalchemy.sql.expression import ClauseElement

revision = "c80e4b17d2a3"
down_revision = "5f0c2a9d41be"

Base = declarative_base()


class Noisy(sa.types.UserDefinedType):
    def get_col_spec(self, **kw):
        op.drop_table("members")
        return "INT"


class Quiet(sa.types.UserDefinedType):
    def get_col_spec(self, **kw):
        return "INT"


class Element(ClauseElement):
    inherit_cache = False


@compiles(Element)  # expect: unreadable-operation?
def visit(element, compiler, **kw):
    op.drop_table("members")
    return ""


class Member(Base):
    __tablename__ = "members"
    id = sa.Column(sa.Integer, primary_key=True)

    @hybrid_property  # expect: unreadable-operation?
    def gone(cls):
        op.drop_table("members")

    @validates("id")
    def check(self, key, value):
        return value


@Operations.implementation_for(ops.CreateTableOp, replace=True)  # expect: unreadable-operation?
def create(operations, operation):
    operations.execute("DROP TABLE members")


@dataclasses.dataclass
class Job:
    table: str

    def __post_init__(self):
        op.execute(f"DELETE FROM {self.table} WHERE id = 1")  # expect: delete-rows?


def hinted(x: 'op.drop_table("members") or int'):
    pass


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    str(sa.schema.CreateTable(sa.Table("t", sa.MetaData(), sa.Column("a", Noisy()), sa.Column("b", Quiet()))))  # expect: unreadable-operation?
    dataclasses.replace(Job("members"), table="members")
    typing.get_type_hints(hinted)  # expect: unreadable-operation?
    match [1, op.drop_table]:
        case [_, *rest]:
            rest[0]("members")  # expect: drop-table


def downgrade():
    raise NotImplementedError("no way back")
