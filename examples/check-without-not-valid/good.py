# file: 0001_new_prices_are_not_negative.py
"""New prices are not negative"""
from alembic import op

revision = "5531f37e1f0f"
down_revision = None


def upgrade():
    op.create_check_constraint("ck_products_price", "products", "price >= 0", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("ck_products_price", "products", type_="check")

# upstream

# file: 0002_nor_are_the_old_ones.py
"""Nor are the old ones"""
from alembic import op

revision = "f7f253e4bb07"
down_revision = "5531f37e1f0f"


def upgrade():
    op.execute("ALTER TABLE products VALIDATE CONSTRAINT ck_products_price")


def downgrade():
    pass  # there is nothing to undo
