"""Rename the full name of accounts"""
from alembic import op

revision = "c7e25a90b18d"
down_revision = None


def upgrade():
    op.rename_column("accounts", "name", "full_name")


def downgrade():
    op.rename_column("accounts", "full_name", "name")
