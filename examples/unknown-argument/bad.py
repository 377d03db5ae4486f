"""Allow accounts without a phone number"""
from alembic import op

revision = "e19d60b3a7c4"
down_revision = None


def upgrade():
    op.alter_column("accounts", "phone", nulable=True)


def downgrade():
    op.alter_column("accounts", "phone", nulable=False)
