# file: 0001_plans.py
"""Create the plans table"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    op.create_table(
        "plans",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("note", sa.Text()),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
    )


def downgrade():
    op.drop_table("payments")
    op.drop_table("plans")

# upstream

# file: 0002_change.py
"""Seed the plans"""
from alembic import op
import sqlalchemy as sa

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    plans = sa.table("plans", sa.column("code"), sa.column("price"))
    payments = sa.table("payments", sa.column("amount"), sa.column("state"))
    # The key is written, and the downgrade leaves the row: upgrading again fails.
    op.bulk_insert(plans, [{"code": "basic", "price": 5}])  # expect: data-migration-not-idempotent
    # No key is written: the row stands twice.
    op.bulk_insert(payments, [{"amount": 5, "state": "open"}])  # expect: data-migration-not-idempotent
    op.execute("INSERT INTO plans (code, price) VALUES ('pro', 9) ON CONFLICT (code) DO NOTHING")
    op.execute(
        "INSERT INTO payments (amount, state) SELECT 7, 'open' "
        "WHERE NOT EXISTS (SELECT 1 FROM payments WHERE amount = 7)"
    )
    op.bulk_insert(plans, [])


def downgrade():
    op.execute("SELECT 1")
