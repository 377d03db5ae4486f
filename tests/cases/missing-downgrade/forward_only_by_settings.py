# file: ../../safe-migration.toml
downgrades = "none"
lock-timeout = "role"

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("b", sa.Text))


def downgrade():
    pass
