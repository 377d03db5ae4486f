"""Find orders by state"""
from alembic import op

revision = "c01090cecf76"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_state", "orders", ["state"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_state", table_name="orders", postgresql_concurrently=True)
