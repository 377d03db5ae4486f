"""Rename the full name of accounts"""
from alembic import op

revision = "c7e25a90b18d"
down_revision = None


def upgrade():
    # Deploy window: Sunday 02:00 UTC, the application is stopped
    op.alter_column("accounts", "name", new_column_name="full_name")


def downgrade():
    op.alter_column("accounts", "full_name", new_column_name="name")
