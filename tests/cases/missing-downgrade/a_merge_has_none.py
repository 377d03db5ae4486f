# file: 0001_base.py
"""Create teams"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("teams")

# file: 0002_a.py
"""Create roles"""
from alembic import op
import sqlalchemy as sa

revision = "6e2b04f9c8d1"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("roles")

# file: 0003_b.py
"""Create tags"""
from alembic import op
import sqlalchemy as sa

revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.create_table("tags", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("tags")

# upstream

# file: 0004_merge.py
"""Merge roles and tags"""

revision = "c3950e8fd17a"
down_revision = ("6e2b04f9c8d1", "84f1d7a03bc6")


def upgrade():
    pass


def downgrade():
    pass
