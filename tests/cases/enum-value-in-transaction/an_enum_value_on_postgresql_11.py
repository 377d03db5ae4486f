# file: ../../safe-migration.toml
server-version = "11"

# file: 0001_tickets.py
from alembic import op

revision = "1f6a90d3b8ce"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE ticket_state AS ENUM ('open')")
    op.execute("CREATE TYPE urgency AS ENUM ('later')")
    op.execute("CREATE TABLE tickets (id bigserial PRIMARY KEY, state ticket_state)")
    op.execute("ALTER TYPE ticket_state ADD VALUE 'triage'")
    op.execute("INSERT INTO tickets (state) VALUES ('triage')")


def downgrade():
    op.execute("DROP TABLE tickets")
    op.execute("DROP TYPE ticket_state")
    op.execute("DROP TYPE urgency")

# file: 0002_priorities.py
from alembic import op

revision = "82be5c1d07f9"
down_revision = "1f6a90d3b8ce"


def upgrade():
    op.execute("ALTER TYPE priority ADD VALUE 'urgent'")  # expect: enum-value-in-transaction
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE urgency ADD VALUE 'now'")  # expect: autocommit-not-alone?


def downgrade():
    pass  # PostgreSQL cannot take a value out of an enum again
