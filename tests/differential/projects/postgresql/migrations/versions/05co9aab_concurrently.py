"""concurrently"""

from alembic import op
import sqlalchemy as sa

revision = "05co9aab"
down_revision = "04in7bbc"
branch_labels = None
depends_on = None

def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_user", "orders", ["user_id"], postgresql_concurrently=True, if_not_exists=True)
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_raw ON orders (parent_id)")


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_user", table_name="orders", postgresql_concurrently=True)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_raw")
