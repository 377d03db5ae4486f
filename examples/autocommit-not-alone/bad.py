"""A note, and orders by state"""
import sqlalchemy as sa
from alembic import op

revision = "c01090cecf76"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text(), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_state", "orders", ["state"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_state", table_name="orders", if_exists=True, postgresql_concurrently=True)
    op.drop_column("orders", "note", if_exists=True)
