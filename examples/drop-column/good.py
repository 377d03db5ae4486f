"""Drop the legacy field of users, unread since the last release"""
import sqlalchemy as sa
from alembic import op

revision = "89c34e64ecac"
down_revision = None


def upgrade():
    # Backup plan: users.legacy_field is kept in users_legacy_2026 for a year
    op.drop_column("users", "legacy_field")


def downgrade():
    op.add_column("users", sa.Column("legacy_field", sa.String(80), nullable=True))
