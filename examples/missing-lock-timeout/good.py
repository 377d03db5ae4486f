# file: ../env.py
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(
    context.config.get_main_option("sqlalchemy.url"),
    connect_args={"options": "-c lock_timeout=4000"},
)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

# file: 0001_orders_get_a_note.py
"""Orders get a note"""
import sqlalchemy as sa
from alembic import op

revision = "03e59a9c2e97"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("orders", "note")
