"""Add the archived state and use it"""
from alembic import op

revision = "d4817c3fb0e5"
down_revision = None


def upgrade():
    op.execute("ALTER TYPE ticket_state ADD VALUE 'archived'")
    op.execute("UPDATE tickets SET state = 'archived' WHERE id IN (17, 42)")


def downgrade():
    op.execute("UPDATE tickets SET state = 'closed' WHERE state = 'archived'")
