"""Values of metrics grow beyond two billion"""
import sqlalchemy as sa
from alembic import op

revision = "033662464aca"
down_revision = None


def upgrade():
    op.alter_column("metrics", "value", type_=sa.BigInteger())


def downgrade():
    op.alter_column("metrics", "value", type_=sa.Integer())
