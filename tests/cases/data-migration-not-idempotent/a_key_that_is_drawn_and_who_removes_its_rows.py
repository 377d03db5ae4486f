# file: 0001_rates.py
"""Create the rates table"""
from alembic import op
import sqlalchemy as sa

revision = "3fa9d10c77be"
down_revision = None


def upgrade():
    op.create_table(
        "rates",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("rate", sa.Numeric(6, 4), nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
    )
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(20), nullable=False, unique=True),
    )


def downgrade():
    op.drop_table("channels")
    op.drop_table("tokens")
    op.drop_table("rates")

# upstream

# file: 0002_prices.py
"""Prices of next year"""
from uuid import uuid4

from alembic import op

revision = "58c1e09ab7d3"
down_revision = "3fa9d10c77be"

KNOWN = "6f1c2e52-0d3b-4b5e-9e11-5a2f4a3c9d10"


def upgrade():
    # Columns that are not named have their places in the table.
    op.execute("INSERT INTO rates VALUES ('{}', '2026-01-01', 0.03)".format(str(uuid4())))  # expect: data-migration-not-idempotent?
    op.execute("INSERT INTO rates SELECT gen_random_uuid(), valid_from, rate * 2 FROM rates")  # expect: data-migration-not-idempotent?
    # Nothing removes this one.
    op.execute(f"INSERT INTO tokens (id, kind) VALUES ('{uuid4()}', 'job')")  # expect: data-migration-not-idempotent
    # A key that is written out fails, and the downgrade removes the row.
    op.execute(f"INSERT INTO rates VALUES ('{KNOWN}', '2026-01-01', 0.05)")  # expect: data-migration-not-idempotent?
    # So does another key, whatever is drawn beside it.
    op.execute(f"INSERT INTO channels (id, name) VALUES ('{uuid4()}', 'sms')")  # expect: data-migration-not-idempotent?


def downgrade():
    op.execute("DELETE FROM rates WHERE valid_from = '2026-01-01'")
    op.execute("DELETE FROM channels WHERE name = 'sms'")
