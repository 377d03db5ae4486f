# file: 0001_new_rows_are_checked.py
"""New rows are checked"""
from alembic import op

revision = "7c5714588dbc"
down_revision = None


def upgrade():
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("ck_orders_total", "orders", type_="check")

# upstream

# file: 0002_so_are_the_old_ones_and_orders_get_a_not.py
"""So are the old ones, and orders get a note"""
import sqlalchemy as sa
from alembic import op

revision = "fd4f3052c36b"
down_revision = "7c5714588dbc"


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text(), nullable=True))
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")


def downgrade():
    op.drop_column("orders", "note")
