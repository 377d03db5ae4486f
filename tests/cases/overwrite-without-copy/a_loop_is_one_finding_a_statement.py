# file: 0001_tables.py
"""Create two tables"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    for name in ("teams", "jobs"):
        op.create_table(name, sa.Column("id", sa.Integer(), primary_key=True), sa.Column("state", sa.Integer()))


def downgrade():
    for name in ("teams", "jobs"):
        op.drop_table(name)

# upstream

# file: 0002_states.py
"""Fill the states"""
from alembic import op

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    for name in ("teams", "jobs"):
        # The second turn runs while the first table is locked: a note, for it is the same statement.
        op.execute(f"UPDATE {name} SET state = 0")  # expect: overwrite-without-copy?
        op.alter_column(name, "state", nullable=False)  # expect: not-null-on-existing-column


def downgrade():
    for name in ("teams", "jobs"):
        op.alter_column(name, "state", nullable=True)
        op.execute(f"UPDATE {name} SET state = NULL")
