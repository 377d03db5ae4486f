# file: 0001_base.py
"""Create teams"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None
branch_labels = ("core",)


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("teams")

# file: 0002_other.py
"""Create tags"""
from alembic import op
import sqlalchemy as sa

revision = "84f1d7a03bc6"
down_revision = None
branch_labels = ("extra",)


def upgrade():
    op.create_table("tags", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("tags")
