# file: 1_settings.py
from alembic import op

revision = "e46b7c1a09d3"
down_revision = None


def upgrade():
    op.execute("ALTER SYSTEM SET work_mem = '8MB'")  # expect: concurrently-in-transaction


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER SYSTEM RESET work_mem")
