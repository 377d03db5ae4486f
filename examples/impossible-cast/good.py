# file: a6d03b8e5f17_make_reports.py
"""Make reports"""
from alembic import op
import sqlalchemy as sa

revision = "a6d03b8e5f17"
down_revision = None


def upgrade():
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(36), nullable=False),
    )


def downgrade():
    op.drop_table("reports")


# upstream
# file: c17e94d2b0f8_tokens_are_uuids.py
"""Tokens of reports are UUIDs"""
from alembic import op
import sqlalchemy as sa

revision = "c17e94d2b0f8"
down_revision = "a6d03b8e5f17"


def upgrade():
    # Backup plan: reports is dumped before, every token is a UUID as a query of it showed
    # Deploy window: Sunday 04:00 UTC, the reports service is stopped for it
    op.alter_column(
        "reports",
        "token",
        type_=sa.Uuid(),
        existing_type=sa.String(36),
        postgresql_using="token::uuid",
    )


def downgrade():
    op.alter_column("reports", "token", type_=sa.String(36), existing_type=sa.Uuid())
