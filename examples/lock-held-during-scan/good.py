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

# file: 0002_so_are_the_old_ones.py
"""So are the old ones"""
from alembic import op

revision = "fd4f3052c36b"
down_revision = "7c5714588dbc"


def upgrade():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")


def downgrade():
    pass  # there is nothing to undo
