"""Give users a time zone and a language"""
from alembic import op
import sqlalchemy as sa

revision = "18fa5c7e0d3b"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("time_zone", sa.String(40)))
    op.add_column("users", sa.Column("language", sa.String(10)))


def downgrade():
    op.drop_column("users", "time_zone")
