"""Rebuild the search index"""
from alembic import op
import search_tools

revision = "5d0b8e72c4f1"
down_revision = None


def upgrade():
    search_tools.rebuild(op.get_bind())


def downgrade():
    pass
