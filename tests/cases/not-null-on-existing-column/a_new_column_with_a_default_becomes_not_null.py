import sqlalchemy as sa
from alembic import op

revision = "f1934a2203fb"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("state", sa.String(9), server_default="new"))
    op.alter_column("users", "state", nullable=False)  # expect: not-null-on-existing-column?


def downgrade():
    op.drop_column("users", "state")
