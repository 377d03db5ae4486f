"""Find orders by customer"""
from alembic import op

revision = "873636f51dc0"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("idx_orders_customer", "orders", ["customer_id"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("idx_orders_customer", table_name="orders", postgresql_concurrently=True)
