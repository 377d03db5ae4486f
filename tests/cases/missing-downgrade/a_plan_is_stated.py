"""Give orders a note

Irreversible: the release before this one cannot start any more"""
from alembic import op
import sqlalchemy as sa

revision = "8c5e0f7a1d92"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text()))


def downgrade():  # expect: missing-downgrade?
    pass
