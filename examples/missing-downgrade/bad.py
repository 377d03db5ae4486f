"""Give users a time zone"""
from alembic import op
import sqlalchemy as sa

revision = "d36b1f8e09a5"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("time_zone", sa.String(40)))


def downgrade():
    pass
