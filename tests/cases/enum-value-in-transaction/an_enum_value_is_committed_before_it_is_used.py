# file: ../env.py
from alembic import context

with context.begin_transaction():
    context.configure(connection=connection, transaction_per_migration=True)
    connection.exec_driver_sql("SET lock_timeout = '4s'")
    context.run_migrations()

# file: 0001_add_triage.py
from alembic import op

revision = "d2c07fb6a815"
down_revision = None


def upgrade():
    op.execute("ALTER TYPE ticket_state ADD VALUE IF NOT EXISTS 'triage'")


def downgrade():
    pass  # PostgreSQL cannot take a value out of an enum again

# file: 0002_wait_for_triage.py
from alembic import op

revision = "0e47b19c3d6a"
down_revision = "d2c07fb6a815"


def upgrade():
    op.alter_column("tickets", "state", server_default="triage")


def downgrade():
    op.alter_column("tickets", "state", server_default="open")
