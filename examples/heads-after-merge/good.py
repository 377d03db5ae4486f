# file: 0001_users.py
"""Create the users table"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("users")

# file: 0002_teams.py
"""Create the teams table"""
from alembic import op
import sqlalchemy as sa

revision = "6e2b04f9c8d1"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("teams")

# upstream

# file: 0003_roles.py
"""Create the roles table"""
from alembic import op
import sqlalchemy as sa

revision = "84f1d7a03bc6"
down_revision = "6e2b04f9c8d1"


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("roles")
