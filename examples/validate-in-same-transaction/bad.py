"""Totals are not negative"""
from alembic import op

revision = "1d03a349de6a"
down_revision = None


def upgrade():
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")


def downgrade():
    op.drop_constraint("ck_orders_total", "orders", type_="check")
