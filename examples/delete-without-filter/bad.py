"""Forget all notifications"""
from alembic import op

revision = "526344fa0c4d"
down_revision = None


def upgrade():
    op.execute("DELETE FROM notifications")


def downgrade():
    pass
