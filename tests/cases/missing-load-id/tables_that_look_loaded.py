# file: 0001_load.py
"""Create the load table"""
from alembic import op
import sqlalchemy as sa

revision = "53a7f0e9d2c1"
down_revision = None


def upgrade():
    op.create_table("load", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("load")

# upstream

# file: 0002_tables.py
"""Create tables"""
from alembic import op
import sqlalchemy as sa

revision = "a0c6d94e8f17"
down_revision = "53a7f0e9d2c1"


def upgrade():
    op.create_table("stg_orders", sa.Column("id", sa.Integer(), primary_key=True))  # expect: missing-load-id
    op.create_table(  # expect: missing-load-id
        "stg_items", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("load_id", sa.Integer())
    )
    op.create_table(  # expect: foreign-key-locks-referenced-table?
        "stg_customers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("load_id", sa.Integer(), sa.ForeignKey("load.id"), index=True),
    )
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("users")
    op.drop_table("stg_customers")
    op.drop_table("stg_items")
    op.drop_table("stg_orders")
