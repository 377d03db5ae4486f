"""Orders get a note"""
import sqlalchemy as sa
from alembic import op

revision = "03e59a9c2e97"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("orders", "note")
