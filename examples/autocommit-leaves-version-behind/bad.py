# file: 0001_find_orders_by_state.py
"""Find orders by state"""
from alembic import op

revision = "6b02958b7861"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_state", "orders", ["state"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_state", table_name="orders", postgresql_concurrently=True)

# file: 0002_orders_get_a_note.py
"""Orders get a note"""
import sqlalchemy as sa
from alembic import op

revision = "42726343a6ab"
down_revision = "6b02958b7861"


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("orders", "note")
