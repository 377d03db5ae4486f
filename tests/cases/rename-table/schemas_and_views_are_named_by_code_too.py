# file: 0001_revision.py
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.execute("ALTER SCHEMA billing RENAME TO accounting")  # expect: rename-table
    op.execute("ALTER VIEW open_orders RENAME TO orders_open")  # expect: rename-table?
    op.execute("ALTER MATERIALIZED VIEW totals SET SCHEMA reports")  # expect: rename-table?
    op.execute("ALTER VIEW open_orders OWNER TO clerk")
    op.execute("CREATE VIEW late_orders AS SELECT 1")
    op.execute("ALTER VIEW late_orders RENAME TO overdue")


def downgrade():
    op.execute("DROP VIEW overdue")
    op.execute("ALTER MATERIALIZED VIEW reports.totals SET SCHEMA public")
    op.execute("ALTER VIEW orders_open RENAME TO open_orders")
    op.execute("ALTER SCHEMA accounting RENAME TO billing")
