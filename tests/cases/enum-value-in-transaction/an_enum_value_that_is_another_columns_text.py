# file: 0001_tickets.py
import sqlalchemy as sa
from alembic import op

revision = "37c9e2a0d58b"
down_revision = None


def upgrade():
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("state", sa.Enum("open", "closed", name="ticket_state"), nullable=False),
        sa.Column("queue", sa.String(30)),
    )


def downgrade():
    op.drop_table("tickets")
    sa.Enum(name="ticket_state").drop(op.get_bind())

# upstream

# file: 0002_triage.py
from alembic import op

revision = "e60d41b8f29c"
down_revision = "37c9e2a0d58b"


def upgrade():
    op.execute("ALTER TYPE ticket_state ADD VALUE 'triage'")
    op.alter_column("tickets", "queue", server_default="triage")


def downgrade():
    op.alter_column("tickets", "queue", server_default=None)

# file: 0003_closed.py
from alembic import op

revision = "a8f3507c1be4"
down_revision = "e60d41b8f29c"


def upgrade():
    op.execute("UPDATE tickets SET state = 'closed' WHERE state = 'triage'")  # expect: enum-value-in-transaction


def downgrade():
    op.execute("UPDATE tickets SET state = 'triage' WHERE state = 'closed'")
