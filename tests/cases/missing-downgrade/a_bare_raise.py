"""Give orders a note"""
from alembic import op
import sqlalchemy as sa

revision = "a7c2e6f039b1"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text()))


def downgrade():  # expect: missing-downgrade
    raise NotImplementedError()
