"""Every user has an address"""
from alembic import op

revision = "11596d12e380"
down_revision = None


def upgrade():
    op.alter_column("users", "email", nullable=False)


def downgrade():
    op.alter_column("users", "email", nullable=True)
