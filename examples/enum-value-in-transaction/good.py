"""Add the triage state, which a later revision uses"""
from alembic import op

revision = "d4817c3fb0e5"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE ticket_state ADD VALUE IF NOT EXISTS 'triage'")


def downgrade():
    pass  # PostgreSQL cannot take a value out of an enum again
