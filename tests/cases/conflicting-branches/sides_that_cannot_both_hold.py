# file: 0001_base.py
"""Create teams"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(20)))


def downgrade():
    op.drop_table("teams")

# file: 0002_a.py
"""Drop the name"""
from alembic import op
import sqlalchemy as sa

revision = "6e2b04f9c8d1"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.drop_column("teams", "name")


def downgrade():
    op.add_column("teams", sa.Column("name", sa.String(20)))

# file: 0003_b.py
"""Index the name"""
from alembic import op
import sqlalchemy as sa

revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.create_index("ix_teams_name", "teams", ["name"])


def downgrade():
    op.drop_index("ix_teams_name", "teams")

# upstream

# file: 0004_merge.py
"""Merge"""

revision = "c3950e8fd17a"
down_revision = ("6e2b04f9c8d1", "84f1d7a03bc6")  # expect: conflicting-branches


def upgrade():
    pass


def downgrade():
    pass
