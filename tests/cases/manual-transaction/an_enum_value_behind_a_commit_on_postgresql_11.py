# file: ../../pyproject.toml
[tool.safe-migration]
server-version = "11"

# file: 0001_add_triage.py
from alembic import op

revision = "d2c07fb6a816"
down_revision = None


def upgrade():
    op.execute("COMMIT")  # expect: manual-transaction?
    op.execute("ALTER TYPE ticket_state ADD VALUE 'triage'")


def downgrade():
    pass  # PostgreSQL cannot take a value out of an enum again
