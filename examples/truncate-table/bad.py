"""Start over with the rates"""
from alembic import op

revision = "32ce0c35a3ba"
down_revision = None


def upgrade():
    op.execute("TRUNCATE TABLE rates")


def downgrade():
    pass
