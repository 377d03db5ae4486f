"""Forget notifications that were read"""
from alembic import op

revision = "526344fa0c4d"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE notifications_read AS SELECT * FROM notifications WHERE state = 'read'")
    op.execute("DELETE FROM notifications WHERE state = 'read'")


def downgrade():
    op.execute("INSERT INTO notifications SELECT * FROM notifications_read")
    op.execute("DROP TABLE notifications_read")
