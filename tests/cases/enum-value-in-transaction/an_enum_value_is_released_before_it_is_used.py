# file: 0001_add_triage.py
from alembic import op

revision = "9f1b3d70c2e8"
down_revision = None


def upgrade():
    op.execute("ALTER TYPE ticket_state ADD VALUE IF NOT EXISTS 'triage'")


def downgrade():
    pass  # PostgreSQL cannot take a value out of an enum again

# upstream

# file: 0002_wait_for_triage.py
from alembic import op

revision = "71d0a8c4f36e"
down_revision = "9f1b3d70c2e8"


def upgrade():
    op.alter_column("tickets", "state", server_default="triage")


def downgrade():
    op.alter_column("tickets", "state", server_default="open")
