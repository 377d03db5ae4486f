"""Country codes in capitals"""
from alembic import op

revision = "ee7370d45948"
down_revision = None


def upgrade():
    op.execute("UPDATE addresses SET country = upper(country) WHERE id IN (1, 2, 3)")


def downgrade():
    op.execute("UPDATE addresses SET country = lower(country) WHERE id IN (1, 2, 3)")
