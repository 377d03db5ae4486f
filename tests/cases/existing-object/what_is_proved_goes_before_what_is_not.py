# file: 0001_totals.py
"""The table is made elsewhere, perhaps; the view certainly stands when the downgrade makes it"""
from alembic import op

revision = "2f6e0c41b7d9"
down_revision = None


def upgrade():
    op.execute("CREATE MATERIALIZED VIEW totals AS SELECT id FROM elsewhere.orders")


def downgrade():  # expect: downgrade-incomplete?
    op.execute("CREATE MATERIALIZED VIEW totals AS SELECT id FROM elsewhere.orders")  # expect: existing-object
