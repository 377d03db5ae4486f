# file: 0001_rates.py
"""Create the rates table"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    op.create_table(
        "rates",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
    )


def downgrade():
    op.drop_table("rates")

# upstream

# file: 0002_seed.py
"""Seed the rates"""
import uuid

from alembic import op
import sqlalchemy as sa

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    rates = sa.table("rates", sa.column("id"), sa.column("code"), sa.column("price"))
    conn = op.get_bind()
    # Another id each time, so that the rows stand twice and no key says so; but the downgrade takes them away.
    op.bulk_insert(rates, [{"id": uuid.uuid4(), "code": code, "price": 5} for code in ("a", "b")])  # expect: data-migration-not-idempotent?
    op.execute(f"INSERT INTO rates (id, code, price) VALUES ('{uuid.uuid4()}', 'c', 5)")  # expect: data-migration-not-idempotent?
    op.execute("INSERT INTO rates (id, code, price) VALUES (gen_random_uuid(), 'd', 5)")  # expect: data-migration-not-idempotent?
    op.execute("INSERT INTO rates (id, code, price) SELECT gen_random_uuid(), 'e', 5")  # expect: data-migration-not-idempotent?
    conn.execute(  # expect: data-migration-not-idempotent?
        rates.insert().values(id=sa.func.gen_random_uuid(), code="f", price=5)
    )
    conn.execute(
        sa.text("INSERT INTO rates (id, code, price) VALUES (:id, :code, 5)"),  # expect: data-migration-not-idempotent?
        {"id": str(uuid.uuid4()), "code": "g"},
    )
    # The id is what it was: the second run fails, and the downgrade takes the row away.
    op.execute("INSERT INTO rates (id, code, price) VALUES ('0b1c7d9e-3f7a-4c55-9d4e-6a1f20e8b3c4', 'h', 5)")  # expect: data-migration-not-idempotent?


def downgrade():
    op.execute("DELETE FROM rates WHERE code IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')")
