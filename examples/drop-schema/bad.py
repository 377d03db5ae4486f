"""Drop the archive"""
from alembic import op

revision = "66eb2f07f36a"
down_revision = None


def upgrade():
    op.execute("DROP SCHEMA archive CASCADE")


def downgrade():
    op.execute("CREATE SCHEMA archive")
