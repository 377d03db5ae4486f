# file: 0001_load.py
"""Create the load table"""
from alembic import op
import sqlalchemy as sa

revision = "53a7f0e9d2c1"
down_revision = None


def upgrade():
    op.create_table(
        "load",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade():
    op.drop_table("load")

# upstream

# file: 0002_etl_orders.py
"""Create the orders that are loaded"""
from alembic import op
import sqlalchemy as sa

revision = "a0c6d94e8f17"
down_revision = "53a7f0e9d2c1"


def upgrade():
    op.create_table(
        "etl_orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("load_id", sa.Integer(), sa.ForeignKey("load.id"), nullable=False, index=True),
        sa.Column("number", sa.String(20), nullable=False),
    )


def downgrade():
    op.drop_table("etl_orders")
