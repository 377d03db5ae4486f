"""Customers are accounts, and the old name stays for a release"""
from alembic import op

revision = "54cf43998142"
down_revision = None


def upgrade():
    op.rename_table("customers", "accounts")
    op.execute("CREATE VIEW customers AS SELECT * FROM accounts")


def downgrade():
    op.execute("DROP VIEW customers")
    op.rename_table("accounts", "customers")
