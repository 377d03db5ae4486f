# file: 0001_teams.py
"""Create the teams table"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("teams")

# file: 0002_color.py
"""Give teams a color"""
from alembic import op
import sqlalchemy as sa

revision = "6e2b04f9c8d1"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.add_column("teams", sa.Column("color", sa.String(20)))


def downgrade():
    op.drop_column("teams", "color")

# file: 0003_color.py
"""Give teams a color"""
from alembic import op
import sqlalchemy as sa

revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.add_column("teams", sa.Column("color", sa.Integer()))


def downgrade():
    op.drop_column("teams", "color")

# upstream

# file: 0004_merge.py
"""Merge the colors"""

revision = "c3950e8fd17a"
down_revision = ("6e2b04f9c8d1", "84f1d7a03bc6")


def upgrade():
    pass


def downgrade():
    pass
