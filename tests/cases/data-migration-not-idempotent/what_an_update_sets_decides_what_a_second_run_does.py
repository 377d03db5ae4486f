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
"""Raise and convert prices"""
from alembic import op

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    op.execute("UPDATE payments SET amount = amount * 100 WHERE id = 17")  # expect: data-migration-not-idempotent
    op.execute("UPDATE payments SET amount = amount * 100, state = 'cents' WHERE state = 'euro' AND id BETWEEN 1 AND 500")
    op.execute("UPDATE plans SET note = note || ' (old)' WHERE code = 'basic'")  # expect: data-migration-not-idempotent
    op.execute("UPDATE plans SET note = coalesce(note, 'none') WHERE code = 'basic'")
    op.execute("UPDATE plans SET note = lower(note) WHERE code IN ('basic', 'pro')")  # expect: overwrite-without-copy?


def downgrade():
    op.execute("UPDATE plans SET note = NULL WHERE code = 'x'")
    op.execute("UPDATE payments SET state = 'euro' WHERE id = 1")
