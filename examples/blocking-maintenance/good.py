"""Fresh totals"""
from alembic import op

revision = "4fc01ecb8376"
down_revision = None


def upgrade():
    op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY totals")


def downgrade():
    pass  # there is nothing to undo
