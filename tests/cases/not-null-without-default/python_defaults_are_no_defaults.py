import sqlalchemy as sa
from alembic import op

revision = "bd1d799684dd"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("state", sa.String(9), default="new", nullable=False))  # expect: not-null-without-default


def downgrade():
    op.drop_column("users", "state")
