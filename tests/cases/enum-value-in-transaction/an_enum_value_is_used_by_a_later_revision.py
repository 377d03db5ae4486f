# file: 0001_add_triage.py
from alembic import op

revision = "5b6f0e3c9a41"
down_revision = None


def upgrade():
    op.execute("ALTER TYPE ticket_state ADD VALUE IF NOT EXISTS 'triage'")


def downgrade():
    pass  # PostgreSQL cannot take a value out of an enum again

# file: 0002_wait_for_triage.py
from alembic import op

revision = "c1a9de40b7f2"
down_revision = "5b6f0e3c9a41"


def upgrade():
    op.alter_column("tickets", "state", server_default="triage")  # expect: enum-value-in-transaction


def downgrade():
    op.alter_column("tickets", "state", server_default="open")
