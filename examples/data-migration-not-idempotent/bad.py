# file: 0001_roles.py
"""Create the roles table"""
from alembic import op
import sqlalchemy as sa

revision = "41b8e0d7c93a"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, unique=True),
    )


def downgrade():
    op.drop_table("roles")

# file: 0002_seed_roles.py
"""Seed the roles"""
from alembic import op
import sqlalchemy as sa

revision = "9d05c2f7b61e"
down_revision = "41b8e0d7c93a"


def upgrade():
    roles = sa.table("roles", sa.column("name"))
    op.bulk_insert(roles, [{"name": "admin"}, {"name": "viewer"}])


def downgrade():
    pass
