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
down_revision = "30d8a1c7f92f"  # expect: missing-parent


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("roles")
