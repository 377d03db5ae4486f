"""Give orders a note"""
from alembic import op
import sqlalchemy as sa

revision = "f2d80b64c7e5"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text()))


def downgrade():  # expect: missing-downgrade?
    raise NotImplementedError("the notes would be lost")
