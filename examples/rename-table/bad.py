"""Customers are accounts"""
from alembic import op

revision = "54cf43998142"
down_revision = None


def upgrade():
    op.rename_table("customers", "accounts")


def downgrade():
    op.rename_table("accounts", "customers")
