import sqlalchemy as sa
from alembic import op

revision = "a926134450f0"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("state", sa.String(9), server_default="new", nullable=False))
    op.add_column("users", sa.Column("made", sa.DateTime(), server_default=sa.func.now(), nullable=False))
    op.add_column("users", sa.Column("seen", sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False))


def downgrade():
    op.drop_column("users", "seen")
    op.drop_column("users", "made")
    op.drop_column("users", "state")
