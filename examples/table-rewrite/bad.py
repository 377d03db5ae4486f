"""Every event has an id of its own"""
import sqlalchemy as sa
from alembic import op

revision = "498d7357a8b4"
down_revision = None


def upgrade():
    op.add_column("events", sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))


def downgrade():
    op.drop_column("events", "public_id")
