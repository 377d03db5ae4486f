# file: 1_tables.py
import os

import sqlalchemy as sa
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None
SCHEMA = os.getenv("SCHEMA", "sales")


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), schema="sales")
    op.create_table("parts", sa.Column("id", sa.Integer(), primary_key=True), schema="sales")
    op.create_table("parts_new", sa.Column("id", sa.Integer(), primary_key=True), schema="sales")
    op.execute("DROP TABLE sales.orders")
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), schema=SCHEMA)
    op.execute(f"ALTER TABLE {SCHEMA}.parts RENAME TO parts_old")
    op.execute(f"ALTER TABLE {SCHEMA}.parts_new RENAME TO parts")


def downgrade():
    op.execute(f"DROP TABLE {SCHEMA}.parts, {SCHEMA}.parts_old, {SCHEMA}.orders")

# upstream
# file: 2_more.py
import sqlalchemy as sa
from alembic import op

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"


def upgrade():
    op.execute("SET lock_timeout = '2s'")
    op.execute("ALTER TABLE sales.orders ADD COLUMN paid integer")
    op.execute("ALTER TABLE sales.parts_old ADD COLUMN weight integer")
    op.create_table(  # expect: existing-object?
        "parts_new", sa.Column("id", sa.Integer(), primary_key=True), schema="sales"
    )


def downgrade():
    op.drop_table("parts_new", schema="sales")
    op.execute("ALTER TABLE sales.parts_old DROP COLUMN weight")
    op.execute("ALTER TABLE sales.orders DROP COLUMN paid")
