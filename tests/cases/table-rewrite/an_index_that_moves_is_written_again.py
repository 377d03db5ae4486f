# file: 0001_revision.py
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.execute("ALTER INDEX orders_due SET TABLESPACE fast")  # expect: table-rewrite
    op.execute("ALTER INDEX orders_due SET (fillfactor = 70)")


def downgrade():
    op.execute("ALTER INDEX orders_due RESET (fillfactor)")
    op.execute("ALTER INDEX orders_due SET TABLESPACE pg_default")
