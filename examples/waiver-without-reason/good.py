"""Index the holidays"""
from alembic import op

revision = "8a41f0c9d37b"
down_revision = None


def upgrade():
    # safe-migration: allow index-without-concurrently -- 400 rows, written once a day
    op.create_index("ix_holidays_day", "holidays", ["day"])


def downgrade():
    op.drop_index("ix_holidays_day", table_name="holidays")
