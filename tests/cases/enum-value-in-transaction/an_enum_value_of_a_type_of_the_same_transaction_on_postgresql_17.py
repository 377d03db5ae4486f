# file: ../../safe-migration.toml
server-version = "17"

# file: 0001_tickets.py
from alembic import op

revision = "4d83c6f0e9a2"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE ticket_state AS ENUM ('open')")
    op.execute("CREATE TABLE tickets (id bigserial PRIMARY KEY, state ticket_state)")
    op.execute("ALTER TYPE ticket_state ADD VALUE 'triage'")
    op.execute("INSERT INTO tickets (state) VALUES ('triage')")


def downgrade():
    op.execute("DROP TABLE tickets")
    op.execute("DROP TYPE ticket_state")
