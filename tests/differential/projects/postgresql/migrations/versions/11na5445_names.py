"""names"""

import alembic
from functools import partial

import alembic.op
from alembic import op
from alembic import op as o
from alembic.op import add_column
from sqlalchemy import Column, Integer, String

revision = "11na5445"
down_revision = "10ex3556"
branch_labels = None
depends_on = None

def upgrade():
    add_column("users", Column("a", Integer, nullable=False, server_default="0"))
    o.drop_column("users", "b")
    alembic.op.rename_table("x", "y")
    run = o.execute
    run("UPDATE y SET z = 1")
    for change in (lambda: o.drop_index("ix_1"), lambda: o.drop_index("ix_2")):
        change()
    partial(o.add_column, "users")(Column("c", String(3)))


def downgrade():
    operations = op
    operations.drop_column("users", "a")
