"""Give orders a note"""
from alembic import op
import sqlalchemy as sa

revision = "61f7e9c0a3d8"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text()))


def downgrade():  # expect: missing-downgrade
    pass
