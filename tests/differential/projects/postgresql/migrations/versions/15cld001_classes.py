"""classes"""

import enum
from dataclasses import dataclass

from alembic import op
import sqlalchemy as sa

revision = "15cld001"
down_revision = "14gub112"
branch_labels = None
depends_on = None

class Tables:
    USERS = "users"
    THINGS = "things"


class Status(str, enum.Enum):
    OPEN = "open"
    DONE = "done"


@dataclass
class Change:
    table: str
    column: str
    kind: object = sa.Text


CHANGES = [Change(Tables.USERS, "bio"), Change(Tables.THINGS, "size", sa.Integer)]


def upgrade():
    for change in CHANGES:
        op.add_column(change.table, sa.Column(change.column, change.kind))
    op.execute(f"UPDATE {Tables.THINGS} SET status = '{Status.OPEN.value}' WHERE status IS NULL")
    kinds = {"a": sa.Integer(), "b": sa.String(5)}
    for name, kind in sorted(kinds.items()):
        op.add_column(Tables.USERS, sa.Column(name=f"{name}_value", type_=kind))


def downgrade():
    for change in CHANGES[::-1]:
        op.drop_column(change.table, change.column)
