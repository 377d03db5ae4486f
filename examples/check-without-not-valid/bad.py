"""Prices are not negative"""
from alembic import op

revision = "5531f37e1f0f"
down_revision = None


def upgrade():
    op.create_check_constraint("ck_products_price", "products", "price >= 0")


def downgrade():
    op.drop_constraint("ck_products_price", "products", type_="check")
