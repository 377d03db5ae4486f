# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "6d1f3b0c52ce"
down_revision = None


def upgrade():
    for name in ("members", "bills", "letters", "notes"):
        op.create_table(name, sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    for name in ("members", "bills", "letters", "notes"):
        op.drop_table(name)

# upstream

# file: 0002_later.py
"""Classes, causes and imports that call without a call being written"""
import dataclasses
import importlib
import typing

from alembic import op

revision = "d91f5c28e3b4"
down_revision = "6d1f3b0c52ce"


class Cause(Exception):
    def __init__(self):
        op.drop_table("members")  # expect: drop-table


@dataclasses.dataclass
class Step:
    todo: dataclasses.InitVar[object]

    def __post_init__(self, todo):
        todo.drop_table("bills")  # expect: drop-table


class Holder:
    held = op


class Below(Holder):
    pass


class Maker(type):
    def __new__(mcs, name, bases, body, todo):
        todo.drop_table("letters")
        return super().__new__(mcs, name, bases, body)

    def __init__(cls, name, bases, body, todo):
        pass


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    try:
        raise ValueError from Cause()
    except ValueError:
        pass
    Step(op)
    importlib.import_module(".op", "alembic").drop_table("notes")  # expect: drop-table
    Below.mro()[1].held.drop_table("letters")  # expect: unreadable-operation, unreadable-operation?

    class Made(metaclass=Maker, todo=op):  # expect: unreadable-operation?
        pass


def downgrade():  # expect: missing-downgrade?
    raise NotImplementedError("no way back")
