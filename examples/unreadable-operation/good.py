"""Rebuild the search index"""
from alembic import op

revision = "5d0b8e72c4f1"
down_revision = None


def upgrade():
    op.execute("SELECT setval('search_version', 2)")


def downgrade():
    pass
