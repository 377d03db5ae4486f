"""Index orders by their customer
"""
from alembic import op

revision = "a1e08d5c37f4"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_customer_id", ["customer_id"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_customer_id", "orders", postgresql_concurrently=True)
