# file: 0001_inside.py
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.execute("VACUUM ANALYZE orders")  # expect: concurrently-in-transaction
    op.execute("CREATE DATABASE other")  # expect: concurrently-in-transaction
    op.execute("ANALYZE orders")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP DATABASE other")

# file: 0002_outside.py
from alembic import op

revision = "db41a5ba6a3b"
down_revision = "cb41a5ba6a3b"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("VACUUM ANALYZE orders")


def downgrade():
    pass
