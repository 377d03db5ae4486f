"""Create the raw events"""
from alembic import op
import sqlalchemy as sa

revision = "a0c6d94e8f17"
down_revision = None


def upgrade():
    op.create_table("raw_events", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("raw_events")
