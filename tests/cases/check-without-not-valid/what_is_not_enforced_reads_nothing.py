# file: ../../safe-migration.toml
server-version = "18"

# file: 0001_revision.py
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT paid CHECK (paid >= 0) NOT ENFORCED")
    op.execute("ALTER TABLE orders ADD CONSTRAINT due CHECK (due >= 0) ENFORCED")  # expect: check-without-not-valid


def downgrade():
    op.execute("ALTER TABLE orders DROP CONSTRAINT due")
    op.execute("ALTER TABLE orders DROP CONSTRAINT paid")
