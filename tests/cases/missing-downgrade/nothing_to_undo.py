"""Settle the orders"""
from alembic import op

revision = "93cf5ab0e7d1"
down_revision = None


def upgrade():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")
    op.execute("COMMENT ON TABLE orders IS 'placed by customers'")
    op.execute("GRANT SELECT ON orders TO reports")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def downgrade():
    pass
