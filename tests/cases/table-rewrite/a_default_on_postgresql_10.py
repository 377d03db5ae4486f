# file: ../../safe-migration.toml
server-version = "10"

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("state", sa.String(9), server_default="new", nullable=False))  # expect: table-rewrite


def downgrade():
    op.drop_column("users", "state")
