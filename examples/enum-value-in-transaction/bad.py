"""Let new tickets wait for triage"""
from alembic import op

revision = "d4817c3fb0e5"
down_revision = None


def upgrade():
    op.execute("ALTER TYPE ticket_state ADD VALUE 'triage'")
    op.alter_column("tickets", "state", server_default="triage")


def downgrade():
    op.alter_column("tickets", "state", server_default="open")
