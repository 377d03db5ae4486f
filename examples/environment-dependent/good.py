"""Create the audit log"""
from alembic import op
import sqlalchemy as sa

revision = "7c19e5d80ba4"
down_revision = None


def upgrade():
    op.create_table("audit_log", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("audit_log")
