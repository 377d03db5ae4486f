# PostgreSQL 12 to 16 refuse it, 17 does not; 14 is what is assumed here.
from alembic import op

revision = "b95e07d3a1c6"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE ticket_state AS ENUM ('open')")
    op.execute("CREATE TABLE tickets (id bigserial PRIMARY KEY, state ticket_state)")
    op.execute("ALTER TYPE ticket_state ADD VALUE 'triage'")  # expect: enum-value-in-transaction
    op.execute("INSERT INTO tickets (state) VALUES ('triage')")


def downgrade():
    op.execute("DROP TABLE tickets")
    op.execute("DROP TYPE ticket_state")
