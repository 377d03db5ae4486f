"""New events have an id of their own"""
import sqlalchemy as sa
from alembic import op

revision = "498d7357a8b4"
down_revision = None


def upgrade():
    op.add_column("events", sa.Column("public_id", sa.Uuid(), nullable=True))
    op.alter_column("events", "public_id", server_default=sa.text("gen_random_uuid()"))


def downgrade():
    op.drop_column("events", "public_id")
