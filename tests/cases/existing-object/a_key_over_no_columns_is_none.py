# file: 0001_members.py
"""Autogenerate writes an empty key for a table without one, and SQLAlchemy leaves it out"""
import sqlalchemy as sa
from alembic import op

revision = "7d1f0b3c92aa"
down_revision = None


def upgrade():
    op.create_table(
        "members",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.PrimaryKeyConstraint(),
    )


def downgrade():
    op.drop_table("teams")
    op.drop_table("members")

# file: 0002_keys.py
"""The first has no key yet, the second has the one that its column says"""
from alembic import op

revision = "90b2c4e6f8a1"
down_revision = "7d1f0b3c92aa"


def upgrade():
    op.create_primary_key("members_pkey", "members", ["team_id", "user_id"])
    op.create_primary_key("pk_teams", "teams", ["id"])  # expect: existing-object


def downgrade():
    op.drop_constraint("members_pkey", "members", type_="primary")
