"""Create the audit log"""
import os

from alembic import op
import sqlalchemy as sa

revision = "7c19e5d80ba4"
down_revision = None


def upgrade():
    if os.environ.get("DEPLOYMENT") == "production":
        op.create_table("audit_log", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.execute("DROP TABLE IF EXISTS audit_log")
