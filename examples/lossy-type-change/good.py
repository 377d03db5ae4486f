# file: 0001_make_the_products_table.py
"""Make the products table"""
import sqlalchemy as sa
from alembic import op

revision = "6e38c5168207"
down_revision = None


def upgrade():
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("price", sa.Numeric(12, 4), nullable=False),
    )


def downgrade():
    op.drop_table("products")

# upstream

# file: 0002_whole_prices_beside_the_exact_ones.py
"""Whole prices beside the exact ones"""
import sqlalchemy as sa
from alembic import op

revision = "5224b0519c11"
down_revision = "6e38c5168207"


def upgrade():
    op.add_column("products", sa.Column("whole_price", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("products", "whole_price")
