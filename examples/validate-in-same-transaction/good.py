# file: ../env.py
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()

# file: 0001_new_totals_are_not_negative.py
"""New totals are not negative"""
from alembic import op

revision = "1d03a349de6a"
down_revision = None


def upgrade():
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("ck_orders_total", "orders", type_="check")

# file: 0002_nor_are_the_old_ones.py
"""Nor are the old ones"""
from alembic import op

revision = "93c2bd112a6b"
down_revision = "1d03a349de6a"


def upgrade():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")


def downgrade():
    pass  # there is nothing to undo
