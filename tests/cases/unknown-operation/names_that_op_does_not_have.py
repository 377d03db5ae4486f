"""Rename and create"""
from alembic import op

revision = "b8f06e3d92c7"
down_revision = None


def upgrade():
    op.rename_column("orders", "number", "reference")  # expect: unknown-operation
    op.create_enum("order_state", ["open", "closed"])  # expect: unknown-operation
    op.crate_index("ix_orders_reference", "orders", ["reference"])  # expect: unknown-operation


def downgrade():
    op.execute("SELECT 1")
